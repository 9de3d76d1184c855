"""Lesson 11's figure: how bounds approach log p(x) as draws are added.

Arrays in, a Picture out, in the style and palette of `plots`; nothing here computes a result.
"""

import numpy as np

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED

LABELED = 1, 2, 5, 10, 50, 100, 500  # of the axis


def by_draws(sizes, bounds):
    """Bounds {proposal: (len(sizes),)} in nats over the number of draws in a block, on a scale of factors; two of them.

    A dashed line shows what one draw of the second proposal gives.
    """
    figure, axes = plots.new_figure(600, 290)
    left, bottom, _, tall = axes.get_position().bounds
    axes.set_position([left, bottom, 1 - left - 150 / 600, tall])
    shown = np.concatenate(list(bounds.values()))
    room = 0.06 * np.ptp(shown)
    axes.set(xscale="log", xlim=(sizes[0], sizes[-1]), ylim=(min(shown) - room, max(shown) + room))
    axes.set_xticks(sizes, [f"{size}" if size in LABELED else "" for size in sizes])
    axes.minorticks_off()
    axes.set_xlabel("K, draws in a block", fontsize=8, color=INK)
    ends = [values[-1] for values in bounds.values()]
    places = plots.spread(ends, 15 * np.ptp(axes.get_ylim()) / (tall * 290), np.inf)
    colors = COLORS["rate"], COLORS["distortion"]
    for (name, values), place, color in zip(bounds.items(), places, colors, strict=True):
        axes.plot(sizes, values, color=color, linewidth=1.8, marker="o", markersize=3)
        plots.annotate(axes, name, (sizes[-1], place), (6, 0), fontsize=8, color=color)
    *_, second = bounds.values()
    axes.axhline(second[0], color=MUTED, linewidth=0.8, dashes=(4, 3), zorder=1)
    plots.title(axes, "bound on log p(x), mean over images, nats")
    return plots.still(plots.drawn(figure), "Two curves over the number of draws, both rising towards log p(x)")
