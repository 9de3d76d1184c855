"""Lesson 6: the bound, the KL on a grid, and the KL term. Claims that are true of the last, and hints."""

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.course.checks import (
    Case,
    Claim,
    Summand,
    Task,
    bounds_06,
    furthest,
    gives,
    near,
    near_each,
    shown,
    wrong_number,
)
from vae_from_scratch.course.checks.mistakes_06 import MISTAKES, kl

_rng = np.random.default_rng(6)
MEAN, LOG_VAR = _rng.normal(size=(5, 3)) + 0.3, _rng.normal(size=(5, 3)) * 0.8 - 0.4


# ---- claims ------------------------------------------------------------------------------------


def _by_hand(f):
    return gives(f(np.array([[1.0]]), np.zeros((1, 1))), [0.5])


def _zero_at_the_prior(f):
    got = f(np.zeros((5, 3)), np.zeros((5, 3)))
    return bool(np.allclose(got, 0.0, atol=1e-6)) or f"Yours gives {wrong_number(got, np.zeros(5))}."


def _never_negative(f):
    got = f(MEAN / 10, LOG_VAR / 2)
    return bool(np.all(got >= 0)) or f"For {np.sum(got < 0)} of 5 examples near the prior yours is negative."


def _adds_up(f):
    parts = sum(f(MEAN[:, i : i + 1], LOG_VAR[:, i : i + 1]) for i in range(3))
    return near(f(MEAN, LOG_VAR), parts) or "Yours, called on each latent alone and added up, gives something else."


def _variances_count(f):
    return gives(f(np.zeros((1, 1)), np.full((1, 1), np.log(4.0))), [0.5 * (4 - 1 - np.log(4))])


def _mean_log_ratio(f):
    z = np.linspace(-12.0, 12.0, 2001)
    log_q = distributions.normal_log_prob(z, MEAN[..., None], LOG_VAR[..., None])
    want = np.sum(distributions.kl_on_grid(log_q, distributions.normal_log_prob(z, 0.0, 0.0), z[1] - z[0]), axis=-1)
    got = f(MEAN, LOG_VAR)
    if near(got, want):
        return True
    (i,) = furthest(got, want)
    return f"For the example at index {i} the grid says {want[i]:.4g}, and yours {shown(got[i], want[i])}."


def _extremes(f):
    with np.errstate(over="ignore"):
        got, want = f(MEAN[:2, :1], np.array([[20.0], [-20.0]])), kl(MEAN[:2, :1], np.array([[20.0], [-20.0]]))
    return near_each(got, want) or "There yours is off, or not finite."


TASKS = (
    *bounds_06.TASKS,
    Task(
        reference=distributions.kl_to_standard_normal,
        lesson=6,
        fixture=(MEAN, LOG_VAR),
        axes={5: "examples", 3: "latents", 11: "samples"},
        by_hand=(
            Claim(
                "At mean 1 and log_var 0, one latent costs ½ nat.",
                _by_hand,
                "With log_var 0 the variance is 1 and its logarithm 0. What is left of the formula?",
            ),
        ),
        properties=(
            Claim(
                "A posterior that equals the prior costs nothing.",
                _zero_at_the_prior,
                "Put mean = 0 and log_var = 0 into your expression, term by term: the sum must vanish.",
            ),
            Claim("It is never negative.", _never_negative, "Which term could become negative, and what balances it?"),
            Claim("The latents' KLs add up.", _adds_up, "Independent dimensions: a sum, and over which axis?"),
            Claim(
                "A variance of 4 at mean 0 costs (4 - 1 - ln 4) / 2 nats.",
                _variances_count,
                "log_var is the log of the variance: what is `exp(log_var)` when log_var is ln 4?",
            ),
            Claim(
                "It is what `kl_on_grid` finds, latent by latent.",
                _mean_log_ratio,
                "Four terms: the variance, the squared mean, 1 and the log of the variance. Which of them is off?",
            ),
        ),
        extremes=(
            Claim(
                "At log_var ±20 it is finite and right.",
                _extremes,
                "Is a logarithm taken of something that has just been exponentiated? `log_var` is that logarithm.",
            ),
        ),
        also=(
            Case("with one example alone", (MEAN[:1], LOG_VAR[:1])),
            Case(
                "with an axis more, such as (11, 5, 3): samples, examples, latents",
                (_rng.normal(size=(11, 5, 3)), _rng.normal(size=(11, 5, 3))),
                needed=False,
                hint="This lesson does without. `axis=-1` is the last axis, however many there are.",
            ),
        ),
        differentiate=(0, 1),
        summands=(
            Summand("`exp(log_var)`", lambda m, v: np.sum(np.exp(v), -1), 0.5),
            Summand("`mean**2`", lambda m, v: np.sum(m**2, -1), 0.5),
            Summand("`log_var`", lambda m, v: np.sum(v, -1), -0.5),
            Summand("1, once for each latent,", lambda m, v: np.full(len(m), 3.0), -0.5),
            Summand("`mean`", lambda m, v: np.sum(m, -1), 0),
            Summand("`exp(log_var / 2)`", lambda m, v: np.sum(np.exp(v / 2), -1), 0),
            Summand("`exp(2 * log_var)`", lambda m, v: np.sum(np.exp(2 * v), -1), 0),
            Summand("`exp(-log_var)`", lambda m, v: np.sum(np.exp(-v), -1), 0),
        ),
        fit_on=(_rng.normal(size=(53, 3)), _rng.normal(size=(53, 3))),
        lesson_size=lambda: (np.ones((200, 20)), np.zeros((200, 20))),
        hints=(
            "How far is a Gaussian with this mean and variance from the one with mean 0 and variance 1? Which four"
            " things in one dimension could matter: the place, the width, the logarithm of the width, a constant that"
            " makes it 0 when nothing differs?",
            "In one dimension: KL = ½ (σ² + mean² - 1 - ln σ²), and ln σ² is `log_var` itself. Dimensions add,"
            " examples stay apart: `(N, L)` becomes `(N,)`.",
            "A skeleton:\n\n    return 0.5 * np.sum(… + … - 1 - …, axis=-1)",
        ),
        why="The average of ln q - ln p over q needs only two averages, E[z²] = mean² + σ² and E[(z - mean)²] = σ². The"
        " constants ln 2π cancel. `exp(log_var)` is σ², and the last axis holds the latents.",
        mistakes=MISTAKES,
    ),
)
