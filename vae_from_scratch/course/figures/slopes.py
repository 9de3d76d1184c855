"""Pictures of lesson 2: the error of a difference against its step, and the loss along gradient descent.

Arrays in, a Picture out; nothing here computes a result.
"""

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED

HUES = (COLORS["rate"], COLORS["distortion"], COLORS["yours"], COLORS["bound"])


def error_against_step(sizes, errors):
    """Errors {name: (n,)} over step sizes (n,), axes in powers of ten; each curve named beside its second point."""
    figure, axes = plots.new_figure(560, 330)
    left, bottom, wide, tall = axes.get_position().bounds
    axes.set_position([left + 0.02, bottom, wide - 0.15, tall])
    axes.set(xscale="log", yscale="log", xlim=(max(sizes), min(sizes)))
    axes.set_xlabel("step (smaller to the right)", fontsize=8, color=INK)
    for (name, values), hue in zip(errors.items(), HUES, strict=False):
        axes.plot(sizes, values, "o-", color=hue, linewidth=1.6, markersize=3.5)
        plots.annotate(axes, name, (sizes[1], values[1]), (9, 7), fontsize=8, color=hue)
    style = {"fontsize": 8, "color": MUTED, "ha": "center"}
    plots.annotate(axes, "the bend", (1e-2, axes.get_ylim()[0]), (0, 10), **style)
    plots.annotate(axes, "the rounding", (1e-11, axes.get_ylim()[0]), (0, 10), **style)
    plots.title(axes, "error of the slope")
    alt = (
        f"The error of {len(errors)} kinds of differences against the step: down with the step at first, then up again"
    )
    return plots.still(plots.drawn(figure), alt)


def descent(losses, best):
    """How far losses {name: (n,)} stand above the best one, in nats, over the steps: in powers of ten."""
    figure, axes = plots.new_figure(560, 300)
    left, bottom, wide, tall = axes.get_position().bounds
    axes.set_position([left + 0.02, bottom, wide - 0.15, tall])
    axes.set(yscale="log", xlim=(0, max(map(len, losses.values())) - 1))
    axes.set_xlabel("step", fontsize=8, color=INK)
    for (name, values), hue in zip(losses.items(), HUES, strict=False):
        above = [value - best for value in values]
        axes.plot(above, color=hue, linewidth=1.8)
        plots.annotate(axes, name, (len(above) - 1, above[-1]), (6, 0), fontsize=8, color=hue)
    plots.title(axes, "nats above the formula's loss")
    alt = f"How far the loss stands above the best, over {max(map(len, losses.values()))} steps: {', '.join(losses)}"
    return plots.still(plots.drawn(figure), alt)
