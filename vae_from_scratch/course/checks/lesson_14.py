"""Lesson 14: the continuous Bernoulli, and gray levels spread for a density: claims that are true of them, hints."""

import numpy as np

from vae_from_scratch import data, distributions
from vae_from_scratch.course.checks import Case, Claim, Summand, Task, each_shown, furthest, near, shown, wrong_number
from vae_from_scratch.course.checks.mistakes_14 import CONTINUOUS, LOGITS, X
from vae_from_scratch.course.checks.mistakes_14_levels import LEVELS, SPREAD, UNIFORMS

_rng = np.random.default_rng(1414)
_SMALL = np.array([[1e-9, -1e-7, 1e-5, -1e-4, 3e-3, -2e-2, 0.0]])

# ---- claims about the density --------------------------------------------------------------------


def _flat(f):
    got = f(np.array([[0.1, 0.5, 0.9]]), np.zeros((1, 3)))
    if not np.all(np.isfinite(got)):
        return "With logits of exactly 0 yours is not a number."
    return bool(abs(got[0]) < 1e-4) or f"Yours gives {wrong_number(got, [0.0])} for three pixels."


def _by_hand(f):
    got, want = np.exp(f(np.array([[1.0]]), np.array([[np.log(3.0)]]))), [3 * np.log(3) / 2]
    return near(got, want) or f"With yours the density there is {wrong_number(got, want)}."


def _area(f):
    x = (np.arange(2000)[:, None] + 0.5) / 2000
    for logit in (-3.0, 0.7, 2.0):
        area = float(np.mean(np.exp(f(x, np.full((2000, 1), logit)))))
        if not abs(area - 1) < 1e-4:
            return f"With yours the area is {shown(area, 1.0)} at logit {logit:.2g}."
    return True


def _mirror(f):
    return near(f(X, LOGITS), f(1 - X, -LOGITS)) or "With yours the two differ."


def _far(f):
    x, logits = np.array([0.0, 1.0, 0.0, 1.0]), np.array([-1000.0, 1000.0, 1000.0, -1000.0])
    got, want = f(x[:, None], logits[:, None]), np.log(1000) - np.array([0, 0, 1000, 1000])
    if not np.all(np.isfinite(got)):
        return "There yours is infinite or not a number."
    if near(got, want):
        return True
    (i,) = furthest(got, want)
    return f"Yours gives {shown(got[i], want[i])} for x = {x[i]:.0f} at logit {logits[i]:.0f}."


def _single_precision(f):
    x, logits = np.full((7, 1), 0.3, np.float32), _SMALL.T.astype(np.float32)
    off = float(np.max(np.abs(f(x, logits) - (0.3 - 0.5) * _SMALL[0])))
    return bool(off < 1e-3) or f"Yours is off by up to {off:.2g}."


_CONTINUOUS = Task(
    reference=distributions.continuous_bernoulli_log_prob,
    lesson=14,
    fixture=(X, LOGITS),
    axes={5: "images", 7: "pixels", 11: "samples"},
    by_hand=(
        Claim(
            "At logit ln 3 the density of x = 1 is 3 ln 3 / 2.",
            _by_hand,
            "exp(x · l) is 3 there. By hand: what is the area under exp(x ln 3) from 0 to 1?",
        ),
    ),
    properties=(
        Claim(
            "The area under its exponential, from 0 to 1, is 1.",
            _area,
            "The density is exp(x · l) over an area. Integrate exp(x · l) from 0 to 1.",
        ),
        Claim(
            "The negative image under negative logits is as likely as the image.",
            _mirror,
            "Put 1 - x for x and -l for l into exp(x · l) over its area: what changes?",
        ),
    ),
    extremes=(
        Claim(
            "At logit 0 the density is flat: log-density 0 everywhere.",
            _flat,
            "At l = 0 the area is 1, but the formula for it says 0/0. Keep |l| at 1e-3 or more: that hardly"
            " shows; a larger floor does.",
        ),
        Claim(
            "At logits of ±1000 it is finite.",
            _far,
            "exp(1000) is infinite. Take exp(l) out of the area when l is positive: what is left is"
            " (1 - exp(-|l|)) / |l|, whatever the sign.",
        ),
        Claim(
            "In float32, at logits near 0, it is right to three digits.",
            _single_precision,
            "In float32 exp(l) - 1 is all rounding near 0; `np.expm1(l)` is not. And l in a denominator wants a floor.",
        ),
    ),
    also=(
        Case("at logits of ±900", (np.array([[0.3, 0.6, 0.1]]), np.array([[0.5, 900.0, -900.0]]))),
        Case(
            "with 11 samples of the logits: (11, 5, 7) beside x (5, 7)",
            (X, _rng.choice([-1, 1], (11, 5, 7)) * _rng.uniform(0.5, 3, (11, 5, 7))),
            hint="The pixels are the last axis, `axis=-1`, however many axes there are.",
        ),
        Case("with one image alone", (X[:1], LOGITS[:1])),
    ),
    differentiate=(1,),
    summands=(
        Summand("x · logit", lambda x, v: np.sum(x * v, -1), 1),
        Summand("log of the area", lambda x, v: np.sum(np.log(np.expm1(v) / v), -1), -1),
        Summand("log(1 + exp(logit))", lambda x, v: np.sum(np.logaddexp(0, v), -1), 0),
        Summand("logit alone", lambda x, v: np.sum(v, -1), 0),
        Summand("log |logit|", lambda x, v: np.sum(np.log(np.abs(v)), -1), 0),
        Summand("x alone", lambda x, v: np.sum(x, -1), 0),
        Summand("1, once for each pixel,", lambda x, v: np.full(len(v), 7.0), 0),
    ),
    fit_on=(_rng.random((53, 7)), _rng.normal(size=(53, 7)) * 1.5),
    lesson_size=lambda: (np.full((100, 784), 0.5), np.full((100, 784), 0.1)),
    hints=(
        "Any x between 0 and 1 may happen now, and likelier x are those with a large x · l: let the density be"
        " exp(x · l) over a number that makes its area 1. Which number?",
        "The area of exp(x · l) from 0 to 1 is (exp(l) - 1) / l. For l > 0 that is exp(l) · (1 - exp(-l)) / l, for"
        " l < 0 it is (1 - exp(l)) / |l|: with s = |l|, in one line, log area = max(l, 0) + log(-expm1(-s) / s).",
        "A skeleton:\n\n    size = np.maximum(np.abs(logits), 1e-3)\n"
        "    log_area = (logits + size) / 2 + np.log(… / size)\n    return np.sum(… - log_area, axis=-1)",
    ),
    why="exp(x · l) divided by its area (exp(l) - 1) / l. With s = |l| the area is exp(max(l, 0)) · (1 - exp(-s)) / s,"
    " which neither overflows nor, with s held at 1e-3, divides by 0; (l + s) / 2 is max(l, 0), but smooth enough to be"
    " right within 4e-8 at l = 0.",
    mistakes=CONTINUOUS,
)

# ---- claims about the levels ---------------------------------------------------------------------


def _a_level(f):
    got = f(np.array([[100 / 255, 100 / 255]]), np.array([[0.0, 0.5]]))
    want = [[100 / 256, 100.5 / 256]]
    low, middle = each_shown(got, want)
    return near(got, want) or f"With yours it becomes {low} at 0 and {middle} at ½."


def _inside(f):
    got = f(np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[0.0, 0.999, 0.0, 0.999]]))
    return bool(np.min(got) >= 0 and np.max(got) <= 1) or f"Yours runs from {np.min(got):.4g} to {np.max(got):.4g}."


def _apart(f):
    ends = f(np.array([[7 / 255, 8 / 255]]), np.array([[0.999999, 0.0]]))
    gap = float(ends[0, 1] - ends[0, 0])
    return bool(abs(gap) < 1e-6) or f"With yours {abs(gap):.2g} lies {'between' if gap > 0 else 'under both of'} them."


def _read_back(f):
    got = np.floor(256 * f(LEVELS, UNIFORMS))
    return near(got, np.round(255 * LEVELS)) or "With yours some level cannot be read back."


_SPREAD = Task(
    reference=data.to_likelihood_range,
    lesson=14,
    fixture=(LEVELS, UNIFORMS),
    axes={5: "images", 7: "pixels"},
    by_hand=(
        Claim(
            "Level 100 begins at 100/256, and with the uniform ½ lies at 100.5/256.",
            _a_level,
            "x = 100/255. How do you get the level back from x, where does the uniform come in, and what is the width"
            " of one of 256 levels?",
        ),
    ),
    properties=(
        Claim("All of it lies in [0, 1].", _inside, "256 levels share an interval of length 1. Where does 255 begin?"),
        Claim("Each level ends where the next one begins.", _apart, "Level k goes from k/256 to (k + 1)/256."),
        Claim(
            "The level can be read back: it is the whole part of 256 times the pixel.",
            _read_back,
            "Nothing of the picture may be lost: the noise is never wider than a level.",
        ),
    ),
    also=(
        Case("with one image alone", (LEVELS[:1], UNIFORMS[:1])),
        Case("with images of 28 by 28 pixels", (_rng.integers(0, 256, (2, 28, 28)) / 255, _rng.random((2, 28, 28)))),
    ),
    lesson_size=lambda: (np.full((100, 784), 0.2, np.float32), np.full((100, 784), 0.5, np.float32)),
    hints=(
        "x is k/255 for one of 256 levels k. Cut [0, 1] into 256 pieces of equal width: which piece is level k's, and"
        " what does a uniform number do inside of it?",
        "Level k owns the piece from k/256 to (k + 1)/256. And k is 255 · x.",
        "A skeleton:\n\n    return (… * x + …) / 256",
    ),
    why="255 · x is the level, a whole number from 0 to 255; plus a uniform it lies anywhere between that and the next;"
    " and 256 such pieces of width 1 fill 0 to 256. Rounded down, 256 times the pixel gives the level back: nothing is"
    " lost.",
    mistakes=SPREAD,
)

TASKS = (_CONTINUOUS, _SPREAD)
