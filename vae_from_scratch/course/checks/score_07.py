"""Lesson 7: the score function gradient. Claims that are true of it, and hints."""

import numpy as np
from numpy.polynomial.hermite_e import hermegauss

from vae_from_scratch import evaluation
from vae_from_scratch.course.checks import Case, Claim, Task, each_shown, near, wrong_number
from vae_from_scratch.course.checks.mistakes_07_score import F_VALUES, LOG_VAR, MEAN, MISTAKES, Z

_rng = np.random.default_rng(72)
_NODES, _WEIGHTS = hermegauss(20)
_WEIGHTS = _WEIGHTS / np.sum(_WEIGHTS)  # means of polynomials under N(0, 1), exactly

# ---- claims ------------------------------------------------------------------------------------


def _by_hand(f):
    mean, log_var = f(np.array([2.0]), np.array([[5.0]]), np.array([1.0]), np.array([np.log(4.0)]))
    if not near(mean, [[2.0]]):
        return f"Yours gives {wrong_number(mean, [[2.0]])} for the mean."
    return (
        near(log_var, [[3.0]]) or f"For the mean yours is right; for log_var it gives {wrong_number(log_var, [[3.0]])}."
    )


def _twice_the_value(f):
    once, twice = f(F_VALUES, Z, MEAN, LOG_VAR), f(2 * F_VALUES, Z, MEAN, LOG_VAR)
    return all(near(b, 2 * a) for a, b in zip(once, twice, strict=True)) or "With yours it is not."


def _constant(f):
    means = _averages(f, lambda z: np.ones(len(z)))
    return bool(np.allclose(means, 0.0, atol=1e-6)) or f"With yours the averages are {_both(means, [0.0, 0.0])}."


def _square(f):
    means = _averages(f, lambda z: z[:, 0] ** 2)
    return near(means, [3.0, 4.0]) or f"With yours the averages are {_both(means, [3.0, 4.0])}."


def _averages(f, function):
    """Mean estimates at mean 1.5 and variance 4, by quadrature instead of draws."""
    z = 1.5 + 2.0 * _NODES[:, None]
    parts = f(function(z), z, np.array([1.5]), np.array([np.log(4.0)]))
    return [float(_WEIGHTS @ np.ravel(part)) for part in parts]


def _extremes(f):
    log_var = np.array([20.0, -20.0])
    z = np.exp(log_var / 2) * np.array([[0.5, 2.0]])
    mean, spread = f(np.ones(1), z, np.zeros(2), log_var)
    right = near(mean, [0.5, 2.0] / np.exp(log_var / 2)[None]) and near(spread, [[-0.375, 1.5]])
    return right or "There yours is off, or not finite."


def _both(means, want):
    return " and ".join(each_shown(np.round(means, 9) + 0.0, want))  # 0, and not -0 or 1e-17


TASKS = (
    Task(
        reference=evaluation.score_function_gradient,
        lesson=7,
        fixture=(F_VALUES, Z, MEAN, LOG_VAR),
        axes={11: "draws", 3: "latents", 5: "examples"},
        parts=("the gradient of mean", "the gradient of log_var"),
        by_hand=(
            Claim(
                "f = 2 at z = 5, with mean 1 and variance 4, gives 2 for mean and 3 for log_var.",
                _by_hand,
                "log q = -½ log_var - ½ (z - mean)² / variance and a constant. Its slope in the mean is 4 / 4 there,"
                " in log_var (16 / 4 - 1) / 2.",
            ),
        ),
        properties=(
            Claim("Twice the f gives twice the estimate.", _twice_the_value, "f enters once, as a factor."),
            Claim(
                "Where f is constant the estimates average to zero, for mean and for log_var.",
                _constant,
                "A density integrates to 1 whatever its sliders say, so a constant has no slope. Is one of the two"
                " terms of log q forgotten?",
            ),
            Claim(
                "For f(z) = z² at mean 1.5 and variance 4 they average to 2 · 1.5 = 3 and to 4.",
                _square,
                "The mean of z² is mean² + exp(log_var): its slopes are 2 mean and exp(log_var).",
            ),
        ),
        extremes=(
            Claim(
                "At log_var ±20 it is finite and right.", _extremes, "Measure z - mean in standard deviations first."
            ),
        ),
        also=(
            Case(
                "with 5 examples, each with sliders of its own: f (11, 5), z (11, 5, 3), mean (5, 3)",
                (_rng.normal(size=(11, 5)), _rng.normal(size=(11, 5, 3)), *_rng.normal(size=(2, 5, 3))),
                hint="f has one axis less than z, and the latents are last: `f_values[..., None]`.",
            ),
            Case("with one draw alone", (F_VALUES[:1], Z[:1], MEAN, LOG_VAR)),
        ),
        lesson_size=lambda: (np.ones(10_000), np.ones((10_000, 16)), np.zeros(16), np.zeros(16)),
        hints=(
            "Write log q(z) for one latent, and differentiate it by the mean; then by log_var, which stands in two"
            " places. What weight does each draw's slope get?",
            "f · (z - mean) / exp(log_var), and f · ½ ((z - mean)² / exp(log_var) - 1). f is (K,), the rest (K, L):"
            " `f_values[..., None]` gives f an axis of size 1 for the latents.",
            "A skeleton:\n\n    f_values = f_values[..., None]\n"
            "    epsilon = (z - mean) / np.exp(…)\n"
            "    return f_values * … / np.exp(…), f_values * (… - 1) / 2",
        ),
        why="∇q = q ∇log q turns the slope of a mean into a mean of f times the score, which draws can estimate. The"
        " score says which way makes this draw more probable; f says how much that is worth.",
        mistakes=MISTAKES,
    ),
)
