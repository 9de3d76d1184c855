"""Lesson 3's figures: what covariance, eigenvectors and the singular value decomposition look like; signed images.

Arrays in, a Picture out, in the style and palette of `plots`. The kept part of a variance is drawn in one color and
the lost part in another, throughout.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, INK, MUTED, SIDE

KEPT, LOST = COLORS["distortion"], COLORS["rate"]
SIGNED = LinearSegmentedColormap.from_list("signed", [LOST, "white", KEPT])
ARROW = {"arrowprops": {"arrowstyle": "-|>", "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}, "annotation_clip": False}
PANEL, EDGE = 270, 48  # shown pixels: a square panel's side, the room at its left


def clouds(panels, arrows=(), names=("", "")):
    """Clouds on one scale, side by side: {caption: points (N, 2)}; arrows (n, 2) from the origin of the last one."""
    figure, all_axes = square_panels(len(panels))
    reach = 1.08 * max(np.max(np.abs(points)) for points in panels.values())
    for axes, (caption, points) in zip(all_axes, panels.items(), strict=True):
        plane(axes, reach, caption, names)
        dots(axes, points)
    for number, (tip, color) in enumerate(zip(arrows, (KEPT, LOST), strict=False), 1):
        arrow(all_axes[-1], tip, color, str(number))
    return plots.still(plots.drawn(figure), f"{len(panels)} clouds of points: {'; '.join(panels)}")


def stretched(matrix, directions, eigenvectors):
    """What a matrix (2, 2) does to the circle of directions: {name: direction (2,)}, and to its eigenvectors (2, 2)."""
    figure, (axes,) = square_panels(1, 360)
    turn = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    plane(axes, 1.15 * np.max(np.abs(circle @ matrix.T)), "thin: a direction u; thick, of the same color: Cu")
    for curve in circle, circle @ matrix.T:
        axes.plot(*curve.T, color=FAINT, linewidth=1)
    named = dict(zip(("eigenvector 1", "eigenvector 2"), eigenvectors, strict=True))
    colors = (*(COLORS["yours"], MUTED, INK)[: len(directions)], KEPT, LOST)
    for (name, u), color in zip({**directions, **named}.items(), colors, strict=True):
        axes.plot(*np.stack([0 * u, u], axis=1), color=color, linewidth=1.2, zorder=3)
        arrow(axes, matrix @ u, color)
        side, shift = ("right", (-4, -7)) if name in named else ("center", (0, 0))
        style = {"fontsize": 8, "color": color, "bbox": plots.HALO, "zorder": 5}
        plots.annotate(axes, name, 1.2 * u, shift, ha=side, **style)
    return plots.still(plots.drawn(figure), "A circle of directions, and the ellipse that a matrix makes of it")


def right_triangle(points, direction, chosen):
    """A cloud (N, 2), the line along a unit direction, and the right triangle of one of its points, seen closely."""
    figure, (axes,) = square_panels(1, 330)
    plane(axes, 1.2 * np.max(np.abs(chosen)), "distance² = kept² + lost²")
    dots(axes, points)
    axes.plot(*np.outer(direction, [-9, 9]), color=FAINT, linewidth=1, zorder=1, scalex=False, scaley=False)
    foot = chosen @ direction * direction
    middle = 2 * (foot + chosen) / 3  # twice the triangle's middle: names stand outside
    sides = ((0 * foot, foot, KEPT, "kept"), (foot, chosen, LOST, "lost"), (0 * foot, chosen, INK, "distance"))
    for start, end, color, name in sides:
        axes.plot(*np.stack([start, end], axis=1), color=color, linewidth=2, zorder=3)
        across = np.array([-1, 1]) * (end - start)[::-1] / np.linalg.norm(end - start)  # to the left of its way
        away = across * np.sign(across @ (start + end - middle))
        style = {"fontsize": 9, "color": color, "bbox": plots.HALO, "ha": "center", "zorder": 4}
        plots.annotate(axes, name, (start + end) / 2, 7 * away + [20 * away[0], 6 * away[1]], **style)
    axes.plot(*chosen, "o", color=INK, markersize=5, zorder=5)
    return plots.still(plots.drawn(figure), "A point, its projection onto a line, and the right triangle they make")


def turning(degrees, kept, lost):
    """Variance along a direction, and mean squared distance from its line, over the direction's angle: (n,) each."""
    figure, axes = plots.new_figure(560, 260)
    axes.set(xlim=(0, 180), ylim=(0, 1.12 * np.max(kept + lost)), xticks=range(0, 181, 45))
    named = (kept + lost, INK, "their sum"), (kept, KEPT, "kept: variance along"), (lost, LOST, "lost: squared error")
    for values, color, name in named:
        axes.plot(degrees, values, color=color, linewidth=1.6, label=name)
    best = degrees[np.argmax(kept)]
    axes.axvline(best, color=FAINT, linewidth=1, zorder=0)
    axes.legend(fontsize=8, frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1.0))
    axes.set_xlabel("angle of the direction, in degrees", fontsize=8, color=INK)
    return plots.still(plots.drawn(figure), "Two curves over the angle, mirror images; their sum is flat")


def signed_images(rows, zoom=5):
    """Rows of images of either sign, each image on its own scale: {caption: images (N, 784)}; blue is positive."""
    sheets = {caption: sheet(images, zoom) for caption, images in rows.items()}
    alt = "; ".join(f"{len(images)} signed images: {caption}" for caption, images in rows.items())
    return plots.still(plots.matted(plots.stacked([plots.captioned(*row) for row in sheets.items()])), alt)


# ------------------------------------------------------------------- parts


def signed(image):
    """An image (784,) as colors (28, 28, 3) in bytes: white is 0, full color its largest size."""
    scaled = 0.5 + 0.5 * np.reshape(image, (SIDE, SIDE)) / max(np.max(np.abs(image)), 1e-12)
    return np.uint8(255 * SIGNED(scaled)[..., :3])


def sheet(images, zoom):
    """Signed images (n, 784) in one row, zoom file pixels for each of theirs: (H, W, 3) in bytes."""
    gap = np.full((SIDE * zoom, plots.GAP, 3), 255, np.uint8)
    large = [signed(image).repeat(zoom, axis=0).repeat(zoom, axis=1) for image in images]
    return np.concatenate([part for image in large for part in (image, gap)][:-1], axis=1)


def square_panels(count, side=PANEL):
    """A figure with this many square axes in a row."""
    figure, first = plots.new_figure(count * (side + EDGE) + 12, side + 76)
    first.remove()
    width, height = figure.get_size_inches() * 100
    panels = []
    for number in range(count):
        axes = figure.add_axes([(EDGE + number * (side + EDGE)) / width, 42 / height, side / width, side / height])
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(MUTED)
        axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=8, length=3)
        panels.append(axes)
    return figure, panels


def dots(axes, points, most=350):
    """A cloud of points (N, 2), of which at most so many are drawn."""
    axes.scatter(*points[:: -(-len(points) // most)].T, s=6, color=MUTED, alpha=0.5, linewidths=0)


def plane(axes, reach, caption, names=("", "")):
    """Equal axes from -reach to reach, with faint lines through the origin."""
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.axhline(0, color=FAINT, linewidth=0.7, zorder=0)
    axes.axvline(0, color=FAINT, linewidth=0.7, zorder=0)
    axes.set_xlabel(names[0], fontsize=8, color=INK)
    axes.set_ylabel(names[1], fontsize=8, color=INK, labelpad=0)
    plots.title(axes, caption)


def arrow(axes, tip, color, name=""):
    """An arrow from the origin, with its name beyond its tip."""
    style = {**ARROW, "arrowprops": {**ARROW["arrowprops"], "color": color}}
    axes.annotate("", tip, (0, 0), zorder=4, **style)
    if name:
        beyond = np.asarray(tip) * (1 + 0.12 / max(np.linalg.norm(tip) / axes.get_xlim()[1], 0.1))
        text = {"fontsize": 9, "color": color, "ha": "center", "bbox": plots.HALO, "zorder": 5}
        plots.annotate(axes, name, beyond, (0, 0), **text)
