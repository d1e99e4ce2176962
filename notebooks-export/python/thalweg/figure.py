"""Draws a figure spec (schema thalweg.figure/1) to SVG, PDF and PNG.

    python3 -m thalweg.figure spec.json --formats svg,pdf,png --out stem

A method has one colour and one marker in every panel; the colours are those of Okabe & Ito (2008), which colour-blind readers tell apart, and the
markers make the figure read in grey. Measured curves are solid with their band. Bounds are thin with open markers: a pattern of dots for each
theorem of a panel, named at the right end; long dashes are kept for vacuous bounds, which also say so.

The same spec gives the same bytes: no dates, a fixed salt for SVG ids, and nothing read from the user's matplotlibrc. Text is outlines in SVG (it
looks the same without the font) and an embedded TrueType font in PDF (it can be searched and copied).
"""

import argparse
import contextlib
import json
import math
import os
import sys

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import NullFormatter
from matplotlib.transforms import Affine2D, ScaledTranslation

COLOURS = {
    "adam": "#D55E00", "amsgrad": "#0072B2", "sadam": "#E69F00", "samsgrad": "#009E73",
    "padam": "#CC79A7", "pamsgrad": "#56B4E9", "sgd": "#000000", "momentum": "#666666",
}
MARKERS = {"adam": "o", "amsgrad": "s", "sadam": "^", "samsgrad": "D", "padam": "v", "pamsgrad": "P", "sgd": "X", "momentum": "p"}
NAMES = {
    "adam": "Adam", "amsgrad": "AMSGrad", "sadam": "Sadam", "samsgrad": "SAMSGrad", "padam": "Padam", "pamsgrad": "PAMSGrad",
    "sgd": "SGD", "momentum": "S-Momentum",
}
# Methods without an entry above take these by their place among such methods.
SPARE_COLOURS = ["#999999", "#882255", "#332288", "#117733"]
SPARE_MARKERS = ["*", "<", ">", "h"]

# On and off in units of the line's width.
BOUND_DASHES = [(4.0, 1.3, 1.1, 1.3), (1.1, 1.3), (4.0, 1.3, 1.1, 1.3, 1.1, 1.3), (2.2, 1.3)]
VACUOUS_DASHES = (5.0, 2.4)

STYLE = {
    "font.size": 8, "axes.titlesize": 8.5, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7, "legend.fontsize": 7.5,
    "font.family": "DejaVu Sans", "mathtext.fontset": "dejavusans", "axes.linewidth": 0.6, "lines.linewidth": 1.2,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.minor.width": 0.4, "ytick.minor.width": 0.4,
    "xtick.major.size": 3, "ytick.major.size": 3, "xtick.minor.size": 1.6, "ytick.minor.size": 1.6,
    "axes.spines.top": False, "axes.spines.right": False, "pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "path",
    "svg.hashsalt": "thalweg",
}

DARK, PALE = "#333333", "#777777"


def numbers(values):
    return [math.nan if v is None else v for v in values]


class Look:
    """Which colour, marker, width and place among the methods each method has: the same in every panel."""

    def __init__(self, spec):
        named = {series["method"] for panel in spec["panels"] for series in panel["series"]}
        spare = sorted(named - set(COLOURS))
        self.methods = [m for m in COLOURS if m in named] + spare
        self.colours = {m: COLOURS.get(m) or SPARE_COLOURS[spare.index(m) % len(SPARE_COLOURS)] for m in self.methods}
        self.markers = {m: MARKERS.get(m) or SPARE_MARKERS[spare.index(m) % len(SPARE_MARKERS)] for m in self.methods}

    def width(self, method):
        """Later curves are drawn over earlier ones and are thinner, so that a curve that coincides with another still shows beside it."""
        return max(0.9, 1.9 - 0.3 * self.methods.index(method))

    def marks(self, method, panel, x, y):
        """Indices of the points that carry a marker: a few along the axis, those of different methods at different places, none that an edge
        of the panel would cut."""
        across = shares(x, panel["log_x"], None)
        up = shares(y, panel["log_y"], panel["y_limits"])
        share = (self.methods.index(method) + 0.5) / len(self.methods)
        wanted = [0.03 + 0.94 * (k + share) / 4 for k in range(4)]
        known = [i for i in range(len(x)) if math.isfinite(across[i])]
        chosen = {min(known, key=lambda i: abs(across[i] - w)) for w in wanted if known}
        return sorted(i for i in chosen if 0.02 < across[i] < 0.98 and (not panel["y_limits"] or 0.03 < up[i] < 0.97))


def shares(values, logarithmic, limits):
    """Where values stand between the limits (or the least and the largest of them) on their axis: 0 to 1; NaN where they cannot be drawn."""
    scale = (lambda v: math.log10(v) if v > 0 else math.nan) if logarithmic else float
    places = [scale(v) for v in values]
    known = [v for v in places if math.isfinite(v)]
    low, high = (scale(v) for v in limits) if limits else (min(known, default=0), max(known, default=0))
    return [(v - low) / (high - low) if high > low else math.nan for v in places]


def theorems_of(panel):
    """The labels of a panel's bounds, in order: each has a pattern of its own."""
    labels = []
    for series in panel["series"]:
        if series["role"] != "measured" and series["label"] not in labels:
            labels.append(series["label"])
    return labels


def dashes_of(panel, series):
    if series["role"] == "vacuous":
        return VACUOUS_DASHES
    return BOUND_DASHES[theorems_of(panel).index(series["label"]) % len(BOUND_DASHES)]


def draw_series(axes, panel, series, look):
    method = series["method"]
    colour = look.colours[method]
    x, y = numbers(series["x"]), numbers(series["y"])
    marks = dict(marker=look.markers[method], markevery=look.marks(method, panel, x, y), markeredgecolor=colour)
    if series["role"] == "measured":
        axes.plot(x, y, color=colour, linewidth=look.width(method), zorder=3, markersize=3.6, markerfacecolor=colour, markeredgewidth=0, **marks)
        if series["lower"]:
            lower, upper = numbers(series["lower"]), numbers(series["upper"])
            axes.fill_between(x, lower, upper, color=colour, alpha=0.13, linewidth=0, zorder=1)
            for edge in (lower, upper):
                drawn = [v if v > 0 or not panel["log_y"] else math.nan for v in edge]
                axes.plot(x, drawn, color=colour, alpha=0.55, linewidth=0.4, zorder=1.5)
    else:
        axes.plot(x, y, color=colour, dashes=dashes_of(panel, series), linewidth=0.8 if series["role"] == "vacuous" else 1.0, zorder=2, markersize=3.4,
                  markerfacecolor="white", markeredgewidth=0.7, **marks)


def spread(places, gap, low, high):
    """Moves places (highest first) as little as needed to stand `gap` apart within [low, high], in the same order: runs that touch share
    the displacement."""
    groups = []  # middle of the group, members
    for place in places:
        groups.append([place, 1])
        while len(groups) > 1 and groups[-2][0] - groups[-1][0] < gap * (groups[-2][1] + groups[-1][1]) / 2:
            middle, count = groups.pop()
            before, others = groups[-1]
            groups[-1] = [(before * others + middle * count) / (others + count), others + count]
    spots = [middle + gap * ((count - 1) / 2 - i) for middle, count in groups for i in range(count)]
    for i in range(len(spots)):
        spots[i] = min(spots[i], high - i * gap)
    for i in reversed(range(len(spots))):
        spots[i] = max(spots[i], low + (len(spots) - 1 - i) * gap)
    return spots


def end_labels(axes, panel, look, height):
    """One label for each theorem, at the mean height of its curves' right ends, and for each measured curve that has one; an arrow where they end
    beyond the axis."""
    unit = lambda v: axes.transAxes.inverted().transform(axes.transData.transform((axes.get_xlim()[1], v)))[1]  # noqa: E731
    found = {}
    for series in panel["series"]:
        y = [v for v in numbers(series["y"]) if math.isfinite(v) and (v > 0 or not panel["log_y"])]
        if series["label"] and y:
            whose = series["method"] if series["role"] == "measured" else None
            found.setdefault((series["label"], series["role"], whose), (series, []))[1].append(unit(y[-1]))
    rows = sorted(((sum(ends) / len(ends), series) for series, ends in found.values()), key=lambda row: -row[0])  # equal ones in the order of the spec
    # A line of text, as a share of the axes' height, which is about six tenths of the figure's.
    spots = spread([place for place, _ in rows], 0.13 / (0.6 * height), 0.03, 0.97)
    for (place, series), spot in zip(rows, spots):
        text = series["label"] + (" (vacuous)" if series["role"] == "vacuous" else "")
        text += "" if place <= 1 else " \u2191"
        points = Affine2D().scale(1 / 72) + axes.figure.dpi_scale_trans + ScaledTranslation(1, spot, axes.transAxes)  # to the right of the axes
        measured = series["role"] == "measured"
        line = dict(color=look.colours[series["method"]]) if measured else dict(color=DARK, dashes=dashes_of(panel, series))
        axes.add_line(Line2D([3, 14.5], [0, 0], transform=points, linewidth=0.9, clip_on=False, **line))
        axes.annotate(text, (1, spot), xycoords="axes fraction", xytext=(17, 0), textcoords="offset points", va="center", ha="left", fontsize=7, color=DARK,
                      annotation_clip=False)


def crossed(axes, panel, level, start):
    """Whether a curve passes just above a level between `start` and a third of the axis beyond it: where a name of the level would stand."""
    place = axes.transData + axes.transAxes.inverted()
    low = place.transform((axes.get_xlim()[0], level))[1]
    for series in panel["series"]:
        points = [(x, y) for x, y in zip(numbers(series["x"]), numbers(series["y"])) if math.isfinite(x) and math.isfinite(y) and (y > 0 or not panel["log_y"])]
        if any(start <= x <= start + 0.35 and low - 0.01 <= y <= low + 0.1 for x, y in place.transform(points)) if points else False:
            return True
    return False


def draw_panel(axes, panel, look, height):
    axes.set_xscale("log" if panel["log_x"] else "linear")
    axes.set_yscale("log" if panel["log_y"] else "linear")
    for series in panel["series"]:
        draw_series(axes, panel, series, look)
    xs = [v for series in panel["series"] for v in numbers(series["x"]) if math.isfinite(v) and (v > 0 or not panel["log_x"])]
    if xs and min(xs) < max(xs):
        axes.set_xlim(min(xs), max(xs))
    if panel["y_limits"]:
        axes.set_ylim(*panel["y_limits"])
    trivial = panel["trivial"]
    if trivial is not None and (trivial > 0 or not panel["log_y"]):
        axes.axhline(trivial, color="#999999", linewidth=0.7, zorder=0)
        right = crossed(axes, panel, trivial, 0.0) and not crossed(axes, panel, trivial, 0.65)
        axes.annotate("trivial value", (1 if right else 0, trivial), xycoords=("axes fraction", "data"), xytext=(-3 if right else 3, 2.5), textcoords="offset points",
                      ha="right" if right else "left", va="bottom", fontsize=6.5, color=PALE, path_effects=[withStroke(linewidth=1.5, foreground="white")])
    axes.set_title(panel["title"])
    axes.set_xlabel(panel["x_label"])
    axes.set_ylabel(panel["y_label"])
    if panel["log_x"]:
        axes.xaxis.set_minor_formatter(NullFormatter())
    end_labels(axes, panel, look, height)


def legend_rows(spec, look):
    """Two parts: colours and markers are methods; lines are what a curve is."""
    roles = {series["role"] for panel in spec["panels"] for series in panel["series"]}
    banded = any(series["lower"] for panel in spec["panels"] for series in panel["series"])
    methods = [Line2D([], [], color=look.colours[m], marker=look.markers[m], markersize=4, markeredgewidth=0, linewidth=1.4, label=NAMES.get(m, m)) for m in look.methods]
    kinds = []
    if "measured" in roles:
        line = Line2D([], [], color=DARK, linewidth=1.4)
        kinds.append(((Patch(facecolor="#cccccc", edgecolor="none"), line) if banded else line, "measured, simultaneous band" if banded else "measured"))
    if "bound" in roles:
        kinds.append((Line2D([], [], color=DARK, dashes=BOUND_DASHES[0], linewidth=1.0, marker="o", markersize=3.4, markerfacecolor="white", markeredgewidth=0.7),
                      "bound of the theorem named at the right"))
    if "vacuous" in roles:
        kinds.append((Line2D([], [], color=DARK, dashes=VACUOUS_DASHES, linewidth=0.8), "vacuous bound"))
    return [row for row in ([(handle, handle.get_label()) for handle in methods], kinds) if row]


def place_legends(figure, rows):
    """Puts the rows below the panels, each broken into as many lines as the width needs. Returns the height they take, in inches."""
    renderer = figure.canvas.get_renderer()
    width, height = figure.get_size_inches()
    bottom = 0.04
    for row in reversed(rows):
        for lines in range(1, len(row) + 1):
            columns = math.ceil(len(row) / lines)
            legend = figure.legend([handle for handle, _ in row], [label for _, label in row], loc="lower center", bbox_to_anchor=(0.5, bottom / height), ncol=columns,
                                   frameon=False, borderpad=0, borderaxespad=0, handlelength=2.6, columnspacing=1.5, labelspacing=0.35)
            box = legend.get_window_extent(renderer)
            if box.width <= 0.98 * width * figure.dpi or columns == 1:
                break
            legend.remove()
        legend.set_in_layout(False)
        bottom += box.height / figure.dpi + 0.05
    return bottom


def draw(spec):
    """The figure of a spec; to be called, and the figure saved, within style()."""
    look = Look(spec)
    height = spec["height"]
    figure = Figure(figsize=(spec["width"], height), layout="constrained")
    FigureCanvasAgg(figure)
    count = len(spec["panels"])
    columns = min(spec.get("columns") or count, count)
    rows = math.ceil(count / columns) if count else 1
    axes = figure.subplots(rows, max(columns, 1), squeeze=False)
    for place in axes.flat[count:]:
        place.set_axis_off()
    for panel, place in zip(spec["panels"], axes.flat):
        draw_panel(place, panel, look, height / rows)
    if spec["title"]:
        figure.suptitle(spec["title"], fontsize=9)
    taken = place_legends(figure, legend_rows(spec, look)) / height
    figure.get_layout_engine().set(rect=(0, taken, 1, 1 - taken), w_pad=0.04, h_pad=0.03)
    return figure


@contextlib.contextmanager
def style():
    """Thalweg's style within a `with`, whatever the user's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def save(figure, spec, stem, formats):
    provenance = "study {study_hash}, store {store_hash}, code {code}".format(**spec)
    for name in formats:
        if name == "svg":
            metadata = {"Date": None, "Title": spec["id"], "Description": provenance, "Creator": "Thalweg"}
        elif name == "pdf":
            metadata = {"CreationDate": None, "ModDate": None, "Title": spec["id"], "Subject": provenance, "Creator": "Thalweg"}
        else:
            metadata = {"Title": spec["id"], "Description": provenance, "Software": "Thalweg"}
        part = f"{stem}.{name}.part"  # a picture is there whole or not at all
        figure.savefig(part, format=name, dpi=300, metadata=metadata)
        os.replace(part, f"{stem}.{name}")


def read(path):
    with open(path, encoding="utf-8") as file:
        spec = json.load(file)
    if not isinstance(spec, dict) or spec.get("schema") != "thalweg.figure/1":
        raise ValueError("its schema is not 'thalweg.figure/1'")
    return spec


def main():
    parser = argparse.ArgumentParser(description="Draw a Thalweg figure spec.")
    parser.add_argument("spec")
    parser.add_argument("--formats", default="svg,pdf,png")
    parser.add_argument("--out", required=True, help="path without extension")
    options = parser.parse_args()
    try:
        spec = read(options.spec)
        with style():
            save(draw(spec), spec, options.out, options.formats.split(","))
    except OSError as error:
        sys.exit(f"{error.filename or options.out}: {error.strerror or error}")
    except KeyError as error:
        sys.exit(f"{options.spec}: lacks {error}")
    except (ValueError, TypeError) as error:  # not JSON, or mathematics in a label that matplotlib cannot set
        sys.exit(f"{options.spec}: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
