"""Layers: pure functions of (params, x), and the parameters they start from.

A layer's parameters are the pair (W, b) with W (inputs, outputs); a stack of
layers is a list of pairs. Starting values are float32.
"""

import numpy as np

from vae_from_scratch import ops


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
    return ops.dense(x, W, b)


def mlp(params, x, activation=ops.relu):
    """Dense layers, each followed by the activation: [(W, b), ...], (..., D) -> (..., M)."""
    for layer in params:
        x = activation(dense(layer, x))
    return x
