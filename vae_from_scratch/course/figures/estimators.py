"""Two estimates of one slope, drawn: how far each scatters, and how that grows with dimension.

Arrays in, pictures out; nothing here computes a result. Colors after Okabe & Ito.
"""

import numpy as np
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import HALO, INK, MUTED

COLORS = {"score function": "#D55E00", "pathwise": "#0072B2"}
BINS = 61


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

    unit: a spread to be held against, drawn as a bracket under each.
    """
    figure, axes = plots.new_figure(620, 330)
    axes.remove()
    edges = np.linspace(exact - reach, exact + reach, BINS + 1)
    for row, (name, values) in enumerate(estimates.items()):
        panel = figure.add_axes([0.06, 0.6 - 0.48 * row, 0.9, 0.27])
        draw_histogram(panel, np.clip(values, edges[0], edges[-1]), edges, COLORS[name])
        panel.axvline(exact, ymax=1.0, color=INK, linewidth=1.0, dashes=(3, 2), zorder=4)
        text = f"{name}: mean {np.mean(values):,.2f}, spread {np.std(values):,.2f}"
        panel.text(0, 1.17, text, transform=panel.transAxes, fontsize=9.5, color=COLORS[name], weight="bold")
        draw_bracket(panel, exact, unit)
    return plots.drawn(figure)


def draw_histogram(axes, values, edges, color):
    """Bars of equal total area on an axis without heights."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8, length=3)
    heights, _ = np.histogram(values, edges)
    axes.stairs(heights, edges, fill=True, color=color, alpha=0.85)
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, max(1.05 * np.max(heights), 1)), yticks=[])
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.4g}"))


def draw_bracket(axes, center, half):
    """A thin ruler of center ± half above the bars, named."""
    transform = axes.get_xaxis_transform()
    axes.plot(
        [center - half, center + half], [1.07, 1.07], color=INK, linewidth=2.2, transform=transform, clip_on=False
    )
    label = "one pathwise draw, ± its spread"
    right = axes.get_xlim()[1]
    place = (min(center + half, right), 1.07)
    axes.annotate(
        label, place, (6, 0), xycoords=transform, textcoords="offset points", fontsize=7.5, color=MUTED, va="center",
        annotation_clip=False, bbox=HALO,
    )  # fmt: skip
