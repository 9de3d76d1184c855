"""Small arrays as grids: an image, a kernel, the patches under it; and matrices too large for their numbers, as color.

Blue is positive, orange negative, white zero; each grid is on its own scale.
"""

import numpy as np
from matplotlib.patches import Rectangle

from vae_from_scratch.course import plots
from vae_from_scratch.course.figures.components import SIGNED
from vae_from_scratch.course.plots import COLORS, FAINT, INK

GAP, HEAD, EDGE = 44, 30, 4  # shown pixels: between grids, over them for a caption, around all
MARK = COLORS["yours"]


def grids(arrays, marks=(), cell=30, numbers=True):
    """Grids side by side under their captions: {caption: array (rows, columns)}, `cell` shown pixels a number.

    marks: {caption: [(row, column, height, width), ...]}, what to frame; numbers=False leaves the colors alone.
    """
    arrays = {caption: np.atleast_2d(array) for caption, array in arrays.items()}
    widths = [max(array.shape[1] * cell, 6.2 * len(caption)) for caption, array in arrays.items()]
    height = max(array.shape[0] for array in arrays.values()) * cell + HEAD + 2 * EDGE
    width = sum(widths) + GAP * (len(widths) - 1) + 2 * EDGE
    figure, axes = plots.new_figure(width, height)
    axes.remove()
    left = EDGE
    for (caption, array), room in zip(arrays.items(), widths, strict=True):
        rows, columns = array.shape
        place = [left / width, 1 - (HEAD + EDGE + rows * cell) / height, columns * cell / width, rows * cell / height]
        grid(figure.add_axes(place), array, caption, dict(marks).get(caption, ()), numbers)
        left += room + GAP
    return plots.still(plots.drawn(figure), "; ".join(arrays))


def grid(axes, array, caption, framed, numbers):
    """One grid in its axes."""
    reach = 1.6 * max(np.max(np.abs(array)), 1e-12)  # light colors, for numbers to stand on
    axes.imshow(array, cmap=SIGNED, vmin=-reach, vmax=reach, interpolation="nearest", aspect="auto")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set(visible=True, color=FAINT)
    axes.set_title(caption, loc="left", x=0, fontsize=8.5, color=INK, pad=6)
    if numbers:
        for lines, side in ((axes.axvline, array.shape[1]), (axes.axhline, array.shape[0])):
            for k in range(1, side):
                lines(k - 0.5, color=FAINT, linewidth=0.6)
        for (row, column), value in np.ndenumerate(array):
            axes.text(column, row, f"{value:.4g}".replace("-", "−"), ha="center", va="center", fontsize=8.5, color=INK)
    for row, column, height, width in framed:
        corner = column - 0.5, row - 0.5
        axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=MARK, linewidth=2.4, clip_on=False))
