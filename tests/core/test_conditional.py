"""The conditional VAE against quadrature over its latent, against a sum over all images, and against its own seams."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from tests.core.examples import binary, normal
from vae_from_scratch import conditional, optimizers, training, vae
from vae_from_scratch.autodiff import check_grads
from vae_from_scratch.device import to_cpu, to_gpu
from vae_from_scratch.pytree import tree_leaves, tree_map

K, N, D, L, C = 11, 5, 7, 3, 4  # draws, examples, pixels, latents, classes
LABELS = np.eye(C)[[2, 0, 3, 3, 1]]


def generic(data_dim=D, latent_dim=L, num_classes=C):
    """Parameters with every leaf random, float64."""
    params = conditional.init(np.random.default_rng(0), num_classes, data_dim, (6,), latent_dim)
    rng = np.random.default_rng(1)
    return tree_map(lambda leaf: leaf + 0.5 * rng.standard_normal(leaf.shape), params)


def log_prob(params, x, y, z):
    """log p(x | y) by quadrature over one latent on the grid z, (N, D), (C,), (M,) -> (N,)."""
    probs = expit(conditional.decode(params, z[:, None], y))
    joint = stats.norm.pdf(z) * np.prod(np.where(x[:, None] == 1, probs, 1 - probs), axis=-1)
    return np.log(np.sum(joint, axis=1) * (z[1] - z[0]))


def test_the_probabilities_of_all_images_of_a_label_add_up_to_one():
    params, grid = generic(3, 1), np.linspace(-9, 9, 2001)
    images = np.array(list(product([0.0, 1.0], repeat=3)))
    totals = [np.sum(np.exp(log_prob(params, images, y, grid))) for y in np.eye(C)]
    np.testing.assert_allclose(totals, 1, rtol=1e-6)


def test_the_bound_is_below_log_p_of_x_given_y_and_misses_it_by_the_kl_to_the_posterior():
    params, z = generic(3, 1), np.linspace(-12, 12, 4001)
    x = np.array([[1.0, 0.0, 1.0]])
    for y in np.eye(C):
        mean, log_var = conditional.encode(params, x, y[None])
        q = stats.norm(mean[0, 0], np.exp(log_var[0, 0] / 2))
        epsilon = (z - q.mean()) / q.std()
        repeated = np.tile(x, (len(z), 1)), np.tile(y, (len(z), 1))
        distortions = vae.rate_and_distortion(params, repeated[0], epsilon[:, None], conditional.given(repeated[1]))[1]
        bounds = conditional.elbo(params, *repeated, epsilon[:, None])
        dz = z[1] - z[0]
        average, exact = np.sum(q.pdf(z) * bounds) * dz, log_prob(params, x, y, z)[0]
        log_posterior = stats.norm.logpdf(z) - distortions - exact
        gap = np.sum(q.pdf(z) * (q.logpdf(z) - log_posterior)) * dz
        assert average < exact
        assert average + gap == pytest.approx(exact, abs=1e-6)


def test_importance_sampling_through_the_seam_agrees_with_quadrature():
    params, x = generic(3, 1), np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    exact = [log_prob(params, x, y, np.linspace(-12, 12, 4001)) for y in np.eye(C)[:2]]
    for y, expected in zip(np.eye(C)[:2], exact, strict=True):
        model = conditional.given(np.tile(y, (2, 1)))
        log_weights = vae.log_weights(params, x, normal(20_000, 2, 1, seed=3), model)
        weights = np.exp(log_weights - expected)
        error = weights.std(axis=0) / np.sqrt(len(weights))
        assert np.all(np.abs(weights.mean(axis=0) - 1) < 4 * error)


def test_a_zero_network_costs_ln_2_a_pixel_whatever_the_label():
    params, x = tree_map(np.zeros_like, generic()), binary(N, D)
    for k in range(C):
        bound = conditional.elbo(params, x, np.tile(np.eye(C)[k], (N, 1)), normal(N, L))
        np.testing.assert_allclose(bound, -D * np.log(2), rtol=1e-12)


def test_without_its_labels_it_is_the_vae_without_labels():
    params, x, epsilon = generic(), binary(N, D), normal(N, L)
    for network in params.values():
        network["label"] = tree_map(np.zeros_like, network["label"])
    np.testing.assert_allclose(conditional.elbo(params, x, LABELS, epsilon), vae.elbo(params, x, epsilon), rtol=1e-12)


def test_a_label_is_so_many_more_inputs_of_the_first_layer():
    params, x, z = generic(), binary(N, D), normal(N, L)
    beside = {}
    for name, network in params.items():
        ((W, b),), (rows, bias) = network["hidden"], network["label"]
        beside[name] = {**network, "hidden": [(np.concatenate([W, rows]), b + bias)]}
    expected = vae.encode(beside, np.concatenate([x, LABELS], axis=1))
    np.testing.assert_allclose(conditional.encode(params, x, LABELS), expected, rtol=1e-12)
    expected = vae.decode(beside, np.concatenate([z, LABELS], axis=1))
    np.testing.assert_allclose(conditional.decode(params, z, LABELS), expected, rtol=1e-12)


def test_label_log_probs_are_the_bounds_label_by_label():
    params, x, epsilon = generic(), binary(N, D), normal(N, L)
    table = conditional.label_log_probs(params, x, epsilon, C)
    for k in range(C):
        one = conditional.elbo(params, x, np.tile(np.eye(C)[k], (N, 1)), epsilon)
        np.testing.assert_allclose(table[:, k], one, rtol=1e-12)


def test_several_draws_of_z_share_the_examples_labels():
    params, x, draws = generic(), binary(N, D), normal(K, N, L)
    weights = vae.log_weights(params, x, draws, conditional.given(LABELS))
    each = [vae.log_weights(params, x, draw[None], conditional.given(LABELS))[0] for draw in draws]
    np.testing.assert_allclose(weights, each, rtol=1e-12)


def test_gradients_of_the_loss_are_central_differences():
    params = generic()
    check_grads(lambda p: conditional.loss(p, binary(N, D), LABELS, normal(N, L)), params, tolerance=1e-6)


def test_float32_stays_float32_and_training_lowers_the_loss():
    x, y = binary(40, D).astype(np.float32), np.eye(C, dtype=np.float32)[np.arange(40) % C]
    params = conditional.init(np.random.default_rng(0), C, D, (6,), L)
    batches = conditional.minibatches(x, y, 20, L, 0, 60)
    run = training.train(params, batches, optimizers.adam(1e-2), conditional.loss)
    values, trained = zip(*[(value, params) for value, params, _ in run], strict=True)
    assert np.mean(values[-10:]) < np.mean(values[:10])
    assert {leaf.dtype for leaf in tree_leaves(trained[-1])} == {np.dtype(np.float32)}
    assert conditional.elbo(params, x, y, normal(40, L).astype(np.float32)).dtype == np.float32


def test_a_training_step_and_the_labels_bounds_are_the_same_on_the_device(cupy):
    params = conditional.init(np.random.default_rng(0), C, D, (6,), L)
    x, noise = binary(N, D).astype(np.float32), normal(N, L).astype(np.float32)
    there, batch = to_gpu(params), (x, LABELS.astype(np.float32), noise)
    (expected,) = training.train(params, [batch], optimizers.adam(1e-2), conditional.loss)
    (actual,) = training.train(there, [batch], optimizers.adam(1e-2), conditional.loss)
    for got, wanted in zip(tree_leaves(to_cpu(actual[:2])), tree_leaves(expected[:2]), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-6)
    expected = conditional.label_log_probs(params, x, noise, C)
    np.testing.assert_allclose(conditional.label_log_probs(there, x, noise, C), expected, rtol=1e-5)


def test_batches_keep_each_image_with_its_label_and_binarize_images_alone():
    gray = np.linspace(0.05, 0.95, 8)[:, None] * np.ones((8, D))
    y = np.eye(C)[np.arange(8) % C]
    for x, labels, epsilon in conditional.minibatches(gray, y, 4, L, 0, 6):
        assert (x.shape, labels.shape, epsilon.shape) == ((4, D), (4, C), (4, L))
        assert set(np.unique(x)) <= {0, 1} and np.array_equal(labels.sum(axis=1), np.ones(4))
    whole = (np.arange(8) % C)[:, None] == np.arange(D)  # each image names its label
    for x, labels, _ in conditional.minibatches(whole.astype(float), y, 8, L, 0, 2):
        np.testing.assert_array_equal(x[:, :C], labels)
