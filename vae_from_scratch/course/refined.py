"""A network's guess refined, for the table of nats: one Gaussian fitted to each image, and the weights of its draws.

What lesson 11 does in its own cells, with fewer steps and draws, so that a table's head takes seconds.
"""

import numpy as np

from vae_from_scratch import distributions, ops, optimizers, vae

STEPS, DRAWS, PIECE = 100, 100, 10  # of Adam; of each q; draws decoded at once


def refined_weights(params, x, model=vae.DENSE):
    """Log weights of draws of a q fitted to each image, from the encoder's guess on: (N, D) -> (DRAWS, N), in nats."""

    def log_joint(z):
        return ops.sum_last(distributions.normal_log_prob(z, 0.0, 0.0)) + model.log_likelihood(
            x, model.decode(params, z)
        )

    guess = model.encode(params, x)
    epsilons = np.random.default_rng(0).standard_normal((STEPS, *guess[0].shape), np.float32)
    q = vae.fit_posterior(log_joint, *guess, epsilons, optimizers.cosine_decay(0.05, 0.005, STEPS))
    fitted, rng = model._replace(encode=lambda params, x: q), np.random.default_rng(1)
    pieces = (rng.standard_normal((PIECE, *guess[0].shape), np.float32) for _ in range(DRAWS // PIECE))
    return np.concatenate([vae.log_weights(params, x, epsilon, fitted) for epsilon in pieces])


def refined_costs(params, x, model=vae.DENSE):
    """Minus the refined ELBO, and minus log p(x) estimated by all draws: two means over the images, in nats."""
    weights = refined_weights(params, x, model)
    nll = -distributions.log_mean_exp(weights, axis=0)
    return -float(np.mean(weights, dtype=np.float64)), float(np.mean(nll, dtype=np.float64))
