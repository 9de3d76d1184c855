"""Lesson 3: wrong ways to reconstruct from principal components, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.checks.mistakes_03_pca import X as SEEN
from vae_from_scratch.pca import pca, reconstruct

X = np.random.default_rng(33).normal(size=(5, 7)) * 1.4 + 0.9  # others than those the components were found on
PARAMS = {name: np.ascontiguousarray(part) for name, part in pca(SEEN, 3).items()}


def _back(p, coordinates, mean):
    return coordinates @ p["components"] + mean


def _coordinates(p, x, mean):
    return (x - mean) @ p["components"].T


MISTAKES = (
    Mistake(
        "reconstruct-mean-not-added",
        lambda p, x: _back(p, _coordinates(p, x, p["mean"]), 0.0),
        "The projection is right, but the mean that was subtracted is not added back: yours is off by exactly the mean"
        " image, for every example.",
    ),
    Mistake(
        "reconstruct-not-centered",
        lambda p, x: _back(p, _coordinates(p, x, 0.0), p["mean"]),
        "You add the mean at the end, but never subtracted it: the part of the mean that lies along the components is"
        " now in the result twice. The coordinates belong to x - mean.",
    ),
    Mistake(
        "reconstruct-without-the-mean",
        lambda p, x: _back(p, _coordinates(p, x, 0.0), 0.0),
        "You project onto a plane through the origin. The plane of principal components goes through the *mean*:"
        " subtract it before, add it after.",
    ),
    Mistake(
        "reconstruct-mean-subtracted-at-the-end",
        lambda p, x: _back(p, _coordinates(p, x, p["mean"]), -p["mean"]),
        "The projection is right, but at the end the mean is subtracted again where it should come back.",
    ),
    Mistake(
        "reconstruct-mean-of-these-examples",
        lambda p, x: _back(p, _coordinates(p, x, x.mean(axis=0)), x.mean(axis=0)),
        "You subtract the mean of the images given now. The plane was fitted once, and goes through the mean it was"
        ' fitted with: `params["mean"]`. Otherwise an image\'s reconstruction would depend on its company.',
        also=(
            lambda p, x: _back(p, _coordinates(p, x, x.mean(axis=0)), p["mean"]),
            lambda p, x: _back(p, _coordinates(p, x, p["mean"]), x.mean(axis=0)),
        ),
    ),
    Mistake(
        "reconstruct-coordinates-only",
        lambda p, x: _coordinates(p, x, p["mean"]),
        "These are the coordinates, and they are right: 3 numbers for each image. Now go back: each component, times"
        " its coordinate, added up, and the mean.",
        also=(lambda p, x: _coordinates(p, x, 0.0),),
    ),
    Mistake(
        "reconstruct-residual",
        lambda p, x: x - reconstruct(p, x),
        "This is what the reconstruction *misses*, x minus it. Wanted is what it keeps.",
    ),
    Mistake(
        "reconstruct-nothing-lost",
        lambda p, x: 1.0 * x,
        "Yours returns x itself. With fewer components than pixels something must be lost: are the coordinates taken"
        " along the components only?",
    ),
    Mistake(
        "reconstruct-whitened",
        lambda p, x: _back(p, _coordinates(p, x, p["mean"]) / np.sqrt(p["variances"]), p["mean"]),
        "The coordinates are divided by their standard deviations and not multiplied again: the way back must undo the"
        " way there. The variances are not needed here.",
        also=(lambda p, x: _back(p, _coordinates(p, x, p["mean"]) / p["variances"], p["mean"]),),
    ),
    Mistake(
        "reconstruct-times-the-variances",
        lambda p, x: _back(p, _coordinates(p, x, p["mean"]) * p["variances"], p["mean"]),
        "The coordinates are multiplied by how much they vary. A coordinate already says how far to go along its"
        " component, which has length 1: the variances are not needed here.",
        also=(lambda p, x: _back(p, _coordinates(p, x, p["mean"]) * np.sqrt(p["variances"]), p["mean"]),),
    ),
    Mistake(
        "reconstruct-cut-to-pixels",
        lambda p, x: np.clip(reconstruct(p, x), 0.0, 1.0),
        "The projection is right, but you cut it at 0 and 1. The nearest point of the plane may lie outside; cutting is"
        " the business of whoever draws it.",
    ),
    Mistake(
        "reconstruct-the-mean-for-all",
        lambda p, x: np.broadcast_to(p["mean"], x.shape) * 1.0,
        "Every image gets the mean, as with 0 components. Where do the coordinates of x come in?",
    ),
    Mistake(
        "reconstruct-fitted-anew",
        lambda p, x: reconstruct(pca(x, len(p["components"])), x),
        "You fit new components to the images given now. `params` holds those to use, fitted before, on other images:"
        " that is what makes a test a test.",
    ),
    Mistake(
        "reconstruct-first-component-only",
        lambda p, x: reconstruct({k: v if k == "mean" else v[:1] for k, v in p.items()}, x),
        "Only the first component is in it. Each component, times its own coordinate, belongs to the sum.",
        also=(lambda p, x: reconstruct({k: v if k == "mean" else v[-1:] for k, v in p.items()}, x),),
    ),
    Mistake(
        "reconstruct-sum-of-components",
        lambda p, x: np.broadcast_to(p["components"].sum(axis=0) + p["mean"], x.shape) * 1.0,
        "Every image gets the same reconstruction: the components are added up without the coordinates of x.",
    ),
)
