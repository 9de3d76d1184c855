"""The bound from draws against exact evidence, and the KL on a grid against scipy and the closed form."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from tests.core.examples import fitted, normal
from vae_from_scratch import pca
from vae_from_scratch.distributions import kl_on_grid, kl_to_standard_normal, normal_log_prob, reparameterize
from vae_from_scratch.evaluation import importance_log_prob, lower_bound

MEAN, LOG_VAR = np.array([0.5, -1.0, 2.0]), np.array([-2.0, 0.7, 0.1])
Z, DZ = np.linspace(-12, 12, 4001, retstep=True)


def weights_of(mean, log_var, K, seed=0):
    """log p(x, z) and log q(z) of K draws of q = N(mean, diag exp(log_var)), for the examples of a fitted model."""
    params, x = fitted()
    z = reparameterize(mean, log_var, normal(K, *np.shape(mean), seed=seed))
    seen = stats.norm(z @ params["W"] + params["mean"], np.exp(params["log_var"] / 2)).logpdf(x).sum(axis=-1)
    log_q = stats.norm(mean, np.exp(log_var / 2)).logpdf(z).sum(axis=-1)
    return seen + stats.norm.logpdf(z).sum(axis=-1), log_q


def exact_posterior():
    params, x = fitted()
    mean, covariance = pca.posterior(params, x)
    return mean, np.broadcast_to(np.log(np.diag(covariance)), mean.shape), pca.log_prob(params, x)


def test_one_draw_of_the_exact_posterior_gives_the_evidence():
    mean, log_var, log_px = exact_posterior()
    np.testing.assert_allclose(lower_bound(*weights_of(mean, log_var, 1)), log_px, rtol=1e-10)


def test_the_bound_misses_the_evidence_by_the_kl_to_the_exact_posterior():
    mean, log_var, log_px = exact_posterior()
    log_joint, log_q = weights_of(mean + 0.3, log_var + 0.5, 20_000)
    bound, error = lower_bound(log_joint, log_q), np.std(log_joint - log_q, axis=0) / np.sqrt(20_000)
    gap = 0.5 * np.sum(0.3**2 / np.exp(log_var) + np.exp(0.5) - 1 - 0.5, axis=-1)
    assert (np.abs(log_px - gap - bound) < 4 * error).all()


def test_the_bound_is_never_above_the_log_of_the_mean_weight_and_equals_it_for_one_draw():
    log_joint, log_q = 3 * normal(11, 500), normal(11, 500, seed=1)
    assert (lower_bound(log_joint, log_q) < importance_log_prob(log_joint, log_q)).all()
    np.testing.assert_allclose(lower_bound(log_joint[:1], log_q[:1]), importance_log_prob(log_joint[:1], log_q[:1]))


def test_the_bound_is_finite_where_every_weight_underflows():
    np.testing.assert_array_equal(lower_bound(np.full((3, 2), -5000.0), np.zeros((3, 2))), [-5000.0, -5000.0])


@pytest.mark.parametrize("order", ["q first", "p first"])
def test_kl_on_a_grid_is_the_integral_by_quadrature(order):
    q, p = stats.norm(0.4, 0.6), stats.logistic(-0.3, 0.5)
    first, second = (q, p) if order == "q first" else (p, q)
    expected, _ = quad(lambda z: first.pdf(z) * (first.logpdf(z) - second.logpdf(z)), -12, 12, points=(0, 0.4))
    assert kl_on_grid(first.logpdf(Z), second.logpdf(Z), DZ) == pytest.approx(expected, rel=1e-8)


def test_kl_on_a_grid_to_the_prior_is_the_closed_form_latent_by_latent():
    log_q = normal_log_prob(Z, MEAN[:, None], LOG_VAR[:, None])
    found = kl_on_grid(log_q, normal_log_prob(Z, 0.0, 0.0), DZ)
    assert found.shape == (3,)
    np.testing.assert_allclose(found, kl_to_standard_normal(MEAN[:, None], LOG_VAR[:, None]), rtol=1e-9)


def test_kl_on_a_grid_is_0_for_equals_and_positive_otherwise():
    log_densities = stats.t.logpdf(Z, np.array([[2.0], [5.0], [30.0]]))
    between = kl_on_grid(log_densities[:, None], log_densities[None], DZ)
    np.testing.assert_array_equal(np.diag(between), 0)
    assert (between[~np.eye(3, dtype=bool)] > 1e-4).all()


def test_both_keep_float32():
    small = np.float32(normal(5, 7))
    assert lower_bound(small, small + 1).dtype == kl_on_grid(small, small + 1, 0.5).dtype == np.float32
