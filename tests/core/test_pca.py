"""Principal components against the SVD, and the exact likelihood against scipy's multivariate normal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles
from scipy.stats import multivariate_normal

from vae_from_scratch import data, pca
from vae_from_scratch.autodiff import check_grads, numeric_gradient

N, D, L = 50, 7, 3
SEEDS = st.integers(0, 2**32 - 1)


def correlated(seed=0):
    """Examples (N, D) off the origin, with unequal variances in directions of no axis."""
    rng = np.random.default_rng(seed)
    scales = np.array([3.0, 2.0, 1.2, 0.6, 0.5, 0.4, 0.3])
    return rng.standard_normal((N, D)) * scales @ np.linalg.qr(rng.standard_normal((D, D)))[0] + 5


def fixture_params(seed=1):
    """Probabilistic PCA in general position: the rows of W are neither orthogonal nor equal in length."""
    rng = np.random.default_rng(seed)
    return {"W": rng.standard_normal((L, D)), "mean": rng.standard_normal(D), "log_var": np.float64(-0.7)}


def covariance(params):
    return params["W"].T @ params["W"] + np.exp(params["log_var"]) * np.eye(D)


# ------------------------------------------------------- principal components


def test_components_are_the_leading_right_singular_vectors_of_the_centered_data():
    x = correlated()
    params = pca.pca(x, L)
    _, singular_values, directions = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs((params["components"] * directions[:L]).sum(axis=1)), 1, rtol=1e-12)
    np.testing.assert_allclose(params["variances"], singular_values[:L] ** 2 / N, rtol=1e-12)
    np.testing.assert_allclose(params["mean"], x.mean(axis=0))


def test_components_are_orthonormal_rows_and_codes_have_the_stated_variances_and_no_correlation():
    x = correlated()
    params = pca.pca(x, L)
    codes = (x - params["mean"]) @ params["components"].T
    np.testing.assert_allclose(params["components"] @ params["components"].T, np.eye(L), atol=1e-12)
    np.testing.assert_allclose(np.cov(codes.T, bias=True), np.diag(params["variances"]), atol=1e-12)
    assert np.all(np.diff(params["variances"]) < 0)


def test_reconstruction_loses_exactly_the_variances_left_out():
    x = correlated()
    left_out = np.linalg.svd(x - x.mean(axis=0), compute_uv=False)[L:] ** 2 / N
    lost = ((pca.reconstruct(pca.pca(x, L), x) - x) ** 2).sum(axis=1).mean()
    assert lost == pytest.approx(left_out.sum(), rel=1e-12)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(SEEDS)
def test_no_other_plane_reconstructs_better(seed):
    x = correlated()
    rng = np.random.default_rng(seed)
    best = pca.pca(x, L)
    nudged = best["components"] + rng.choice([0.01, 0.1, 1]) * rng.standard_normal((L, D))
    other = best | {"components": np.linalg.qr(nudged.T)[0].T}
    error = [((pca.reconstruct(params, x) - x) ** 2).sum() for params in (best, other)]
    assert error[0] <= error[1]


def test_moving_the_data_moves_the_reconstruction_and_nothing_else():
    x = correlated()
    here, there = pca.pca(x, L), pca.pca(x + 100, L)
    assert pca.subspace_distance(here["components"], there["components"]) < 1e-10
    np.testing.assert_allclose(pca.reconstruct(there, x + 100), pca.reconstruct(here, x) + 100, atol=1e-10)


def test_reconstructing_twice_changes_nothing_more():
    x = correlated()
    params = pca.pca(x, L)
    once = pca.reconstruct(params, x)
    np.testing.assert_allclose(pca.reconstruct(params, once), once, atol=1e-12)


def test_principal_components_of_float32_digits_are_float32_and_right():
    x = data.load("digits").test
    single, double = pca.pca(x, 10), pca.pca(x.astype(np.float64), 10)
    assert {leaf.dtype for leaf in single.values()} == {np.dtype(np.float32)}
    assert pca.subspace_distance(single["components"], double["components"]) < 1e-4
    np.testing.assert_allclose(single["variances"], double["variances"], rtol=1e-4)


def test_gradient_descent_on_the_reconstruction_error_can_reach_every_parameter():
    x = correlated()[:5]
    check_grads(pca.reconstruct, {"components": fixture_params()["W"], "mean": x[0]}, x)


# ------------------------------------------------------------------ subspaces


@pytest.mark.parametrize("angle", [0.0, 1e-9, 0.3, np.pi / 2])
def test_subspace_distance_of_two_planes_is_the_sine_of_the_angle_between_them(angle):
    plane = np.eye(4)[:2]
    turned = np.array([[1, 0, 0, 0], [0, np.cos(angle), np.sin(angle), 0]])
    assert pca.subspace_distance(plane, turned) == pytest.approx(np.sin(angle), rel=1e-6, abs=1e-15)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(SEEDS)
def test_subspace_distance_agrees_with_scipy_and_sees_no_axes(seed):
    rng = np.random.default_rng(seed)
    A, B, mixing = rng.standard_normal((L, D)), rng.standard_normal((L, D)), rng.standard_normal((L, L)) + 3 * np.eye(L)
    expected = np.sin(subspace_angles(A.T, B.T).max())
    assert pca.subspace_distance(A, B) == pytest.approx(expected, abs=1e-9)
    assert pca.subspace_distance(B, A) == pytest.approx(expected, abs=1e-9)
    assert pca.subspace_distance(mixing @ A, -B) == pytest.approx(expected, abs=1e-9)


# ---------------------------------------------------------- probabilistic PCA


def test_log_prob_is_that_of_the_multivariate_normal_that_z_integrates_to():
    params, x = fixture_params(), correlated()
    expected = multivariate_normal(params["mean"], covariance(params)).logpdf(x)
    np.testing.assert_allclose(pca.log_prob(params, x), expected, rtol=1e-12)


def test_posterior_is_the_conditional_of_the_joint_normal():
    params, x = fixture_params(), correlated()
    gain = params["W"] @ np.linalg.inv(covariance(params))  # of x, by the joint covariance of (z, x)
    mean, posterior_covariance = pca.posterior(params, x)
    np.testing.assert_allclose(mean, (x - params["mean"]) @ gain.T, rtol=1e-10)
    np.testing.assert_allclose(posterior_covariance, np.eye(L) - gain @ params["W"].T, atol=1e-12)


def test_fit_has_the_principal_axes_and_a_diagonal_posterior_covariance():
    x = correlated()
    params = pca.fit_probabilistic(x, L)
    _, posterior_covariance = pca.posterior(params, x)
    assert pca.subspace_distance(params["W"], pca.pca(x, L)["components"]) < 1e-12
    np.testing.assert_allclose(posterior_covariance, np.diag(np.diag(posterior_covariance)), atol=1e-12)


def test_fitted_covariance_keeps_the_leading_variances_and_averages_the_others():
    x = correlated()
    variances = np.linalg.eigvalsh(np.cov(x.T, bias=True))[::-1]
    fitted = np.linalg.eigvalsh(covariance(pca.fit_probabilistic(x, L)))[::-1]
    np.testing.assert_allclose(fitted, [*variances[:L], *[variances[L:].mean()] * (D - L)], rtol=1e-10)


def test_likelihood_is_stationary_at_the_fit():
    x = correlated()
    params = pca.fit_probabilistic(x, L)
    for name, leaf in params.items():
        grad = numeric_gradient(
            lambda value, name=name: pca.log_prob(params | {name: value}, x).mean(), np.asarray(leaf)
        )
        np.testing.assert_allclose(grad, 0, atol=1e-8)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(SEEDS)
def test_no_other_parameters_have_greater_likelihood(seed):
    x, rng = correlated(), np.random.default_rng(seed)
    best = pca.fit_probabilistic(x, L)
    size = rng.choice([0.01, 0.1, 1])
    other = {name: leaf + size * rng.standard_normal(np.shape(leaf)) for name, leaf in best.items()}
    assert pca.log_prob(best, x).mean() > pca.log_prob(other, x).mean()


def test_float32_digits_get_float32_log_probs_within_a_hundredth_of_a_nat():
    x = data.load("digits").test
    single = pca.log_prob(pca.fit_probabilistic(x, 10), x)
    double = pca.log_prob(pca.fit_probabilistic(x.astype(np.float64), 10), x.astype(np.float64))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, double, atol=0.01)
