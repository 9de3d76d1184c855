"""Evaluation: numbers about a trained model, per example and in nats, averaged in float64.

Noise is addressed by the seed, the draw and the example, so a number can be computed again.
"""

from math import log

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.device import like, to_cpu
from vae_from_scratch.distributions import bernoulli_log_prob, kl_to_standard_normal, log_mean_exp, normal_log_prob

ROWS = 8_000  # decoded images held at once
DRAWS = 3  # what a generator is for: a stream apart from those that train with the same seed


def class_means_log_prob(logits, x):
    """log p(x | class) of independent pixels, one mean image a class: logits (C, D), x (N, D) -> (N, C), in nats.

    With classes equally probable, log p(x) is the log-mean-exp over them, and Bayes'
    rule finds the class that was drawn where this is largest.
    """
    return bernoulli_log_prob(x[:, None], logits)


def nll(params, x, num_samples, seed, model=vae.DENSE):
    """-log p(x) estimated by the IWAE bound with num_samples draws from the encoder: (N, D) -> (N,), in nats, float64.

    At least -log p(x) in expectation, and nearer with more samples: state how many,
    and the binarization. Burda et al. 2016, section 5. Draw k of example i has the
    same noise however many other draws and later examples there are. Holds 8,000
    decoded images at once, or one draw of every example.
    """
    x, log_sum = like(x, params), -np.inf
    shape = model.encode(params, x)[0].shape
    at_once = max(1, ROWS // len(x))
    for start in range(0, num_samples, at_once):
        draws = range(start, min(start + at_once, num_samples))
        epsilon = np.stack([np.random.default_rng((seed, DRAWS, k)).standard_normal(shape, np.float32) for k in draws])
        for log_weight in to_cpu(vae.log_weights(params, x, like(epsilon, params), model)):
            log_sum = np.logaddexp(log_sum, log_weight, dtype=np.float64)
    return np.log(num_samples) - log_sum


def importance_log_prob(log_joint, log_proposal):
    """log p(x) estimated from K draws of a proposal: log p(x, z), log-density, (K, N), (K, N) -> (N,), in nats.

    Too low in expectation (Jensen), the less so the more draws and the nearer the proposal is to the posterior.
    """
    return log_mean_exp(log_joint - log_proposal, axis=0)


def lower_bound(log_joint, log_q):
    """ELBO estimated by K draws of q, the mean of their log weights: (K, N), (K, N) -> (N,), in nats.

    At most log p(x) in expectation, and below it by KL(q ‖ posterior). Jordan et al. 1999.
    """
    return np.mean(log_joint - log_q, axis=0)


def effective_sample_size(log_weights):
    """How many of K weighted draws do the work, (sum w)² / sum w²: logs of the weights, (K, N) -> (N,), from 1 to K.

    K equal weights give K, one that outweighs all others gives 1. Kong, Liu & Wong 1994, section 4.
    """
    weights = np.exp(log_weights - np.max(log_weights, axis=0))  # the largest is 1, so nothing overflows
    return np.sum(weights, axis=0) ** 2 / np.sum(weights**2, axis=0)


def score_function_gradient(f_values, z, mean, log_var):
    """Gradient of the mean of f(z), z from N(mean, exp(log_var)), as one estimate per draw: f's value times the score.

    (K,), (K, L), (L,), (L,) -> (K, L), (K, L), with respect to mean and to log_var; or with N examples after K.
    f itself is never differentiated: it may be a black box. Williams 1992.
    """
    std = np.exp(log_var / 2)
    epsilon, f_values = (z - mean) / std, f_values[..., None]
    return f_values * epsilon / std, f_values * (epsilon**2 - 1) / 2


def rate_per_unit(params, x, model=vae.DENSE):
    """Each latent's share of the rate, averaged over examples: (N, D) -> (L,), in nats, float64; they sum to it."""
    mean, log_var = model.encode(params, like(x, params))
    return to_cpu(kl_to_standard_normal(mean[..., None], log_var[..., None])).mean(axis=0, dtype=np.float64)


def active_units(params, x, model=vae.DENSE):
    """How many latents have posterior means that differ between images: (N, D) -> int. Burda et al. 2016, section 5.

    They differ where their variance over the images is above 0.01.
    """
    mean, _ = model.encode(params, like(x, params))
    return int(np.sum(np.var(to_cpu(mean), axis=0, dtype=np.float64) > 0.01))


def log_aggregate_posterior(z, mean, log_var):
    """log of the mean of N posteriors' densities at M latents: (M, L), (N, L), (N, L) -> (M,), in nats.

    One posterior after another, so that (M, N, L) numbers never stand side by side.
    """
    log_sum = np.full_like(z[:, 0], -np.inf)
    for center, spread in zip(mean, log_var, strict=True):
        log_sum = np.logaddexp(log_sum, np.sum(normal_log_prob(z, center, spread), axis=-1))
    return log_sum - log(len(mean))


def nearest_neighbors(x, reference):
    """Nearest reference of each example: (N, D), (M, D) -> its index and its squared distance, (N,) each.

    By one matrix product: |x - r|² = |x|² - 2 x·r + |r|². What rounding leaves below 0 is 0.
    """
    squared = np.sum(x**2, axis=1)[:, None] - 2 * x @ reference.T + np.sum(reference**2, axis=1)
    return np.argmin(squared, axis=1), np.maximum(np.min(squared, axis=1), 0)


def levels(values, num_levels):
    """Which of `num_levels` equally full levels each number falls into, from the lowest, 0: (N,) -> (N,), integers."""
    return np.argsort(np.argsort(values)) * num_levels // len(values)


def mutual_information(a, b):
    """How many nats each of two variables tells about the other, from N joint observations: (N,), (N,) integers -> ().

    Counted, sum p(a, b) log p(a, b) / (p(a) p(b)). Of itself it tells its entropy. Of A and B levels that have nothing
    to do with each other some (A - 1) (B - 1) / 2N nats remain, by chance. Cover & Thomas 2006, section 2.3.
    """
    counts = np.zeros((np.max(a) + 1, np.max(b) + 1))
    np.add.at(counts, (a, b), 1)
    joint = counts / len(a)
    apart = np.sum(joint, axis=1, keepdims=True) * np.sum(joint, axis=0)
    seen = joint > 0
    return float(np.sum(joint[seen] * np.log(joint[seen] / apart[seen])))


def mig(information, entropy):
    """Mutual information gap of each factor, from 0 to 1: what latents tell (F, L), entropies (F,), in nats -> (F,).

    By how much the latent that tells most about a factor is ahead of the next, as a fraction of all there is to tell.
    Chen et al. 2018, eq. 6, which is the mean over the factors.
    """
    ranked = np.sort(information, axis=1)
    return (ranked[:, -1] - ranked[:, -2]) / entropy
