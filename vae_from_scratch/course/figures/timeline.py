"""Lesson 13's pictures: the time line of a step, and how time grows with the batch.

Seconds and arrays in, Pillow images or a Picture out; nothing here computes a result.
"""

from matplotlib.patches import Patch
from matplotlib.ticker import StrMethodFormatter

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED

SIZE = 760, 108  # shown pixels of one lane's picture, axis included
ROW = 34  # and of each further lane
KINDS = {"matrix products": COLORS["distortion"], "all else": COLORS["rate"], "orders": COLORS["yours"], "step": MUTED}


def lanes(rows, heading):
    """Lanes over one axis of milliseconds: {name: [(kind, begins (J,), durations (J,)), ...]}, in seconds."""
    width, height = SIZE[0], SIZE[1] + ROW * (len(rows) - 1)
    figure, axes = plots.new_figure(width, height)
    axes.set_position([118 / width, 46 / height, 1 - 136 / width, 1 - 74 / height])
    last = 0.0
    for place, blocks in enumerate(rows.values()):
        for kind, begins, durations in blocks:
            bars = 1e3 * begins, 1e3 * durations
            axes.broken_barh(list(zip(*bars, strict=True)), (place - 0.32, 0.64), color=KINDS[kind], linewidth=0)
            last = max([last, *(bars[0] + bars[1])])
    axes.set(xlim=(0, 1.02 * last), ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks(range(len(rows)), list(rows), fontsize=8, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("milliseconds", fontsize=8, color=INK, labelpad=1, x=0.3)
    shown = dict.fromkeys(kind for blocks in rows.values() for kind, _, _ in blocks)
    patches = [Patch(color=KINDS[kind], label=kind) for kind in shown]
    style = {"fontsize": 7.5, "frameon": False, "labelcolor": MUTED, "handlelength": 1.0, "borderpad": 0}
    corner = axes.get_position().x1, 0.0
    figure.legend(handles=patches, ncols=3, loc="lower right", bbox_to_anchor=corner, **style)
    plots.title(axes, heading)
    return plots.drawn(figure)


def by_batch(batches, lines):
    """Milliseconds of a step over the batch, both on scales of factors: {name: seconds (len(batches),)}; a Picture."""
    figure, axes = plots.new_figure(620, 300)
    left, bottom, _, tall = axes.get_position().bounds
    axes.set_position([left, bottom, 1 - left - 190 / 620, tall])
    for (name, seconds), color in zip(lines.items(), (INK, COLORS["rate"], COLORS["distortion"]), strict=False):
        axes.plot(batches, 1e3 * seconds, color=color, linewidth=1.8, marker="o", markersize=3.5)
        plots.annotate(axes, name, (batches[-1], 1e3 * seconds[-1]), (6, 0), fontsize=8, color=color)
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(batches, [f"{batch:,}" for batch in batches])
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.minorticks_off()
    axes.set_xlabel("batch", fontsize=8, color=INK)
    plots.title(axes, "milliseconds a step")
    return plots.still(plots.drawn(figure), f"Time of a step over the batch, on scales of factors: {', '.join(lines)}")
