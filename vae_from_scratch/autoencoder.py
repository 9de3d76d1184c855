"""The autoencoder: an encoder, a decoder, and nothing random. It describes images, and has no p(x).

Params come first: {"encoder": [(W, b), ...], "decoder": [(W, b), ...]}, two stacks of layers with a bend after each
but the last. Images x (N, D), codes (N, C). The error is squared, summed over pixels, and its mean taken over examples.
"""

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.layers import dense, init_mlp, mlp


def init(rng, data_dim=784, hidden=(256, 128), code_dim=8, output_bias=0.0):
    """Parameters, float32; the decoder mirrors the encoder. Its output begins at output_bias, a number or (D,).

    hidden=() makes both maps straight.
    """
    sizes = [data_dim, *hidden, code_dim]
    encoder, (*inner, (W, b)) = init_mlp(rng, sizes), init_mlp(rng, sizes[::-1])
    return {"encoder": encoder, "decoder": [*inner, (W, (b + output_bias).astype(np.float32))]}


def encode(params, x):
    """Code of each image: (N, D) -> (N, C)."""
    return network(params["encoder"], x)


def decode(params, code):
    """Image of each code, not confined to [0, 1]: (N, C) -> (N, D)."""
    return network(params["decoder"], code)


def network(layers, x):
    """A stack of layers, each but the last followed by the activation: [(W, b), ...], (N, A) -> (N, B)."""
    return dense(layers[-1], mlp(layers[:-1], x))


def loss(params, x):
    """Squared error of the reconstruction, summed over the pixels, mean over the examples: (N, D) -> ()."""
    error = decode(params, encode(params, x)) - x
    return ops.mean(ops.sum_last(error * error))


def quantize(code, low, high, bits):
    """Each number moved to the middle of its cell, of 2**bits equal cells from low to high: (N, C) -> (N, C).

    low and high are numbers or (C,); what lies outside goes to the nearest cell. With 0 bits all is the middle.
    """
    cells = 2**bits
    cell = np.clip(np.floor((code - low) / (high - low) * cells), 0, cells - 1)
    return low + (cell + 0.5) / cells * (high - low)
