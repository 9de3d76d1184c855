"""Lesson 5: wrong ways to use importance weights, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(55)
LOG_JOINT, LOG_PROPOSAL = _rng.normal(size=(11, 5)) * 1.3 - 4.0, _rng.normal(size=(11, 5)) - 2.5
LOG_WEIGHTS = _rng.normal(size=(11, 5)) * 1.2 - 0.7


def _log_sum(v, axis=0):
    return np.logaddexp.reduce(v, axis=axis)


def _log_mean(v, axis=0):
    return _log_sum(v, axis) - np.log(np.shape(v)[axis])


IMPORTANCE = (
    Mistake(
        "importance-mean-of-the-logs",
        lambda joint, proposal: np.mean(joint - proposal, axis=0),
        "The log weights are right, but you average *them*. p(x) is the mean of the weights, so the logarithm comes"
        " after the mean. Yours is too low, always: keep it, lesson 6 makes a bound of it.",
    ),
    Mistake(
        "importance-sum-for-mean",
        lambda joint, proposal: _log_sum(joint - proposal),
        "The weights are right, but summed where they must be averaged: yours is too large by log K, and every"
        " further draw would raise it.",
    ),
    Mistake(
        "importance-unstable",
        lambda joint, proposal: np.log(np.mean(np.exp(joint - proposal), axis=0)),
        "Right at moderate values. But log p(x, z) of a digit is about −200, and `exp` of that is 0 in float32: the"
        " logarithm of the mean becomes minus infinity. You have written a function that takes the largest out first.",
        also=(
            lambda joint, proposal: np.log(np.mean(np.exp(joint) / np.exp(proposal), axis=0)),
            lambda joint, proposal: np.log(np.sum(np.exp(joint - proposal), axis=0) / len(joint)),
        ),
    ),
    Mistake(
        "importance-weights-upside-down",
        lambda joint, proposal: _log_mean(proposal - joint),
        "The weights are upside down: a draw counts for what the model says of it, *divided* by how often the proposal"
        " draws there.",
        also=(lambda joint, proposal: -_log_mean(proposal - joint),),
    ),
    Mistake(
        "importance-proposal-forgotten",
        lambda joint, proposal: _log_mean(joint),
        "You average p(x, z) over the draws as if they were spread evenly. Where the proposal draws often, each draw"
        " must count for less: what has to be subtracted?",
    ),
    Mistake(
        "importance-proposal-added",
        lambda joint, proposal: _log_mean(joint + proposal),
        "The proposal's log-density is added, so that draws where it is dense count *more*, though there are already"
        " more of them. A weight is a ratio.",
    ),
    Mistake(
        "importance-ratio-of-the-means",
        lambda joint, proposal: _log_mean(joint) - _log_mean(proposal),
        "You average joint and proposal apart and divide the means. Each draw has a weight of its own: divide first,"
        " then average.",
        also=(lambda joint, proposal: _log_sum(joint) - _log_sum(proposal),),
    ),
    Mistake(
        "importance-logs-divided",
        lambda joint, proposal: _log_mean(joint / proposal),
        "A weight is a ratio of densities, and what you are given are their logarithms: dividing numbers is subtracting"
        " logs.",
        also=(lambda joint, proposal: np.mean(joint / proposal, axis=0),),
    ),
    Mistake(
        "importance-best-draw-only",
        lambda joint, proposal: np.max(joint - proposal, axis=0),
        "This is the largest weight alone. The others count, too, and so does their number.",
    ),
    Mistake(
        "importance-over-the-examples",
        lambda joint, proposal: _log_mean(joint - proposal, axis=1),
        "You average over the examples, and one number per draw is left. The draws lie along axis 0.",
        also=(lambda joint, proposal: _log_mean(joint - proposal, axis=-1),),
    ),
    Mistake(
        "importance-one-number-for-all",
        lambda joint, proposal: _log_mean(np.ravel(joint - proposal)),
        "All weights have become one number. Each example has its own draws and its own p(x): average along axis 0"
        " only.",
        also=(lambda joint, proposal: np.mean(_log_mean(joint - proposal)),),
    ),
    Mistake(
        "importance-without-the-log",
        lambda joint, proposal: np.mean(np.exp(joint - proposal), axis=0),
        "This is p(x) itself, and right; wanted is its logarithm. For a digit, p(x) has some ninety zeros after the"
        " point.",
    ),
    Mistake(
        "importance-sign",
        lambda joint, proposal: -_log_mean(joint - proposal),
        "Right but for its sign: this is a cost. Wanted is log p(x).",
    ),
    Mistake(
        "importance-the-log-weights",
        lambda joint, proposal: joint - proposal,
        "These are the log weights, and right. Average the weights over the draws, and take the logarithm of that.",
    ),
)


def _weights(log_weights):
    return np.exp(log_weights - np.max(log_weights, axis=0))


def _size(weights, axis=0):
    return np.sum(weights, axis=axis) ** 2 / np.sum(weights**2, axis=axis)


def _shares(log_weights):
    return _weights(log_weights) / np.sum(_weights(log_weights), axis=0)


EFFECTIVE = (
    Mistake(
        "effective-unstable",
        lambda w: _size(np.exp(w)),
        "The formula is right, and for moderate weights so are the numbers. But log weights of a digit are about −200:"
        " exponentiated, and squared, all are 0, and 0/0 is no number. A factor common to all weights cancels: which"
        " one would you take out?",
        also=(
            lambda w: 1 / np.sum((np.exp(w) / np.sum(np.exp(w), axis=0)) ** 2, axis=0),
            lambda w: np.exp(2 * np.log(np.sum(np.exp(w), axis=0)) - np.log(np.sum(np.exp(2 * w), axis=0))),
        ),
    ),
    Mistake(
        "effective-of-the-log-weights",
        lambda w: _size(w),
        "The formula is right, but it is fed with the *logarithms*. The weights are their exponentials.",
        also=(lambda w: _size(w - np.max(w, axis=0)),),
    ),
    Mistake(
        "effective-upside-down",
        lambda w: 1 / _size(_weights(w)),
        "Upside down: yours is 1 when one draw does everything, and 1/K when all do the same. The square of the sum"
        " belongs on top.",
    ),
    Mistake(
        "effective-mean-for-sum",
        lambda w: _size(_weights(w)) / np.shape(w)[0],
        "This is a share, at most 1: the means in place of the sums leave the number of draws out. Wanted is how many"
        " do the work.",
    ),
    Mistake(
        "effective-sum-not-squared",
        lambda w: np.sum(_weights(w), axis=0) / np.sum(_weights(w) ** 2, axis=0),
        "The sum on top is not squared. Then a factor common to all weights would not cancel, and it must.",
        also=(lambda w: np.sum(np.exp(w), axis=0) / np.sum(np.exp(w) ** 2, axis=0),),
    ),
    Mistake(
        "effective-squares-of-the-shares-not-inverted",
        lambda w: np.sum(_weights(w) ** 2, axis=0) / np.sum(_weights(w), axis=0),
        "The squares are on top and the sum below: turn the fraction over, and square the sum.",
    ),
    Mistake(
        "effective-one-over-the-largest-share",
        lambda w: 1 / np.max(_shares(w), axis=0),
        "One over the largest share is a number of that kind, too, but sees the largest weight only. The"
        " others work, too: which two sums over all weights are to be compared?",
    ),
    Mistake(
        "effective-perplexity",
        lambda w: np.exp(-np.sum(_shares(w) * np.log(_shares(w)), axis=0)),
        "The exponential of the entropy counts the working draws in another way, and larger. Wanted is the one that"
        " goes with the standard error: it compares the sum of the weights with the sum of their squares.",
    ),
    Mistake(
        "effective-number-of-draws",
        lambda w: np.full(np.shape(w)[1:], float(np.shape(w)[0])),
        "Yours says that all draws work, whatever their weights: the same array is on top and below, or each weight"
        " has been made 1. Where is the square taken before the sum, and where after it?",
        also=(lambda w: _size(np.ones_like(w)),),
    ),
    Mistake(
        "effective-over-the-examples",
        lambda w: _size(_weights(w.T)),
        "You count over the examples, and one number per draw is left. The draws lie along axis 0.",
        also=(lambda w: _size(np.exp(w), axis=-1), lambda w: _size(np.exp(w), axis=1)),
    ),
    Mistake(
        "effective-one-number-for-all",
        lambda w: _size(_weights(np.ravel(w))),
        "All examples have become one number. Each has its own draws: sum along axis 0 only.",
    ),
    Mistake(
        "effective-one-shift-for-all",
        lambda w: _size(np.exp(w - np.max(w))),
        "Right as long as all examples are of one size. But you take one largest value out of the whole array: beside"
        " a cheap image a costly one still underflows, to 0/0. Each example needs its own, along axis 0.",
    ),
    Mistake(
        "effective-in-logs",
        lambda w: 2 * _log_sum(w) - _log_sum(2 * w),
        "This is the logarithm of the number; wanted is the number itself, between 1 and K.",
    ),
)
