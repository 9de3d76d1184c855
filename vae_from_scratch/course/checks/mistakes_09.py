"""Lesson 9: wrong ways to find a nearest neighbor and to walk from one latent to another, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(9)
X, REFERENCE = 0.4 + _rng.standard_normal((5, 7)), 0.2 + _rng.standard_normal((11, 7))
START, END, FRACTIONS = _rng.standard_normal(3), 0.5 + _rng.standard_normal(3), np.sort(_rng.random(11))

# ---- the nearest neighbor ------------------------------------------------------------------------


def _squared(x, reference, own=1, twice=-2, other=1):
    """Squared distances (N, M), its three terms with these factors."""
    return own * np.sum(x**2, 1)[:, None] + twice * x @ reference.T + other * np.sum(reference**2, 1)


def _least(squared):
    return np.argmin(squared, axis=1), np.min(squared, axis=1)


def _at(squared, found):
    return found, squared[np.arange(len(found)), found]


def _cosine(x, reference):
    return (x @ reference.T) / np.linalg.norm(x, axis=1)[:, None] / np.linalg.norm(reference, axis=1)


def _absolute(x, reference):
    return np.sum(np.abs(x[:, None] - reference), axis=-1)


NEIGHBORS = (
    Mistake(
        "neighbors-not-squared",
        lambda x, r: (_least(_squared(x, r))[0], np.sqrt(_least(_squared(x, r))[1])),
        "The neighbors are right. But these are distances, and squared ones are asked for: leave the square root out.",
    ),
    Mistake(
        "neighbors-farthest",
        lambda x, r: (np.argmax(_squared(x, r), axis=1), np.max(_squared(x, r), axis=1)),
        "The distances are computed rightly, and then the *largest* is chosen: these are the farthest.",
        also=(lambda x, r: _at(_squared(x, r), np.argmax(_squared(x, r), axis=1)),),
    ),
    Mistake(
        "neighbors-of-the-references",
        lambda x, r: (np.argmin(_squared(x, r), axis=0), np.min(_squared(x, r), axis=0)),
        "You look for the nearest example of each reference, the other way around. In the table of distances (N, M), an"
        " example is a row: which axis runs along it?",
    ),
    Mistake(
        "neighbors-product-once",
        lambda x, r: _least(_squared(x, r, twice=-1)),
        "Nearly: in |x - r|² = (x - r)·(x - r) the product x·r appears twice. Multiply it out.",
    ),
    Mistake(
        "neighbors-product-added",
        lambda x, r: _least(_squared(x, r, twice=2)),
        "With a plus this is |x + r|². Which sign has the product in |x - r|²?",
    ),
    Mistake(
        "neighbors-largest-product",
        lambda x, r: (np.argmax(x @ r.T, axis=1), np.max(x @ r.T, axis=1)),
        "This takes the reference with the largest product x·r. One with much ink has a large product with everything;"
        " what does |x - r|² take off for it?",
        also=(
            lambda x, r: _at(_squared(x, r), np.argmax(x @ r.T, axis=1)),
            lambda x, r: _least(_squared(x, r, other=0)),
            lambda x, r: _least(_squared(x, r, own=0, other=0)),
        ),
    ),
    Mistake(
        "neighbors-own-square-forgotten",
        lambda x, r: _least(_squared(x, r, own=0)),
        "The neighbors are right, since |x|² is the same for all references. But the distances lack it, and some are"
        " below 0.",
    ),
    Mistake(
        "neighbors-cosine",
        lambda x, r: (np.argmax(_cosine(x, r), axis=1), np.max(_cosine(x, r), axis=1)),
        "This compares directions: the cosine does not notice when an image has twice the ink. Asked for is the squared"
        " distance.",
        also=(
            lambda x, r: _at(_squared(x, r), np.argmax(_cosine(x, r), axis=1)),
            lambda x, r: _least(1 - _cosine(x, r)),
        ),
    ),
    Mistake(
        "neighbors-absolute-differences",
        lambda x, r: _least(_absolute(x, r)),
        "Absolute differences, added up, are a distance too, and another one. Square the differences.",
        also=(lambda x, r: _at(_squared(x, r), np.argmin(_absolute(x, r), axis=1)),),
    ),
    Mistake(
        "neighbors-averaged-over-the-pixels",
        lambda x, r: (_least(_squared(x, r))[0], _least(_squared(x, r))[1] / x.shape[1]),
        "The neighbors are right, but the squared differences are averaged over the pixels where they should be"
        " added up.",
    ),
    Mistake(
        "neighbors-all-distances",
        lambda x, r: (_least(_squared(x, r))[0], _squared(x, r)),
        "The neighbors are right. With them you return the whole table of distances; of each row only the least is"
        " asked for.",
    ),
    Mistake(
        "neighbors-parts-swapped",
        lambda x, r: _least(_squared(x, r))[::-1],
        "Both are right, but in the wrong order: the indices first, then the squared distances.",
        also=(lambda x, r: tuple(1.0 * part for part in _least(_squared(x, r))[::-1]),),
    ),
    Mistake(
        "neighbors-all-in-order",
        lambda x, r: (np.argsort(_squared(x, r), axis=1), np.sort(_squared(x, r), axis=1)),
        "These are all references in order of their distance. Asked for is the first of each row only.",
        also=(lambda x, r: (np.argsort(_squared(x, r), axis=1), _least(_squared(x, r))[1]),),
    ),
    Mistake(
        "neighbors-the-second",
        lambda x, r: (np.argsort(_squared(x, r), axis=1)[:, 1], np.sort(_squared(x, r), axis=1)[:, 1]),
        "This is the *second* nearest. That leaves an image out which looks for itself among its own kind; here the"
        " references are others, so the first counts.",
    ),
    Mistake(
        "neighbors-one-for-all",
        lambda x, r: (np.argmin(_squared(x, r)), np.min(_squared(x, r))),
        "One pair came out, the nearest of all. Each example has a neighbor of its own: the least along a row.",
    ),
)

# ---- from one latent to another ------------------------------------------------------------------


def _line(start, end, fractions):
    return start + np.reshape(fractions, (-1, 1)) * (end - start)


def _arc(start, end, fractions):
    """Spherical interpolation: along the arc between the two directions."""
    t = np.reshape(fractions, (-1, 1))
    angle = np.arccos(np.clip(start @ end / np.linalg.norm(start) / np.linalg.norm(end), -1, 1))
    return (np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)


def _as_long(start, end, fractions):
    """The straight line, each point stretched to the length that lies between those of the ends."""
    points, t = _line(start, end, fractions), np.reshape(fractions, (-1, 1))
    lengths = (1 - t) * np.linalg.norm(start) + t * np.linalg.norm(end)
    return points / np.linalg.norm(points, axis=1, keepdims=True) * lengths


INTERPOLATE = (
    Mistake(
        "interpolate-from-end-to-start",
        lambda start, end, t: _line(end, start, t),
        "A straight line, walked the wrong way: fraction 0 is `start`, and yours is `end` there.",
    ),
    Mistake(
        "interpolate-start-forgotten",
        lambda start, end, t: t[:, None] * (end - start),
        "The step towards the end is right. But it has to be taken from `start`; yours is taken from 0.",
    ),
    Mistake(
        "interpolate-end-added",
        lambda start, end, t: start + t[:, None] * end,
        "It begins at `start`, and ends at start + end. What has to be added to `start` to arrive at `end`?",
    ),
    Mistake(
        "interpolate-all-of-the-start",
        lambda start, end, t: start + t[:, None] * (end + start),
        "A sign: the way from start to end is end - start.",
        also=(lambda start, end, t: start - t[:, None] * (end - start),),
    ),
    Mistake(
        "interpolate-on-the-sphere",
        _arc,
        "This is the arc on a sphere, often recommended for latents. The lesson measures further down whether it is any"
        " better; asked for is the straight line.",
    ),
    Mistake(
        "interpolate-length-kept",
        _as_long,
        "The straight line, but each point stretched, so that it is as long as the ends. Leave the points where the"
        " line has them.",
        also=(lambda start, end, t: _line(start, end, t) / np.sqrt((1 - t) ** 2 + t**2)[:, None],),
    ),
    Mistake(
        "interpolate-fractions-ignored",
        lambda start, end, t: _line(start, end, np.linspace(0, 1, len(t))),
        "A straight line with as many points, but evenly spaced. The points belong where `fractions` says.",
    ),
    Mistake(
        "interpolate-fractions-doubled",
        lambda start, end, t: (1 - t[:, None]) * start + t[:, None] * (end - start),
        "Two ways of writing it are mixed. One weighs the two ends, the other adds a share of the way to the whole of"
        " `start`: choose one.",
    ),
    Mistake(
        "interpolate-unit-steps",
        lambda start, end, t: start + t[:, None] * (end - start) / np.linalg.norm(end - start),
        "The direction is right, but cut to length 1, so that fraction 1 does not arrive. Leave the difference as long"
        " as it is.",
    ),
    Mistake(
        "interpolate-latents-as-rows",
        lambda start, end, t: _line(start, end, t).T,
        "The points are right, but each is a column. As everywhere a point is a row: (K, L).",
    ),
    Mistake(
        "interpolate-one-fraction-per-latent",
        lambda start, end, t: (1 - t) * start + t * end,
        "The formula is right. But `fractions`, (K,), meets the L latents along one axis, where each of K points needs"
        " all L. Make it a column: `fractions[:, None]` is (K, 1).",
        also=(lambda start, end, t: start + t * (end - start),),
    ),
    Mistake(
        "interpolate-the-middle-only",
        lambda start, end, t: (start + end) / 2,
        "This is the middle of the line. There are to be K points, one at each fraction.",
        also=(lambda start, end, t: np.broadcast_to((start + end) / 2, (len(t), len(start))),),
    ),
)
