#!/usr/bin/env python3
"""Where the time of a coordinate-step goes, against the machine's roofs: a picture and a table from `thalweg bench --json`.

    python3 tests/bench/roofline_picture.py --thalweg build/release/bin/thalweg --out docs/performance.svg --keep bench.json
    python3 tests/bench/roofline_picture.py --from bench.json --out docs/performance.svg

Needs matplotlib. One bar a workload, one core: draws, gradient, update, record; a line across it is the floor that square roots and divisions
(or memory) set. The table, in Markdown, goes to standard output.
"""
import argparse
import json
import subprocess
import sys

PARTS = [("draws", "#4477aa"), ("gradient", "#66ccee"), ("update", "#228833"), ("record", "#ccbb44")]
SWEEP = ["--dim", "100", "--replicas", "256", "--steps", "2000", "--records", "64"]
LARGE = ["--dim", "1000000", "--replicas", "1", "--steps", "50", "--records", "2"]
WORKS = [  # name, arguments
    ("Adam, double, Gaussian", ["--noise", "gaussian", *SWEEP]),
    ("Adam, double, Gaussian, v3", ["--noise", "gaussian", "--isa", "v3", *SWEEP]),
    ("Adam, double, two-point", ["--noise", "two-point", *SWEEP]),
    ("Adam, double, two-point, v3", ["--noise", "two-point", "--isa", "v3", *SWEEP]),
    ("Adam, double, no noise", ["--noise", "none", *SWEEP]),
    ("Adam, double, no noise, v3", ["--noise", "none", "--isa", "v3", *SWEEP]),
    ("Sadam, double, Gaussian", ["--noise", "gaussian", "--method", "sadam", *SWEEP]),
    ("SAMSGrad, double, Gaussian", ["--noise", "gaussian", "--method", "samsgrad", *SWEEP]),
    ("Padam, double, Gaussian", ["--noise", "gaussian", "--method", "padam", *SWEEP]),
    ("Adam, float, Gaussian", ["--noise", "gaussian", "--precision", "float", *SWEEP]),
    ("Adam, float, no noise", ["--noise", "none", "--precision", "float", *SWEEP]),
    ("Sadam, float, Gaussian", ["--noise", "gaussian", "--precision", "float", "--method", "sadam", *SWEEP]),
    ("10$^6$ coordinates, float, no noise", ["--noise", "none", "--precision", "float", *LARGE]),
]


def measured(program, repeats):
    """For each workload the run with the least of the medians, in processor time."""
    found = []
    for name, arguments in WORKS:
        runs = []
        for _ in range(repeats):
            done = subprocess.run([program, "bench", "--json", "--threads", "1", "--seconds", "1", *arguments], stdout=subprocess.PIPE, text=True, check=True)
            runs.append(json.loads(done.stdout))
        found.append({"name": name, **min(runs, key=lambda run: run["processor_ns_per_coordinate_step"])})
    return found


def draw(found, out):
    try:
        import matplotlib
    except ImportError:
        sys.exit("the picture needs matplotlib (Debian: python3-matplotlib)")
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "thalweg", "font.size": 8, "svg.fonttype": "none"})
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.8, 0.28 * len(found) + 0.9))
    for row, run in enumerate(found):
        left = 0.0
        for part, colour in PARTS:
            width = run["shares"][part] * run["processor_ns_per_coordinate_step"]
            axes.barh(row, width, left=left, height=0.7, color=colour, label=part if row == 0 else None)
            left += width
        floor = run["roofline"]["floor_ns"]
        axes.plot([floor, floor], [row - 0.45, row + 0.45], color="black", linewidth=1.6, label="floor" if row == 0 else None)
        axes.annotate(f"{100 * floor / run['processor_ns_per_coordinate_step']:.0f} %", (left, row), xytext=(3, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(found)), [run["name"] for run in found])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.12 * max(run["processor_ns_per_coordinate_step"] for run in found))
    axes.set_xlabel("nanoseconds a coordinate-step, one core; per cent: floor / time")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower right", frameon=False)
    figure.tight_layout(pad=0.4)
    figure.savefig(out, dpi=160, metadata={"Date": None} if out.endswith(".svg") else None)


def table(found):
    print("| workload | ns | draws | gradient | update | record | floor | reached |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for run in found:
        ns = run["processor_ns_per_coordinate_step"]
        parts = " | ".join(f"{run['shares'][part] * ns:.2f}" for part, _ in PARTS)
        print(f"| {run['name'].replace('$', '')} | {ns:.2f} | {parts} | {run['roofline']['floor_ns']:.2f} | {100 * run['roofline']['floor_ns'] / ns:.0f} % |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thalweg", help="the program: measure")
    parser.add_argument("--from", dest="source", help="a file that --keep wrote: draw that")
    parser.add_argument("--keep", help="file for what was measured")
    parser.add_argument("--out", help="the picture, .svg or .png")
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.source:
        with open(arguments.source, encoding="utf-8") as file:
            found = json.load(file)
    elif arguments.thalweg:
        found = measured(arguments.thalweg, arguments.repeats)
    else:
        parser.error("--thalweg or --from is needed")
    if arguments.keep:
        with open(arguments.keep, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=1)
    if arguments.out:
        draw(found, arguments.out)
    table(found)


if __name__ == "__main__":
    main()
