"""The score function gradient: scipy's density differentiated, exact normal moments, and the pathwise way beside it."""

import numpy as np
import pytest
from scipy import stats

from tests.core.examples import K, L, N, normal
from vae_from_scratch import evaluation, ops
from vae_from_scratch.autodiff import numeric_gradient, value_and_grad
from vae_from_scratch.distributions import reparameterize


def score_estimates(f, num_draws, mean, log_var, seed=0):
    z = mean + np.exp(log_var / 2) * normal(num_draws, len(mean), seed=seed)
    return evaluation.score_function_gradient(f(z), z, mean, log_var)


def test_score_function_gradient_of_a_constant_is_the_slope_of_scipys_log_density():
    mean, log_var, z = normal(L), normal(L, seed=1), normal(K, L, seed=2)

    def log_q(mean, log_var):
        return stats.norm.logpdf(z[4], mean, np.exp(log_var / 2)).sum()

    by_mean, by_log_var = evaluation.score_function_gradient(np.ones(K), z, mean, log_var)
    np.testing.assert_allclose(by_mean[4], numeric_gradient(lambda m: log_q(m, log_var), mean), rtol=1e-6)
    np.testing.assert_allclose(by_log_var[4], numeric_gradient(lambda v: log_q(mean, v), log_var), rtol=1e-6)


def test_score_function_gradient_averages_to_the_slope_found_by_quadrature_even_for_a_jump():
    mean, log_var = np.array([0.4]), np.array([-0.6])

    def above(mean, log_var):  # P(z > 1)
        return stats.norm.sf(1.0, mean, np.exp(log_var / 2)).sum()

    estimates = score_estimates(lambda z: (z[:, 0] > 1).astype(float), 20_000, mean, log_var)
    exact = numeric_gradient(lambda m: above(m, log_var), mean), numeric_gradient(lambda v: above(mean, v), log_var)
    for draws, slope in zip(estimates, exact, strict=True):
        assert abs(draws.mean() - slope[0]) < 4 * draws.std() / np.sqrt(len(draws))


def test_score_function_and_pathwise_gradients_agree_on_average():
    mean, log_var, num_draws = normal(L), normal(L, seed=1), 20_000
    epsilon = normal(num_draws, L, seed=3)

    def f(z):
        return ops.sum_last(np.sin(z) + z**2)

    copies = mean + 0 * epsilon, log_var + 0 * epsilon
    path = value_and_grad(lambda q: np.sum(f(reparameterize(*q, epsilon))))(copies)[1]
    for along, by_score in zip(path, score_estimates(f, num_draws, mean, log_var, seed=4), strict=True):
        error = np.sqrt((along.var(axis=0) + by_score.var(axis=0)) / num_draws)
        assert np.all(np.abs(along.mean(axis=0) - by_score.mean(axis=0)) < 4 * error)


@pytest.mark.parametrize("num_latents", [1, 4, 16])
def test_score_function_gradient_has_the_variance_that_normal_moments_give(num_latents):
    """f = Σ z² at mean 1, variance 1: 4 (L - 1)² + 22 (L - 1) + 30 for the first latent's mean."""
    ones, rest = np.ones(num_latents), num_latents - 1
    by_mean, _ = score_estimates(lambda z: (z**2).sum(axis=-1), 100_000, ones, 0 * ones)
    assert by_mean[:, 0].var() == pytest.approx(4 * rest**2 + 22 * rest + 30, rel=0.05)


def test_score_function_gradient_of_a_batch_is_that_of_each_example_and_float32_stays_float32():
    f_values, z, mean, log_var = normal(K, N), normal(K, N, L, seed=1), normal(N, L, seed=2), normal(N, L, seed=3)
    together = evaluation.score_function_gradient(f_values, z, mean, log_var)
    alone = evaluation.score_function_gradient(f_values[:, 2], z[:, 2], mean[2], log_var[2])
    for batch, one in zip(together, alone, strict=True):
        np.testing.assert_allclose(batch[:, 2], one)
    for part in evaluation.score_function_gradient(*map(np.float32, (f_values, z, mean, log_var))):
        assert part.dtype == np.float32
