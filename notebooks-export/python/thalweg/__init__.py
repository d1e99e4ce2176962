"""Reads and draws what Thalweg writes."""
