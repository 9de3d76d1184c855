"""The lesson's figures show what they are given: ink where there is ink, a place for every image."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch.course import figures
from vae_from_scratch.course.figures import slopes


def pixels(picture):
    return np.asarray(Image.open(BytesIO(picture.png)).convert("RGB")).astype(int)


def ink(picture):
    """How much darker than paper, summed over the picture."""
    return (255 - pixels(picture)).sum()


@pytest.fixture
def images():
    return (np.random.default_rng(0).random((10, 784)) < 0.2).astype(np.float32)


def test_each_image_of_the_plane_adds_its_own_patch(images):
    mean, std = np.random.default_rng(1).normal(size=(10, 2)), np.full((10, 2), 0.2)
    all_ten = figures.latent_patches(mean, std, images)
    orange = (pixels(all_ten) @ [1, 0, -1] > 40).sum()
    fewer = figures.latent_patches(mean, std / 2, images)
    assert orange > 3 * (pixels(fewer) @ [1, 0, -1] > 40).sum() > 0
    assert repr(all_ten).startswith("10 images")


def test_journey_shows_the_image_and_names_its_cost(images):
    mean, std, z = np.zeros(16), np.ones(16), np.zeros(16)
    blank = figures.journey(np.zeros(784), mean, std, z, np.zeros(784), 3.0, np.full(784, 0.1))
    dark = figures.journey(np.ones(784), mean, std, z, np.zeros(784), 3.0, np.full(784, 0.1))
    assert ink(dark) > ink(blank) + 200 * 200 * 255
    assert pixels(blank).shape == (460, 1520, 3)


def test_side_by_side_says_how_many_images_stand_under_each_caption(images):
    picture = figures.side_by_side({"means": images, "samples": images[:4]})
    assert repr(picture) == "10 images: means; 4 images: samples"


def test_errors_and_losses_are_named_in_the_text():
    errors = {"one-sided": np.array([1e-1, 1e-2, 1e-1]), "central": np.array([1e-2, 1e-4, 1e-1])}
    picture = slopes.error_against_step(np.array([1e-1, 1e-5, 1e-12]), errors)
    assert repr(picture).startswith("The error of 2 kinds of differences")
    assert ink(picture) > 0
    walk = slopes.descent({"rate 4": [3.0, 2.0], "rate 10": [3.0, 2.5]}, 1.5)
    assert repr(walk) == "How far the loss stands above the best, over 2 steps: rate 4, rate 10"
