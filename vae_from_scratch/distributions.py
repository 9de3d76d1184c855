"""Log-probabilities, the KL term and the reparameterized draw, in nats.

Bernoulli log-probability and KL sum over the last axis (pixels, latents) and keep
the axes before it; nothing here averages over examples. log_var is the log of the
variance. Noise is an argument. Each body is the definition; calls are computed by
the op of the same name, which is the same function in its stable, fast form.
"""

from math import log, pi

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.autodiff import computed_by


@computed_by(ops.bernoulli_log_prob)
def bernoulli_log_prob(x, logits):
    """log p(x) of independent Bernoulli pixels, probabilities sigmoid(logits), in nats: (..., D), (..., D) -> (...)."""
    return np.sum(x * logits - np.logaddexp(0, logits), axis=-1)


@computed_by(ops.continuous_bernoulli_log_prob)
def continuous_bernoulli_log_prob(x, logits):
    """log-density of pixels in [0, 1], each proportional to exp(x * logit), in nats: (..., D), (..., D) -> (...).

    Its area is (exp(l) - 1) / l, computed without overflow, and without 0 / 0 at l = 0. Loaiza-Ganem & Cunningham 2019.
    """
    size = np.maximum(np.abs(logits), 1e-3)
    log_area = (logits + size) / 2 + np.log(-np.expm1(-size) / size)
    return np.sum(x * logits - log_area, axis=-1)


def continuous_bernoulli_mean(logits):
    """Mean of each continuous Bernoulli pixel, elementwise: 1 / (1 - exp(-l)) - 1 / l, which is not sigmoid(l)."""
    return ops.continuous_bernoulli_mean(logits)


def continuous_bernoulli_draw(logits, uniforms):
    """Draws of continuous Bernoulli pixels made of uniforms in [0, 1), by the inverse of the cdf: broadcast shape."""
    size = np.maximum(np.abs(logits), 1e-3)
    near = -np.log1p(uniforms * np.expm1(-size)) / size  # from the end where the density is highest
    return np.where(logits > 0, 1 - near, near)


def mean_image_logits(x):
    """Logits of the mean image with half a count added to each outcome: (N, D) -> (D,).

    The add-half rule (Krichevsky & Trofimov 1981) keeps a never-lit pixel's
    probability above zero, so that no image has infinite cost.
    """
    lit = np.sum(x, axis=0) + 0.5
    return np.log(lit) - np.log(len(x) + 1 - lit)


def mixture_log_prob(params, x):
    """log p(x) of a mixture of C Bernoulli images: {"logits" (C, D), "log_weights" (C,)}, (N, D) -> (N,), in nats.

    log_weights need not be normalized.
    """
    log_joint = params["log_weights"] + x @ params["logits"].T - ops.sum_last(ops.softplus(params["logits"]))
    return log_mean_exp(log_joint, axis=-1) - log_mean_exp(params["log_weights"], axis=-1)


@computed_by(ops.normal_log_prob)
def normal_log_prob(x, mean, log_var):
    """log-density of each entry of x under N(mean, exp(log_var)), in nats: broadcast shape; sum it over latents."""
    return -0.5 * (log(2 * pi) + log_var + (x - mean) ** 2 / np.exp(log_var))


@computed_by(ops.kl_to_standard_normal)
def kl_to_standard_normal(mean, log_var):
    """KL( N(mean, exp(log_var)) ‖ N(0, I) ), in nats: (..., L), (..., L) -> (...). Kingma & Welling 2014, app. B."""
    return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)


def kl_on_grid(log_q, log_p, dz):
    """KL(q ‖ p) of two log-densities on a grid of spacing dz, as a sum: (..., G), (..., G), () -> (...), in nats."""
    return np.sum(np.exp(log_q) * (log_q - log_p), axis=-1) * dz


@computed_by(ops.reparameterize)
def reparameterize(mean, log_var, epsilon):
    """Draw from N(mean, exp(log_var)) made of epsilon ~ N(0, I): broadcast shape. Kingma & Welling 2014, sec. 2.4."""
    return mean + np.exp(log_var / 2) * epsilon


@computed_by(ops.log_mean_exp)
def log_mean_exp(values, axis=0):
    """log of the mean of exp(values) along an axis, in nats: (K, ...) -> (...) for axis 0."""
    highest = np.max(values, axis=axis, keepdims=True)
    return np.log(np.mean(np.exp(values - highest), axis=axis)) + np.squeeze(highest, axis)
