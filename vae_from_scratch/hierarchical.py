"""A VAE of several stochastic layers: each latent is drawn given the one before it, up and down again.

Stages are lists, from the image outwards. Upwards, stage i of the encoder gives q(z_i | z_(i-1)), with the image for
z_(-1); downwards, stage i of the decoder gives p(z_(i-1) | z_i), the first of them the image's logits. The last latent
has the prior N(0, I). The noise is a list too: epsilons[i] is (K, N, L_i). Burda et al. 2016, section 2 and appendix.
"""

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.device import like
from vae_from_scratch.distributions import bernoulli_log_prob, log_mean_exp, normal_log_prob, reparameterize
from vae_from_scratch.layers import dense, init_dense, init_mlp, mlp

# ------------------------------------------------------------------ networks


def init(rng, data_dim=784, hidden=((200, 200), (100, 100)), latent_dims=(100, 50), output_bias=0.0):
    """Parameters, float32; hidden and latent_dims of each stage, from the image outwards.

    output_bias (a number or (D,) logits) is where the image's logits begin, as in vae.init.
    """
    below = (data_dim, *latent_dims[:-1])
    sizes = list(zip(below, hidden, latent_dims, strict=True))
    (_, nearest, code), *outer = sizes
    W, b = init_dense(rng, nearest[0], data_dim)
    image = {"hidden": init_mlp(rng, [code, *reversed(nearest)]), "logits": (W, (b + output_bias).astype(np.float32))}
    return {
        "encoder": [init_gaussian(rng, n_in, widths, n_out) for n_in, widths, n_out in sizes],
        "decoder": [image, *(init_gaussian(rng, n_out, widths[::-1], n_in) for n_in, widths, n_out in outer)],
    }


def init_gaussian(rng, n_in, widths, n_out):
    """Parameters of a network that gives a mean and a log_var."""
    stack = [n_in, *widths]
    heads = {name: init_dense(rng, stack[-1], n_out) for name in ("mean", "log_var")}
    return {"hidden": init_mlp(rng, stack), **heads}


def gaussian(params, x):
    """mean and log_var that a stage gives for x: (..., D) -> (..., L), (..., L)."""
    h = mlp(params["hidden"], x, ops.tanh)
    return dense(params["mean"], h), dense(params["log_var"], h)


def decode(params, z):
    """Logits of the image for the innermost latent: (..., L) -> (..., D)."""
    image = params["decoder"][0]
    return dense(image["logits"], mlp(image["hidden"], z, ops.tanh))


# -------------------------------------------------------------------- bounds


def log_weights(params, x, epsilons, log_likelihood=bernoulli_log_prob):
    """log p(x, z) - log q(z | x) at K draws of all latents: (N, D), [(K, N, L_i), ...] -> (K, N), in nats."""
    below, total, latents = x, 0.0, []
    for stage, epsilon in zip(params["encoder"], epsilons, strict=True):
        mean, log_var = gaussian(stage, below)
        below = reparameterize(mean, log_var, epsilon)
        total = total - ops.sum_last(normal_log_prob(below, mean, log_var))
        latents.append(below)
    total = total + ops.sum_last(normal_log_prob(latents[-1], 0.0, 0.0))
    for stage, z, inner in zip(params["decoder"][1:], latents[1:], latents[:-1], strict=True):
        total = total + ops.sum_last(normal_log_prob(inner, *gaussian(stage, z)))
    return total + log_likelihood(x, decode(params, latents[0]))


def elbo(params, x, epsilons, log_likelihood=bernoulli_log_prob):
    """Evidence lower bound, the mean of K log weights: (N, D), [(K, N, L_i), ...] -> (N,), in nats."""
    weights = log_weights(params, x, epsilons, log_likelihood)
    return ops.sum_last(weights.T) / len(epsilons[0])


def iwae_bound(params, x, epsilons, log_likelihood=bernoulli_log_prob):
    """Importance-weighted bound on log p(x): (N, D), [(K, N, L_i), ...] -> (N,), in nats. Burda et al. 2016, eq. 8."""
    return log_mean_exp(log_weights(params, x, epsilons, log_likelihood), axis=0)


# ---------------------------------------------------------------- generation


def generate(params, epsilons):
    """Mean images of draws from the outermost prior downwards: epsilons as in log_weights, (N, L_i) each -> (N, D)."""
    epsilons = like(epsilons, params)
    z = epsilons[-1]
    for stage, epsilon in zip(params["decoder"][:0:-1], epsilons[-2::-1], strict=True):
        z = reparameterize(*gaussian(stage, z), epsilon)
    return ops.sigmoid(decode(params, z))
