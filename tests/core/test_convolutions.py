"""Convolutions: against scipy's correlation, against each other as transposes, and their derivatives."""

import numpy as np
import pytest
from autograd import grad
from scipy.signal import correlate

from tests.core.examples import normal
from vae_from_scratch import layers, ops
from vae_from_scratch.autodiff import check_grads

N, H, W, C, M = 5, 11, 9, 3, 7
SHAPES = [(1, 1, 0), (3, 1, 0), (3, 1, 1), (3, 2, 0), (4, 2, 1), (5, 3, 2)]  # size, stride, padding; all cover 11 x 9
GEOMETRIES = pytest.mark.parametrize("size, stride, padding", SHAPES)


def exactly_covered(size, stride, padding):
    """A height and a width over which the kernel comes out even, which the transpose gives back."""
    return [(cells - 1) * stride + size - 2 * padding for cells in (5, 7)]


def kernels(size, seed=1):
    return normal(size, size, C, M, seed=seed), normal(M, seed=seed + 1)


def by_scipy(params, x, stride, padding):
    """Each output channel as scipy's correlation of all input channels, every stride-th place kept."""
    weights, b = params
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    outputs = [[correlate(image, weights[..., m], mode="valid")[..., 0] + b[m] for m in range(M)] for image in x]
    return np.moveaxis(np.array(outputs), 1, -1)[:, ::stride, ::stride]


@GEOMETRIES
def test_conv2d_is_scipy_s_correlation(size, stride, padding):
    params, x = kernels(size), normal(N, H, W, C)
    for f in (layers.conv2d, layers.conv2d.plain):
        assert f(params, x, stride, padding) == pytest.approx(by_scipy(params, x, stride, padding))


@GEOMETRIES
def test_a_row_of_im2col_is_the_patch_under_the_kernel(size, stride, padding):
    x = normal(N, H, W, C)
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    for f in (layers.im2col, layers.im2col.plain):
        patches = f(x, size, stride, padding)
        for row, column in ((0, 0), (1, 2), (patches.shape[1] - 1, patches.shape[2] - 1)):
            top, left = row * stride, column * stride
            expected = padded[:, top : top + size, left : left + size].reshape(N, -1)
            assert np.array_equal(patches[:, row, column], expected)


@GEOMETRIES
def test_conv2d_transpose_is_the_transpose(size, stride, padding):
    height, width = exactly_covered(size, stride, padding)
    weights, _ = kernels(size)
    x, y = normal(N, height, width, C), normal(N, 5, 7, M, seed=3)
    for f in (layers.conv2d_transpose, layers.conv2d_transpose.plain):
        back = f((weights, np.zeros(C)), y, stride, padding)
        assert back.shape == x.shape
        assert np.sum(y * layers.conv2d((weights, np.zeros(M)), x, stride, padding)) == pytest.approx(np.sum(back * x))


@GEOMETRIES
def test_col2im_is_the_transpose_of_im2col_whatever_the_border(size, stride, padding):
    x = normal(N, H, W, C)
    patches = normal(*layers.im2col(x, size, stride, padding).shape, seed=2)
    back = ops.col2im(patches, x.shape, size, stride, padding)
    assert np.sum(patches * layers.im2col(x, size, stride, padding)) == pytest.approx(np.sum(back * x))


@GEOMETRIES
def test_laid_down_kernels_add_up_to_col2im_of_their_multiples_whatever_the_border(size, stride, padding):
    weights, _ = kernels(size)
    y = normal(*layers.im2col(normal(N, H, W, C), size, stride, padding).shape[:3], M, seed=2)
    images = ops.lay_down(y, weights, (N, H, W, C), stride, padding)
    multiples = np.einsum("nhwm,ijcm->nhwijc", y, weights).reshape(*y.shape[:3], -1)
    assert images == pytest.approx(ops.col2im(multiples, (N, H, W, C), size, stride, padding))


@GEOMETRIES
def test_derivatives_agree_with_central_differences(size, stride, padding):
    weights, b = kernels(size)
    x, y = normal(2, H, W, C), normal(2, 5, 7, M, seed=3)
    check_grads(lambda x, w, b: ops.conv2d(x, w, b, stride, padding), x, weights, b)
    check_grads(lambda y, w, b: ops.conv2d_transpose(y, w, b, stride, padding), y, weights, normal(C))
    y = normal(*ops.im2col(x, size, stride, padding).shape[:3], M, seed=4)
    check_grads(lambda y, w: ops.lay_down(y, w, x.shape, stride, padding), y, weights)
    check_grads(lambda x: ops.im2col(x, size, stride, padding), x)


def test_second_derivatives_are_right():
    weights, b = kernels(3)
    x, direction = normal(2, H, W, C), normal(3, 3, C, M, seed=5)

    def slope(w, f):
        return np.sum(direction * grad(lambda w: ops.mean(ops.tanh(f(w))))(w))

    for f in (
        lambda w: ops.conv2d(x, w, b, 2, 1),
        lambda w: ops.conv2d_transpose(x @ normal(C, M), w, normal(C), 2, 1),
    ):
        h = 1e-5
        product = grad(lambda w, f=f: slope_traced(w, f, direction))(weights)
        along = np.sum(product * direction)
        assert along == pytest.approx((slope(weights + h * direction, f) - slope(weights - h * direction, f)) / (2 * h))


def slope_traced(w, f, direction):
    return ops.sum_last((direction * grad(lambda w: ops.mean(ops.tanh(f(w))))(w)).reshape(-1))


@pytest.mark.parametrize("f, inputs", [(layers.conv2d, C), (layers.conv2d_transpose, M)])
def test_float32_stays_float32(f, inputs):
    rng = np.random.default_rng(0)
    weights, _ = layers.init_conv(rng, 4, C, M)
    params = weights, np.zeros(M if f is layers.conv2d else C, np.float32)
    x = rng.random((N, 8, 8, inputs), np.float32)
    assert f(params, x, 2, 1).dtype == np.float32
    for i, leaf in enumerate((x, *params)):
        at = [x, *params]

        def total(leaf, at=at, i=i):
            x, *params = [*at[:i], leaf, *at[i + 1 :]]
            return ops.mean(f(params, x, 2, 1))

        assert grad(total)(leaf).dtype == np.float32


def test_starting_kernels_keep_the_spread_of_their_input():
    rng = np.random.default_rng(0)
    params = layers.init_conv(rng, 4, 32, 32)
    x = rng.standard_normal((20, 14, 14, 32), np.float32)
    assert np.std(layers.conv2d(params, x)) == pytest.approx(1, rel=0.05)
