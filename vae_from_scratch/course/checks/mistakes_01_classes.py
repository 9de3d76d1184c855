"""Lesson 1: wrong ways to score images under ten mean images, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(103)
LOGITS, X = _rng.normal(size=(3, 7)) * 1.4 + 0.3, (_rng.random((5, 7)) < 0.45).astype(float)


def _pixels(logits, x):
    """log-probability of every pixel of every image under every class: (N, C, D)."""
    return x[:, None] * logits - np.logaddexp(0, logits)


def _right(logits, x):
    return np.sum(_pixels(logits, x), axis=-1)


def _log_mean(log_probs):
    return np.logaddexp.reduce(log_probs, axis=1) - np.log(log_probs.shape[1])


def _posterior(logits, x):
    log_probs = _right(logits, x)
    return log_probs - np.logaddexp.reduce(log_probs, axis=1, keepdims=True)


def _sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


MISTAKES = (
    Mistake(
        "class-means-transposed",
        lambda logits, x: _right(logits, x).T,
        "Every number is there, but classes run down and images across. One row per image: `(N, C)`.",
    ),
    Mistake(
        "class-means-posterior",
        _posterior,
        "You have gone one step further, by Bayes' rule: these are log p(class | x), each row normalized over the"
        " classes. Wanted is log p(x | class), before: it also tells how probable the image itself is, which the"
        " division throws away.",
    ),
    Mistake(
        "class-means-posterior-probabilities",
        lambda logits, x: np.exp(_posterior(logits, x)),
        "You have gone two steps further: these are p(class | x), each row adding up to 1. Wanted is log p(x | class),"
        " as a logarithm and before Bayes' rule.",
    ),
    Mistake(
        "class-means-joint",
        lambda logits, x: _right(logits, x) - np.log(len(logits)),
        "The log of the classes' own probability, -log C, is in it: that makes log p(x, class). Here the class is"
        " given; how probable it is comes in later, once.",
        also=(lambda logits, x: _right(logits, x) - np.log(10),),
    ),
    Mistake(
        "class-means-already-averaged",
        lambda logits, x: _log_mean(_right(logits, x)),
        "The classes have been averaged away: that is log p(x), the next cell's work. Each class keeps its column.",
        also=(lambda logits, x: np.logaddexp.reduce(_right(logits, x), axis=1),),
    ),
    Mistake(
        "class-means-mean-of-logs",
        lambda logits, x: np.mean(_right(logits, x), axis=1),
        "The classes have been averaged into one number per image. Each class keeps its column: `(N, C)`.",
        also=(lambda logits, x: np.sum(_right(logits, x), axis=1),),
    ),
    Mistake(
        "class-means-best-class",
        lambda logits, x: np.max(_right(logits, x), axis=1),
        "Only the best class of each image is left. Each class keeps its column: `(N, C)`; choosing comes later.",
    ),
    Mistake(
        "class-means-argmax",
        lambda logits, x: np.argmax(_right(logits, x), axis=1),
        "That is already the answer to another question: which class. Wanted are the log-probabilities that decide it,"
        " one for each image and class.",
    ),
    Mistake(
        "class-means-softplus-missing",
        lambda logits, x: x @ logits.T,
        "Only x · logit is there. The other half of a pixel's log-probability, -softplus(logit), differs from class to"
        " class: without it the class with most ink wins too often.",
    ),
    Mistake(
        "class-means-softplus-of-all-classes",
        lambda logits, x: x @ logits.T - np.sum(np.logaddexp(0, logits)),
        "The first term is right. The second is summed over the classes, too: each class has a softplus sum of its own."
        " Which axis are the pixels?",
        also=(lambda logits, x: x @ logits.T - np.mean(np.sum(np.logaddexp(0, logits), -1)),),
    ),
    Mistake(
        "class-means-softplus-sign",
        lambda logits, x: x @ logits.T + np.sum(np.logaddexp(0, logits), -1),
        "Both terms are there, but softplus enters with a plus: a pixel's log-probability is x · l - softplus(l).",
    ),
    Mistake(
        "class-means-sign",
        lambda logits, x: -_right(logits, x),
        "Every number is right but for its sign: these are costs. Wanted are log-probabilities, at most 0, of which the"
        " *largest* is the best class.",
    ),
    Mistake(
        "class-means-pixel-mean",
        lambda logits, x: np.mean(_pixels(logits, x), axis=-1),
        "The pixels are averaged where they must be summed. The best class stays the same, but exp of a mean over"
        " 784 pixels is the probability of no image.",
    ),
    Mistake(
        "class-means-kept-per-pixel",
        _pixels,
        "Every pixel is right, and not yet summed: `(N, C, D)`. An image's log-probability is the sum over its pixels.",
    ),
    Mistake(
        "class-means-summed-over-images",
        lambda logits, x: np.sum(_right(logits, x), axis=0),
        "The images have been summed up, and one number is left for each class. Every image keeps its row.",
        also=(lambda logits, x: np.mean(_right(logits, x), axis=0),),
    ),
    Mistake(
        "class-means-sum-over-everything",
        lambda logits, x: np.sum(_right(logits, x)),
        "Everything is summed into one number. Wanted is one for each image and each class: which axis are the pixels?",
    ),
    Mistake(
        "class-means-averaged-logits",
        lambda logits, x: np.sum(x * logits.mean(axis=0) - np.logaddexp(0, logits.mean(axis=0)), axis=-1),
        "The ten mean images have been averaged into one before anything was scored. Each class scores by itself.",
    ),
    Mistake(
        "class-means-sigmoid-twice",
        lambda logits, x: np.sum(_pixels(_sigmoid(logits), x), axis=-1),
        "The sigmoid is taken twice: a probability is put where a logit belongs. The arguments are logits already.",
    ),
    Mistake(
        "class-means-arguments-exchanged",
        lambda logits, x: np.sum(x[:, None] * logits - np.logaddexp(0, x[:, None]), axis=-1),
        "Images and logits have changed places: softplus belongs to the logits. `bernoulli_log_prob` takes x first.",
    ),
    Mistake(
        "class-means-x-turned-round",
        lambda logits, x: _right(logits, 1 - x),
        "Lit and dark have changed places: yours scores the negative of each image.",
    ),
    Mistake(
        "class-means-squared-distance",
        lambda logits, x: -np.sum((x[:, None] - _sigmoid(logits)) ** 2, axis=-1),
        "This measures the distance to each mean image: a fair classifier, but no probability. Summed over all images,"
        " exp of it is not 1, so there is no p(x) in it.",
        also=(lambda logits, x: np.sum((x[:, None] - _sigmoid(logits)) ** 2, axis=-1),),
    ),
    Mistake(
        "class-means-probabilities",
        lambda logits, x: np.exp(_right(logits, x)),
        "These are the probabilities themselves; for 784 pixels each would be 0 in any computer. Keep the logarithms.",
    ),
    Mistake(
        "class-means-exp-overflows",
        lambda logits, x: x @ logits.T - np.sum(np.log(1 + np.exp(logits)), -1),
        "Right, as long as the logits are moderate. But `exp(1000)` is infinite: `np.logaddexp(0, l)` is softplus"
        " without the overflow, and your own `bernoulli_log_prob` has it inside.",
        also=(lambda logits, x: x @ logits.T - np.sum(np.log1p(np.exp(logits)), -1),),
    ),
)
