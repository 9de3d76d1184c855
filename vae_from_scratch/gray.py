"""VAEs of gray pixels: lesson 8's networks with a density of real numbers in place of Bernoulli probabilities.

Two Models. CONTINUOUS has a continuous Bernoulli for each pixel, with one output, "logits"; GAUSSIAN has a normal
density with a mean for each pixel and one learned log_var for the image. Images are real numbers in [0, 1], from
`data.to_likelihood_range`. A density depends on the unit; `bits_per_pixel` turns it into what may be compared.
"""

from math import log

import numpy as np

from vae_from_scratch import ops, vae
from vae_from_scratch.data import to_likelihood_range
from vae_from_scratch.distributions import (
    continuous_bernoulli_draw,
    continuous_bernoulli_log_prob,
    continuous_bernoulli_mean,
    normal_log_prob,
    reparameterize,
)
from vae_from_scratch.layers import dense, init_dense, mlp

NARROWEST = -log(12 * 256**2)  # log of the variance of one level of 256, spread over its 1/256

# -------------------------------------------------------------------- Models


def init_gaussian(rng, data_dim=784, hidden=(400,), latent_dim=20, output_bias=0.0):
    """Parameters of a dense VAE whose decoder ends in two heads, "mean" and "log_var", float32.

    output_bias, a number or (data_dim,), is where the decoder's mean begins.
    """
    params = vae.init(rng, data_dim, hidden, latent_dim, output_bias)
    W, b = params["decoder"]["logits"]
    heads = {"mean": (W, b), "log_var": init_dense(rng, len(W), 1)}
    return params | {"decoder": {"hidden": params["decoder"]["hidden"], **heads}}


def decode_gaussian(params, z):
    """Each pixel's mean, and the log_var that an image's pixels share: (..., L) -> (..., D), (..., 1).

    The variance is learned, and never below that of one gray level spread over its 1/256.
    """
    h = mlp(params["decoder"]["hidden"], z)
    mean, log_var = dense(params["decoder"]["mean"], h), dense(params["decoder"]["log_var"], h)
    return mean, NARROWEST + ops.softplus(log_var - NARROWEST)


def gaussian_log_likelihood(x, decoded):
    """log p(x | z) of independent Gaussian pixels: (..., D), ((..., D), (..., 1)) -> (...), in nats."""
    return ops.sum_last(normal_log_prob(x, *decoded))


CONTINUOUS = vae.Model(vae.encode, vae.decode, continuous_bernoulli_log_prob)
GAUSSIAN = vae.Model(vae.encode, decode_gaussian, gaussian_log_likelihood)

# ------------------------------------------------------------------- images


def minibatches(x, batch_size, latent_dim, seed, steps):
    """Batches of gray images: pairs (images (B, D) spread over their levels, epsilon (B, L)), float32."""
    for step in range(steps):
        rng = np.random.default_rng((seed, step))
        rows = x[rng.choice(len(x), batch_size, replace=False)]
        uniforms = rng.random(rows.shape, np.float32)
        yield to_likelihood_range(rows, uniforms), rng.standard_normal((batch_size, latent_dim), np.float32)


def means(decoded):
    """Mean images of what either Model's decoder gives: (N, D)."""
    return decoded[0] if isinstance(decoded, tuple) else continuous_bernoulli_mean(decoded)


def draws(decoded, rng):
    """One draw of each image from either Model's likelihood: (N, D)."""
    if isinstance(decoded, tuple):
        return reparameterize(*decoded, rng.standard_normal(decoded[0].shape, np.float32))
    return continuous_bernoulli_draw(decoded, rng.random(decoded.shape, np.float32))


def bits_per_pixel(nats, data_dim):
    """What an image of 256 gray levels costs, per pixel, from -log of a density in [0, 1] in nats per image."""
    return (nats / data_dim + log(256)) / log(2)
