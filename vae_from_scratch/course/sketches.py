"""Target beside yours: for exercises whose result is an image, a curve or a histogram, what a wrong answer gives on
arguments worth looking at, beside what ours gives there.

A picture is added to the card of an answer that runs and is wrong, if the difference can be seen. It comes with the
same fact in words.
"""

from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from vae_from_scratch import autoencoder, data, distributions, layers, ops, pca, training, vae
from vae_from_scratch.course import cards, svg
from vae_from_scratch.course.trial import Stop, fixture_result
from vae_from_scratch.pytree import tree_leaves

LUCK = 0.25  # of the highest: how far the counts of two histograms differ by luck alone


class Sketch(NamedTuple):
    """`args()` are arguments; `see(result)` is an image of them (H, W), ink in [0, 1], or a curve's heights at
    `places` (P,); `what` says what is seen. A difference shows if it is more than this part, `least`, of the range.
    """

    args: Callable
    see: Callable
    what: str
    places: np.ndarray | None = None
    least: float = 0.02


# ------------------------------------------------------------------- what is looked at


def digits(count):
    return data.load("digits").train[:count]


def square(result):
    """The first image of a batch of digits."""
    return np.reshape(result, (-1, 28, 28))[0]


def edges():
    """An image (1, 28, 28, 1) and a kernel that sees its left and upper edges."""
    kernel = np.array([[2.0, 1.0, 0.0], [1.0, 0.0, -1.0], [0.0, -1.0, -2.0]])
    return (kernel[:, :, None, None] / 4, np.zeros(1)), digits(1).reshape(1, 28, 28, 1).astype(float), 1, 1


def spread_out():
    """A coarse image (1, 7, 7, 1) and a kernel that spreads each pixel over its neighbors."""
    kernel = np.array([[0.2, 0.5, 0.2], [0.5, 1.0, 0.5], [0.2, 0.5, 0.6]])
    coarse = digits(1).reshape(1, 7, 4, 7, 4, 1).mean(axis=(2, 4)).astype(float)
    return (kernel[:, :, None, None], np.zeros(1)), coarse, 2, 1


@cache
def normal(count):
    """A standard normal's draws without luck, (count, 1), in order."""
    return np.array([[NormalDist().inv_cdf((i + 0.5) / count)] for i in range(count)])


def heights(bins):
    """The histogram of a result over these bins: draws in each."""
    return lambda result: np.histogram(result, bins)[0].astype(float)


X, CODE, PIXEL, WAY = (np.linspace(*ends, 121) for ends in ((-5, 5), (-1.2, 1.2), (0, 1), (0, 1)))
DRAWS, LEVELS = np.linspace(-4, 6, 41), np.linspace(-1 / 256, 9 / 256, 41)
EVEN = (np.arange(2000) + 0.5) / 2000  # uniforms without luck
BATCHES = [(np.zeros((2, 3)), np.zeros((2, 3)))] * 30


def middle(bins):
    return (bins[1:] + bins[:-1]) / 2


SKETCHES = {
    data.to_unit_interval: Sketch(
        lambda: (np.round(255 * digits(1)).astype(np.uint8),), square, "a digit, ink from 0 to 1"
    ),
    data.binarize: Sketch(
        lambda: (digits(1).astype(float), np.random.default_rng(0).random((1, 784))), square, "one draw of a gray digit"
    ),
    distributions.mean_image_logits: Sketch(
        lambda: ((digits(200) > 0.5).astype(float),),
        lambda logits: square(ops.sigmoid(logits)),
        "the probabilities that the logits of 200 digits stand for",
    ),
    pca.reconstruct: Sketch(
        lambda: (pca.pca(digits(200).astype(float), 20), digits(1).astype(float)),
        square,
        "a digit, reconstructed from 20 components",
    ),
    autoencoder.quantize: Sketch(
        lambda: (CODE[:, None], np.array([-1.0]), np.array([1.0]), 2),
        np.ravel,
        "a code from -1.2 to 1.2, cut to 2 bits between -1 and 1",
        CODE,
    ),
    ops.softplus: Sketch(lambda: (X, np.ones_like(X)), lambda parts: parts[0], "the value, over x", X),
    distributions.normal_log_prob: Sketch(
        lambda: (X, np.full_like(X, 1.0), np.full_like(X, 1.5)), np.exp, "the density of N(1, exp(1.5)), over x", X
    ),
    distributions.continuous_bernoulli_log_prob: Sketch(
        lambda: (PIXEL[:, None], np.full((121, 1), 3.0)), np.exp, "the density at logit 3, over the pixel's gray", PIXEL
    ),
    distributions.reparameterize: Sketch(
        lambda: (np.full((20_000, 1), 1.0), np.full((20_000, 1), 1.0), normal(20_000)),
        heights(DRAWS),
        "20,000 draws from N(1, exp(1)), counted in bins",
        middle(DRAWS),
        LUCK,
    ),
    data.to_likelihood_range: Sketch(
        lambda: (np.repeat(np.arange(8) / 255, 2000)[:, None], np.tile(EVEN, 8)[:, None]),
        heights(LEVELS),
        "the eight darkest levels, spread out and counted in bins",
        middle(LEVELS),
        LUCK,
    ),
    layers.conv2d: Sketch(
        edges, lambda maps: 0.5 + 0.5 * maps[0, :, :, 0], "a digit under a kernel that sees edges; gray is zero"
    ),
    layers.conv2d_transpose: Sketch(
        spread_out, lambda maps: maps[0, :, :, 0] / 1.5, "a coarse digit, each pixel spread over its neighbors"
    ),
    training.warm_up: Sketch(
        lambda: (BATCHES, 1.0, 20),
        lambda parts: parts[2],
        "beta in each of 30 batches, to 1 in 20 steps",
        np.arange(30.0),
    ),
    vae.interpolate: Sketch(
        lambda: (np.array([-1.0, 2.0]), np.array([3.0, 0.0]), WAY),
        lambda points: points[:, 0],
        "the first coordinate on the way from -1 to 3, over the fraction",
        WAY,
    ),
}


# ------------------------------------------------------------------- beside each other


def target_beside_yours(trial) -> str:
    """The picture of an answer on trial, as HTML; "" where there is none, or nothing to see."""
    sketch = SKETCHES.get(trial.task.reference)
    if sketch is None or trial.guard.left <= 0:
        return ""
    want = target(trial.task)
    try:
        got = trial.f(*sketch.args())
    except Stop:
        return ""
    if [np.shape(part) for part in tree_leaves(got)] != [np.shape(part) for part in tree_leaves(want)]:
        return ""
    with np.errstate(all="ignore"):
        want, got = (np.asarray(sketch.see(result), float) for result in (want, got))
    off = ~(np.abs(got - want) <= sketch.least * (np.ptp(want) or 1.0))
    return picture(sketch, want, got, off) if np.any(off) else ""


@cache
def target(task):
    """What ours gives on a sketch's arguments."""
    fixture_result(task)  # as the judge, in its order
    return task.used(task.plain)(*SKETCHES[task.reference].args())


def picture(sketch, want, got, off):
    """HTML of both, with a caption; `off` marks where they differ visibly."""
    words = f"{np.sum(off)} of {off.size} {'pixels' if sketch.places is None else 'points'} differ visibly"
    if sketch.places is None:
        pair = (("target", want), ("yours", got))
        shown = "".join(
            f'<div>{svg.image(image, f"{name}: {sketch.what}")}<div style="{cards.QUIET}">{name}</div></div>'
            for name, image in pair
        )
        legend = ""
    else:
        shown = svg.curves(sketch.places, want, got, f"target and yours: {sketch.what}; {words}")
        legend = f'Pale: the target. <span style="color:{svg.YOURS}">Dashed: yours.</span> '
    caption = f'<div style="{cards.QUIET}">{legend}Seen here: {sketch.what}. {words[0].upper() + words[1:]}.</div>'
    return f'<div style="margin-top:8px"><div style="display:flex;flex-wrap:wrap;gap:16px">{shown}</div>{caption}</div>'
