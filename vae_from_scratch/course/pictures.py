"""Pillow pictures: how a picture is kept, digits drawn on sheets of paper, and sheets put together.

`still(image, alt)` is what a lesson shows; `png(image)` is what a widget sends. Ink is dark on white paper; every
picture is drawn at twice the size it is shown at. Lessons and widgets find all of this under `plots`.
"""

import struct
import zlib
from base64 import b64encode
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

INK, MUTED, FAINT = "#222222", "#666666", "#C8C8C8"
PIXELS = 2  # of the file, for each one shown
SIDE = 28
ZOOM = 3  # file pixels for each pixel of a digit
GAP = 6
MARGIN = 16
GRAYS, HUES = 32, 64  # of a still picture at the most


class Picture(NamedTuple):
    """A still picture with its alternative text, which is all that a comparison of outputs sees."""

    png: bytes
    alt: str

    def __repr__(self):
        return self.alt

    def _repr_mimebundle_(self, **kwargs):
        width, height = (size // PIXELS for size in Image.open(BytesIO(self.png)).size)
        bundle = {"image/png": b64encode(self.png).decode(), "text/plain": self.alt}
        return bundle, {"image/png": {"width": width, "height": height, "alt": self.alt}}


def png(image):
    """PNG bytes of a Pillow image, gray or RGB; its rows unfiltered, which is five times as fast as Pillow's own."""
    pixels = np.asarray(image)
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + pixels[0].size), np.uint8)  # a row begins with the number of its filter, 0 for none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if pixels.ndim == 2 else 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def still(image, alt):
    """The Picture of a Pillow image, in few shades and few bytes."""
    file = BytesIO()
    image = image.quantize(GRAYS).convert("L") if image.mode == "L" else in_few_colors(image)
    image.save(file, "PNG", optimize=True)
    return Picture(file.getvalue(), alt)


def in_few_colors(image):
    """An RGB image with a palette of GRAYS grays and of as many as HUES colors: what was gray stays gray."""
    pixels = np.asarray(image)
    gray = np.ptp(pixels, axis=-1) == 0
    levels = np.linspace(0, 255, GRAYS).round().astype(np.uint8)
    places = np.round(pixels[..., 0] * ((GRAYS - 1) / 255)).astype(np.uint8)
    palette = levels.repeat(3).tolist()
    if not gray.all():
        colored = Image.fromarray(pixels[~gray][None]).quantize(HUES, Image.Quantize.MAXCOVERAGE)
        places[~gray] = GRAYS + np.asarray(colored)[0]
        palette += colored.getpalette()[: 3 * HUES]
    few = Image.fromarray(places)
    few.putpalette(palette)
    return few


# -------------------------------------------------------------------- digits


def digit_grid(images, columns):
    """Images as dark ink on white paper, row after row: (N, 784) in [0, 1] -> (H, W) bytes. NaN shows as white."""
    images = np.asarray(images).reshape(-1, SIDE, SIDE)
    rows = -(-len(images) // columns)
    sheet = np.zeros((rows * columns, SIDE * ZOOM + GAP, SIDE * ZOOM + GAP))
    ink = np.clip(np.nan_to_num(images), 0, 1)
    sheet[: len(images), : SIDE * ZOOM, : SIDE * ZOOM] = ink.repeat(ZOOM, axis=1).repeat(ZOOM, axis=2)
    cell = sheet.shape[1]
    sheet = sheet.reshape(rows, columns, cell, cell).transpose(0, 2, 1, 3).reshape(rows * cell, columns * cell)
    return (255.5 - 255 * sheet[:-GAP, :-GAP]).astype(np.uint8)


def digit_rows(rows, columns=10):
    """Rows of digits, each under its caption: {caption: images (N, 784)}; a Pillow image. More than `columns` wrap."""
    return stacked([captioned(caption, digit_grid(images, columns)) for caption, images in rows.items()])


def digit_blocks(blocks, columns):
    """Grids of digits side by side, such as before and after: {caption: images (N, 784)}; a Pillow image."""
    return beside([captioned(caption, digit_grid(images, columns)) for caption, images in blocks.items()])


def large_digit(image, zoom):
    """One digit in a frame, `zoom` shown pixels for each of its own: (784,) in [0, 1] -> a gray Pillow image."""
    side = SIDE * zoom * PIXELS
    ink = np.clip(np.nan_to_num(np.reshape(image, (SIDE, SIDE))), 0, 1)
    sheet = Image.fromarray((255.5 - 255 * ink).astype(np.uint8))
    return framed(sheet.resize((side, side), Image.Resampling.NEAREST))


def framed(sheet):
    """The gray image with a thin border."""
    ImageDraw.Draw(sheet).rectangle([0, 0, sheet.width - 1, sheet.height - 1], outline=118, width=PIXELS)
    return sheet


def captioned(caption, picture):
    """A Pillow image: the caption above the picture, bytes (H, W) in gray or (H, W, 3) in color."""
    head = 40
    sheet = Image.new("L" if picture.ndim == 2 else "RGB", (picture.shape[1], picture.shape[0] + head), "white")
    ImageDraw.Draw(sheet).text((0, head - 12), caption, fill=INK, font=font(23), anchor="ls")
    sheet.paste(Image.fromarray(picture), (0, head))
    return sheet


def stacked(pictures, gap=16):
    """Pillow images, one under another, from the left."""
    size = max(p.width for p in pictures), sum(p.height + gap for p in pictures) - gap
    tops = np.cumsum([0] + [p.height + gap for p in pictures])
    return pasted(size, pictures, [(0, top) for top in tops[:-1]])


def beside(pictures, gap=56):
    """Pillow images, one beside another, from the top."""
    size = sum(p.width + gap for p in pictures) - gap, max(p.height for p in pictures)
    lefts = np.cumsum([0] + [p.width + gap for p in pictures])
    return pasted(size, pictures, [(left, 0) for left in lefts[:-1]])


def pasted(size, pictures, corners):
    """White sheet of this size with each picture at its corner; gray where all of them are."""
    mode = "L" if all(p.mode == "L" for p in pictures) else "RGB"
    sheet = Image.new(mode, size, "white")
    for picture, corner in zip(pictures, corners, strict=True):
        sheet.paste(picture, tuple(map(int, corner)))
    return sheet


def matted(sheet, margin=MARGIN):
    """The Pillow image with white all around, so that no caption begins at the paper's edge."""
    return pasted((sheet.width + 2 * margin, sheet.height + 2 * margin), [sheet], [(margin, margin)])


@lru_cache
def font(size):
    """The plots' own typeface for Pillow, so that captions and axes match."""
    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"), size)
