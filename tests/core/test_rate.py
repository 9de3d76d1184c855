"""What the rate is made of, against exact Gaussians, quadrature and scipy; and the schedule of its price."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

from tests.core.examples import D, K, L, N, binary, generic, normal
from vae_from_scratch import evaluation, optimizers, training, vae
from vae_from_scratch.distributions import kl_to_standard_normal
from vae_from_scratch.pytree import tree_map

Z, MEAN, LOG_VAR = normal(K, L), normal(N, L, seed=1), normal(N, L, seed=2) - 0.5

# ------------------------------------------------------------- aggregate posterior


def test_the_aggregate_is_the_mixture_of_all_posteriors():
    parts = [multivariate_normal(m, np.diag(np.exp(v))).logpdf(Z) for m, v in zip(MEAN, LOG_VAR, strict=True)]
    expected = logsumexp(parts, axis=0) - np.log(N)
    np.testing.assert_allclose(evaluation.log_aggregate_posterior(Z, MEAN, LOG_VAR), expected, rtol=1e-12)


def test_the_aggregate_is_a_density():
    def density(z):
        return np.exp(evaluation.log_aggregate_posterior(np.array([[z]]), MEAN[:, :1], LOG_VAR[:, :1]))[0]

    assert quad(density, -30, 30, points=sorted(MEAN[:, 0]), epsabs=1e-10)[0] == pytest.approx(1, abs=1e-8)


def test_posteriors_that_agree_aggregate_to_one_of_them():
    mean, log_var = np.tile(MEAN[:1], (N, 1)), np.tile(LOG_VAR[:1], (N, 1))
    expected = norm(MEAN[0], np.exp(LOG_VAR[0] / 2)).logpdf(Z).sum(axis=-1)
    np.testing.assert_allclose(evaluation.log_aggregate_posterior(Z, mean, log_var), expected, rtol=1e-12)


def test_the_aggregate_is_finite_far_from_every_posterior():
    far = evaluation.log_aggregate_posterior(np.full((1, L), 100.0), MEAN, np.full((N, L), -10.0))
    assert np.isfinite(far).all() and far < -1e6


def test_the_aggregate_stays_in_single_precision():
    single = [a.astype(np.float32) for a in (Z, MEAN, LOG_VAR)]
    assert evaluation.log_aggregate_posterior(*single).dtype == np.float32


def test_the_rate_is_information_plus_the_aggregate_s_distance_from_the_prior():
    draws = 40_000
    epsilon = np.random.default_rng(3).standard_normal((draws, N, L))
    z = MEAN + np.exp(LOG_VAR / 2) * epsilon
    log_q = norm(MEAN, np.exp(LOG_VAR / 2)).logpdf(z).sum(axis=-1)
    log_aggregate = evaluation.log_aggregate_posterior(z.reshape(-1, L), MEAN, LOG_VAR).reshape(draws, N)
    information, distance = log_q - log_aggregate, log_aggregate - norm.logpdf(z).sum(axis=-1)
    assert np.all(information <= np.log(N) + 1e-9)
    both = (information + distance).mean(axis=1)
    error = both.std() / np.sqrt(draws)
    assert abs(both.mean() - kl_to_standard_normal(MEAN, LOG_VAR).mean()) < 4 * error


# --------------------------------------------------------------------- active units


def with_silent(params, silent):
    """The encoder's heads with the latents `silent` cut off from the image."""
    (W, b), (V, c) = params["encoder"]["mean"], params["encoder"]["log_var"]
    heard = np.isin(np.arange(L), silent, invert=True)
    return {**params, "encoder": {**params["encoder"], "mean": (W * heard, b), "log_var": (V * heard, c)}}


@pytest.mark.parametrize("silent", [[], [1], [0, 2], [0, 1, 2]])
def test_active_units_are_those_whose_mean_moves_with_the_image(silent):
    assert evaluation.active_units(with_silent(generic(), silent), binary(N, D)) == L - len(silent)


def test_a_unit_is_active_where_the_variance_of_its_mean_is_above_a_hundredth():
    def model_of(std):
        return vae.Model(lambda params, x: (x * std, 0 * x), vae.decode, vae.DENSE.log_likelihood)

    x = np.array([[-1.0], [1.0]])  # of variance 1
    assert evaluation.active_units(generic(), x, model_of(0.101)) == 1
    assert evaluation.active_units(generic(), x, model_of(0.099)) == 0


def test_a_unit_of_large_constant_mean_is_rated_and_not_active():
    params = tree_map(np.zeros_like, generic())
    W, b = params["encoder"]["mean"]
    params["encoder"]["mean"] = W, b + 3
    x = binary(N, D)
    assert evaluation.active_units(params, x) == 0
    np.testing.assert_allclose(evaluation.rate_per_unit(params, x), 4.5)


# ------------------------------------------------------------------------- warm-up


def test_the_price_rises_evenly_and_then_stays():
    batches = [(np.full((N, D), float(k)), np.full((N, L), -float(k))) for k in range(7)]
    made = list(training.warm_up(batches, 2.0, 4))
    assert [beta for _, _, beta in made] == [0, 0.5, 1, 1.5, 2, 2, 2]
    assert all(x is a and e is b for (x, e, _), (a, b) in zip(made, batches, strict=True))


def test_batches_are_taken_one_at_a_time():
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield normal(N, D), normal(N, L)

    stream = training.warm_up(endless(), 1.0, 10)
    next(stream), next(stream)
    assert len(taken) == 2


def test_training_takes_the_price_with_the_batch():
    params = generic()
    x, epsilon = binary(N, D), normal(N, L)
    values = []

    def loss(params, x, epsilon, beta):
        values.append(beta)
        return vae.loss(params, x, epsilon, beta)

    batches = training.warm_up([(x, epsilon)] * 3, 0.5, 2)
    for _ in training.train(params, batches, optimizers.sgd(0.0), loss):
        pass
    assert values == [0, 0.25, 0.5]
