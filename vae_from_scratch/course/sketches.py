"""What to look at: for exercises whose result is an image, a curve or a histogram, arguments that show what the
function does, and how their result is seen.

They are small and without luck, so that they take milliseconds and are the same each time.
"""

from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from vae_from_scratch import (
    autodiff,
    autoencoder,
    data,
    distributions,
    evaluation,
    layers,
    ops,
    optimizers,
    pca,
    training,
    vae,
)

LUCK = 0.25  # of the highest: how far the counts of two histograms differ by luck alone


class Sketch(NamedTuple):
    """`args()` are arguments; `see(result)` is an image of them (H, W), ink in [0, 1], or a curve's heights at
    `places` (P,), or counts in `bins`, whose edges (P + 1,) are given; `what` says what is seen. A difference shows if
    it is more than this part, `least`, of the range.
    """

    args: Callable
    see: Callable
    what: str
    places: np.ndarray | None = None
    bins: np.ndarray | None = None
    least: float = 0.02


# ------------------------------------------------------------------- what it is given


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


def log_normal(z, mean, std):
    """The log-density of N(mean, std²) on a grid: (G,), (M, 1) -> (M, G)."""
    return -0.5 * ((z - mean) / std) ** 2 - np.log(std * np.sqrt(2 * np.pi))


def heights(bins):
    """The histogram of a result over these bins: draws in each."""
    return lambda result: np.histogram(result, bins)[0].astype(float)


@cache
def small_digits():
    """200 digits of 14 by 14 pixels: (200, 196)."""
    return digits(200).reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196).astype(float)


@cache
def drawing():
    """Parameters of a decoder that draws digits, and a latent of one: a layer of relu, and components of 200 digits."""
    found = pca.pca(digits(200).astype(float), 20)
    there, back = np.eye(20), 8 * found["components"]
    hidden, logits = (np.hstack([there, -there]), np.zeros(40)), (np.vstack([back, -back]), 8 * found["mean"] - 4)
    return {"decoder": {"hidden": [hidden], "logits": logits}}, (digits(1) - found["mean"]) @ found["components"].T


@cache
def classes():
    """The logits of ten class means, (10, 784), and a digit of each class, (10, 784)."""
    found, x = data.load("digits"), (digits(500) > 0.5).astype(float)
    of_class = [x[found.train_labels[:500] == label] for label in range(10)]
    return np.stack([distributions.mean_image_logits(some) for some in of_class]), np.stack(
        [some[0] for some in of_class]
    )


def certain():
    """Parameters of an encoder that says mean 1.5 and LOG_VAR of whatever it sees, one pixel."""
    nothing = np.zeros((1, len(LOG_VAR)))
    return {"encoder": {"hidden": [], "mean": (nothing, nothing[0] + 1.5), "log_var": (nothing, LOG_VAR)}}


def patchwork(patches):
    """Patches laid in their places, without overlap: (1, 3, 3, 100) -> (30, 30)."""
    return patches.reshape(3, 3, 10, 10).swapaxes(1, 2).reshape(30, 30)


X, WIDE, CODE, PIXEL, WAY = (np.linspace(*ends, 121) for ends in ((-5, 5), (-3, 3), (-1.2, 1.2), (0, 1), (0, 1)))
LOG_VAR, AROUND, GRID = np.linspace(-3, 2, 121), 1 + WIDE, np.linspace(-6, 6, 201)
DRAWS, LEVELS = np.linspace(-4, 6, 41), np.linspace(-1 / 256, 9 / 256, 41)
EVEN = (np.arange(2000) + 0.5) / 2000  # uniforms without luck
BATCHES = [(np.zeros((2, 3)), np.zeros((2, 3)))] * 30


# ------------------------------------------------------------------- what is seen of each function

SKETCHES = {
    data.to_unit_interval: Sketch(
        lambda: (np.round(255 * digits(1)).astype(np.uint8),), square, "a digit, ink from 0 to 1"
    ),
    data.binarize: Sketch(
        lambda: (digits(1).astype(float), np.random.default_rng(0).random((1, 784))), square, "one draw of a gray digit"
    ),
    distributions.bernoulli_log_prob: Sketch(
        lambda: (np.tile([1.0, 0.0, 0.0], (121, 1)), np.stack([X, X, X], axis=1)),
        np.asarray,
        "log p(x) of one lit pixel and two dark ones, over the logit that they share",
        X,
    ),
    distributions.mean_image_logits: Sketch(
        lambda: ((digits(200) > 0.5).astype(float),),
        lambda logits: square(ops.sigmoid(logits)),
        "the probabilities that the logits of 200 digits stand for",
    ),
    evaluation.class_means_log_prob: Sketch(
        classes,
        lambda nats: np.exp(nats - np.max(nats, axis=1, keepdims=True)),
        "how probable each of ten digits, a row each, is under ten class means beside the best of them",
    ),
    autodiff.numeric_gradient: Sketch(
        lambda: (lambda x: np.sum(np.sin(x)), X), np.asarray, "the slope of sin, over x", X
    ),
    ops.softplus: Sketch(lambda: (X, np.ones_like(X)), lambda parts: parts[0], "the value, over x", X),
    pca.pca: Sketch(
        lambda: (small_digits(), 2),
        lambda found: 0.5 + 2 * found["components"][0].reshape(14, 14),
        "the first component of 200 coarse digits; gray is zero",
    ),
    pca.reconstruct: Sketch(
        lambda: (pca.pca(digits(200).astype(float), 20), digits(1).astype(float)),
        square,
        "a digit, reconstructed from 20 components",
    ),
    layers.mlp: Sketch(
        lambda: (
            [(np.array([[1.0, -1.0]]), np.array([1.0, -1.0])), (np.array([[1.0], [1.0]]), np.array([-2.0]))],
            X[:, None],
        ),
        np.ravel,
        "what two layers, of two units and of one, make of x, over x",
        X,
    ),
    optimizers.adam_step: Sketch(
        lambda: (np.zeros(121), WIDE, (np.zeros(121), np.zeros(121), 0), 0.1),
        lambda stepped: stepped[0],
        "where Adam's first step leads from 0 at the learning rate 0.1, over the gradient",
        WIDE,
    ),
    autoencoder.quantize: Sketch(
        lambda: (CODE[:, None], np.array([-1.0]), np.array([1.0]), 2),
        np.ravel,
        "a code from -1.2 to 1.2, cut to 2 bits between -1 and 1",
        CODE,
    ),
    distributions.log_mean_exp: Sketch(
        lambda: (np.stack([np.zeros(121), X]),), np.asarray, "what it makes of 0 and x, over x", X
    ),
    distributions.normal_log_prob: Sketch(
        lambda: (X, np.full_like(X, 1.0), np.full_like(X, 1.5)), np.exp, "the density of N(1, exp(1.5)), over x", X
    ),
    evaluation.importance_log_prob: Sketch(
        lambda: (np.stack([np.zeros(121), X]), np.stack([np.zeros(121), X / 4])),
        np.asarray,
        "the estimate from two draws, of log p(x, z) 0 and t and of log r(z) 0 and t/4, over t",
        X,
    ),
    evaluation.effective_sample_size: Sketch(
        lambda: (np.stack([np.zeros(121), np.zeros(121), X]),),
        np.asarray,
        "how many of three draws do the work, the third's log weight going from -5 to 5",
        X,
    ),
    evaluation.lower_bound: Sketch(
        lambda: (np.stack([np.zeros(121), X]), np.stack([np.zeros(121), X / 4])),
        np.asarray,
        "the bound from two draws, of log p(x, z) 0 and t and of log q(z) 0 and t/4, over t",
        X,
    ),
    distributions.kl_on_grid: Sketch(
        lambda: (log_normal(GRID, WIDE[::4, None], 0.5), log_normal(GRID, np.zeros((31, 1)), 1.0), GRID[1] - GRID[0]),
        np.asarray,
        "KL of N(m, 0.5²) from N(0, 1), over m",
        WIDE[::4],
    ),
    distributions.kl_to_standard_normal: Sketch(
        lambda: (np.full((121, 2), 1.5), np.stack([LOG_VAR, LOG_VAR], axis=1)),
        np.asarray,
        "KL of two latents with mean 1.5, over the log_var that they share",
        LOG_VAR,
    ),
    distributions.reparameterize: Sketch(
        lambda: (np.full((20_000, 1), 1.0), np.full((20_000, 1), 1.0), normal(20_000)),
        heights(DRAWS),
        "20,000 draws from N(1, exp(1)), counted in bins",
        bins=DRAWS,
        least=LUCK,
    ),
    evaluation.score_function_gradient: Sketch(
        lambda: (AROUND**2, AROUND[:, None], np.array([1.0]), np.array([1.0])),
        lambda parts: parts[1][:, 0],
        "what a draw z of N(1, exp(1)) says of the slope of the mean of z² with respect to log_var, over z",
        AROUND,
    ),
    vae.decode: Sketch(
        drawing,
        lambda logits: square(ops.sigmoid(logits)),
        "the probabilities that a decoder's logits stand for",
    ),
    vae.generate: Sketch(
        lambda: (*drawing(), np.random.default_rng(0).random((1, 784))), square, "one draw of an image"
    ),
    evaluation.nearest_neighbors: Sketch(
        lambda: (digits(201)[200:].astype(float), digits(200).astype(float)),
        lambda found: square(np.take(digits(200), found[0].astype(int), axis=0, mode="clip")),
        "the nearest of 200 digits to another one",
    ),
    vae.interpolate: Sketch(
        lambda: (np.array([-1.0, 2.0]), np.array([3.0, 0.0]), WAY),
        lambda points: points[:, 0],
        "the first coordinate on the way from -1 to 3, over the fraction",
        WAY,
    ),
    evaluation.rate_per_unit: Sketch(
        lambda: (certain(), np.zeros((2, 1))),
        np.asarray,
        "the rate of units of mean 1.5, over their log_var",
        LOG_VAR,
    ),
    evaluation.log_aggregate_posterior: Sketch(
        lambda: (X[:, None], np.array([[-2.0], [0.5], [1.5]]), np.array([[-1.0], [-2.0], [0.0]])),
        np.exp,
        "the density of three posteriors together, over one latent",
        X,
    ),
    training.warm_up: Sketch(
        lambda: (BATCHES, 1.0, 20),
        lambda parts: parts[2],
        "beta in each of 30 batches, to 1 in 20 steps",
        np.arange(30.0),
    ),
    layers.im2col: Sketch(
        lambda: (digits(1).reshape(1, 28, 28, 1).astype(float), 10, 10, 1),
        patchwork,
        "nine patches of a digit, each laid in its place",
    ),
    layers.conv2d: Sketch(
        edges, lambda maps: 0.5 + 0.5 * maps[0, :, :, 0], "a digit under a kernel that sees edges; gray is zero"
    ),
    layers.conv2d_transpose: Sketch(
        spread_out, lambda maps: maps[0, :, :, 0] / 1.5, "a coarse digit, each pixel spread over its neighbors"
    ),
    distributions.continuous_bernoulli_log_prob: Sketch(
        lambda: (PIXEL[:, None], np.full((121, 1), 3.0)), np.exp, "the density at logit 3, over the pixel's gray", PIXEL
    ),
    data.to_likelihood_range: Sketch(
        lambda: (np.repeat(np.arange(8) / 255, 2000)[:, None], np.tile(EVEN, 8)[:, None]),
        heights(LEVELS),
        "levels 0 to 7, spread out and counted in bins",
        bins=LEVELS,
        least=LUCK,
    ),
}
