"""Lesson 8: rates that cannot fall below a floor, "free bits": a cure for collapse, and not the rate.

Each is a function of mean and log_var, (N, L), and gives (N,), in nats.
"""

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.distributions import kl_to_standard_normal


def free_bits(nats):
    """Rates held at so many nats or more: in each latent, in each latent's mean over the batch, in all latents."""
    return (
        lambda mean, log_var: ops.sum_last(np.maximum(_by_latent(mean, log_var), nats)),
        lambda mean, log_var: np.sum(np.maximum(np.mean(_by_latent(mean, log_var), axis=0), nats)) + 0 * mean[..., 0],
        lambda mean, log_var: np.maximum(kl_to_standard_normal(mean, log_var), nats),
    )


def _by_latent(mean, log_var):
    """The KL of each latent alone: (N, L) -> (N, L)."""
    return kl_to_standard_normal(mean[..., None], log_var[..., None])
