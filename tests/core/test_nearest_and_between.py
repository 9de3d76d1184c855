"""Nearest neighbors against a search tree, and the line between two latents against its own geometry."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from tests.core.examples import L, normal
from vae_from_scratch import evaluation, vae


def test_neighbors_are_those_of_a_search_tree():
    x, reference = normal(53, 7), normal(211, 7, seed=1)
    distances, indices = cKDTree(reference).query(x)
    found, squared = evaluation.nearest_neighbors(x, reference)
    np.testing.assert_array_equal(found, indices)
    np.testing.assert_allclose(squared, distances**2, rtol=1e-10)


def test_an_image_among_the_references_is_its_own_neighbor_at_no_distance():
    x = np.random.default_rng(0).random((31, 784), np.float32)
    found, squared = evaluation.nearest_neighbors(x, x)
    np.testing.assert_array_equal(found, np.arange(31))
    assert squared.dtype == np.float32 and 0 <= squared.min() and squared.max() < 1e-3


def test_the_distance_of_binary_images_counts_the_pixels_that_differ():
    x, reference = (np.random.default_rng(seed).random((29, 784)) < 0.2 for seed in (0, 1))
    _, squared = evaluation.nearest_neighbors(np.float32(x), np.float32(reference))
    np.testing.assert_array_equal(squared, (x[:, None] != reference).sum(axis=-1).min(axis=1))


def test_the_line_begins_and_ends_in_its_ends_exactly():
    start, end = normal(L), 1e6 * normal(L, seed=1)
    np.testing.assert_array_equal(vae.interpolate(start, end, np.array([0.0, 1.0])), [start, end])


@pytest.mark.parametrize("fraction", [0.25, 0.5, 0.9])
def test_distances_to_the_ends_divide_the_line_as_the_fraction_says(fraction):
    start, end = normal(L), normal(L, seed=1)
    (point,) = vae.interpolate(start, end, np.array([fraction]))
    whole = np.linalg.norm(end - start)
    assert np.linalg.norm(point - start) == pytest.approx(fraction * whole)
    assert np.linalg.norm(point - end) == pytest.approx((1 - fraction) * whole)


def test_a_line_of_float32_latents_stays_float32():
    points = vae.interpolate(np.zeros(L, np.float32), np.ones(L, np.float32), np.float32([0.5, 0.7]))
    assert points.dtype == np.float32 and points.shape == (2, L)
