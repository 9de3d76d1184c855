"""Lesson 1: the Bernoulli log-probability. Claims that are true of it, and the wrong ones that people write."""

from itertools import product

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.course.checks import Case, Claim, Mistake, Summand, Task, near

_rng = np.random.default_rng(1)
_X, _LOGITS = (_rng.random((5, 7)) < 0.4).astype(float), _rng.normal(size=(5, 7)) * 1.5 + 0.2
_FAR = (np.array([[1.0, 0.0, 1.0, 0.0]]), np.array([[1000.0, -1000.0, -1000.0, 1000.0]]))


def _sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def _pixels(x, logits):
    return x * logits - np.logaddexp(0, logits)


def _of_probs(x, probs, small=0.0):
    return np.sum(x * np.log(probs + small) + (1 - x) * np.log(1 - probs + small), axis=-1)


def _clipped(x, probs, small):
    return _of_probs(x, np.clip(probs, small, 1 - small))


_SMALL = (1e-8, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16)

# ---- claims -------------------------------------------------------------------------------------------------------------


def _zero_logits(f):
    got = f(np.array([[1.0, 0.0, 1.0]]), np.zeros((1, 3)))
    return near(got, [-3 * np.log(2)]) or f"Yours gives {float(np.ravel(got)[0]):.4g} for three pixels."


def _one_pixel(f):
    got = f(np.array([[1.0]]), np.array([[np.log(3.0)]]))
    return (
        near(got, [np.log(0.75)]) or f"With yours the probability comes out as {float(np.exp(np.ravel(got)[0])):.4g}."
    )


def _sums_to_one(f):
    images = np.array(list(product([0.0, 1.0], repeat=3)))
    total = float(np.sum(np.exp(f(images, np.tile([0.7, -1.2, 2.0], (8, 1))))))
    return bool(abs(total - 1) < 1e-5) or f"With yours they add up to {total:.4g}."


def _far(f):
    x, logits = np.array([[1.0, 0.0]]), np.array([[1000.0, -1000.0]])
    good, bad = f(x, logits), f(1 - x, logits)
    if not np.all(np.isfinite([good, bad])):
        return "There yours is infinite or not a number."
    return (
        bool(abs(good[0]) < 1e-6 and near(bad, [-2000.0]))
        or f"Yours says {float(bad[0]):.4g} where both pixels are wrong."
    )


def _single_precision(f):
    got = f(np.array([[0.0]], np.float32), np.array([[20.0]], np.float32))
    return near(got, [-20.0]) or f"Yours gives {float(np.ravel(got)[0]):.4g}."


def _gray(f):
    return near(f(np.array([[0.5]]), np.array([[2.0]])), [1.0 - np.logaddexp(0, 2.0)])


# ---- mistakes -----------------------------------------------------------------------------------------------------------


def _small_number_inside(f):
    """Any other small number in the logarithm: the cost of a wrong pixel stops growing somewhere between 4 and 60 nats."""
    got = float(f(np.array([[1.0]]), np.array([[-1000.0]]))[0])
    return -60 < got < -4 and near(f(_X, _LOGITS / 4), np.sum(_pixels(_X, _LOGITS / 4), -1))


_MISTAKES = (
    Mistake(
        "bernoulli-sign",
        lambda x, v: -np.sum(_pixels(x, v), -1),
        "Every number is right but for its sign: this is the cross-entropy, a cost. A log-probability is never above 0,"
        " since no probability is above 1.",
    ),
    Mistake(
        "bernoulli-pixel-mean",
        lambda x, v: np.mean(_pixels(x, v), -1),
        "The pixels are right, but averaged where they must be summed. Probabilities of independent pixels multiply, so their"
        " logarithms add; averaged, the picture counts 784 times too little against the KL.",
    ),
    Mistake(
        "bernoulli-sum-over-everything",
        lambda x, v: np.sum(_pixels(x, v)),
        "The pixels are right, but everything is summed into one number. Each image keeps its own log-probability: along which"
        " axis do the pixels lie?",
    ),
    Mistake(
        "bernoulli-mean-over-examples",
        lambda x, v: np.mean(np.sum(_pixels(x, v), -1)),
        "The pixels and their sum are right, but the images have been averaged into one number. Keep one per image: averaging"
        " happens once, in the loss.",
    ),
    Mistake(
        "bernoulli-mean-over-everything",
        lambda x, v: np.mean(_pixels(x, v)),
        "Pixels and images have been averaged into one number. Pixels are summed, and each image keeps its own.",
    ),
    Mistake(
        "bernoulli-sum-over-examples",
        lambda x, v: np.sum(_pixels(x, v), 0),
        "The sum runs over the images, and one number per pixel is left. It is the pixels that are summed: the last axis.",
        also=(lambda x, v: np.mean(_pixels(x, v), 0),),
    ),
    Mistake(
        "bernoulli-kept-per-pixel",
        lambda x, v: _pixels(x, v),
        "Every pixel is right, and not yet summed. The log-probability of an image is the sum of its pixels', along the last"
        " axis.",
    ),
    Mistake(
        "bernoulli-axis-kept",
        lambda x, v: np.sum(_pixels(x, v), -1, keepdims=True),
        "The numbers are right, but an axis of length 1 has been kept. Later `(N, 1)` and `(N,)` would broadcast to `(N, N)`"
        " without a word: one number per image has shape `(N,)`.",
    ),
    Mistake(
        "bernoulli-sigmoid-twice",
        lambda x, v: np.sum(_pixels(x, _sigmoid(v)), -1),
        "The sigmoid is taken twice: a probability is put where a logit belongs. Probabilities then lie between 0.5 and 0.73,"
        " and even a perfectly black pixel costs 0.69 nats.",
        also=(lambda x, v: _of_probs(x, _sigmoid(_sigmoid(v))),),
    ),
    Mistake(
        "bernoulli-small-number-inside-log",
        lambda x, v: _of_probs(x, _sigmoid(v), _SMALL[0]),
        "At moderate logits it is right. But the small number in the logarithm puts a ceiling on the cost of a wrong pixel,"
        " and in float32 it vanishes beside 1, so that logit 17 gives infinity or no gradient at all. From logits no"
        " probability is needed: log p and log(1 - p) can be had without a sigmoid.",
        also=tuple(
            lambda x, v, small=small, form=form: form(x, _sigmoid(v), small) for small in _SMALL for form in (_of_probs, _clipped)
        ),
        detect=_small_number_inside,
    ),
    Mistake(
        "bernoulli-log-of-sigmoid",
        lambda x, v: _of_probs(x, _sigmoid(v)),
        "The formula is right, and at moderate logits so are the numbers. But a sigmoid of 1000 is exactly 1, and the logarithm"
        " of 1 - 1 is minus infinity. Take the logarithm by hand before you compute: what is log sigmoid(l)?",
    ),
    Mistake(
        "bernoulli-exp-overflows",
        lambda x, v: np.sum(x * v - np.log(1 + np.exp(v)), -1),
        "The formula is right, and at moderate logits so are the numbers. But `exp(1000)` is infinite, and its gradient not a"
        " number. `log(1 + exp(l))` has a name that knows how to avoid this: `np.logaddexp(0, l)`.",
        also=(lambda x, v: np.sum(x * v - np.log1p(np.exp(v)), -1),),
    ),
    Mistake(
        "bernoulli-x-turned-round",
        lambda x, v: np.sum(_pixels(1 - x, v), -1),
        "Lit and dark, x and 1 - x, have changed places, or a logit has lost its sign: yours is the log-probability of the negative image."
        " A lit pixel goes with log p.",
    ),
    Mistake(
        "bernoulli-logits-as-probabilities",
        lambda x, v: _of_probs(x, v),
        "You take the logarithm of the logits as if they were probabilities; they can be negative or above 1. A logit is"
        " log(p / (1 - p)): the sigmoid leads back.",
        also=(
            *(lambda x, v, small=small: _of_probs(x, v, small) for small in _SMALL),
            *(lambda x, v, small=small: _clipped(x, v, small) for small in _SMALL),
        ),
    ),
    Mistake(
        "bernoulli-lit-pixels-only",
        lambda x, v: np.sum(x * -np.logaddexp(0, -v), -1),
        "The lit pixels are right, but the dark ones cost nothing: an all-white image would explain everything. Where is the"
        " term for x = 0?",
        also=(lambda x, v: np.sum(x * np.log(_sigmoid(v)), -1),),
    ),
    Mistake(
        "bernoulli-dark-pixels-only",
        lambda x, v: np.sum((1 - x) * -np.logaddexp(0, v), -1),
        "The dark pixels are right, but the lit ones cost nothing: an all-black image would explain everything. Where is the"
        " term for x = 1?",
        also=(lambda x, v: np.sum((1 - x) * np.log(1 - _sigmoid(v)), -1),),
    ),
    Mistake(
        "bernoulli-softplus-missing",
        lambda x, v: np.sum(x * v, -1),
        "Only x · logit is there. The probabilities of 0 and 1 must add up to 1, and the term that sees to that is missing.",
    ),
    Mistake(
        "bernoulli-softplus-sign",
        lambda x, v: np.sum(x * v + np.logaddexp(0, v), -1),
        "Both terms are there, but log(1 + exp(logit)) enters with a plus: it is the logarithm of a *denominator*.",
    ),
    Mistake(
        "bernoulli-half-a-softplus",
        lambda x, v: np.sum(x * v - np.log1p(np.exp(-np.abs(v))), -1),
        "`log1p(exp(-|l|))` is the part of log(1 + exp(l)) that stays small. The other part, max(l, 0), is missing: it is why"
        " the two are equal.",
    ),
    Mistake(
        "bernoulli-squared-error",
        lambda x, v: -np.sum((x - _sigmoid(v)) ** 2, -1),
        "This is a squared error between pixels and probabilities: a fair measure, but no log-probability. exp of it, over all"
        " images, does not add up to 1.",
        also=(lambda x, v: -0.5 * np.sum((x - _sigmoid(v)) ** 2, -1), lambda x, v: np.sum((x - _sigmoid(v)) ** 2, -1)),
    ),
    Mistake(
        "bernoulli-in-bits",
        lambda x, v: np.sum(_pixels(x, v), -1) / np.log(2),
        "Right, but in bits: the logarithm to base 2. In this course probabilities are measured in nats, with `np.log`.",
    ),
    Mistake(
        "bernoulli-probability-without-log",
        lambda x, v: np.exp(np.sum(_pixels(x, v), -1)),
        "These are the probabilities themselves; wanted are their logarithms. For 784 pixels the product is about 1e-90, and"
        " for a poor model it is 0 in any computer: that is why logarithms are kept from the first step.",
    ),
    Mistake(
        "bernoulli-divided-by-examples",
        lambda x, v: np.sum(_pixels(x, v), -1) / len(x),
        "Each number is right but for a division by the number of images. One image's probability does not depend on how many"
        " others are in its batch.",
    ),
    Mistake(
        "bernoulli-return-inside-the-loop",
        lambda x, v: _pixels(x, v)[..., 0],
        "Only the first pixel counts in yours. If there is a loop, is the `return` inside it? One step too far to the right,"
        " and it leaves after the first round.",
        also=(lambda x, v: np.sum(_pixels(x, v)[0]),),
    ),
)  # fmt: skip

TASKS = (
    Task(
        reference=distributions.bernoulli_log_prob,
        lesson=1,
        fixture=(_X, _LOGITS),
        axes={5: "examples", 7: "pixels", 11: "samples"},
        by_hand=(
            Claim(
                "With zero logits every pixel costs ln 2, whatever the image.",
                _zero_logits,
                "A logit of 0 is a probability of ½. How probable are three coin flips?",
            ),
            Claim(
                "A lit pixel with logit ln 3 has probability ¾.",
                _one_pixel,
                "A logit is log(p / (1 - p)); with odds of 3 to 1, p is ¾. And a log-probability is its natural logarithm.",
            ),
        ),
        properties=(
            Claim(
                "The probabilities of all 2³ images of three pixels add up to 1.",
                _sums_to_one,
                "Only a sum over pixels of log p (lit) and log(1 - p) (dark) makes exp of it a probability.",
            ),
        ),
        extremes=(
            Claim(
                "At logits ±1000 it is finite: 0 for the right image, -1000 for each wrong pixel.",
                _far,
                "Avoid the sigmoid and `exp` of something large: `np.logaddexp(0, l)` is log(1 + exp(l)) for any l.",
            ),
            Claim(
                "In float32, a dark pixel at logit 20 costs 20 nats.",
                _single_precision,
                "In float32 a sigmoid of 17 is already exactly 1. Which form never computes the sigmoid?",
            ),
            Claim(
                "Gray pixels, between 0 and 1, mix the two costs.",
                _gray,
                "Here x is 0 or 1, so that this does not matter; a formula in x, without a choice, would cover both.",
                needed=False,
            ),
        ),
        also=(
            Case("at logits ±1000", _FAR),
            Case(
                "with 11 samples of the logits: (11, 5, 7) beside x (5, 7)",
                (_X, _rng.normal(size=(11, 5, 7))),
            ),
            Case("with one image alone", (_X[:1], _LOGITS[:1])),
        ),
        differentiate=(1,),
        summands=(
            Summand("x · logit", lambda x, v: np.sum(x * v, -1), 1),
            Summand("log(1 + exp(logit))", lambda x, v: np.sum(np.logaddexp(0, v), -1), -1),
            Summand("max(logit, 0)", lambda x, v: np.sum(np.maximum(v, 0), -1), 0),
            Summand("the logit alone", lambda x, v: np.sum(v, -1), 0),
            Summand("x alone", lambda x, v: np.sum(x, -1), 0),
            Summand("a constant, once for each pixel,", lambda x, v: np.full(len(v), 7.0), 0),
        ),
        fit_on=((_rng.random((53, 7)) < 0.5).astype(float), _rng.normal(size=(53, 7))),
        lesson_size=lambda: (np.ones((100, 784)), np.zeros((100, 784))),
        hints=(
            "One pixel first: its probability is p if it is lit and 1 - p if it is dark. How can one expression say both, and"
            " what do independent pixels do to each other's logarithms?",
            "For one pixel: x log p + (1 - x) log(1 - p). With p = sigmoid(l) this is x · l - log(1 + exp(l)), which needs no"
            " sigmoid. Pixels add, images stay apart: `(N, D)` becomes `(N,)`.",
            "A skeleton:\n\n    return np.sum(… - np.logaddexp(0, …), axis=-1)",
        ),
        why="log p = l - log(1 + exp(l)) and log(1 - p) = -log(1 + exp(l)): the second part is there in both cases, the first"
        " only if x is 1. `np.logaddexp(0, l)` is log(1 + exp(l)) and never overflows.",
        mistakes=_MISTAKES,
    ),
)
