"""Lesson 7: the reparameterized draw. Claims that are true of it, and hints."""

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.course.checks import Case, Claim, Summand, Task, gives, near, near_each
from vae_from_scratch.course.checks.mistakes_07_draw import EPSILON, LOG_VAR, MEAN, MISTAKES, std

_rng = np.random.default_rng(77)

# ---- claims ------------------------------------------------------------------------------------


def _by_hand(f):
    return gives(f(np.array([[1.0]]), np.array([[np.log(4.0)]]), np.array([[3.0]])), [[7.0]])


def _no_noise(f):
    return near(f(MEAN, LOG_VAR, np.zeros((5, 3))), MEAN) or "With epsilon 0, yours is something else than the mean."


def _affine(f):
    once, twice, none = (f(MEAN, LOG_VAR, k * EPSILON) for k in (1, 2, 0))
    return near(twice - none, 2 * (once - none)) or "Twice the epsilon does not move yours twice as far from the mean."


def _spread_is_one(f):
    epsilon = np.random.default_rng(70).standard_normal((2000, 3))
    mean, log_var = np.full((2000, 3), 0.7), np.broadcast_to([-1.0, 0.5, np.log(4.0)], (2000, 3))
    spread = np.std((f(mean, log_var, epsilon) - mean) / std(log_var))
    return bool(abs(spread - np.std(epsilon)) < 1e-3) or f"With yours that spread is {spread:.3g}."


def _extremes(f):
    log_var = np.array([[20.0, -20.0, 0.0]])
    return near_each(f(MEAN[:1], log_var, EPSILON[:1]), MEAN[:1] + std(log_var) * EPSILON[:1]) or "There yours is off."


TASKS = (
    Task(
        reference=distributions.reparameterize,
        lesson=7,
        fixture=(MEAN, LOG_VAR, EPSILON),
        axes={5: "examples", 3: "latents", 11: "samples"},
        by_hand=(
            Claim(
                "At mean 1, log_var ln 4 and epsilon 3 the draw is 7.",
                _by_hand,
                "A variance of 4 is a standard deviation of 2, and three of those above 1 is 7.",
            ),
        ),
        properties=(
            Claim(
                "Without noise the draw is the mean.", _no_noise, "Set epsilon to 0 in your expression: what is left?"
            ),
            Claim(
                "Twice the noise lands twice as far from the mean.", _affine, "epsilon enters once, to the first power."
            ),
            Claim(
                "The spread of (z - mean) / exp(log_var / 2) is 1.",
                _spread_is_one,
                "log_var is the log of the variance. What do you have to do with it to get the standard deviation?",
            ),
        ),
        extremes=(
            Claim("At log_var ±20 it is finite and right.", _extremes, "One exponential of half of log_var is enough."),
        ),
        also=(
            Case(
                "with 11 noises for each example: epsilon (11, 5, 3)",
                (MEAN, LOG_VAR, _rng.normal(size=(11, 5, 3))),
                hint="A loop by `zip` stops with the shortest; `+` and `*` repeat the smaller array by themselves.",
            ),
            Case("with one example alone", (MEAN[:1], LOG_VAR[:1], EPSILON[:1])),
        ),
        differentiate=(0, 1, 2),
        summands=(
            Summand("mean", lambda m, v, e: m, 1),
            Summand("standard deviation · epsilon", lambda m, v, e: std(v) * e, 1),
            Summand("epsilon alone", lambda m, v, e: e, 0),
            Summand("log_var · epsilon", lambda m, v, e: v * e, 0),
            Summand("variance · epsilon", lambda m, v, e: std(v) ** 2 * e, 0),
            Summand("mean · epsilon", lambda m, v, e: m * e, 0),
            Summand("standard deviation alone", lambda m, v, e: std(v), 0),
            Summand("log_var alone", lambda m, v, e: v, 0),
        ),
        fit_on=(_rng.normal(size=(53, 3)), _rng.normal(size=(53, 3)), _rng.normal(size=(53, 3))),
        lesson_size=lambda: (np.ones((200, 20)), np.zeros((200, 20)), np.ones((200, 20))),
        hints=(
            "epsilon is a draw with mean 0 and spread 1. What two things do you do to a number of that kind to give"
            " it another spread, and another mean?",
            "z = mean + std · epsilon, and std is the root of the variance: √exp(log_var), in one exponential.",
            "A skeleton:\n\n    return mean + np.exp(…) * epsilon",
        ),
        why="Shifting and stretching a standard normal number gives any other. The randomness is in epsilon,"
        " which has no parameters; what is left is an ordinary function of mean and log_var, and has a gradient.",
        mistakes=MISTAKES,
    ),
)
