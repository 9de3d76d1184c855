"""Importance sampling against exact probabilistic PCA, scipy and weights whose effective number is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from tests.core.examples import D, K, L, N, fitted
from vae_from_scratch import pca
from vae_from_scratch.evaluation import effective_sample_size, importance_log_prob

WEIGHTS = np.random.default_rng(0).normal(size=(K, N)) * 3


def broadened(decoder, x, num_samples, factor):
    """Logs of joint and proposal, (K, N) each, at draws of the posterior with its covariance times a factor."""
    means, covariance = pca.posterior(decoder, x)
    noise = np.exp(decoder["log_var"]) * np.eye(D)
    columns = []
    for i, (mean, image) in enumerate(zip(means, x, strict=True)):
        proposal = multivariate_normal(mean, factor * covariance, seed=np.random.default_rng(i))
        z = proposal.rvs(num_samples).reshape(num_samples, L)
        residuals = image - decoder["mean"] - z @ decoder["W"]
        log_joint = multivariate_normal(np.zeros(D), noise).logpdf(residuals)
        log_joint += multivariate_normal(np.zeros(L), np.eye(L)).logpdf(z)
        columns.append((log_joint, proposal.logpdf(z)))
    return np.moveaxis(np.array(columns), 0, -1)


# -------------------------------------------------------- importance sampling


def test_one_draw_of_the_exact_posterior_gives_the_exact_evidence():
    decoder, x = fitted()
    estimate = importance_log_prob(*broadened(decoder, x, 2, 1.0))
    np.testing.assert_allclose(estimate, pca.log_prob(decoder, x), rtol=1e-10)


def test_draws_of_a_broadened_posterior_find_the_evidence_within_four_standard_errors():
    decoder, x = fitted()
    log_joint, log_proposal = broadened(decoder, x, 4000, 1.5)
    error = importance_log_prob(log_joint, log_proposal) - pca.log_prob(decoder, x)
    standard_error = np.sqrt(1 / effective_sample_size(log_joint - log_proposal) - 1 / 4000)
    assert np.all(standard_error < 0.05)
    assert np.all(np.abs(error) < 4 * standard_error)


def test_the_estimate_is_the_log_of_the_mean_weight():
    other = np.random.default_rng(1).normal(size=(K, N))
    expected = logsumexp(WEIGHTS - other, axis=0, b=1 / K)
    np.testing.assert_allclose(importance_log_prob(WEIGHTS, other), expected, rtol=1e-12)


# ------------------------------------------------------ effective sample size


@pytest.mark.parametrize("working", [1, 4, K])
def test_equal_weights_among_zeros_count_each_as_one(working):
    log_weights = np.where(np.arange(K)[:, None] < working, -7.0, -900.0) * np.ones(N)
    np.testing.assert_allclose(effective_sample_size(log_weights), working, rtol=1e-12)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.01, 1.0, 30.0]))
def test_it_lies_between_one_and_the_number_of_draws(seed, spread):
    log_weights = spread * np.random.default_rng(seed).normal(size=(K, N))
    size = effective_sample_size(log_weights)
    assert np.all(size >= 1 - 1e-12) and np.all(size <= K * (1 + 1e-12))


def test_it_gives_the_relative_variance_of_the_weights():
    weights = np.exp(WEIGHTS)
    relative = weights.var(axis=0) / weights.mean(axis=0) ** 2
    np.testing.assert_allclose(effective_sample_size(WEIGHTS), K / (1 + relative), rtol=1e-12)


@pytest.mark.parametrize("shift", [-2000.0, 2000.0])
def test_a_factor_of_all_weights_changes_nothing_however_large(shift):
    np.testing.assert_allclose(effective_sample_size(WEIGHTS + shift), effective_sample_size(WEIGHTS), rtol=1e-9)


def test_float32_weights_give_float32():
    for result in (effective_sample_size(np.float32(WEIGHTS)), importance_log_prob(*np.float32([WEIGHTS, WEIGHTS]))):
        assert result.dtype == np.float32
