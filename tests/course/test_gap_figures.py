"""Lesson 11's figure: the curves stand where their numbers say."""

from io import BytesIO

import numpy as np
from PIL import Image

from vae_from_scratch.course.figures import gaps
from vae_from_scratch.course.plots import COLORS

SIZES = [1, 10, 100]


def highest_row(picture, color):
    """The topmost row of a picture in which a color stands."""
    pixels = np.asarray(Image.open(BytesIO(picture.png)).convert("RGB")).astype(int)
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    return np.flatnonzero((np.abs(pixels - wanted).max(axis=2) < 40).any(axis=1))[0]


def test_the_better_bound_is_drawn_higher_whichever_it_is():
    low, high = np.array([-110.0, -107.0, -105.0]), np.array([-105.5, -104.5, -104.0])
    for bounds in ({"a": low, "b": high}, {"a": high, "b": low}):
        picture = gaps.by_draws(SIZES, bounds)
        first, second = (highest_row(picture, COLORS[name]) for name in ("rate", "distortion"))
        assert (second < first) == (bounds["b"] is high)
        assert "rising" in repr(picture)
