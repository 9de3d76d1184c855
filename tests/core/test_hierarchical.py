"""Two stochastic layers: exact where everything is Gaussian and straight, equal to quadrature where it is not."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import bernoulli, multivariate_normal, norm

from tests.core.examples import binary, normal
from vae_from_scratch import hierarchical, ops, vae
from vae_from_scratch.autodiff import check_grads, value_and_grad
from vae_from_scratch.distributions import normal_log_prob
from vae_from_scratch.layers import dense
from vae_from_scratch.pytree import tree_leaves, tree_map

N, D, K, L1, L2 = 5, 7, 11, 3, 2


def params(latent_dims=(L1, L2), hidden=((6,), (4,)), seed=0):
    """Every leaf random, biases too."""
    tree = hierarchical.init(np.random.default_rng(seed), D, hidden, latent_dims)
    rng = np.random.default_rng(seed + 1)
    return tree_map(lambda leaf: leaf + 0.3 * rng.standard_normal(leaf.shape), tree)


def noise(latent_dims=(L1, L2), seed=0):
    return [normal(K, N, size, seed=seed + i) for i, size in enumerate(latent_dims)]


# --------------------------------------------------------- straight and Gaussian


def head(slope, offset):
    """A straight map of one number to one number."""
    return np.array([[float(slope)]]), np.array([float(offset)])


def test_the_iwae_bound_is_log_p_of_x_for_every_noise_where_the_posterior_is_exact():
    # z2 ~ N(0, 1); z1 | z2 ~ N(a z2 + c, s); x | z1 ~ N(w z1 + m, t I): all Gaussian, variances s and t
    a, c, s, t = 0.8, 0.3, 0.5, 0.4
    w, m = normal(D), normal(D, seed=1)
    x = normal(N, D, seed=2)
    spread = a * a + s  # of z1
    precision = 1 / spread + w @ w / t  # of z1 given x
    slope, offset = w / t / precision, (c / spread - m @ w / t) / precision
    tight = 1 / (1 + a * a / s)  # variance of z2 given z1
    nearest = {"hidden": [], "mean": (slope[:, None], np.array([offset]))}
    tree = {
        "encoder": [
            nearest | {"log_var": (np.zeros((D, 1)), np.array([-np.log(precision)]))},
            {"hidden": [], "mean": head(tight * a / s, -tight * a * c / s), "log_var": head(0, np.log(tight))},
        ],
        "decoder": [
            {"hidden": [], "logits": (w[None], m)},
            {"hidden": [], "mean": head(a, c), "log_var": head(0, np.log(s))},
        ],
    }
    exact = multivariate_normal(m + c * w, spread * np.outer(w, w) + t * np.eye(D)).logpdf(x)

    def log_likelihood(x, mean):
        return ops.sum_last(normal_log_prob(x, mean, np.log(t)))

    for seed in range(3):
        weights = hierarchical.log_weights(tree, x, noise((1, 1), seed), log_likelihood)
        np.testing.assert_allclose(weights, np.broadcast_to(exact, (K, N)), rtol=1e-12)
        for bound in (hierarchical.iwae_bound, hierarchical.elbo):
            np.testing.assert_allclose(bound(tree, x, noise((1, 1), seed), log_likelihood), exact, rtol=1e-12)


# --------------------------------------------------------------------- bent


def test_importance_weights_average_to_p_of_x_by_quadrature():
    tree, x = params((1, 1)), binary(1, D)
    z1, z2 = np.linspace(-9, 9, 601)[:, None], np.linspace(-7, 7, 401)[:, None]
    mean, log_var = hierarchical.gaussian(tree["decoder"][1], z2)
    log_z1 = norm.logpdf(z1, mean.T, np.exp(log_var.T / 2)) + norm.logpdf(z2.T)  # (601, 401)
    probs = 1 / (1 + np.exp(-hierarchical.decode(tree, z1)))
    log_x = bernoulli.logpmf(x, probs).sum(axis=1)
    cell = (z1[1, 0] - z1[0, 0]) * (z2[1, 0] - z2[0, 0])
    exact = logsumexp(log_x[:, None] + log_z1) + np.log(cell)

    draws = 400_000
    weights = np.exp(hierarchical.log_weights(tree, x, [normal(draws, 1, 1), normal(draws, 1, 1, seed=1)])[:, 0])
    error = weights.std() / np.sqrt(draws)
    assert abs(weights.mean() - np.exp(exact)) < 4 * error
    assert error < 0.03 * np.exp(exact)


def test_with_one_stage_it_is_the_plain_vae():
    tree = params((L1,), ((6,),))
    plain = {"encoder": tree["encoder"][0], "decoder": tree["decoder"][0]}

    def encode(params, x):
        return hierarchical.gaussian(params["encoder"], x)

    def decode(params, z):
        h = params["decoder"]["hidden"]
        return dense(params["decoder"]["logits"], np.tanh(z @ h[0][0] + h[0][1]))

    model = vae.Model(encode, decode, vae.DENSE.log_likelihood)
    x, epsilon = binary(N, D), normal(K, N, L1)
    np.testing.assert_allclose(
        hierarchical.log_weights(tree, x, [epsilon]), vae.log_weights(plain, x, epsilon, model), rtol=1e-12
    )


def test_the_bounds_are_ordered_for_every_draw():
    tree, x = params(), binary(N, D)
    assert np.all(hierarchical.iwae_bound(tree, x, noise()) >= hierarchical.elbo(tree, x, noise()))


def test_gradients_agree_with_central_differences():
    x, epsilons = binary(N, D), noise()
    for bound in (hierarchical.elbo, hierarchical.iwae_bound):
        check_grads(lambda tree, bound=bound: bound(tree, x, epsilons), params())


def test_float32_stays_float32():
    tree = hierarchical.init(np.random.default_rng(0), D, ((6,), (4,)), (L1, L2))
    x, epsilons = np.float32(binary(N, D)), [np.float32(e) for e in noise()]

    def loss(tree):
        return -ops.mean(hierarchical.iwae_bound(tree, x, epsilons))

    value, grads = value_and_grad(loss)(tree)
    assert np.asarray(value).dtype == np.float32
    assert {leaf.dtype for leaf in tree_leaves(grads)} == {np.dtype(np.float32)}


def test_generated_images_go_down_the_stages():
    tree = params()
    epsilons = [normal(N, L1), normal(N, L2)]
    mean, log_var = hierarchical.gaussian(tree["decoder"][1], epsilons[1])
    z = mean + np.exp(log_var / 2) * epsilons[0]
    assert hierarchical.generate(tree, epsilons) == pytest.approx(1 / (1 + np.exp(-hierarchical.decode(tree, z))))


def test_sizes_are_those_of_the_paper():
    tree = hierarchical.init(np.random.default_rng(0))
    shapes = [[W.shape for W, _ in stage["hidden"]] for part in ("encoder", "decoder") for stage in tree[part]]
    assert shapes == [
        [(784, 200), (200, 200)],
        [(100, 100), (100, 100)],
        [(100, 200), (200, 200)],
        [(50, 100), (100, 100)],
    ]
    assert tree["decoder"][0]["logits"][0].shape == (200, 784) and tree["decoder"][1]["mean"][0].shape == (100, 100)
