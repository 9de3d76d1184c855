"""Answers to lesson 12's first exercise, patches: right in many ways, and wrong as students write them."""

import autograd.numpy as anp
import numpy as np


def around(x, padding):
    return np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))


def places(side, size, stride):
    return (side - size) // stride + 1


# ---- right, each in its own way -----------------------------------------------------------------


def by_places(x, size, stride=1, padding=0):
    x = around(x, padding)
    N, H, W = x.shape[:3]
    rows = []
    for i in range(places(H, size, stride)):
        row = []
        for j in range(places(W, size, stride)):
            patch = x[:, i * stride : i * stride + size, j * stride : j * stride + size]
            row.append(patch.reshape(N, -1))
        rows.append(anp.stack(row, axis=1))
    return anp.stack(rows, axis=1)


def by_filling(x, size, stride=1, padding=0):
    x = around(x, padding)
    N, H, W, C = x.shape
    out = np.zeros((N, places(H, size, stride), places(W, size, stride), size * size * C), x.dtype)
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            out[:, i, j] = x[:, stride * i : stride * i + size, stride * j : stride * j + size].reshape(N, -1)
    return out


def by_index(x, size, stride=1, padding=0):
    x = around(x, padding)
    i = stride * np.arange(places(x.shape[1], size, stride))[:, None] + np.arange(size)
    j = stride * np.arange(places(x.shape[2], size, stride))[:, None] + np.arange(size)
    patches = x[:, i[:, None, :, None], j[None, :, None, :]]
    return patches.reshape(*patches.shape[:3], -1)


def by_stacked_corners(x, size, stride=1, padding=0):
    x = around(x, padding)
    h, w = places(x.shape[1], size, stride), places(x.shape[2], size, stride)
    parts = [
        x[:, i : i + (h - 1) * stride + 1 : stride, j : j + (w - 1) * stride + 1 : stride]
        for i in range(size)
        for j in range(size)
    ]
    return anp.stack(parts, axis=3).reshape(len(x), h, w, -1)


def by_window_view(x, size, stride=1, padding=0):
    x = around(x, padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], -1)


RIGHT = {"im2col": (by_places, by_filling, by_index, by_stacked_corners, by_window_view)}

# ---- wrong, as students write it, with the id that each must be recognized under ----------------


def patches_of(x, size, stride, padding, order):
    """Patches listed in this order of their own axes: (N, h, w, then size, size, C)."""
    patches = by_places(x, size, stride, padding)
    patches = patches.reshape(*patches.shape[:3], size, size, -1).transpose(0, 1, 2, *order)
    return patches.reshape(*patches.shape[:3], -1)


def short(x, size, stride=1, padding=0):
    x = around(x, padding)
    h, w = (x.shape[1] - size) // stride, (x.shape[2] - size) // stride
    return np.concatenate(
        [x[:, i : i + stride * h : stride, j : j + stride * w : stride] for i in range(size) for j in range(size)], -1
    )


def stacked_in_front(x, size, stride=1, padding=0):
    x = around(x, padding)
    h, w = places(x.shape[1], size, stride), places(x.shape[2], size, stride)
    parts = [x[:, i : i + stride * h : stride, j : j + stride * w : stride] for i in range(size) for j in range(size)]
    return np.array(parts).reshape(len(x), h, w, -1)


def pieces(x, size, stride, padding):
    x = around(x, padding)
    h, w = places(x.shape[1], size, stride), places(x.shape[2], size, stride)
    return [x[:, i : i + stride * h : stride, j : j + stride * w : stride] for i in range(size) for j in range(size)]


def ends_without_the_stride(x, size, stride=1, padding=0):
    x = around(x, padding)
    h, w = places(x.shape[1], size, stride), places(x.shape[2], size, stride)
    return np.concatenate([x[:, i : i + h : stride, j : j + w : stride] for i in range(size) for j in range(size)], 3)


def each_place_one_further(x, size, stride=1, padding=0):
    x = around(x, padding)
    h, w = places(x.shape[1], size, stride), places(x.shape[2], size, stride)
    rows = [[x[:, i : i + size, j : j + size].reshape(len(x), -1) for j in range(w)] for i in range(h)]
    return np.array(rows).transpose(2, 0, 1, 3)


def places_of_the_bare_image(x, size, stride=1, padding=0):
    h, w = places(x.shape[1] + padding, size, stride), places(x.shape[2] + padding, size, stride)
    x = around(x, padding)
    return np.concatenate(
        [x[:, i : i + stride * h : stride, j : j + stride * w : stride] for i in range(size) for j in range(size)], -1
    )


WRONG = [
    ("im2col", "im2col-slices-end-too-early", ends_without_the_stride),
    ("im2col", "im2col-places-side-by-side", each_place_one_further),
    ("im2col", "im2col-padding-on-one-side", places_of_the_bare_image),
    ("im2col", "im2col-joined-along-the-images", lambda x, k, s=1, p=0: np.concatenate(pieces(x, k, s, p))),
    ("im2col", "im2col-not-flattened", lambda x, k, s=1, p=0: np.stack(pieces(x, k, s, p), -1)),
    ("im2col", "im2col-not-flattened", lambda x, k, s=1, p=0: np.array(pieces(x, k, s, p)).transpose(1, 2, 3, 0, 4)),
    ("im2col", "im2col-columns-first", lambda x, k, s=1, p=0: patches_of(x, k, s, p, (4, 3, 5))),
    ("im2col", "im2col-channels-first", lambda x, k, s=1, p=0: patches_of(x, k, s, p, (5, 3, 4))),
    ("im2col", "im2col-padding-forgotten", lambda x, k, s=1, p=0: by_places(x, k, s)),
    ("im2col", "im2col-padding-every-axis", lambda x, k, s=1, p=0: by_places(np.pad(x, p), k, s)),
    (
        "im2col",
        "im2col-padding-on-one-side",
        lambda x, k, s=1, p=0: by_places(np.pad(x, ((0, 0), (0, p), (0, p), (0, 0))), k, s),
    ),
    ("im2col", "im2col-only-padded", lambda x, k, s=1, p=0: around(x, p)),
    ("im2col", "im2col-stride-forgotten", lambda x, k, s=1, p=0: by_places(x, k, 1, p)),
    ("im2col", "im2col-stride-inside-the-patch", lambda x, k, s=1, p=0: by_places(around(x, p)[:, ::s, ::s], k)),
    ("im2col", "im2col-one-place-short", short),
    ("im2col", "im2col-reshaped-without-moving", stacked_in_front),
    (
        "im2col",
        "im2col-places-merged",
        lambda x, k, s=1, p=0: by_places(x, k, s, p).reshape(len(x), -1, k * k * x.shape[-1]),
    ),
]

# ---- wrong in a way that nobody listed, with words that its message must contain ----------------

UNLISTED = [
    ("im2col", lambda x, k, s=1, p=0: 2 * by_places(x, k, s, p), ("first patch is 2, 4, 8, 10",)),
    ("im2col", lambda x, k, s=1, p=0: by_places(x, k, s, p)[..., ::-1, :], ("first patch",)),
]

RAISED = [
    (
        "im2col",
        lambda x, k, s=1, p=0: np.concatenate([around(x, p)[:, i::s, j::s] for i in range(k) for j in range(k)], -1),
        ("as many entries along every other axis",),
    ),
]
