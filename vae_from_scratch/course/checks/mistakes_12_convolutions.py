"""Lesson 12: wrong convolutions, and what to say to each."""

import numpy as np

from vae_from_scratch import layers, ops
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.checks.mistakes_12_patches import SIZE

_rng = np.random.default_rng(1213)
KERNELS = _rng.normal(size=(SIZE, SIZE, 5, 13)), _rng.normal(size=13) + 1.0


def _conv(change_W=lambda W: W, change_b=lambda b: b, after=lambda y: y):
    """conv2d with its kernels, its bias or its result changed."""

    def wrong(params, x, stride=1, padding=0):
        W, b = params
        return after(layers.conv2d((change_W(W), change_b(b)), x, stride, padding))

    return wrong


def _scrambled(params, x, stride=1, padding=0):
    W, b = params
    return ops.im2col(x, len(W), stride, padding) @ W.reshape(W.shape[-1], -1).T + b


def _channels_before_pixels(params, x, stride=1, padding=0):
    W, b = params
    return ops.im2col(x, len(W), stride, padding) @ W.transpose(2, 0, 1, 3).reshape(-1, W.shape[-1]) + b


CONV2D = (
    Mistake(
        "conv-kernel-turned",
        _conv(lambda W: W[::-1, ::-1]),
        "The kernels are turned by 180 degrees, as in a mathematician's convolution. Here W[0, 0] meets the upper left"
        " pixel of the patch, W[0, 1] the one to its right: lay the kernel down as it is.",
        also=(_conv(lambda W: W[::-1]), _conv(lambda W: W[:, ::-1])),
    ),
    Mistake(
        "conv-kernel-mirrored",
        _conv(lambda W: W.transpose(1, 0, 2, 3)),
        "The kernels' rows and columns have changed places. W[i, j] belongs to row i and column j of the patch.",
    ),
    Mistake(
        "conv-bias-forgotten",
        _conv(change_b=lambda b: 0 * b),
        "The products are right; b is missing, one number for each kernel.",
    ),
    Mistake(
        "conv-bias-subtracted",
        _conv(change_b=lambda b: -b),
        "The products are right, but b is subtracted: it is added.",
    ),
    Mistake(
        "conv-mean-for-sum",
        lambda params, x, stride=1, padding=0: layers.conv2d(
            (params[0] / np.prod(params[0].shape[:3]), params[1]), x, stride, padding
        ),
        "The products under the kernel are averaged. They are added up, over its pixels and over the channels.",
        also=(
            lambda params, x, stride=1, padding=0: layers.conv2d(
                (params[0] / len(params[0]) ** 2, params[1]), x, stride, padding
            ),
        ),
    ),
    Mistake(
        "conv-padding-not-passed-on",
        lambda params, x, stride=1, padding=0: layers.conv2d(params, x, stride, 0),
        "Inside the image it is right, but `padding` gets lost: hand it to `im2col`.",
    ),
    Mistake(
        "conv-stride-not-passed-on",
        lambda params, x, stride=1, padding=0: layers.conv2d(params, x, 1, padding),
        "The kernels stop at every pixel: `stride` gets lost. Hand it to `im2col`.",
    ),
    Mistake(
        "conv-nothing-passed-on",
        lambda params, x, stride=1, padding=0: layers.conv2d(params, x),
        "Right for stride 1 without padding; both get lost on their way. Hand them to `im2col`.",
    ),
    Mistake(
        "conv-stride-and-padding-swapped",
        lambda params, x, stride=1, padding=0: layers.conv2d(params, x, padding, stride),
        "`stride` and `padding` have changed places: `im2col(x, size, stride, padding)`.",
    ),
    Mistake(
        "conv-kernels-scrambled",
        _scrambled,
        "Patches and kernels do not meet pixel by pixel: a reshape to (M, …), or one of `W.T`, cuts W, (k, k, C, M), in"
        " the wrong places. M, the number of kernels, is its last axis: one reshape to (k · k · C, M) keeps the order.",
        also=(
            lambda params, x, stride=1, padding=0: (
                ops.im2col(x, len(params[0]), stride, padding) @ params[0].T.reshape(-1, params[0].shape[-1])
                + params[1]
            ),
        ),
    ),
    Mistake(
        "conv-channels-out-of-order",
        _channels_before_pixels,
        "W is listed channel after channel, the patches pixel after pixel. Both end with the channels: W needs no"
        " transpose before its reshape.",
        also=(
            lambda params, x, stride=1, padding=0: (
                ops.im2col(x, len(params[0]), stride, padding) @ params[0].T.reshape(params[0].shape[-1], -1).T
                + params[1]
            ),
        ),
    ),
    Mistake(
        "conv-relu-inside",
        _conv(after=lambda y: np.maximum(y, 0)),
        "Where it is positive it is right, but a ReLU has cut off the rest. An activation is another layer's business.",
    ),
)
