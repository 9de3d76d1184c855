"""Answers to lesson 14's exercises that students might hand in: right in many ways, and wrong as students write it."""

import autograd.numpy as anp
import numpy as np

# ---- right, each in its own way ------------------------------------------------------------------


def density_by_the_sign(x, logits):
    size = anp.maximum(anp.abs(logits), 1e-3)
    towards = anp.where(logits > 0, 1 - x, x)
    return anp.sum(anp.log(size) - anp.log(1 - anp.exp(-size)) - towards * size - 0 * logits, axis=-1)


def density_by_sinh(x, logits):
    half = np.maximum(np.abs(logits), 1e-3) / 2
    log_sinh = half + np.log(-np.expm1(-2 * half)) - np.log(2)
    return np.sum((x - 0.5) * logits - log_sinh + np.log(half), axis=-1)


def density_with_a_series(x, logits):
    small = np.abs(logits) < 0.02
    safe = anp.where(small, 1.0, logits)
    size = np.abs(safe)
    exact = np.maximum(safe, 0) + np.log(-np.expm1(-size)) - np.log(size)
    series = logits / 2 + logits**2 / 24
    return anp.sum(x * logits - anp.where(small, series, exact), axis=-1)


def density_beside_the_bernoulli(x, logits):
    size = np.maximum(np.abs(logits), 1e-3)
    log_constant = np.logaddexp(0, -size) - np.log(-np.expm1(-size)) + np.log(size)
    even = np.logaddexp(0, -size) + (size - logits) / 2 + logits
    return np.sum(x * logits - even + log_constant, axis=-1)


def levels_first(x, uniforms):
    return (np.round(255 * x) + uniforms) / 256


def by_pieces(x, uniforms):
    return x * (255 / 256) + uniforms / 256


def pixel_by_pixel(x, uniforms):
    width = 1 / 256
    return np.stack([[width * (255 * a + b) for a, b in zip(*rows, strict=True)] for rows in zip(x, uniforms)])  # noqa: B905


def in_double(x, uniforms):
    return np.add(np.multiply(x, 255.0), uniforms) * 0.00390625


RIGHT = {
    "continuous_bernoulli_log_prob": (
        density_by_the_sign, density_by_sinh, density_with_a_series, density_beside_the_bernoulli,
    ),
    "to_likelihood_range": (levels_first, by_pieces, in_double),
}  # fmt: skip

# ---- wrong, as students write it, with the id that each must be recognized under -----------------


def sigmoid(v):
    return 1 / (1 + anp.exp(-v))


CONTINUOUS, SPREAD = "continuous_bernoulli_log_prob", "to_likelihood_range"


def by_size(log_area, floor=1e-3):
    return lambda x, v: (x * v - log_area(v, anp.maximum(abs(v), floor))).sum(-1)


def rest(s):
    return anp.log(-anp.expm1(-s) / s)


WRONG = [
    (CONTINUOUS, "continuous-half-forgotten", by_size(lambda v, s: (v + s) + rest(s))),
    (CONTINUOUS, "continuous-other-end", by_size(lambda v, s: anp.minimum(v, 0) + rest(s))),
    (CONTINUOUS, "continuous-grown-twice", by_size(lambda v, s: (v + s) / 2 + anp.log(anp.expm1(s) / s))),
    (CONTINUOUS, "continuous-size-shifted", by_size(lambda v, s: (v + s + 1e-3) / 2 + rest(s + 1e-3), 0.0)),
    (CONTINUOUS, "continuous-sign-lost-with-the-size", by_size(lambda v, s: s + rest(s))),
    (CONTINUOUS, "continuous-without-its-constant", lambda x, v: (x * v - anp.logaddexp(0, v)).sum(-1)),
    (
        CONTINUOUS,
        "continuous-without-its-constant",
        lambda x, v: anp.sum(x * anp.log(sigmoid(v)) + (1 - x) * anp.log(1 - sigmoid(v)), axis=1),
    ),
    (CONTINUOUS, "continuous-sign", lambda x, v: (anp.log((anp.exp(v) - 1) / v) - x * v).sum(-1)),
    (CONTINUOUS, "continuous-area-missing", lambda x, v: anp.einsum("nd,nd->n", x, v)),
    (CONTINUOUS, "continuous-area-sign", lambda x, v: (x * v + anp.log(anp.expm1(v) / v)).sum(-1)),
    (CONTINUOUS, "continuous-area-from-zero-forgotten", lambda x, v: (x * v - v + anp.log(anp.abs(v))).sum(-1)),
    (
        CONTINUOUS,
        "continuous-sign-lost-with-the-size",
        lambda x, v: (x * v - anp.log(anp.expm1(anp.maximum(abs(v), 1e-3)) / anp.maximum(abs(v), 1e-3))).sum(-1),
    ),
    (
        CONTINUOUS,
        "continuous-part-of-the-area-turned-round",
        lambda x, v: (x * v - (v + abs(v)) / 2 + anp.log(-anp.expm1(-abs(v)) / abs(v))).sum(-1),
    ),
    (
        CONTINUOUS,
        "continuous-negative-logits-cut-off",
        lambda x, v: (x * v - anp.log((anp.exp(anp.maximum(v, 1e-3)) - 1) / anp.maximum(v, 1e-3))).sum(-1),
    ),
    (CONTINUOUS, "continuous-divided-by-zero", lambda x, v: (x * v - anp.log((anp.exp(v) - 1) / v)).sum(-1)),
    (CONTINUOUS, "continuous-divided-by-zero", lambda x, v: (x * v - anp.log(anp.expm1(v) / v)).sum(-1)),
    (
        CONTINUOUS,
        "continuous-small-number-inside",
        lambda x, v: (x * v - anp.log((anp.exp(v) - 1) / (v + 1e-8))).sum(-1),
    ),
    (
        CONTINUOUS,
        "continuous-of-probabilities",
        lambda x, v: (x * sigmoid(v) - anp.log(anp.expm1(sigmoid(v)) / sigmoid(v))).sum(-1),
    ),
    (CONTINUOUS, "continuous-x-turned-round", lambda x, v: ((1 - x) * v - anp.log(anp.expm1(v) / v)).sum(-1)),
    (CONTINUOUS, "continuous-pixel-mean", lambda x, v: (x * v - anp.log(anp.expm1(v) / v)).mean(-1)),
    (CONTINUOUS, "continuous-kept-per-pixel", lambda x, v: x * v - anp.log(anp.expm1(v) / v)),
    (CONTINUOUS, "continuous-sum-over-everything", lambda x, v: anp.sum(x * v - anp.log(anp.expm1(v) / v))),
    (CONTINUOUS, "continuous-squared-error", lambda x, v: -anp.sum((sigmoid(v) - x) ** 2, axis=1)),
    (SPREAD, "spread-left-on-its-levels", lambda x, u: np.clip(x, 0, 1)),
    (SPREAD, "spread-divided-by-255", lambda x, u: x + u / 255),
    (SPREAD, "spread-noise-as-large-as-the-picture", lambda x, u: x + u),
    (SPREAD, "spread-beside-its-level", lambda x, u: x + u * (1 / 256)),
    (SPREAD, "spread-clipped", lambda x, u: np.minimum(x + u / 256, 1.0)),
    (SPREAD, "spread-left-at-256", lambda x, u: np.round(x * 255) + u),
    (SPREAD, "spread-not-brought-to-levels", lambda x, u: (x + u) / 256),
    (SPREAD, "spread-beside-its-level", lambda x, u: (x * 256 + u) / 256),
    (SPREAD, "spread-centered-noise", lambda x, u: (x * 255 + (u - 0.5)) / 256),
    (
        SPREAD,
        "spread-one-uniform-per-image",
        lambda x, u: np.stack([(255 * a + b[0]) / 256 for a, b in zip(x, u, strict=True)]),
    ),
    (SPREAD, "spread-own-noise", lambda x, u: (255 * x + np.random.default_rng().random(x.shape)) / 256),
    (SPREAD, "spread-own-noise", lambda x, u: (255 * x + np.random.default_rng(3).random(x.shape)) / 256),
    (SPREAD, "spread-binarized", lambda x, u: (x > u) * 1.0),
    (SPREAD, "spread-standardized", lambda x, u: (x - np.mean(x)) / np.std(x)),
]

# ---- wrong in a way that nobody listed, with words that its message must contain -----------------

UNLISTED = [
    (CONTINUOUS, lambda x, v: (x * v - anp.log(anp.exp(v) - 1)).sum(-1), ("there is 1.5", "logarithm or a root of")),
    (CONTINUOUS, by_size(lambda v, s: (v + s) / 2 + rest(s), 0.1), ("log-density 0 everywhere", "for three pixels")),
    (CONTINUOUS, lambda x, v: density_by_sinh(x, v) / 35, ("1/35",)),
    (CONTINUOUS, lambda x, v: 2 * density_by_sinh(x, v), ("3 ln 3 / 2",)),
    (SPREAD, lambda x, u: (255 * x + u / 2) / 256, ("100.5/256",)),
    (SPREAD, lambda x, u: ((255 * x + u) / 256).T, ("shape",)),
    (SPREAD, lambda x, u: (254 * x + u) / 256, ("Level 100 begins",)),
]
