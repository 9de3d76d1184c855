"""Lesson 4's figures show what they are given."""

from io import BytesIO

import numpy as np
from PIL import Image

from vae_from_scratch.course.figures import codes


def inked(picture, color):
    """How many pixels are near a color."""
    pixels = np.asarray(Image.open(BytesIO(picture.png)).convert("RGB")).astype(int)
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(pixels - wanted).max(axis=-1) < 30).sum())


def test_a_longer_bent_line_takes_more_ink_of_its_color():
    points = np.random.default_rng(0).normal(size=(50, 2))
    straight = np.array([[-1.0, 0.0], [1.0, 0.0]])
    angles = np.linspace(0, 1, 50)[:, None]
    short, long = (
        codes.straight_and_bent(points, straight, np.hstack([np.cos(k * angles), np.sin(k * angles)])) for k in (1, 6)
    )
    assert inked(long, codes.TONES[0]) > 2 * inked(short, codes.TONES[0]) > 0
    assert repr(long).startswith("50 points")


def test_error_against_bits_draws_every_curve_and_none_beyond_the_last_bit():
    bits, curves = 8 * np.arange(9), {}
    for number, name in enumerate(("a", "b", "c", "d")):
        curves[name] = bits * (1 + number), 60 / (1 + bits) + 10 * number
    picture = codes.error_against_bits(curves)
    assert all(inked(picture, tone) > 100 for tone in codes.TONES)
    assert repr(picture).endswith("a, b, c, d")


def test_learning_names_its_curves_and_lines():
    steps = np.arange(1, 100)
    picture = codes.learning({"training": (steps, 50 / steps), "test": (steps, 60 / steps)}, {"PCA": 30.0})
    assert repr(picture) == "Squared error over the steps: training, test; lines: PCA"
    assert inked(picture, codes.TONES[0]) > 300 and inked(picture, codes.TONES[1]) > 300
