"""`primitive` and `computed_by`, and the check by central differences that judges every product."""

import inspect

import autograd
import numpy as np
import pytest
from autograd.tracer import trace_stack

from vae_from_scratch import ops
from vae_from_scratch.autodiff import check_grads, computed_by, numeric_gradient, primitive, value_and_grad

N, D, M = 5, 7, 4  # examples, data, outputs


def normal(*shape, seed=0):
    return np.random.default_rng((seed, *shape)).standard_normal(shape)


# --------------------------------------------------------- primitive and computed_by


def test_a_primitive_runs_only_the_products_that_are_asked_for():
    ran = []

    @primitive
    def times(a, b):
        return a * b, (lambda g: ran.append("a") or g * b, lambda g: ran.append("b") or g * a)

    assert times(2.0, 3.0) == 6 and ran == []
    value_and_grad(lambda p: times(p, 3.0))(2.0)
    assert ran == ["a"]
    value_and_grad(lambda p: times(2.0, b=p))(3.0)
    assert ran == ["a", "b"]


def test_a_primitive_called_by_keyword_keeps_the_defaults_between():
    @primitive
    def power(x, scale=2.0, exponent=1):
        return scale * x**exponent, (lambda g: g * scale * exponent * x ** (exponent - 1),)

    assert power(3.0, exponent=2) == 18
    assert value_and_grad(lambda x: power(x, exponent=2))(3.0) == (18, 12)


def test_a_primitive_keeps_its_signature_and_source():
    assert list(inspect.signature(ops.dense).parameters) == ["x", "W", "b"]
    assert "x @ W + b" in inspect.getsource(ops.dense)


def test_a_primitive_has_its_body_at_hand():
    value, products = ops.softplus.body(np.zeros(1))
    assert (value, len(products)) == (np.log(2), 1)
    assert products[0](3.0) == 1.5


def test_a_primitive_says_that_it_has_no_forward_mode(monkeypatch):
    monkeypatch.setattr(trace_stack, "top", trace_stack.top)  # which make_jvp leaves raised after an error
    with pytest.raises(NotImplementedError, match="tanh has a rule for reverse mode only"):
        autograd.make_jvp(ops.tanh)(np.ones(2))(np.ones(2))


def test_calls_of_a_taught_function_go_to_its_op_and_its_body_stays():
    @computed_by(lambda x: ("op", x))
    def taught(x):
        """What it is."""
        return "definition", x

    assert taught(1) == taught(x=1) == ("op", 1)
    assert taught.plain(1) == ("definition", 1)
    assert taught.__doc__ == "What it is." and "definition" in inspect.getsource(taught)


# ---------------------------------------------------------------- check_grads

WRONG_PRODUCTS = {
    "sign": lambda x, y: (lambda g: -g * y, lambda g: g * x),
    "factor": lambda x, y: (lambda g: g * y, lambda g: 1.001 * g * x),
    "constant": lambda x, y: (lambda g: g * y + 1e-3, lambda g: g * x),
    "one entry": lambda x, y: (lambda g: g * y, lambda g: g * x * (np.arange(x.size) != 1)),
    "places": lambda x, y: (lambda g: (g * y)[::-1], lambda g: g * x),
    "exchanged": lambda x, y: (lambda g: g * x, lambda g: g * y),
    "zero": lambda x, y: (lambda g: g * y, lambda g: 0 * g),
    "shape": lambda x, y: (lambda g: (g * y).sum(), lambda g: g * x),
}


@pytest.mark.parametrize("products", WRONG_PRODUCTS.values(), ids=WRONG_PRODUCTS.keys())
def test_check_grads_catches_a_wrong(products):
    @primitive
    def times(x, y):
        return x * y, products(x, y)

    with pytest.raises(AssertionError, match=r"the gradient of args\[[01]\]"):
        check_grads(times, normal(3), normal(3, seed=1))


def test_check_grads_passes_right_products_of_trees_and_arrays():
    check_grads(lambda p, x: [x @ p["W"], p["W"].sum(axis=0)], {"W": normal(D, M)}, normal(N, D))
    check_grads(lambda x: x**3, 2.0 * np.ones(()))


def test_numeric_gradient_is_exact_for_a_quadratic():
    A = normal(6, 6)
    x = normal(2, 3)
    numeric = numeric_gradient(lambda x: x.ravel() @ A @ x.ravel(), x)
    np.testing.assert_allclose(numeric, ((A + A.T) @ x.ravel()).reshape(2, 3), rtol=1e-8)
