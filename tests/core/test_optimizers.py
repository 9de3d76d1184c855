"""Optimizers: against recurrences in plain Python floats, one number at a time; and what they promise to callers."""

from math import sqrt

import numpy as np
import pytest

from vae_from_scratch.optimizers import adam, adam_step, copied, cosine_decay, momentum, sgd
from vae_from_scratch.pytree import tree_leaves, tree_map, tree_paths

OPTIMIZERS = pytest.mark.parametrize("optimizer", [sgd, momentum, adam])
STEPS = 20


def some_params(dtype=np.float64):
    rng = np.random.default_rng(0)
    outline = {"hidden": [(np.empty((5, 3)), np.empty(3))], "mean": (np.empty((3, 2)), np.empty(2))}
    return tree_map(lambda leaf: rng.standard_normal(leaf.shape).astype(dtype), outline)


def some_grads(params, step):
    rng = np.random.default_rng(step)
    return tree_map(lambda p: rng.standard_normal(p.shape).astype(p.dtype), params)


def steps_of(optimizer, params, gradients):
    """The parameters after each gradient."""
    state = optimizer.init(params)
    for grads in gradients:
        params, state = optimizer.update(params, grads, state)
        yield params


# ------------------------------------------------- each rule, one number at a time


def scalar_sgd(p, gradients, rate):
    for g in gradients:
        p -= rate * g
        yield p


def scalar_momentum(p, gradients, rate):
    velocity = 0.0
    for g in gradients:
        velocity = 0.9 * velocity + g
        p -= rate * velocity
        yield p


def scalar_adam(p, gradients, rate):
    """Kingma & Ba 2015, algorithm 1, line by line."""
    m = v = 0.0
    beta1_power = beta2_power = 1.0
    for g in gradients:
        beta1_power, beta2_power = beta1_power * 0.9, beta2_power * 0.999
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        m_hat = m / (1 - beta1_power)
        v_hat = v / (1 - beta2_power)
        p -= rate * m_hat / (sqrt(v_hat) + 1e-8)
        yield p


@pytest.mark.parametrize(
    ("optimizer", "recurrence"), [(sgd, scalar_sgd), (momentum, scalar_momentum), (adam, scalar_adam)]
)
def test_two_parameters_follow_the_scalar_recurrence(optimizer, recurrence):
    start = {"a": 0.7, "b": [-1.3]}
    slopes = {"a": [3.0, -0.5, 1e-4, 0.0, 2.0, 2.0, -40.0], "b": [-1e-3, 1e-3, 5.0, -5.0, 0.25, 0.0, 1.0]}
    gradients = [{"a": np.array(a), "b": [np.array(b)]} for a, b in zip(slopes["a"], slopes["b"], strict=True)]
    params = {"a": np.array(start["a"]), "b": [np.array(start["b"][0])]}
    taken = list(steps_of(optimizer(0.1), params, gradients))
    expected = {name: list(recurrence(np.ravel(start[name])[0].item(), slopes[name], 0.1)) for name in start}
    np.testing.assert_allclose([p["a"] for p in taken], expected["a"], rtol=1e-12)
    np.testing.assert_allclose([p["b"][0] for p in taken], expected["b"], rtol=1e-12)


@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
def test_adams_first_step_is_the_learning_rate_whatever_the_gradients_size(size):
    param, _ = adam_step(np.zeros(2), np.array([size, -size]), (np.zeros(2), np.zeros(2), 0), 0.01)
    np.testing.assert_allclose(param, [-0.01, 0.01], rtol=1e-3)


def test_adam_on_a_tree_is_adam_step_on_each_leaf():
    params = some_params()
    leaf = params["hidden"][0][0]
    own = (np.zeros_like(leaf), np.zeros_like(leaf), 0)
    gradients = [some_grads(params, step) for step in range(STEPS)]
    for grads, tree in zip(gradients, steps_of(adam(1e-2), params, gradients), strict=True):
        leaf, own = adam_step(leaf, grads["hidden"][0][0], own, 1e-2)
        np.testing.assert_array_equal(tree["hidden"][0][0], leaf)


@OPTIMIZERS
def test_a_quadratic_bowl_is_descended(optimizer):
    params = some_params()
    rate = cosine_decay(0.05, 0.0, 400)
    state = optimizer(rate).init(params)
    for _ in range(400):
        params, state = optimizer(rate).update(params, params, state)  # p is the gradient of p²/2
    assert max(np.abs(leaf).max() for leaf in tree_leaves(params)) < 1e-2


# ------------------------------------------------------------ promises to callers


def frozen(tree):
    """Copy of a tree whose arrays refuse to be written."""

    def freeze(leaf):
        if isinstance(leaf, np.ndarray):
            leaf = leaf.copy()
            leaf.flags.writeable = False
        return leaf

    return tree_map(freeze, tree)


@OPTIMIZERS
def test_update_writes_neither_params_nor_grads_and_is_repeatable(optimizer):
    rule, params = optimizer(0.1), frozen(some_params())
    params, state = rule.update(params, frozen(some_grads(params, 0)), rule.init(params))
    params, grads = frozen(params), frozen(some_grads(params, 1))
    first, second = (rule.update(params, grads, copied(state)) for _ in range(2))
    for a, b in zip(tree_leaves(first), tree_leaves(second), strict=True):
        np.testing.assert_array_equal(a, b)


@OPTIMIZERS
def test_new_parameters_share_no_memory_with_anything_given(optimizer):
    rule, params = optimizer(0.1), some_params()
    grads, state = some_grads(params, 0), rule.init(params)
    old = [leaf for leaf in tree_leaves([params, grads, state]) if isinstance(leaf, np.ndarray)]
    new, _ = rule.update(params, grads, state)
    assert not any(np.shares_memory(a, b) for a in tree_leaves(new) for b in old)


def test_adam_in_place_is_its_plain_definition_to_the_last_bit():
    param = np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)
    plain = own = (np.zeros_like(param), np.zeros_like(param), 0)
    own, p, q = copied(own), param, param
    for step in range(STEPS):
        grad = np.random.default_rng(step + 1).standard_normal(param.shape).astype(np.float32)
        p, plain = adam_step.plain(p, grad, plain, 1e-2)
        q, own = adam_step(q, grad, own, 1e-2)
        for a, b in zip((p, *plain), (q, *own), strict=True):
            np.testing.assert_array_equal(a, b)


@OPTIMIZERS
def test_float32_stays_float32_in_parameters_and_state(optimizer):
    rule, params = optimizer(cosine_decay(1e-2, 1e-3, STEPS)), some_params(np.float32)
    state = rule.init(params)
    for step in range(3):
        params, state = rule.update(params, some_grads(params, step), state)
    arrays = [leaf for leaf in tree_leaves([params, state]) if not isinstance(leaf, int)]
    assert {leaf.dtype for leaf in arrays} == {np.dtype(np.float32)}


@OPTIMIZERS
def test_a_learning_rate_in_double_precision_widens_nothing(optimizer):
    params = some_params(np.float32)
    rule = optimizer(lambda taken: np.float64(0.1))
    params, _ = rule.update(params, some_grads(params, 0), rule.init(params))
    assert {leaf.dtype for leaf in tree_leaves(params)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(("optimizer", "moments"), [(sgd, 0), (momentum, 1), (adam, 2)])
def test_a_leafs_state_is_its_moments_and_then_the_steps_taken(optimizer, moments):
    rule, params = optimizer(0.1), some_params()
    state = rule.init(params)
    for step in range(3):
        params, state = rule.update(params, some_grads(params, step), state)
    W, (*arrays, steps) = params["hidden"][0][0], state["hidden"][0][0]
    assert [array.shape for array in arrays] == [W.shape] * moments
    assert steps == 3


@OPTIMIZERS
def test_trees_keep_their_structure(optimizer):
    rule, params = optimizer(0.1), some_params()
    new, state = rule.update(params, some_grads(params, 0), rule.init(params))
    assert tree_paths(new) == tree_paths(params)
    assert tree_paths(state) == tree_paths(rule.init(params))


@OPTIMIZERS
def test_gradients_of_another_structure_are_refused(optimizer):
    rule, params = optimizer(0.1), some_params()
    grads = some_grads(params, 0) | {"mean": some_grads(params, 0)["mean"][:1]}
    with pytest.raises(ValueError, match="trees differ"):
        rule.update(params, grads, rule.init(params))


# ------------------------------------------------------------------ learning rates


def test_a_learning_rate_function_is_given_the_number_of_steps_taken_before():
    rates = [0.5, 0.25, 2.0]
    params, ones = {"w": np.zeros(1)}, {"w": np.ones(1)}
    positions = [p["w"].item() for p in steps_of(sgd(lambda taken: rates[taken]), params, [ones] * 3)]
    assert positions == [-0.5, -0.75, -2.75]


@OPTIMIZERS
def test_a_constant_learning_rate_is_the_function_that_returns_it(optimizer):
    params = some_params()
    gradients = [some_grads(params, step) for step in range(3)]
    *_, fixed = steps_of(optimizer(0.1), params, gradients)
    *_, called = steps_of(optimizer(lambda taken: 0.1), params, gradients)
    for a, b in zip(tree_leaves(fixed), tree_leaves(called), strict=True):
        np.testing.assert_array_equal(a, b)


def test_cosine_decay_falls_from_first_to_last_through_the_middle_and_stays_there():
    rate = cosine_decay(1e-2, 1e-4, 100)
    np.testing.assert_allclose([rate(0), rate(50), rate(100), rate(1000)], [1e-2, 5.05e-3, 1e-4, 1e-4], rtol=1e-12)
    assert all(rate(taken) > rate(taken + 1) for taken in range(100))
