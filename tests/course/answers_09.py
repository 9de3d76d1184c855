"""Answers to lesson 9's exercises that students might hand in: right in many ways, and wrong with what must be said."""

import numpy as np
from scipy.spatial.distance import cdist

from vae_from_scratch import evaluation, ops, vae
from vae_from_scratch.vae import DENSE

# ---- right, each in its own way ------------------------------------------------------------------


def generate_in_steps(params, z, uniforms=None, model=DENSE):
    logits = model.decode(params, z)
    means = ops.sigmoid(logits)
    if uniforms is None:
        return means
    return (uniforms < means).astype(means.dtype)


def generate_by_tanh(params, z, uniforms=None, model=DENSE):
    means = 0.5 + 0.5 * np.tanh(0.5 * model.decode(params, z))
    return means if uniforms is None else np.where(uniforms < means, 1, 0).astype(means.dtype)


def generate_by_heaviside(params, z, uniforms=None, model=DENSE):
    means = ops.sigmoid(model.decode(params, z))
    if uniforms is not None:
        return np.heaviside(means - uniforms, 0).astype(means.dtype)
    return means


def generate_by_exp(params, z, uniforms=None, model=DENSE):
    with np.errstate(over="ignore"):
        means = 1 / (1 + np.exp(-model.decode(params, z)))
    return means if uniforms is None else 1.0 * (uniforms <= means).astype(means.dtype)


def neighbors_by_scipy(x, reference):
    squared = cdist(x, reference, "sqeuclidean").astype(x.dtype)
    return squared.argmin(axis=1), squared.min(axis=1)


def neighbors_by_a_loop(x, reference):
    found, squared = [], []
    for image in x:
        distances = np.sum((reference - image) ** 2, axis=1)
        found.append(np.argmin(distances))
        squared.append(np.min(distances))
    return np.array(found), np.array(squared)


def neighbors_by_broadcasting(x, reference):
    squared = np.sum((x[:, None] - reference[None]) ** 2, axis=-1)
    nearest = squared.argmin(axis=1)
    return nearest, squared[np.arange(len(x)), nearest]


def neighbors_by_einsum(x, reference):
    own, other = np.einsum("nd,nd->n", x, x), np.einsum("md,md->m", reference, reference)
    squared = np.maximum(own[:, None] + other - 2 * np.einsum("nd,md->nm", x, reference), 0)
    return squared.argmin(1), squared.min(1)


def neighbors_without_the_own_square(x, reference):
    partial = np.sum(reference * reference, axis=-1) - 2 * np.dot(x, reference.T)
    least = partial.min(axis=-1) + np.sum(x * x, axis=-1)
    return partial.argmin(axis=-1), np.where(least < 0, 0, least)


def line_from_the_start(start, end, fractions):
    return start + fractions[:, None] * (end - start)


def line_by_outer(start, end, fractions):
    return np.outer(1 - fractions, start) + np.outer(fractions, end)


def line_by_stacking(start, end, fractions):
    return np.stack([(1 - t) * start + t * end for t in fractions])


def line_in_place(start, end, fractions):
    points = np.empty((len(fractions), len(start)), start.dtype)
    for k, t in enumerate(fractions):
        points[k] = start + t * (end - start)
    return points


RIGHT = {
    "generate": (generate_in_steps, generate_by_tanh, generate_by_heaviside, generate_by_exp),
    "nearest_neighbors": (
        neighbors_by_a_loop, neighbors_by_broadcasting, neighbors_by_einsum, neighbors_without_the_own_square,
        neighbors_by_scipy,
    ),
    "interpolate": (line_from_the_start, line_by_outer, line_by_stacking, line_in_place),
}  # fmt: skip

# ---- wrong, as students write it -----------------------------------------------------------------


def _generate(image_of, mean_of=lambda logits: ops.sigmoid(logits)):
    def generate(params, z, uniforms=None, model=DENSE):
        means = mean_of(model.decode(params, z))
        return means if uniforms is None else image_of(means, uniforms)

    return generate


def always_the_means(params, z, uniforms=None, model=DENSE):
    return ops.sigmoid(model.decode(params, z))


def draws_inside(params, z, uniforms=None, model=DENSE):
    means = ops.sigmoid(model.decode(params, z))
    return np.random.binomial(1, means).astype(float)  # noqa: NPY002 (as students draw)


def draws_z_again(params, z, uniforms=None, model=DENSE):
    z = np.random.default_rng(0).normal(size=z.shape)
    means = ops.sigmoid(model.decode(params, z))
    return means if uniforms is None else (uniforms < means).astype(means.dtype)


def dense_decoder(params, z, uniforms=None, model=DENSE):
    means = ops.sigmoid(vae.decode(params, z))
    return means if uniforms is None else (uniforms < means).astype(means.dtype)


def rounds_always(params, z, uniforms=None, model=DENSE):
    return np.round(ops.sigmoid(model.decode(params, z)))


def logits_only(params, z, uniforms=None, model=DENSE):
    return model.decode(params, z)


def odds_by_exp(params, z, uniforms=None, model=DENSE):
    odds = np.exp(model.decode(params, z))
    means = odds / (1 + odds)
    return means if uniforms is None else (uniforms < means).astype(means.dtype)


def _table(x, r):
    return ((x[:, None] - r) ** 2).sum(-1)


WRONG = [
    ("generate", "generate-sigmoid-forgotten", _generate(lambda m, u: (u < m).astype(float), lambda logits: logits)),
    ("generate", "generate-means-as-samples", always_the_means),
    ("generate", "generate-rounds-the-means", _generate(lambda m, u: (m >= 0.5).astype(float))),
    ("generate", "generate-turned-round", _generate(lambda m, u: (m < u).astype(float))),
    ("generate", "generate-noise-added", _generate(lambda m, u: u + m)),
    ("generate", "generate-sigmoid-forgotten", logits_only),
    ("generate", "generate-rounds-unasked", rounds_always),
    ("generate", "generate-exp-overflows", odds_by_exp),
    ("generate", "generate-logits-turned-round", _generate(lambda m, u: 1.0 * (u < m), lambda v: 1 / (1 + np.exp(v)))),
    ("generate", "generate-upper-tail", _generate(lambda m, u: np.floor(u + m))),
    ("generate", "generate-share-of-paper", _generate(lambda m, u: (m < 1 - u).astype(float))),
    ("generate", "generate-draws-unasked", draws_inside),
    ("generate", "generate-own-latents", draws_z_again),
    ("generate", "generate-model-ignored", dense_decoder),
    ("nearest_neighbors", "neighbors-not-squared", lambda x, r: (_table(x, r).argmin(1), _table(x, r).min(1) ** 0.5)),
    ("nearest_neighbors", "neighbors-farthest", lambda x, r: (_table(x, r).argmax(1), _table(x, r).max(1))),
    ("nearest_neighbors", "neighbors-of-the-references", lambda x, r: (_table(x, r).argmin(0), _table(x, r).min(0))),
    ("nearest_neighbors", "neighbors-parts-swapped", lambda x, r: (_table(x, r).min(1), _table(x, r).argmin(1))),
    ("nearest_neighbors", "neighbors-averaged-over-the-pixels",
        lambda x, r: (_table(x, r).argmin(1), ((x[:, None] - r) ** 2).mean(-1).min(1))),
    ("nearest_neighbors", "neighbors-one-for-all", lambda x, r: (_table(x, r).argmin(), _table(x, r).min())),
    ("nearest_neighbors", "neighbors-largest-product", lambda x, r: ((x @ r.T).argmax(1), (x @ r.T).max(1))),
    ("interpolate", "interpolate-from-end-to-start", lambda a, b, t: t[:, None] * a + (1 - t[:, None]) * b),
    ("interpolate", "interpolate-end-added", lambda a, b, t: a + np.outer(t, b)),
    ("interpolate", "interpolate-one-fraction-per-latent", lambda a, b, t: a + t * (b - a)),
    ("interpolate", "interpolate-latents-as-rows", lambda a, b, t: a[:, None] + t * (b - a)[:, None]),
    ("interpolate", "interpolate-fractions-ignored", lambda a, b, t: np.linspace(a, b, len(t))),
    ("interpolate", "interpolate-the-middle-only", lambda a, b, t: a + 0.5 * (b - a)),
]  # fmt: skip

# ---- wrong in a way that nobody listed, with words that its message must contain -----------------

UNLISTED = [
    (
        "generate",
        _generate(lambda m, u: 1.0 * (u < m), lambda logits: ops.sigmoid(2 * logits)),
        ("ln 3 is a mean of ¾",),
    ),
    ("generate", _generate(lambda m, u: 2.0 * (u < m)), ("0.74 draws ink",)),
    (
        "generate",
        lambda p, z, uniforms=None, model=DENSE: (
            vae.generate(p, z, uniforms, model)
            if uniforms is not None
            else vae.generate(p, z, None, model).mean(axis=0)
        ),
        ("an array of shape (7,)",),
    ),
    (
        "nearest_neighbors",
        lambda x, r: (_table(x, r).argmin(1).astype(float), _table(x, r).min(1)),
        ("whole numbers", "np.argmin"),
    ),
    (
        "nearest_neighbors",
        lambda x, r: (_table(x, r).argmin(1), (x[:, None] != r).sum(-1).min(1)),
        ("squared distances", "int64"),
    ),
    ("nearest_neighbors", lambda x, r: evaluation.nearest_neighbors(x, r)[0], ("tuple",)),
    ("nearest_neighbors", lambda x, r: evaluation.nearest_neighbors(x**2, r**2), ("squared distance",)),
    ("nearest_neighbors", lambda x, r: (*evaluation.nearest_neighbors(x, r), x), ("3 parts",)),
    ("interpolate", lambda a, b, t: line_from_the_start(a, b, t**2), ("Half way",)),
    ("interpolate", lambda a, b, t: line_from_the_start(a, b, np.clip(t, 0, 1)), ("beyond the ends",)),
    (
        "interpolate",
        lambda a, b, t: line_from_the_start(a, b, t) + 1.0,
        ("fraction 0 is the start", "Yours goes from [1.0, 1.0, 5.0]"),
    ),
]

RAISED = [
    (
        "generate",
        lambda p, z, uniforms=None, model=DENSE: 1.0 * (uniforms < ops.sigmoid(model.decode(p, z))),
        ("`is None` tells",),
    ),
    (
        "generate",
        lambda p, z, uniforms=None, model=DENSE: model.decode(p, z) if uniforms == None else z,  # noqa: E711
        ("`is None` tells",),
    ),
    ("generate", lambda p, z, uniforms=None, model=DENSE: model.decode(p["decoder"], z), ("KeyError", "decoder")),
    ("nearest_neighbors", lambda x, r: np.sum((x - r) ** 2, axis=1), ("do not fit together",)),
    ("interpolate", lambda a, b, t: t * a + (1 - t) * b, ("do not fit together",)),
]
