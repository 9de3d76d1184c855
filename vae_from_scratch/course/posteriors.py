"""Lesson 6's two posteriors of a single latent, for the lessons after it: log p(x, z) at the x that was seen, in nats.

z has any shape, and the result has the same; autograd passes through both.
"""

import math

import numpy as np

from vae_from_scratch.distributions import normal_log_prob


def one_hump(z):
    """log p(x, z) where x given z is N(exp(z / 2), 0.3²), and x = 1.2 was seen: nearly Gaussian over z."""
    return normal_log_prob(z, 0.0, 0.0) + normal_log_prob(1.2, np.exp(z / 2), 2 * math.log(0.3))


def two_humps(z):
    """log p(x, z) where x given z is N(z², 0.2²), and x = 2 was seen: the square does not tell the sign of z."""
    return normal_log_prob(z, 0.0, 0.0) + normal_log_prob(2.0, z**2, 2 * math.log(0.2))
