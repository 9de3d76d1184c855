"""The primitives: each one's value and its hand-derived derivative, side by side.

A body returns `value, (product, ...)`: for each argument the function that takes
g, the gradient of the value, to the gradient of that argument. Bodies are plain
NumPy expressions that write nothing in place, so they trace (second derivatives
are right) and NumPy's dispatch carries them to CuPy when the arrays are CuPy's.
float32 in, float32 out.
"""

from math import log, pi, prod

import numpy as np
from autograd.tracer import getval
from numpy.lib.stride_tricks import sliding_window_view

from vae_from_scratch.autodiff import primitive

LOG_2PI = log(2 * pi)


# ------------------------------------------------------------ shapes and sums


def unbroadcast(g, shape):
    """Gradient of an argument of this shape, from the gradient of what it was broadcast to: sums over the copies."""
    added = tuple(range(g.ndim - len(shape)))
    g = g.sum(axis=added) if added else g
    stretched = tuple(i for i, (size, now) in enumerate(zip(shape, g.shape, strict=True)) if size != now)
    return g.sum(axis=stretched, keepdims=True) if stretched else g


def summed(g, shape):
    """g (..., *shape) summed over the axes before those of the shape: a product, far faster where the last is short."""
    flat = g.reshape(-1, prod(shape))
    return (ones_like(flat[:, 0]) @ flat).reshape(shape)


def rows(x):
    """x (..., D) as a matrix with one row per example, (rows, D)."""
    return x.reshape(-1, x.shape[-1])


def times(x, W):
    """x @ W as one product of all rows: (..., D), (D, M) -> (..., M). x @ W itself makes one for each matrix in x."""
    return (rows(x) @ W).reshape(*x.shape[:-1], W.shape[1])


def once(f):
    """f that remembers its last call, for products that begin alike: a node hands the same g to each of them."""
    last = {}

    def call(g):
        if last.get("g") is not g:
            last.update(g=g, value=f(g))
        return last["value"]

    return call


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
    windows = sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::stride, ::stride]  # (N, H', W', C, k, k)
    patches = windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], -1)
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
def lay_down(y, W, shape, stride=1, padding=0):
    """Images of this shape on which each y (N, H', W', M) lays the kernels W (k, k, C, M), times y: they add up.

    It is col2im of all kernels times y, but one place under the kernel after the other, so that less is held at once
    and stays in the processor's cache.
    """
    N, height, width, C = shape
    image = np.zeros_like(y, shape=(N, height + 2 * padding, width + 2 * padding, C))
    for place, kernel in zip(places(image.shape, len(W), stride), W.reshape(-1, *W.shape[2:]), strict=True):
        image[place] += times(y, kernel.T)
    inside = image[:, padding : padding + height, padding : padding + width]
    return inside, read_off(y, W, stride, padding)


def read_off(y, W, stride, padding):
    """The two products of lay_down, for y and for W: both read g in patches."""
    patches = once(lambda g: im2col(g, len(W), stride, padding))
    return lambda g: times(patches(g), rows(W)), lambda g: (rows(patches(g)).T @ rows(y)).reshape(W.shape)


@primitive
def conv2d(x, W, b, stride=1, padding=0):
    """Kernels W (k, k, C, M) laid over images: (N, H, W, C) -> (N, H', W', M)."""
    patches = im2col(x, len(W), stride, padding)
    return times(patches, rows(W)) + b, (
        lambda g: lay_down(g, W, x.shape, stride, padding),
        lambda g: (rows(patches).T @ rows(g)).reshape(W.shape),
        lambda g: summed(g, b.shape),
    )


@primitive
def conv2d_transpose(y, W, b, stride=1, padding=0):
    """The transpose of conv2d with the same W (k, k, C, M), plus b (C,): (N, H', W', M) -> (N, H, W, C)."""
    height, width = ((side - 1) * stride + len(W) - 2 * padding for side in y.shape[1:3])
    images = lay_down(y, W, (len(y), height, width, W.shape[2]), stride, padding)
    return images + b, (*read_off(y, W, stride, padding), lambda g: summed(g, b.shape))


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
