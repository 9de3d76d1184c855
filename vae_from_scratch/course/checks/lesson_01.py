"""Lesson 1: the tasks in the lesson's order. Here the Bernoulli log-probability: claims that are true of it, hints."""

from itertools import product

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.course.checks import Case, Claim, Summand, Task, gives, near, shown, wrong_number
from vae_from_scratch.course.checks.classes_01 import CLASS_MEANS
from vae_from_scratch.course.checks.images_01 import BINARIZE, MEAN_IMAGE
from vae_from_scratch.course.checks.mistakes_01 import LOGITS, MISTAKES, X

_rng = np.random.default_rng(11)
_FAR = (np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[1000.0, -1000.0], [-1000.0, 1000.0]]))  # right, then wrong


# ---- claims -------------------------------------------------------------------------------------


def _zero_logits(f):
    got, want = f(np.array([[1.0, 0.0, 1.0]]), np.zeros((1, 3))), [-3 * np.log(2)]
    return near(got, want) or f"Yours gives {wrong_number(got, want)} for three pixels."


def _one_pixel(f):
    got = f(np.array([[1.0]]), np.array([[np.log(3.0)]]))
    return near(got, [np.log(0.75)]) or f"With yours the probability comes out as {wrong_number(np.exp(got), [0.75])}."


def _sums_to_one(f):
    images = np.array(list(product([0.0, 1.0], repeat=3)))
    total = float(np.sum(np.exp(f(images, np.tile([0.7, -1.2, 2.0], (8, 1))))))
    return bool(abs(total - 1) < 1e-5) or f"With yours they add up to {shown(total, 1.0)}."


def _far(f):
    x, logits = np.array([[1.0, 0.0]]), np.array([[1000.0, -1000.0]])
    good, bad = f(x, logits), f(1 - x, logits)
    if not np.all(np.isfinite([good, bad])):
        return "There yours is infinite or not a number."
    if not near(bad, [-2000.0]):
        return f"Yours says {wrong_number(bad, [-2000.0])} where both pixels are wrong."
    return bool(abs(good[0]) < 1e-6) or f"Yours says {wrong_number(good, [0.0])} where both pixels are right."


def _single_precision(f):
    return gives(f(np.array([[0.0]], np.float32), np.array([[20.0]], np.float32)), [-20.0])


def _gray(f):
    return near(f(np.array([[0.5]]), np.array([[2.0]])), [1.0 - np.logaddexp(0, 2.0)])


BERNOULLI = Task(
    reference=distributions.bernoulli_log_prob,
    lesson=1,
    fixture=(X, LOGITS),
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
            (X, _rng.normal(size=(11, 5, 7))),
            hint="The pixels are the last axis, `axis=-1`, however many axes there are. A loop by `zip` stops with"
            " the shortest, where `*` and `+` repeat the smaller array by themselves.",
        ),
        Case("with one image alone", (X[:1], LOGITS[:1])),
    ),
    differentiate=(1,),
    summands=(
        Summand("x · logit", lambda x, v: np.sum(x * v, -1), 1),
        Summand("log(1 + exp(logit))", lambda x, v: np.sum(np.logaddexp(0, v), -1), -1),
        Summand("max(logit, 0)", lambda x, v: np.sum(np.maximum(v, 0), -1), 0),
        Summand("logit alone", lambda x, v: np.sum(v, -1), 0),
        Summand("x alone", lambda x, v: np.sum(x, -1), 0),
        Summand("1, once for each pixel,", lambda x, v: np.full(len(v), 7.0), 0),
    ),
    fit_on=((_rng.random((53, 7)) < 0.5).astype(float), _rng.normal(size=(53, 7))),
    lesson_size=lambda: (np.ones((100, 784)), np.zeros((100, 784))),
    hints=(
        "One pixel first: its probability is p if it is lit and 1 - p if it is dark. How can one expression say"
        " both, and what do independent pixels do to each other's logarithms?",
        "For one pixel: x log p + (1 - x) log(1 - p). With p = sigmoid(l) this is x · l - log(1 + exp(l)), which"
        " needs no sigmoid. Pixels add, images stay apart: `(N, D)` becomes `(N,)`.",
        "A skeleton:\n\n    return np.sum(… - np.logaddexp(0, …), axis=-1)",
    ),
    why="log p = l - log(1 + exp(l)) and log(1 - p) = -log(1 + exp(l)): the second part is there in both cases, the"
    " first only if x is 1. `np.logaddexp(0, l)` is log(1 + exp(l)) and never overflows.",
    mistakes=MISTAKES,
)

TASKS = (BINARIZE, BERNOULLI, MEAN_IMAGE, CLASS_MEANS)
