"""Lesson 5: wrong ways to write a Gaussian's log-density, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(5)
X, MEAN, LOG_VAR = _rng.normal(size=(5, 3)) * 1.5, _rng.normal(size=(5, 3)), _rng.normal(size=(5, 3)) * 0.7 - 0.3
LOG_2PI = np.log(2 * np.pi)


def normal(x, m, v):
    return -0.5 * (LOG_2PI + v + (x - m) ** 2 / np.exp(v))


def _normal(square, log_std, constant=0.5 * LOG_2PI):
    """The same shape of formula with one part changed: square(difference, log_var) / 2, log_std(log_var), constant."""
    return lambda x, m, v: -constant - log_std(v) - 0.5 * square(x - m, v)


def _scaled(d, v):
    return d**2 / np.exp(v)


def _half(v):
    return 0.5 * v


NORMAL = (
    Mistake(
        "normal-log-var-as-log-std",
        lambda x, m, v: normal(x, m, 2 * v),
        "A Gaussian, but `log_var` is read as the log of the *standard deviation*. It is the log of the variance:"
        " `exp(log_var)` is already σ², and nothing has to be squared or doubled.",
        also=(_normal(lambda d, v: (d / np.exp(v)) ** 2, lambda v: v),),
    ),
    Mistake(
        "normal-std-squared-twice",
        _normal(lambda d, v: (d / np.exp(v)) ** 2, _half),
        "The constant and `log_var` are right, but the squared difference is divided by exp(log_var) twice."
        " `exp(log_var)` is the variance: no square around it.",
    ),
    Mistake(
        "normal-divided-by-the-std",
        _normal(lambda d, v: d**2 / np.exp(v / 2), _half),
        "The squared difference is divided by the standard deviation. Its unit must cancel: a square belongs over a"
        " variance.",
    ),
    Mistake(
        "normal-multiplied-by-the-variance",
        _normal(lambda d, v: d**2 * np.exp(v), _half),
        "The squared difference is multiplied by the variance: then a wide Gaussian would punish a distance more than"
        " a narrow one. Divide.",
    ),
    Mistake(
        "normal-width-forgotten-in-the-square",
        _normal(lambda d, v: d**2, _half),
        "The squared difference is taken as it is. A distance counts in standard deviations: which width has this"
        " Gaussian?",
    ),
    Mistake(
        "normal-log-var-not-halved",
        _normal(_scaled, lambda v: v),
        "The square and the constant are right, but `log_var` enters whole. Before the exponential one divides by σ,"
        " the root of the variance: log σ is half of `log_var`.",
    ),
    Mistake(
        "normal-log-var-forgotten",
        _normal(_scaled, lambda v: 0.0 * v),
        "The exponent is right, but not the height: a wide Gaussian must be low, or its area would not be 1. The term"
        " with `log_var` alone is missing.",
    ),
    Mistake(
        "normal-log-var-sign",
        _normal(_scaled, lambda v: -0.5 * v),
        "All terms are there, but `log_var` enters with a plus: a wider Gaussian would be *higher*, and the area"
        " under it would not stay 1.",
    ),
    Mistake(
        "normal-without-two-pi",
        _normal(_scaled, _half, 0.0),
        "Right but for a constant: ½ log 2π is missing. Differences do not notice, but this one must integrate to 1.",
    ),
    Mistake(
        "normal-two-pi-not-halved",
        _normal(_scaled, _half, LOG_2PI),
        "Right but for a constant: it is √(2π) that stands under the fraction, so log 2π is halved.",
    ),
    Mistake(
        "normal-log-pi",
        _normal(_scaled, _half, 0.5 * np.log(np.pi)),
        "Right but for a constant: it is 2π under the root, and yours has π.",
    ),
    Mistake(
        "normal-square-not-halved",
        _normal(lambda d, v: 2 * _scaled(d, v), _half),
        "The height is right, but the exponent is twice too large: a Gaussian is exp(−½ (distance in standard"
        " deviations)²).",
    ),
    Mistake(
        "normal-not-squared",
        _normal(lambda d, v: np.abs(d) / np.exp(v / 2), _half),
        "The distance in standard deviations is right, but it enters without its square: that bell has a sharp tip.",
        also=(_normal(lambda d, v: d / np.exp(v), _half), _normal(lambda d, v: d / np.exp(v / 2), _half)),
    ),
    Mistake(
        "normal-mean-forgotten",
        lambda x, m, v: normal(x, 0.0 * m, v),
        "A Gaussian of the right width, but around 0: where does its `mean` come in?",
    ),
    Mistake(
        "normal-sign",
        lambda x, m, v: -normal(x, m, v),
        "Every term is right, with the sign turned: this is a cost. The log-density is largest at the mean.",
    ),
    Mistake(
        "normal-density",
        lambda x, m, v: np.exp(normal(x, m, v)),
        "This is the density itself, and right; wanted is its logarithm. Of 784 densities multiplied nothing would be"
        " left in float32.",
    ),
    Mistake(
        "normal-log-var-as-the-variance",
        lambda x, m, v: -0.5 * (LOG_2PI + np.log(np.abs(v)) + (x - m) ** 2 / v),
        "`log_var` is used as if it were the variance itself. It may be negative, and a variance may not:"
        " `exp(log_var)` is the variance.",
        also=(
            lambda x, m, v: -0.5 * (LOG_2PI + np.log(v) + (x - m) ** 2 / v),
            lambda x, m, v: -0.5 * (LOG_2PI + 2 * np.log(v) + ((x - m) / v) ** 2),
            lambda x, m, v: -0.5 * (LOG_2PI + v + (x - m) ** 2 / v),
        ),
    ),
    Mistake(
        "normal-summed-over-latents",
        lambda x, m, v: np.sum(normal(x, m, v), -1),
        "Every entry is right, but they have been added up along the last axis. This one stays elementwise; who uses"
        " it says what is summed.",
    ),
    Mistake(
        "normal-sum-over-everything",
        lambda x, m, v: np.sum(normal(x, m, v)),
        "Every entry is right, but all of them have been added into one number. This one stays elementwise.",
        also=(lambda x, m, v: np.mean(normal(x, m, v)),),
    ),
)
