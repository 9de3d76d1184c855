"""Answers to lesson 1's exercises: right in many ways, and wrong as students write them, with the id each must get."""

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.distributions import bernoulli_log_prob

# ---- right, each in its own way -----------------------------------------------------------------


def binarize_where(x, uniforms):
    return np.where(uniforms < x, np.ones_like(x), np.zeros_like(x))


def binarize_by_sign(x, uniforms):
    return np.heaviside(x - uniforms, np.zeros_like(x))


def binarize_written_into(x, uniforms):
    images = np.zeros(x.shape, x.dtype)
    images[x > uniforms] = 1
    return images


def binarize_by_images(x, uniforms):
    return np.stack([np.array([p > u for p, u in zip(a.ravel(), b.ravel(), strict=True)], x.dtype).reshape(a.shape)
                     for a, b in zip(x, uniforms, strict=True)])  # fmt: skip


def binarize_at_most(x, uniforms):
    return (uniforms <= x).astype(x.dtype)


def mean_image_of_counts(x):
    lit, dark = x.sum(0) + 0.5, (1 - x).sum(0) + 0.5
    return np.log(lit / dark)


def mean_image_by_probabilities(x):
    p = (np.sum(x, axis=0) + 0.5) / (len(x) + 1)
    return np.log(p / (1 - p))


def mean_image_by_log1p(x):
    p = (x.sum(axis=0) + 0.5) / (x.shape[0] + 1)
    return np.log(p) - np.log1p(-p)


def mean_image_with_two_halves_of_an_image(x):
    gray = np.full((1, x.shape[1]), 0.5, x.dtype)
    p = np.concatenate([x, gray]).mean(axis=0)
    return np.log(p) - np.log(1 - p)


def mean_image_by_cases(x):
    return np.log((x == 1).sum(axis=0) + 0.5) - np.log((x == 0).sum(axis=0) + 0.5)


def bernoulli_by_cases(x, logits):
    return np.sum(np.where(x == 1, logits, 0) - np.logaddexp(0, logits), axis=-1)


def bernoulli_filled_in(x, logits):
    result = np.zeros(np.broadcast_shapes(x.shape, logits.shape)[:-1], logits.dtype)
    result[...] = np.sum(x * logits - np.logaddexp(0, logits), axis=-1)
    return result


UNTRACED = (bernoulli_by_cases, bernoulli_filled_in)  # right before there are gradients


def classes_as_product(logits, x):
    return x @ logits.T - np.logaddexp(0, logits).sum(axis=-1)


def classes_in_a_loop(logits, x):
    return np.stack([distributions.bernoulli_log_prob(x, image) for image in logits], axis=1)


def classes_einsum(logits, x):
    return np.einsum("nd,cd->nc", x, logits) - np.sum(np.logaddexp(0, logits), axis=1)


def classes_as_columns(logits, x):
    return np.column_stack([np.sum(x * row - np.logaddexp(0, row), axis=-1) for row in logits])


RIGHT = {
    "binarize": (binarize_where, binarize_by_sign, binarize_written_into, binarize_by_images, binarize_at_most),
    "mean_image_logits": (
        mean_image_of_counts, mean_image_by_probabilities, mean_image_by_log1p, mean_image_with_two_halves_of_an_image,
    ),
    "class_means_log_prob": (classes_as_product, classes_in_a_loop, classes_einsum, classes_as_columns),
}  # fmt: skip

CLOSE = (
    ("binarize", binarize_at_most, "never light up"),
    ("binarize", lambda x, u: np.where(u < x, 1.0, 0.0), "float64"),
    ("mean_image_logits", lambda x: distributions.mean_image_logits(x.astype(float)), "float64"),
    ("mean_image_logits", mean_image_by_cases, "gray"),
    *(("bernoulli_log_prob", answer, "from lesson 2 on") for answer in UNTRACED),
)

# ---- wrong, as students write it, with the id that each must be recognized under ----------------


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def logit_of(p):
    return np.log(p / (1 - p))


WRONG = [
    ("binarize", "binarize-inverted", lambda x, u: (u > x).astype(x.dtype)),
    ("binarize", "binarize-inverted", lambda x, u: np.where(u > x, 1.0, 0.0)),
    ("binarize", "binarize-thresholded", lambda x, u: np.where(x > 0.5, 1.0, 0.0)),
    ("binarize", "binarize-thresholded", lambda x, u: (x >= 0.5).astype(x.dtype)),
    ("binarize", "binarize-thresholded-at-the-mean", lambda x, u: np.where(x > np.mean(x), 1.0, 0.0)),
    ("binarize", "binarize-own-noise", lambda x, u: (np.random.default_rng().random(x.shape) < x).astype(x.dtype)),
    ("binarize", "binarize-own-noise", lambda x, u: np.random.default_rng(3).binomial(1, x).astype(x.dtype)),
    ("binarize", "binarize-uniforms-turned-round", lambda x, u: np.where(x + u >= 1, 1.0, 0.0)),
    ("binarize", "binarize-one-uniform-per-image", lambda x, u: (u[:, [0]] < x).astype(x.dtype)),
    ("binarize", "binarize-one-image-of-uniforms", lambda x, u: (u[0] < x).astype(x.dtype)),
    ("binarize", "binarize-gray-kept", lambda x, u: x * (u < x)),
    ("binarize", "binarize-uniforms-kept", lambda x, u: u * (u < x)),
    ("binarize", "binarize-not-compared", lambda x, u: x - u),
    ("binarize", "binarize-multiplied", lambda x, u: u * x),
    ("binarize", "binarize-minus-one-to-one", lambda x, u: np.where(u < x, 1.0, -1.0)),
    ("binarize", "binarize-to-255", lambda x, u: np.where(u < x, 255.0, 0.0)),
    ("binarize", "binarize-kept-as-it-is", lambda x, u: 1 * x),
    ("mean_image_logits", "mean-image-no-smoothing", lambda x: np.log(x.sum(0)) - np.log(len(x) - x.sum(0))),
    ("mean_image_logits", "mean-image-adds-one", lambda x: np.log((x.sum(0) + 1) / (len(x) - x.sum(0) + 1))),
    ("mean_image_logits", "mean-image-clipped", lambda x: -np.log(1 / np.clip(x.mean(0), 1e-6, 1 - 1e-6) - 1)),
    ("mean_image_logits", "mean-image-clipped", lambda x: np.log((x.mean(0) + 1e-8) / (1 - x.mean(0) + 1e-8))),
    ("mean_image_logits", "mean-image-half-added-to-the-mean", lambda x: np.log((x.mean(0) + 0.5) / (1.5 - x.mean(0)))),
    ("mean_image_logits", "mean-image-half-added-to-the-mean", lambda x: logit_of((x.mean(0) + 0.5) / (len(x) + 1))),
    ("mean_image_logits", "mean-image-size-written-out", lambda x: logit_of((x.sum(0) + 0.5) / 4001)),
    ("mean_image_logits", "mean-image-half-on-one-side", lambda x: np.log(x.sum(0) + 0.5) - np.log((1 - x).sum(0))),
    (
        "mean_image_logits",
        "mean-image-half-taken-from-the-dark",
        lambda x: np.log(x.sum(0) + 0.5) - np.log(len(x) - (x.sum(0) + 0.5)),
    ),
    (
        "mean_image_logits",
        "mean-image-total-of-pixels",
        lambda x: np.log(x.sum(0) + 0.5) - np.log(x.shape[1] + 1 - (x.sum(0) + 0.5)),
    ),
    (
        "mean_image_logits",
        "mean-image-half-added-twice",
        lambda x: np.log(x.sum(0) + 0.5) - np.log(len(x) + 1 - x.sum(0) + 0.5),
    ),
    ("mean_image_logits", "mean-image-probabilities", lambda x: sigmoid(distributions.mean_image_logits(x))),
    ("mean_image_logits", "mean-image-mean", lambda x: x.sum(0) / len(x)),
    ("mean_image_logits", "mean-image-log-probabilities", lambda x: np.log((x.sum(0) + 0.5) / (len(x) + 1))),
    ("mean_image_logits", "mean-image-odds", lambda x: (x.sum(0) + 0.5) / (len(x) - x.sum(0) + 0.5)),
    ("mean_image_logits", "mean-image-sigmoid", lambda x: sigmoid(x.mean(0))),
    ("mean_image_logits", "mean-image-sign", lambda x: np.log(((1 - x).sum(0) + 0.5) / (x.sum(0) + 0.5))),
    ("mean_image_logits", "mean-image-axis", lambda x: np.log((x.sum(1) + 0.5) / (x.shape[1] - x.sum(1) + 0.5))),
    ("mean_image_logits", "mean-image-one-number", lambda x: np.log(np.mean(x) / (1 - np.mean(x)))),
    ("class_means_log_prob", "class-means-transposed", lambda v, x: bernoulli_log_prob(x, v[:, None])),
    (
        "class_means_log_prob",
        "class-means-posterior",
        lambda v, x: classes_einsum(v, x) - np.log(np.sum(np.exp(classes_einsum(v, x)), 1, keepdims=True)),
    ),
    (
        "class_means_log_prob",
        "class-means-posterior-probabilities",
        lambda v, x: np.exp(classes_einsum(v, x)) / np.exp(classes_einsum(v, x)).sum(1, keepdims=True),
    ),
    ("class_means_log_prob", "class-means-joint", lambda v, x: classes_einsum(v, x) + np.log(1 / len(v))),
    ("class_means_log_prob", "class-means-arguments-exchanged", lambda v, x: bernoulli_log_prob(v, x[:, None])),
    ("bernoulli_log_prob", "bernoulli-softplus-of-x", lambda x, v: bernoulli_log_prob(v, x)),
    (
        "class_means_log_prob",
        "class-means-already-averaged",
        lambda v, x: distributions.log_mean_exp(classes_einsum(v, x), axis=1),
    ),
    ("class_means_log_prob", "class-means-mean-of-logs", lambda v, x: classes_einsum(v, x).mean(-1)),
    ("class_means_log_prob", "class-means-best-class", lambda v, x: classes_einsum(v, x).max(axis=1)),
    ("class_means_log_prob", "class-means-argmax", lambda v, x: classes_einsum(v, x).argmax(axis=-1)),
    ("class_means_log_prob", "class-means-softplus-missing", lambda v, x: np.einsum("nd,cd->nc", x, v)),
    (
        "class_means_log_prob",
        "class-means-softplus-of-all-classes",
        lambda v, x: np.dot(x, v.T) - np.logaddexp(0, v).sum(),
    ),
    ("class_means_log_prob", "class-means-sign", lambda v, x: np.logaddexp(0, v).sum(-1) - x @ v.T),
    ("class_means_log_prob", "class-means-pixel-mean", lambda v, x: classes_einsum(v, x) / x.shape[1]),
    ("class_means_log_prob", "class-means-kept-per-pixel", lambda v, x: x[:, None, :] * v - np.logaddexp(0, v)),
    ("class_means_log_prob", "class-means-summed-over-images", lambda v, x: classes_einsum(v, x).sum(0)),
    ("class_means_log_prob", "class-means-sigmoid-twice", lambda v, x: classes_einsum(sigmoid(v), x)),
    ("class_means_log_prob", "class-means-x-turned-round", lambda v, x: classes_einsum(v, 1 - x)),
    ("class_means_log_prob", "class-means-probabilities", lambda v, x: np.exp(classes_einsum(v, x))),
]

# ---- wrong in a way that nobody listed, with words that its message must contain ----------------

UNLISTED = [
    ("binarize", lambda x, u: (u < x**2).astype(x.dtype), ("0.3",)),
    ("binarize", lambda x, u: (np.sqrt(u) < x).astype(x.dtype), ("right for 3 of the 5 images",)),
    ("binarize", lambda x, u: u < x, ("`bool`", "`.astype`")),
    ("binarize", lambda x, u: (u < x).astype(int), ("`int64`", "floats", "`.astype`")),
    ("binarize", lambda x, u: (u < x).sum(-1).astype(float), ("pixels have been merged",)),
    ("mean_image_logits", lambda x: 2 * distributions.mean_image_logits(x), ("-1.022",)),
    ("mean_image_logits", lambda x: np.log(x + 0.5) - np.log(1.5 - x), ("images have not been summed up",)),
    (
        "mean_image_logits",
        lambda x: np.cumsum(distributions.mean_image_logits(x)),
        ("right for 2 of the 7 pixels only, at index 0, 6",),
    ),
    ("class_means_log_prob", lambda v, x: classes_einsum(v, x) / 5, ("-0.2773",)),
    ("class_means_log_prob", lambda v, x: bernoulli_log_prob(x[:, None], v[::-1]), ("not in their places",)),
    ("class_means_log_prob", lambda v, x: [classes_einsum(v, x)], ("`list`", "np.stack")),
]

RAISED = [
    ("class_means_log_prob", lambda v, x: bernoulli_log_prob(x, v), ("shapes",)),
]
