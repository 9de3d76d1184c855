"""Figures that belong to one idea: where posteriors lie, and what a model makes of one image.

Arrays in, a Picture out, in the style and palette of `plots`; nothing here computes a result.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patches import Ellipse

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, INK, MUTED, SIDE

COST = LinearSegmentedColormap.from_list("cost", ["white", COLORS["distortion"]])


def side_by_side(blocks, columns=8):
    """Grids of digits side by side: {caption: images (N, 784)}."""
    alt = "; ".join(f"{len(images)} images: {caption}" for caption, images in blocks.items())
    return plots.still(plots.matted(plots.digit_blocks(blocks, columns)), alt)


def in_rows(rows):
    """Rows of digits under their captions: {caption: images (N, 784)}."""
    alt = "; ".join(f"{len(images)} images: {caption}" for caption, images in rows.items())
    return plots.still(plots.matted(plots.digit_rows(rows)), alt)


def latent_patches(mean, std, images):
    """Each image at its mean in a plane of two latents, in an ellipse of two std: (N, 2), (N, 2), (N, 784).

    Two faint circles show the prior, at one and at two standard deviations.
    """
    figure, axes = plots.new_figure(460, 470)
    reach = 1.05 * max(2.0, np.max(np.abs(mean) + 2 * std))
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.set_xlabel("latent 0", fontsize=8, color=INK)
    axes.set_ylabel("latent 1", fontsize=8, color=INK, labelpad=0)
    for radius in (1, 2):
        axes.add_patch(Ellipse((0, 0), 2 * radius, 2 * radius, fill=False, edgecolor=FAINT, linewidth=0.9))
        plots.annotate(axes, f"prior, {radius} std", (0, radius), (0, 5), fontsize=7, color=MUTED, ha="center")
    for center, spread, image in zip(mean, std, images, strict=True):
        axes.add_patch(Ellipse(center, *(4 * spread), facecolor=COLORS["rate"], alpha=0.30, zorder=2))
        thumb = OffsetImage(image.reshape(SIDE, SIDE), zoom=0.55, cmap=transparent_ink())
        axes.add_artist(AnnotationBbox(thumb, center, frameon=False, zorder=3))
    plots.title(axes, "q(z | x) of each image: its mean, with two std around it")
    return plots.still(plots.drawn(figure), f"{len(images)} images, each in its own patch of a plane of two latents")


def journey(x, mean, std, z, decoded, rate, cost):
    """One image's way through a VAE: x (784,); mean, std, z (L,); decoded (784,); nats: rate (), cost (784,)."""
    figure, axes = plots.new_figure(760, 230)
    axes.remove()
    image_panel(figure, 0.01, x, "1  x, binarized", "gray_r", 1)
    sliders = figure.add_axes([0.25, 0.2, 0.31, 0.62])
    sliders.spines[["top", "right"]].set_visible(False)
    sliders.spines[["left", "bottom"]].set_color(MUTED)
    sliders.tick_params(colors=MUTED, labelcolor=INK, labelsize=8, length=3)
    places = np.arange(len(mean))
    sliders.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    sliders.errorbar(places, mean, std, fmt="o", color=COLORS["rate"], markersize=3.5, linewidth=1.6, label="q")
    sliders.plot(places, z, "x", color=INK, markersize=4, label="z")
    sliders.set_xticks(places[::5])
    sliders.set_xlabel("latent", fontsize=8, color=INK, labelpad=1)
    sliders.legend(
        fontsize=7,
        frameon=False,
        ncols=2,
        loc="upper right",
        bbox_to_anchor=(1.05, 1.2),
        handletextpad=0.1,
        columnspacing=0.6,
    )
    plots.title(sliders, f"2  rate {rate:.0f} nats")
    image_panel(figure, 0.58, decoded, "3  decoded probabilities", "gray_r", 1)
    image_panel(figure, 0.79, cost, f"4  distortion {np.sum(cost):.0f} nats", COST, np.max(cost))
    alt = "A binarized digit; each latent's mean, std and one draw; the decoded probabilities; each pixel's cost"
    return plots.still(plots.drawn(figure), alt)


def image_panel(figure, left, image, text, colors, highest):
    """A framed image with its title, `left` across the figure."""
    axes = figure.add_axes([left, 0.14, 0.2, 0.68])
    axes.imshow(np.reshape(image, (SIDE, SIDE)), cmap=colors, vmin=0, vmax=highest, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color(FAINT)
    plots.title(axes, text)
    return axes


def transparent_ink():
    """Colors from no ink, which lets the ground show, to full ink."""
    return LinearSegmentedColormap.from_list("ink", [(0, 0, 0, 0), (0.13, 0.13, 0.13, 1)])
