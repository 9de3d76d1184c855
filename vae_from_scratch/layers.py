"""Layers: pure functions of (params, x), and the parameters they start from.

A layer's parameters are the pair (W, b) with W (inputs, outputs), for a convolution
(size, size, inputs, outputs); a stack of layers is a list of pairs. Starting values
are float32. Images are (N, H, W, C), C being channels.
"""

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.autodiff import computed_by


def init_dense(rng, n_in, n_out):
    """Parameters (W, b) of a dense layer: W uniform with variance 2 / (n_in + n_out), b zero (Glorot & Bengio 2010)."""
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out)).astype(np.float32), np.zeros(n_out, np.float32)


def init_mlp(rng, sizes):
    """Parameters of the dense layers between consecutive sizes: [(W, b), ...]."""
    return [init_dense(rng, n_in, n_out) for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True)]


def dense(params, x):
    """Affine map x W + b: params (W (D, M), b (M,)), x (..., D) -> (..., M)."""
    W, b = params
    if x.ndim > 2:  # all rows in one product: of K draws, x @ W would make K small ones
        return ops.dense(ops.rows(x), W, b).reshape(*x.shape[:-1], -1)
    return ops.dense(x, W, b)


def mlp(params, x, activation=ops.relu):
    """Dense layers, each followed by the activation: [(W, b), ...], (..., D) -> (..., M)."""
    for layer in params:
        x = activation(dense(layer, x))
    return x


# -------------------------------------------------------------- convolutions


def init_conv(rng, size, n_in, n_out):
    """Parameters (W, b) of a convolution: the variance of init_dense, for size * size times as many inputs."""
    limit = np.sqrt(6 / (size * size * (n_in + n_out)))
    return rng.uniform(-limit, limit, (size, size, n_in, n_out)).astype(np.float32), np.zeros(n_out, np.float32)


@computed_by(ops.im2col)
def im2col(x, size, stride=1, padding=0):
    """Patches of images with zeros around: (N, H, W, C) -> (N, H', W', size * size * C).

    The last axis lists the pixels under a size x size kernel, row after row, channels last;
    H' = (H + 2 * padding - size) // stride + 1, and W' likewise.
    """
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    height, width = ((side - size) // stride + 1 for side in x.shape[1:3])
    corners = [(i, j) for i in range(size) for j in range(size)]
    patches = [x[:, i : i + stride * height : stride, j : j + stride * width : stride] for i, j in corners]
    return np.concatenate(patches, axis=-1)


@computed_by(lambda params, x, stride=1, padding=0: ops.conv2d(x, *params, stride, padding))
def conv2d(params, x, stride=1, padding=0):
    """Kernels laid over images: params (W (k, k, C, M), b (M,)), (N, H, W, C) -> (N, H', W', M).

    b may also be (H', W', M), one for each place. The kernel is not turned round: what signal processing calls
    a correlation, networks call a convolution.
    """
    W, b = params
    return im2col(x, len(W), stride, padding) @ W.reshape(-1, W.shape[-1]) + b


@computed_by(lambda params, y, stride=1, padding=0: ops.conv2d_transpose(y, *params, stride, padding))
def conv2d_transpose(params, y, stride=1, padding=0):
    """The transpose of conv2d with the same W: params (W (k, k, C, M), b (C,)), (N, H', W', M) -> (N, H, W, C).

    With b = 0 in both, sum(y * conv2d(x)) = sum(conv2d_transpose(y) * x); H = (H' - 1) * stride + k - 2 * padding.
    """
    W, b = params
    height, width = ((side - 1) * stride + len(W) - 2 * padding for side in y.shape[1:3])
    patches = y @ W.reshape(-1, W.shape[-1]).T
    return ops.col2im(patches, (len(y), height, width, W.shape[2]), len(W), stride, padding) + b
