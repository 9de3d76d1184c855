"""Lesson 6: the bound from draws, and the KL on a grid. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import distributions, evaluation
from vae_from_scratch.course.checks import Case, Claim, Summand, Task, furthest, gives, near, shown, wrong_number
from vae_from_scratch.course.checks.mistakes_06_bounds import BOUND, GRID_KL

_rng = np.random.default_rng(66)
LOG_JOINT, LOG_Q = _rng.normal(size=(11, 5)) * 1.3 - 4.0, _rng.normal(size=(11, 5)) * 0.7 - 1.5
MEANS, LOG_VARS = _rng.normal(size=(2, 5, 1)), _rng.normal(size=(2, 5, 1)) * 0.5 - 0.2


# ---- claims about the bound ------------------------------------------------------------------------


def _one_draw(f):
    return gives(f(np.array([[-3.0]]), np.array([[-1.0]])), [-2.0])


def _two_draws(f):
    return gives(f(np.log([[1.0], [4.0]]), np.zeros((2, 1))), [np.log(2)])


def _exact_at_the_posterior(f):
    return gives(f(LOG_Q - 7.0, LOG_Q), np.full(5, -7.0))


def _below_the_log_of_the_mean(f):
    over = f(LOG_JOINT, LOG_Q) > evaluation.importance_log_prob(LOG_JOINT, LOG_Q) + 1e-6
    return not np.any(over) or f"For {np.sum(over)} of 5 examples yours lies above it."


def _draws_twice(f):
    twice = f(np.concatenate([LOG_JOINT, LOG_JOINT]), np.concatenate([LOG_Q, LOG_Q]))
    return near(twice, f(LOG_JOINT, LOG_Q)) or "With every draw counted twice, yours is another."


def _no_exponential(f):
    with np.errstate(all="ignore"):
        got = f(LOG_JOINT - 5000.0, LOG_Q)
        return near(got, np.mean(LOG_JOINT - LOG_Q, axis=0) - 5000.0) or "There yours is off, or not finite."


# ---- claims about the KL on a grid -----------------------------------------------------------------


def _densities(points, reach=9.0):
    """Five pairs of Gaussian log-densities on a grid, and its spacing."""
    z = np.linspace(-reach, reach, points)
    log_q, log_p = distributions.normal_log_prob(z, MEANS, LOG_VARS)
    return log_q, log_p, float(z[1] - z[0])


def _closed_form():
    """The KLs of those pairs, on paper."""
    (mean_q, mean_p), (v, u) = MEANS[..., 0], LOG_VARS[..., 0]
    return 0.5 * (u - v + (np.exp(v) + (mean_q - mean_p) ** 2) / np.exp(u) - 1)


def _half_of_the_room(f):
    empty = np.array([-60.0])  # the log of nothing, beyond both ends: right by the trapezoid rule, too
    log_q = np.concatenate([empty, np.zeros(4), empty])
    return gives(f(log_q, np.where(log_q < 0, log_q, -np.log(2)), 0.25), np.log(2))


def _zero_for_equals(f):
    log_q, _, dz = _densities(53)
    got = f(log_q, log_q, dz)
    return bool(np.allclose(got, 0.0, atol=1e-6)) or f"Yours gives {wrong_number(got, np.zeros(5))}."


def _finer_is_the_same(f):
    once, twice = f(*_densities(53)), f(*_densities(105))
    changed = wrong_number(twice / once, np.ones(5))
    return near(once, twice) or f"On a grid twice as fine yours changes by the factor {changed}."


def _as_on_paper(f):
    got, want = f(*_densities(401)), _closed_form()
    if near(got, want):
        return True
    (i,) = furthest(got, want)
    return f"For the pair at index {i} paper says {want[i]:.4g}, and yours {shown(got[i], want[i])}."


def _far_tails(f):
    log_q, log_p, dz = _densities(1201, reach=60.0)
    with np.errstate(all="ignore"):
        return near(f(log_q, log_p, dz), grid(log_q, log_p, dz)) or "There yours is off, or not a number."


def grid(log_q, log_p, dz):
    return np.sum(np.exp(log_q) * (log_q - log_p), axis=-1) * dz


_Q, _P, _DZ = _densities(53)
_MANY = tuple(np.repeat(a, 11, axis=0) + _rng.normal(size=(55, 53)) * 0.3 for a in (_Q, _P))

TASKS = (
    Task(
        reference=evaluation.lower_bound,
        lesson=6,
        fixture=(LOG_JOINT, LOG_Q),
        axes={11: "draws", 5: "examples"},
        by_hand=(
            Claim(
                "One draw with log p(x, z) = -3 and log q(z) = -1 gives a bound of -2.",
                _one_draw,
                "The weight is p(x, z) / q(z). What is its log?",
            ),
            Claim(
                "Two draws of weights 1 and 4 give ln 2.",
                _two_draws,
                "Their logs are 0 and 2 ln 2. The mean weight would be 2.5, and its log 0.916.",
            ),
        ),
        properties=(
            Claim(
                "If every draw has the weight e⁻⁷, the bound is -7.",
                _exact_at_the_posterior,
                "Where q is the posterior, log p(x, z) - log q(z) is log p(x) at every z. Is that what you average?",
            ),
            Claim(
                "It never lies above the log of the mean weight.",
                _below_the_log_of_the_mean,
                "First the log of each weight, then the mean.",
            ),
            Claim(
                "Counting every draw twice changes nothing.",
                _draws_twice,
                "An average over q is estimated by a mean over the draws.",
            ),
        ),
        extremes=(
            Claim(
                "It is finite and right also for weights of e⁻⁵⁰⁰⁰.",
                _no_exponential,
                "`exp(-5000)` is 0. The logs are what you were handed: no exponential is needed.",
                needed=True,
            ),
        ),
        also=(
            Case("with one example alone", (LOG_JOINT[:, :1], LOG_Q[:, :1])),
            Case("with one draw alone", (LOG_JOINT[:1], LOG_Q[:1])),
            Case(
                "where p(x, z) is a density above 1, and the bound above 0",
                (LOG_JOINT + 9.0, LOG_Q),
                hint="Densities have no upper end, and so has no bound on their logs.",
            ),
        ),
        differentiate=(0, 1),
        summands=(
            Summand("`log_joint`", lambda j, q: np.mean(j, axis=0), 1),
            Summand("`log_q`", lambda j, q: np.mean(q, axis=0), -1),
        ),
        fit_on=(_rng.normal(size=(11, 53)) - 4.0, _rng.normal(size=(11, 53)) - 1.5),
        lesson_size=lambda: (np.full((1000, 100), -4.0), np.full((1000, 100), -1.5)),
        hints=(
            "In lesson 5 the mean of the weights p(x, z) / q(z) was an estimate of p(x). What is the log of one weight,"
            " if the logs of both its parts are given?",
            "log w = log p(x, z) - log q(z), for each of the K draws; then their mean: `(K, N)` becomes `(N,)`.",
            "A skeleton:\n\n    return np.mean(…, axis=0)",
        ),
        why="The log of a ratio is the difference of the logs, and an average over q is estimated by the mean over its"
        " draws, axis 0. No exponential is taken, so nothing can overflow.",
        mistakes=BOUND,
    ),
    Task(
        reference=distributions.kl_on_grid,
        lesson=6,
        fixture=(_Q, _P, _DZ),
        axes={53: "grid points", 5: "pairs of densities"},
        by_hand=(
            Claim(
                "A q spread evenly over a length of 1, inside a p spread evenly over twice that, is ln 2 away.",
                _half_of_the_room,
                "There log q = 0 and log p = -ln 2 on the four cells of width ¼ where q lives; q(z) · dz sums to 1.",
            ),
        ),
        properties=(
            Claim(
                "It is zero if the two are equal.",
                _zero_for_equals,
                "Then log q - log p is zero at each point. Is it that difference which you average?",
            ),
            Claim(
                "A finer grid gives the same number.",
                _finer_is_the_same,
                "A cell of width dz holds the probability q(z) · dz: where does dz come in?",
            ),
            Claim(
                "For two Gaussians it is what one finds on paper.",
                _as_on_paper,
                "Three factors at each point: the density of q, the difference of the logs, and the width of the cell.",
            ),
        ),
        extremes=(
            Claim(
                "Far out, where q is 0 to the last digit, it stays right.",
                _far_tails,
                "Is a log taken of something that has just been exponentiated? There `exp` gives 0, and 0 has no log.",
            ),
        ),
        also=(
            Case(
                "for one pair alone, of shape (53,)",
                (_Q[0], _P[0], _DZ),
                hint="`axis=-1` is the last axis, however many there are.",
            ),
            Case(
                "with one p for all five q",
                (_Q, _P[0], _DZ),
                needed=False,
                hint="`-` and `*` repeat the smaller array by themselves; a loop over pairs does not.",
            ),
            Case(
                "where q is narrow, and its density far above 1",
                (_Q + 2.0, _P, _DZ / np.exp(2.0)),
                hint="A density is no probability: only times dz it is one.",
            ),
        ),
        summands=(
            Summand("mean of `log_q`", lambda q, p, dz: np.sum(np.exp(q) * q, axis=-1) * dz, 1),
            Summand("mean of `log_p`", lambda q, p, dz: np.sum(np.exp(q) * p, axis=-1) * dz, -1),
        ),
        fit_on=(*_MANY, _DZ),
        lesson_size=lambda: (np.zeros(20_001), np.zeros(20_001), 1e-3),
        hints=(
            "A KL is the mean of log q - log p, over draws of q. With a list of all z and the probability of each, how"
            " would you take that mean without drawing?",
            "The cell around a grid point has the probability q(z) · dz. So: KL ≈ Σ q(z) · (log q(z) - log p(z)) · dz,"
            " summed along the last axis; and q(z) is `exp(log_q)`.",
            "A skeleton:\n\n    return np.sum(… * (… - …), axis=-1) * …",
        ),
        why="On a grid an average over q is a sum: each point counts with the probability of its cell, q(z) · dz. The"
        " logs stay as they came, so that a density of 0 far out multiplies a finite number.",
        mistakes=GRID_KL,
    ),
)
