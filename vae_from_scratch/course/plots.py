"""The course's plots: arrays in, Pillow images out.

One palette names the quantities (after Okabe & Ito: told apart by color-blind readers, and in gray print by their
labels). Nothing here touches pyplot or its global settings, and nothing computes: numbers come in ready to be shown.
What `pictures` makes (digits, captions, sheets put together, the still picture itself) is at hand here, too: lessons
and widgets know one name.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from PIL import Image

from vae_from_scratch.course.pictures import (  # noqa: F401 - one name for lessons and widgets
    FAINT,
    GAP,
    INK,
    MUTED,
    PIXELS,
    SIDE,
    ZOOM,
    Picture,
    beside,
    captioned,
    digit_blocks,
    digit_grid,
    digit_rows,
    font,
    framed,
    large_digit,
    matted,
    pasted,
    png,
    stacked,
    still,
)

COLORS = {
    "rate": "#D55E00",
    "distortion": "#0072B2",
    "bound": "#222222",
    "yours": "#AA4499",
}
HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}  # behind text that crosses lines


class Curve(NamedTuple):
    """One line of a plot: values (n,) in nats over steps (n,); only a labeled curve is drawn thick."""

    steps: np.ndarray
    values: np.ndarray
    color: str
    label: str = ""


def new_figure(width, height):
    """A figure of this many shown pixels, with one quiet pair of axes, and a canvas that draws it in memory."""
    figure = Figure(figsize=(width / 100, height / 100), dpi=100 * PIXELS, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes([46 / width, 40 / height, 1 - 58 / width, 1 - 70 / height])
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(MUTED)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8, length=3)
    return figure, axes


def title(axes, text):
    """A title at the left, level with the axis's own numbers."""
    axes.set_title(text, loc="left", x=0, fontsize=8.5, color=INK, pad=10)


def canvas_image(canvas):
    """What a canvas shows now, as a Pillow image."""
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def curve_axes(last_step, top, lines, heading="nats per digit", width=560, height=300, bottom=0.0):
    """Figure and axes for curves in nats, bottom to top, with a named line for each {name: nats}.

    Names stand at the right; a line above the top is named there with an arrow.
    """
    figure, axes = new_figure(width, height)
    left, low, _, tall = axes.get_position().bounds
    axes.set_position([left, low, 1 - left - 152 / width, tall])
    right = 1.3 * last_step  # room for the curves' labels
    ticks = MaxNLocator(5, integer=True).tick_values(0, last_step)
    axes.set(xlim=(0, right), ylim=(bottom, top), xticks=[tick for tick in ticks if tick <= last_step])
    axes.set_xlabel("step", fontsize=8, color=INK, x=0.5 / 1.3)
    axes.spines["bottom"].set_bounds(0, last_step)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    title(axes, heading)
    nats_per_row = (top - bottom) * 15 / (tall * height)
    lines = dict(sorted(lines.items(), key=lambda line: line[1]))
    places = spread([min(nats, top + nats_per_row) for nats in lines.values()], nats_per_row, top + nats_per_row)
    for place, (name, nats) in zip(places, lines.items(), strict=True):
        if nats <= top:
            axes.axhline(nats, color=MUTED, linewidth=0.8, dashes=(4, 3), zorder=1)
        text = f"{name} {nats:.2f}" if nats <= top else f"↑ {name} {nats:.2f}"
        annotate(axes, text, (right, place), (6, 0), fontsize=7.5, color=MUTED)
    return figure, axes


def add_curves(axes, curves, marks=(), note=""):
    """Draw curves, labels beside their last points, a rule for each mark (step, text, row), and a note in the middle.

    Returns the artists.
    """
    artists, (_, right), (bottom, top) = [], axes.get_xlim(), axes.get_ylim()
    shown = [curve for curve in curves if len(curve.steps)]
    for curve in shown:
        style = {"linewidth": 1.8} if curve.label else {"linewidth": 1.0, "alpha": 0.55}
        style |= {"marker": "o", "markersize": 3.5, "clip_on": False} if len(curve.steps) == 1 else {}
        artists.append(axes.add_artist(Line2D(curve.steps, curve.values, color=curve.color, zorder=3, **style)))
    named = [curve for curve in shown if curve.label and np.isfinite(curve.values[-1])]
    nats_per_row = (top - bottom) * 16 * PIXELS / axes.bbox.height
    ends = [np.clip(curve.values[-1], bottom + nats_per_row / 2, top) for curve in named]  # off the axis below
    for place, curve in zip(spread(ends, nats_per_row, top), named, strict=True):
        style = {"fontsize": 8, "color": curve.color, "bbox": HALO, "zorder": 4}
        artists.append(annotate(axes, curve.label, (curve.steps[-1], place), (5, 0), **style))
    for step, text, row in marks:
        side, shift = ("right", -3) if step > 0.7 * right else ("left", 3)
        style = {"fontsize": 7, "color": MUTED, "bbox": HALO, "zorder": 4, "ha": side}
        artists.append(axes.add_artist(Line2D([step, step], [bottom, top], color=FAINT, linewidth=0.9, zorder=0)))
        artists.append(annotate(axes, text, (step, top), (shift, -5 - 9 * row), **style))
    if note:
        style = {"fontsize": 8, "color": MUTED, "bbox": HALO, "zorder": 4, "ha": "center"}
        artists.append(annotate(axes, note, (0.4 * right, 0.4 * bottom + 0.6 * top), (0, 0), **style))
    return artists


def annotate(axes, text, place, shift, **style):
    """Text at a place of the axes, shifted by points; it may leave the axes."""
    return axes.annotate(text, place, shift, textcoords="offset points", va="center", annotation_clip=False, **style)


def spread(places, gap, top):
    """Places moved down no more than needed to stand `gap` apart, the highest at most at `top`; same order as given."""
    moved, above = np.array(places, dtype=float), top + gap
    for i in np.argsort(moved, kind="stable")[::-1]:  # of equals, the last is the highest
        above = moved[i] = min(moved[i], above - gap)
    return moved


def curve_plot(curves, lines, heading="nats per digit", span=None):
    """Curves with named lines {name: nats}; a Pillow image. All of it is to be seen, or a `span` (bottom, top)."""
    highest = max([*lines.values(), *(np.max(curve.values) for curve in curves)])
    bottom, top = span or (0.0, 1.05 * highest)
    figure, axes = curve_axes(max(curve.steps[-1] for curve in curves), top, lines, heading, bottom=bottom)
    add_curves(axes, curves)
    return drawn(figure)


def rate_axes(latent_dim, top, width=560, height=150):
    """Figure and axes for one bar per latent, 0 to top nats."""
    figure, axes = new_figure(width, height)
    axes.set(xlim=(-0.6, latent_dim - 0.4), ylim=(0, top))
    axes.xaxis.set_major_locator(MaxNLocator(min(latent_dim, 20), integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.tick_params(axis="x", length=0)
    title(axes, "KL of each latent, nats: together they are the rate")
    axes.set_xlabel("latent", fontsize=8, color=INK, labelpad=1)
    return figure, axes


def add_rates(axes, rates):
    """Draw the bars; returns the new artists."""
    left, width = np.arange(len(rates)) - 0.35, 0.7
    corners = [[(x, 0), (x, nats), (x + width, nats), (x + width, 0)] for x, nats in zip(left, rates, strict=True)]
    return [axes.add_artist(PolyCollection(corners, facecolor=COLORS["rate"], zorder=3))]


def rate_plot(rates):
    """KL of each latent (L,) in nats as bars; a Pillow image."""
    figure, axes = rate_axes(len(rates), round_top(max(rates)))
    add_rates(axes, rates)
    return drawn(figure)


def drawn(figure):
    """A figure drawn whole, as a Pillow image."""
    figure.canvas.draw()
    return canvas_image(figure.canvas)


def top_for(nats, lines):
    """Top of an axis for curves that now stand at `nats`: a little above the nearest named line over them."""
    above = [line for line in lines if line > nats]
    return 1.12 * min(above) if above else round_top(nats)


def round_top(highest, least=2.0):
    """The smallest of least, 2 least, 4 least, ... that is at least `highest`: an axis that seldom changes."""
    if not 0 < highest < np.inf:
        return least
    return float(max(least, least * 2.0 ** np.ceil(np.log2(highest / least))))
