#!/usr/bin/env python3
"""Thalweg against JAX + optax, PyTorch and ensmallen on the same work (work.py), each on one core, and a table of the ratios.

    python3 tests/bench/peers/peers.py --thalweg build/release/bin/thalweg --bench build/release/bench/bench_streaming \\
        --python peers-environment/bin/python --ensmallen ensmallen/include

Peers that are not installed are left out, with a line that says so. --python names an interpreter that has jax, optax and torch
(python3 -m venv peers-environment && peers-environment/bin/pip install jax optax torch); --ensmallen the folders with ensmallen.hpp and
armadillo, separated by commas. Nothing here is needed by the build or the tests.

Each number is a median of several runs, in processor time. --sweeps repeats everything and, like --keep across calls, keeps for each peer and work
the least of its medians: what else a machine does disturbs caches and memory for minutes.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
WORKS = [  # (work, precision, noise, method, in words)
    ("sweep", "double", "gaussian", "adam", "replica sweep, double, Gaussian noise"),
    ("sweep", "double", "none", "adam", "replica sweep, double, no noise"),
    ("sweep", "float", "gaussian", "adam", "replica sweep, float, Gaussian noise"),
    ("sweep", "float", "none", "adam", "replica sweep, float, no noise"),
    ("sweep", "double", "gaussian", "sadam", "replica sweep, double, Gaussian noise, Sadam"),
    ("sweep", "float", "gaussian", "sadam", "replica sweep, float, Gaussian noise, Sadam"),
    ("large", "float", "none", "adam", "10^6 coordinates, one replica, float, no noise"),
    ("step alone", "float", "given", "adam", "10^7 float parameters, the step alone"),
    ("call", "float", "given", "adam", "100 float parameters, one call"),
]


def lines_of(command, pinned, **more):
    """The JSON lines that a command prints; none, and a word on standard error, where it fails."""
    try:
        done = subprocess.run(pinned + command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **more)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}: left out", file=sys.stderr)
        return []
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"{' '.join(command)}: {reason}: left out", file=sys.stderr)
    return found


def ensmallen(arguments, pinned):
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "ensmallen_peer")
        includes = ["-I" + path for path in arguments.ensmallen.split(",")]
        plain = ["-DNDEBUG", "-DARMA_DONT_USE_WRAPPER", "-DARMA_DONT_USE_BLAS", "-DARMA_DONT_USE_LAPACK", "-DARMA_DONT_USE_OPENMP"]
        build = [arguments.cxx, "-std=c++17", "-Ofast", "-march=native", *plain, *includes, os.path.join(HERE, "ensmallen_peer.cpp"), "-o", program]
        done = subprocess.run(build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode != 0:
            print("ensmallen: does not compile here (is armadillo installed?): left out", file=sys.stderr)
            return []
        return [line for precision in ("float", "double") for line in lines_of([program, precision], pinned)]


def thalweg(arguments, pinned):
    """The median of several calls of `thalweg bench --json`, and the streaming benchmark for the two works that are no batch."""
    found = []
    for work, precision, noise, method, _ in WORKS:
        shape = {"sweep": ["--dim", "100", "--replicas", "256", "--steps", "2000", "--records", "64"],
                 "large": ["--dim", "1000000", "--replicas", "1", "--steps", "50", "--records", "2"]}.get(work)
        if shape is None:
            continue
        runs = []
        for _ in range(arguments.repeats):
            command = [arguments.thalweg, "bench", "--json", "--threads", "1", "--precision", precision, "--noise", noise, "--method", method, "--seconds", "1", *shape]
            done = subprocess.run(pinned + command, stdout=subprocess.PIPE, text=True, check=True)
            runs.append(json.loads(done.stdout))
        middle = sorted(runs, key=lambda run: run["processor_ns_per_coordinate_step"])[len(runs) // 2]
        found.append({"peer": "Thalweg", "version": middle["code"], "work": work, "precision": precision, "noise": noise, "method": method,
                      "ns": middle["processor_ns_per_coordinate_step"], "machine": middle["machine"], "isa": middle["isa"]})
    if arguments.bench:
        command = [arguments.bench, "--benchmark_format=json", "--benchmark_filter=^thalweg/(step_alone|call)/adam/float/", f"--benchmark_repetitions={arguments.repeats}"]
        done = subprocess.run(pinned + command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        times = {}
        for row in json.loads(done.stdout)["benchmarks"]:
            if row["run_type"] == "iteration":
                times.setdefault(row["run_name"].split("/")[1], []).append(row["cpu_time"] / row.get("coordinates", 1.0))
        for name, work in (("step_alone", "step alone"), ("call", "call")):
            if name in times:
                found.append({"peer": "Thalweg", "version": found[0]["version"], "work": work, "precision": "float", "noise": "given", "method": "adam",
                              "ns": statistics.median(times[name])})
    return found


def quietest(lines):
    """The least time of each peer at each work; the last version of a peer counts."""
    newest = {line["peer"]: line["version"] for line in lines}
    best = {}
    for line in lines:
        if line["version"] != newest[line["peer"]]:
            continue
        key = (line["peer"], line["work"], line["precision"], line["noise"], line["method"])
        if key not in best or line["ns"] < best[key]["ns"]:
            best[key] = line
    return list(best.values())


def measure(arguments, pinned):
    asked, found = arguments.peers.split(","), []
    for peer in ("jax", "torch"):
        if peer in asked:
            for precision in ("float", "double"):
                found += lines_of([arguments.python, os.path.join(HERE, peer + "_peer.py"), precision], pinned)
    if "ensmallen" in asked and arguments.ensmallen:
        found += ensmallen(arguments, pinned)
    if "thalweg" in asked and arguments.thalweg:
        found += thalweg(arguments, pinned)
    return found


def table(found):
    """Markdown: a row for each work, a column for each peer, and the ratio to the best of them."""
    peers = [peer for peer in dict.fromkeys(line["peer"] for line in found) if peer != "Thalweg"]
    rows = [["ns a coordinate-step (call: ns a call)", "Thalweg", *peers, "best peer / Thalweg"], ["---"] + ["---:"] * (len(peers) + 2)]
    for work, precision, noise, method, words in WORKS:
        cells = {line["peer"]: line["ns"] for line in found if (line["work"], line["precision"], line["noise"], line["method"]) == (work, precision, noise, method)}
        ours, theirs = cells.get("Thalweg"), [cells[peer] for peer in peers if peer in cells]
        said = [f"{cells[name]:.3g}" if name in cells and cells[name] < 1000 else f"{cells[name]:.0f}" if name in cells else "-" for name in ["Thalweg", *peers]]
        rows.append([words, *said, f"{min(theirs) / ours:.1f}" if ours and theirs else "-"])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thalweg", help="the program")
    parser.add_argument("--bench", help="the built bench_streaming, for the step alone")
    parser.add_argument("--python", default=sys.executable, help="interpreter with jax, optax, torch")
    parser.add_argument("--ensmallen", help="include folders, separated by commas")
    parser.add_argument("--cxx", default=os.environ.get("CXX", "g++"))
    parser.add_argument("--core", type=int, default=0, help="the core that everything is pinned to")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sweeps", type=int, default=1)
    parser.add_argument("--keep", help="file of the measurements, JSON, which further calls add to")
    parser.add_argument("--peers", default="jax,torch,ensmallen,thalweg", help="which to measure")
    arguments = parser.parse_args()
    pinned = ["taskset", "-c", str(arguments.core)] if platform.system() == "Linux" else []
    found = []
    if arguments.keep and os.path.exists(arguments.keep):
        with open(arguments.keep, encoding="utf-8") as file:
            found = json.load(file)
    for _ in range(arguments.sweeps):
        found = quietest(found + measure(arguments, pinned))
        if arguments.keep:
            with open(arguments.keep, "w", encoding="utf-8") as file:
                json.dump(found, file, indent=1)
    print(table(found))
    print()
    for peer, version in dict.fromkeys((line["peer"], line["version"]) for line in found):
        print(f"- {peer} {version}")


if __name__ == "__main__":
    main()
