"""One throw of darts: draws of a proposal between prior and posterior, their weights, and what they say of p(x).

The model is probabilistic PCA, so the exact answer stands beside the estimate. Numbers come from the core that is
passed in, ours or the student's; no pictures.
"""

from typing import NamedTuple

import numpy as np

from vae_from_scratch import pca
from vae_from_scratch.distributions import kl_to_standard_normal

PIECE = 250  # darts judged at a time: 784 pixels for each then stay in the processor's cache


class Throw(NamedTuple):
    """K darts at one image: where they landed and what came of it; logs in nats."""

    z: np.ndarray  # (K, L)
    shares: np.ndarray  # (K,): each dart's part of the sum of weights
    mean: np.ndarray  # (L,): of the exact posterior
    std: np.ndarray  # (L,)
    exact: float  # log p(x)
    estimate: float
    error: float  # standard error of the estimate, as the weights tell it
    working: float  # effective sample size
    log_needed: float  # KL(posterior ‖ proposal)

    @property
    def off(self):
        """By how much the estimate is too high."""
        return self.estimate - self.exact


def throw(core, log_joint, params, x, epsilon, aim):
    """Throw one dart for each row of epsilon (K, L) at an image x (784,).

    core: modules `.distributions` and `.evaluation`; log_joint(params, x, z) -> (K,): log p(x, z) in nats; aim: from
    0, the prior as proposal, to 1, the posterior.
    """
    mean, covariance = pca.posterior(params, x[None])
    mean, log_var = mean[0], np.log(np.diag(covariance))
    proposal = aim * mean, aim * log_var
    z = core.distributions.reparameterize(*proposal, epsilon)
    pieces = np.array_split(z, -(-len(z) // PIECE))
    joint = np.concatenate([log_joint(params, x, piece) for piece in pieces])
    logs = joint[:, None], core.distributions.normal_log_prob(z, *proposal).sum(axis=-1)[:, None]
    log_weights = logs[0] - logs[1]
    weights = np.exp(log_weights[:, 0] - np.max(log_weights))
    working = float(core.evaluation.effective_sample_size(log_weights)[0])
    apart = (mean - proposal[0]) / np.exp(proposal[1] / 2), log_var - proposal[1]  # the posterior, seen from there
    return Throw(
        z,
        weights / weights.sum(),
        mean,
        np.exp(log_var / 2),
        float(pca.log_prob(params, x[None])[0]),
        float(core.evaluation.importance_log_prob(*logs)[0]),
        float(np.sqrt(max(1 / working - 1 / len(z), 0.0))),
        working,
        float(kl_to_standard_normal(*apart)),
    )
