"""Your digit: the one image that a student draws, and that every lesson's tables and widgets use.

Strokes become an image as MNIST's were made: scaled to fit a box of 20x20 pixels with their aspect ratio kept,
then moved by whole pixels until the center of mass is that of the 28x28 frame. Strokes are paths, not ink, so
a small drawing is not a fat one. It is kept as `your_digit.txt` in the student's folder: 28 lines of 28 numbers,
0 for paper to 255 for ink. Where nothing is drawn a test digit stands in. The module can be called: `your_digit()`.
"""

import os
import stat
import sys
from itertools import count
from typing import NamedTuple

import numpy as np

from vae_from_scratch.course import CallableModule
from vae_from_scratch.course.progress import home, not_saved, replace_file
from vae_from_scratch.course.saved import owned
from vae_from_scratch.data import load, to_unit_interval

SIDE, BOX, CENTER = 28, 20, 14  # pixels; CENTER counts from the middle of pixel 0, as all 5,000 embedded digits have it
PEN, SOFT = 2.0, 1.3  # pixels: where a stroke's ink ends on either side, and over how much it fades
LEAST = 0.05  # pad widths: a smaller drawing is a slip of the hand, not a digit
STAND_IN = 36  # which test digit: a 3
LONGEST = 10_000  # bytes of the file; a longer one is not a digit

_held = {}  # "image": bytes that the disk did not take; "note": what became of a damaged file. For this notebook only


class Digit(NamedTuple):
    """An image, whether the student drew it, and a sentence that says which it is."""

    image: np.ndarray  # (784,), float32 in [0, 1]
    drawn: bool
    note: str

    @property
    def caption(self):
        """Heading for its column or dot."""
        return "your digit" if self.drawn else "stand-in for your digit"


def your_digit():
    """The student's digit, or the test digit that stands in: (784,), float32 in [0, 1]. `look()` says which."""
    return look().image


def look():
    """The student's Digit, or the stand-in's. A damaged file is set aside under a new name, and the note says so."""
    try:
        pixels = _held["image"] if "image" in _held else read(path())
        return Digit(to_unit_interval(pixels), True, "This is your digit. " + where())
    except FileNotFoundError:
        reason = _held.get("note", "You have not drawn a digit yet.")
    except OSError as error:
        reason = f"{path()} could not be read ({error.strerror or error})."
    except ValueError as error:
        reason = _held["note"] = set_aside(path(), error)
    stand_in = load("digits")
    note = f"{reason} A test digit, a {stand_in.test_labels[STAND_IN]}, stands in."
    return Digit(stand_in.test[STAND_IN], False, note)


def where():
    """The sentence about where the digit lies."""
    return "It holds while this notebook runs." if "image" in _held else f"It is kept in {path().name}."


# ------------------------------------------------------------------- drawing


def from_strokes(strokes):
    """Strokes as an image such as MNIST's: lists of points (x to the right, y down), in pad widths -> (784,) float32.

    Pixels are in [0, 1], in steps of 1/255. Raises ValueError where nothing is drawn, or no more than a dot.
    """
    segments = pieces(strokes)
    if not len(segments):
        raise ValueError("Nothing is drawn yet.")
    if np.ptp(segments, axis=(0, 1)).max() < LEAST:
        raise ValueError("That is hardly more than a dot. Draw a digit.")
    return to_unit_interval(np.rint(255 * centered(inked(boxed(segments)))).astype(np.uint8)).ravel()


def pieces(strokes):
    """Strokes cut into straight segments: (S, 2 ends, 2 coordinates). One point alone is a segment of no length."""
    strokes = [np.asarray(stroke, float).reshape(-1, 2) for stroke in strokes if len(stroke)]
    parts = [np.stack([stroke[:-1], stroke[1:]], 1) if len(stroke) > 1 else stroke[None, [0, 0]] for stroke in strokes]
    return np.concatenate([np.empty((0, 2, 2)), *parts])


def boxed(segments):
    """Segments scaled so that their ink just fits the box in the frame's middle, at its left and top: same shape."""
    low = segments.min(axis=(0, 1))
    margin = (SIDE - BOX) / 2 - 1 + PEN
    return margin + (segments - low) * (BOX + 1 - 2 * PEN) / np.ptp(segments, axis=(0, 1)).max()


def inked(segments):
    """Ink of a round pen along the segments, in pixels: (S, 2, 2) -> (28, 28) in [0, 1], fading over its edge."""
    row, column = np.mgrid[:SIDE, :SIDE]
    pixels = np.stack([column, row], -1).reshape(-1, 1, 2)
    start, along = segments[:, 0], segments[:, 1] - segments[:, 0]
    length = np.maximum((along**2).sum(-1), 1e-12)  # a dot has no direction
    share = np.clip(((pixels - start) * along).sum(-1) / length, 0, 1)
    distance = np.sqrt(((pixels - start - share[..., None] * along) ** 2).sum(-1)).min(axis=1)
    return np.clip((PEN - distance) / SOFT, 0, 1).reshape(SIDE, SIDE)


def centered(image):
    """An image moved by whole pixels, mass to the frame's center, no ink over its edge: (28, 28) -> (28, 28)."""
    for axis in (0, 1):
        profile = image.sum(axis=1 - axis)
        first, *_, last = np.flatnonzero(profile)
        shift = CENTER - profile @ np.arange(SIDE) / profile.sum()
        image = np.roll(image, int(np.clip(np.rint(shift), -first, SIDE - 1 - last)), axis)
    return image


# ------------------------------------------------------------------- keeping


def path():
    """The file that holds the digit."""
    return home() / "your_digit.txt"


def keep(image):
    """Keep an image (784,) as the student's digit; a sentence about where."""
    pixels = np.rint(255 * np.reshape(image, (SIDE, SIDE))).astype(np.uint8)
    lines = ["".join(f"{pixel:4d}" for pixel in row) for row in pixels]
    try:
        replace_file(path(), "\n".join(lines) + "\n")
        _held.clear()
        return f"Kept in {path().name}: from now on every lesson uses it."
    except OSError as error:
        _held["image"] = pixels.ravel()
        return not_saved(error)


def read(file):
    """Bytes (784,) of a kept digit. Raises OSError, and ValueError for a file that holds no digit."""
    status = file.stat()
    if not stat.S_ISREG(status.st_mode) or not owned(status):
        raise PermissionError("it is not a file of yours")
    if status.st_size > LONGEST:
        raise ValueError("it is too long")
    rows = [[int(word) for word in line.split()] for line in file.read_text(encoding="utf-8").splitlines()]
    if [len(row) for row in rows] != [SIDE] * SIDE:
        raise ValueError(f"it is not {SIDE} lines of {SIDE} numbers")
    pixels = np.array(rows).ravel()
    if pixels.min() < 0 or pixels.max() > 255 or not pixels.any():
        raise ValueError("its numbers are not 0 to 255, or all are 0")
    return pixels.astype(np.uint8)


def set_aside(file, reason):
    """Rename a file that is no digit, over no other; the sentence that says so."""
    names = (f"{file.name}.damaged{number if number > 1 else ''}" for number in count(1))
    target = next(file.with_name(name) for name in names if not os.path.lexists(file.with_name(name)))
    try:
        file.rename(target)
    except OSError as error:
        return f"{file.name} holds no digit ({reason}), and could not be set aside ({error.strerror or error})."
    return f"{file.name} held no digit ({reason}): it was set aside as {target.name}."


sys.modules[__name__].__class__ = CallableModule
