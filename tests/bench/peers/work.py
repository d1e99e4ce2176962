"""The work that every peer is measured on, and how a measurement is said: one JSON object a line.

f(x) = sum_j x_j^2 + 3 sin^2 x_j, start 3, Adam with eta = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-8. Time is given in nanoseconds a
coordinate-step, steady state: what is compiled while running is compiled before the clock starts, and its seconds are given beside. On one core it
is processor time, which is what the clock shows where nothing else runs.
"""
import json
import os
import statistics
import sys
import time

SWEEP = {"dim": 100, "replicas": 256, "steps": 2000, "records": 64}
LARGE = {"dim": 10**6, "replicas": 1, "steps": 50, "records": 2}
STEP_ALONE = 10**7
CALL = 100
ETA, BETA1, BETA2, EPS, START, SIGMA = 1e-3, 0.9, 0.999, 1e-8, 3.0, 1.0
SADAM_BETA = 50.0


def record_steps(steps, records):
    """Log-spaced, distinct, the last one included: as `thalweg bench` records."""
    found = set()
    for k in range(records):
        found.add(max(1, round(steps ** (k / (records - 1)))) if records > 1 else steps)
    k = 1
    while len(found) < min(records, steps):
        found.add(k)
        k += 1
    return sorted(found)


clock = time.process_time if len(os.sched_getaffinity(0)) == 1 else time.perf_counter


def measured(run, repeats):
    """(median seconds, seconds of the first call) of run()."""
    start = clock()
    run()
    first = clock() - start
    times = []
    for _ in range(repeats):
        start = clock()
        run()
        times.append(clock() - start)
    return statistics.median(times), first


def say(peer, version, work, precision, noise, method, seconds, coordinate_steps, first=None):
    line = {"peer": peer, "version": version, "work": work, "precision": precision, "noise": noise, "method": method,
            "ns": 1e9 * seconds / coordinate_steps}
    if first is not None:
        line["first_call_seconds"] = first
    print(json.dumps(line))
    sys.stdout.flush()
