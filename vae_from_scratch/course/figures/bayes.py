"""Bayes' rule in one dimension: a prior, what an observation says, and the posterior. Arrays in, a Picture out."""

import numpy as np

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED


def prior_to_posterior(z, prior, likelihood, posterior, span=(-3.2, 3.2)):
    """Three curves over one latent z (n,): the densities of prior and posterior; the likelihood, scaled to fit."""
    figure, axes = plots.new_figure(560, 240)
    curves = {
        "prior p(z)": (prior, MUTED),
        "likelihood p(x | z), scaled": (likelihood / np.max(likelihood) * np.max(posterior) / 2, COLORS["distortion"]),
        "posterior p(z | x)": (posterior, COLORS["rate"]),
    }
    inside = (z >= span[0]) & (z <= span[1])
    for name, (heights, color) in curves.items():
        axes.plot(z[inside], heights[inside], color=color, linewidth=1.8, label=name)
    axes.set(xlim=span, ylim=(0, 1.12 * np.max(posterior)))
    axes.set_xlabel("latent z", fontsize=8, color=INK, labelpad=1)
    axes.legend(loc="upper left", fontsize=8, frameon=False, labelcolor=INK)
    plots.title(axes, "density")
    return plots.still(plots.drawn(figure), "Over one latent: a wide prior, the scaled likelihood, a narrow posterior")
