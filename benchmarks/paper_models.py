"""The two networks of Burda, Grosse & Salakhutdinov 2016: one stochastic layer, and two.

One: 784-200-200-50. Two: 784-200-200-100, then 100-100-100-50. Both tanh, with a mirrored decoder and Bernoulli pixels
whose biases begin at the training mean. Noise is a list with one (K, N, L) array for each stochastic layer.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from vae_from_scratch import distributions, evaluation, hierarchical, ops, vae
from vae_from_scratch.layers import dense, mlp

DRAWS_AT_ONCE = 20  # of 500 images: 10,000 decoded images at a time
DRAWS = 13  # what a generator is for: the draws that estimate an NLL


class Net(NamedTuple):
    """A network with what training and evaluation ask of it."""

    latent_dims: tuple
    init: Callable  # (rng, logits (D,)) -> parameters
    losses: dict  # by objective: (params, x (N, D), noise) -> (), in nats per image
    nll: Callable  # (params, x (N, D), number of draws, seed) -> (N,), in nats
    means: Callable  # (params, x (N, D)) -> the posterior mean of all latents (N, L)


def noise(rng, num_draws, num_images, latent_dims):
    """Standard normal draws of each layer: [(K, N, L), ...], float32."""
    return [rng.standard_normal((num_draws, num_images, size), np.float32) for size in latent_dims]


# ------------------------------------------------------------------ one layer


def encode(params, x):
    """mean and log_var of the latents: (N, D) -> (N, L), (N, L)."""
    h = mlp(params["encoder"]["hidden"], x, ops.tanh)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def decode(params, z):
    """Logits of the pixels: (..., L) -> (..., D)."""
    return dense(params["decoder"]["logits"], mlp(params["decoder"]["hidden"], z, ops.tanh))


TANH = vae.Model(encode, decode, distributions.bernoulli_log_prob)


def init_one(rng, logits, hidden=(200, 200), latent_dim=50):
    """Parameters of the network with one stochastic layer."""
    return vae.init(rng, len(logits), hidden, latent_dim, logits)


def vae_one(params, x, noise):
    """Minus the mean ELBO over K draws and N images, its KL term in closed form."""
    return vae.loss(params, x, noise[0], model=TANH)


def iwae_one(params, x, noise):
    """Minus the mean importance-weighted bound."""
    return -ops.mean(vae.iwae_bound(params, x, noise[0], TANH))


def nll_one(params, x, num_draws, seed):
    """-log p(x) by the importance-weighted bound."""
    return evaluation.nll(params, x, num_draws, seed, TANH)


# ----------------------------------------------------------------- two layers


def init_two(rng, logits):
    """Parameters of the network with two stochastic layers."""
    return hierarchical.init(rng, len(logits), output_bias=logits)


def vae_two(params, x, noise):
    """Minus the mean ELBO over K draws and N images, its KL term by those draws."""
    return -ops.mean(hierarchical.elbo(params, x, noise))


def iwae_two(params, x, noise):
    """Minus the mean importance-weighted bound."""
    return -ops.mean(hierarchical.iwae_bound(params, x, noise))


def nll_two(params, x, num_draws, seed):
    """-log p(x) by the importance-weighted bound, DRAWS_AT_ONCE draws at a time."""
    pieces = []
    for start in range(0, num_draws, DRAWS_AT_ONCE):
        rng = np.random.default_rng((seed, DRAWS, start))
        drawn = noise(rng, min(DRAWS_AT_ONCE, num_draws - start), len(x), TWO.latent_dims)
        pieces.append(hierarchical.log_weights(params, x, drawn))
    return -distributions.log_mean_exp(np.concatenate(pieces).astype(np.float64), axis=0)


def means_two(params, x):
    """Posterior means, the second layer's given the first layer's mean: (N, D) -> (N, L1 + L2)."""
    first, _ = hierarchical.gaussian(params["encoder"][0], x)
    second, _ = hierarchical.gaussian(params["encoder"][1], first)
    return np.concatenate([first, second], axis=1)


ONE = Net((50,), init_one, {"vae": vae_one, "iwae": iwae_one}, nll_one, lambda params, x: encode(params, x)[0])
TWO = Net((100, 50), init_two, {"vae": vae_two, "iwae": iwae_two}, nll_two, means_two)
NETS = {1: ONE, 2: TWO}
