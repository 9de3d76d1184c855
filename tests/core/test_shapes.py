"""A sprite's factors can be measured back from its pixels: area, center of mass and principal axis."""

from itertools import product
from typing import NamedTuple

import numpy as np
import pytest

from vae_from_scratch import data, shapes


class Moments(NamedTuple):
    """What the ink of each image says about the sprite, (N,) each: pixels, pixels, pixels, radians."""

    scale: np.ndarray
    x: np.ndarray
    y: np.ndarray
    angle: np.ndarray


def measure(images):
    """Moments of images (N, 784), y up; the angle is that of the long axis, counterclockwise from upright."""
    ink = images.reshape(-1, 28, 28).astype(float)
    right = np.arange(28) - 13.5
    x, y = np.broadcast_to(right, (28, 28)), np.broadcast_to(-right[:, None], (28, 28))

    def mean(values):
        return (ink * values).sum(axis=(1, 2)) / ink.sum(axis=(1, 2))

    mean_x, mean_y = mean(x), mean(y)
    dx, dy = x - mean_x[:, None, None], y - mean_y[:, None, None]
    angle = 0.5 * np.arctan2(-2 * mean(dx * dy), mean(dy * dy) - mean(dx * dx))
    return Moments(np.sqrt(ink.sum(axis=(1, 2))), mean_x, mean_y, angle)


def sprite(**changed):
    """Factors (1,) of a sprite of scale 8, upright in the middle, but for what is changed."""
    factors = np.zeros(1, dtype=shapes.FACTORS)
    factors["scale"] = 8
    for name, value in changed.items():
        factors[name] = value
    return factors


def picture(**changed):
    return shapes.render_shapes(sprite(**changed)).reshape(28, 28)


@pytest.fixture(scope="module")
def sprites():
    return data.load("shapes")


def test_shapes_come_as_float32_images_and_named_factors(sprites):
    assert sprites.train.shape == (4000, 784) and sprites.test.shape == (1000, 784)
    assert sprites.train.dtype == sprites.test.dtype == np.float32
    assert sprites.train.min() == 0 and sprites.train.max() == 1
    assert sprites.train_factors.shape == (4000,) and sprites.test_factors.shape == (1000,)
    assert sprites.train_factors.dtype.names == ("shape", "scale", "angle", "x", "y")


def test_images_are_those_of_their_factors(sprites):
    np.testing.assert_array_equal(shapes.render_shapes(sprites.test_factors), sprites.test)


@pytest.mark.parametrize("shape", range(len(shapes.SHAPES)))
def test_ink_center_and_long_axis_give_the_factors_back(sprites, shape):
    chosen = sprites.train_factors["shape"] == shape
    factors, measured = sprites.train_factors[chosen], measure(sprites.train[chosen])
    np.testing.assert_allclose(measured.scale, factors["scale"], rtol=0.03)
    np.testing.assert_allclose(measured.x, factors["x"], atol=0.12)
    np.testing.assert_allclose(measured.y, factors["y"], atol=0.12)
    np.testing.assert_allclose(measured.angle, factors["angle"], atol=0.12)


def test_factors_are_uniform_in_their_ranges_and_uncorrelated():
    factors = shapes.random_factors(np.random.default_rng(1), 10_000)
    counts = np.bincount(factors["shape"], minlength=3)
    assert (np.abs(counts - 10_000 / 3) < 4 * np.sqrt(10_000 * 1 / 3 * 2 / 3)).all()
    for name, (low, high) in shapes.RANGES.items():
        unit = (factors[name] - low) / (high - low)
        assert unit.min() >= 0 and unit.max() <= 1
        assert abs(unit.mean() - 1 / 2) < 4 * np.sqrt(1 / 12 / 10_000)
    columns = np.stack([factors[name].astype(float) for name in shapes.FACTORS.names])
    assert np.abs(np.corrcoef(columns) - np.eye(5)).max() < 4 / np.sqrt(10_000)


def test_equal_seeds_give_equal_sprites_and_other_seeds_other_ones():
    first, again, other = (shapes.random_factors(np.random.default_rng(seed), 5) for seed in (3, 3, 4))
    np.testing.assert_array_equal(shapes.render_shapes(first), shapes.render_shapes(again))
    assert (shapes.render_shapes(first) != shapes.render_shapes(other)).any(axis=1).all()


def test_a_batch_renders_as_its_sprites_do_one_by_one():
    factors = shapes.random_factors(np.random.default_rng(5), 200)
    one_by_one = np.concatenate([shapes.render_shapes(factors[i : i + 1]) for i in range(len(factors))])
    np.testing.assert_allclose(shapes.render_shapes(factors), one_by_one, atol=1e-5)


def test_no_sprites_give_no_images():
    assert shapes.render_shapes(np.empty(0, dtype=shapes.FACTORS)).shape == (0, 784)


def test_an_upright_rectangle_covers_the_pixels_that_geometry_says():
    """Scale 8: 5.657 wide and 11.314 tall, so 4 columns are full, 2 are covered by 0.8284, and likewise 10 rows."""
    across = np.zeros(28)
    across[12:16], across[[11, 16]] = 1, 4 * 2**0.5 / 2 - 2
    down = np.zeros(28)
    down[9:19], down[[8, 19]] = 1, 8 * 2**0.5 / 2 - 5
    np.testing.assert_allclose(picture(shape=0), np.minimum.outer(down, across), atol=1e-5)


def test_an_ellipse_covers_what_a_fine_grid_of_points_covers():
    a, b, angle = 8 / np.sqrt(2 * np.pi), 16 / np.sqrt(2 * np.pi), 0.4
    fine = (np.arange(28 * 16) + 0.5) / 16 - 14
    along = -fine[:, None] * np.cos(angle) - fine * np.sin(angle)
    across = fine * np.cos(angle) - fine[:, None] * np.sin(angle)
    inside = (across / a) ** 2 + (along / b) ** 2 < 1
    covered = inside.reshape(28, 16, 28, 16).mean(axis=(1, 3))
    np.testing.assert_allclose(picture(shape=1, angle=angle), covered, atol=0.1)


def test_an_upright_triangle_widens_evenly_from_apex_to_base():
    """Scale 8: the apex 8 pixels above the center, the base 32/3 wide and 4 below, so each row adds 8/9 of a pixel."""
    width_of_row = picture(shape=2).sum(axis=1)
    expected = np.zeros(28)
    expected[6:18] = 8 / 9 * (np.arange(12) + 1 / 2)
    np.testing.assert_allclose(width_of_row, expected, atol=0.25)
    np.testing.assert_allclose(np.diff(width_of_row[8:18]), 8 / 9, atol=0.1)


def test_positive_x_is_right_positive_y_is_up_and_positive_angles_turn_counterclockwise():
    assert picture(x=3)[:, 14:].sum() > picture(x=3)[:, :14].sum()
    assert picture(y=3)[:14].sum() > picture(y=3)[14:].sum()
    turned = picture(shape=2, angle=0.6)
    assert turned[:14, :14].sum() > 1.2 * turned[:14, 14:].sum()


def test_edges_are_gray_so_that_a_tenth_of_a_pixel_shows():
    assert 0 < np.abs(picture(x=0.1) - picture()).max() < 0.15


@pytest.mark.parametrize("shape", range(len(shapes.SHAPES)))
def test_no_sprite_is_cut_off_at_the_border(shape):
    settings = product(np.linspace(-np.pi / 4, np.pi / 4, 7), (-4, 4), (-4, 4))
    largest = [sprite(shape=shape, scale=10, angle=angle, x=x, y=y) for angle, x, y in settings]
    ink = shapes.render_shapes(np.concatenate(largest)).sum(axis=1)
    np.testing.assert_allclose(ink, 100, rtol=0.03)
