"""Two estimates of one slope, drawn: how far each scatters, and how that grows with dimension.

Arrays in, pictures out; nothing here computes a result. Colors after Okabe & Ito. A histogram's axes are drawn once
and kept: its bars are painted over them.
"""

from functools import lru_cache

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter
from PIL import ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import INK, MUTED, PIXELS

COLORS = {"score function": "#D55E00", "pathwise": "#0072B2"}
BINS = 61
WIDTH, HEIGHT, LEFT, WIDE = 620, 165, 38, 558  # shown pixels: of a panel; its axis's left end and width
FLOORS, TALL = (130, 295), 86  # rows of the panels' axes; how tall the highest bar is
RULER = "one pathwise draw, ± its spread"


def variances(dimensions, measured):
    """Variance of one draw's estimate against dimension: (n,), {"pathwise": (n,), "score function": (n,)}."""
    figure, axes = plots.new_figure(560, 300)
    left, bottom, wide, tall = axes.get_position().bounds
    axes.set_position([left + 0.03, bottom, wide - 0.2, tall])
    axes.set(xscale="log", yscale="log")
    axes.xaxis.set_major_locator(FixedLocator(dimensions))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    axes.set_xlabel("number of latents", fontsize=8, color=INK)
    for name, values in measured.items():
        axes.plot(dimensions, values, "o-", color=COLORS[name], markersize=4, linewidth=1.6)
        plots.annotate(axes, name, (dimensions[-1], values[-1]), (8, 0), fontsize=8.5, color=COLORS[name])
    plots.title(axes, "variance of one draw's estimate of one slope (both axes logarithmic)")
    alt = (
        f"Variance against the number of latents, {dimensions[0]} to {dimensions[-1]}: the pathwise estimate's stays, "
    )
    return plots.still(plots.drawn(figure), alt + "the score function estimate's grows")


def histograms(estimates, exact, reach, unit):
    """A histogram for each {name: estimates (R,)}, one under another on one axis, exact ± reach; a Pillow image.

    unit: a spread to be held against, drawn as a ruler over each.
    """
    picture = plots.stacked([empty_panel(exact, reach)] * len(FLOORS), gap=0)
    pen, (middle, half) = ImageDraw.Draw(picture), (LEFT + WIDE / 2, WIDE / 2 * min(unit / reach, 1.0))
    for floor, (name, values) in zip(FLOORS, estimates.items(), strict=True):
        draw_bars(pen, np.clip((values - exact) / reach, -1, 1), floor, COLORS[name])
        for y in range(0, TALL, 6):
            pen.line(scaled(middle, floor - y, middle, floor - y - 3), fill=INK, width=PIXELS)
        words = f"{name}: mean {np.mean(values):,.2f}, spread {np.std(values):,.2f}"
        pen.text(scaled(LEFT, floor - TALL - 24), words, fill=COLORS[name], font=plots.font(26), anchor="ls")
        ruler = floor - TALL - 10
        pen.line(scaled(middle - half, ruler, middle + half, ruler), fill=INK, width=3 * PIXELS)
        pen.text(scaled(middle + half + 8, ruler), RULER, fill=MUTED, font=plots.font(21), anchor="lm")
    return picture


@lru_cache(maxsize=32)
def empty_panel(exact, reach):
    """The axis of a histogram, exact ± reach, with nothing on it."""
    figure, axes = plots.new_figure(WIDTH, HEIGHT)
    axes.set_position([LEFT / WIDTH, 1 - FLOORS[0] / HEIGHT, WIDE / WIDTH, TALL / HEIGHT])
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(exact - reach, exact + reach), yticks=[])
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.4g}"))
    return plots.drawn(figure)


def draw_bars(pen, places, floor, color):
    """Bars of places (R,) between -1 and 1, the highest as tall as its panel."""
    heights, edges = np.histogram(places, np.linspace(-1, 1, BINS + 1))
    for height, left, right in zip(heights, edges[:-1], edges[1:], strict=True):
        x0, y0, x1, y1 = scaled(
            LEFT + WIDE * (1 + left) / 2, floor - TALL * height / max(heights), LEFT + WIDE * (1 + right) / 2, floor
        )
        if height:
            pen.rectangle([x0, min(y0, y1 - 1), x1 - 1, y1 - 1], fill=color)


def scaled(*lengths):
    """Shown pixels as file pixels."""
    return [round(PIXELS * length) for length in lengths]
