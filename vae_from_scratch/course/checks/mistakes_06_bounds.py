"""Lesson 6: wrong ways to write the bound, and the KL on a grid, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake, same

# ---- the bound -----------------------------------------------------------------------------------


def bound(log_joint, log_q):
    return np.mean(log_joint - log_q, axis=0)


def _log_mean(log_weights, axis=0):
    highest = np.max(log_weights, axis=axis, keepdims=True)
    return np.log(np.mean(np.exp(log_weights - highest), axis=axis)) + np.squeeze(highest, axis)


def _softmax(log_weights):
    shares = np.exp(log_weights - np.max(log_weights, axis=0))
    return shares / np.sum(shares, axis=0)


def _takes_logs_of_logs(f):
    """Given densities for logs, it is right."""
    joint, q = np.exp(_LOGS[0]), np.exp(_LOGS[1])
    return same(f(joint, q), bound(*_LOGS))


_LOGS = np.random.default_rng(67).normal(size=(2, 11, 5))

BOUND = (
    Mistake(
        "bound-log-of-the-mean",
        lambda j, q: _log_mean(j - q),
        "This is lesson 5's estimate of log p(x): the log of the mean weight. The bound is what it was mistaken for:"
        " the mean of the logs. It is lower, and it needs no exponential at all.",
    ),
    Mistake(
        "bound-sign",
        lambda j, q: -bound(j, q),
        "The difference is there, turned around, so that yours is minus the bound: a number to lower, not to raise."
        " A weight is p(x, z) / q(z). Which of its two logs is taken off?",
    ),
    Mistake(
        "bound-log-q-forgotten",
        lambda j, q: np.mean(j, axis=0),
        "Only the joint is averaged. Without the division by q, this is largest for a q that shrinks to a single point."
        " What does dividing by q(z) become, once logs are taken?",
    ),
    Mistake(
        "bound-log-q-added",
        lambda j, q: np.mean(j + q, axis=0),
        "Both logs are there, but they are added: that is the log of a product. A weight is a ratio.",
    ),
    Mistake(
        "bound-ratio-of-logs",
        lambda j, q: np.mean(j / q, axis=0),
        "The log of a ratio is the difference of the logs. A ratio of two logs is no log of anything.",
    ),
    Mistake(
        "bound-log-of-a-log",
        lambda j, q: np.mean(np.log(j / q), axis=0),
        "A log is taken once more: what you were handed are logs already. The log of a ratio is the difference of"
        " the two logs, as they stand.",
        detect=_takes_logs_of_logs,
    ),
    Mistake(
        "bound-sum-over-draws",
        lambda j, q: np.sum(j - q, axis=0),
        "The log weights are right, but summed over the draws: with twice as many draws the bound would be twice as"
        " far from zero. An average over q is estimated by a mean.",
    ),
    Mistake(
        "bound-mean-over-examples",
        lambda j, q: np.mean(j - q, axis=-1),
        "The log weights are right, but the mean runs over the examples. Axis 0 holds the draws, and it is the draws"
        " that are averaged; each example keeps a bound of its own.",
    ),
    Mistake(
        "bound-mean-over-everything",
        lambda j, q: np.mean(j - q),
        "The log weights are right, but draws and examples have been averaged into one number. Only the draws are"
        " averaged here: axis 0. Averaging over examples happens once, in the loss.",
        also=(lambda j, q: np.mean(bound(j, q)),),
    ),
    Mistake(
        "bound-kept-per-draw",
        lambda j, q: j - q,
        "These are the log weights, every one of them right, and not yet averaged. What is to be done with the K draws"
        " of each example?",
    ),
    Mistake(
        "bound-mean-of-weights",
        lambda j, q: np.mean(np.exp(j - q), axis=0),
        "This is the mean of the weights themselves: lesson 5's estimate of p(x), without any log. The bound averages"
        " the *log* weights.",
    ),
    Mistake(
        "bound-weighted-by-q",
        lambda j, q: np.sum(np.exp(q) * (j - q), axis=0),
        "The draws come from q already: where q is high there are many of them. Multiplying by q(z) counts it twice."
        " That factor belongs to a grid, where every z stands once.",
        also=(lambda j, q: np.mean(np.exp(q) * (j - q), axis=0),),
    ),
    Mistake(
        "bound-weighted-by-the-weights",
        lambda j, q: np.sum(_softmax(j - q) * (j - q), axis=0),
        "You average the log weights with the weights as shares. That is an average over the posterior, and lies above"
        " log p(x) where the bound lies below. Every draw of q counts alike.",
    ),
    Mistake(
        "bound-first-draw-only",
        lambda j, q: (j - q)[0],
        "Only the first draw counts in yours. It is right on average, and noisy: use all K of them. If there is a loop,"
        " is the `return` inside it?",
    ),
    Mistake(
        "bound-axis-kept",
        lambda j, q: bound(j, q)[None],
        "The numbers are right, but an axis of length 1 has been kept. One number per example has shape `(N,)`.",
    ),
)  # fmt: skip

# ---- the KL on a grid ----------------------------------------------------------------------------


def grid_kl(log_q, log_p, dz):
    return np.sum(np.exp(log_q) * (log_q - log_p), axis=-1) * dz


GRID_KL = (
    Mistake(
        "grid-kl-turned-round",
        lambda q, p, dz: grid_kl(p, q, dz),
        "This is a KL, but KL(p ‖ q): averaged over p. In KL(q ‖ p) q comes first: it is q's density that multiplies,"
        " and q's log from which the other is taken off.",
    ),
    Mistake(
        "grid-kl-sign",
        lambda q, p, dz: -grid_kl(q, p, dz),
        "Everything is there, with the sign turned. A KL is never negative: it is the mean of log q − log p, in that"
        " order.",
    ),
    Mistake(
        "grid-kl-weighted-by-p",
        lambda q, p, dz: np.sum(np.exp(p) * (q - p), axis=-1) * dz,
        "The difference of the logs is right, but it is averaged over p. KL(q ‖ p) is an average over q: which of the"
        " two densities has to multiply?",
    ),
    Mistake(
        "grid-kl-not-weighted",
        lambda q, p, dz: np.sum(q - p, axis=-1) * dz,
        "Every z counts alike in yours, also where q never goes. The KL is an *average* over q: on a grid, each point"
        " counts with the probability of its cell, q(z) · dz.",
        also=(lambda q, p, dz: np.mean(q - p, axis=-1),),
    ),
    Mistake(
        "grid-kl-weighted-by-log-q",
        lambda q, p, dz: np.sum(q * (q - p), axis=-1) * dz,
        "The difference is weighted by log q. A weight is a probability: back from the log first.",
    ),
    Mistake(
        "grid-kl-logs-taken-for-densities",
        lambda q, p, dz: np.sum(q * np.log(q / p), axis=-1) * dz,
        "This would be right for the densities themselves. What you were handed are their logs already: the log of the"
        " ratio is a difference, and the density is an exponential.",
        also=(
            lambda q, p, dz: np.sum(q * np.log(q / p)) * dz,
            lambda q, p, dz: np.sum(q * np.log(q / p), axis=-1),
        ),
    ),
    Mistake(
        "grid-kl-log-of-a-log",
        lambda q, p, dz: np.sum(np.exp(q) * np.log(q / p), axis=-1) * dz,
        "The weight is right, but a log is taken of what is a log already: you were handed log q and log p. The log of"
        " the ratio of the densities is the difference of these.",
    ),
    Mistake(
        "grid-kl-dz-twice",
        lambda q, p, dz: np.sum(np.exp(q) * (q - p), axis=-1) * dz**2,
        "The width of the cell, dz, is in it twice. A cell holds the probability q(z) · dz: once is enough.",
    ),
    Mistake(
        "grid-kl-dz-forgotten",
        lambda q, p, dz: np.sum(np.exp(q) * (q - p), axis=-1),
        "The summands are right, but a density is not yet a probability: a cell of width dz holds q(z) · dz of it. With"
        " a grid twice as fine, yours would be twice as large.",
    ),
    Mistake(
        "grid-kl-divided-by-dz",
        lambda q, p, dz: np.sum(np.exp(q) * (q - p), axis=-1) / dz,
        "The summands are right, but divided by dz where they should be multiplied: the finer the grid, the *less* of"
        " the probability one cell holds.",
    ),
    Mistake(
        "grid-kl-mean-over-the-grid",
        lambda q, p, dz: np.mean(np.exp(q) * (q - p), axis=-1),
        "The summands are right, but their mean is no integral: a wider grid, with nothing in its new cells, would"
        " give less. Sum, and count each cell with its width dz.",
        also=(lambda q, p, dz: np.mean(np.exp(q) * (q - p), axis=-1) * dz,),
    ),
    Mistake(
        "grid-kl-difference-of-densities",
        lambda q, p, dz: np.sum(np.exp(q) * (np.exp(q) - np.exp(p)), axis=-1) * dz,
        "You average the difference of the densities. The KL averages the difference of their *logs*, which are what"
        " you were handed.",
    ),
    Mistake(
        "grid-kl-log-p-forgotten",
        lambda q, p, dz: np.sum(np.exp(q) * q, axis=-1) * dz,
        "Only log q is averaged: yours does not listen to p at all. How far from what?",
    ),
    Mistake(
        "grid-kl-log-q-forgotten",
        lambda q, p, dz: -np.sum(np.exp(q) * p, axis=-1) * dz,
        "Only −log p is averaged over q. Then a q equal to p is not at distance zero: the mean of log q is missing.",
    ),
    Mistake(
        "grid-kl-sum-over-everything",
        lambda q, p, dz: np.sum(grid_kl(q, p, dz)),
        "The integral is right, but several pairs of densities have been added into one number. The grid is the last"
        " axis: sum along `axis=-1` only.",
    ),
    Mistake(
        "grid-kl-sum-over-pairs",
        lambda q, p, dz: np.sum(np.exp(q) * (q - p), axis=0) * dz,
        "The sum runs over the pairs of densities, and one number per grid point is left. It is the grid that is"
        " summed: the last axis.",
    ),
    Mistake(
        "grid-kl-kept-per-point",
        lambda q, p, dz: np.exp(q) * (q - p) * dz,
        "Every point's share is right, and not yet summed.",
    ),
    Mistake(
        "grid-kl-absolute",
        lambda q, p, dz: np.sum(np.exp(q) * np.abs(q - p), axis=-1) * dz,
        "You average the size of the difference. Single points may well count negative, where p is higher than q; it"
        " is their average that cannot be.",
    ),
)  # fmt: skip
