"""Lesson 12: wrong patches, and what to say to each."""

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(1212)
SIZE, STRIDE, PADDING = 3, 2, 1
IMAGES = _rng.normal(size=(3, 7, 11, 5)) + 0.3  # examples, rows, columns, channels

# ---- parts that the wrong implementations share ---------------------------------------------------


def padded(x, rows, columns=None, **how):
    """x with so many pixels (before, after) around."""
    return np.pad(x, ((0, 0), rows, columns or rows, (0, 0)), **how)


def cut(x, size, stride, corners=None, short=0):
    """The kernel's pixels in this order of corners, at each place of a padded x, `short` places fewer along an axis."""
    height, width = ((side - size) // stride + 1 - short for side in x.shape[1:3])
    corners = corners or [(i, j) for i in range(size) for j in range(size)]
    return [x[:, i : i + stride * height : stride, j : j + stride * width : stride] for i, j in corners]


def joined(x, size, stride, padding, corners=None, short=0, **how):
    return np.concatenate(cut(padded(x, (padding, padding), **how), size, stride, corners, short), axis=-1)


def _channels_first(x, size, stride=1, padding=0):
    stacked = np.stack(_pieces(x, size, stride, padding), axis=-1)
    return stacked.reshape(*stacked.shape[:3], -1)


def _columns_first(x, size, stride=1, padding=0):
    return joined(x, size, stride, padding, [(i, j) for j in range(size) for i in range(size)])


def _turned(x, size, stride=1, padding=0):
    return joined(x, size, stride, padding, [(i, j) for i in range(size) for j in range(size)][::-1])


def _after_only(before, after):
    return lambda x, size, stride=1, padding=0: np.concatenate(
        cut(padded(x, (before * padding, after * padding)), size, stride), axis=-1
    )


def _pieces(x, size, stride, padding):
    """What lies under each of the kernel's pixels, in their order, over all the places."""
    return cut(padded(x, (padding, padding)), size, stride)


def _stacked_then_reshaped(x, size, stride=1, padding=0):
    parts = _pieces(x, size, stride, padding)
    return np.stack(parts).reshape(*parts[0].shape[:3], -1)


def _ends_too_early(x, size, stride=1, padding=0):
    x = padded(x, (padding, padding))
    height, width = ((side - size) // stride + 1 for side in x.shape[1:3])
    corners = [(i, j) for i in range(size) for j in range(size)]
    return np.concatenate([x[:, i : i + height : stride, j : j + width : stride] for i, j in corners], axis=-1)


def _side_by_side(x, size, stride=1, padding=0):
    x = padded(x, (padding, padding))
    height, width = ((side - size) // stride + 1 for side in x.shape[1:3])
    return ops.im2col(x[:, : height + size - 1, : width + size - 1], size)


def _not_flattened(x, size, stride=1, padding=0):
    patches = ops.im2col(x, size, stride, padding)
    return patches.reshape(*patches.shape[:3], size, size, -1)


def _places_merged(x, size, stride=1, padding=0):
    patches = ops.im2col(x, size, stride, padding)
    return patches.reshape(len(x), -1, patches.shape[-1])


def _all_merged(x, size, stride=1, padding=0):
    return ops.rows(ops.im2col(x, size, stride, padding))


# ---- im2col ---------------------------------------------------------------------------------------

IM2COL = (
    Mistake(
        "im2col-columns-first",
        _columns_first,
        "The patches are the right ones, but their pixels are listed column after column. They belong row after row:"
        " the outer loop runs over the kernel's rows i, the inner one over its columns j.",
    ),
    Mistake(
        "im2col-channels-first",
        _channels_first,
        "The patches are the right ones, but each lists one channel after another. Channels come last: all channels of"
        " the first pixel, then all of the next.",
    ),
    Mistake(
        "im2col-turned-round",
        _turned,
        "Each patch is listed backwards, its last pixel first: that would turn the kernel by 180 degrees. Nothing is"
        " turned here; the pixel under the kernel's upper left corner comes first.",
    ),
    Mistake(
        "im2col-padding-forgotten",
        lambda x, size, stride=1, padding=0: ops.im2col(x, size, stride, 0),
        "The patches inside the image are right, but there are no zeros around it: `padding` is not used.",
    ),
    Mistake(
        "im2col-padding-on-one-side",
        _after_only(0, 1),
        "Zeros count on one side of the image only. `padding` of them belong on *each* side, before and after: `np.pad`"
        " takes a pair for each axis, and the places are counted on the image with its border.",
        also=(_after_only(1, 0), _after_only(0, 2), _after_only(2, 0)),
    ),
    Mistake(
        "im2col-padding-doubled",
        lambda x, size, stride=1, padding=0: ops.im2col(x, size, stride, 2 * padding),
        "There are twice as many zeros around the image as asked for: `padding` is their number on each side.",
    ),
    Mistake(
        "im2col-padding-not-zero",
        lambda x, size, stride=1, padding=0: joined(x, size, stride, padding, mode="edge"),
        "Around the image stand copies of its own pixels. They should be zeros, `np.pad`'s default.",
        also=(
            lambda x, size, stride=1, padding=0: joined(x, size, stride, padding, mode="reflect"),
            lambda x, size, stride=1, padding=0: joined(x, size, stride, padding, mode="wrap"),
            lambda x, size, stride=1, padding=0: joined(x, size, stride, padding, constant_values=1),
        ),
    ),
    Mistake(
        "im2col-padding-every-axis",
        lambda x, size, stride=1, padding=0: ops.im2col(np.pad(x, padding), size, stride, 0),
        "The examples and the channels are padded, too: `np.pad(x, padding)` pads every axis. Give it one pair for each"
        " of the four; the first and the last are (0, 0).",
    ),
    Mistake(
        "im2col-only-padded",
        lambda x, size, stride=1, padding=0: padded(x, (padding, padding)),
        "The border is there. What is missing is the patches: for each place, the pixels under the kernel, as one row.",
        also=(lambda x, size, stride=1, padding=0: np.pad(x, padding),),
    ),
    Mistake(
        "im2col-stride-forgotten",
        lambda x, size, stride=1, padding=0: ops.im2col(x, size, 1, padding),
        "The kernel stops at every pixel: `stride` is not used. It should move on by `stride` pixels each time.",
    ),
    Mistake(
        "im2col-stride-inside-the-patch",
        lambda x, size, stride=1, padding=0: ops.im2col(padded(x, (padding, padding))[:, ::stride, ::stride], size),
        "Pixels are left out before the patches are cut, so each patch has holes. The kernel covers `size` pixels that"
        " are neighbors; `stride` is how far it moves on.",
        also=(lambda x, size, stride=1, padding=0: ops.im2col(x[:, ::stride, ::stride], size, 1, padding),),
    ),
    Mistake(
        "im2col-one-place-short",
        lambda x, size, stride=1, padding=0: joined(x, size, stride, padding, short=1),
        "The last row and the last column of places are missing. On 5 pixels a kernel of 3 stands at 5 - 3 + 1 = 3"
        " places: mind the + 1.",
    ),
    Mistake(
        "im2col-reshaped-without-moving",
        _stacked_then_reshaped,
        "The numbers are all there, but scrambled: `np.stack` put the pixels of the kernel in front, and `reshape` does"
        " not bring them to the back. Join along the last axis.",
    ),
    Mistake(
        "im2col-not-flattened",
        _not_flattened,
        "The numbers are right, but those of a patch still lie on several axes. Wanted is one row of them for each"
        " place: the kernel's pixels one after another, and of each pixel all channels.",
        also=(
            lambda x, size, stride=1, padding=0: np.stack(_pieces(x, size, stride, padding), axis=3),
            lambda x, size, stride=1, padding=0: np.stack(_pieces(x, size, stride, padding), axis=4),
            lambda x, size, stride=1, padding=0: np.stack(_pieces(x, size, stride, padding)),
        ),
    ),
    Mistake(
        "im2col-joined-along-the-images",
        lambda x, size, stride=1, padding=0: np.concatenate(_pieces(x, size, stride, padding)),
        "The pieces are right, but they are joined along the first axis, as if they were more images. What lies under"
        " one place belongs into one row: join along the last axis.",
    ),
    Mistake(
        "im2col-slices-end-too-early",
        _ends_too_early,
        "With stride 1 it is right; with a larger one the slices end too early. From i on, H' places that lie `stride`"
        " apart take up H' times `stride` pixels: which end does the slice need?",
    ),
    Mistake(
        "im2col-places-side-by-side",
        _side_by_side,
        "There are as many places as there should be, but from one to the next the kernel moves on by one pixel. Place"
        " (i, j) begins at row i · stride and column j · stride.",
    ),
    Mistake(
        "im2col-places-merged",
        _places_merged,
        "The patches are right, but the places stand in one long list. Keep their rows and columns, (N, H', W', …): "
        "what comes out is an image again.",
        also=(_all_merged,),
    ),
)
