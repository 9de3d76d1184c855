"""Each primitive against its plain definition, central differences, its dtype and its extremes.

Sizes are pairwise coprime, so that a sum over a wrong axis cannot come out right.
"""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from autograd.core import make_vjp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from vae_from_scratch import distributions, ops
from vae_from_scratch.autodiff import check_grads

K, N, D, L = 11, 5, 7, 3
TWO = [[(N, D), (N, D)], [(N, D), (K, N, D)], [(K, N, D), (N, D)], [(D,), (N, D)]]
LAST_AXIS = [[(N, 1), (N, D)], [(N, D), (N, 1)], [(N, D), ()], [(), (N, D)]]
ONE = [[(D,)], [(N, D)], [(K, N, D)]]

# op: its plain definition, and the shapes of the arguments that it is tried on
CASES = {
    ops.sum_last: (lambda x: anp.einsum("...d->...", x), ONE),
    ops.mean: (lambda x: anp.mean(x), ONE),
    ops.log_mean_exp: (distributions.log_mean_exp.plain, [[(K,)], [(K, N)]]),
    ops.dense: (lambda x, W, b: anp.einsum("...d,dm->...m", x, W) + b, [[s, (D, L), (L,)] for ((*s,),) in ONE]),
    ops.relu: (lambda x: anp.where(x > 0, x, 0.0), ONE),
    ops.tanh: (lambda x: (anp.exp(2 * x) - 1) / (anp.exp(2 * x) + 1), ONE),
    ops.sigmoid: (lambda x: 1 / (1 + anp.exp(-x)), ONE),
    ops.softplus: (lambda x: anp.log(1 + anp.exp(x)), ONE),
    ops.bernoulli_log_prob: (distributions.bernoulli_log_prob.plain, TWO + LAST_AXIS),
    ops.continuous_bernoulli_log_prob: (distributions.continuous_bernoulli_log_prob.plain, TWO + LAST_AXIS),
    ops.normal_log_prob: (
        distributions.normal_log_prob.plain,
        [[a, b, b] for a, b in TWO + LAST_AXIS] + [[(K, N, L), (N, L), (L,)], [(N, L), (), ()]],
    ),
    ops.kl_to_standard_normal: (distributions.kl_to_standard_normal.plain, TWO + LAST_AXIS),
    ops.reparameterize: (
        distributions.reparameterize.plain,
        [[a, b, b] for a, b in TWO + LAST_AXIS] + [[(N, L), (N, L), (K, N, L)], [(N, L), (L,), (N, L)]],
    ),
}
CONVOLUTIONS = {ops.im2col, ops.col2im, ops.lay_down, ops.conv2d, ops.conv2d_transpose}  # in test_convolutions.py
EVERY_CASE = [
    pytest.param(op, plain, shapes, id=f"{op.__name__}{shapes}")
    for op, (plain, cases) in CASES.items()
    for shapes in cases
]


def arguments(shapes, seed=0):
    """Generic float64 arrays of these shapes, none at a kink or an optimum."""
    rng = np.random.default_rng(seed)
    return [np.asarray(rng.standard_normal(shape)) for shape in shapes]


def weighted(f, args):
    """f's value as one number, with weights that let no error cancel; and the places of all arguments."""
    weights = np.random.default_rng(1).standard_normal(np.shape(f(*args)))
    return (lambda *args: anp.sum(weights * f(*args))), tuple(range(len(args)))


def gradients(f, args):
    scalar, places = weighted(f, args)
    return grad(scalar, places)(*args)


def hessian_vector_product(f, args):
    scalar, places = weighted(f, args)
    directions = arguments([np.shape(arg) for arg in args], seed=2)

    def slope(*args):
        return sum(anp.sum(d * g) for d, g in zip(directions, grad(scalar, places)(*args), strict=True))

    return grad(slope, places)(*args)


def test_every_primitive_has_a_case():
    primitives = {f for f in vars(ops).values() if hasattr(f, "body")}
    assert primitives == set(CASES) | CONVOLUTIONS


@pytest.mark.parametrize("op, plain, shapes", EVERY_CASE)
def test_value_is_that_of_the_plain_definition(op, plain, shapes):
    args = arguments(shapes)
    expected = plain(*args)
    assert np.shape(op(*args)) == np.shape(expected)
    np.testing.assert_allclose(op(*args), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("op, plain, shapes", EVERY_CASE)
def test_gradients_are_central_differences(op, plain, shapes):
    check_grads(op, *arguments(shapes), tolerance=1e-7)


@pytest.mark.parametrize("op, plain, shapes", EVERY_CASE)
def test_gradients_are_those_of_the_plain_definition(op, plain, shapes):
    args = arguments(shapes)
    for got, expected in zip(gradients(op, args), gradients(plain, args), strict=True):
        assert np.shape(got) == np.shape(expected)
        np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-13)


@pytest.mark.filterwarnings("ignore:Output seems independent of input")  # a straight map has no second derivative
@pytest.mark.parametrize("op, plain, shapes", EVERY_CASE)
def test_hessian_vector_products_are_those_of_the_plain_definition(op, plain, shapes):
    args = arguments(shapes)
    for got, expected in zip(hessian_vector_product(op, args), hessian_vector_product(plain, args), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("op, plain, shapes", EVERY_CASE)
def test_float32_in_gives_float32_out_and_back(op, plain, shapes):
    args = [arg.astype(np.float32) for arg in arguments(shapes)]
    for i, arg in enumerate(args):
        product, value = make_vjp(lambda arg, i=i: op(*args[:i], arg, *args[i + 1 :]), arg)
        assert value.dtype == np.float32
        assert product(np.ones_like(value)).dtype == np.float32


def test_python_numbers_as_arguments_do_not_widen_float32():
    x = np.ones((N, L), np.float32)
    assert ops.normal_log_prob(x, 0.0, 0.0).dtype == np.float32
    assert ops.kl_to_standard_normal(x, 0.0).dtype == np.float32
    assert ops.reparameterize(0.0, 0.0, x).dtype == np.float32
    assert ops.bernoulli_log_prob(1.0, x).dtype == np.float32


# ------------------------------------------------------------------- extremes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_slopes_at_logits_of_a_thousand_are_exact(dtype):
    x = np.array([-1000, 0, 1000], dtype)
    np.testing.assert_allclose(ops.softplus(x), np.array([0, np.log(2), 1000], dtype), rtol=1e-6)
    np.testing.assert_array_equal(ops.sigmoid(x), np.array([0, 0.5, 1], dtype))
    for f, slopes in [(ops.softplus, [0, 0.5, 1]), (ops.sigmoid, [0, 0.25, 0]), (ops.tanh, [0, 1, 0])]:
        np.testing.assert_array_equal(make_vjp(f, x)[0](np.ones_like(x)), slopes)


def test_relu_has_slope_0_at_0():
    np.testing.assert_array_equal(make_vjp(ops.relu, np.array([-1.0, 0, 1]))[0](np.ones(3)), [0, 0, 1])


def test_softplus_keeps_every_digit_where_it_is_tiny():
    np.testing.assert_allclose(ops.softplus(np.array([-30.0, -300])), np.exp([-30.0, -300]), rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [-10_000, 0, 10_000])
def test_log_mean_exp_neither_overflows_nor_underflows(dtype, shift):
    values = np.array([0, 1, 2], dtype) + dtype(shift)
    product, value = make_vjp(ops.log_mean_exp, values)
    assert value == pytest.approx(shift + np.log((1 + np.e + np.e**2) / 3), rel=1e-6)
    np.testing.assert_allclose(product(dtype(1)), np.exp([0, 1, 2]) / (1 + np.e + np.e**2), rtol=1e-6)


# ---------------------------------------------------------------- unbroadcast


@settings(max_examples=200, derandomize=True, deadline=None)
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=4), st.integers(0, 2**32 - 1))
def test_unbroadcast_is_the_transpose_of_broadcasting(shapes, seed):
    rng = np.random.default_rng(seed)
    small, full = shapes.input_shapes[0], shapes.result_shape
    a, g = np.asarray(rng.standard_normal(small)), np.asarray(rng.standard_normal(full))
    back = ops.unbroadcast(g, small)
    assert np.shape(back) == small
    assert np.sum(back * a) == pytest.approx(np.sum(g * np.broadcast_to(a, full)), abs=1e-10)
