"""Figures about bounds: why the mean of the logs is low, and what two Gaussians make of two humps.

Arrays in, a Picture out, in the style and palette of `plots`; nothing here computes a result.
"""

import numpy as np

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, HALO, INK, MUTED

GAP, GAP_INK, POSTERIOR = "#E69F00", "#8A5A00", "#999999"  # as in the widget of the bound
FITS = "#009E73", "#CC79A7"


def jensen(weights, mean_of_logs, log_of_mean):
    """Weights (K,) on the curve of the logarithm, with the mean of their logs and, above it, the log of their mean."""
    figure, axes = plots.new_figure(560, 300)
    t, mean = np.linspace(0.12, 1.12 * np.max(weights), 400), np.mean(weights)
    axes.set(xlim=(0, 1.14 * np.max(weights)), ylim=(-2.0, np.log(np.max(weights)) + 0.5))
    axes.plot(t, np.log(t), color=INK, linewidth=1.6)
    axes.plot(t, np.log(mean) + (t - mean) / mean, color=FAINT, linewidth=1.2, dashes=(4, 3))
    axes.plot(weights, np.log(weights), "o", color=COLORS["distortion"], markersize=7)
    axes.plot([0, mean], [mean_of_logs, mean_of_logs], color=FAINT, linewidth=0.9)
    axes.plot([mean, mean], [-2.0, mean_of_logs], color=FAINT, linewidth=0.9)
    axes.plot([mean, mean], [mean_of_logs, log_of_mean], color=GAP, linewidth=4, solid_capstyle="butt")
    axes.plot(mean, log_of_mean, "o", color=INK, markersize=8)
    axes.plot(mean, mean_of_logs, "o", color=INK, markerfacecolor="white", markersize=8)
    plots.annotate(axes, f"log of the mean {log_of_mean:.2f}", (mean, log_of_mean), (-6, 12), fontsize=8.5, ha="right")
    plots.annotate(
        axes, f"mean of the logs {mean_of_logs:.2f}", (mean, mean_of_logs), (10, -6), fontsize=8.5, bbox=HALO
    )
    plots.annotate(axes, "mean", (mean, -2.0), (5, 8), fontsize=8, color=MUTED)
    axes.set_xlabel("weight w", fontsize=8, color=INK)
    plots.title(axes, "log w; the dashed line touches it at the mean weight")
    words = f"log of the mean {log_of_mean:.2f}, mean of the logs {mean_of_logs:.2f}"
    return plots.still(plots.drawn(figure), f"The curve of the logarithm with {len(weights)} weights on it: {words}")


def fits(z, posterior, densities):
    """A posterior (G,) over z (G,) as a gray hill, with up to two {caption: density (G,)} over it."""
    figure, axes = plots.new_figure(560, 270)
    axes.fill_between(z, posterior, color=POSTERIOR, alpha=0.55, linewidth=0)
    axes.plot(z, posterior, color=POSTERIOR, linewidth=1.2)
    highest = max(np.max(posterior), *(np.max(density) for density in densities.values()))
    axes.set(xlim=(z[0], z[-1]), ylim=(0, 1.22 * highest))
    axes.set_xlabel("z", fontsize=8, color=INK, labelpad=1)
    for row, (color, (caption, density)) in enumerate(zip(FITS, densities.items(), strict=False)):
        axes.plot(z, density, color=color, linewidth=2.2)
        style = {"transform": axes.transAxes, "fontsize": 8.5, "color": color, "weight": "bold"}
        axes.text(0.02, 0.93 - 0.09 * row, caption, **style)
    plots.title(axes, "density over z; gray: the posterior")
    return plots.still(plots.drawn(figure), "A posterior with two humps, and over it: " + "; ".join(densities))
