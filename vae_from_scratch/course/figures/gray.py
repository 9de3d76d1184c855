"""Figures of lesson 14: what three likelihoods say of one gray pixel, and a sample of each."""

import numpy as np

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, INK, MUTED

TOP = 9.0  # of the densities' axis


def likelihoods(curves, chances, x, samples):
    """Densities over [0, 1], a probability at 0 and at 1, the pixel x, and draws of each; a Pillow image.

    curves: {name: (places, densities)}; chances: (probability of 0, probability of 1); samples: {name: (n,)}.
    """
    figure, axes = plots.new_figure(640, 250)
    left, bottom, _, tall = axes.get_position().bounds
    axes.set_position([left, bottom, 0.9 - left, tall])
    axes.set(xlim=(-0.06, 1.06), ylim=(0, TOP))
    axes.set_xlabel("gray of the pixel, 0 paper to 1 ink", fontsize=8, color=INK)
    axes.axvline(x, color=INK, linewidth=1.2, dashes=(4, 2), zorder=2)
    plots.annotate(axes, f"x = {x:.2f}", (x, TOP), (3, -4), fontsize=8, color=INK, bbox=plots.HALO, zorder=5)
    for (name, (places, values)), color in zip(curves.items(), (COLORS["distortion"], COLORS["rate"]), strict=True):
        axes.plot(places, np.minimum(values, 2 * TOP), color=color, linewidth=1.8, label=f"{name}: a density", zorder=3)
    markers, stems, _ = axes.stem([0, 1], chances, basefmt=" ", label="Bernoulli: two probabilities")
    markers.set(color=COLORS["yours"], markersize=7, clip_on=False, zorder=4)
    stems.set(color=COLORS["yours"], linewidth=2)
    axes.legend(fontsize=7.5, frameon=True, facecolor="white", edgecolor="none", loc="upper right")
    plots.title(axes, "per unit of gray (densities), or as such (probabilities)")
    return plots.stacked([plots.drawn(figure), draws(samples)], gap=10)


def draws(samples, side=46, gap=6, indent=290):
    """Draws of one pixel as gray squares, a row for each name; a Pillow image."""
    from PIL import Image, ImageDraw

    count = max(map(len, samples.values()))
    sheet = Image.new("RGB", (indent + count * (side + gap), len(samples) * (side + 2 * gap)), "white")
    pen = ImageDraw.Draw(sheet)
    for row, (name, values) in enumerate(samples.items()):
        top = row * (side + 2 * gap)
        pen.text((8, top + side // 2), f"{name} draws", fill=MUTED, font=plots.font(19), anchor="lm")
        for i, value in enumerate(values):
            box = [indent + i * (side + gap), top, indent + i * (side + gap) + side, top + side]
            pen.rectangle(box, fill=(int(255.5 - 255 * np.clip(value, 0, 1)),) * 3, outline=FAINT, width=2)
    return sheet
