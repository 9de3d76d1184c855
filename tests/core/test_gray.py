"""Gray pixels: the continuous Bernoulli and the Gaussian decoder against integrals, a scipy density and draws."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from vae_from_scratch import data, gray, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.distributions import (
    continuous_bernoulli_draw,
    continuous_bernoulli_log_prob,
    continuous_bernoulli_mean,
)
from vae_from_scratch.pytree import tree_leaves, tree_map

N, D, L = 5, 7, 3
LOGITS = [-40.0, -3.0, -0.3, -1e-3, -1e-7, 0.0, 1e-5, 2e-3, 0.8, 5.0, 60.0]


def normal(*shape, seed=0):
    return np.random.default_rng((seed, *shape)).standard_normal(shape)


def density(x, logit):
    return float(np.exp(continuous_bernoulli_log_prob(np.array([x]), np.array([logit]))))


def integral(f):
    return quad(f, 0, 1, points=[0.05, 0.5, 0.95], epsabs=1e-12, limit=200)[0]


def gaussian(dtype=np.float64):
    params = gray.init_gaussian(np.random.default_rng(0), D, (6,), L)
    return tree_map(lambda leaf: (leaf + 0.3 * normal(*leaf.shape)).astype(dtype), params)


# ------------------------------------------------------- continuous Bernoulli


@pytest.mark.parametrize("logit", LOGITS)
def test_continuous_bernoulli_has_area_one_and_the_mean_that_is_claimed(logit):
    assert integral(lambda x: density(x, logit)) == pytest.approx(1, abs=1e-6)
    mean = integral(lambda x: x * density(x, logit))
    assert continuous_bernoulli_mean(np.array(logit)) == pytest.approx(mean, abs=2e-4 if abs(logit) < 2e-3 else 1e-7)


@pytest.mark.parametrize("logit", [-2.5, 0.4, 6.0])
def test_continuous_bernoulli_is_a_truncated_exponential(logit):
    sign, size = np.sign(logit), abs(logit)
    x = np.linspace(0.01, 0.99, 9)
    expected = stats.truncexpon(b=size, scale=1 / size).logpdf(x if sign < 0 else 1 - x)
    np.testing.assert_allclose(continuous_bernoulli_log_prob(x[:, None], np.full((9, 1), logit)), expected, rtol=1e-9)


def test_images_of_pixels_have_the_product_of_their_densities():
    x, logits = np.random.default_rng(0).random((N, D)), normal(11, N, D)
    each = continuous_bernoulli_log_prob(x[..., None], logits[..., None])
    np.testing.assert_allclose(continuous_bernoulli_log_prob(x, logits), each.sum(axis=-1))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value_and_slope_are_right_around_zero_and_finite_far_away(dtype):
    logits = np.array([-1000, -1e-4, 0, 1e-6, 1e-2, 1000], dtype)
    x = np.full(6, 0.3, dtype)

    def total(logits):
        return continuous_bernoulli_log_prob(x[:, None], logits[:, None]).sum()

    _, slopes = value_and_grad(total)(logits)
    per_pixel = continuous_bernoulli_log_prob(x[:, None], logits[:, None])
    assert per_pixel.dtype == slopes.dtype == continuous_bernoulli_mean(logits).dtype == dtype
    far = np.log(1000)
    np.testing.assert_allclose(per_pixel, [far - 300, 0, 0, 0, -0.2 * 1e-2, far - 700], atol=3e-5, rtol=1e-6)
    np.testing.assert_allclose(slopes, [0.299, -0.2, -0.2, -0.2, -0.2 - 1e-2 / 12, -0.699], atol=2e-4)


@pytest.mark.parametrize("logit", [-8.0, -0.5, 1e-5, 3.0, 30.0])
def test_draws_have_the_distribution_whose_density_is_computed(logit):
    drawn = continuous_bernoulli_draw(np.full(20_000, logit), np.random.default_rng(0).random(20_000))
    assert drawn.min() >= 0 and drawn.max() <= 1
    if abs(logit) > 1e-3:
        size = abs(logit)
        exact = stats.truncexpon(b=size, scale=1 / size)
        assert stats.kstest(drawn if logit < 0 else 1 - drawn, exact.cdf).pvalue > 1e-3
    error = drawn.std() / np.sqrt(len(drawn))
    assert drawn.mean() == pytest.approx(float(continuous_bernoulli_mean(np.array(logit))), abs=4 * error)


def test_draws_stay_float32():
    drawn = continuous_bernoulli_draw(np.zeros((N, D), np.float32), np.full((N, D), 0.5, np.float32))
    assert drawn.dtype == np.float32


# ---------------------------------------------------------------- the levels


def test_every_level_keeps_its_own_256th_of_the_interval():
    levels = np.arange(256)
    for u in (0.0, 0.37, 0.999):
        x = data.to_likelihood_range((levels / 255)[None], np.full((1, 256), u))
        np.testing.assert_array_equal(np.floor(256 * x[0] + 1e-9), levels)
    assert data.to_likelihood_range(np.ones((1, 1), np.float32), np.ones((1, 1), np.float32)) <= 1


def test_spread_pixels_stay_float32():
    x = np.ones((N, D), np.float32)
    assert data.to_likelihood_range(x, np.zeros((N, D), np.float32)).dtype == np.float32


@pytest.mark.parametrize("std", [0.005, 0.01, 0.1])
def test_mean_log_density_of_a_level_less_ln_256_is_at_most_its_log_probability(std):
    density = stats.norm(0.41, std)
    for level in (100, 105, 110):
        log_prob = np.log(density.cdf((level + 1) / 256) - density.cdf(level / 256))
        mean = quad(lambda u, k=level: density.logpdf((k + u) / 256), 0, 1)[0]
        assert mean - np.log(256) <= log_prob + 1e-9


def test_bits_per_pixel_of_uniform_levels_are_eight():
    assert gray.bits_per_pixel(0.0, 784) == pytest.approx(8)
    assert gray.bits_per_pixel(-784 * np.log(256), 784) == pytest.approx(0)


# -------------------------------------------------------------------- Models


def test_gaussian_decoder_gives_scipys_density_with_the_variance_it_decoded():
    params, z = gaussian(), normal(N, L)
    x, (mean, log_var) = normal(N, D, seed=1), gray.decode_gaussian(params, z)
    expected = stats.norm(mean, np.exp(log_var / 2)).logpdf(x).sum(axis=-1)
    np.testing.assert_allclose(gray.gaussian_log_likelihood(x, (mean, log_var)), expected, rtol=1e-9)


def test_no_pixel_is_narrower_than_a_level():
    params = gaussian()
    W, b = params["decoder"]["log_var"]
    params["decoder"]["log_var"] = W, b - 1000
    _, log_var = gray.decode_gaussian(params, normal(N, L))
    np.testing.assert_allclose(np.exp(log_var / 2), np.std(np.linspace(0, 1 / 256, 100_001)), rtol=1e-4)


def test_zero_parameters_cost_nothing_and_720_nats():
    x, epsilon = np.random.default_rng(0).random((N, 784)), normal(N, L)
    zeros = tree_map(np.zeros_like, vae.init(np.random.default_rng(0), latent_dim=L))
    assert vae.loss(zeros, x, epsilon, 1.0, gray.CONTINUOUS) == pytest.approx(0, abs=1e-4)
    zeros = tree_map(np.zeros_like, gray.init_gaussian(np.random.default_rng(0), latent_dim=L))
    half_square = np.mean(np.sum(x**2, axis=-1)) / 2
    assert vae.loss(zeros, x, epsilon, 1.0, gray.GAUSSIAN) == pytest.approx(720.448 + half_square, abs=1e-2)


@pytest.mark.parametrize("model", ["CONTINUOUS", "GAUSSIAN"])
def test_gradients_reach_every_leaf_and_stay_float32(model):
    start = gaussian(np.float32) if model == "GAUSSIAN" else vae.init(np.random.default_rng(0), D, (6,), L)
    batch = next(gray.minibatches(np.full((N, D), 0.5, np.float32), N, L, seed=0, steps=1))
    loss, grads = value_and_grad(vae.loss)(start, *batch, 1.0, getattr(gray, model))
    assert loss.dtype == np.float32
    assert all(leaf.dtype == np.float32 and np.any(leaf) for leaf in tree_leaves(grads))


@pytest.mark.parametrize("model", ["CONTINUOUS", "GAUSSIAN"])
def test_means_are_those_of_the_draws(model):
    params = gaussian() if model == "GAUSSIAN" else vae.init(np.random.default_rng(0), D, (6,), L)
    decoded = getattr(gray, model).decode(params, np.broadcast_to(normal(1, L), (20_000, L)))
    drawn = gray.draws(decoded, np.random.default_rng(1))
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert np.all(np.abs(drawn.mean(axis=0) - gray.means(decoded)[0]) < 4.5 * error)


def test_batches_are_the_same_for_the_same_seed_and_spread_anew_at_each_step():
    x = np.array(list(product([0, 1], repeat=3)), np.float32)
    (one, noise), (two, _) = gray.minibatches(x, 4, L, seed=0, steps=2)
    (same, _), _ = gray.minibatches(x, 4, L, seed=0, steps=2)
    np.testing.assert_array_equal(one, same)
    assert one.dtype == noise.dtype == np.float32 and not np.array_equal(one, two)
