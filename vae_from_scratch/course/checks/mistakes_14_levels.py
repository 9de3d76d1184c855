"""Lesson 14: wrong ways to spread gray levels, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake, same

_rng = np.random.default_rng(141)
LEVELS, UNIFORMS = _rng.integers(3, 250, (5, 7)) / 255, _rng.uniform(0.03, 0.97, (5, 7))


def spread(x, u):
    return (255 * x + u) / 256


def _own_noise(f):
    """Other uniforms change nothing, or the same ones do, in an answer whose pixels are no mere function of x."""
    first, other = f(LEVELS, UNIFORMS), f(LEVELS, UNIFORMS[::-1])
    if not same(first, f(LEVELS, UNIFORMS)):
        return True
    twice = np.repeat(LEVELS[:1, :1], 7, axis=1)
    return bool(same(first, other) and np.ptp(f(twice, UNIFORMS[:1])) > 1e-9)


SPREAD = (
    Mistake(
        "spread-left-on-its-levels",
        lambda x, u: x,
        "The pixels are in [0, 1], and still on 256 points of it. A density can pile itself up on points without any"
        " bound. Level k must lie anywhere between k/256 and (k + 1)/256: that is what the uniforms are for.",
        also=(lambda x, u: 255 * x / 256,),
    ),
    Mistake(
        "spread-divided-by-255",
        lambda x, u: (255 * x + u) / 255,
        "The levels are spread as they should be, but there are 256 of them, each of width 1: divided by 255 the"
        " highest reach 256/255, outside [0, 1].",
    ),
    Mistake(
        "spread-noise-as-large-as-the-picture",
        lambda x, u: x + u,
        "The uniforms are added as they come, as large as the whole range: nothing of the picture is left. The noise"
        " has the width of one level, 1/256.",
        also=(lambda x, u: (x + u) / 2, lambda x, u: np.clip(x + u, 0, 1), lambda x, u: 255 * x / 256 + u),
    ),
    Mistake(
        "spread-beside-its-level",
        lambda x, u: x + u / 256,
        "The noise has the right width, but it is put on k/255: the highest level reaches 1.004, and levels overlap"
        " their neighbors' places. Level k begins at k/256.",
    ),
    Mistake(
        "spread-clipped",
        lambda x, u: np.clip(x + u / 256, 0, 1),
        "Noise first, then a clip: all of the highest level lands on exactly 1 again, a single point, where a density"
        " has no bound. Make room instead: 256 levels, each of width 1/256.",
        also=(
            lambda x, u: np.minimum(x + u / 255, 1),
            lambda x, u: np.clip(x + (u - 0.5) / 256, 0, 1),
            lambda x, u: np.clip(x + (u - 0.5) / 255, 0, 1),
        ),
    ),
    Mistake(
        "spread-left-at-256",
        lambda x, u: 255 * x + u,
        "The levels are spread, but the unit is still that of bytes, 0 to 256. A continuous Bernoulli lives on [0, 1].",
    ),
    Mistake(
        "spread-not-brought-to-levels",
        lambda x, u: (x + u) / 256,
        "Divided by 256, but x is already in [0, 1]: the picture has become fainter than its own noise. Level k is"
        " 255 · x.",
        also=(lambda x, u: (x + u) / 255,),
    ),
    Mistake(
        "spread-centered-noise",
        lambda x, u: (255 * x + u - 0.5) / 256,
        "The width is right, but the noise is centered on the level: paper becomes negative now and then. Level 0 lies"
        " between 0 and 1/256.",
        also=(
            lambda x, u: x + (u - 0.5) / 256,
            lambda x, u: x + (u - 0.5) / 255,
            lambda x, u: (255 * x + u - 0.5) / 255,
        ),
    ),
    Mistake(
        "spread-subtracted",
        lambda x, u: (255 * x - u) / 256,
        "The noise is taken off: level k lies below k/256, and paper below 0. Add it.",
        also=(lambda x, u: (255 * x + 1 - u) / 256,),
    ),
    Mistake(
        "spread-one-uniform-per-image",
        lambda x, u: spread(x, u[:, :1]),
        "One uniform moves all pixels of an image alike. Each pixel has its own.",
    ),
    Mistake(
        "spread-one-uniform-per-pixel",
        lambda x, u: spread(x, u[:1]),
        "All images get the uniforms of the first. Each image has its own row of them.",
    ),
    Mistake(
        "spread-own-noise",
        lambda x, u: spread(x, np.random.default_rng(0).random(x.shape)),
        "The levels are spread, but with numbers of your own, and `uniforms` goes unused. The draws are an argument, so"
        " that the same call gives the same images to everybody.",
        detect=_own_noise,
    ),
    Mistake(
        "spread-binarized",
        lambda x, u: (u < x).astype(float),
        "That is lesson 1's draw: every pixel is 0 or 1, as a Bernoulli likelihood needs. Here the gray is to be kept,"
        " for a density: spread each level over its own 1/256.",
        also=(lambda x, u: (x > 0.5).astype(float),),
    ),
    Mistake(
        "spread-standardized",
        lambda x, u: (spread(x, u) - spread(x, u).mean()) / spread(x, u).std(),
        "Spread, and then standardized: about half of the pixels are negative, and a continuous Bernoulli has no"
        " density there. A Gaussian may have any unit, but this one must be [0, 1].",
        also=(
            lambda x, u: (x - x.mean()) / x.std(),
            lambda x, u: (x - 0.1307) / 0.3081,
            lambda x, u: 2 * spread(x, u) - 1,
            lambda x, u: 2 * x - 1,
        ),
    ),
)
