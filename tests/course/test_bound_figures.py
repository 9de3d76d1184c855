"""The figures about bounds show the numbers they are given."""

from io import BytesIO

import numpy as np
from PIL import Image

from vae_from_scratch.course.figures import bounds

WEIGHTS = np.array([0.25, 0.6, 1.4, 5.0])
Z = np.linspace(-3, 3, 601)


def colored(picture, color):
    """Rows and columns of a picture's pixels that have about this color, as a mask."""
    pixels = np.asarray(Image.open(BytesIO(picture.png)).convert("RGB")).astype(int)
    return np.abs(pixels - [int(color[i : i + 2], 16) for i in (1, 3, 5)]).max(axis=-1) < 24


def jensen(mean_of_logs):
    return bounds.jensen(WEIGHTS, mean_of_logs, np.log(np.mean(WEIGHTS)))


def test_the_orange_stretch_is_as_long_as_what_the_logarithm_loses():
    lengths = [np.ptp(np.nonzero(colored(jensen(low), bounds.GAP))[0]) for low in (0.0, -0.5)]
    axis = np.log(5.0) + 0.5 + 2.0  # nats from bottom to top, on 230 of 300 shown pixels
    assert abs((lengths[1] - lengths[0]) / (2 * 230) - 0.5 / axis) < 0.01


def test_the_figure_s_words_hold_both_numbers():
    assert "log of the mean 0.59, mean of the logs 0.01" in repr(jensen(0.0122))


def gaussian(mean, std):
    return np.exp(-0.5 * ((Z - mean) / std) ** 2) / std / np.sqrt(2 * np.pi)


def test_each_fit_stands_over_the_posterior_in_a_color_of_its_own():
    posterior = (gaussian(-1.4, 0.2) + gaussian(1.4, 0.2)) / 2
    picture = bounds.fits(Z, posterior, {"chooses": gaussian(1.4, 0.2), "covers": gaussian(0.0, 1.4)})
    chosen, covering = (colored(picture, color) for color in bounds.FITS)
    middle, captions = chosen.shape[1] // 2, 120  # columns; rows that hold the captions' ink
    assert chosen[captions:, middle + 60 :].sum() > 300 and chosen[captions:, : middle - 60].sum() < 900
    assert covering[captions:, middle - 20 : middle + 20].any()
    assert "chooses; covers" in repr(picture)
