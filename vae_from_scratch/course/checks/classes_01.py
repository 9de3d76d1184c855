"""Lesson 1: images scored under one mean image for each class. Claims that are true of it, and hints."""

from itertools import product

import numpy as np

from vae_from_scratch import distributions, evaluation
from vae_from_scratch.course.checks import Case, Claim, Task, gives, near, wrong_number
from vae_from_scratch.course.checks.mistakes_01_classes import LOGITS, MISTAKES, X

_FAR = (np.array([[1000.0, -1000.0], [-1000.0, 1000.0]]), np.array([[1.0, 0.0]]))


# ---- claims -------------------------------------------------------------------------------------


def _two_classes(f):
    got = f(np.array([[0.0, 0.0], [np.log(3.0), 0.0]]), np.array([[1.0, 1.0]]))
    return gives(got, np.log([[0.25, 0.375]]))


def _sums_to_one(f):
    images = np.array(list(product([0.0, 1.0], repeat=3)))
    totals = np.sum(np.exp(f(LOGITS[:, :3], images)), axis=0)
    return near(totals, np.ones(3)) or f"With yours they add up to {wrong_number(totals, np.ones(3))}."


def _each_by_itself(f):
    return near(f(LOGITS[:1], X), f(LOGITS, X)[:, :1]) or "With yours a class's numbers depend on the other classes."


def _as_one_image(f):
    one = distributions.bernoulli_log_prob.plain(X, LOGITS[1])
    return near(f(LOGITS, X)[:, 1], one) or "With yours it is something else."


CLASS_MEANS = Task(
    reference=evaluation.class_means_log_prob,
    lesson=1,
    fixture=(LOGITS, X),
    axes={5: "images", 3: "classes", 7: "pixels"},
    by_hand=(
        Claim(
            "Two lit pixels have probability ¼ at logits 0 and 0, and ⅜ at logits ln 3 and 0.",
            _two_classes,
            "A logit of ln 3 is a probability of ¾. Pixels multiply, logarithms add; each class gets its own column.",
        ),
    ),
    properties=(
        Claim(
            "For each class the probabilities of all 2³ images of three pixels add up to 1.",
            _sums_to_one,
            "Only x · l - softplus(l), summed over the pixels, makes exp of it a probability.",
        ),
        Claim(
            "A class's column is the same whatever other classes there are.",
            _each_by_itself,
            "Nothing is normalized over the classes here: that is Bayes' rule, one step later.",
        ),
        Claim(
            "A class's column is `bernoulli_log_prob` under its mean image.",
            _as_one_image,
            "You have that function already: how must x and logits be shaped so that every image meets every class?",
        ),
    ),
    also=(
        Case("at logits ±1000", _FAR),
        Case("with one image alone", (LOGITS, X[:1])),
        Case("with one class alone", (LOGITS[:1], X)),
    ),
    lesson_size=lambda: (np.zeros((10, 784)), np.ones((100, 784))),
    hints=(
        "Every image has to meet every class. Which function of yours scores images under one set of logits, and what"
        " does broadcasting do with shapes (N, 1, D) and (C, D)?",
        "`bernoulli_log_prob` sums over the last axis and keeps those before it: (N, 1, D) beside (C, D) becomes (N,"
        " C). `x[:, None]` has shape (N, 1, D).",
        "A skeleton:\n\n    return bernoulli_log_prob(x[…], logits)",
    ),
    why="`x[:, None]` gives each image an axis of length 1 for the classes; broadcasting repeats it, and the sum over"
    " pixels leaves (N, C). As a product, `x @ logits.T` minus each class's softplus sum, it is the same and faster.",
    mistakes=MISTAKES,
)
