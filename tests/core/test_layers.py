"""Layers: shapes, dtypes, the spread of their starting values, and what they compute."""

import numpy as np
import pytest
from scipy.stats import kstest

from vae_from_scratch import layers, ops


def test_init_dense_gives_float32_weights_of_inputs_by_outputs_and_zero_biases():
    W, b = layers.init_dense(np.random.default_rng(0), 5, 3)
    assert W.shape == (5, 3) and b.shape == (3,)
    assert W.dtype == b.dtype == np.float32
    assert not b.any()


def test_initial_weights_are_uniform_with_glorots_variance():
    n_in, n_out = 300, 200
    W, _ = layers.init_dense(np.random.default_rng(0), n_in, n_out)
    variance = 2 / (n_in + n_out)
    assert kstest(W.ravel() / np.sqrt(3 * variance), "uniform", args=(-1, 2)).pvalue > 0.01
    error = variance * np.sqrt(0.8 / W.size)  # the fourth moment of a uniform is 9/5 of its squared variance
    assert W.var() == pytest.approx(variance, abs=4 * error)


def test_init_mlp_joins_consecutive_sizes_with_weights_of_their_own():
    params = layers.init_mlp(np.random.default_rng(0), [7, 5, 5, 5])
    assert [W.shape for W, _ in params] == [(7, 5), (5, 5), (5, 5)]
    assert not np.array_equal(params[1][0], params[2][0])
    assert layers.init_mlp(np.random.default_rng(0), [7]) == []


def test_the_same_generator_state_gives_the_same_parameters():
    first, again, other = (layers.init_dense(np.random.default_rng(seed), 5, 3)[0] for seed in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_dense_multiplies_from_the_left_and_adds_the_bias():
    W, b = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([10.0, 20, 30])
    np.testing.assert_array_equal(layers.dense((W, b), np.array([1.0, -1])), [7, 17, 27])


def test_mlp_bends_after_every_layer_including_the_last():
    params = [(np.array([[1.0, -1]]), np.array([0.0, 0])), (np.array([[1.0], [1]]), np.array([-5.0]))]
    np.testing.assert_array_equal(layers.mlp(params, np.array([[3.0], [7], [-9]])), [[0], [2], [4]])
    np.testing.assert_allclose(
        layers.mlp(params, np.array([[3.0]]), ops.tanh), [[np.tanh(-5)]]
    )  # tanh(3) + tanh(-3) = 0


def test_mlp_of_no_layers_is_the_identity():
    x = np.ones((2, 3))
    assert layers.mlp([], x) is x


def test_layers_carry_leading_axes_through():
    rng = np.random.default_rng(0)
    params = layers.init_mlp(rng, [7, 5, 3])
    x = rng.standard_normal((11, 5, 7)).astype(np.float32)
    y = layers.mlp(params, x)
    assert y.shape == (11, 5, 3) and y.dtype == np.float32
    np.testing.assert_allclose(y[4, 2], layers.mlp(params, x[4, 2]), rtol=1e-5, atol=1e-6)
