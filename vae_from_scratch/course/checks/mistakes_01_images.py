"""Lesson 1: wrong ways to binarize and to take the mean image, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake, same

_rng = np.random.default_rng(101)
GRAY, UNIFORMS = _rng.uniform(0.05, 0.95, (5, 7)), _rng.uniform(0.03, 0.97, (5, 7))
_COUNTS = np.array([0, 1, 2, 5, 3, 4, 2])  # how many of five images light each pixel: one never, one always
LIT = (_rng.permuted(np.tile(np.arange(5.0)[:, None], 7), axis=0) < _COUNTS).astype(float)


# ---- black and white ----------------------------------------------------------------------------


def _own_noise(f):
    """Two calls differ; or other uniforms change nothing, though the answer is no threshold of an image's gray."""
    first, again, other = f(GRAY, UNIFORMS), f(GRAY, UNIFORMS), f(GRAY, UNIFORMS[::-1])
    if not same(first, again):
        return True
    lit = first == 1
    crossed = GRAY.max(-1, where=~lit, initial=0) > GRAY.min(-1, where=lit, initial=1)
    return bool(same(first, other) and np.all(lit | (first == 0)) and np.any(crossed))


BINARIZE = (
    Mistake(
        "binarize-inverted",
        lambda x, u: (x < u).astype(float),
        "The comparison is turned around: yours lights a pixel with probability 1 - x, so that paper becomes ink. A"
        " pixel of 0.9 should be lit nine times in ten. How often does a uniform number fall *below* 0.9?",
        also=(lambda x, u: (x <= u).astype(float), lambda x, u: 1.0 - (u < x)),
    ),
    Mistake(
        "binarize-thresholded",
        lambda x, u: (x > 0.5).astype(float),
        "That is a threshold, and the uniforms are not used: a pixel of 0.6 is lit always, one of 0.4 never. A draw"
        " keeps the gray on average: 0.6 is lit six times in ten.",
        also=(lambda x, u: np.round(x),),
    ),
    Mistake(
        "binarize-thresholded-at-the-mean",
        lambda x, u: (x > x.mean()).astype(float),
        "That is a threshold at the mean, and what an image becomes depends on the others in the batch. Each pixel is"
        " compared with a uniform number of its own.",
        also=(lambda x, u: (x > x.mean(axis=-1, keepdims=True)).astype(float),),
    ),
    Mistake(
        "binarize-own-noise",
        lambda x, u: (np.random.default_rng(0).random(x.shape) < x).astype(x.dtype),
        "You draw numbers of your own, and `uniforms` goes unused. The draws are an argument, so that the same call"
        " gives the same images to everybody: compare x with those.",
        detect=_own_noise,
    ),
    Mistake(
        "binarize-uniforms-turned-round",
        lambda x, u: np.floor(x + u),
        "Each pixel is lit as often as it should be, but where its uniform lies *above* 1 - x. Agreed is: lit if the"
        " uniform lies below x. Only then do the same uniforms give everybody the same images.",
        also=(lambda x, u: (1 - u < x).astype(float), lambda x, u: np.round(x + u - 0.5)),
    ),
    Mistake(
        "binarize-one-uniform-per-image",
        lambda x, u: (u[:, :1] < x).astype(float),
        "One uniform number serves all pixels of an image: they are then lit all together or not at all, a threshold"
        " that moves. Each pixel has a coin of its own.",
    ),
    Mistake(
        "binarize-one-image-of-uniforms",
        lambda x, u: (u[:1] < x).astype(float),
        "The first image's uniforms serve all images, so that a pixel falls the same way in each. Each image has coins"
        " of its own.",
    ),
    Mistake(
        "binarize-gray-kept",
        lambda x, u: np.where(u < x, x, 0),
        "The right pixels are dark, but those that are lit keep their gray. After the draw a pixel is 0 or 1, nothing"
        " between.",
    ),
    Mistake(
        "binarize-uniforms-kept",
        lambda x, u: np.where(u < x, u, 0),
        "The right pixels are dark, but those that are lit hold their uniform number. After the draw a pixel is 0 or"
        " 1.",
    ),
    Mistake(
        "binarize-not-compared",
        lambda x, u: x - u,
        "The difference has the right sign, but a pixel must become 0 or 1: ask *whether* one is below the other.",
        also=(lambda x, u: np.sign(x - u),),
    ),
    Mistake(
        "binarize-multiplied",
        lambda x, u: x * u,
        "Noise has been multiplied in, and every pixel is still gray. A draw ends in 0 or 1: which comparison is true"
        " with probability x?",
        also=(lambda x, u: (x * u > 0.5).astype(float),),
    ),
    Mistake(
        "binarize-minus-one-to-one",
        lambda x, u: 2.0 * (u < x) - 1,
        "The right pixels are lit, but dark is -1 in yours. Here paper is 0 and ink is 1: every formula below counts on"
        " that.",
    ),
    Mistake(
        "binarize-to-255",
        lambda x, u: 255.0 * (u < x),
        "The right pixels are lit, but ink is 255 in yours. Since lesson 0 ink is 1.",
    ),
    Mistake(
        "binarize-kept-as-it-is",
        lambda x, u: x.copy(),
        "These are the gray images, unchanged. The uniforms decide which pixels are lit.",
    ),
)


# ---- the mean image -----------------------------------------------------------------------------

SMALL = (1e-8, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12)


def _logit(p):
    return np.log(p) - np.log(1 - p)


def _counted(x, lit, dark):
    """Logits from counts, with something added to the lit ones and to the dark ones."""
    count = np.sum(x, axis=0)
    return np.log(count + lit) - np.log(len(x) - count + dark)


MEAN_IMAGE = (
    Mistake(
        "mean-image-no-smoothing",
        lambda x: _logit(np.mean(x, axis=0)),
        "The mean and its logit are right, but nothing is added: a pixel that was never lit gets the logit of 0, minus"
        " infinity, and a single image that lights it costs infinitely much. Count half an image more on either side.",
        also=(lambda x: np.log(np.mean(x, axis=0) / (1 - np.mean(x, axis=0))),),
    ),
    Mistake(
        "mean-image-adds-one",
        lambda x: _counted(x, 1, 1),
        "The counts and the logit are right, but a whole image has been added to each side (Laplace's rule). Here it is"
        " half of one, which believes the data sooner.",
    ),
    Mistake(
        "mean-image-clipped",
        lambda x: _logit(np.clip(np.mean(x, axis=0), SMALL[0], 1 - SMALL[0])),
        "It is finite, but by a number that came from nowhere: whether it is cut off at a millionth or at a thousandth"
        " moves the logit of a never-lit pixel by seven nats. Adding half an image to each count needs no such"
        " choice, and believes more the more images there are.",
        also=tuple(
            lambda x, small=small, form=form: form(np.mean(x, axis=0), small)
            for small in SMALL
            for form in (
                lambda m, small: _logit(np.clip(m, small, 1 - small)),
                lambda m, small: np.log(m + small) - np.log(1 - m + small),
                lambda m, small: np.log((m + small) / (1 - m + small)),
            )
        ),
    ),
    Mistake(
        "mean-image-half-added-to-the-mean",
        lambda x: np.log(np.mean(x, axis=0) + 0.5) - np.log(1.5 - np.mean(x, axis=0)),
        "The half belongs to the *count* of images, not to their mean: half an image among thousands is little, half of"
        " full ink is much. Add up first, then add the half.",
        also=(lambda x: _logit((np.mean(x, axis=0) + 0.5) / (len(x) + 1)), lambda x: _logit((x.mean(0) + 0.5) / 2)),
    ),
    Mistake(
        "mean-image-half-on-one-side",
        lambda x: _counted(x, 0.5, 0),
        "The lit count has its half, but the dark one does not: a pixel that is always lit then claims never to be"
        " dark, and is infinite the other way. Both outcomes get half an image.",
        also=(lambda x: _counted(x, 0, 0.5),),
    ),
    Mistake(
        "mean-image-half-taken-from-the-dark",
        lambda x: _counted(x, 0.5, -0.5),
        "The lit count is right. The dark one is what remains of N images, but with half an image on *each* side there"
        " are N + 1 of them in all.",
    ),
    Mistake(
        "mean-image-half-added-twice",
        lambda x: _counted(x, 0.5, 1.5),
        "The lit count is right. Of N + 1 images in all, N + 1 - lit are dark, and the half is in that already: it has"
        " been added once more.",
    ),
    Mistake(
        "mean-image-total-of-pixels",
        lambda x: np.log(np.sum(x, axis=0) + 0.5) - np.log(x.shape[-1] + 0.5 - np.sum(x, axis=0)),
        "The lit count is right, but the dark one is taken from the number of *pixels*. How many images are there?"
        " `len(x)` knows.",
    ),
    Mistake(
        "mean-image-size-written-out",
        lambda x: np.log(np.sum(x, axis=0) + 0.5) - np.log(4000.5 - np.sum(x, axis=0)),
        "The lit count is right. The dark one takes it that there are 4,000 images, whatever x holds: `len(x)` knows"
        " how many there are.",
    ),
    Mistake(
        "mean-image-probabilities",
        lambda x: (np.sum(x, axis=0) + 0.5) / (len(x) + 1),
        "The probabilities are right, halves included; wanted are their logits, log(p / (1 - p)), the form in which"
        " `bernoulli_log_prob` takes them.",
    ),
    Mistake(
        "mean-image-mean",
        lambda x: np.mean(x, axis=0),
        "This is the mean image itself. Two things are missing: half an image added to the lit and to the dark count,"
        " and the logit of what that gives.",
    ),
    Mistake(
        "mean-image-log-probabilities",
        lambda x: np.log(np.sum(x, axis=0) + 0.5) - np.log(len(x) + 1),
        "That is log p. A logit compares p with 1 - p: log p - log(1 - p).",
    ),
    Mistake(
        "mean-image-odds",
        lambda x: np.exp(_counted(x, 0.5, 0.5)),
        "These are the odds, lit to dark, and right; the logit is their logarithm.",
    ),
    Mistake(
        "mean-image-sigmoid",
        lambda x: 1 / (1 + np.exp(-np.mean(x, axis=0))),
        "The sigmoid leads from logits to probabilities; here the way is the other one. And half an image belongs to"
        " each count first.",
        also=(lambda x: 1 / (1 + np.exp(-(np.sum(x, axis=0) + 0.5) / (len(x) + 1))),),
    ),
    Mistake(
        "mean-image-sign",
        lambda x: -_counted(x, 0.5, 0.5),
        "Every number is right but for its sign: yours are the logits of *dark*. The lit count goes on top.",
    ),
    Mistake(
        "mean-image-axis",
        lambda x: _counted(x.T, 0.5, 0.5),
        "You count along the pixels, and get one number for each image. Wanted is one for each pixel: count along the"
        " images, the first axis.",
    ),
    Mistake(
        "mean-image-one-number",
        lambda x: np.log(np.sum(x) + 0.5) - np.log(x.size + 0.5 - np.sum(x)),
        "All pixels of all images went into one count. Each pixel keeps its own: which axis of (N, D) are the images?",
        also=(lambda x: _logit(np.mean(x)), lambda x: np.mean(x)),
    ),
    Mistake(
        "mean-image-axis-kept",
        lambda x: _counted(x, 0.5, 0.5)[None],
        "The numbers are right, but an axis of length 1 has been kept: one image of logits has shape `(D,)`.",
    ),
    Mistake(
        "mean-image-to-base-2",
        lambda x: _counted(x, 0.5, 0.5) / np.log(2),
        "The form is right, with the logarithm to base 2. Sigmoid and nats belong to e: `np.log`.",
    ),
)
