"""Lesson 12: wrong convolutions and wrong transposes, and what to say to each."""

import numpy as np

from vae_from_scratch import layers, ops
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.checks.mistakes_12_patches import SIZE

_rng = np.random.default_rng(1213)
KERNELS = _rng.normal(size=(SIZE, SIZE, 5, 13)), _rng.normal(size=13) + 1.0
HIDDEN = _rng.normal(size=(3, 5, 11, 7)) + 0.2  # what a convolution with 7 kernels may give
BACK = _rng.normal(size=(SIZE, SIZE, 13, 7)), _rng.normal(size=13) + 1.0

# ---- conv2d ---------------------------------------------------------------------------------------


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
        "conv-stride-and-padding-swapped",
        lambda params, x, stride=1, padding=0: layers.conv2d(params, x, padding, stride),
        "`stride` and `padding` have changed places: `im2col(x, size, stride, padding)`.",
    ),
    Mistake(
        "conv-kernels-scrambled",
        _scrambled,
        "Patches and kernels do not meet pixel by pixel: `reshape(M, …).T` cuts W, (k, k, C, M), in the wrong places."
        " The kernels' number M is its last axis, so one reshape to (k · k · C, M) keeps everything in order.",
    ),
    Mistake(
        "conv-channels-out-of-order",
        _channels_before_pixels,
        "W is listed channel after channel, the patches pixel after pixel. Both end with the channels: W needs no"
        " transpose before its reshape.",
    ),
    Mistake(
        "conv-relu-inside",
        _conv(after=lambda y: np.maximum(y, 0)),
        "Where it is positive it is right, but a ReLU has cut off the rest. An activation is another layer's business.",
    ),
)

# ---- conv2d_transpose -----------------------------------------------------------------------------


def sides_of(y, size, stride, padding):
    """Height and width of what the transpose gives back."""
    return [(side - 1) * stride + size - 2 * padding for side in y.shape[1:3]]


def _back(change_W=lambda W: W, change_b=lambda b: b):
    """conv2d_transpose with its kernels or its bias changed."""

    def wrong(params, y, stride=1, padding=0):
        W, b = params
        return layers.conv2d_transpose((change_W(W), change_b(b)), y, stride, padding)

    return wrong


def laid_down(params, y, stride, padding, lay):
    """A canvas on which `lay(place, patch)` puts each patch, in the order of the places; the padding cut off."""
    W, b = params
    height, width = sides_of(y, len(W), stride, 0)
    canvas = np.zeros((len(y), height, width, W.shape[2]), y.dtype)
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            place = np.s_[:, i * stride : i * stride + len(W), j * stride : j * stride + len(W)]
            canvas[place] = lay(canvas[place], np.einsum("nm,klcm->nklc", y[:, i, j], W))
    return canvas[:, padding : height - padding, padding : width - padding] + b


def _overwritten(params, y, stride=1, padding=0):
    return laid_down(params, y, stride, padding, lambda before, patch: patch)


def _overlaps_averaged(params, y, stride=1, padding=0):
    ones = np.ones((*y.shape[:3], len(params[0]) ** 2))
    counts = ops.col2im(
        ones, (len(y), *sides_of(y, len(params[0]), stride, padding), 1), len(params[0]), stride, padding
    )
    without = layers.conv2d_transpose((params[0], 0 * params[1]), y, stride, padding)
    return without / np.maximum(counts, 1) + params[1]


def _bias_in_every_patch(params, y, stride=1, padding=0):
    W, b = params
    patches = y @ ops.rows(W).T + np.tile(b, len(W) ** 2)
    return ops.col2im(patches, (len(y), *sides_of(y, len(W), stride, padding), W.shape[2]), len(W), stride, padding)


def _cut_on_one_side(before):
    def wrong(params, y, stride=1, padding=0):
        whole = layers.conv2d_transpose(params, y, stride, 0)
        start = 2 * padding * before
        height, width = sides_of(y, len(params[0]), stride, padding)
        return whole[:, start : start + height, start : start + width]

    return wrong


def _repeated(params, y, stride=1, padding=0):
    W, b = params
    large = y.repeat(stride, axis=1).repeat(stride, axis=2)[:, : y.shape[1] * stride - stride + 1]
    large = large[:, :, : y.shape[2] * stride - stride + 1]
    turned = W[::-1, ::-1].transpose(0, 1, 3, 2)
    return layers.conv2d((turned, b), large, 1, len(W) - 1 - padding)


CONV2D_TRANSPOSE = (
    Mistake(
        "transpose-is-a-convolution",
        lambda params, y, stride=1, padding=0: layers.conv2d(
            (params[0].transpose(0, 1, 3, 2), params[1]), y, stride, padding
        ),
        "The channels are right, but this is one more convolution: it reads patches, and its result is smaller. The"
        " transpose writes: each number of y lays down a kernel, and the image grows.",
    ),
    Mistake(
        "transpose-kernel-turned",
        _back(lambda W: W[::-1, ::-1]),
        "The kernels are turned by 180 degrees. A single 1 in y should leave the kernel as it is; if you insert zeros"
        " and call `conv2d`, W has to be turned for that.",
        also=(_back(lambda W: W[::-1]), _back(lambda W: W[:, ::-1])),
    ),
    Mistake(
        "transpose-kernel-mirrored",
        _back(lambda W: W.transpose(1, 0, 2, 3)),
        "The kernels' rows and columns have changed places.",
    ),
    Mistake(
        "transpose-overwritten",
        _overwritten,
        "Where two patches overlap, the later one wipes out the earlier: they add up. In a loop, `+=` where now `=`"
        " stands.",
    ),
    Mistake(
        "transpose-overlaps-averaged",
        _overlaps_averaged,
        "Where patches overlap, theirs are averaged. A pixel that was read in several places gets what comes back from"
        " each of them: the sum, as at every fan-out.",
    ),
    Mistake(
        "transpose-padding-kept",
        lambda params, y, stride=1, padding=0: layers.conv2d_transpose(params, y, stride, 0),
        "The sums are right, but the border is still there: `padding` pixels on each side were zeros that no image has."
        " Cut them off.",
    ),
    Mistake(
        "transpose-cut-on-one-side",
        _cut_on_one_side(1),
        "The size is right, but the border was cut off on one side only. `padding` pixels go on each side.",
        also=(_cut_on_one_side(0),),
    ),
    Mistake(
        "transpose-bias-forgotten",
        _back(change_b=lambda b: 0 * b),
        "The sums are right; b is missing, one number for each channel.",
    ),
    Mistake(
        "transpose-bias-in-every-patch",
        _bias_in_every_patch,
        "Yours adds b to every patch, so a pixel gets it as often as it was covered. Add it once, at the end.",
    ),
    Mistake(
        "transpose-stride-forgotten",
        lambda params, y, stride=1, padding=0: layers.conv2d_transpose(params, y, 1, padding),
        "The patches are laid down side by side at every pixel: `stride` is not used. Each place lies `stride` pixels"
        " from the next.",
    ),
    Mistake(
        "transpose-stride-and-padding-swapped",
        lambda params, y, stride=1, padding=0: layers.conv2d_transpose(params, y, padding, stride),
        "`stride` and `padding` have changed places.",
    ),
    Mistake(
        "transpose-pixels-repeated",
        _repeated,
        "You enlarge y by repeating its pixels. Each of its numbers was made at one place only: between the places"
        " stand zeros.",
    ),
)
