"""Lesson 12: wrong transposed convolutions, and what to say to each."""

import numpy as np

from vae_from_scratch import layers, ops
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.checks.mistakes_12_patches import SIZE

_rng = np.random.default_rng(1214)
HIDDEN = _rng.normal(size=(3, 5, 11, 7)) + 0.2  # what a convolution with 7 kernels may give
BACK = _rng.normal(size=(SIZE, SIZE, 13, 7)), _rng.normal(size=13) + 1.0


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


def _scrambled_back(params, y, stride=1, padding=0):
    W, b = params
    patches = y @ W.reshape(W.shape[-1], -1)
    return ops.col2im(patches, (len(y), *sides_of(y, len(W), stride, padding), W.shape[2]), len(W), stride, padding) + b


def _side_by_side(params, y, stride=1, padding=0):
    W, b = params
    height, width = sides_of(y, len(W), stride, 0)
    close = layers.conv2d_transpose((W, 0 * b), y)
    apart = np.zeros((len(y), height, width, W.shape[2]), y.dtype)
    apart[:, : close.shape[1], : close.shape[2]] = close
    return apart[:, padding : height - padding, padding : width - padding] + b


def _side_times_stride(params, y, stride=1, padding=0):
    whole = layers.conv2d_transpose((params[0], 0 * params[1]), y, stride, 0)
    height, width = (side * stride for side in y.shape[1:3])
    room = [max(0, wanted + padding - side) for wanted, side in zip((height, width), whole.shape[1:3], strict=True)]
    whole = np.pad(whole, ((0, 0), (0, room[0]), (0, room[1]), (0, 0)))
    return whole[:, padding : padding + height, padding : padding + width] + params[1]


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
        "transpose-kernels-scrambled",
        _scrambled_back,
        "Places and kernels do not meet: W, (k, k, C, M), reshaped to (M, …) is cut in the wrong places. Make it the"
        " matrix of the convolution first, (k · k · C, M), and transpose that.",
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
        "The patches are laid down side by side at every pixel, without `stride`. Each place lies `stride` pixels from"
        " the next.",
        also=(_side_by_side,),
    ),
    Mistake(
        "transpose-side-times-stride",
        _side_times_stride,
        "The sums are right, but not the sides: the last kernel begins at (H' - 1) · stride and is k long, and then"
        " `padding` goes off at both ends. With kernels of 4, stride 2 and padding 1 that comes to H' · stride.",
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
