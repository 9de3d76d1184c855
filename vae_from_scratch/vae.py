"""The variational autoencoder: what the encoder, the decoder and the noise make of an image.

Everything is per example, in nats, shape (N,), or (K, N) for K draws a example;
only `loss` averages. Noise comes in as epsilon, (N, L) or (K, N, L), so every
value is deterministic. A Model is the one seam: the same ELBO serves any encoder,
decoder and likelihood.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.device import like
from vae_from_scratch.distributions import (
    bernoulli_log_prob,
    kl_to_standard_normal,
    log_mean_exp,
    normal_log_prob,
    reparameterize,
)
from vae_from_scratch.layers import dense, init_dense, init_mlp, mlp
from vae_from_scratch.optimizers import adam

# ------------------------------------------------------------------ networks


def init(rng, data_dim=784, hidden=(400,), latent_dim=20, output_bias=0.0):
    """Parameters of a dense VAE, float32; the decoder mirrors the encoder.

    output_bias (a number or (D,) logits) is where the decoder's output begins: the
    mean image's logits save it from learning them first. hidden=() makes both maps straight.
    """
    inward, outward = [data_dim, *hidden], [latent_dim, *reversed(hidden)]
    W, b = init_dense(rng, outward[-1], data_dim)
    return {
        "encoder": {
            "hidden": init_mlp(rng, inward),
            "mean": init_dense(rng, inward[-1], latent_dim),
            "log_var": init_dense(rng, inward[-1], latent_dim),
        },
        "decoder": {"hidden": init_mlp(rng, outward), "logits": (W, (b + output_bias).astype(np.float32))},
    }


def encode(params, x):
    """Approximate posterior N(mean, exp(log_var)) of each image's latents: (N, D) -> (N, L), (N, L)."""
    h = mlp(params["encoder"]["hidden"], x)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def decode(params, z):
    """Logits of the pixels' Bernoulli probabilities: (..., L) -> (..., D)."""
    h = mlp(params["decoder"]["hidden"], z)
    return dense(params["decoder"]["logits"], h)


class Model(NamedTuple):
    """What the bounds ask of a model: encode(params, x), decode(params, z), log_likelihood(x, decoded)."""

    encode: Callable
    decode: Callable
    log_likelihood: Callable


DENSE = Model(encode, decode, bernoulli_log_prob)

# -------------------------------------------------------------------- bounds


def rate_and_distortion(params, x, epsilon, model=DENSE):
    """KL(q(z | x) ‖ p(z)), in closed form, and -log p(x | z) at one draw: (N, D), (N, L) -> (N,), (N,), in nats."""
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    return kl_to_standard_normal(mean, log_var), -model.log_likelihood(x, model.decode(params, z))


def elbo(params, x, epsilon, beta=1.0, model=DENSE):
    """Evidence lower bound, rate weighted by beta, in nats: (N, D), (N, L) -> (N,). Kingma & Welling 2014, eq. 10."""
    rate, distortion = rate_and_distortion(params, x, epsilon, model)
    return -(distortion + beta * rate)


def loss(params, x, epsilon, beta=1.0, model=DENSE):
    """The number that training lowers: minus the mean ELBO over the examples, in nats per example."""
    return -ops.mean(elbo(params, x, epsilon, beta, model))


def log_weights(params, x, epsilon, model=DENSE):
    """log p(x, z) - log q(z | x) at K draws: (N, D), (K, N, L) -> (K, N), in nats. Burda et al. 2016, eq. 8."""
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    log_ratio = ops.sum_last(normal_log_prob(z, 0.0, 0.0) - normal_log_prob(z, mean, log_var))
    return log_ratio + model.log_likelihood(x, model.decode(params, z))


def iwae_bound(params, x, epsilon, model=DENSE):
    """Importance-weighted bound on log p(x), K draws: (N, D), (K, N, L) -> (N,), in nats. Burda et al. 2016, eq. 8."""
    return log_mean_exp(log_weights(params, x, epsilon, model), axis=0)


def fit_posterior(log_joint, mean, log_var, epsilons, learning_rate):
    """N(mean, exp(log_var)) fitted to each example's own posterior: one step of Adam up the ELBO for each epsilon.

    log_joint(z) is log p(x, z) of each example, (..., L) -> (...), in nats; mean, log_var (N, L) where the fit begins;
    epsilons one array (N, L), or (K, N, L), for each step; learning_rate a number, or a function of the steps taken.
    Returns mean, log_var: what an encoder would say that had all the time for each image. Cremer et al. 2018.
    """

    def cost(q, epsilon):  # minus the mean ELBO but for a constant: the entropy of q is sum(log_var) / 2
        return -ops.mean(log_joint(reparameterize(*q, epsilon)) + ops.sum_last(q[1]) / 2)

    q, optimizer = (mean, log_var), adam(learning_rate)
    state = optimizer.init(q)
    for epsilon in epsilons:
        q, state = optimizer.update(q, value_and_grad(cost)(q, epsilon)[1], state)
    return q


# ---------------------------------------------------------------- generation


def generate(params, z, uniforms=None, model=DENSE):
    """Mean images of latents z (N, L), or, given uniforms (N, D), draws of binary images: (N, D)."""
    z, uniforms = like((z, uniforms), params)
    means = ops.sigmoid(model.decode(params, z))
    return means if uniforms is None else (uniforms < means).astype(means.dtype)


def interpolate(start, end, fractions):
    """Points on the straight line between two latents, at these fractions of it: (L,), (L,), (K,) -> (K, L)."""
    fractions = fractions[:, None]
    return (1 - fractions) * start + fractions * end
