"""Pictures of the shuffle pad: curves of one setting under way, and where both models end over the shuffled pixels."""

import numpy as np

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import FAINT, INK, MUTED

HUES = (INK, "#009E73")  # of the models, in their order
LOWEST, HIGHEST = 100, 220  # nats that are shown
WIDTH, HEIGHT = 480, 270


def curves(count, runs, length):
    """Bounds {model: [(step, nats), ...]} over the steps, at one number of shuffled pixels; a Pillow image."""
    figure, axes = framed((0, 1.3 * length), "step", f"{count} of 784 pixels shuffled: nats per test digit")
    axes.spines["bottom"].set_bounds(0, length)
    axes.set(ylim=(LOWEST, HIGHEST), xticks=[k * length / 4 for k in range(5)])
    named_lines(axes, runs)
    return plots.drawn(figure)


def ends(trained):
    """Where training ended, over the number of shuffled pixels: {count: {model: [(step, nats), ...]}}.

    Dots are measured; the dotted lines only say which belong together.
    """
    figure, axes = framed((-30, 1050), "shuffled pixels", "nats per test digit at the end, lower is better")
    axes.spines["bottom"].set_bounds(0, 784)
    axes.set_xticks([0, 196, 392, 588, 784])
    counts = sorted(trained)
    named_lines(axes, {m: [(count, trained[count][m][-1][1]) for count in counts] for m in trained[counts[0]]}, "o:")
    return plots.drawn(figure)


def framed(across, name, heading):
    """A figure and its axes with this range across."""
    figure, axes = plots.new_figure(WIDTH, HEIGHT)
    axes.set_xlim(across)
    axes.set_xlabel(name, fontsize=8, color=INK, x=0.4)
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.tick_params(axis="y", labelcolor=MUTED)
    plots.title(axes, heading)
    return figure, axes


def named_lines(axes, lines, style="-"):
    """Lines {name: [(x, y), ...]}, each with its name beside its last point; the names keep apart."""
    drawn = {}
    for hue, (name, points) in zip(HUES, lines.items(), strict=True):
        if points:
            across, nats = np.transpose(points)
            axes.plot(across, nats, style, color=hue, linewidth=1.8, markersize=5)
            drawn[name] = across[-1], nats[-1], hue
    low, high = axes.get_ylim()
    ends = [np.clip(nats, low, high) for _, nats, _ in drawn.values()]
    places = plots.spread(ends, 0.075 * (high - low), high)
    for place, (name, (across, _, hue)) in zip(places, drawn.items(), strict=True):
        plots.annotate(axes, name, (across, place), (7, 0), fontsize=8, color=hue, bbox=plots.HALO)
