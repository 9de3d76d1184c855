"""Pictures of lesson 2: the error of a difference against its step, and the loss along gradient descent.

Arrays in, a Picture out; nothing here computes a result.
"""

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED, Curve

HUES = (COLORS["rate"], COLORS["distortion"], COLORS["yours"], COLORS["bound"])


def error_against_step(sizes, errors):
    """Errors {name: (n,)} over step sizes (n,), both axes in powers of ten; each curve named at its right end."""
    figure, axes = plots.new_figure(560, 330)
    left, bottom, wide, tall = axes.get_position().bounds
    axes.set_position([left + 0.02, bottom, wide - 0.15, tall])
    axes.set(xscale="log", yscale="log", xlim=(max(sizes), min(sizes)))
    axes.set_xlabel("step (smaller to the right)", fontsize=8, color=INK)
    for (name, values), hue in zip(errors.items(), HUES, strict=False):
        axes.plot(sizes, values, "o-", color=hue, linewidth=1.6, markersize=3.5)
        first = max(range(len(sizes)), key=lambda i: sizes[i])
        style = {"fontsize": 8, "color": hue, "bbox": plots.HALO}
        plots.annotate(axes, name, (sizes[first], values[first]), (6, 10), **style)
    style = {"fontsize": 8, "color": MUTED, "ha": "center"}
    plots.annotate(axes, "the bend", (1e-2, axes.get_ylim()[0]), (0, 10), **style)
    plots.annotate(axes, "the rounding", (1e-11, axes.get_ylim()[0]), (0, 10), **style)
    plots.title(axes, "error of the slope")
    alt = (
        f"The error of {len(errors)} kinds of differences against the step: down with the step at first, then up again"
    )
    return plots.still(plots.drawn(figure), alt)


def descent(losses, lines):
    """Losses {name: (n,)} over steps, with named lines {name: nats}."""
    curves = [
        Curve(range(len(values)), values, hue, name) for (name, values), hue in zip(losses.items(), HUES, strict=False)
    ]
    alt = f"The loss over {max(map(len, losses.values()))} steps, {', '.join(losses)}, and {', '.join(lines)}"
    return plots.still(plots.curve_plot(curves, lines, "loss, nats per image"), alt)
