"""What a VAE's bounds count and average, what its parameters start from, and what it generates."""

import numpy as np
import pytest
from autograd.core import make_vjp
from scipy.special import expit

from tests.core.examples import SMOOTH, D, K, L, N, binary, generic, normal
from vae_from_scratch import ops, vae
from vae_from_scratch.autodiff import check_grads
from vae_from_scratch.distributions import mean_image_logits
from vae_from_scratch.pytree import tree_leaves, tree_map, tree_unflatten

# ----------------------------------------------------------------- conventions


def test_loss_is_minus_the_mean_over_examples_of_what_each_one_costs_alone():
    params, x, epsilon = generic(), binary(N, D), normal(N, L)
    alone = [vae.loss(params, x[i : i + 1], epsilon[i : i + 1], 0.7) for i in range(N)]
    assert vae.loss(params, x, epsilon, 0.7) == pytest.approx(np.mean(alone), rel=1e-13)


def test_beta_weighs_the_rate_and_nothing_else():
    params, x, epsilon = generic(), binary(N, D), normal(N, L)
    rate, distortion = vae.rate_and_distortion(params, x, epsilon)
    assert rate.shape == distortion.shape == (N,)
    for beta in (0.0, 1.0, 4.0):
        np.testing.assert_allclose(vae.elbo(params, x, epsilon, beta), -distortion - beta * rate, rtol=1e-13)


def test_many_draws_an_example_are_the_same_as_one_draw_each():
    params, x, epsilon = generic(), binary(N, D), normal(K, N, L)
    together = vae.elbo(params, x, epsilon)
    np.testing.assert_allclose(together, [vae.elbo(params, x, noise) for noise in epsilon], rtol=1e-12)


@pytest.mark.parametrize("bound", [vae.elbo, vae.iwae_bound])
def test_gradients_of_the_bounds_are_central_differences(bound):
    x, epsilon = binary(N, D), normal(K, N, L)
    check_grads(lambda params: bound(params, x, epsilon, model=SMOOTH), generic())


@pytest.mark.parametrize("f", [vae.loss, lambda *args: ops.mean(vae.iwae_bound(*args))], ids=["loss", "iwae"])
def test_every_leafs_gradient_is_float32_before_any_cast(f):
    params = vae.init(np.random.default_rng(0), D, (6,), L)
    x, epsilon = binary(N, D).astype(np.float32), normal(K, N, L).astype(np.float32)
    leaves = tree_leaves(params)
    for i, leaf in enumerate(leaves):
        product, value = make_vjp(
            lambda leaf, i=i: f(tree_unflatten(params, [*leaves[:i], leaf, *leaves[i + 1 :]]), x, epsilon), leaf
        )
        assert value.dtype == np.float32
        assert product(np.ones_like(value)).dtype == np.float32


# -------------------------------------------------- parameters and generation


def test_init_gives_float32_trees_of_the_stated_shapes():
    params = vae.init(np.random.default_rng(0), D, (6, 4), L)
    shapes = tree_map(np.shape, params)
    assert shapes == {
        "encoder": {"hidden": [((7, 6), (6,)), ((6, 4), (4,))], "mean": ((4, 3), (3,)), "log_var": ((4, 3), (3,))},
        "decoder": {"hidden": [((3, 4), (4,)), ((4, 6), (6,))], "logits": ((6, 7), (7,))},
    }
    assert {leaf.dtype for leaf in tree_leaves(params)} == {np.dtype(np.float32)}


def test_init_without_hidden_layers_makes_both_maps_straight():
    params, x, z = vae.init(np.random.default_rng(0), D, (), L), normal(2, D), normal(2, L)
    for f, a in [(lambda x: vae.encode(params, x)[0], x), (lambda z: vae.decode(params, z), z)]:
        np.testing.assert_allclose(f(a[:1] + 2 * a[1:]), f(a[:1]) + 2 * f(a[1:]), atol=1e-6)  # biases are zero


def test_training_starts_from_the_mean_image_when_the_output_bias_is_its_logits():
    x = binary(400, D)
    params = vae.init(np.random.default_rng(0), D, (6,), L, output_bias=mean_image_logits(x))
    np.testing.assert_allclose(expit(vae.decode(params, np.zeros(L, np.float32))), x.mean(axis=0), atol=2e-3)


def test_init_puts_the_output_bias_where_it_is_asked_and_keeps_float32():
    bias = np.linspace(-2, 2, D)
    logits = vae.init(np.random.default_rng(0), D, (6,), L, output_bias=bias)["decoder"]["logits"][1]
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, bias, rtol=1e-6)


def test_no_two_layers_start_from_the_same_numbers():
    params = vae.init(np.random.default_rng(0), D, (D, D), D)
    weights = [leaf for leaf in tree_leaves(params) if leaf.ndim == 2]
    assert len({leaf.tobytes() for leaf in weights}) == len(weights) == 7


def test_generate_gives_the_decoders_probabilities_without_uniforms():
    params, z = generic(), normal(N, L)
    np.testing.assert_allclose(vae.generate(params, z), expit(vae.decode(params, z)), rtol=1e-12)


def test_generate_draws_pixels_with_the_decoders_probabilities():
    params, draws = generic(), 20_000
    z = np.repeat(normal(1, L), draws, axis=0)
    probs = vae.generate(params, z[:1])[0]
    images = vae.generate(params, z, np.random.default_rng(1).random((draws, D)))
    assert set(np.unique(images)) == {0, 1}
    band = 4 * np.sqrt(probs * (1 - probs) / draws)
    assert np.all(np.abs(images.mean(axis=0) - probs) < band)
    assert np.all(np.abs(np.corrcoef(images.T) - np.eye(D)) < 4 / np.sqrt(draws))  # pixels are independent given z


def test_a_certain_pixel_is_always_drawn_as_it_is():
    params = tree_map(np.zeros_like, generic())
    params["decoder"]["logits"] = (params["decoder"]["logits"][0], np.array([1000.0] * 3 + [-1000.0] * 4))
    images = vae.generate(params, normal(N, L), np.random.default_rng(0).random((N, D)))
    np.testing.assert_array_equal(images, [[1, 1, 1, 0, 0, 0, 0]] * N)


def test_generation_needs_no_encoder():
    params = generic()
    np.testing.assert_array_equal(
        vae.generate({"decoder": params["decoder"]}, normal(N, L)), vae.generate(params, normal(N, L))
    )
