"""The map under the latent pad's point: digits as numbered dots on a plane. Arrays in, a Pillow image out.

Colors are Petroff's ten (2021), chosen to be told apart by color-blind readers too; each dot also carries its digit.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.collections import EllipseCollection
from matplotlib.patches import Ellipse
from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, INK, MUTED, PIXELS

DIGIT_COLORS = (
    "#3F90DA", "#FFA90E", "#BD1F01", "#94A4A2", "#832DB6", "#A96B59", "#E76300", "#B9AC70", "#717581", "#92DADD",
)  # fmt: skip
WIDTH, HEIGHT, SIDE, LEFT, TOP = 456, 464, 390, 54, 30  # shown pixels: of the map, of its square frame, its place
RADIUS = 5.5  # shown pixels, of a dot
ROOM = 0.06  # of the frame's side, left free around the outermost dots
FRAME_CENTER = np.array([LEFT + SIDE / 2, TOP + SIDE / 2])
AWAY = (46, 70, 100, 140)  # shown pixels from a dot to the middle of its name, nearest first
AROUND = [(np.cos(turn), np.sin(turn)) for turn in np.arange(12) * np.pi / 6]


class Map(NamedTuple):
    """A map: its picture, and where its frame stands in it and in the plane."""

    picture: Image.Image  # RGB
    limits: tuple  # x from, x to, y from, y to

    def pixel(self, x, y):
        """Place in the picture, in shown pixels from its left top corner, of a point of the plane."""
        left, right, bottom, top = self.limits
        return LEFT + SIDE * (x - left) / (right - left), TOP + SIDE * (top - y) / (top - bottom)


def draw_map(
    points, labels, stds=None, prior=False, yours=None, caption="", names=("latent 0", "latent 1"), limits=None
):
    """The Map of dots (N, 2) with their digits (N,).

    stds (N, 2): an ellipse of two of them around each dot; prior: circles at one and two standard deviations of
    N(0, I); yours (2,): one more dot, with its caption; names: of the axes; limits: of a frame that is given.
    """
    limits = limits or square_limits(points if yours is None else np.concatenate([points, [yours]]), prior)
    if stds is None:
        drawn = Map(empty_map(limits, tuple(names), prior).copy(), limits)
    else:
        figure, axes = map_axes(limits, names, prior)
        shapes = {"offsets": points, "offset_transform": axes.transData, "units": "xy", "angles": 0, "zorder": 1}
        colors = [DIGIT_COLORS[label] for label in labels]
        axes.add_collection(EllipseCollection(*(4 * np.asarray(stds).T), facecolors=colors, alpha=0.22, **shapes))
        drawn = Map(plots.drawn(figure), limits)
    for point, label in zip(points, labels, strict=True):
        paste(drawn, dot(DIGIT_COLORS[label], str(label)), point)
    if yours is not None:
        name_beside(drawn, yours, caption, points)
        paste(drawn, ghost(), yours)
    return drawn


def map_axes(limits, names, prior):
    """Figure and axes of a map with no dots on it."""
    figure, axes = plots.new_figure(WIDTH, HEIGHT)
    axes.set_position([LEFT / WIDTH, 1 - (TOP + SIDE) / HEIGHT, SIDE / WIDTH, SIDE / HEIGHT])
    axes.set(xlim=limits[:2], ylim=limits[2:])
    axes.set_xlabel(names[0], fontsize=8, color=INK)
    axes.set_ylabel(names[1], fontsize=8, color=INK, labelpad=0)
    for radius in (1, 2) if prior else ():
        axes.add_patch(Ellipse((0, 0), 2 * radius, 2 * radius, fill=False, edgecolor=MUTED, linewidth=0.9))
    if prior:
        plots.title(axes, "circles: the prior, at 1 and 2 standard deviations")
    axes.axhline(0, color=FAINT, linewidth=0.7, zorder=0)
    axes.axvline(0, color=FAINT, linewidth=0.7, zorder=0)
    return figure, axes


@lru_cache(maxsize=8)
def empty_map(limits, names, prior):
    """The picture of a map with no dots on it, drawn once for each frame."""
    return plots.drawn(map_axes(limits, names, prior)[0])


def square_limits(points, prior):
    """Limits of a square that holds all points with room around them, and the prior's circles: four floats."""
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    if prior:
        low, high = np.minimum(low, -2.0), np.maximum(high, 2.0)
    middle, half = (low + high) / 2, (0.5 + ROOM) * max(np.max(high - low), 1e-6)
    return tuple(float(limit) for center in middle for limit in (center - half, center + half))


@lru_cache
def dot(color, glyph):
    """A disc with a digit on it, black or white, whichever reads better: an RGBA Pillow image."""
    return sprite(RADIUS, color, "#555555", 0.6, glyph, "white" if luminance(color) < 0.179 else "black")


@lru_cache
def ghost():
    """The dot of your digit: a larger ring, empty."""
    return sprite(RADIUS + 3, "white", COLORS["yours"], 3.2, "", "black")


def sprite(radius, color, edge, width, glyph, ink):
    """A disc with an edge of this width, drawn four times too large and reduced."""
    big = 4 * PIXELS
    side = 2 * round(radius * big) + big
    sheet = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(sheet)
    pen.ellipse([big / 2, big / 2, side - big / 2, side - big / 2], fill=color, outline=edge, width=round(width * big))
    pen.text((side / 2, side / 2), glyph, fill=ink, font=plots.font(round(1.55 * radius * big)), anchor="mm")
    return sheet.resize((side // 4, side // 4), Image.Resampling.LANCZOS)


def luminance(color):
    """Relative luminance of "#RRGGBB", 0 for black to 1 for white (WCAG 2)."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def paste(drawn, image, point):
    """Put a sprite with its middle at a point of the plane."""
    x, y = drawn.pixel(*point)
    drawn.picture.paste(image, (round(PIXELS * x - image.width / 2), round(PIXELS * y - image.height / 2)), image)


def name_beside(drawn, point, text, points):
    """Text near a point, where it covers the fewest of the other points (N, 2), with a line that leads there."""
    x, y = drawn.pixel(*point)
    half = plots.font(23).getlength(text) / (2 * PIXELS) + 4, 9
    others = np.stack(drawn.pixel(*np.transpose(points)), axis=1)
    places = [np.array([x, y]) + distance * np.array([a, 0.8 * b]) for distance in AWAY for a, b in AROUND]
    inside = [place for place in places if np.all(np.abs(place - FRAME_CENTER) < SIDE / 2 - np.array(half))]
    covered = [np.sum(np.all(np.abs(others - place) < np.add(half, RADIUS), axis=1)) for place in inside]
    near = inside[int(np.argmin(covered))]
    pen, box = ImageDraw.Draw(drawn.picture), np.concatenate([near - half, near + half])
    pen.line([PIXELS * x, PIXELS * y, *(PIXELS * near)], fill=COLORS["yours"], width=PIXELS)
    pen.rounded_rectangle(list(PIXELS * box), 3 * PIXELS, fill="white", outline=COLORS["yours"], width=1)
    pen.text(tuple(PIXELS * near), text, fill=COLORS["yours"], font=plots.font(23), anchor="mm")


def mark(drawn, point):
    """The map with the pad's point on it: a ring and a cross, as in the browser."""
    picture = drawn.picture.copy()
    pen, (x, y) = ImageDraw.Draw(picture), drawn.pixel(*point)
    for color, width in (("white", 9), ("black", 4)):
        for radius, (dx, dy) in ((9, (1, 0)), (9, (-1, 0)), (9, (0, 1)), (9, (0, -1))):
            ends = [PIXELS * (x + dx * radius), PIXELS * (y + dy * radius)]
            pen.line([*ends, ends[0] + PIXELS * 7 * dx, ends[1] + PIXELS * 7 * dy], fill=color, width=width)
        ring = [PIXELS * (x - 9), PIXELS * (y - 9), PIXELS * (x + 9), PIXELS * (y + 9)]
        pen.ellipse(ring, outline=color, width=width)
    return picture
