"""Log-probabilities, the KL term and the sampler against scipy, quadrature, Monte-Carlo and counting."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.integrate import quad
from scipy.special import expit, logsumexp

from vae_from_scratch import distributions
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.distributions import (
    bernoulli_log_prob,
    kl_to_standard_normal,
    log_mean_exp,
    mean_image_logits,
    normal_log_prob,
    reparameterize,
)

K, N, D, L = 11, 5, 7, 3
MEAN = np.array([0.5, -1.2, 2.0])
LOG_VAR = np.array([-1.0, 0.7, -3.0])
STD = np.exp(LOG_VAR / 2)
DRAWS = 200_000

TAUGHT = [
    getattr(distributions, name) for name in vars(distributions) if hasattr(getattr(distributions, name), "plain")
]
EVERYWHERE = arrays(np.float64, L, elements=st.floats(-8, 8))


def standard_normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def assert_mean_is(expected, draws):
    """The mean of the draws, within four of its standard errors."""
    assert draws.mean() == pytest.approx(expected, abs=4 * draws.std() / np.sqrt(len(draws)))


# ------------------------------------------------------------------ Bernoulli


def test_bernoulli_log_prob_is_the_sum_of_scipys_over_pixels():
    logits = 3 * standard_normal(K, N, D)
    x = np.random.default_rng(1).integers(0, 2, (N, D))
    expected = stats.bernoulli.logpmf(x, expit(logits)).sum(axis=-1)
    np.testing.assert_allclose(bernoulli_log_prob(x.astype(float), logits), expected, rtol=1e-10)


def test_bernoulli_probabilities_of_all_images_sum_to_1():
    images = np.array(list(product([0.0, 1.0], repeat=D)))
    assert logsumexp(bernoulli_log_prob(images, 3 * standard_normal(D))) == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_pixel_costs_nothing_where_the_logit_is_right_and_a_thousand_nats_where_it_is_wrong(dtype):
    x, logits = np.array([[0], [1], [0], [1]], dtype), np.array([[-1000], [1000], [1000], [-1000]], dtype)
    np.testing.assert_array_equal(bernoulli_log_prob(x, logits), np.array([0, 0, -1000, -1000], dtype))
    _, slopes = value_and_grad(lambda logits: bernoulli_log_prob(x, logits).sum())(logits)
    np.testing.assert_array_equal(slopes, np.array([[0], [0], [-1], [1]], dtype))


def test_mean_image_logits_are_the_counts_with_half_a_count_added():
    x = np.array([[0, 1, 1], [0, 1, 0], [0, 1, 0], [0, 1, 0]])
    np.testing.assert_allclose(expit(mean_image_logits(x)), [0.5 / 5, 4.5 / 5, 1.5 / 5], rtol=1e-12)


def test_mean_image_of_float32_images_is_float32_and_finite():
    logits = mean_image_logits(np.zeros((4, D), np.float32))
    assert logits.dtype == np.float32
    np.testing.assert_allclose(expit(logits), 0.1, rtol=1e-6)


# --------------------------------------------------------------------- normal


def test_normal_log_prob_is_scipys_entry_by_entry():
    x = 2 * standard_normal(K, N, L)
    np.testing.assert_allclose(normal_log_prob(x, MEAN, LOG_VAR), stats.norm(MEAN, STD).logpdf(x), rtol=1e-12)


def test_normal_log_prob_summed_over_latents_is_the_multivariate_normal():
    x = 2 * standard_normal(N, L)
    expected = stats.multivariate_normal(MEAN, np.diag(STD**2)).logpdf(x)
    np.testing.assert_allclose(normal_log_prob(x, MEAN, LOG_VAR).sum(axis=-1), expected, rtol=1e-12)


@pytest.mark.parametrize("log_var", [-2.0, 0.0, 3.0])
def test_normal_density_integrates_to_1(log_var):
    std = np.exp(log_var / 2)
    area, _ = quad(lambda x: np.exp(normal_log_prob(x, 0.3, log_var)), 0.3 - 12 * std, 0.3 + 12 * std)
    assert area == pytest.approx(1, abs=1e-9)


# ------------------------------------------------------------- the KL and the sampler


def kl_by_quadrature(mean, std):
    q, prior = stats.norm(mean, std), stats.norm()
    return quad(lambda z: q.pdf(z) * (q.logpdf(z) - prior.logpdf(z)), mean - 12 * std, mean + 12 * std)[0]


def test_kl_is_the_integral_that_defines_it():
    expected = sum(kl_by_quadrature(mean, std) for mean, std in zip(MEAN, STD, strict=True))
    assert kl_to_standard_normal(MEAN, LOG_VAR) == pytest.approx(expected, rel=1e-9)


def test_kl_is_the_mean_log_ratio_of_scipys_draws():
    q = stats.multivariate_normal(MEAN, np.diag(STD**2))
    z = q.rvs(DRAWS, random_state=0)
    ratios = q.logpdf(z) - stats.multivariate_normal(np.zeros(L)).logpdf(z)
    assert_mean_is(kl_to_standard_normal(MEAN, LOG_VAR), ratios)


def test_kl_is_the_mean_log_ratio_of_the_samplers_own_draws():
    z = reparameterize(MEAN, LOG_VAR, standard_normal(DRAWS, L))
    ratios = (normal_log_prob(z, MEAN, LOG_VAR) - normal_log_prob(z, 0.0, 0.0)).sum(axis=-1)
    assert_mean_is(kl_to_standard_normal(MEAN, LOG_VAR), ratios)


def test_sampler_draws_from_the_normal_with_that_mean_and_log_variance():
    z = reparameterize(MEAN, LOG_VAR, standard_normal(20_000, L))
    for i in range(L):
        assert stats.kstest(z[:, i], stats.norm(MEAN[i], STD[i]).cdf).pvalue > 0.01


def test_sampler_is_the_quantile_function_along_the_noise():
    u = np.linspace(0.01, 0.99, 99)[:, None]
    z = reparameterize(MEAN, LOG_VAR, stats.norm.ppf(u))
    np.testing.assert_allclose(z, stats.norm.ppf(u, MEAN, STD), rtol=1e-10)


def test_gradient_through_the_sampler_is_that_of_the_expectation():
    """E z² = mean² + exp(log_var), whose gradient is 2 mean and exp(log_var)."""
    epsilon = standard_normal(DRAWS, 1)
    for mean, log_var in zip(MEAN, LOG_VAR, strict=True):
        params = (np.full((DRAWS, 1), mean), np.full((DRAWS, 1), log_var))
        _, per_draw = value_and_grad(lambda params: (reparameterize(*params, epsilon) ** 2).sum())(params)
        assert_mean_is(2 * mean, per_draw[0])
        assert_mean_is(np.exp(log_var), per_draw[1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("log_var", [-20, 20])
def test_values_and_gradients_are_finite_at_log_variances_of_twenty(dtype, log_var):
    mean, log_var = np.ones((N, L), dtype), np.full((N, L), log_var, dtype)
    epsilon = standard_normal(N, L).astype(dtype)

    def everything(params):
        mean, log_var = params
        z = reparameterize(mean, log_var, epsilon)
        return (kl_to_standard_normal(mean, log_var) + normal_log_prob(z, mean, log_var).sum(axis=-1)).sum()

    value, grads = value_and_grad(everything)((mean, log_var))  # raises NonFinite if any of them is not
    expected = (
        0.5 * (np.exp(log_var.astype(float)) - 1 - log_var + 1).sum()
        + stats.norm(0, np.exp(log_var.astype(float) / 2)).logpdf(np.exp(log_var.astype(float) / 2) * epsilon).sum()
    )
    assert value == pytest.approx(expected, rel=1e-3)
    assert [leaf.dtype for leaf in grads] == [dtype, dtype]


@settings(derandomize=True, deadline=None)
@given(EVERYWHERE, EVERYWHERE)
def test_kl_is_never_negative_and_adds_up_over_latents(mean, log_var):
    assert kl_to_standard_normal(mean, log_var) >= -1e-14
    per_latent = kl_to_standard_normal(mean[:, None], log_var[:, None])
    assert per_latent.sum() == pytest.approx(kl_to_standard_normal(mean, log_var), rel=1e-12, abs=1e-13)


def test_kl_is_0_exactly_at_the_prior():
    np.testing.assert_array_equal(kl_to_standard_normal(np.zeros((N, L)), np.zeros((N, L))), np.zeros(N))


# --------------------------------------------------------------- log-mean-exp


@settings(derandomize=True, deadline=None)
@given(arrays(np.float64, (K, N), elements=st.floats(-1000, 1000)), st.sampled_from([0, 1, -1]))
def test_log_mean_exp_is_scipys_logsumexp_less_the_log_of_the_count(values, axis):
    expected = logsumexp(values, axis=axis) - np.log(values.shape[axis])
    np.testing.assert_allclose(log_mean_exp(values, axis=axis), expected, rtol=1e-12, atol=1e-12)


@settings(derandomize=True, deadline=None)
@given(arrays(np.float64, K, elements=st.floats(-1000, 1000)))
def test_log_mean_exp_lies_between_the_mean_and_the_largest(values):
    assert values.mean() - 1e-9 <= log_mean_exp(values) <= values.max() + 1e-9


# ------------------------------------------------------- the definitions beside


def test_five_functions_are_computed_by_an_op_and_show_their_definition():
    assert {f.__name__ for f in TAUGHT} >= {
        "bernoulli_log_prob",
        "kl_to_standard_normal",
        "log_mean_exp",
        "normal_log_prob",
        "reparameterize",
    }


@pytest.mark.parametrize("f", TAUGHT, ids=lambda f: f.__name__)
def test_definitions_and_ops_agree_at_extremes_too(f):
    extremes = {"bernoulli_log_prob": 1000.0, "continuous_bernoulli_log_prob": 1000.0, "log_mean_exp": 1000.0}.get(
        f.__name__, 20.0
    )
    two = ("bernoulli_log_prob", "continuous_bernoulli_log_prob", "kl_to_standard_normal")
    arity = {"log_mean_exp": 1, **dict.fromkeys(two, 2)}.get(f.__name__, 3)
    args = [extremes * np.sign(standard_normal(N, L, seed=seed)) for seed in range(arity)]
    np.testing.assert_allclose(f(*args), f.plain(*args), rtol=1e-12)
