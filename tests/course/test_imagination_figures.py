"""The figures of lesson 9 show what they are given: where digits are against the prior, and how far images lie."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from PIL import Image

from vae_from_scratch.course.figures import imagination


def pixels(picture):
    bundle, _ = picture._repr_mimebundle_()
    return np.asarray(Image.open(BytesIO(b64decode(bundle["image/png"]))).convert("RGB")).astype(int)


def test_orange_is_rarer_and_purple_more_often():
    halves = np.repeat([[-3.0, 3.0]], 8, axis=0).repeat(4, axis=1)  # digits rarer on the left
    shown = pixels(imagination.holes(halves - 4.0, np.full((8, 8), -4.0), 2.0, np.zeros((1, 2)), level=0.2))
    height, width, _ = shown.shape
    red, _, blue = shown[height // 4, width // 5]
    assert red > blue + 20
    red, _, blue = shown[height // 4, width * 3 // 5]
    assert blue > red + 20


def test_no_hole_draws_no_contour():
    shown = pixels(imagination.holes(np.zeros((8, 8)), np.zeros((8, 8)), 2.0, np.zeros((1, 2)), level=0.2))
    assert shown.shape[2] == 3


def test_where_neither_digits_nor_prior_go_the_plane_stays_white():
    log_q = np.full((8, 8), -20.0)
    log_p = np.repeat([[-3.0, -30.0]], 8, axis=0).repeat(4, axis=1)  # the prior is on the left only
    shown = pixels(imagination.holes(log_q, log_p, 2.0, np.full((1, 2), 9.0), level=0.2))
    height, width, _ = shown.shape
    assert np.ptp(shown[height // 4, width // 5]) > 20
    assert np.min(shown[height // 4, width * 3 // 5]) > 250


def test_distances_are_named_and_drawn_over_a_common_axis():
    rows = {"test digits": np.arange(40.0, 60), "samples": np.arange(60.0, 80), "copies": np.arange(20.0, 40)}
    picture = imagination.distances(rows)
    assert "test digits; samples; copies" in repr(picture)
    assert len(np.unique(pixels(picture).reshape(-1, 3), axis=0)) > 10
