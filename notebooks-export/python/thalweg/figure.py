"""Draws a figure spec (schema thalweg.figure/1) to SVG, PDF and PNG.

    python3 -m thalweg.figure spec.json --formats svg,pdf,png --out stem

Colours are those of Okabe & Ito (2008), which colour-blind readers tell apart; every method also has its own marker, so the figure reads in
grey. Measured curves are solid with their band; bounds are dashed with open markers, one dash pattern a theorem, named at the right; a vacuous
bound is thinner and says so. The same spec gives the same bytes: no dates, a fixed salt for SVG ids.
"""

import argparse
import json
import math
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.patches import Patch  # noqa: E402

COLOURS = {
    "adam": "#D55E00", "amsgrad": "#0072B2", "sadam": "#E69F00", "samsgrad": "#009E73",
    "padam": "#CC79A7", "pamsgrad": "#56B4E9", "sgd": "#000000", "momentum": "#666666",
}
MARKERS = {"adam": "o", "amsgrad": "s", "sadam": "^", "samsgrad": "D", "padam": "v", "pamsgrad": "P", "sgd": "x", "momentum": "+"}
NAMES = {
    "adam": "Adam", "amsgrad": "AMSGrad", "sadam": "Sadam", "samsgrad": "SAMSGrad", "padam": "Padam", "pamsgrad": "PAMSGrad",
    "sgd": "SGD", "momentum": "S-Momentum",
}
SPARE = ["#000000", "#666666", "#F0E442", "#999999"]

STYLE = {
    "font.size": 8, "axes.titlesize": 8.5, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7, "legend.fontsize": 7.5,
    "font.family": "DejaVu Sans", "mathtext.fontset": "dejavusans", "axes.linewidth": 0.6, "lines.linewidth": 1.2,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.minor.width": 0.4, "ytick.minor.width": 0.4,
    "axes.spines.top": False, "axes.spines.right": False, "pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "path",
    "svg.hashsalt": "thalweg", "figure.constrained_layout.use": True,
}


def finite(values):
    return [math.nan if v is None else v for v in values]


def colour_of(method, order):
    return COLOURS.get(method) or SPARE[order.index(method) % len(SPARE)]


def marker_of(method):
    return MARKERS.get(method, "*")


DASHES = [(4, 2), (1.2, 1.4), (6, 1.5, 1.2, 1.5)]


def theorems_of(panel):
    """The labels of a panel's bounds, in order: each has a dash pattern of its own."""
    labels = []
    for series in panel["series"]:
        if series["role"] != "measured" and series["label"] not in labels:
            labels.append(series["label"])
    return labels


def draw_series(axes, series, colour, order, theorems):
    x, y = finite(series["x"]), finite(series["y"])
    shift = order.index(series["method"])
    every = max(1, len(x) // 4)
    marks = dict(marker=marker_of(series["method"]), markevery=(min(shift, len(x) - 1), every), markersize=3.6)
    if series["role"] == "measured":
        axes.plot(x, y, color=colour, zorder=3, markerfacecolor=colour, markeredgewidth=0, **marks)
        if series["lower"]:
            axes.fill_between(x, finite(series["lower"]), finite(series["upper"]), color=colour, alpha=0.16, linewidth=0, zorder=1)
    else:
        dashes = DASHES[theorems.index(series["label"]) % len(DASHES)]
        axes.plot(x, y, color=colour, dashes=dashes, linewidth=1.0 if series["role"] == "bound" else 0.7, zorder=2, markerfacecolor="white", markeredgecolor=colour, markeredgewidth=0.8, **marks)


def end_labels(axes, panel, order):
    """One label per theorem, at the right end of its highest curve; labels of one panel never share a place."""
    ends = {}
    for series in panel["series"]:
        if series["role"] == "measured" or not series["label"]:
            continue
        y = [v for v in finite(series["y"]) if not math.isnan(v)]
        if y:
            label = series["label"] + (" (vacuous)" if series["role"] == "vacuous" else "")
            ends.setdefault(label, []).append((y[-1], series))
    low, high = axes.get_ylim()
    to_unit = (lambda v: (math.log10(v) - math.log10(low)) / (math.log10(high) - math.log10(low))) if panel["log_y"] else (lambda v: (v - low) / (high - low))
    places = []
    for label, found in sorted(ends.items(), key=lambda item: -max(v for v, _ in item[1])):
        middle = [to_unit(v) for v, _ in found if v > 0 or not panel["log_y"]]
        if not middle:
            continue
        place = min(0.97, sum(middle) / len(middle))
        while any(abs(place - other) < 0.08 for other in places):
            place -= 0.01
        places.append(place)
        dashes = DASHES[theorems_of(panel).index(found[0][1]["label"]) % len(DASHES)]
        axes.add_line(Line2D([1.02, 1.09], [place, place], transform=axes.transAxes, color="#333333", dashes=dashes, linewidth=0.9, clip_on=False))
        axes.annotate(label, (1.11, place), xycoords="axes fraction", va="center", ha="left", fontsize=7, color="#333333", annotation_clip=False)


def draw_panel(axes, panel, order):
    if panel["log_x"]:
        axes.set_xscale("log")
    if panel["log_y"]:
        axes.set_yscale("log")
    for series in panel["series"]:
        draw_series(axes, series, colour_of(series["method"], order), order, theorems_of(panel))
    if panel["trivial"] is not None:
        axes.axhline(panel["trivial"], color="#999999", linewidth=0.7, zorder=0)
    if panel["y_limits"]:
        axes.set_ylim(*panel["y_limits"])
    axes.set_title(panel["title"])
    axes.set_xlabel(panel["x_label"])
    axes.set_ylabel(panel["y_label"])
    xs = [v for series in panel["series"] for v in finite(series["x"]) if not math.isnan(v)]
    if xs:
        axes.set_xlim(min(xs), max(xs))
    if panel["trivial"] is not None:
        axes.annotate("trivial value", (axes.get_xlim()[0], panel["trivial"]), xytext=(3, 2), textcoords="offset points", ha="left", va="bottom", fontsize=6.5, color="#777777")
    end_labels(axes, panel, order)


def legend(figure, spec, order):
    roles = {series["role"] for panel in spec["panels"] for series in panel["series"]}
    handles = [Line2D([], [], color=colour_of(m, order), marker=marker_of(m), markersize=4, linewidth=1.2, label=NAMES.get(m, m)) for m in order]
    if "measured" in roles:
        handles.append(Patch(facecolor="#bbbbbb", edgecolor="none", label="measured, simultaneous band"))
    if "bound" in roles:
        handles.append(Line2D([], [], color="#555555", dashes=(4, 2), linewidth=1.0, label="theorem's bound"))
    if "vacuous" in roles:
        handles.append(Line2D([], [], color="#555555", dashes=(4, 2), linewidth=0.7, label="vacuous bound"))
    if not handles:
        return
    figure.legend(handles=handles, loc="outside lower center" if hasattr(figure, "get_layout_engine") and matplotlib.__version_info__ >= (3, 7) else "lower center",
                  ncol=min(len(handles), 7), frameon=False, handlelength=2.2, columnspacing=1.4)


def methods_of(spec):
    order = [m for m in COLOURS if any(s["method"] == m for p in spec["panels"] for s in p["series"])]
    for panel in spec["panels"]:
        for series in panel["series"]:
            if series["method"] not in order:
                order.append(series["method"])
    return order


def draw(spec):
    matplotlib.rcParams.update(STYLE)
    order = methods_of(spec)
    figure, axes = plt.subplots(1, len(spec["panels"]), figsize=(spec["width"], spec["height"]), squeeze=False)
    if matplotlib.__version_info__ < (3, 7):
        # Room for the legend below: this version's layout does not see figure legends.
        figure.set_constrained_layout_pads(w_pad=0.04, h_pad=0.03)
        figure.get_layout_engine().set(rect=(0, 0.1, 1, 0.9))
    for panel, place in zip(spec["panels"], axes[0]):
        draw_panel(place, panel, order)
    if spec["title"]:
        figure.suptitle(spec["title"], fontsize=9)
    legend(figure, spec, order)
    return figure


def save(figure, spec, stem, formats):
    provenance = "study {study_hash}, store {store_hash}, code {code}".format(**spec)
    for name in formats:
        if name == "svg":
            metadata = {"Date": None, "Title": spec["id"], "Description": provenance, "Creator": "Thalweg"}
        elif name == "pdf":
            metadata = {"CreationDate": None, "ModDate": None, "Title": spec["id"], "Subject": provenance, "Creator": "Thalweg"}
        else:
            metadata = {"Title": spec["id"], "Description": provenance, "Software": "Thalweg"}
        figure.savefig(f"{stem}.{name}", format=name, dpi=300, metadata=metadata)


def main():
    parser = argparse.ArgumentParser(description="Draw a Thalweg figure spec.")
    parser.add_argument("spec")
    parser.add_argument("--formats", default="svg,pdf,png")
    parser.add_argument("--out", required=True, help="path without extension")
    options = parser.parse_args()
    with open(options.spec, encoding="utf-8") as file:
        spec = json.load(file)
    if spec.get("schema") != "thalweg.figure/1":
        sys.exit(f"{options.spec}: schema is {spec.get('schema')!r}, not 'thalweg.figure/1'")
    save(draw(spec), spec, options.out, options.formats.split(","))


if __name__ == "__main__":
    main()
