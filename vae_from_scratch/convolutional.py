"""The convolutional VAE: an encoder and a decoder that know that pixels have neighbors.

A Model like any other, for images of 28 x 28 given as rows of 784 pixels. Each convolution of the encoder halves the
image's side and the decoder's double it again. Trees: {"encoder": {"conv": [(W, b), ...], "mean", "log_var"},
"decoder": {"dense", "conv": [(W, b), ...]}}; a decoder's W has the shape of the convolution that it transposes.
"""

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.distributions import bernoulli_log_prob
from vae_from_scratch.layers import conv2d, conv2d_transpose, dense, init_conv, init_dense
from vae_from_scratch.vae import Model

SIDE, SIZE, STRIDE, PADDING = 28, 4, 2, 1  # of the image; of every kernel, chosen to halve a side


def init(rng, channels=(16, 28), latent_dim=16, output_bias=0.0):
    """Parameters, float32; `channels` of each layer of the encoder, outermost first.

    output_bias (a number or (784,) logits) is where the decoder's output begins, as in vae.init:
    the last layer's b, (28, 28, 1), one for each pixel.
    """
    sizes = list(zip((1, *channels[:-1]), channels, strict=True))
    cells = (SIDE // STRIDE ** len(channels)) ** 2 * channels[-1]
    kernels = [init_conv(rng, SIZE, *pair)[0] for pair in reversed(sizes)]
    biases = [np.zeros(W.shape[2], np.float32) for W in kernels]
    biases[-1] = np.broadcast_to(np.float32(output_bias), SIDE * SIDE).reshape(SIDE, SIDE, 1).copy()
    return {
        "encoder": {
            "conv": [init_conv(rng, SIZE, *pair) for pair in sizes],
            "mean": init_dense(rng, cells, latent_dim),
            "log_var": init_dense(rng, cells, latent_dim),
        },
        "decoder": {
            "dense": init_dense(rng, latent_dim, cells),
            "conv": list(zip(kernels, biases, strict=True)),
        },
    }


def encode(params, x):
    """Approximate posterior N(mean, exp(log_var)) of each image's latents: (N, 784) -> (N, L), (N, L)."""
    h = x.reshape(-1, SIDE, SIDE, 1)
    for layer in params["encoder"]["conv"]:
        h = ops.relu(conv2d(layer, h, STRIDE, PADDING))
    h = h.reshape(len(x), -1)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def decode(params, z):
    """Logits of the pixels' Bernoulli probabilities: (..., L) -> (..., 784)."""
    layers = params["decoder"]["conv"]
    side, channels = SIDE // STRIDE ** len(layers), layers[0][0].shape[3]
    h = dense(params["decoder"]["dense"], z).reshape(-1, side, side, channels)
    for layer in layers:
        h = conv2d_transpose(layer, ops.relu(h), STRIDE, PADDING)
    return h.reshape(*z.shape[:-1], SIDE * SIDE)


CONVOLUTIONAL = Model(encode, decode, bernoulli_log_prob)
