"""Lesson 1: wrong ways to write the Bernoulli log-probability, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake, near, same

_rng = np.random.default_rng(1)
X, LOGITS = (_rng.random((5, 7)) < 0.4).astype(float), _rng.normal(size=(5, 7)) * 1.5 + 0.2


def _sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def _pixels(x, logits):
    return x * logits - np.logaddexp(0, logits)


def _of_probs(x, probs, small=0.0):
    return np.sum(x * np.log(probs + small) + (1 - x) * np.log(1 - probs + small), axis=-1)


def _clipped(x, probs, small):
    return _of_probs(x, np.clip(probs, small, 1 - small))


_SMALL = (1e-8, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16)


def _small_number_inside(f):
    """Any other small number in the logarithm: a wrong pixel's cost stops growing somewhere between 4 and 60 nats."""
    got = float(f(np.array([[1.0]]), np.array([[-1000.0]]))[0])
    return -60 < got < -4 and near(f(X, LOGITS / 4), np.sum(_pixels(X, LOGITS / 4), -1))


def _takes_probabilities(f):
    """Given probabilities for logits, it is right, but for a small number inside."""
    probs = 0.2 + 0.6 * _sigmoid(LOGITS)
    return same(f(X, probs), _of_probs(X, probs), rtol=1e-2)


MISTAKES = (
    Mistake(
        "bernoulli-sign",
        lambda x, v: -np.sum(_pixels(x, v), -1),
        "Every number is right but for its sign: this is the cost, the negative log-likelihood. A log-probability"
        " is never above 0, since no probability is above 1.",
    ),
    Mistake(
        "bernoulli-pixel-mean",
        lambda x, v: np.mean(_pixels(x, v), -1),
        "The pixels are right, but averaged where they must be summed. Probabilities of independent pixels multiply,"
        " so their logarithms add; averaged over 784 pixels, exp of it is the probability of no image.",
        also=(lambda x, v: np.sum(_pixels(x, v), -1) / 784,),
    ),
    Mistake(
        "bernoulli-sum-over-everything",
        lambda x, v: np.sum(_pixels(x, v)),
        "The pixels are right, but everything is summed into one number. Each image keeps its own log-probability:"
        " along which axis do the pixels lie?",
    ),
    Mistake(
        "bernoulli-mean-over-examples",
        lambda x, v: np.mean(np.sum(_pixels(x, v), -1)),
        "The pixels and their sum are right, but the images have been averaged into one number. Keep one per image:"
        " the average over images comes last, and once.",
    ),
    Mistake(
        "bernoulli-mean-over-everything",
        lambda x, v: np.mean(_pixels(x, v)),
        "Pixels and images have been averaged into one number. Pixels are summed, and each image keeps its own.",
    ),
    Mistake(
        "bernoulli-sum-over-examples",
        lambda x, v: np.sum(_pixels(x, v), 0),
        "The sum runs over the images, and one number per pixel is left. It is the pixels that are summed: the last"
        " axis.",
        also=(lambda x, v: np.mean(_pixels(x, v), 0),),
    ),
    Mistake(
        "bernoulli-kept-per-pixel",
        lambda x, v: _pixels(x, v),
        "Every pixel is right, and not yet summed. The log-probability of an image is the sum of its pixels', along"
        " the last axis.",
    ),
    Mistake(
        "bernoulli-axis-kept",
        lambda x, v: np.sum(_pixels(x, v), -1, keepdims=True),
        "The numbers are right, but an axis of length 1 has been kept. Later `(N, 1)` and `(N,)` would broadcast to"
        " `(N, N)` without a word: one number per image has shape `(N,)`.",
    ),
    Mistake(
        "bernoulli-sigmoid-twice",
        lambda x, v: np.sum(_pixels(x, _sigmoid(v)), -1),
        "The sigmoid is taken twice: a probability is put where a logit belongs. Probabilities then lie between 0.5"
        " and 0.73, and even a dark pixel that the model is sure of costs 0.69 nats.",
        also=(lambda x, v: _of_probs(x, _sigmoid(_sigmoid(v))),),
    ),
    Mistake(
        "bernoulli-small-number-inside-log",
        lambda x, v: _of_probs(x, _sigmoid(v), _SMALL[0]),
        "At moderate logits it is right. But a small number in the logarithm, or a clip, puts a ceiling on the cost of"
        " a wrong pixel: beyond it, twice as wrong costs nothing more, and in float32 a number like 1e-8"
        " vanishes beside 1. From logits no probability is needed: log p and log(1 - p) can be had without a sigmoid.",
        also=tuple(
            lambda x, v, small=small, form=form: form(x, _sigmoid(v), small)
            for small in _SMALL
            for form in (_of_probs, _clipped)
        ),
        detect=_small_number_inside,
    ),
    Mistake(
        "bernoulli-log-of-sigmoid",
        lambda x, v: _of_probs(x, _sigmoid(v)),
        "The formula is right, and at moderate logits so are the numbers. But a sigmoid of 1000 is exactly 1, and the"
        " logarithm of 1 - 1 is minus infinity. Take the logarithm by hand before you compute: what is log"
        " sigmoid(l)?",
        also=(lambda x, v: np.sum(np.log(_sigmoid(v) ** x * (1 - _sigmoid(v)) ** (1 - x)), -1),),
    ),
    Mistake(
        "bernoulli-exp-overflows",
        lambda x, v: np.sum(x * v - np.log(1 + np.exp(v)), -1),
        "The formula is right, and at moderate logits so are the numbers. But `exp(1000)` is infinite, and so"
        " is its logarithm. `log(1 + exp(l))` has a name that knows how to avoid this: `np.logaddexp(0, l)`.",
        also=(lambda x, v: np.sum(x * v - np.log1p(np.exp(v)), -1),),
    ),
    Mistake(
        "bernoulli-x-turned-round",
        lambda x, v: np.sum(_pixels(1 - x, v), -1),
        "Lit and dark, x and 1 - x, have changed places, or a logit has lost its sign: yours is the log-probability"
        " of the negative image. A lit pixel goes with log p.",
    ),
    Mistake(
        "bernoulli-logits-as-probabilities",
        lambda x, v: _of_probs(x, v),
        "You take the logarithm of the logits as if they were probabilities; they can be negative or above 1. A logit"
        " is log(p / (1 - p)): the sigmoid leads back.",
        also=(
            *(lambda x, v, small=small: _of_probs(x, v, small) for small in _SMALL),
            *(lambda x, v, small=small: _clipped(x, v, small) for small in _SMALL),
        ),
        detect=_takes_probabilities,
    ),
    Mistake(
        "bernoulli-lit-pixels-only",
        lambda x, v: np.sum(x * -np.logaddexp(0, -v), -1),
        "The lit pixels are right, but the dark ones cost nothing: a model that lights every pixel would pay for none."
        " Where is the term for x = 0?",
        also=(lambda x, v: np.sum(x * np.log(_sigmoid(v)), -1),),
    ),
    Mistake(
        "bernoulli-dark-pixels-only",
        lambda x, v: np.sum((1 - x) * -np.logaddexp(0, v), -1),
        "The dark pixels are right, but the lit ones cost nothing: a model that lights no pixel would pay for none."
        " Where is the term for x = 1?",
        also=(lambda x, v: np.sum((1 - x) * np.log(1 - _sigmoid(v)), -1),),
    ),
    Mistake(
        "bernoulli-softplus-missing",
        lambda x, v: np.sum(x * v, -1),
        "Only x · logit is there. The probabilities of 0 and 1 must add up to 1, and the term that sees to that is"
        " missing.",
    ),
    Mistake(
        "bernoulli-softplus-sign",
        lambda x, v: np.sum(x * v + np.logaddexp(0, v), -1),
        "Both terms are there, but log(1 + exp(logit)) enters with a plus: it is the logarithm of a *denominator*.",
    ),
    Mistake(
        "bernoulli-softplus-of-minus-logit",
        lambda x, v: np.sum(x * v - np.logaddexp(0, -v), -1),
        "Both terms are there, but inside the second the logit has changed its sign. At x = 0 only -softplus(l) is"
        " left: which sign must l have there, so that a dark pixel is cheap where the logit is very negative?",
        also=(lambda x, v: np.sum(x * v - np.log(1 + np.exp(-v)), -1),),
    ),
    Mistake(
        "bernoulli-softplus-of-x",
        lambda x, v: np.sum(x * v - np.logaddexp(0, x), -1),
        "Both terms are there, but the second is the softplus of x; it belongs to the logit. With a logit of 0 a pixel"
        " must cost ln 2 whether it is lit or dark.",
    ),
    Mistake(
        "bernoulli-one-term-summed-over-everything",
        lambda x, v: np.sum(x * v, -1) - np.sum(np.logaddexp(0, v)),
        "Both terms are there, but one of the two sums runs over the images, too: has each `np.sum` its `axis=-1`?",
        also=(lambda x, v: np.sum(x * v) - np.sum(np.logaddexp(0, v), -1),),
    ),
    Mistake(
        "bernoulli-logarithm-to-base-2",
        lambda x, v: np.sum(x * v - np.logaddexp2(0, v), -1),
        "The form is right, but `np.logaddexp2` and `np.log2` belong to powers of 2. Sigmoid and nats are made with e:"
        " which function of almost the same name does it with e?",
        also=(lambda x, v: np.sum(x * v - np.log2(1 + np.exp(v)), -1),),
    ),
    Mistake(
        "bernoulli-half-a-softplus",
        lambda x, v: np.sum(x * v - np.log1p(np.exp(-np.abs(v))), -1),
        "`log1p(exp(-|l|))` is the part of log(1 + exp(l)) that stays small. The other part, max(l, 0), is missing:"
        " it is why the two are equal.",
    ),
    Mistake(
        "bernoulli-squared-error",
        lambda x, v: -np.sum((x - _sigmoid(v)) ** 2, -1),
        "This is a squared error between pixels and probabilities: a fair measure, but no log-probability. exp of it,"
        " over all images, does not add up to 1.",
        also=(lambda x, v: -0.5 * np.sum((x - _sigmoid(v)) ** 2, -1), lambda x, v: np.sum((x - _sigmoid(v)) ** 2, -1)),
    ),
    Mistake(
        "bernoulli-in-bits",
        lambda x, v: np.sum(_pixels(x, v), -1) / np.log(2),
        "Right, but in bits: the logarithm to base 2. In this course probabilities are measured in nats, with"
        " `np.log`.",
    ),
    Mistake(
        "bernoulli-probability-without-log",
        lambda x, v: np.exp(np.sum(_pixels(x, v), -1)),
        "These are the probabilities themselves; wanted are their logarithms. For 784 pixels the product is about"
        " 1e-90, and for a poor model it is 0 in any computer: that is why logarithms are kept from the first step.",
    ),
    Mistake(
        "bernoulli-divided-by-examples",
        lambda x, v: np.sum(_pixels(x, v), -1) / len(x),
        "Each number is right but for a division by the number of images. One image's probability does not depend on"
        " how many others are in its batch.",
    ),
    Mistake(
        "bernoulli-return-inside-the-loop",
        lambda x, v: _pixels(x, v)[..., 0],
        "Only the first round counts in yours. If there is a loop, is the `return` inside it? One step too far to the"
        " right, and it leaves after the first round.",
        also=(lambda x, v: np.sum(_pixels(x, v)[0]),),
    ),
)  # fmt: skip
