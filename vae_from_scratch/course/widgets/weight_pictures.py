"""Pictures of weights in blocks: one image's log weights with the bound of each block, and what a bound misses, split.

PNG bytes of numbers that come in ready to be shown; the still parts of each picture are drawn once.
"""

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, HALO, INK, MUTED
from vae_from_scratch.course.widgets.run_pictures import LivePlot

BLOCK, GUESS, FAMILY = "#009E73", "#E69F00", "#56B4E9"  # after Okabe & Ito, as the palette of plots
WIDTH = 660  # shown pixels
LOWEST = 1  # percent of the log weights that may lie below the picture


class WeightPictures:
    """The strip of one image's weights, and the bars of the gap."""

    def __init__(self):
        self.strip_plot = LivePlot(strip_axes, add_weights)
        self.bars_plot = LivePlot(bars_axes, add_bars)

    def strip(self, caption, weights, proposal, blocks, log_px):
        """One image's log weights {proposal: (K,)}, those of `proposal` shown; bounds of its blocks (n,); log p(x)."""
        values = np.concatenate([*weights.values(), [log_px]])
        low, high = np.percentile(values, LOWEST), np.max(values)
        room = 0.08 * (high - low)
        frame = caption, len(weights[proposal]), float(low - room), float(high + room), log_px
        return self.strip_plot.png(frame, weights[proposal], blocks)

    def bars(self, log_px, elbo, gaps, missing, caption, size):
        """The gap's parts [(guess, family)] and what the bound misses [nats], for the mean and for one image."""
        reach = float(np.ceil(1.1 * np.percentile(log_px - elbo, 90)))
        return self.bars_plot.png((max(reach, 1.0),), gaps, missing, caption, size)


# -------------------------------------------------------------------- the strip


def strip_axes(caption, draws, low, high, log_px):
    """Figure and axes for log weights in the order of their draws."""
    figure, axes = plots.new_figure(WIDTH, 270)
    left, bottom, _, tall = axes.get_position().bounds
    axes.set_position([left, bottom, 1 - left - 92 / WIDTH, tall])
    axes.set(xlim=(0, draws), ylim=(low, high))
    axes.set_xlabel("draw", fontsize=8, color=INK, labelpad=1)
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.axhline(log_px, color=INK, linewidth=1, dashes=(4, 3), zorder=1)
    plots.annotate(axes, "log p(x)", (draws, log_px), (5, 0), fontsize=8, color=INK)
    plots.title(axes, f"log weights of {caption}, nats; green: the bound of each block")
    return figure, axes


def add_weights(axes, weights, blocks):
    """Draw the log weights (K,), those beneath the axis at its foot, and each block's bound (n,)."""
    low, high = axes.get_ylim()
    places = np.arange(len(weights)) + 0.5
    shown = np.maximum(weights, low)
    size = len(weights) // len(blocks)
    ends = [[(size * i, bound), (size * (i + 1), bound)] for i, bound in enumerate(np.maximum(blocks, low))]
    mean = float(np.mean(blocks))
    _, log_px = axes.texts[0].xy
    label = mean if abs(mean - log_px) > 0.06 * (high - low) else log_px - 0.06 * (high - low)
    dots = Line2D(places, shown, linestyle="", marker="o", markersize=2, color=MUTED, alpha=0.6, zorder=2)
    steps = LineCollection(ends, colors=BLOCK, linewidths=2.2, zorder=3)
    level = Line2D([0, len(weights)], [mean, mean], color=BLOCK, linewidth=1, alpha=0.8, zorder=1)
    words = plots.annotate(axes, "their mean", (len(weights), max(label, low)), (5, 0), fontsize=8, color=BLOCK)
    return [axes.add_artist(dots), axes.add_collection(steps), axes.add_artist(level), words]


# --------------------------------------------------------------------- the bars


def bars_axes(reach):
    """Figure and axes for two bars that end at log p(x), on the right; nats below it to the left."""
    figure, axes = plots.new_figure(WIDTH, 178)
    axes.set_position([96 / WIDTH, 0.24, 1 - 116 / WIDTH, 0.5])
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(-reach, 0.0), ylim=(-0.1, 2.1), yticks=[])
    axes.set_xlabel("nats below log p(x)", fontsize=8, color=INK, labelpad=1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{-value + 0.0:g}")
    axes.axvline(0, color=INK, linewidth=1.6, zorder=5)
    plots.title(axes, "what the ELBO misses:")
    for place, text, color in ((0.27, "the encoder's guess", GUESS), (0.55, "the Gaussian family", FAMILY)):
        style = {"transform": axes.transAxes, "va": "baseline", "fontsize": 8.5}
        axes.text(place, 1.125, "■", color=color, **style)
        axes.text(place + 0.025, 1.125, text, color=INK, **style)
    return figure, axes


def add_bars(axes, gaps, missing, caption, size):
    """Draw the parts of the gap, the mean's bar above one image's, each with a mark where the bound stands."""
    reach, artists = -axes.get_xlim()[0], []
    for (guess, family), lacks, name, base in zip(gaps, missing, ("mean", caption), (1.2, 0.1), strict=True):
        family, guess = max(family, 0.0), max(guess, 0.0)
        for start, end, color in ((family + guess, family, GUESS), (family, 0.0, FAMILY)):
            corners = [[(-start, base), (-start, base + 0.7), (-end, base + 0.7), (-end, base)]]
            artists.append(axes.add_artist(PolyCollection(corners, facecolor=color, linewidth=0, zorder=2)))
        words = {"fontsize": 8, "ha": "right", "zorder": 6}
        artists.append(plots.annotate(axes, name, (-reach, base + 0.35), (-6, 0), color=INK, **words))
        place = -min(max(lacks, 0.0), reach)
        artists.append(
            Line2D([place, place], [base - 0.08, base + 0.78], color=COLORS["bound"], linewidth=2.4, zorder=4)
        )
        axes.add_artist(artists[-1])
        side, shift = ("right", -5) if place > -0.25 * reach else ("left", 5)
        style = {"fontsize": 8, "color": INK, "bbox": HALO, "zorder": 6, "ha": side}
        artists.append(plots.annotate(axes, f"K = {size}: {lacks:.2f}", (place, base + 0.35), (shift, 0), **style))
    return artists
