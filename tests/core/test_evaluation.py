"""Numbers about a trained model against all weights at once, exact probabilistic PCA and quadrature."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.special import expit, logsumexp

from tests.core.examples import (
    D,
    K,
    L,
    N,
    binary,
    fitted,
    generic,
    linear_gaussian_model,
    with_exact_posterior,
)
from vae_from_scratch import evaluation, pca, vae
from vae_from_scratch.pytree import tree_map


def addressed_noise(num_samples, num_examples, latent_dim, seed):
    """Draw k of all examples from the generator that nll documents."""
    draws = [np.random.default_rng((seed, evaluation.DRAWS, k)) for k in range(num_samples)]
    return np.array([rng.standard_normal((num_examples, latent_dim), np.float32) for rng in draws], np.float64)


# ------------------------------------------------------------------------ nll


@pytest.mark.parametrize("rows", [1, 2 * N, 4 * N + 1, 10**6])
def test_nll_is_that_of_all_weights_at_once_however_it_is_cut(monkeypatch, rows):
    monkeypatch.setattr(evaluation, "ROWS", rows)
    params, x = generic(), binary(N, D)
    weights = vae.log_weights(params, x, addressed_noise(K, N, L, seed=3))
    expected = math.log(K) - logsumexp(weights, axis=0)
    np.testing.assert_allclose(evaluation.nll(params, x, K, seed=3), expected, rtol=1e-12)


def test_nll_of_an_image_does_not_depend_on_the_images_after_it():
    params, x = generic(), binary(N, D)
    together = evaluation.nll(params, x, K, seed=0)
    np.testing.assert_allclose(evaluation.nll(params, x[:2], K, seed=0), together[:2], rtol=1e-12)


def test_nll_is_the_same_for_the_same_seed_and_another_for_another():
    params, x = generic(), binary(N, D)
    first, again, other = (evaluation.nll(params, x, K, seed) for seed in (0, 0, 1))
    assert np.array_equal(first, again) and np.all(first != other)


def test_nll_equals_the_exact_log_evidence_of_probabilistic_pca():
    decoder, x = fitted()
    params, model = with_exact_posterior(decoder), linear_gaussian_model(decoder["log_var"])
    for num_samples in (1, K):
        nll = evaluation.nll(params, x, num_samples, 0, model)
        np.testing.assert_allclose(nll, -pca.log_prob(decoder, x), rtol=1e-12)


def test_nll_with_another_proposal_finds_the_same_evidence_within_four_standard_errors():
    decoder, x = fitted()
    params, model = with_exact_posterior(decoder), linear_gaussian_model(decoder["log_var"])
    mean, log_var = model.encode(params, x)
    wider = model._replace(encode=lambda params, x: (mean + 0.1, log_var + 0.5))
    weights = vae.log_weights(params, x, addressed_noise(2000, len(x), L, seed=0), wider)
    error = np.sqrt(1 / evaluation.effective_sample_size(weights) - 1 / 2000)
    nll = evaluation.nll(params, x, 2000, 0, wider)
    assert np.all(error < 0.1) and np.all(np.abs(nll + pca.log_prob(decoder, x)) < 4 * error)


def test_nll_with_many_samples_finds_the_evidence_by_quadrature():
    params, x, num_samples = generic(latent_dim=1), binary(N, D), 4000

    def joint(z, image):
        probs = expit(vae.decode(params, np.array([z])))
        return stats.bernoulli.pmf(image.astype(int), probs).prod() * stats.norm.pdf(z)

    evidence = [quad(joint, -9, 9, args=(image,), limit=500, epsabs=1e-10)[0] for image in x]
    weights = np.exp(vae.log_weights(params, x, addressed_noise(num_samples, N, 1, seed=0)))
    standard_error = weights.std(axis=0) / weights.mean(axis=0) / np.sqrt(num_samples)
    nll = evaluation.nll(params, x, num_samples, seed=0)
    assert np.all(standard_error < 0.05)
    assert np.all(np.abs(nll + np.log(evidence)) < 4 * standard_error)


def test_nll_of_float32_parameters_is_float64_and_close_to_that_of_float64():
    single, x = tree_map(np.float32, generic()), binary(N, D)
    nll = evaluation.nll(single, x, K, seed=0)
    assert nll.dtype == np.float64
    np.testing.assert_allclose(nll, evaluation.nll(tree_map(np.float64, single), x, K, seed=0), rtol=1e-5)


def test_nll_is_finite_where_every_weight_underflows():
    params = generic()
    W, b = params["decoder"]["logits"]
    params["decoder"]["logits"] = (W, b - 1000)
    nll = evaluation.nll(params, np.ones((2, D)), K, seed=0)
    assert np.all(nll > 6000) and np.all(np.isfinite(nll))


# -------------------------------------------------------------- rate per unit


def test_rate_per_unit_is_each_latents_kl_by_quadrature_and_0_for_a_dead_one():
    means, log_vars = np.array([0.0, 1.5, -0.5]), np.array([0.0, -1.0, -4.0])
    params = tree_map(np.zeros_like, generic())
    for name, bias in [("mean", means), ("log_var", log_vars)]:
        params["encoder"][name] = (params["encoder"][name][0], bias)
    rates = evaluation.rate_per_unit(params, binary(N, D))
    assert rates[0] == 0
    for i in (1, 2):
        q = stats.norm(means[i], np.exp(log_vars[i] / 2))
        expected, _ = quad(lambda z, q=q: q.pdf(z) * (q.logpdf(z) - stats.norm.logpdf(z)), *q.interval(1 - 1e-14))
        assert rates[i] == pytest.approx(expected, rel=1e-8)


def test_rate_per_unit_sums_to_the_mean_rate():
    params, x = generic(), binary(50, D)
    rate, _ = vae.rate_and_distortion(params, x, np.zeros((50, L)))
    rates = evaluation.rate_per_unit(params, x)
    assert rates.shape == (L,)
    assert rates.sum() == pytest.approx(rate.mean(), rel=1e-12)


def test_rates_are_averaged_in_float64():
    params, x = tree_map(np.float32, generic(latent_dim=1)), binary(5000, D).astype(np.float32)
    rate, _ = vae.rate_and_distortion(params, x, np.zeros((5000, 1), np.float32))
    rates = evaluation.rate_per_unit(params, x)
    assert rates.dtype == np.float64
    assert rates[0] == pytest.approx(math.fsum(rate.tolist()) / 5000, rel=1e-14)
