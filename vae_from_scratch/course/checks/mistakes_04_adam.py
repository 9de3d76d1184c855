"""Lesson 4: wrong ways to write Adam's step, and what to say to each. `variant` is the right step but for one part."""

import numpy as np

from vae_from_scratch.course.checks import Mistake


def _moments(m, v, grad, beta1, beta2):
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


def _corrected(m, v, steps, beta1, beta2):
    return m / (1 - beta1**steps), v / (1 - beta2**steps)


def _move(m_hat, v_hat, learning_rate, eps, grad):
    return -learning_rate * m_hat / (np.sqrt(v_hat) + eps)


def _state(old, new, corrected):
    return new


def variant(moments=_moments, corrected=_corrected, move=_move, state=_state, count=1):
    """Adam with one of its parts replaced; `count` is what is added to the steps before they are used."""

    def adam_step(param, grad, old, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = moments(*old[:2], grad, beta1, beta2)
        hats = corrected(m, v, old[2] + count, beta1, beta2)
        new = state(old, (m, v, old[2] + 1), (*hats, old[2] + 1))
        return param + move(*hats, learning_rate, eps, grad), new

    return adam_step


def _returns_the_step(param, *args):
    after, state = variant()(param, *args)
    return param - after, state


def _constants_wired_in(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return variant()(param, grad, state, learning_rate)


MISTAKES = (
    Mistake(
        "adam-without-bias-correction",
        variant(corrected=lambda m, v, steps, beta1, beta2: (m, v)),
        "The moments and the step are right, but the moments are used as they are. They began at zero and are too small"
        " for a while, v far longer than m: the first step is (1 - 0.9) / √(1 - 0.999) = 3.162 times too large."
        " By what share of its final size has m grown after t steps of a constant gradient?",
    ),
    Mistake(
        "adam-only-m-corrected",
        variant(corrected=lambda m, v, steps, beta1, beta2: (m / (1 - beta1**steps), v)),
        "Only m is corrected for its beginning at zero, v is not. v is the slower of the two: the first step is"
        " 1 / √(1 - 0.999), about 32, times too large.",
    ),
    Mistake(
        "adam-only-v-corrected",
        variant(corrected=lambda m, v, steps, beta1, beta2: (m, v / (1 - beta2**steps))),
        "Only v is corrected for its beginning at zero, m is not: the first steps are too small, the very first a tenth"
        " of what it should be.",
    ),
    Mistake(
        "adam-counts-from-zero",
        variant(count=0),
        "The correction uses the number of steps *before* this one. At the first step that is 0, and `1 - beta**0` is"
        " 0: a division by zero. Count this step first.",
        also=(variant(count=0, state=lambda old, new, corrected: (*new[:2], old[2])),),
    ),
    Mistake(
        "adam-multiplies-the-correction",
        variant(corrected=lambda m, v, steps, beta1, beta2: (m * (1 - beta1**steps), v * (1 - beta2**steps))),
        "The corrections are there, upside down: the moments are too small, so they are *divided* by"
        " `1 - beta**steps`.",
    ),
    Mistake(
        "adam-correction-without-power",
        variant(corrected=lambda m, v, steps, beta1, beta2: (m / (1 - beta1), v / (1 - beta2))),
        "At every step the correction is that of the first. It should fade: the power of beta is the number of steps.",
    ),
    Mistake(
        "adam-correction-by-a-product",
        variant(corrected=lambda m, v, steps, beta1, beta2: (m / (1 - beta1 * steps), v / (1 - beta2 * steps))),
        "The correction divides by 1 - beta · steps, which is negative from the second step on. Each step multiplies"
        " what is still missing by beta: after t of them that is beta to the power of t.",
    ),
    Mistake(
        "adam-root-before-the-correction",
        variant(
            corrected=lambda m, v, steps, beta1, beta2: (m / (1 - beta1**steps), v / (1 - beta2**steps) ** 2),
        ),
        "Both corrections are there, but v's is divided by after the root. v is corrected first, then the root is"
        " taken.",
    ),
    Mistake(
        "adam-keeps-the-corrected-moments",
        variant(state=lambda old, new, corrected: corrected),
        "The new parameter is right, but the state holds the corrected moments. The recurrence goes on from the raw"
        " ones: otherwise they are corrected again at every step. Give the corrected ones a name of their own.",
    ),
    Mistake(
        "adam-keeps-the-old-state",
        variant(state=lambda old, new, corrected: old),
        "The new parameter is right, but the state that is returned is the one that came in: nothing is remembered.",
    ),
    Mistake(
        "adam-does-not-count",
        variant(state=lambda old, new, corrected: (*new[:2], old[2])),
        "Parameter and moments are right, but the number of steps in the state has not grown, so that every step"
        " is corrected as if it were the same one.",
    ),
    Mistake(
        "adam-uphill",
        variant(move=lambda m, v, rate, eps, grad: rate * m / (np.sqrt(v) + eps)),
        "All is right but the direction: the step goes with the gradient, uphill.",
    ),
    Mistake(
        "adam-without-root",
        variant(move=lambda m, v, rate, eps, grad: -rate * m / (v + eps)),
        "The root is missing: v holds *squares* of gradients, and m divided by them has the wrong unit. Gradients ten"
        " times as large should give the same step.",
    ),
    Mistake(
        "adam-eps-inside-the-root",
        variant(move=lambda m, v, rate, eps, grad: -rate * m / np.sqrt(v + eps)),
        "Nearly: eps stands inside the root, where it acts as √eps = 0.0001. It belongs outside, added to the root,"
        " where it matters only if gradients are tiny.",
    ),
    Mistake(
        "adam-without-eps",
        variant(move=lambda m, v, rate, eps, grad: -rate * m / np.sqrt(v)),
        "Without eps a gradient that has always been zero gives 0 / 0. Pixels that are never lit have such gradients:"
        " add eps to the root.",
    ),
    Mistake(
        "adam-gradient-for-m",
        variant(move=lambda m, v, rate, eps, grad: -rate * grad / (np.sqrt(v) + eps)),
        "The step follows today's gradient, and m, its running average, is kept in vain. Step along the corrected m.",
    ),
    Mistake(
        "adam-betas-exchanged",
        variant(moments=lambda m, v, g, beta1, beta2: _moments(m, v, g, beta2, beta1)),
        "The two betas have changed places in the recurrences: beta1 belongs to m, beta2 to v.",
        also=(
            variant(
                moments=lambda m, v, g, beta1, beta2: _moments(m, v, g, beta2, beta1),
                corrected=lambda m, v, steps, beta1, beta2: _corrected(m, v, steps, beta2, beta1),
            ),
        ),
    ),
    Mistake(
        "adam-shares-exchanged",
        variant(moments=lambda m, v, g, beta1, beta2: _moments(m, v, g, 1 - beta1, 1 - beta2)),
        "The shares have changed places: most of the *old* moment is kept, beta of it, and 1 - beta of the new gradient"
        " comes in.",
    ),
    Mistake(
        "adam-new-share-missing",
        variant(moments=lambda m, v, g, beta1, beta2: (beta1 * m + g, beta2 * v + g**2)),
        "The new gradient comes in whole. In a running average the shares add up to 1: beta of the old, 1 - beta of the"
        " new.",
        also=(variant(moments=lambda m, v, g, beta1, beta2: (beta1 * m + g, beta2 * v + (1 - beta2) * g**2)),),
    ),
    Mistake(
        "adam-v-not-squared",
        variant(moments=lambda m, v, g, beta1, beta2: (beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g)),
        "Your v averages the gradients themselves. It should average their squares: only then is its root a size.",
    ),
    Mistake(
        "adam-v-squares-m",
        variant(
            moments=lambda m, v, g, beta1, beta2: (
                beta1 * m + (1 - beta1) * g,
                beta2 * v + (1 - beta2) * (beta1 * m + (1 - beta1) * g) ** 2,
            )
        ),
        "Your v averages the squares of m. It should average the squares of the gradients, of which m is the mean.",
    ),
    Mistake(
        "adam-rate-forgotten",
        variant(move=lambda m, v, rate, eps, grad: -m / (np.sqrt(v) + eps)),
        "The direction is right, but `learning_rate` has been left out.",
    ),
    Mistake(
        "adam-returns-the-step",
        _returns_the_step,
        "That is the step itself. What is returned first is the parameter after the step.",
        also=(lambda param, *args: (lambda after, state: (after - param, state))(*variant()(param, *args)),),
    ),
    Mistake(
        "adam-constants-wired-in",
        _constants_wired_in,
        "With the usual constants it is right. But beta1, beta2 and eps are arguments, and yours does not listen to"
        " them.",
    ),
)  # fmt: skip
