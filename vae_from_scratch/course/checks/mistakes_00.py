"""Lesson 0: wrong ways to bring bytes to [0, 1], and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

PIXELS = np.random.default_rng(13).integers(3, 250, (5, 7)).astype(np.uint8)


def gray(p):
    return p.astype(np.float32) / 255


def _stretched(p, axis=None):
    low, high = (reduce(p, axis=axis, keepdims=True).astype(float) for reduce in (np.min, np.max))
    return (p - low) / np.maximum(high - low, 1)


def _over(p, reduce, axis=None):
    return p / np.maximum(reduce(p, axis=axis, keepdims=True), 1)


MISTAKES = (
    Mistake(
        "pixels-left-at-255",
        lambda p: p.astype(np.float32),
        "The pixels are still 0 to 255; full ink must be 1. Fed with these, the loss of a VAE falls below zero and has"
        " no floor: what is no probability costs whatever it likes. Divide by the largest byte there is.",
    ),
    Mistake(
        "pixels-divided-by-256",
        lambda p: p / 256,
        "Nearly: there are 256 different bytes, but the largest of them is 255. With yours full ink is 0.996, never 1.",
    ),
    Mistake(
        "pixels-integer-division",
        lambda p: p // 255,
        "Division between integers, or a cast back to them, has thrown the fractions away: only full ink is left, and"
        " every gray is 0. `/` divides bytes into floats, `//` does not.",
    ),
    Mistake(
        "pixels-standardized",
        lambda p: (gray(p) - 0.1307) / 0.3081,
        "These are standardized pixels: MNIST's mean taken off, its standard deviation divided out, as classifiers like"
        " them. Paper is then -0.42, and a pixel that is to become a probability cannot be negative. Only divide.",
    ),
    Mistake(
        "pixels-standardized-by-the-batch",
        lambda p: (gray(p) - gray(p).mean()) / gray(p).std(),
        "Mean taken off and standard deviation divided out: about half of the pixels are negative now, and what an"
        " image becomes depends on its neighbors in the batch. Only divide, and by the same number always.",
        also=(
            lambda p: (p - p.mean(axis=0)) / p.std(axis=0),
            lambda p: (p - p.mean(axis=-1, keepdims=True)) / p.std(axis=-1, keepdims=True),
        ),
    ),
    Mistake(
        "pixels-over-each-image-s-maximum",
        lambda p: _over(p, np.max, -1),
        "All lies in [0, 1], but each image is divided by its own largest byte: a faint stroke becomes full ink, like a"
        " firm one. The largest byte there can be is the same for all.",
    ),
    Mistake(
        "pixels-over-the-batch-s-maximum",
        lambda p: _over(p, np.max),
        "All lies in [0, 1], but the divisor is the largest byte that happens to be in this batch: beside other images"
        " the same one would come out otherwise. The largest byte there can be is always the same.",
    ),
    Mistake(
        "pixels-stretched",
        _stretched,
        "The smallest byte is pulled to 0 and the largest to 1, so that the contrast of each image or batch is lost."
        " Bytes have a range of their own: which are the smallest and the largest there can be?",
        also=(lambda p: _stretched(p, -1),),
    ),
    Mistake(
        "pixels-inverted",
        lambda p: 1 - gray(p),
        "The range is right, but paper and ink have changed places: here 0 is paper and 1 is ink, as in the bytes.",
    ),
    Mistake(
        "pixels-left-and-inverted",
        lambda p: 255 - p,
        "Paper and ink have changed places, and the numbers still reach 255. Here 0 is paper and 1 is ink.",
    ),
    Mistake(
        "pixels-from-minus-one-to-one",
        lambda p: p / 127.5 - 1,
        "These run from -1 to 1, which suits a tanh. A pixel that is to become a probability needs 0 to 1.",
        also=(lambda p: (p.astype(float) - 128) / 128, lambda p: 2 * (p / 255 - 0.5)),
    ),
    Mistake(
        "pixels-centered",
        lambda p: gray(p) - 0.5,
        "The scale is right, but a half has been taken off: paper is -0.5. Only divide.",
        also=(lambda p: p / 255 - (p / 255).mean(),),
    ),
    Mistake(
        "pixels-over-128",
        lambda p: p / 128,
        "Full ink comes out as nearly 2: half of 256 is not the largest byte.",
        also=(lambda p: p / 127, lambda p: p / 127.5),
    ),
    Mistake(
        "pixels-in-percent",
        lambda p: p / 100,
        "A byte is no percentage: full ink is 255, not 100, and yours reaches 2.55.",
        also=(lambda p: 100 * gray(p),),
    ),
    Mistake(
        "pixels-divided-twice",
        lambda p: gray(p) / 255,
        "The right divisor, once too often: full ink is 1/255 now, and every image almost blank.",
    ),
    Mistake(
        "pixels-thresholded",
        lambda p: p > 127,
        "Every pixel is 0 or 1: the grays are gone, and with them how sure the pen was. Lesson 1 makes black-and-white"
        " images too, but by a draw; here the gray is kept.",
        also=(lambda p: p > 128,),
    ),
    Mistake(
        "pixels-clipped",
        lambda p: np.minimum(p, 1),
        "The pixels are cut off at 1 and not scaled, so that every touch of gray is full ink. Divide, do not cut.",
    ),
    Mistake(
        "pixels-that-sum-to-one",
        lambda p: _over(p, np.sum, -1),
        "Each image adds up to 1 now, as if ink were shared out. Each pixel is a probability of its own, and they need"
        " not add up to anything.",
        also=(lambda p: _over(p, np.sum),),
    ),
    Mistake(
        "pixels-in-float16",
        lambda p: p.astype(np.float16) / 255,
        "The division is right, but float16 keeps three digits only. The course computes in float32: seven digits.",
        also=(lambda p: (p / 255).astype(np.float16),),
    ),
    Mistake(
        "pixels-flattened",
        lambda p: gray(p).ravel(),
        "The numbers are right, but all images lie in one long row. Keep the shape: NumPy divides every entry at once,"
        " however they are arranged.",
    ),
)
