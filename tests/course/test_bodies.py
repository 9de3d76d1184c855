"""Answers in the core's own form, value and products: tried as bodies, handed out and trained with as primitives."""

import inspect
import sys

import numpy as np
import pytest

import vae_from_scratch
from tests.course.carried import cell, next_notebook
from vae_from_scratch import autodiff, ops, vae
from vae_from_scratch.autodiff import check_grads, value_and_grad
from vae_from_scratch.course import exercise, linking, progress, solution
from vae_from_scratch.course.exercises import check
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.suspects import suspect
from vae_from_scratch.pytree import tree_leaves

pytestmark = pytest.mark.usefixtures("home")

DENSE = """
def dense(x, W, b):
    # mine
    return x @ W + b, (
        lambda g: g @ W.T,
        lambda g: ops.rows(x).T @ ops.rows(g),
        lambda g: unbroadcast(ops.rows(g), b.shape),
    )
"""
SOFTPLUS = """
def softplus(x):
    # mine
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), (lambda g: g * ops.sigmoid(x),)
"""
UNBROADCAST = """
def unbroadcast(g, shape):
    # mine
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    return g.sum(axis=tuple(i for i, size in enumerate(shape) if size == 1), keepdims=True)
"""
NUMERIC = """
def numeric_gradient(f, x, step=1e-5):
    # mine
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        shift = np.zeros(x.shape)
        shift[index] = step
        slopes[index] = (f(x + shift) - f(x - shift)) / (2 * step)
    return slopes
"""


@pytest.fixture
def step():
    """Arguments of a loss: params, x, epsilon."""
    rng = np.random.default_rng(0)
    params = vae.init(rng, data_dim=11, hidden=(7,), latent_dim=3)
    return params, (rng.random((5, 11)) < 0.5).astype(np.float32), rng.standard_normal((5, 3)).astype(np.float32)


def counting(body, calls):
    def answer(*args):
        calls.append(body)
        return body(*args)

    return answer


def test_linked_bodies_are_run_as_primitives_and_give_the_same_bits(step):
    calls = []
    bodies = {op: counting(op.body, calls) for op in (ops.dense, ops.softplus, ops.relu)}
    mine = linked(vae_from_scratch, bodies)
    value, grads = value_and_grad(vae.loss)(*step)
    my_value, my_grads = mine.autodiff.value_and_grad(mine.vae.loss)(*step)
    assert value == my_value
    assert all((a == b).all() for a, b in zip(tree_leaves(grads), tree_leaves(my_grads), strict=True))
    assert set(calls) >= {ops.dense.body, ops.relu.body}


def test_a_wrong_product_of_a_linked_body_reaches_the_gradient_and_leaves_the_loss(step):
    mine = suspect("dense-bias-mean").core()
    value, grads = value_and_grad(vae.loss)(*step)
    my_value, my_grads = value_and_grad(mine.vae.loss)(*step)
    assert value == my_value
    np.testing.assert_allclose(my_grads["decoder"]["logits"][1], grads["decoder"]["logits"][1] / 5, rtol=1e-5)


@pytest.mark.parametrize("carried", [False, True], ids=["in this notebook", "in the next"])
def test_one_training_step_runs_accepted_bodies_on_one_another(carried, monkeypatch, real_judge, step):
    space = {"ops": ops}
    for reference, source in {
        autodiff.numeric_gradient: NUMERIC, ops.unbroadcast: UNBROADCAST, ops.softplus: SOFTPLUS, ops.dense: DENSE,
    }.items():  # fmt: skip
        name = reference.__name__
        space[name] = exercise(reference)(cell(source, name, **space))
    if carried:
        next_notebook(monkeypatch)
    mine = linking.yours()
    assert repr(mine).count("✓ yours") == 4
    lines, before = set(), sys.getprofile()
    sys.setprofile(lambda frame, event, _: event == "call" and lines.add(source_of(frame)))
    try:
        ((value, _, _),) = mine.training.train(step[0], [step[1:]], mine.optimizers.sgd(0.1))
    finally:
        sys.setprofile(before)
    assert {"dense", "unbroadcast"} <= {name for name, is_mine in lines if is_mine}
    assert value == vae.loss(*step)


def source_of(frame):
    """A running function's name, and whether a student's file holds it."""
    file = frame.f_code.co_filename
    return frame.f_code.co_name, file.startswith("<") or "answers" in file


def test_what_an_exercise_hands_out_can_be_called_and_traced(real_judge):
    softplus = exercise(ops.softplus)(cell(SOFTPLUS, "softplus", ops=ops))
    assert softplus.reference is ops.softplus
    assert softplus(np.array([0.0])) == np.log(2)
    check_grads(softplus, np.random.default_rng(0).normal(size=(5, 3)))
    assert "# mine" in inspect.getsource(softplus.body)


def test_a_blank_or_wrong_body_leaves_ours_in_place(real_judge):
    for source in (SOFTPLUS.replace("return", "...  #"), SOFTPLUS.replace("g * ", "")):
        handed_out = exercise(ops.softplus)(cell(source, "softplus", ops=ops))
        assert handed_out is ops.softplus
        assert handed_out.body is ops.softplus.body
    assert [attempt["outcome"] for attempt in progress.attempts()] == ["wrong"]


def test_an_answer_under_the_decorator_primitive_is_judged_by_its_body(real_judge):
    source = SOFTPLUS.replace("def ", "@primitive\ndef ")
    answer = cell(source, "softplus", ops=ops, primitive=autodiff.primitive)
    assert check(ops.softplus, answer).outcome == "right"
    assert exercise(ops.softplus)(answer) is answer


def test_the_solution_shows_the_body_with_its_products():
    code = solution(ops.dense).code
    assert code.startswith("def dense(x, W, b):")
    assert code.count("lambda g") == 3
    assert "@primitive" not in code
