"""Second derivatives: `value_and_grad` inside `value_and_grad`, against stock autograd on the plain definitions."""

import inspect
import warnings

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from vae_from_scratch import distributions, ops
from vae_from_scratch.autodiff import NonFinite, check_grads, value_and_grad

N, K, D, L, M = 5, 11, 7, 3, 4  # examples, samples, data, latents, outputs


def normal(*shape, seed=0):
    return np.random.default_rng((seed, *shape)).standard_normal(shape)


PLAIN = {
    "exp": (anp.exp, [(N, D)]),
    "sum_last": (lambda x: anp.sum(x, axis=-1), [(K, N, D)]),
    "mean": (anp.mean, [(K, N)]),
    "log_mean_exp": (distributions.log_mean_exp.plain, [(K, N)]),
    "dense": (lambda x, W, b: anp.dot(x, W) + b, [(K, N, D), (D, M), (M,)]),
    "relu": (lambda x: anp.maximum(x, 0), [(N, D)]),
    "tanh": (lambda x: 1 - 2 / (anp.exp(2 * x) + 1), [(N, D)]),
    "sigmoid": (lambda x: 1 / (1 + anp.exp(-x)), [(N, D)]),
    "softplus": (lambda x: anp.log(1 + anp.exp(x)), [(N, D)]),
    "bernoulli_log_prob": (distributions.bernoulli_log_prob.plain, [(N, D), (K, N, D)]),
    "continuous_bernoulli_log_prob": (distributions.continuous_bernoulli_log_prob.plain, [(N, D), (K, N, D)]),
    "normal_log_prob": (distributions.normal_log_prob.plain, [(K, N, L), (N, L), (N, L)]),
    "kl_to_standard_normal": (distributions.kl_to_standard_normal.plain, [(N, L), (N, L)]),
    "reparameterize": (distributions.reparameterize.plain, [(N, L), (N, L), (K, N, L)]),
}
HELPERS = {
    "continuous_bernoulli_mean", "once", "ones_like", "places", "read_off", "rows", "summed", "times", "unbroadcast",
}  # fmt: skip
CONVOLUTIONS = {"im2col", "col2im", "lay_down", "conv2d", "conv2d_transpose"}  # in test_convolutions.py


def test_second_derivatives_are_checked_for_every_op():
    defined = {name for name, f in vars(ops).items() if inspect.isfunction(f) and f.__module__ == ops.__name__}
    assert defined - HELPERS - CONVOLUTIONS == PLAIN.keys()


@pytest.mark.parametrize("name", PLAIN)
def test_hessian_vector_products_of_every_op_equal_its_plain_definitions(name):
    plain, shapes = PLAIN[name]
    args = [normal(*shape, seed=i) for i, shape in enumerate(shapes)]
    direction = [normal(*shape, seed=10 + i) for i, shape in enumerate(shapes)]
    weights = normal(*np.shape(plain(*args)), seed=20)

    def product_with_direction(gradient):
        return lambda args: sum((g * v).sum() for g, v in zip(gradient(args), direction, strict=True))

    def ours(f):
        return lambda args: value_and_grad(f)(args)[1]

    actual = ours(product_with_direction(ours(lambda args: (weights * getattr(ops, name)(*args)).sum())))(args)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Output seems independent of input")  # where the op is linear
        expected = autograd.grad(product_with_direction(autograd.grad(lambda args: (weights * plain(*args)).sum())))(
            args
        )
    for a, e in zip(actual, expected, strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-9, atol=1e-11)


def test_a_gradient_inside_a_loss_is_differentiated_too():
    cubes = value_and_grad(lambda x: (x**3).sum())
    _, second = value_and_grad(lambda x: cubes(x)[1].sum())(np.array([1.0, 2.0]))
    assert second.tolist() == [6, 12]
    _, third = value_and_grad(lambda x: value_and_grad(lambda x: cubes(x)[1].sum())(x)[1].sum())(np.array([1.0, 2.0]))
    assert third.tolist() == [6, 6]


def test_a_loss_with_a_gradient_penalty_has_the_gradient_of_both():
    def loss(params, x):
        score = value_and_grad(lambda x: np.tanh(x @ params["w"]).sum())
        value, slope = score(x)
        return value + (slope**2).sum()

    check_grads(lambda p: loss(p, normal(N, D)), {"w": normal(D)})


def test_the_inner_parameters_may_have_nothing_to_do_with_the_outer_ones():
    inner = value_and_grad(lambda y: (y**2).sum())
    value, grad = value_and_grad(lambda x: x.sum() * inner(np.ones(2))[1].sum())(np.ones(3))
    assert value == 12 and grad.tolist() == [4, 4, 4]


def test_an_inner_gradient_that_is_not_finite_is_refused_though_the_outer_loss_leaves_it_out():
    def loss(x):
        _, slopes = value_and_grad(lambda p: (p["fine"] + np.sqrt(p["steep"])).sum())({"fine": x, "steep": 0 * x})
        return slopes["fine"].sum()

    with np.errstate(divide="ignore"), pytest.raises(NonFinite) as caught:
        value_and_grad(loss)(np.ones(2))
    assert caught.value.path == "the gradient of params['steep']"
