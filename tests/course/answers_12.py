"""Answers to lesson 12's exercises: right in many ways, and wrong as students write them, with the id each must get."""

import autograd.numpy as anp
import numpy as np
from autograd import make_vjp

from vae_from_scratch import layers, ops


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


def conv_by_corners(params, x, stride=1, padding=0):
    W, b = params
    x, size = around(x, padding), W.shape[0]
    h, w = places(x.shape[1], size, stride), places(x.shape[2], size, stride)
    out = b
    for i in range(size):
        for j in range(size):
            out = out + x[:, i : i + stride * h : stride, j : j + stride * w : stride] @ W[i, j]
    return out


def conv_by_tensordot(params, x, stride=1, padding=0):
    W, b = params
    patches = layers.im2col(x, W.shape[0], stride, padding)
    patches = patches.reshape(*patches.shape[:3], *W.shape[:3])
    return anp.tensordot(patches, W, axes=3) + b


def conv_as_a_matrix(params, x, stride=1, padding=0):
    W, b = params
    return ops.im2col(x, len(W), stride, padding) @ ops.rows(W) + b


def conv_by_places(params, x, stride=1, padding=0):
    W, b = params
    x, k = around(x, padding), len(W)
    out = np.zeros(
        (len(x), places(x.shape[1], k, stride), places(x.shape[2], k, stride), W.shape[3]), np.result_type(x, W)
    )
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            out[:, i, j] = np.einsum("nklc,klcm->nm", x[:, stride * i :, stride * j :][:, :k, :k], W)
    return out + b


def transpose_by_adding(params, y, stride=1, padding=0):
    W, b = params
    N, h, w, _ = y.shape
    k = len(W)
    out = np.zeros((N, (h - 1) * stride + k, (w - 1) * stride + k, W.shape[2]), y.dtype)
    for i in range(h):
        for j in range(w):
            out[:, i * stride : i * stride + k, j * stride : j * stride + k] += np.tensordot(y[:, i, j], W, (1, 3))
    return out[:, padding : out.shape[1] - padding, padding : out.shape[2] - padding] + b


def transpose_by_col2im(params, y, stride=1, padding=0):
    W, b = params
    H, X = ((n - 1) * stride + len(W) - 2 * padding for n in y.shape[1:3])
    patches = y @ W.reshape(-1, W.shape[3]).T
    return ops.col2im(patches, (len(y), H, X, W.shape[2]), len(W), stride, padding) + b


def with_holes(y, stride):
    """y with stride - 1 rows and columns of zeros between its own."""
    N, h, w, M = y.shape
    y = anp.concatenate([y[:, :, None], anp.zeros((N, h, stride - 1, w, M), y.dtype)], axis=2)
    y = y.reshape(N, h * stride, w, M)[:, : (h - 1) * stride + 1]
    rows = y.shape[1]
    y = anp.concatenate([y[:, :, :, None], anp.zeros((N, rows, w, stride - 1, M), y.dtype)], axis=3)
    return y.reshape(N, rows, w * stride, M)[:, :, : (w - 1) * stride + 1]


def transpose_by_zeros_between(params, y, stride=1, padding=0):
    W, b = params
    turned = anp.transpose(W[::-1, ::-1], (0, 1, 3, 2))
    return layers.conv2d((turned, b), with_holes(y, stride), 1, len(W) - 1 - padding)


def transpose_by_filling_holes(params, y, stride=1, padding=0):
    W, b = params
    N, h, w, M = y.shape
    large = np.zeros((N, (h - 1) * stride + 1, (w - 1) * stride + 1, M), y.dtype)
    large[:, ::stride, ::stride] = y
    return layers.conv2d((W[::-1, ::-1].transpose(0, 1, 3, 2), b), large, 1, len(W) - 1 - padding)


def transpose_by_padded_sums(params, y, stride=1, padding=0):
    W, b = params
    k, total, large = len(W), 0, with_holes(y, stride)
    for i in range(k):
        for j in range(k):
            total = total + np.pad(large @ W[i, j].T, ((0, 0), (i, k - 1 - i), (j, k - 1 - j), (0, 0)))
    return total[:, padding : total.shape[1] - padding, padding : total.shape[2] - padding] + b


def transpose_by_autograd(params, y, stride=1, padding=0):
    W, b = params
    H, X = ((n - 1) * stride + len(W) - 2 * padding for n in y.shape[1:3])
    zeros = np.zeros((len(y), H, X, W.shape[2]), W.dtype)
    back, _ = make_vjp(lambda x: layers.conv2d((W, np.zeros(W.shape[3], W.dtype)), x, stride, padding))(zeros)
    return back(y) + b


RIGHT = {
    "im2col": (by_places, by_filling, by_index, by_stacked_corners, by_window_view),
    "conv2d": (conv_by_corners, conv_by_tensordot, conv_as_a_matrix, conv_by_places),
    "conv2d_transpose": (
        transpose_by_adding, transpose_by_col2im, transpose_by_zeros_between, transpose_by_filling_holes,
        transpose_by_padded_sums, transpose_by_autograd,
    ),
}  # fmt: skip

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


def assigned(params, y, stride=1, padding=0):
    W, b = params
    N, h, w, _ = y.shape
    k = len(W)
    out = np.zeros((N, (h - 1) * stride + k, (w - 1) * stride + k, W.shape[2]))
    for i in range(h):
        for j in range(w):
            out[:, i * stride : i * stride + k, j * stride : j * stride + k] = np.tensordot(y[:, i, j], W, (1, 3))
    return out[:, padding : out.shape[1] - padding, padding : out.shape[2] - padding] + b


def holes_without_turning(params, y, stride=1, padding=0):
    W, b = params
    return layers.conv2d((W.transpose(0, 1, 3, 2), b), with_holes(y, stride), 1, len(W) - 1 - padding)


def bias_in_the_loop(params, y, stride=1, padding=0):
    W, b = params
    N, h, w, _ = y.shape
    k = len(W)
    out = np.zeros((N, (h - 1) * stride + k, (w - 1) * stride + k, W.shape[2]))
    for i in range(h):
        for j in range(w):
            out[:, i * stride : i * stride + k, j * stride : j * stride + k] += np.tensordot(y[:, i, j], W, (1, 3)) + b
    return out[:, padding : out.shape[1] - padding, padding : out.shape[2] - padding]


WRONG = [
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
    ("conv2d", "conv-kernel-turned", lambda p, x, s=1, q=0: conv_by_corners((np.flip(p[0], (0, 1)), p[1]), x, s, q)),
    ("conv2d", "conv-kernel-mirrored", lambda p, x, s=1, q=0: conv_by_corners((p[0].swapaxes(0, 1), p[1]), x, s, q)),
    ("conv2d", "conv-bias-forgotten", lambda p, x, s=1, q=0: by_places(x, len(p[0]), s, q) @ ops.rows(p[0])),
    ("conv2d", "conv-padding-not-passed-on", lambda p, x, s=1, q=0: conv_by_corners(p, x, s)),
    ("conv2d", "conv-stride-not-passed-on", lambda p, x, s=1, q=0: conv_by_corners(p, x, padding=q)),
    ("conv2d", "conv-relu-inside", lambda p, x, s=1, q=0: ops.relu(conv_by_corners(p, x, s, q))),
    (
        "conv2d",
        "conv-kernels-scrambled",
        lambda p, x, s=1, q=0: by_places(x, len(p[0]), s, q) @ p[0].reshape(p[0].shape[3], -1).T + p[1],
    ),
    (
        "conv2d_transpose",
        "transpose-is-a-convolution",
        lambda p, y, s=1, q=0: conv_by_corners((np.swapaxes(p[0], 2, 3), p[1]), y, s, q),
    ),
    ("conv2d_transpose", "transpose-overwritten", assigned),
    ("conv2d_transpose", "transpose-kernel-turned", holes_without_turning),
    ("conv2d_transpose", "transpose-bias-in-every-patch", bias_in_the_loop),
    (
        "conv2d_transpose",
        "transpose-padding-kept",
        lambda p, y, s=1, q=0: transpose_by_adding(p, y, s),
    ),
    (
        "conv2d_transpose",
        "transpose-bias-forgotten",
        lambda p, y, s=1, q=0: transpose_by_adding((p[0], 0.0), y, s, q),
    ),
    ("conv2d_transpose", "transpose-stride-forgotten", lambda p, y, s=1, q=0: transpose_by_adding(p, y, 1, q)),
    (
        "conv2d_transpose",
        "transpose-cut-on-one-side",
        lambda p, y, s=1, q=0: transpose_by_adding(p, y, s)[:, 2 * q :, 2 * q :],
    ),
]

# ---- wrong in a way that nobody listed, with words that its message must contain ----------------

UNLISTED = [
    ("im2col", lambda x, k, s=1, p=0: 2 * by_places(x, k, s, p), ("first patch is 2, 4, 8, 10",)),
    ("im2col", lambda x, k, s=1, p=0: by_places(x, k, s, p)[..., ::-1, :], ("first patch",)),
    ("conv2d", lambda p, x, s=1, q=0: conv_by_corners((2 * p[0], p[1]), x, s, q), ("upper left", "2, 4, 8, 10")),
    ("conv2d", lambda p, x, s=1, q=0: conv_by_corners((p[0], 2 * p[1]), x, s, q), ("black images",)),
    ("conv2d_transpose", lambda p, y, s=1, q=0: transpose_by_adding((p[0] ** 2, p[1]), y, s, q), ("single 1",)),
    (
        "conv2d_transpose",
        lambda p, y, s=1, q=0: transpose_by_adding((p[0], 3 * p[1]), y, s, q),
        ("y = 0 it makes b",),
    ),
    (
        "conv2d_transpose",
        lambda p, y, s=1, q=0: transpose_by_adding(p, y * (1 + 0.1 * (y.shape[1] > 3)), s, q),
        ("dot-product test", "two sums"),
    ),
]

RAISED = [
    ("conv2d", lambda p, x, s=1, q=0: by_places(x, len(p[0]), s, q) @ p[0] + p[1], ("shape",)),
    ("conv2d_transpose", lambda p, y, s=1, q=0: y @ p[0], ("shape",)),
]
