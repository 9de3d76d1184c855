"""Lesson 10: wrong ways to share out the rate and to mix posteriors, and what to say to each."""

import numpy as np

from vae_from_scratch import evaluation, vae
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.distributions import kl_to_standard_normal, log_mean_exp, normal_log_prob

# ---- the rate of each unit ------------------------------------------------------------------------


def _shares(change):
    """rate_per_unit made of each image's and each unit's own KL, (N, L)."""

    def rate_per_unit(params, x, model=vae.DENSE):
        mean, log_var = model.encode(params, x)
        return change(kl_to_standard_normal(mean[..., None], log_var[..., None]))

    return rate_per_unit


def _of_the_average_posterior(params, x, model=vae.DENSE):
    mean, log_var = model.encode(params, x)
    mean, log_var = mean.mean(axis=0), log_var.mean(axis=0)
    return 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var)


def _of_parts(kl):
    def rate_per_unit(params, x, model=vae.DENSE):
        return np.mean(kl(*model.encode(params, x)), axis=0)

    return rate_per_unit


def _of_parts_with_axis(params, x, model=vae.DENSE):
    mean, log_var = model.encode(params, x)
    return kl_to_standard_normal(mean[:, None], log_var[:, None]).mean(axis=0)


RATE_PER_UNIT = (
    Mistake(
        "unit-summed-over-images",
        _shares(lambda kl: kl.sum(axis=0)),
        "Each unit's nats are right, but they are added up over the images, so that twice the images make twice the"
        " rate. Over examples the course takes the mean.",
    ),
    Mistake(
        "unit-whole-rate",
        _shares(lambda kl: kl.sum(axis=-1).mean()),
        "That is the whole rate, one number. Its shares are asked for: one number for each unit, whose sum this is.",
    ),
    Mistake(
        "unit-rate-of-each-image",
        _shares(lambda kl: kl.sum(axis=-1)),
        "You have kept the images and added up the units: the rate of each image. Here it is the other way around: the"
        " units stay apart, the images are averaged.",
        also=(_shares(lambda kl: kl.mean(axis=-1)),),
    ),
    Mistake(
        "unit-images-kept",
        _shares(lambda kl: kl),
        "Every image's KL of every unit is right. One step is left: the mean over the images, the first axis.",
    ),
    Mistake(
        "unit-of-the-average-posterior",
        _of_the_average_posterior,
        "You average mean and log_var over the images first, and take the KL of that average posterior. Images that"
        " pull a mean to both sides then cancel, though each of them pays. First each image's KL, then the mean.",
    ),
    Mistake(
        "unit-axis-in-the-middle",
        _of_parts_with_axis,
        "A new axis is there, but before the latents, which stay last: so they are still summed, and the images with"
        " them averaged. `[..., None]` puts it behind them.",
    ),
    Mistake(
        "unit-fractions",
        _shares(lambda kl: kl.mean(axis=0) / kl.sum(axis=-1).mean()),
        "These are fractions, which add up to 1. The shares are asked for in nats: they add up to the rate.",
    ),
    Mistake(
        "unit-divided-by-units",
        _shares(lambda kl: kl.mean(axis=0) / kl.shape[-1]),
        "Each unit's nats are divided by the number of units, so that they add up to a mean where the rate is a sum.",
    ),
    Mistake(
        "unit-missing-half",
        _shares(lambda kl: 2 * kl.mean(axis=0)),
        "Everything is in place but the ½ in front of the KL.",
    ),
    Mistake(
        "unit-variance-of-the-mean",
        lambda params, x, model=vae.DENSE: model.encode(params, x)[0].var(axis=0),
        "That is how much each unit's mean differs between images, which tells active units from silent ones. A rate"
        " is a KL, and log_var has a part in it.",
    ),
    Mistake(
        "unit-exp-half-log-var",
        _of_parts(lambda mean, log_var: 0.5 * (mean**2 + np.exp(log_var / 2) - 1 - log_var)),
        "The shares are formed rightly, but inside the KL stands the standard deviation where the variance belongs:"
        " log_var is the log of the variance.",
    ),
    Mistake(
        "unit-model-ignored",
        lambda params, x, model=vae.DENSE: evaluation.rate_per_unit(params, x),
        "With the dense model it is right. But the argument `model` is not used: lesson 12 hands in another one."
        " `model.encode(params, x)`.",
    ),
)  # fmt: skip

# ---- the aggregate --------------------------------------------------------------------------------


def _densities(change, log_prob=normal_log_prob):
    """A function of the log-densities of every unit, (M, N, L)."""
    return lambda z, mean, log_var: change(log_prob(z[:, None], mean, log_var))


def _one_gaussian(z, mean, log_var):
    center = mean.mean(axis=0)
    spread = np.exp(log_var).mean(axis=0) + mean.var(axis=0)
    return normal_log_prob(z, center, np.log(spread)).sum(axis=-1)


AGGREGATE = (
    Mistake(
        "aggregate-sum-for-mean",
        _densities(lambda logs: np.logaddexp.reduce(logs.sum(axis=-1), axis=1)),
        "The densities are right, but added up, not averaged: yours is too large by ln N, and its integral is N.",
    ),
    Mistake(
        "aggregate-mean-of-the-logs",
        _densities(lambda logs: logs.sum(axis=-1).mean(axis=1)),
        "You average the *logs*. The aggregate is the mean of the densities; the logarithm comes after the mean, which"
        " makes it larger (Jensen).",
    ),
    Mistake(
        "aggregate-log-divided",
        _densities(lambda logs: np.logaddexp.reduce(logs.sum(axis=-1), axis=1) / logs.shape[1]),
        "The sum of the densities is right, and then its *log* is divided by N. To divide a number by N, take ln N off"
        " its log.",
    ),
    Mistake(
        "aggregate-divided-by-the-draws",
        _densities(lambda logs: np.logaddexp.reduce(logs.sum(axis=-1), axis=1) - np.log(len(logs))),
        "The sum of the densities is right. But it is divided by M, the number of latents z; there are N posteriors.",
    ),
    Mistake(
        "aggregate-starts-at-zero",
        _densities(lambda logs: np.logaddexp.reduce(logs.sum(axis=-1), axis=1, initial=0) - np.log(logs.shape[1])),
        "Nearly: the running sum begins at 0. That is the log of 1, a density too many; the log of nothing is −inf.",
    ),
    Mistake(
        "aggregate-product",
        _densities(lambda logs: logs.sum(axis=(1, 2))),
        "You add up the logs of all images, which multiplies their densities, as if z came from all of them at once."
        " The aggregate is the densities' mean.",
    ),
    Mistake(
        "aggregate-nearest-posterior",
        _densities(lambda logs: logs.sum(axis=-1).max(axis=1)),
        "This is the density of the one posterior that is highest at z. The others have their share, and each counts"
        " for 1/N.",
        also=(_densities(lambda logs: logs.sum(axis=-1).max(axis=1) - np.log(logs.shape[1])),),
    ),
    Mistake(
        "aggregate-over-prior",
        lambda z, mean, log_var: evaluation.log_aggregate_posterior(z, mean, log_var)
        - normal_log_prob(z, 0.0, 0.0).sum(axis=-1),
        "The aggregate is right, and the prior's log-density is taken off already. That comes in the next cell.",
    ),
    Mistake(
        "aggregate-units-mixed-apart",
        _densities(lambda logs: log_mean_exp(logs, axis=1).sum(axis=-1)),
        "You mix the posteriors in each latent alone and multiply the mixtures. That forgets which mean goes with which"
        " in one image. First the product over latents, a sum of logs; then the mean over images.",
    ),
    Mistake(
        "aggregate-mean-over-latents",
        _densities(lambda logs: log_mean_exp(logs.mean(axis=-1), axis=1)),
        "Over the latents you take a mean of the log-densities. Independent latents multiply: a sum.",
    ),
    Mistake(
        "aggregate-one-gaussian",
        _one_gaussian,
        "That is one Gaussian with the aggregate's mean and variance. The aggregate itself is a mixture of N of them,"
        " with hills and holes: and the holes are what the lesson looks for.",
    ),
    Mistake(
        "aggregate-average-posterior",
        lambda z, mean, log_var: normal_log_prob(z, mean.mean(axis=0), log_var.mean(axis=0)).sum(axis=-1),
        "You average mean and log_var, and take the density of that one posterior. The mean to take is that of the N"
        " densities.",
    ),
    Mistake(
        "aggregate-log-var-as-log-std",
        _densities(lambda logs: log_mean_exp(logs.sum(axis=-1), axis=1), lambda z, m, v: normal_log_prob(z, m, 2 * v)),
        "The mixture is right, but log_var is read as the log of the standard deviation. It is that of the variance.",
    ),
    Mistake(
        "aggregate-exponent-with-std",
        _densities(
            lambda logs: log_mean_exp(logs.sum(axis=-1), axis=1),
            lambda z, m, v: -0.5 * (np.log(2 * np.pi) + v + (z - m) ** 2 / np.exp(v / 2)),
        ),
        "The mixture is right, but each squared distance is divided by the standard deviation, not by the variance.",
    ),
    Mistake(
        "aggregate-constant-dropped",
        _densities(
            lambda logs: log_mean_exp(logs.sum(axis=-1), axis=1),
            lambda z, m, v: -0.5 * (v + (z - m) ** 2 / np.exp(v)),
        ),
        "The constant ½ ln 2π of each latent is missing. Between posteriors it cancels, but compared with the prior's"
        " density it does not.",
    ),
    Mistake(
        "aggregate-not-in-logs",
        _densities(lambda logs: np.exp(logs.sum(axis=-1)).mean(axis=1)),
        "The mean of the densities is right. Its logarithm is asked for.",
    ),
    Mistake(
        "aggregate-unstable",
        _densities(lambda logs: np.log(np.exp(logs.sum(axis=-1)).mean(axis=1))),
        "Right at moderate values. But far from every posterior each `exp` is 0, and the log of 0 is −inf. Stay with"
        " logs: `np.logaddexp`, or the log-mean-exp that you have.",
    ),
    Mistake(
        "aggregate-latents-kept",
        _densities(lambda logs: log_mean_exp(logs, axis=1)),
        "One number for each latent of each z. Latents multiply: sum their log-densities, before the mean over images.",
    ),
    Mistake(
        "aggregate-mean-over-z",
        _densities(lambda logs: log_mean_exp(logs.sum(axis=-1), axis=0)),
        "The mean is taken over the M latents z; it belongs over the N posteriors. One number for each z is wanted.",
    ),
)  # fmt: skip
