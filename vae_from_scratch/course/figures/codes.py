"""Figures of lesson 4: a line that may bend, and what a code loses by the bits it is given.

Arrays in, a Picture out, in the style and palette of `plots`; nothing here computes a result.
"""

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED

TONES = (COLORS["distortion"], COLORS["rate"], COLORS["yours"], MUTED)


def straight_and_bent(points, straight, bent):
    """Points of a plane, and what two maps make of a code of one number that runs along: (N, 2), (M, 2), (M, 2)."""
    figure, axes = plots.new_figure(460, 300)
    axes.scatter(*points.T, s=9, color=MUTED, alpha=0.5, linewidths=0)
    shown = axes.axis()
    for line, color, name in ((straight, COLORS["rate"], "straight"), (bent, COLORS["distortion"], "bent")):
        axes.plot(*line.T, color=color, linewidth=2, label=name)
    axes.axis(shown)
    axes.set(xticks=(-1, -0.5, 0, 0.5, 1), yticks=(0, 0.5, 1))
    axes.legend(fontsize=8, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0)
    left, bottom, width, height = axes.get_position().bounds
    axes.set_position([left, bottom, width - 0.16, height])
    axes.set_xlabel("first number of an example", fontsize=8, color=INK)
    axes.set_ylabel("second number", fontsize=8, color=INK, labelpad=1)
    plots.title(axes, "examples, and what a code of one number can reach")
    alt = f"{len(points)} points on an arch; a straight line through their middle, and a bent one that follows them"
    return plots.still(plots.drawn(figure), alt)


def learning(curves, lines):
    """Squared error while a network learns: {name: (steps (n,), errors (n,))}, and named lines {name: error}."""
    drawn = [plots.Curve(*curve, color, name) for (name, curve), color in zip(curves.items(), TONES, strict=False)]
    alt = f"Squared error over the steps: {', '.join(curves)}; lines: {', '.join(lines)}"
    return plots.still(plots.curve_plot(drawn, lines, "squared error"), alt)


def error_against_bits(curves, last=128):
    """Squared error against bits for a digit, up to `last`: {name: (bits (n,), errors (n,))}."""
    figure, axes = plots.new_figure(620, 330)
    left, bottom, width, height = axes.get_position().bounds
    axes.set_position([left, bottom, width - 0.23, height])
    for place, ((name, (bits, errors)), color) in enumerate(zip(curves.items(), TONES, strict=True)):
        inside = bits <= last
        axes.plot(bits[inside], errors[inside], "o-", color=color, linewidth=1.6, markersize=4, clip_on=False)
        end, ends_early = (bits[inside][-1], errors[inside][-1]), bits[-1] < last
        beside = {"ha": "right"} if ends_early else {"ha": "left"}
        shift = (4, 10 if place else -10) if ends_early else (8, 0)  # the first curve is named beneath
        plots.annotate(axes, name, end, shift, fontsize=8, color=color, **beside)
    axes.set(xlim=(0, last), ylim=(0, None), xticks=range(0, last + 1, 16))
    axes.set_xlabel("bits for a digit", fontsize=8, color=INK)
    plots.title(axes, "squared error of the test digits")
    alt = f"Curves that fall: squared error of the test digits against the bits for a digit; {', '.join(curves)}"
    return plots.still(plots.drawn(figure), alt)
