"""Lesson 11: wrong ways to make one bound of many weights, and what to say to each."""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.checks.mistakes_11_weights import closed_form
from vae_from_scratch.distributions import log_mean_exp
from vae_from_scratch.vae import DENSE


def _of_weights(change):
    """A bound made of the right log weights (K, N)."""
    return lambda params, x, epsilon, model=DENSE: change(vae.log_weights(params, x, epsilon, model))


def _log_sum(w, axis=0):
    return np.logaddexp.reduce(w, axis=axis)


BOUND = (
    Mistake(
        "iwae-mean-of-logs",
        _of_weights(lambda w: np.mean(w, axis=0)),
        "This is the mean of the logs: the ELBO, however many draws there are. A bound that rises with K is the log of"
        " the mean *weight*: exponentials first, then the mean, then the log.",
    ),
    Mistake(
        "iwae-log-k-forgotten",
        _of_weights(_log_sum),
        "The weights are summed where they must be averaged. Yours is too large by log K exactly, and with K = 500"
        " every model would look 6.2 nats better than it is.",
    ),
    Mistake(
        "iwae-log-divided-by-k",
        _of_weights(lambda w: _log_sum(w) / len(w)),
        "The sum of the weights is right, and then its *log* is divided by K. To divide a number by K, take log K off"
        " its log.",
    ),
    Mistake(
        "iwae-log-n-for-log-k",
        _of_weights(lambda w: _log_sum(w) - np.log(w.shape[1])),
        "The sum of the weights is right. But it is divided by the number of images; the mean is over the K draws.",
    ),
    Mistake(
        "iwae-of-closed-form-kl",
        lambda params, x, epsilon, model=DENSE: log_mean_exp(closed_form(params, x, epsilon, model), axis=0),
        "The log of a mean, as it should be, but of ELBOs with the KL in closed form. Those are no weights: their mean"
        " is not p(x). A weight is taken at its own z, as in exercise 11.1.",
    ),
    Mistake(
        "iwae-logs-averaged-by-weight",
        _of_weights(lambda w: np.sum(np.exp(w - _log_sum(w)) * w, axis=0)),
        "This is a mean of the *logs* in which heavy weights count for more. It may lie above log p(x). The bound is"
        " the log of the plain mean of the weights.",
    ),
    Mistake(
        "iwae-largest-not-added-again",
        _of_weights(lambda w: np.log(np.mean(np.exp(w - np.max(w, axis=0)), axis=0))),
        "The largest log weight is taken out before `exp`, which is the right way to stay finite, and then it is not"
        " added again.",
    ),
    Mistake(
        "iwae-model-ignored",
        lambda params, x, epsilon, model=DENSE: vae.iwae_bound(params, x, epsilon),
        "With the dense network it is right. But `model` is not handed on to `log_weights`.",
    ),
    Mistake(
        "iwae-log-k-twice",
        _of_weights(lambda w: log_mean_exp(w, axis=0) - np.log(len(w))),
        "One log K too many is subtracted: `log_mean_exp` is a mean already.",
    ),
    Mistake(
        "iwae-overflow",
        _of_weights(lambda w: np.log(np.mean(np.exp(w), axis=0))),
        "Right on paper. But a digit's weights are about e⁻¹¹⁰, which is 0 in float32, and the log of 0 is minus"
        " infinity. Which function of lesson 5 takes the largest out before it exponentiates?",
        also=(_of_weights(lambda w: np.log(np.sum(np.exp(w), axis=0) / len(w))),),
    ),
    Mistake(
        "iwae-over-the-examples",
        _of_weights(lambda w: log_mean_exp(w, axis=1)),
        "You average over the images, and one number per *draw* is left. The draws lie along axis 0.",
        also=(_of_weights(lambda w: log_mean_exp(w, axis=-1)),),
    ),
    Mistake(
        "iwae-averaged-over-the-batch",
        _of_weights(lambda w: np.mean(log_mean_exp(w, axis=0))),
        "Right, and then the images were averaged away. Each image keeps its own bound, shape (N,).",
        also=(_of_weights(lambda w: log_mean_exp(np.ravel(w), axis=0)),),
    ),
    Mistake(
        "iwae-sign",
        _of_weights(lambda w: -log_mean_exp(w, axis=0)),
        "Right but for its sign: this is a cost, an estimate of -log p(x). A *bound on log p(x)* goes up when things"
        " get better.",
        also=(_of_weights(lambda w: log_mean_exp(-w, axis=0)), _of_weights(lambda w: -log_mean_exp(-w, axis=0))),
    ),
    Mistake(
        "iwae-best-draw-only",
        _of_weights(lambda w: np.max(w, axis=0)),
        "This is the largest weight alone. It is no bound: the more draws, the further it climbs, beyond log p(x) too."
        " The mean of the weights is.",
    ),
    Mistake(
        "iwae-first-draw-only",
        _of_weights(lambda w: w[0]),
        "Only the first draw is used. All K of them say something.",
        also=(_of_weights(lambda w: w[-1]),),
    ),
    Mistake(
        "iwae-without-the-log",
        _of_weights(lambda w: np.mean(np.exp(w), axis=0)),
        "This is an estimate of p(x) itself; wanted is its log.",
    ),
    Mistake(
        "iwae-the-log-weights",
        _of_weights(lambda w: w),
        "These are the log weights, and right. Average the weights over the draws, and take the log of that.",
    ),
)
