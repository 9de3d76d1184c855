"""Lesson 14: wrong ways to write the continuous Bernoulli, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(14)
X, LOGITS = _rng.uniform(0.03, 0.97, (5, 7)), _rng.normal(size=(5, 7)) * 2 + 0.3


def area(v):
    """The integral of exp(x * v) over [0, 1], for logits off 0."""
    return (np.exp(v) - 1) / v


def pixels(x, v):
    return x * v - np.log(area(v))


def bernoulli(x, v):
    return x * v - np.logaddexp(0, v)


def _sigmoid(v):
    return 1 / (1 + np.exp(-v))


def _log_c(v):
    """The constant beside p^x (1-p)^(1-x): log of 2 atanh(1 - 2p) / (1 - 2p)."""
    p = _sigmoid(v)
    return np.log(2 * np.arctanh(1 - 2 * p) / (1 - 2 * p))


def _by_size(area_of, floor=1e-3, shift=0.0):
    """x · l less the area's log as area_of(l, s) gives it, with s the size of l, kept at `floor` or more."""

    def wrong(x, v):
        return np.sum(x * v - area_of(v, np.maximum(np.abs(v) + shift, floor)), -1)

    return wrong


def _right_area(v, s):
    return (v + s) / 2 + np.log(-np.expm1(-s) / s)


CONTINUOUS = (
    Mistake(
        "continuous-without-its-constant",
        lambda x, v: np.sum(bernoulli(x, v), -1),
        "That is the Bernoulli formula, put to use on gray pixels. Every gray there is between 0 and 1 has a density"
        " now, and their area must be 1; under yours it is less. Which number does exp(x · l) have to be divided by?",
        also=(lambda x, v: np.sum(x * np.log(_sigmoid(v)) + (1 - x) * np.log(1 - _sigmoid(v)), -1),),
    ),
    Mistake(
        "continuous-sign",
        lambda x, v: -np.sum(pixels(x, v), -1),
        "Every number is right but for its sign: yours is a cost. Wanted is the log-density itself, which is large"
        " where x is likely.",
    ),
    Mistake(
        "continuous-area-missing",
        lambda x, v: np.sum(x * v, -1),
        "The term x · logit is right, and alone: its exponential has some area over [0, 1], which must be divided out.",
    ),
    Mistake(
        "continuous-area-sign",
        lambda x, v: np.sum(x * v + np.log(area(v)), -1),
        "Both parts are there, but the log of the area enters with a plus: an area is divided out.",
    ),
    Mistake(
        "continuous-area-without-one-over-logit",
        lambda x, v: np.sum(x * v - np.log(np.abs(np.exp(v) - 1)), -1),
        "Nearly: an antiderivative of exp(x · l) in x is exp(x · l) / l. The division by the logit is missing.",
    ),
    Mistake(
        "continuous-area-from-zero-forgotten",
        lambda x, v: np.sum(x * v - np.log(np.exp(v) / np.abs(v)), -1),
        "The antiderivative at 1 is right; at 0 it is 1/l, not 0, and has to be taken off.",
    ),
    Mistake(
        "continuous-area-of-minus-the-logit",
        lambda x, v: np.sum(x * v - np.log(area(-v)), -1),
        "Both parts are there, but the area is that of exp(-x · l): in one of two places the logit has lost its sign.",
    ),
    Mistake(
        "continuous-sign-lost-with-the-size",
        lambda x, v: np.sum(x * v - np.log(area(np.abs(v))), -1),
        "The size of the logit is kept off 0, as it should be, but the sign has gone with it: for a negative logit the"
        " area is less than 1, and yours is always more. Where does exp(l) come out of the area, and for which sign?",
        also=(lambda x, v: np.sum(x * v - np.log(-np.expm1(-np.abs(v)) / np.abs(v)), -1),),
    ),
    Mistake(
        "continuous-part-of-the-area-turned-round",
        lambda x, v: np.sum(x * v - np.maximum(v, 0) + np.log(-np.expm1(-np.abs(v)) / np.abs(v)), -1),
        "Both parts of the area's log are right, but they must leave together: one of the two enters with a plus. Has"
        " the minus a parenthesis after it?",
        also=(lambda x, v: np.sum(x * v + np.maximum(v, 0) - np.log(-np.expm1(-np.abs(v)) / np.abs(v)), -1),),
    ),
    Mistake(
        "continuous-half-forgotten",
        _by_size(lambda v, s: v + s + np.log(-np.expm1(-s) / s)),
        "A half is missing: l + |l| is twice the greater of l and 0.",
    ),
    Mistake(
        "continuous-other-end",
        _by_size(lambda v, s: (v - s) / 2 + np.log(-np.expm1(-s) / s)),
        "(l - |l|)/2 is the lesser of l and 0. Taken out of the area is exp(l) where l is *positive*; where it is"
        " negative nothing overflows, and nothing is taken out.",
        also=(_by_size(lambda v, s: s + np.log(-np.expm1(-s) / s) - np.maximum(v, 0)),),
    ),
    Mistake(
        "continuous-grown-twice",
        _by_size(lambda v, s: (v + s) / 2 + np.log(np.expm1(s) / s)),
        "The area of exp(s) already holds what (l + |l|)/2 takes out, so it counts twice. What is left after that is"
        " small: 1 - exp(-s), with a minus in the exponent.",
    ),
    Mistake(
        "continuous-size-shifted",
        _by_size(_right_area, shift=1e-3),
        "Nearly: every |l| has grown by the small number, so every density is a little off, and over 784 pixels that"
        " adds up. `np.maximum` moves only those that are too near 0.",
        also=tuple(_by_size(_right_area, shift=shift) for shift in (0.1, 1e-2, 1e-4)),
    ),
    Mistake(
        "continuous-negative-logits-cut-off",
        lambda x, v: np.sum(x * v - np.log(area(np.maximum(v, 1e-3))), -1),
        "The logit itself is held at 1e-3 or more, so that all negative ones are treated as if they were 0. Hold its"
        " *size* there, |l|, and treat the sign apart.",
        also=(lambda x, v: np.sum(x * v - np.log(area(np.maximum(v, 1e-6))), -1),),
    ),
    Mistake(
        "continuous-constant-and-area",
        lambda x, v: np.sum(bernoulli(x, v) - np.log(area(v)), -1),
        "The area is right, but of exp(x · l) alone. Yours takes off log(1 + exp(l)), too, which belongs to a pixel"
        " that is only ever 0 or 1.",
    ),
    Mistake(
        "continuous-constant-sign",
        lambda x, v: np.sum(bernoulli(x, v) - _log_c(v), -1),
        "You begin from the Bernoulli formula and correct it by the constant of Loaiza-Ganem and Cunningham: right,"
        " but it is *added*. Their constant is one over an area.",
    ),
    Mistake(
        "continuous-of-probabilities",
        lambda x, v: np.sum(pixels(x, _sigmoid(v)), -1),
        "A sigmoid is taken first, and its result used as if it were the logit. What stands in exp(x · l) is the logit"
        " itself.",
    ),
    Mistake(
        "continuous-x-turned-round",
        lambda x, v: np.sum(pixels(1 - x, v), -1),
        "Paper and ink, x and 1 - x, have changed places, or the logit its sign: yours belongs to the negative image.",
    ),
    Mistake(
        "continuous-divided-by-zero",
        lambda x, v: np.sum(pixels(x, v), -1),
        "The formula is right, and at moderate logits so are the numbers. But at logit 0 it is 0/0, far away `exp`"
        " overflows, and in float32 exp(l) - 1 is all rounding near 0. Let |l| never be smaller than 1e-3, use"
        " `np.expm1`, and treat the sign of l apart.",
        also=(
            lambda x, v: np.sum(x * v - np.log(np.expm1(v) / v), -1),
            lambda x, v: np.sum(bernoulli(x, v) + _log_c(v), -1),
        ),
    ),
    Mistake(
        "continuous-small-number-inside",
        lambda x, v: np.sum(x * v - np.log((np.exp(v) - 1 + 1e-6) / (v + 1e-6)), -1),
        "A small number is added so that nothing divides by 0. For negative logits it does the opposite somewhere, and"
        " far away `exp` still overflows. Keep the *size* of the logit off 0 instead, and treat its sign apart.",
        also=tuple(
            lambda x, v, small=small, top=top: np.sum(x * v - np.log((np.exp(v) - 1 + top * small) / (v + small)), -1)
            for small in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
            for top in (0, 1)
        ),
    ),
    Mistake(
        "continuous-pixel-mean",
        lambda x, v: np.mean(pixels(x, v), -1),
        "The pixels are right, but averaged where they must be summed: densities of independent pixels multiply.",
        also=(lambda x, v: np.sum(pixels(x, v), -1) / 784,),
    ),
    Mistake(
        "continuous-kept-per-pixel",
        lambda x, v: pixels(x, v),
        "Every pixel is right, and not yet summed along the last axis.",
    ),
    Mistake(
        "continuous-sum-over-everything",
        lambda x, v: np.sum(pixels(x, v)),
        "The pixels are right, but all images are summed into one number. Each image keeps its own.",
        also=(lambda x, v: np.mean(np.sum(pixels(x, v), -1)), lambda x, v: np.mean(pixels(x, v))),
    ),
    Mistake(
        "continuous-sum-over-examples",
        lambda x, v: np.sum(pixels(x, v), 0),
        "The sum runs over the images. It is the pixels that are summed: the last axis.",
    ),
    Mistake(
        "continuous-density-without-log",
        lambda x, v: np.exp(np.sum(pixels(x, v), -1)),
        "This is the density itself; wanted is its logarithm. Of 784 pixels the product would leave any computer's"
        " range.",
    ),
    Mistake(
        "continuous-squared-error",
        lambda x, v: -np.sum((x - _sigmoid(v)) ** 2, -1),
        "This is a squared error. It measures a distance, but exp of it has no area of 1 over [0, 1].",
        also=(lambda x, v: -0.5 * np.sum((x - _sigmoid(v)) ** 2, -1),),
    ),
)
