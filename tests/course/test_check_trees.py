"""The judge where arguments are trees, results have parts or are one number, and answers are generators."""

import numpy as np
from autograd.tracer import getval

from tests.course.answers_08 import DENSE
from vae_from_scratch import training, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course.checks import same, task_of
from vae_from_scratch.course.checks.fixture_08 import PARAMS
from vae_from_scratch.course.checks.loops_08 import ADAM, BATCHES, LINE, collected, squares
from vae_from_scratch.course.exercises import check
from vae_from_scratch.course.trial import numeric_gradients, traced_gradient
from vae_from_scratch.pytree import tree_leaves, tree_map


def test_functions_in_a_tree_are_equal_if_they_are_the_same():
    assert same(DENSE, vae.Model(*DENSE)) and same({"f": vae.loss}, {"f": vae.loss})
    assert not same(DENSE._replace(encode=vae.decode), DENSE)


def test_central_differences_of_a_tree_are_the_traced_gradient():
    task = task_of(vae.elbo)
    numeric, traced = numeric_gradients(task), traced_gradient(task, vae.elbo)
    for a, b in zip(tree_leaves(numeric), tree_leaves(traced), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_a_cut_path_is_told_by_the_leaf_s_address():
    def cut(params, z):
        (W, b), *others = params["decoder"]["hidden"]
        return vae.decode({"decoder": {**params["decoder"], "hidden": [(W, getval(b)), *others]}}, z)

    verdict = check(vae.decode, cut)
    assert (verdict.outcome, verdict.mistake) == ("wrong", None)
    assert "`params['decoder']['hidden'][0][1]` is zero everywhere" in verdict.message


def test_an_argument_changed_in_place_is_named_though_it_is_a_tree():
    def spoils(params, x):
        params["encoder"]["mean"] = params["encoder"]["log_var"]
        return vae.encode(PARAMS, x)

    verdict = check(vae.encode, spoils)
    assert verdict.outcome == "wrong" and "changes its argument `params` in place" in verdict.message


def test_what_stops_with_an_error_is_compared_with_mistakes_that_do():
    skipped = check(vae.decode, lambda p, z: z @ p["decoder"]["logits"][0] + p["decoder"]["logits"][1])
    assert (skipped.outcome, skipped.mistake) == ("wrong", "decode-hidden-skipped")
    other = check(vae.decode, lambda p, z: z @ p["decoder"]["logits"][0] - 3.0 * p["decoder"]["logits"][1])
    assert (other.outcome, other.mistake) == ("raised", None)


def test_a_slow_answer_is_right_and_stays_out_of_training_for_trees_too(monkeypatch):
    def crawls(params, x, epsilon, beta=1.0, model=DENSE):
        total = 0.0
        for i in range(len(x)):
            total = total + vae.elbo(params, x[i : i + 1], epsilon[i : i + 1], beta, model)[0]
        return -total / len(x)

    monkeypatch.setattr("vae_from_scratch.course.ladder.UNNOTICED", 0.0)
    monkeypatch.setattr("vae_from_scratch.course.ladder.SLOWER", 0.01)
    verdict = check(vae.loss, crawls)
    assert (verdict.outcome, verdict.fast) == ("right", False)


def test_loops_are_told_apart_by_when_they_take_their_batches():
    value, params, state, taken = collected(training.train, LINE, BATCHES, ADAM, squares)
    assert value.shape == taken.shape == (5,) and params.shape == (5, 4) and state.shape == (5, 10)
    np.testing.assert_array_equal(taken, [1, 2, 3, 4, 5])
    *_, at_once = collected(lambda *args: list(training.train(*args)), LINE, BATCHES, ADAM, squares)
    np.testing.assert_array_equal(at_once, 5 * [0])


def test_a_loop_that_never_ends_is_stopped_after_one_step_too_many():
    def endless(params, batches, optimizer, loss, state=None):
        while True:
            yield 0.0, params, ()

    assert len(collected(endless, LINE, BATCHES, ADAM, squares)[0]) == 6
    assert check(training.train, endless).outcome == "wrong"


def test_what_a_loop_changes_later_does_not_change_what_it_has_handed_out():
    def in_place(params, batches, optimizer, loss, state=None):
        params = tree_map(np.copy, params)
        for batch in batches:
            value, grads = value_and_grad(loss)(params, *batch)
            params["w"] -= 0.1 * grads["w"]
            yield value, params, ()

    params = collected(in_place, LINE, BATCHES, ADAM, squares)[1]
    assert len(np.unique(params[:, 0])) == 5
