"""Evaluation: numbers about a trained model, per example and in nats, averaged in float64.

Noise is addressed by the seed and the piece, so a number can be computed again.
"""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.device import like, to_cpu
from vae_from_scratch.distributions import kl_to_standard_normal, log_mean_exp

ROWS = 25_000  # decoded images held at once


def nll(params, x, num_samples, seed, model=vae.DENSE):
    """-log p(x) estimated by the IWAE bound with num_samples draws from the encoder: (N, D) -> (N,), in nats, float64.

    At least -log p(x) in expectation, and nearer with more samples: state how many,
    and the binarization. Burda et al. 2016, section 5. Needs memory for 25,000
    decoded images, however large N and num_samples are.
    """
    few = 100
    pieces = [weights_of_few(params, x[i : i + few], num_samples, (seed, i), model) for i in range(0, len(x), few)]
    return -np.concatenate([log_mean_exp(log_weights, axis=0) for log_weights in pieces])


def weights_of_few(params, x, num_samples, seed, model):
    """Log importance weights of a few images, drawn and decoded piece by piece: (N, D) -> (num_samples, N), float64."""
    x = like(x, params)
    latent_dim = model.encode(params, x)[0].shape[-1]
    rng = np.random.default_rng(seed)
    draws = ROWS // len(x)
    pieces = []
    for start in range(0, num_samples, draws):
        shape = (min(draws, num_samples - start), len(x), latent_dim)
        epsilon = like(rng.standard_normal(shape, np.float32), params)
        pieces.append(to_cpu(vae.log_weights(params, x, epsilon, model)))
    return np.concatenate(pieces).astype(np.float64)


def rate_per_unit(params, x, model=vae.DENSE):
    """Each latent's share of the rate, averaged over examples: (N, D) -> (L,), in nats, float64. Its sum is the rate."""
    mean, log_var = model.encode(params, like(x, params))
    return to_cpu(kl_to_standard_normal(mean[..., None], log_var[..., None])).mean(axis=0, dtype=np.float64)
