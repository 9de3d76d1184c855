"""What a VAE imagines: where the digits are and where the prior is, and how far images lie from the training digits.

Arrays in, a Picture out.
"""

import matplotlib
import numpy as np

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED

RARER_TO_OFTENER = matplotlib.colormaps["PuOr"].resampled(13)  # orange, white, purple


def holes(log_q, log_p, reach, points, level):
    """Aggregate posterior against prior, log-densities on a plane of -reach to reach, rows from the top; dots (N, 2).

    White where neither goes: both are rarer there than the prior at three and a half standard deviations.
    """
    figure, axes = plots.new_figure(520, 430)
    axes.set_position([46 / 520, 40 / 430, 360 / 520, 360 / 430])
    extent = -reach, reach, -reach, reach
    nobody = np.maximum(log_q, log_p) < -np.log(2 * np.pi) - 3.5**2 / 2
    log_ratio = np.ma.masked_where(nobody, np.clip(log_q - log_p, -3, 3))
    picture = axes.imshow(log_ratio, extent=extent, vmin=-3, vmax=3, cmap=RARER_TO_OFTENER, interpolation="nearest")
    if np.min(log_ratio) < np.log(level) < np.max(log_ratio):
        style = {"colors": INK, "linewidths": 1.1, "linestyles": "solid"}
        axes.contour(log_ratio[::-1], levels=[np.log(level)], extent=extent, **style)
    axes.plot(*points.T, ".", color=INK, markersize=1.6, alpha=0.55)
    for radius in (1, 2):
        angle = np.linspace(0, 2 * np.pi, 200)
        axes.plot(radius * np.cos(angle), radius * np.sin(angle), color=MUTED, linewidth=0.9)
    axes.set(xlim=extent[:2], ylim=extent[2:])
    axes.set_xlabel("latent 0", fontsize=8, color=INK)
    axes.set_ylabel("latent 1", fontsize=8, color=INK, labelpad=0)
    bar = figure.colorbar(picture, cax=figure.add_axes([424 / 520, 40 / 430, 12 / 520, 360 / 430]), ticks=(-3, 0, 3))
    bar.ax.set_yticklabels(["20 times\nrarer", "as often", "20 times\nmore often"], fontsize=7.5, color=INK)
    bar.outline.set_visible(False)
    plots.title(axes, "digits (dots) against the prior (circles); framed: holes")
    return plots.still(
        plots.drawn(figure), "A plane of two latents: where digits lie more often than the prior, and holes"
    )


def distances(rows):
    """How squared distances are spread, {name: (N,)}: one outline each over a common axis; a Picture."""
    figure, axes = plots.new_figure(560, 250)
    bins = np.arange(0, 4 + max(np.max(values) for values in rows.values()), 4)  # of whole pixels
    for (name, values), color in zip(rows.items(), (INK, COLORS["rate"], COLORS["distortion"]), strict=False):
        heights, _ = np.histogram(values, bins)
        axes.stairs(heights / len(values), bins, color=color, linewidth=1.7, label=name)
    axes.set(xlim=(0, bins[-1]), yticks=[])
    axes.set_xlabel("pixels that differ from the nearest training digit", fontsize=8, color=INK)
    axes.legend(fontsize=8, frameon=False, labelcolor=INK, loc="upper right")
    plots.title(axes, "share of images")
    return plots.still(plots.drawn(figure), f"Distances to the nearest training digit: {'; '.join(rows)}")
