"""A Gaussian fitted to an image's own posterior, and log p(x) by draws: exact probabilistic PCA and quadrature know."""

import numpy as np
import pytest
from numpy.polynomial.hermite_e import hermegauss
from scipy import stats
from scipy.integrate import simpson
from scipy.optimize import minimize
from scipy.special import expit

from tests.core.examples import SMOOTH, D, K, L, N, binary, fitted, generic, linear_gaussian_model, normal
from vae_from_scratch import evaluation, ops, optimizers, pca, vae
from vae_from_scratch.distributions import normal_log_prob
from vae_from_scratch.pytree import tree_map


def log_joint_of(params, x, model):
    """log p(x, z) as a function of z."""
    return lambda z: ops.sum_last(normal_log_prob(z, 0.0, 0.0)) + model.log_likelihood(x, model.decode(params, z))


def probabilistic_pca():
    """Log joint of five examples, their exact posteriors and log evidence."""
    decoder, examples = fitted()
    x, model = examples[:N], linear_gaussian_model(decoder["log_var"])
    mean, covariance = pca.posterior(decoder, x)
    return log_joint_of({"decoder": decoder}, x, model), mean, covariance, pca.log_prob(decoder, x)


def fit(log_joint, epsilon, steps=1000, num_examples=N, start=0.0):
    """The fit from N(start, I) with the same noise at every step."""
    latent_dim = epsilon.shape[-1]
    mean, log_var = np.full((num_examples, latent_dim), start), np.zeros((num_examples, latent_dim))
    learning_rate = optimizers.cosine_decay(0.1, 1e-4, steps)
    return vae.fit_posterior(log_joint, mean, log_var, [epsilon] * steps, learning_rate)


SIGMA_POINTS = np.sqrt(L) * np.concatenate([np.eye(L), -np.eye(L)])[:, None, :]  # mean 0 and covariance I, exactly


# ------------------------------------------------------------------------ fit


def test_fitted_posterior_is_the_exact_one_of_probabilistic_pca():
    log_joint, exact, covariance, _ = probabilistic_pca()
    mean, log_var = fit(log_joint, SIGMA_POINTS)
    np.testing.assert_allclose(mean, exact, atol=1e-5)
    np.testing.assert_allclose(np.exp(log_var), np.tile(np.diag(covariance), (N, 1)), rtol=1e-3)


def test_fitted_posterior_has_the_highest_bound_that_quadrature_finds():
    params, x = generic(latent_dim=1), binary(1, D)
    nodes, weights = hermegauss(80)  # for expectations under N(0, 1), once divided by their sum

    def minus_bound(q):
        z = q[0] + np.exp(q[1] / 2) * nodes
        log_pixels = stats.bernoulli.logpmf(x.astype(int), expit(SMOOTH.decode(params, z[:, None]))).sum(axis=-1)
        return -weights @ (log_pixels + stats.norm.logpdf(z)) / weights.sum() - q[1] / 2

    best = minimize(minus_bound, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-8}).x
    quantiles = stats.norm.ppf((np.arange(400) + 0.5) / 400)[:, None, None]
    mean, log_var = fit(log_joint_of(params, x, SMOOTH), quantiles, num_examples=1)
    np.testing.assert_allclose([mean[0, 0], log_var[0, 0]], best, atol=0.01)


def test_an_examples_fit_does_not_depend_on_its_company():
    params, x, epsilon = generic(), binary(N, D), normal(K, 1, L)
    together = fit(log_joint_of(params, x, SMOOTH), epsilon, steps=50)
    alone = fit(log_joint_of(params, x[2:3], SMOOTH), epsilon, steps=50, num_examples=1)
    np.testing.assert_allclose(np.array(alone)[:, 0], np.array(together)[:, 2], rtol=1e-4)


def test_each_epsilon_is_one_step_of_adam_and_the_beginning_stays_as_it_was():
    log_joint = log_joint_of(generic(), binary(N, D), SMOOTH)
    mean, log_var = normal(N, L), normal(N, L, seed=1)
    before = mean.copy(), log_var.copy()
    same = vae.fit_posterior(log_joint, mean, log_var, [], 0.1)
    moved = vae.fit_posterior(log_joint, mean, log_var, normal(1, N, L, seed=2), 0.1)
    np.testing.assert_array_equal(np.array(same), before)
    np.testing.assert_array_equal(np.array([mean, log_var]), before)
    np.testing.assert_allclose(np.abs(np.array(moved) - before), 0.1, rtol=1e-4)


def test_fit_of_float32_stays_float32():
    params, x = tree_map(np.float32, generic()), binary(N, D).astype(np.float32)
    start = np.zeros((N, L), np.float32)
    noise = normal(3, N, L).astype(np.float32)
    for part in vae.fit_posterior(log_joint_of(params, x, vae.DENSE), start, start, noise, 0.1):
        assert part.dtype == np.float32


# -------------------------------------------------------- importance sampling


def test_with_the_exact_posterior_as_proposal_every_draw_gives_the_exact_evidence():
    log_joint, mean, covariance, evidence = probabilistic_pca()
    z = stats.multivariate_normal(np.zeros(L), covariance).rvs((K, N), random_state=0) + mean
    log_proposal = stats.multivariate_normal(np.zeros(L), covariance).logpdf(z - mean)
    for num_samples in (1, K):
        found = evaluation.importance_log_prob(log_joint(z)[:num_samples], log_proposal[:num_samples])
        np.testing.assert_allclose(found, evidence, rtol=1e-12)


@pytest.mark.parametrize(("center", "spread"), [(0.0, 1.0), (0.5, 1.5)])
def test_any_wide_proposal_finds_the_evidence_by_quadrature(center, spread):
    params, x, num_samples = generic(latent_dim=1), binary(N, D), 4000
    z = stats.norm(center, spread).rvs((num_samples, N, 1), random_state=1)
    log_joint = log_joint_of(params, x, vae.DENSE)(z)
    log_proposal = stats.norm(center, spread).logpdf(z[..., 0])
    weights = np.exp(log_joint - log_proposal)
    standard_error = weights.std(axis=0) / weights.mean(axis=0) / np.sqrt(num_samples)

    grid = np.linspace(-9, 9, 4001)
    probs = expit(vae.decode(params, grid[:, None]))
    joint = stats.bernoulli.pmf(x[:, None].astype(int), probs).prod(axis=-1) * stats.norm.pdf(grid)
    evidence = simpson(joint, x=grid)
    assert np.all(standard_error < 0.05)
    found = evaluation.importance_log_prob(log_joint, log_proposal)
    assert np.all(np.abs(found - np.log(evidence)) < 4 * standard_error)


def test_estimate_is_finite_where_every_weight_underflows():
    assert evaluation.importance_log_prob(np.full((K, N), -5000.0), np.zeros((K, N))) == pytest.approx(
        np.full(N, -5000)
    )
