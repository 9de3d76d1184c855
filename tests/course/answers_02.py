"""Answers to lesson 2's exercises that students might hand in: right in many ways, and wrong with what must be said."""

import math

import autograd.numpy as anp
import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.autodiff import primitive

# ---- right: differences --------------------------------------------------------------------------


def slope_by_entry(f, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        shift = np.zeros(x.shape)
        shift[index] = step
        gradient[index] = (f(x + shift) - f(x - shift)) / (2 * step)
    return gradient


def slope_on_copies(f, x, step=1e-5):
    gradient = np.empty_like(x)
    for i in range(x.size):
        up, down = x.copy(), x.copy()
        up.flat[i] += step
        down.flat[i] -= step
        gradient.flat[i] = 0.5 / step * (f(up) - f(down))
    return gradient


def slope_moved_and_put_back(f, x, h=1e-5):
    x, slopes = x.astype(float), []
    for index in np.ndindex(*x.shape):
        kept = x[index]
        x[index] = kept + h
        up = f(x)
        x[index] = kept - h
        slopes.append((up - f(x)) / (2 * h))
        x[index] = kept
    return np.reshape(slopes, x.shape)


def slope_by_directions(f, x, step=1e-5):
    moves = np.eye(x.size).reshape(-1, *x.shape) * step
    return np.array([f(x + move) - f(x - move) for move in moves]).reshape(x.shape) / (2 * step)


# ---- right: broadcasting undone ------------------------------------------------------------------


def back_in_two_sums(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, size in enumerate(shape) if size == 1), keepdims=True)


def back_axis_by_axis(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for i in range(len(shape)):
        if shape[i] == 1:
            g = np.sum(g, axis=i, keepdims=True)
    return g


def back_by_reshape(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (small, large) in enumerate(zip(padded, grad.shape)) if small != large)  # noqa: B905
    return np.reshape(grad.sum(axis=axes), shape)


# ---- right: bodies -------------------------------------------------------------------------------


def softplus_logaddexp(x):
    return np.logaddexp(0, x), (lambda g: g * ops.sigmoid(x),)


def softplus_by_itself(x):
    def product(g):
        return g * np.exp(-np.logaddexp(0, -x))

    return np.logaddexp(0, x), [product]


def softplus_stable(t):
    value = np.maximum(t, 0) + np.log1p(np.exp(-np.abs(t)))
    return value, (lambda g: g / (1 + np.exp(-t)),)


@primitive
def softplus_decorated(x):
    return anp.logaddexp(0, x), (lambda g: g * 0.5 * (1 + np.tanh(x / 2)),)


def dense_with_rows(x, W, b):
    return x @ W + b, (lambda g: g @ W.T, lambda g: ops.rows(x).T @ ops.rows(g), lambda g: ops.unbroadcast(g, b.shape))


def dense_einsum(x, W, b):
    return np.einsum("...d,dm->...m", x, W) + b, (
        lambda g: np.einsum("...m,dm->...d", g, W),
        lambda g: np.einsum("nd,nm->dm", ops.rows(x), ops.rows(g)),
        lambda g: g.reshape(-1, g.shape[-1]).sum(0),
    )


def dense_tensordot(x, W, b):
    axes = tuple(range(x.ndim - 1))

    def of_x(g):
        return np.matmul(g, np.transpose(W))

    def of_W(g):
        return np.tensordot(x, g, axes=(axes, axes))

    def of_b(g):
        return g.sum(axis=axes)

    return b + np.matmul(x, W), (of_x, of_W, of_b)


RIGHT = {
    "numeric_gradient": (slope_by_entry, slope_on_copies, slope_moved_and_put_back, slope_by_directions),
    "unbroadcast": (back_in_two_sums, back_axis_by_axis, back_by_reshape),
    "softplus": (softplus_logaddexp, softplus_by_itself, softplus_stable, softplus_decorated),
    "dense": (dense_with_rows, dense_einsum, dense_tensordot),
}

# ---- wrong, as students write it -----------------------------------------------------------------


def slope_to_the_right(f, x, step=1e-5):
    gradient, before = np.zeros_like(x), f(x)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += step
        gradient[index] = (f(moved) - before) / step
    return gradient


def slope_shift_outside(f, x, step=1e-5):
    shift, gradient = np.zeros(x.shape), []
    for index in np.ndindex(x.shape):
        shift[index] = step
        gradient.append((f(x + shift) - f(x - shift)) / (2 * step))
    return np.array(gradient).reshape(x.shape)


def slope_fixed_step(f, x, step=1e-5):
    return slope_by_entry(f, x, 1e-6)


def slope_under_two_names(f, x, step=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x, x
        up[index] += step
        down[index] -= step
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient


def slope_of_rows(f, x, step=1e-5):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        shift = np.zeros_like(x)
        shift[i] = step
        gradient[i] = (f(x + shift) - f(x - shift)) / (2 * step)
    return gradient


def slope_of_the_first(f, x, step=1e-5):
    for index in np.ndindex(x.shape):
        shift = np.zeros(x.shape)
        shift[index] = step
        return (f(x + shift) - f(x - shift)) / (2 * step)


def slope_as_a_list_of_numbers(f, x, step=1e-5):
    return slope_on_copies(f, x, step).flatten()


def back_last_of_a_loop(g, shape):
    for copy in g:
        last = copy
    return last[:, -1:]


def dense_plain_bias(x, W, b):
    return x @ W + b, (lambda g: g @ W.T, lambda g: x.T @ g, lambda g: g)


def dense_turned(x, W, b):
    return x @ W + b, (lambda g: g @ W.T, lambda g: g.T @ x, lambda g: g.sum(0))


def dense_averaged(x, W, b):
    return x @ W + b, (lambda g: g @ W.T, lambda g: x.T @ g, lambda g: np.mean(g, axis=0))


def slope_one_side_over_two(f, x, step=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        shift = np.zeros_like(x)
        shift[index] = step
        gradient[index] = (f(x + shift) - f(x)) / (2 * step)
    return gradient


def back_from_the_left(g, shape):
    for axis, size in enumerate(shape):
        if size == 1:
            g = g.sum(axis, keepdims=True)
    return g


def back_with_every_axis_kept(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))), keepdims=True)
    return g.sum(axis=tuple(i + g.ndim - len(shape) for i in range(len(shape)) if shape[i] == 1), keepdims=True)


def softplus_as_tanh_is_written(x):
    y = np.logaddexp(0, x)
    return y, (lambda g: g * (1 - y * y),)


def softplus_slope_at_y(x):
    y = np.logaddexp(0, x)
    return y, (lambda g: g * ops.sigmoid(y),)


def softplus_without_bars(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-x)), (lambda g: g * ops.sigmoid(x),)


WRONG = [
    ("numeric_gradient", "numeric-one-side-over-two-steps", slope_one_side_over_two),
    ("unbroadcast", "unbroadcast-matched-from-the-left", back_from_the_left),
    ("unbroadcast", "unbroadcast-matched-from-the-left", lambda g, shape: g.sum(tuple(range(len(shape), g.ndim)))),
    ("unbroadcast", "unbroadcast-added-axes-kept", back_with_every_axis_kept),
    ("softplus", "softplus-slope-of-tanh", softplus_as_tanh_is_written),
    ("softplus", "softplus-slope-at-the-value", softplus_slope_at_y),
    ("softplus", "softplus-x-hidden-by-g", lambda x: (np.logaddexp(0, x), (lambda x: 1 / (1 + np.exp(-x)),))),
    ("softplus", "softplus-without-the-absolute-value", softplus_without_bars),
    ("numeric_gradient", "numeric-one-sided", slope_to_the_right),
    ("numeric_gradient", "numeric-shift-not-taken-back", slope_shift_outside),
    ("numeric_gradient", "numeric-step-ignored", slope_fixed_step),
    ("numeric_gradient", "numeric-two-names-for-one-array", slope_under_two_names),
    ("numeric_gradient", "numeric-whole-rows", slope_of_rows),
    ("numeric_gradient", "numeric-return-inside-the-loop", slope_of_the_first),
    ("numeric_gradient", "numeric-shape-lost", slope_as_a_list_of_numbers),
    ("numeric_gradient", "numeric-all-entries-at-once", lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / 2 / h),
    ("unbroadcast", "unbroadcast-mean", lambda g, shape: back_by_reshape(g, shape) * np.prod(shape) / g.size),
    ("unbroadcast", "unbroadcast-last-copy", back_last_of_a_loop),
    ("unbroadcast", "unbroadcast-axes-dropped", lambda g, shape: g.sum(axis=(0, 2))),
    ("unbroadcast", "unbroadcast-only-added-axes", lambda g, shape: g.sum(axis=0)),
    ("softplus", "softplus-g-left-out", lambda x: (np.logaddexp(0, x), (lambda g: 1 / (1 + np.exp(-x)),))),
    ("softplus", "softplus-slope-turned", lambda x: (np.logaddexp(0, x), (lambda g: g * (1 - ops.sigmoid(x)),))),
    ("softplus", "softplus-exp-overflows", lambda x: (np.log(1 + np.exp(x)), (lambda g: g * ops.sigmoid(x),))),
    (
        "softplus",
        "softplus-product-not-a-number",
        lambda x: (np.logaddexp(0, x), (lambda g: g * np.exp(x) / (np.exp(x) + 1),)),
    ),
    ("dense", "dense-bias-not-summed", dense_plain_bias),
    ("dense", "dense-W-transposed", dense_turned),
    ("dense", "dense-bias-mean", dense_averaged),
]

# ---- wrong in ways that nobody listed ------------------------------------------------------------


def one_product_without_comma(x):
    return np.logaddexp(0, x), (lambda g: g * ops.sigmoid(x))


def g_too_early(x):
    return np.logaddexp(0, x), (g * ops.sigmoid(x),)  # noqa: F821


def products_beside_the_value(x, W, b):
    return x @ W + b, lambda g: g @ W.T, lambda g: x.T @ g, lambda g: g.sum(0)


def W_not_turned(x, W, b):
    return x @ W + b, (lambda g: g @ W, lambda g: x.T @ g, lambda g: g.sum(0))


def two_axes_only(x, W, b):
    return x @ W + b, (lambda g: g @ W.T, lambda g: x.T @ g, lambda g: g.sum(0))


UNLISTED = [
    ("numeric_gradient", lambda f, x, step=1e-5: 3 * slope_by_entry(f, x, step), ("Yours gives 18",)),
    ("unbroadcast", lambda g, shape: 2 * back_by_reshape(g, shape), ("A bias of 3 numbers", "exactly 2 times")),
    ("unbroadcast", lambda g, shape: g.sum(axis=(0, 1))[:, None], ("should have shape", "(3, 1)")),
    ("softplus", one_product_without_comma, ("a comma", "`(lambda g: …,)`")),
    ("softplus", g_too_early, ("`lambda g: …`", "the way back")),
    ("softplus", lambda x: np.logaddexp(0, x), ("Two are wanted",)),
    ("softplus", lambda x: (np.logaddexp(0, x), ops.sigmoid(x)), ("no tuple of products",)),
    ("softplus", lambda x: (np.logaddexp(0, x), (lambda: ops.sigmoid(x),)), ("takes one argument, g",)),
    ("softplus", lambda x: (np.logaddexp(0, x), (lambda g: g @ ops.sigmoid(x),)), ("entry by entry is `*`",)),
    ("softplus", lambda x: (np.logaddexp(0, x), (lambda g: None,)), ("The product of x is `None`",)),
    ("softplus", lambda x: (np.logaddexp(0, x), (ops.sigmoid(x),)), ("no function", "`lambda g: …`")),
    ("softplus", lambda x: (np.logaddexp(0, x), (lambda g: 2 * g * ops.sigmoid(x),)), ("g = 3 becomes 3",)),
    ("softplus", lambda x: (math.pi * np.logaddexp(0, x), (lambda g: g,)), ("At 0 the value is ln 2",)),
    ("dense", lambda x, W, b: x @ W + b, ("`value, (…, …, …)`",)),
    ("dense", products_beside_the_value, ("parentheses of their own",)),
    ("dense", lambda x, W, b: (x @ W + b, (lambda g: g @ W.T, lambda g: x.T @ g)), ("2 products", "`W`")),
    ("dense", W_not_turned, ("product of `x` stops", "transposed")),
    ("dense", two_axes_only, ("right in the plain case", "`ops.rows(a)`")),
]

RAISED = [
    ("unbroadcast", lambda g, shape: g.reshape(shape), ("keeps every number",)),
    ("unbroadcast", lambda g, shape: np.broadcast_to(g, shape), ("added up",)),
    ("dense", lambda x, W, b: (x @ W.T + b, ()), ("the two A must be", "transposed?")),
]
