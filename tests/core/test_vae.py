"""The proofs: bounds that must equal a number known from elsewhere, to the last digits or nearly.

Oracles: 784 ln 2; probabilistic PCA, whose likelihood is exact; scipy and quadrature over the latent; counting.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit, logsumexp

from tests.core.examples import (
    SMOOTH,
    D,
    K,
    L,
    N,
    binary,
    fitted,
    generic,
    linear_gaussian_model,
    normal,
    with_exact_posterior,
)
from vae_from_scratch import pca, vae
from vae_from_scratch.distributions import mean_image_logits
from vae_from_scratch.pytree import tree_map

SEEDS = st.integers(0, 2**32 - 1)


# --------------------------------------------------------------------- 784 ln 2


@pytest.mark.parametrize("dtype, tolerance", [(np.float32, 1e-4), (np.float64, 1e-12)])
def test_loss_is_784_ln_2_when_logits_are_zero_and_q_is_the_prior(dtype, tolerance):
    params = tree_map(lambda leaf: np.zeros(leaf.shape, dtype), vae.init(np.random.default_rng(0), hidden=(8,)))
    x, epsilon = binary(N, 784).astype(dtype), normal(N, 20).astype(dtype)
    assert vae.loss(params, x, epsilon) == pytest.approx(543.4273895589971, abs=tolerance)
    np.testing.assert_array_equal(vae.rate_and_distortion(params, x, epsilon)[0], np.zeros(N))


# ------------------------------------------------- probabilistic PCA, exactly


@settings(max_examples=25, derandomize=True, deadline=None)
@given(SEEDS, st.sampled_from([1, 2, K]))
def test_iwae_bound_equals_log_evidence_for_every_epsilon_when_q_is_exact(seed, num_samples):
    decoder, x = fitted()
    epsilon = 2 * normal(num_samples, len(x), L, seed=seed)
    bound = vae.iwae_bound(with_exact_posterior(decoder), x, epsilon, linear_gaussian_model(decoder["log_var"]))
    covariance = decoder["W"].T @ decoder["W"] + np.exp(decoder["log_var"]) * np.eye(D)
    np.testing.assert_allclose(bound, pca.log_prob(decoder, x), rtol=1e-12)
    np.testing.assert_allclose(bound, stats.multivariate_normal(decoder["mean"], covariance).logpdf(x), rtol=1e-11)


def test_log_weights_are_all_equal_when_q_is_exact():
    decoder, x = fitted()
    weights = vae.log_weights(
        with_exact_posterior(decoder), x, normal(K, len(x), L), linear_gaussian_model(decoder["log_var"])
    )
    np.testing.assert_allclose(weights - weights[0], 0, atol=1e-11)


def test_mean_elbo_over_the_noise_equals_log_evidence_when_q_is_exact():
    """The ELBO is quadratic in epsilon, so two Gauss-Hermite points a latent average it without error."""
    decoder, x = fitted()
    epsilon = np.stack(np.meshgrid(*[[-1.0, 1.0]] * L), axis=-1).reshape(-1, 1, L) * np.ones((1, len(x), 1))
    elbo = vae.elbo(with_exact_posterior(decoder), x, epsilon, model=linear_gaussian_model(decoder["log_var"]))
    np.testing.assert_allclose(elbo.mean(axis=0), pca.log_prob(decoder, x), rtol=1e-12)


def test_elbo_falls_short_by_the_kl_to_the_posterior_when_its_axes_are_turned():
    """A diagonal q cannot be exact then: the gap is the KL of two normals, half a log-ratio of determinants."""
    decoder, x = fitted()
    turned = decoder | {"W": np.linalg.qr(normal(L, L, seed=2))[0] @ decoder["W"]}
    params = with_exact_posterior(turned)
    covariance = pca.posterior(turned, x)[1]
    precision = np.linalg.inv(covariance)
    params["encoder"]["log_var"] = (np.zeros((D, L)), -np.log(np.diag(precision)))  # the best diagonal q
    epsilon = np.stack(np.meshgrid(*[[-1.0, 1.0]] * L), axis=-1).reshape(-1, 1, L) * np.ones((1, len(x), 1))
    elbo = vae.elbo(params, x, epsilon, model=linear_gaussian_model(decoder["log_var"])).mean(axis=0)
    gap = 0.5 * (np.log(np.diag(precision)).sum() + np.linalg.slogdet(covariance)[1])
    assert gap > 0.01
    np.testing.assert_allclose(pca.log_prob(turned, x) - elbo, gap, rtol=1e-9)


# ------------------------------------------------------------------- collapse


def test_a_collapsed_model_sits_exactly_at_the_mean_images_cost():
    x = binary(40, D) * np.array([1, 1, 1, 1, 1, 1, 0])  # one pixel is never lit
    params = tree_map(np.zeros_like, generic())
    params["decoder"]["logits"] = (params["decoder"]["logits"][0], mean_image_logits(x))
    probs = (x.sum(axis=0) + 0.5) / (len(x) + 1)
    expected = -stats.bernoulli.logpmf(x.astype(int), probs).sum(axis=1)
    rate, distortion = vae.rate_and_distortion(params, x, normal(40, L))
    np.testing.assert_array_equal(rate, np.zeros(40))
    np.testing.assert_allclose(distortion, expected, rtol=1e-13)
    np.testing.assert_allclose(-vae.iwae_bound(params, x, normal(K, 40, L)), expected, rtol=1e-13)


# ----------------------------------------------------------------- quadrature


def grid(latent_dim):
    """Points (M, latent_dim) over [-10, 10] in each latent, and the log of each point's cell."""
    side = np.linspace(-10, 10, {1: 20_001, 2: 201}[latent_dim])
    points = np.stack(np.meshgrid(*[side] * latent_dim), axis=-1).reshape(-1, latent_dim)
    return points, latent_dim * np.log(side[1] - side[0])


def narrow(params):
    """The same parameters with a q that dies out well inside the grid."""
    W, b = params["encoder"]["log_var"]
    return params | {"encoder": params["encoder"] | {"log_var": (0.3 * W, 0.3 * b - 0.5)}}


def log_joint(params, x, points, model):
    """log p(x, z) of each image and point by scipy: (N, M)."""
    probs = expit(model.decode(params, points))
    likelihood = np.array([stats.bernoulli.logpmf(image.astype(int), probs).sum(axis=-1) for image in x])
    return likelihood + stats.norm.logpdf(points).sum(axis=-1)


CASES = pytest.mark.parametrize("latent_dim, model", [(1, vae.DENSE), (1, SMOOTH), (2, SMOOTH)])


@CASES
def test_weights_averaged_over_all_noise_give_the_evidence(latent_dim, model):
    params, x = narrow(generic(latent_dim)), binary(N, D)
    points, log_cell = grid(latent_dim)
    evidence = logsumexp(log_joint(params, x, points, model), axis=1) + log_cell
    weights = vae.log_weights(params, x, np.repeat(points[:, None], N, axis=1), model)
    averaged = logsumexp(weights + stats.norm.logpdf(points).sum(axis=-1)[:, None], axis=0) + log_cell
    np.testing.assert_allclose(averaged, evidence, atol=1e-6)


@CASES
def test_evidence_is_the_elbo_plus_the_kl_from_q_to_the_posterior(latent_dim, model):
    params, x = narrow(generic(latent_dim)), binary(N, D)
    points, log_cell = grid(latent_dim)
    joint = log_joint(params, x, points, model)
    evidence = logsumexp(joint, axis=1) + log_cell
    mean, log_var = model.encode(params, x)
    log_q = stats.norm.logpdf(points, mean[:, None], np.exp(log_var / 2)[:, None]).sum(axis=-1)
    gap = (np.exp(log_q) * (log_q - joint + evidence[:, None])).sum(axis=1) * np.exp(log_cell)
    per_noise = vae.elbo(params, x, np.repeat(points[:, None], N, axis=1), model=model)
    elbo = (per_noise * np.exp(stats.norm.logpdf(points).sum(axis=-1) + log_cell)[:, None]).sum(axis=0)
    assert gap.min() > 1e-3
    np.testing.assert_allclose(elbo + gap, evidence, atol=1e-6)


# --------------------------------------------------------------- bounds in order


@settings(max_examples=25, derandomize=True, deadline=None)
@given(SEEDS)
def test_more_samples_never_lower_the_bound_averaged_over_nested_blocks(seed):
    params, x, epsilon = generic(), binary(N, D), normal(12, N, L, seed=seed)
    bounds = [
        np.mean([vae.iwae_bound(params, x, block) for block in np.split(epsilon, 12 // size)], axis=0)
        for size in (1, 2, 4, 12)
    ]
    assert np.all(np.diff(bounds, axis=0) >= -1e-12)
    assert np.all(bounds[3] > bounds[0])


def test_one_sample_bound_and_elbo_have_the_same_mean_over_the_noise():
    params, x, draws = generic(), binary(1, D), 100_000
    epsilon = normal(draws, 1, L)
    difference = vae.log_weights(params, x, epsilon)[:, 0] - vae.elbo(params, x, epsilon)[:, 0]
    assert difference.std() > 0.1
    assert difference.mean() == pytest.approx(0, abs=4 * difference.std() / np.sqrt(draws))


def test_iwae_bound_is_the_log_of_the_mean_weight_and_not_the_mean_of_the_logs():
    params, x, epsilon = generic(), binary(N, D), normal(K, N, L)
    weights = vae.log_weights(params, x, epsilon)
    bound = vae.iwae_bound(params, x, epsilon)
    assert weights.shape == (K, N) and bound.shape == (N,)
    np.testing.assert_allclose(bound, np.log(np.exp(weights).mean(axis=0)), rtol=1e-12)
    assert np.all(bound > weights.mean(axis=0))
