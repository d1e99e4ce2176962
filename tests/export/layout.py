"""Draws a spec and tells what a reader could not read: text that leaves the page, text on other text, a legend on a panel, a method or a kind
of line that the legend lacks, a curve under the name of the trivial value. One line each on standard error; exit status 1 if there is any."""

import sys

from matplotlib.legend import Legend
from matplotlib.text import Text

from thalweg import figure as drawing


def hidden_ticks(axes):
    """Labels of ticks beyond the limits: matplotlib keeps them, and never draws them."""
    hidden = set()
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks() + axis.get_minor_ticks():
            if not low * (1 - 1e-9) <= tick.get_loc() <= high * (1 + 1e-9):
                hidden |= {id(tick.label1), id(tick.label2)}
    return hidden


def faults(spec):
    with drawing.style():
        figure = drawing.draw(spec)
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        hidden = set().union(*(hidden_ticks(axes) for axes in figure.axes))
        texts = [(t.get_text(), t.get_window_extent(renderer)) for t in {id(t): t for t in figure.findobj(Text)}.values()
                 if t.get_visible() and t.get_text().strip() and id(t) not in hidden]
        page = figure.bbox
        for text, box in texts:
            if box.x0 < page.x0 - 0.5 or box.x1 > page.x1 + 0.5 or box.y0 < page.y0 - 0.5 or box.y1 > page.y1 + 0.5:
                yield f"{text!r} leaves the page"
        for i, (text, box) in enumerate(texts):
            for other, second in texts[:i]:
                if min(box.x1, second.x1) - max(box.x0, second.x0) > 1 and min(box.y1, second.y1) - max(box.y0, second.y0) > 1:
                    yield f"{text!r} lies on {other!r}"
        legends = figure.findobj(Legend)
        for legend in legends:
            for axes in figure.axes:
                if legend.get_window_extent(renderer).overlaps(axes.get_tightbbox(renderer)):
                    yield f"a legend lies on the panel {axes.get_title()!r}"
        entries = " ".join(text.get_text() for legend in legends for text in legend.get_texts())
        for panel in spec["panels"]:
            for series in panel["series"]:
                for word in (drawing.NAMES.get(series["method"], series["method"]), series["role"]):
                    if word not in entries:
                        yield f"the legend lacks {word!r}"
        for axes in figure.axes:
            for text in axes.texts:
                box = text.get_window_extent(renderer)
                for line in axes.lines:
                    if line.get_transform() == axes.transData and box.count_contains(line.get_transform().transform(line.get_xydata())):
                        yield f"a curve runs through {text.get_text()!r}"
            if axes.get_window_extent(renderer).width < 0.1 * page.width:
                yield f"the panel {axes.get_title()!r} is too narrow"


if __name__ == "__main__":
    found = sorted(set(faults(drawing.read(sys.argv[1]))))
    sys.stderr.write("".join(line + "\n" for line in found))
    sys.exit(1 if found else 0)
