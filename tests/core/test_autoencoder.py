"""The autoencoder against PCA's optimum and arithmetic by hand; quantization against exhaustive search."""

import numpy as np
import pytest

from tests.core.examples import D, N, normal
from vae_from_scratch import autoencoder, data, optimizers, pca
from vae_from_scratch.autodiff import check_grads, value_and_grad
from vae_from_scratch.pytree import tree_leaves, tree_map

C = 3  # numbers in a code


def params_64(hidden=(6,), seed=0):
    params = autoencoder.init(np.random.default_rng(seed), D, hidden, C)
    return tree_map(lambda leaf: leaf + 0.3 * np.random.default_rng(1).standard_normal(leaf.shape), params)


def written_as_autoencoder(fit):
    """PCA as straight encoder and decoder."""
    components, mean = fit["components"], fit["mean"]
    return {"encoder": [(components.T, -mean @ components.T)], "decoder": [(components, mean)]}


def test_init_mirrors_the_encoder_in_float32_and_puts_the_bias_on_the_output():
    bias = np.arange(D) / 10
    params = autoencoder.init(np.random.default_rng(0), D, (6, 5), C, output_bias=bias)
    assert [W.shape for W, _ in params["encoder"]] == [(D, 6), (6, 5), (5, C)]
    assert [W.shape for W, _ in params["decoder"]] == [(C, 5), (5, 6), (6, D)]
    assert all(leaf.dtype == np.float32 for leaf in tree_leaves(params))
    np.testing.assert_allclose(params["decoder"][-1][1], bias, rtol=1e-6)
    assert not any(b.any() for _, b in [*params["encoder"], *params["decoder"][:-1]])


def test_each_stack_bends_after_each_layer_but_the_last():
    one = np.ones((1, 1))
    params = {"encoder": [(one, -2 * one[0]), (-one, one[0])], "decoder": [(3 * one, 0 * one[0])]}
    np.testing.assert_array_equal(autoencoder.encode(params, np.array([[5.0], [0.0]])), [[-2.0], [1.0]])
    np.testing.assert_array_equal(autoencoder.decode(params, np.array([[-2.0]])), [[-6.0]])


def test_loss_is_the_squared_error_summed_over_pixels_and_averaged_over_examples():
    params, x = params_64(), normal(N, D)
    made = autoencoder.decode(params, autoencoder.encode(params, x))
    assert autoencoder.loss(params, x) == pytest.approx(sum((made - x).ravel() ** 2) / N, rel=1e-12)


def test_loss_of_pca_written_as_an_autoencoder_is_what_pca_leaves_out():
    x = normal(50, D) * np.linspace(0.5, 2, D) @ normal(D, D, seed=1) + 3
    fit = pca.pca(x, C)
    left_out = x.var(axis=0).sum() - fit["variances"].sum()
    assert autoencoder.loss(written_as_autoencoder(fit), x) == pytest.approx(left_out, rel=1e-10)


def test_no_small_change_of_pca_written_as_an_autoencoder_lowers_the_loss():
    x = normal(50, D) * np.linspace(0.5, 2, D) @ normal(D, D, seed=1) + 3
    _, grads = value_and_grad(autoencoder.loss)(written_as_autoencoder(pca.pca(x, C)), x)
    assert max(np.abs(leaf).max() for leaf in tree_leaves(grads)) < 1e-10 * x.var(axis=0).sum()


def test_the_decoder_of_a_straight_autoencoder_trained_by_adam_spans_the_principal_subspace_on_other_axes():
    x = normal(200, D) * np.array([3.0, 2.5, 2.0, 0.7, 0.5, 0.4, 0.3]) @ np.linalg.qr(normal(D, D, seed=1))[0] + 3
    fit, params = pca.pca(x, C), tree_map(np.float64, autoencoder.init(np.random.default_rng(0), D, (), C))
    adam = optimizers.adam(optimizers.cosine_decay(0.1, 1e-5, 1000))
    state = adam.init(params)
    for _ in range(1000):
        params, state = adam.update(params, value_and_grad(autoencoder.loss)(params, x)[1], state)
    (W, _), components = params["decoder"][0], fit["components"]
    assert pca.subspace_distance(W, components) < 0.01
    cosines = np.abs(np.sum(W * components, axis=1)) / np.linalg.norm(W, axis=1)
    assert cosines.min() < 0.9


def test_gradient_of_the_loss_agrees_with_central_differences():
    check_grads(autoencoder.loss, params_64(), normal(N, D))


def test_single_precision_stays_single_in_codes_loss_and_quantized_codes():
    x = data.load("digits").test[:5]
    params = autoencoder.init(np.random.default_rng(0), output_bias=x.mean(axis=0))
    code = autoencoder.encode(params, x)
    low, high = code.min(axis=0), code.max(axis=0)
    made = (code, autoencoder.decode(params, code), autoencoder.loss(params, x))
    assert {part.dtype for part in (*made, autoencoder.quantize(code, low, high, 3))} == {np.dtype(np.float32)}


@pytest.mark.parametrize("bits", [0, 1, 2, 5])
def test_quantize_moves_each_number_to_the_nearest_of_two_to_the_bits_middles(bits):
    code, low, high = 2 * normal(53, C), np.array([-1.0, -2, 0]), np.array([1.0, 1, 3])
    middles = low + (high - low) * (np.arange(2**bits)[:, None, None] + 0.5) / 2**bits
    nearest = np.take_along_axis(middles * np.ones((1, 53, 1)), np.abs(middles - code).argmin(axis=0)[None], 0)[0]
    got = autoencoder.quantize(code, low, high, bits)
    np.testing.assert_allclose(got, nearest, atol=1e-12)
    assert all(len(np.unique(column.round(9))) <= 2**bits for column in got.T)


def test_each_bit_divides_the_squared_error_of_an_even_code_by_four():
    code = np.random.default_rng(0).random((100_000, 1))
    errors = [np.mean((autoencoder.quantize(code, 0.0, 1.0, bits) - code) ** 2) for bits in range(6)]
    np.testing.assert_allclose(errors, [1 / 12 / 4**bits for bits in range(6)], rtol=0.02)


def test_quantize_keeps_what_is_on_the_grid_and_both_ends_inside():
    grid = autoencoder.quantize(normal(53, C), -1.0, 1.0, 3)
    np.testing.assert_allclose(autoencoder.quantize(grid, -1.0, 1.0, 3), grid, atol=1e-12)
    np.testing.assert_allclose(autoencoder.quantize(np.array([[-1.0, 1.0, 9.0]]), -1.0, 1.0, 1), [[-0.5, 0.5, 0.5]])
