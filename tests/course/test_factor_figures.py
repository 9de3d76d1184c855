"""Lesson 15's figures: the table says its numbers, the ladder rises, the curve and the chains are drawn."""

from io import BytesIO

import numpy as np
from PIL import Image

from vae_from_scratch.course.figures import chains, factors


def pixels(picture):
    return np.asarray(Image.open(BytesIO(picture.png)).convert("RGB")).astype(int)


def test_a_cell_that_tells_more_is_darker():
    information = np.array([[0.0, 1.0], [0.4, 0.1]])
    picture = factors.told_table(information, ["here", "there"], "a title")
    assert "2 latents tells about here, there" in repr(picture)
    image = pixels(picture)
    background = {tuple(color) for color in image.reshape(-1, 3)}
    blues = sorted(b - r for r, g, b in background if b - r > 20)
    assert len(blues) >= 2


def test_the_ladder_stands_in_the_order_of_the_costs():
    images = np.stack([np.full(784, level) for level in (1.0, 0.0, 0.5)])
    picture = factors.ladder(images, ["black", "white", "gray"], np.array([30.0, 10.0, 20.0]))
    assert repr(picture).endswith("from the cheapest: white, gray, black")
    image = pixels(picture)[60]
    thirds = np.array_split(image.mean(axis=1), 3)
    assert np.mean(thirds[0]) > np.mean(thirds[1]) > np.mean(thirds[2])


def test_the_curve_and_the_chains_name_what_they_show():
    picture = factors.steps_to_the_truth([8, 64, 512], [1.4, 0.75, 0.7], {"the truth": 0.693})
    assert "falls towards the entropy" in repr(picture) and pixels(picture).min() < 100
    family = chains.family()
    assert all(chain.name in repr(family) for chain in chains.CHAINS)
    assert sum(not chain.learned for chain in chains.CHAINS) == 1
