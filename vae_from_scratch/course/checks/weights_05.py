"""Lesson 5: importance sampling and its effective sample size. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import evaluation
from vae_from_scratch.course.checks import Case, Claim, Task, gives, near
from vae_from_scratch.course.checks.mistakes_05_weights import (
    EFFECTIVE,
    IMPORTANCE,
    LOG_JOINT,
    LOG_PROPOSAL,
    LOG_WEIGHTS,
)

_OWN = "What is taken out before `exp` must be each example's own."
_APART = LOG_WEIGHTS + np.array([0.0, -900.0, 900.0, 0.0, -2000.0])  # examples of very different cost
_FAR = LOG_WEIGHTS + 1000.0 * np.arange(-10, 1)[:, None]  # and draws, the last near 0


# ---- claims of the estimate ----------------------------------------------------------------------


def _one_draw(f):
    return gives(f(np.array([[-3.0]]), np.array([[-1.0]])), [-2.0])


def _two_weights(f):
    return gives(f(np.log([[1.0], [3.0]]), np.zeros((2, 1))), [np.log(2.0)])


def _from_the_posterior(f):
    log_px = np.array([-2.0, -150.0, -7.0, -300.0, -1.0])
    return gives(f(LOG_PROPOSAL + log_px, LOG_PROPOSAL), log_px)


def _twice_the_draws(f):
    twice = (np.concatenate([a, a]) for a in (LOG_JOINT, LOG_PROPOSAL))
    return near(f(*twice), f(LOG_JOINT, LOG_PROPOSAL)) or "With yours the estimate moves."


def _cheap_and_costly(f):
    got = f(LOG_JOINT - 5000.0, LOG_PROPOSAL)
    return near(got, f(LOG_JOINT, LOG_PROPOSAL) - 5000.0) or "There yours is off, or infinite."


# ---- claims of the effective sample size ---------------------------------------------------------


def _all_equal(f):
    return gives(f(np.full((11, 5), -0.3)), np.full(5, 11.0))


def _one_outweighs(f):
    return gives(f(np.array([[0.0], [-60.0], [-60.0]])), [1.0])


def _half_idle(f):
    return gives(f(np.array([[0.0], [0.0], [-60.0], [-60.0]])), [2.0])


def _three_to_one(f):
    return gives(f(np.log([[1.0], [3.0]])), [1.6])


def _in_bounds(f):
    got = f(LOG_WEIGHTS)
    return bool(np.all((got >= 1) & (got <= 11))) or f"Of 11 draws, yours says that {float(np.max(got)):.4g} work."


def _factor(f):
    return near(f(LOG_WEIGHTS + 3.0), f(LOG_WEIGHTS)) or "With yours the number becomes another."


TASKS = (
    Task(
        reference=evaluation.importance_log_prob,
        lesson=5,
        fixture=(LOG_JOINT, LOG_PROPOSAL),
        axes={11: "draws", 5: "examples"},
        by_hand=(
            Claim(
                "One draw with log joint −3 and log-density −1 says −2.",
                _one_draw,
                "Its weight is p(x, z) over the proposal's density there. What is the logarithm of a ratio?",
            ),
            Claim(
                "Two weights, 1 and 3, say log 2.",
                _two_weights,
                "Their mean is 2. First the mean, then the logarithm.",
            ),
        ),
        properties=(
            Claim(
                "Draws of the posterior itself give log p(x), whatever they are.",
                _from_the_posterior,
                "There p(x, z) / p(z | x) is p(x) for every z: all weights are equal, and so is their mean.",
            ),
            Claim(
                "The same draws twice over change nothing.",
                _twice_the_draws,
                "A mean does not grow with the number of draws; a sum does.",
            ),
        ),
        extremes=(
            Claim(
                "Where every weight underflows it is finite.",
                _cheap_and_costly,
                "You wrote a function that takes the largest out before `exp`: 5.1.",
            ),
        ),
        also=(
            Case("with one example alone", (LOG_JOINT[:, :1], LOG_PROPOSAL[:, :1])),
            Case("with examples that lie thousands of nats apart", (_APART, LOG_PROPOSAL), hint=_OWN),
            Case(
                "with draws that lie thousands of nats apart",
                (_FAR, LOG_PROPOSAL),
                hint="After the subtraction no exponent may be above 0: which of the log weights sees to that?",
            ),
        ),
        differentiate=(0, 1),
        lesson_size=lambda: (np.zeros((1000, 1000)), np.ones((1000, 1000))),
        hints=(
            "p(x) is the average, over draws of the proposal, of one number for each draw. Which number, and what is"
            " its logarithm?",
            "log weight = log_joint − log_proposal, (K, N). p(x) is the mean of the weights over the K draws; the"
            " logarithm of a mean of exponentials is a function you have.",
            "A skeleton:\n\n    return log_mean_exp(… - …, axis=0)",
        ),
        why="Dividing by the proposal's density undoes that it draws there more often than elsewhere. The mean of the"
        " weights is p(x); its logarithm, from logarithms, is log-mean-exp.",
        mistakes=IMPORTANCE,
    ),
    Task(
        reference=evaluation.effective_sample_size,
        lesson=5,
        fixture=(LOG_WEIGHTS,),
        axes={11: "draws", 5: "examples"},
        by_hand=(
            Claim(
                "Eleven equal weights count as eleven.",
                _all_equal,
                "With all weights w it is (11 w)² / (11 w²). Sum first and square on top; square first below.",
            ),
            Claim(
                "One weight beside others of e⁻⁶⁰ counts as one.",
                _one_outweighs,
                "The weights are the exponentials of what you are given.",
            ),
            Claim(
                "Two equal weights and two idle ones count as two.",
                _half_idle,
                "Sum 2, squared 4; the squares sum to 2.",
            ),
            Claim(
                "Weights of 1 and 3 count as 1.6.",
                _three_to_one,
                "Their sum is 4, their squares 1 and 9. Which square is of the sum, and which sum of squares?",
            ),
        ),
        properties=(
            Claim(
                "It lies between 1 and the number of draws.",
                _in_bounds,
                "Is the square of the sum on top, and the sum of the squares below?",
            ),
            Claim(
                "A factor common to all weights changes nothing.",
                _factor,
                "It cancels, if both halves of the fraction hold it squared.",
            ),
        ),
        also=(
            Case("with one example alone", (LOG_WEIGHTS[:, :1],)),
            Case("with log weights of −1000", (LOG_WEIGHTS - 1000.0,)),
            Case("with log weights of +1000", (LOG_WEIGHTS + 1000.0,)),
            Case("with examples that lie thousands of nats apart", (_APART,), hint=_OWN),
            Case(
                "with draws that lie thousands of nats apart",
                (_FAR,),
                hint="After the subtraction no exponent may be above 0: which of the log weights sees to that?",
            ),
        ),
        lesson_size=lambda: (np.zeros((1000, 1000)),),
        hints=(
            "If half of the draws had weight 0 and the others weight 1, how many would work? Which combination of the"
            " sum and of the sum of squares gives that?",
            "(sum of the weights)² / sum of the squared weights, over the draws, axis 0. A common factor cancels: take"
            " each example's largest log weight out before `exp`.",
            "A skeleton:\n\n    weights = np.exp(log_weights - np.max(log_weights, axis=…))\n"
            "    return np.sum(…, axis=0) ** 2 / np.sum(…, axis=0)",
        ),
        why="For K equal weights w it is (K w)² / (K w²) = K, and a weight near 0 adds nothing to either sum. In"
        " between it says how many equal draws would give as small a standard error.",
        mistakes=EFFECTIVE,
    ),
)
