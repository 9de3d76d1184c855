"""Pictures of what an image costs: each pixel's nats as color, and where the whole lies on a ruler among others."""

from typing import NamedTuple

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED, PIXELS, SIDE

ZOOM = 10  # shown pixels for each pixel of the image
DARK, LIT = "#0072B2", "#D55E00"  # full color of what a dark and what a lit pixel costs
FULL = 9.0  # nats at which the color is full: a pixel lit in none of 4,000 images costs 8.99
PALETTES = {
    name: LinearSegmentedColormap.from_list(name, ["white", color]) for name, color in (("0", DARK), ("1", LIT))
}
LOWEST, HIGHEST = 100, 450  # nats at the ruler's ends
WIDTH, HEIGHT = 600, 170  # of the ruler, shown pixels


def heat(x, cost):
    """Each pixel's cost as color, dark pixels in blue, lit ones in orange and dotted: (784,), (784,) nats."""
    shade = np.sqrt(np.clip(np.nan_to_num(cost, nan=FULL) / FULL, 0, 1)).reshape(SIDE, SIDE)  # a root shows small costs
    lit = np.reshape(x, (SIDE, SIDE)) > 0.5
    colors = np.where(lit[..., None], PALETTES["1"](shade), PALETTES["0"](shade))[..., :3]
    side = SIDE * ZOOM * PIXELS
    sheet = Image.fromarray((255 * colors).astype(np.uint8)).resize((side, side), Image.Resampling.NEAREST)
    pen, cell = ImageDraw.Draw(sheet), ZOOM * PIXELS
    for row, column in np.argwhere(lit):
        middle = np.array([column + 0.5, row + 0.5]) * cell
        pen.ellipse([*(middle - 2.5), *(middle + 2.5)], fill=INK)
    pen.rectangle([0, 0, side - 1, side - 1], outline="#767676", width=PIXELS)
    return sheet


class Ruler(NamedTuple):
    """A ruler in nats with other images' costs on it, drawn once; `marked` puts one more image there."""

    picture: Image.Image
    left: float  # file pixels at the lowest nats
    right: float  # and at the highest
    base: float  # and at the axis

    def marked(self, cost):
        """The ruler with a pointer at a cost; one beyond an end stands at that end, with an arrow."""
        sheet = self.picture.copy()
        share = np.clip((np.nan_to_num(cost, nan=np.inf) - LOWEST) / (HIGHEST - LOWEST), 0, 1)
        x, pen = self.left + share * (self.right - self.left), ImageDraw.Draw(sheet)
        pen.line([x, 68, x, self.base], fill=COLORS["yours"], width=2 * PIXELS)
        text = f"{'← ' * (cost < LOWEST)}painted: {cost:,.1f}{' →' * (cost > HIGHEST)}"
        anchor = "rs" if share > 0.7 else "ls"
        pen.text(
            (x + (8 if anchor == "ls" else -8), 86), text, fill=COLORS["yours"], font=plots.font(22), anchor=anchor
        )
        return sheet


def ruler(groups):
    """A Ruler with a hill for each group: {name: costs (N,)}, in nats; two groups at most."""
    figure, axes = plots.new_figure(WIDTH, HEIGHT)
    axes.set_position([0.025, 0.27, 0.95, 0.38])
    axes.spines["left"].set_visible(False)
    bins, tops = np.linspace(LOWEST, HIGHEST, 71), []
    for (name, costs), color in zip(groups.items(), (DARK, LIT), strict=False):
        counts, _, _ = axes.hist(np.clip(costs, LOWEST, HIGHEST), bins, color=color, alpha=0.45, label=name)
        tops.append(counts.max())
    axes.set(xlim=(LOWEST, HIGHEST), ylim=(0, 1.5 * max(tops)), yticks=[])
    axes.set_xlabel("cost of the whole image, nats", fontsize=8, color=INK, labelpad=2)
    axes.legend(fontsize=8, frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1.01, 1.42), labelcolor=MUTED)
    picture = plots.drawn(figure)
    box = axes.get_window_extent()
    return Ruler(picture, box.x0, box.x1, picture.height - box.y0)
