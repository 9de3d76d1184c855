"""The primitives: each one's value and its hand-derived derivative, side by side.

A body returns `value, (product, ...)`: for each argument the function that takes
g, the gradient of the value, to the gradient of that argument. Bodies are plain
NumPy expressions that write nothing in place, so they trace (second derivatives
are right) and NumPy's dispatch carries them to CuPy when the arrays are CuPy's.
float32 in, float32 out.
"""

from math import log, pi

import numpy as np
from autograd.tracer import getval

from vae_from_scratch.autodiff import primitive

LOG_2PI = log(2 * pi)


# ------------------------------------------------------------ shapes and sums


def unbroadcast(g, shape):
    """Gradient of an argument of this shape, from the gradient of what it was broadcast to: sums over the copies."""
    added = tuple(range(g.ndim - len(shape)))
    g = g.sum(axis=added) if added else g
    stretched = tuple(i for i, (size, now) in enumerate(zip(shape, g.shape, strict=True)) if size != now)
    return g.sum(axis=stretched, keepdims=True) if stretched else g


def rows(x):
    """x (..., D) as a matrix with one row per example, (rows, D)."""
    return x.reshape(-1, x.shape[-1])


def ones_like(x):
    return np.ones_like(getval(x))


def exp(x):
    """e to the x; a Python number gives a Python number, which widens no float32 array that it meets."""
    return float(np.exp(x)) if type(x) in (float, int) else np.exp(x)


@primitive
def sum_last(x):
    """Sum over the last axis: (..., D) -> (...)."""
    return x.sum(axis=-1), (lambda g: g[..., None] * ones_like(x),)


@primitive
def mean(x):
    """Mean of all entries: (...) -> ()."""
    return x.mean(), (lambda g: g / x.size * ones_like(x),)


@primitive
def log_mean_exp(values, axis=0):
    """log of the mean of exp(values) along an axis; the largest value is taken out before exp, so nothing overflows."""
    highest = values.max(axis=axis, keepdims=True)
    weights = np.exp(values - highest)
    total = weights.sum(axis=axis, keepdims=True)
    value = highest + np.log(total / values.shape[axis])
    return value.squeeze(axis), (lambda g: g.reshape(total.shape) * weights / total,)


# -------------------------------------------------------------------- layers


@primitive
def dense(x, W, b):
    """Affine map of each example: (..., D), (D, M), (M,) -> (..., M)."""
    return x @ W + b, (lambda g: g @ W.T, lambda g: rows(x).T @ rows(g), lambda g: rows(g).sum(axis=0))


@primitive
def relu(x):
    """max(x, 0), elementwise; slope 0 at 0."""
    return np.maximum(x, 0), (lambda g: g * (x > 0),)


@primitive
def tanh(x):
    """Hyperbolic tangent, elementwise."""
    y = np.tanh(x)
    return y, (lambda g: g * (1 - y * y),)


@primitive
def sigmoid(x):
    """1 / (1 + exp(-x)), elementwise, as (1 + tanh(x/2)) / 2, which cannot overflow."""
    y = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y, (lambda g: g * y * (1 - y),)


@primitive
def softplus(x):
    """log(1 + exp(x)), elementwise, as max(x, 0) + log1p(exp(-|x|)), which cannot overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), (lambda g: g * sigmoid(x),)


# -------------------------------------------------------------------- images


def places(shape, size, stride):
    """Slices of padded images (N, H, W, C): for each place of a size x size kernel, what it meets on its way."""
    rows, columns = ((side - size) // stride + 1 for side in shape[1:3])
    ends = stride * rows, stride * columns
    return [np.s_[:, i : i + ends[0] : stride, j : j + ends[1] : stride] for i in range(size) for j in range(size)]


@primitive
def im2col(x, size, stride=1, padding=0):
    """Patches of images with zeros around: (N, H, W, C) -> (N, H', W', size * size * C)."""
    around = (padding, padding)
    padded = np.pad(x, ((0, 0), around, around, (0, 0)))
    patches = np.concatenate([padded[place] for place in places(padded.shape, size, stride)], axis=-1)
    return patches, (lambda g: col2im(g, x.shape, size, stride, padding),)


@primitive
def col2im(patches, shape, size, stride=1, padding=0):
    """Images of this shape in which patches are added up where they came from: the transpose of im2col.

    Raises ValueError for patches that do not come from such images.
    """
    N, H, W, C = shape
    wanted = (N, *((side + 2 * padding - size) // stride + 1 for side in (H, W)), size * size * C)
    if patches.shape != wanted:
        raise ValueError(
            f"patches {patches.shape} are not those of images of {shape}: with size {size}, stride {stride} and padding"
            f" {padding} these have {wanted[1]} x {wanted[2]} places, {wanted}"
        )
    image = np.zeros_like(patches, shape=(N, H + 2 * padding, W + 2 * padding, C))
    for n, place in enumerate(places(image.shape, size, stride)):
        image[place] += patches[..., n * C : (n + 1) * C]
    inside = image[:, padding : padding + H, padding : padding + W]
    return inside, (lambda g: im2col(g, size, stride, padding),)


@primitive
def conv2d(x, W, b, stride=1, padding=0):
    """Kernels W (k, k, C, M) laid over images: (N, H, W, C) -> (N, H', W', M)."""
    kernels, size = rows(W), len(W)
    return im2col(x, size, stride, padding) @ kernels + b, (
        lambda g: col2im(g @ kernels.T, x.shape, size, stride, padding),
        lambda g: (rows(im2col(x, size, stride, padding)).T @ rows(g)).reshape(W.shape),
        lambda g: unbroadcast(g, b.shape),
    )


@primitive
def conv2d_transpose(y, W, b, stride=1, padding=0):
    """The transpose of conv2d with the same W (k, k, C, M), plus b (C,): (N, H', W', M) -> (N, H, W, C)."""
    kernels, size = rows(W), len(W)
    height, width = ((side - 1) * stride + size - 2 * padding for side in y.shape[1:3])
    return col2im(y @ kernels.T, (len(y), height, width, W.shape[2]), size, stride, padding) + b, (
        lambda g: im2col(g, size, stride, padding) @ kernels,
        lambda g: (rows(im2col(g, size, stride, padding)).T @ rows(y)).reshape(W.shape),
        lambda g: unbroadcast(g, b.shape),
    )


# ------------------------------------------------------------- distributions


@primitive
def bernoulli_log_prob(x, logits):
    """log-probability of x under independent Bernoulli pixels: (..., D), (..., D) -> (...), in nats."""
    return (x * logits - softplus(logits)).sum(axis=-1), (
        lambda g: unbroadcast(g[..., None] * ones_like(x * logits) * logits, np.shape(x)),
        lambda g: unbroadcast(g[..., None] * (x - sigmoid(logits)), np.shape(logits)),
    )


@primitive
def continuous_bernoulli_log_prob(x, logits):
    """log-density of x in [0, 1] of continuous Bernoulli pixels: (..., D), (..., D) -> (...), in nats."""
    size = np.maximum(np.abs(logits), 1e-3)  # never a division by 0; where the 1e-3 acts, the value is off by 4e-8
    log_normalizer = 0.5 * (logits + size) + np.log(-np.expm1(-size) / size)
    return (x * logits - log_normalizer).sum(axis=-1), (
        lambda g: unbroadcast(g[..., None] * ones_like(x * logits) * logits, np.shape(x)),
        lambda g: unbroadcast(g[..., None] * (x - continuous_bernoulli_mean(logits)), np.shape(logits)),
    )


def continuous_bernoulli_mean(logits):
    """Mean of each continuous Bernoulli pixel, 1 / (1 - exp(-l)) - 1 / l, elementwise: it is not sigmoid(l)."""
    size = np.maximum(np.abs(logits), 1e-3)
    above_half = 0.5 - 1 / size - np.exp(-size) / np.expm1(-size)
    return 0.5 + np.sign(logits) * above_half


@primitive
def normal_log_prob(x, mean, log_var):
    """log-density of each entry of x under N(mean, exp(log_var)): broadcast shape, in nats."""
    scaled = (x - mean) * exp(-0.5 * log_var)
    return -0.5 * (LOG_2PI + log_var + scaled * scaled), (
        lambda g: unbroadcast(-g * scaled * exp(-0.5 * log_var), np.shape(x)),
        lambda g: unbroadcast(g * scaled * exp(-0.5 * log_var), np.shape(mean)),
        lambda g: unbroadcast(g * 0.5 * (scaled * scaled - 1), np.shape(log_var)),
    )


@primitive
def kl_to_standard_normal(mean, log_var):
    """KL( N(mean, exp(log_var)) ‖ N(0, I) ) over the last axis: (..., L), (..., L) -> (...), in nats."""
    return 0.5 * (mean * mean + exp(log_var) - 1 - log_var).sum(axis=-1), (
        lambda g: unbroadcast(g[..., None] * ones_like(mean + log_var) * mean, np.shape(mean)),
        lambda g: unbroadcast(g[..., None] * ones_like(mean + log_var) * 0.5 * (exp(log_var) - 1), np.shape(log_var)),
    )


@primitive
def reparameterize(mean, log_var, epsilon):
    """mean + std * epsilon with std = exp(log_var / 2): broadcast shape."""
    std = exp(0.5 * log_var)
    return mean + std * epsilon, (
        lambda g: unbroadcast(g, np.shape(mean)),
        lambda g: unbroadcast(g * 0.5 * std * epsilon, np.shape(log_var)),
        lambda g: unbroadcast(g * std, np.shape(epsilon)),
    )
