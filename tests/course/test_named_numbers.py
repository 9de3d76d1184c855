"""What claims name: a number that is off, by its index, and never one that is right."""

import ast
import re

import numpy as np
import pytest

from vae_from_scratch.course.checks import each_shown, furthest, gives, shown, tasks, wrong_number
from vae_from_scratch.course.progress import address
from vae_from_scratch.course.trial import Stop, Trial
from vae_from_scratch.pytree import tree_leaves, tree_unflatten


@pytest.mark.parametrize(
    "got, want, said",
    [
        (6.5, 6.0, "6.5"),
        ([6.5], [6.0], "6.5"),
        ([6.0004], [6.0], "6.0004"),
        ([1.0, 2.0, 7.0], [1.0, 2.0, 3.0], "7 at index 2"),
        ([1.5, 1.5], [1.0, 1.0], "1.5"),
        ([1.0, 1.0], [1.0, 2.0], "1 at index 1"),
        ([[0.0, 1.0], [np.nan, 9.0]], [[0.0, 0.0], [0.0, 0.0]], "nan at index (1, 0)"),
        ([-np.inf, -1.0], [-1000.0, -1.0], "-inf at index 0"),
        ([1.0, 2.0], [1.0], "an array of shape (2,)"),
    ],
)
def test_the_number_that_is_furthest_off_is_named_with_its_index(got, want, said):
    assert wrong_number(np.array(got), want) == said


def test_a_number_that_is_no_number_is_furthest_off_and_an_infinity_that_is_right_is_not_off():
    assert furthest([np.inf, 3.0, np.nan], [np.inf, 2.0, 1.0]) == (2,)
    assert furthest([np.inf, 3.0], [np.inf, 2.0]) == (1,)


def test_as_many_digits_are_shown_as_it_takes_to_see_that_a_number_is_off():
    assert shown(0.5, 0.5) == "0.5"
    assert shown(1.0002, 1.0) == "1.0002"
    assert each_shown([[0.25, 0.75003]], [[0.25, 0.75]]) == ["0.25", "0.75003"]


def test_what_is_right_is_true_and_what_is_not_is_a_sentence():
    assert gives(np.array([2.0, 3.0]), [2.0, 3.0]) is True
    assert gives(np.array([2.0, 4.0]), [2.0, 3.0]) == "Yours gives 4 at index 1."


def last_off(task, by):
    """The plain definition, but for the last number of each array of its result, which is too large."""

    def answer(*args):
        result = task.used(task.plain)(*args)
        leaves = [np.array(leaf, float) for leaf in tree_leaves(result)]
        for leaf in [leaf for leaf in leaves if leaf.ndim] or leaves:
            leaf[(-1,) * leaf.ndim] += by
        return tree_unflatten(result, leaves)

    return answer


@pytest.mark.parametrize("task", tasks().values(), ids=lambda task: address(task.reference))
@pytest.mark.parametrize("by", [0.3, 40.0])
def test_a_claim_names_no_number_that_is_right(task, by):
    wrong, told = last_off(task, by), 0
    trial = Trial(task, wrong)
    trial.function = wrong
    for claim in (*task.by_hand, *task.properties, *task.extremes):
        try:
            said = claim.holds(trial.f)
        except Stop:
            continue
        if isinstance(said, str):
            told += 1
            assert "for the first" not in said
            for index in re.findall(r"at index (\d+|\([\d, ]+\))", said):
                assert np.any(np.ravel(ast.literal_eval(index)) > 0), f"{claim.sentence} {said}"
    assert told or not task.by_hand
