"""Answers to lesson 12's convolutions: right in many ways, and wrong as students write them."""

import autograd.numpy as anp
import numpy as np
from autograd import make_vjp

from tests.course.answers_12_patches import around, by_places, places
from vae_from_scratch import layers, ops

# ---- right, each in its own way -----------------------------------------------------------------


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
    "conv2d": (conv_by_corners, conv_by_tensordot, conv_as_a_matrix, conv_by_places),
    "conv2d_transpose": (
        transpose_by_adding, transpose_by_col2im, transpose_by_zeros_between, transpose_by_filling_holes,
        transpose_by_padded_sums, transpose_by_autograd,
    ),
}  # fmt: skip

# ---- wrong, as students write it, with the id that each must be recognized under ----------------


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


def transposed_before_its_reshape(params, x, stride=1, padding=0):
    W, b = params
    return by_places(x, len(W), stride, padding) @ W.T.reshape(-1, W.shape[3]) + b


def kernels_first(params, x, stride=1, padding=0):
    W, b = params
    return by_places(x, len(W), stride, padding) @ W.T.reshape(W.shape[3], -1).T + b


def kernels_first_on_the_way_back(params, y, stride=1, padding=0):
    W, b = params
    H, X = ((n - 1) * stride + len(W) - 2 * padding for n in y.shape[1:3])
    return ops.col2im(y @ W.reshape(W.shape[3], -1), (len(y), H, X, W.shape[2]), len(W), stride, padding) + b


def laid_side_by_side(params, y, stride=1, padding=0):
    W, b = params
    N, h, w, _ = y.shape
    k = len(W)
    out = np.zeros((N, (h - 1) * stride + k, (w - 1) * stride + k, W.shape[2]))
    for i in range(h):
        for j in range(w):
            out[:, i : i + k, j : j + k] += np.tensordot(y[:, i, j], W, (1, 3))
    return out[:, padding : out.shape[1] - padding, padding : out.shape[2] - padding] + b


def sides_times_the_stride(params, y, stride=1, padding=0):
    W, b = params
    N, h, w, _ = y.shape
    k = len(W)
    out = np.zeros((N, (h + k) * stride + k, (w + k) * stride + k, W.shape[2]))
    for i in range(h):
        for j in range(w):
            out[:, i * stride : i * stride + k, j * stride : j * stride + k] += np.tensordot(y[:, i, j], W, (1, 3))
    return out[:, padding : padding + h * stride, padding : padding + w * stride] + b


def cut_from_both_ends(params, y, stride=1, padding=0):
    return transpose_by_adding(params, y, stride)[:, padding:-padding, padding:-padding]


WRONG = [
    ("conv2d", "conv-kernels-scrambled", transposed_before_its_reshape),
    ("conv2d", "conv-channels-out-of-order", kernels_first),
    ("conv2d", "conv-nothing-passed-on", lambda p, x, s=1, q=0: conv_by_corners(p, x)),
    ("conv2d_transpose", "transpose-kernels-scrambled", kernels_first_on_the_way_back),
    ("conv2d_transpose", "transpose-stride-forgotten", laid_side_by_side),
    ("conv2d_transpose", "transpose-side-times-stride", sides_times_the_stride),
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
    ("conv2d", lambda p, x, s=1, q=0: conv_by_corners((2 * p[0], p[1]), x, s, q), ("upper left", "2, 4, 8, 10")),
    ("conv2d", lambda p, x, s=1, q=0: conv_by_corners((p[0], 2 * p[1]), x, s, q), ("images of zeros",)),
    ("conv2d", lambda p, x, s=1, q=0: conv_by_corners(p, x, s, q) + p[1], ("images of zeros", "b[8] is", "and yours")),
    ("conv2d_transpose", cut_from_both_ends, ("leaves nothing", "`padding : -padding`")),
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
    (
        "conv2d_transpose",
        lambda p, y, s=1, q=0: (
            ops.col2im(y @ ops.rows(p[0]).T, (len(y), 9, 21, 13), len(p[0]), s) + p[1]  # without its padding
        ),
        ("images of (3, 9, 21, 13)", "have 4 x 10 places"),
    ),
    ("conv2d", lambda p, x, s=1, q=0: by_places(x, len(p[0]), s, q) @ p[0] + p[1], ("shape",)),
    ("conv2d_transpose", lambda p, y, s=1, q=0: y @ p[0], ("shape",)),
]
