"""Gradients through `value_and_grad`: their tree and dtype, what is refused, what a loss may hold, no memory kept."""

import gc
import inspect
from functools import partial
from typing import NamedTuple

import autograd.numpy as anp
import numpy as np
import pytest
from autograd.core import VJPNode
from autograd.tracer import trace_stack

from vae_from_scratch import convolutional, ops, optimizers, training, vae
from vae_from_scratch.autodiff import (
    NonFinite,
    check_grads,
    primitive,
    trace_back,
    value_and_grad,
)
from vae_from_scratch.pytree import tree_leaves, tree_map, tree_paths

N, K, D, L, M = 5, 11, 7, 3, 4  # examples, samples, data, latents, outputs


def normal(*shape, seed=0):
    return np.random.default_rng((seed, *shape)).standard_normal(shape)


# -------------------------------------------------------------------- the tree


class Layer(NamedTuple):
    W: np.ndarray
    b: np.ndarray


def test_gradients_come_as_a_tree_shaped_like_the_parameters():
    params = {"layers": [Layer(normal(2, 3), normal(3)), (normal(4),)], "scale": normal()}
    value, grads = value_and_grad(lambda p: sum((x * x).sum() for x in tree_leaves(p)))(params)
    assert value == pytest.approx(sum((x**2).sum() for x in tree_leaves(params)))
    assert type(grads["layers"][0]) is Layer and type(grads["layers"][1]) is tuple
    tree_map(lambda grad, x: np.testing.assert_allclose(grad, 2 * x), grads, params)


def test_each_gradient_has_the_dtype_of_its_own_parameter():
    params = {"single": normal(3).astype(np.float32), "double": normal(3), "half": normal(3).astype(np.float16)}
    _, grads = value_and_grad(lambda p: (p["single"] * p["double"] * p["half"]).sum())(params)
    assert {key: grad.dtype for key, grad in grads.items()} == {key: x.dtype for key, x in params.items()}


@pytest.mark.parametrize("x", [3.0, np.float64(3), np.float32(3), np.array(3.0)], ids=lambda x: type(x).__name__)
def test_a_number_is_a_parameter_too(x):
    value, grad = value_and_grad(lambda x: x**2)(x)
    assert (value, grad) == (9, 6)
    assert np.result_type(grad) == np.result_type(x)


def test_parameters_that_the_loss_does_not_use_get_zeros():
    params = {"used": normal(2), "idle": [normal(3).astype(np.float32), normal(2, 2)]}
    _, grads = value_and_grad(lambda p: p["used"].sum())(params)
    tree_map(
        lambda grad, x: np.testing.assert_array_equal(grad, np.zeros_like(x), strict=True),
        grads["idle"],
        params["idle"],
    )


def test_a_loss_that_ignores_the_parameters_has_zero_gradients():
    value, grads = value_and_grad(lambda p: 7.0)([normal(2), normal(3)])
    assert value == 7
    assert [grad.tolist() for grad in grads] == [[0, 0], [0, 0, 0]]


def test_one_array_in_two_places_has_a_gradient_in_each():
    shared = normal(3)
    _, (first, second) = value_and_grad(lambda p: (p[0] * np.exp(p[1])).sum())([shared, shared])
    np.testing.assert_allclose(first, np.exp(shared))
    np.testing.assert_allclose(second, shared * np.exp(shared))


def test_arguments_after_the_parameters_are_handed_on():
    def loss(params, x, *, power):
        return (params * x**power).sum()

    value, grads = value_and_grad(loss)(np.ones(2), np.array([2.0, 3.0]), power=3)
    assert value == 35 and grads.tolist() == [8, 27]


def test_the_gradient_function_is_documented_as_its_loss():
    gradient = value_and_grad(vae.loss)
    assert gradient.__name__ == "loss" and gradient.__doc__ == vae.loss.__doc__
    assert inspect.signature(gradient) == inspect.signature(vae.loss)


def test_the_callers_parameters_are_not_written_to():
    params = {"w": normal(3)}
    before = params["w"].copy()
    value_and_grad(lambda p: (p["w"] ** 2).sum())(params)
    np.testing.assert_array_equal(params["w"], before)


# --------------------------------------------------------------------- refusals


@pytest.mark.parametrize("leaf", [np.ones(2, int), np.ones(2, bool), np.ones(2, complex), 3, None, "w"], ids=repr)
def test_a_parameter_that_is_not_floating_is_refused_under_its_path(leaf):
    params = {"encoder": [(normal(2), leaf)]}
    with pytest.raises(TypeError, match=r"^params\['encoder'\]\[0\]\[1\] is .*floating-point"):
        value_and_grad(lambda p: 1.0)(params)


@pytest.mark.parametrize("shape", [(1,), (3,), (2, 3)])
def test_a_loss_that_is_not_one_number_is_told_to_average(shape):
    with pytest.raises(TypeError, match=rf"one number, but has shape \({shape[0]},.*np.mean"):
        value_and_grad(lambda p: p * np.ones(shape))(np.ones(shape))


def test_a_loss_that_returns_nothing_is_told_so():
    with pytest.raises(TypeError, match=r"returned None.*`return`"):
        value_and_grad(lambda p: None)(normal(2))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_loss_that_is_not_finite_is_refused(value):
    with pytest.raises(NonFinite, match=r"^the loss is infinite or not a number") as caught:
        value_and_grad(lambda p: p.sum() + value)(normal(2))
    assert caught.value.path == "the loss"


@pytest.mark.parametrize("bad", [[np.nan], [np.inf], [np.inf, -np.inf]], ids=str)
def test_a_gradient_that_is_not_finite_is_refused_under_its_path(bad):
    @primitive
    def spoiled(x):
        return x.sum(), (lambda g: g * np.array(bad),)

    params = {"fine": normal(2), "spoiled": [normal(len(bad))]}
    with pytest.raises(NonFinite) as caught:
        value_and_grad(lambda p: p["fine"].sum() + spoiled(p["spoiled"][0]))(params)
    assert caught.value.path == "the gradient of params['spoiled'][0]"


def test_gradients_whose_sum_overflows_are_finite():
    _, grads = value_and_grad(lambda p: (p[0] + p[1]).sum() * 1e308)([np.zeros(4), np.zeros(4)])
    assert grads[0].tolist() == grads[1].tolist() == [1e308] * 4


def test_training_stops_before_the_update_that_a_nan_would_spoil():
    updates = []

    def update(params, grads, state):
        updates.append(state)
        return tree_map(lambda p, g: p - g, params, grads), state + 1

    def loss(params, x):
        return (params["w"] * x).sum()

    counting = optimizers.Optimizer(lambda params: 0, update)
    steps = training.train({"w": normal(2)}, [(np.ones(2),), (np.array([1, np.nan]),)], counting, loss)
    _, params, state = next(steps)
    with pytest.raises(NonFinite):
        next(steps)
    assert updates == [0] and state == 1
    assert np.isfinite(params["w"]).all()


def test_after_an_error_in_the_loss_tracing_starts_afresh():
    def wrong(params):
        value_and_grad(lambda p: p.sum() / 0 if p.ndim else np.zeros(2) @ p)(params)

    for loss in (lambda p: p @ np.ones(5), lambda p: [][0], wrong, lambda p: p):
        with pytest.raises((ValueError, IndexError, ZeroDivisionError, TypeError, RuntimeWarning)):
            value_and_grad(loss)(normal(2))
        assert trace_stack.top == -1
    assert value_and_grad(lambda p: (p * p).sum())(np.ones(2))[1].tolist() == [2, 2]


# ------------------------------------------------------- what a loss may be made of

LOSSES = {
    "numpy functions": lambda p, x: np.sum(np.logaddexp(0, x @ p["W"] + p["b"])),
    "autograd.numpy functions": lambda p, x: anp.sum(anp.logaddexp(0, anp.dot(x, p["W"]) + p["b"])),
    "methods": lambda p, x: (((x @ p["W"]) + p["b"]) ** 2).mean(axis=0).sum(),
    "einsum and indexing": lambda p, x: (anp.einsum("nd,dm->nm", x, p["W"])[1:, 0] * p["b"][0]).sum(),
    "a comparison": lambda p, x: np.sum(np.where(p["W"] > 0, p["W"], 0.1 * p["W"])) + p["b"].sum(),
    "a loop over rows": lambda p, x: sum(np.exp(-(row @ p["W"] + p["b"])).sum() for row in x) / len(x),
    "our ops beside theirs": lambda p, x: ops.mean(ops.tanh(ops.dense(x, p["W"], p["b"])) ** 2) + np.abs(p["W"]).sum(),
    "ops by keyword": lambda p, x: ops.mean(x=ops.softplus(x=ops.dense(b=p["b"], W=p["W"], x=x))),
    "an op's axis by keyword": lambda p, x: ops.mean(ops.log_mean_exp(axis=1, values=x @ p["W"] + p["b"])),
    "an op's axis by position": lambda p, x: ops.mean(ops.log_mean_exp(x @ p["W"] + p["b"], 1)),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_gradients_of_what_students_write_equal_central_differences(loss):
    check_grads(lambda p: loss(p, normal(N, D)), {"W": normal(D, M), "b": normal(M)})


def test_a_numpy_function_that_hides_traced_values_is_refused():
    with pytest.raises(TypeError, match=r"autograd\.numpy"):
        value_and_grad(lambda p: (np.einsum("nd,dm->nm", normal(N, D), p["W"]) * p["b"]).sum())(
            {"W": normal(D, M), "b": normal(M)}
        )


# ------------------------------------------------------------ float32 stays float32


def iwae_loss(params, x, epsilon):
    return -ops.mean(vae.iwae_bound(params, x, epsilon))


FLOAT32_LOSSES = {
    "loss": (vae.loss, (N, L)),
    "loss at beta 0.5": (lambda *args: vae.loss(*args, beta=0.5), (N, L)),
    "loss at beta 2": (lambda *args: vae.loss(*args, beta=2), (N, L)),
    "IWAE bound": (iwae_loss, (K, N, L)),
}


@pytest.mark.parametrize("loss, noise", FLOAT32_LOSSES.values(), ids=FLOAT32_LOSSES.keys())
def test_float32_parameters_have_float32_gradients_before_the_cast(loss, noise):
    params = vae.init(np.random.default_rng(0), D, hidden=(8, 6), latent_dim=L, output_bias=normal(D))
    batch = [normal(N, D).astype(np.float32), normal(*noise).astype(np.float32)]
    value, grads = trace_back(loss, params, tree_leaves(params), batch, {})
    assert value.dtype == np.float32
    leaks = [path for path, g in zip(tree_leaves(tree_paths(params)), grads, strict=True) if g.dtype != np.float32]
    assert not leaks


# ------------------------------------------------------------------- no memory kept


def nodes():
    """All nodes of graphs that are alive."""
    return [thing for thing in gc.get_objects() if type(thing) is VJPNode]


@pytest.fixture
def live_nodes():
    """Number of nodes that came since the test began; and what lives on lives on: only reference counts free any."""
    gc.collect()
    before = {id(node): node for node in nodes()}
    gc.disable()
    yield lambda: sum(id(node) not in before for node in nodes())
    gc.enable()


def test_a_kept_traced_value_keeps_its_graph(live_nodes):
    kept = []
    value_and_grad(lambda p: kept.append(np.exp(p).sum()) or kept[-1])(normal(3))
    assert live_nodes() == 3
    kept.clear()
    assert live_nodes() == 0


DENSE, PIXELS = vae.init(np.random.default_rng(0), D, hidden=(8,), latent_dim=L), convolutional.SIDE**2
TRAINED = {  # parameters, loss, sizes of the images and of the noise
    "dense": (DENSE, vae.loss, D, (N, L)),
    "IWAE": (DENSE, iwae_loss, D, (K, N, L)),
    "convolutional": (
        convolutional.init(np.random.default_rng(0), (2, 3), L),
        partial(vae.loss, model=convolutional.CONVOLUTIONAL),
        PIXELS,
        (N, L),
    ),
}


@pytest.mark.parametrize("params, loss, pixels, noise", TRAINED.values(), ids=TRAINED.keys())
def test_no_node_of_a_graph_outlives_its_step(params, loss, pixels, noise, live_nodes):
    x = np.random.default_rng(1).random((N, pixels), np.float32)
    batches = ((x, normal(*noise).astype(np.float32)) for _ in range(4))
    taken = 0
    for _ in training.train(params, batches, optimizers.adam(1e-3), loss):
        taken += 1
        assert live_nodes() == 0
    assert taken == 4


def test_no_node_of_a_graph_outlives_an_error(live_nodes):
    for loss in (lambda p: p @ np.ones(5), lambda p: np.exp(p), lambda p: np.exp(p).sum() * np.nan):
        with pytest.raises((ValueError, TypeError, NonFinite)) as caught:
            value_and_grad(loss)(normal(2))
        del caught
        assert live_nodes() == 0


def test_no_node_of_a_nested_graph_is_left(live_nodes):
    value_and_grad(lambda x: value_and_grad(lambda x: (x**3).sum())(x)[1].sum())(normal(3))
    assert live_nodes() == 0
