"""The squares of the manifold: digits as dots, or decoded tiles. Arrays in, a Pillow image out.

In each the prior is even: a latent z is drawn at the share of the prior that lies below it, so that every tile stands
for as many draws as any other, and dots and tiles agree place for place.
"""

from statistics import NormalDist

import numpy as np
from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import INK, MUTED, PIXELS, SIDE
from vae_from_scratch.course.widgets.latent_map import DIGIT_COLORS, dot

LEFT, RIGHT, TOP, FOOT = 40, 8, 30, 34  # shown pixels around a square
APART = 16  # shown pixels between two ticks, below which the outer one has no number
ACROSS = 12  # tiles in a row
SQUARE = ACROSS * SIDE  # shown pixels, of a square's side
WIDTH, HEIGHT = LEFT + SQUARE + RIGHT, TOP + SQUARE + FOOT  # and of the whole picture
below = np.vectorize(NormalDist().cdf, otypes=[float])  # share of N(0, 1) below z
quantile = np.vectorize(NormalDist().inv_cdf, otypes=[float])  # and back


def tile_latents(tail, across=ACROSS):
    """Latents in the middle of each tile, row by row from the top, each from the left: (across², 2), float32.

    `tail` is the share of the prior that is left out on either side of each latent.
    """
    shares = tail + (1 - 2 * tail) * (np.arange(across) + 0.5) / across
    x, y = np.meshgrid(quantile(shares), quantile(shares)[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)


def place(z, tail):
    """Where latents lie in the square, each from 0, left or bottom, to 1: outside if in the tails."""
    return (below(z) - tail) / (1 - 2 * tail)


def with_dots(points, labels, tail, caption="test digits"):
    """A square with dots (N, 2) and their digits (N,): a Pillow image."""
    sheet, places = empty_square(caption, tail), place(np.asarray(points, float), tail)
    sprites = {label: dot(DIGIT_COLORS[label], str(label)) for label in set(map(int, labels))}
    for (x, y), label in zip(places, labels, strict=True):
        if 0 <= x <= 1 and 0 <= y <= 1:
            sprite = sprites[int(label)]
            column, row = PIXELS * (LEFT + SQUARE * x), PIXELS * (TOP + SQUARE * (1 - y))
            sheet.paste(sprite, (round(column - sprite.width / 2), round(row - sprite.height / 2)), sprite)
    return sheet


def with_tiles(images, tail, caption="decoded"):
    """A square with decoded images (T², 784) as tiles: a Pillow image."""
    sheet, side = empty_square(caption, tail), PIXELS * SQUARE
    tiles = Image.fromarray(as_ink(tiled(images))).resize((side, side), Image.Resampling.BOX)
    sheet.paste(tiles.convert("RGB"), (PIXELS * LEFT, PIXELS * TOP))
    return sheet


def tiled(images):
    """Images (T², 784) as one (T · 28, T · 28), the first of them left above."""
    across = round(len(images) ** 0.5)
    return np.reshape(images, (across, across, SIDE, SIDE)).swapaxes(1, 2).reshape(across * SIDE, across * SIDE)


def as_ink(images):
    """Pixels in [0, 1] as bytes, ink dark, in 12 shades: fewer bytes, and nothing that one sees."""
    return (255 - 255 / 11 * np.rint(11 * np.clip(images, 0, 1))).astype(np.uint8)


def empty_square(caption, tail):
    """A frame with its caption and, along two sides, the latents at its ticks."""
    sheet = Image.new("RGB", (PIXELS * WIDTH, PIXELS * HEIGHT), "white")
    pen, font = ImageDraw.Draw(sheet), plots.font(20)
    pen.text((PIXELS * LEFT, PIXELS * (TOP - 9)), caption, fill=INK, font=plots.font(22), anchor="ls")
    corner = PIXELS * LEFT - 1, PIXELS * TOP - 1
    pen.rectangle([*corner, corner[0] + PIXELS * SQUARE + 1, corner[1] + PIXELS * SQUARE + 1], outline=MUTED)
    bottom = PIXELS * (TOP + SQUARE)
    for z in range(-3, 4):
        at = float(place(z, tail))
        if not 0 <= at <= 1:
            continue
        x, y = PIXELS * (LEFT + SQUARE * at), PIXELS * (TOP + SQUARE * (1 - at))
        pen.line([x, bottom, x, bottom + 6], fill=MUTED, width=PIXELS)
        pen.line([PIXELS * LEFT - 6, y, PIXELS * LEFT, y], fill=MUTED, width=PIXELS)
        inward = float(place(z - np.sign(z), tail))
        if z and SQUARE * abs(at - inward) < APART:
            continue
        name = str(z).replace("-", "−")
        pen.text((x, bottom + 8), name, fill=INK, font=font, anchor="ma")
        pen.text((PIXELS * LEFT - 10, y), name, fill=INK, font=font, anchor="rm")
    pen.text((PIXELS * (LEFT + SQUARE / 2), sheet.height - 2), "latent 0", fill=INK, font=font, anchor="mb")
    upright = Image.new("RGB", (PIXELS * 60, 26), "white")
    ImageDraw.Draw(upright).text((PIXELS * 30, 13), "latent 1", fill=INK, font=font, anchor="mm")
    upright = upright.rotate(90, expand=True)
    sheet.paste(upright, (0, round(PIXELS * (TOP + SQUARE / 2) - upright.height / 2)))
    return sheet
