"""Lesson 11: wrong ways to report a likelihood, and what to say to each."""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.distributions import log_mean_exp
from vae_from_scratch.vae import DENSE


def _report(of_weights):
    """An nll made of all the log weights (K, N) at once, its noise from one generator."""

    def wrong(params, x, num_samples, seed, model=DENSE):
        shape = (num_samples, *model.encode(params, x)[0].shape)
        epsilon = np.random.default_rng(seed).standard_normal(shape)
        return of_weights(vae.log_weights(params, x, epsilon, model))

    return wrong


def _one_draw(params, x, num_samples, seed, model=DENSE):
    return _report(lambda w: -w[0])(params, x, 1, seed, model)


def _same_noise(params, x, num_samples, seed, model=DENSE):
    shape, total = model.encode(params, x)[0].shape, -np.inf
    for _ in range(num_samples):
        epsilon = np.random.default_rng(seed).standard_normal((1, *shape))
        total = np.logaddexp(total, vae.log_weights(params, x, epsilon, model)[0])
    return np.log(num_samples) - total


def _return_inside_the_loop(params, x, num_samples, seed, model=DENSE):
    return np.log(num_samples) + _one_draw(params, x, num_samples, seed, model)


NLL = (
    Mistake(
        "nll-elbo-reported",
        _report(lambda w: -np.mean(w, axis=0)),
        "This is minus the ELBO, averaged over many draws. That makes it steady, but no nearer to -log p(x): the gap"
        " stays. The weights are averaged before the log is taken.",
    ),
    Mistake(
        "nll-log-k-forgotten",
        _report(lambda w: -np.logaddexp.reduce(w)),
        "The weights are summed and never divided by their number: yours is too small by log K exactly, and with"
        " K = 500 every model would look 6.2 nats better than it is.",
    ),
    Mistake(
        "nll-starts-at-zero",
        _report(lambda w: np.log(len(w)) - np.logaddexp.reduce(w, axis=0, initial=0)),
        "Nearly: the running sum begins at 0. That is the log of 1, a weight of 1 too many, beside which a digit's"
        " e⁻¹¹⁰ is nothing. The log of nothing is −inf.",
    ),
    Mistake(
        "nll-log-divided-by-k",
        _report(lambda w: -np.logaddexp.reduce(w) / len(w)),
        "The sum of the weights is right, and then its *log* is divided by K. To divide a number by K, take log K off"
        " its log.",
    ),
    Mistake(
        "nll-return-inside-the-loop",
        _return_inside_the_loop,
        "This is log K minus the first log weight: a `return` inside the loop leaves after the first draw. It belongs"
        " behind the loop.",
    ),
    Mistake(
        "nll-log-k-sign",
        _report(lambda w: -np.logaddexp.reduce(w) - np.log(len(w))),
        "The sign of log K is wrong: what does a minus in front make of the log of a fraction?",
    ),
    Mistake(
        "nll-sign",
        _report(lambda w: log_mean_exp(w, axis=0)),
        "Right but for its sign. This is log p(x); a *negative* log-likelihood is a cost, and never below 0 for binary"
        " pixels.",
    ),
    Mistake(
        "nll-averaged-over-the-batch",
        _report(lambda w: -np.mean(log_mean_exp(w, axis=0))),
        "Right, and then the images were averaged away. Each image keeps its own number, shape (N,): without them"
        " nobody can give a standard error.",
        also=(_report(lambda w: -np.sum(log_mean_exp(w, axis=0))),),
    ),
    Mistake(
        "nll-over-the-examples",
        _report(lambda w: -log_mean_exp(w, axis=1)),
        "You average over the images, and one number per *draw* is left. The draws lie along axis 0.",
    ),
    Mistake(
        "nll-best-draw-only",
        _report(lambda w: -np.max(w, axis=0)),
        "This is the largest weight alone, and too good by up to log K. The mean of all the weights is what estimates"
        " p(x).",
    ),
    Mistake(
        "nll-one-draw",
        _one_draw,
        "However large `num_samples` is, yours says what one draw says. Either it is not used, or each round of a loop"
        " makes the same noise: a generator begun anew with the same seed gives the same numbers. Make it once, before"
        " the loop, or put the number of the draw into its seed.",
        also=(_report(lambda w: -w[0]), _same_noise),
    ),
    Mistake(
        "nll-overflow",
        _report(lambda w: -np.log(np.mean(np.exp(w), axis=0))),
        "Right on paper, and on images of seven pixels. A digit's weights are about e⁻¹¹⁰, which is 0 in float32, and"
        " minus the log of 0 is infinite. Stay with the logs: `log_mean_exp`, or `np.logaddexp` draw by draw.",
        also=(_report(lambda w: np.log(len(w)) - np.log(np.sum(np.exp(w), axis=0))),),
    ),
)
