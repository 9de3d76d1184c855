"""Trees: order, structure and addresses are kept."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_from_scratch.pytree import tree_leaves, tree_map, tree_paths, tree_unflatten

TREE = {"encoder": {"hidden": [("W0", "b0"), ("W1", "b1")], "mean": ("W", "b")}, "scale": "s"}
TREES = st.recursive(
    st.integers(),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.lists(parts, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), parts, max_size=3)
    ),
    max_leaves=20,
)


class Pair(NamedTuple):
    first: object
    second: object


def test_leaves_come_in_the_order_in_which_they_are_written():
    assert tree_leaves(TREE) == ["W0", "b0", "W1", "b1", "W", "b", "s"]


def test_every_leaf_has_the_address_that_finds_it():
    addresses = tree_paths(TREE)
    assert addresses["encoder"]["hidden"][1][0] == "params['encoder']['hidden'][1][0]"
    for path, leaf in zip(tree_leaves(addresses), tree_leaves(TREE), strict=True):
        assert eval(path, {"params": TREE}) == leaf


def test_addresses_begin_with_the_given_name():
    assert tree_paths((1, {2: 3}), "args") == ("args[0]", {2: "args[1][2]"})
    assert tree_paths(1.0) == "params"


@given(TREES)
def test_a_tree_is_rebuilt_from_its_leaves(tree):
    assert tree_unflatten(tree, tree_leaves(tree)) == tree
    assert tree_map(lambda leaf: leaf, tree) == tree
    assert len(tree_leaves(tree_paths(tree))) == len(tree_leaves(tree))


@given(TREES)
def test_mapping_meets_every_leaf_once_in_order(tree):
    seen = []
    doubled = tree_map(lambda leaf: seen.append(leaf) or 2 * leaf, tree)
    assert seen == tree_leaves(tree)
    assert tree_leaves(doubled) == [2 * leaf for leaf in seen]


@given(TREES)
def test_mapping_over_two_trees_pairs_leaves_of_the_same_place(tree):
    pairs = tree_map(lambda leaf, path: f"{path}={leaf}", tree, tree_paths(tree))
    assert tree_leaves(pairs) == [
        f"{p}={x}" for p, x in zip(tree_leaves(tree_paths(tree)), tree_leaves(tree), strict=True)
    ]


def test_the_first_tree_decides_what_is_a_leaf():
    assert tree_map(lambda leaf, part: (leaf, part), [1, 2], [(3, 4), {"a": 5}]) == [(1, (3, 4)), (2, {"a": 5})]


def test_key_order_of_the_first_tree_decides():
    assert list(tree_map(lambda a, b: a + b, {"x": 1, "y": 2}, {"y": 20, "x": 10}).items()) == [("x", 11), ("y", 22)]


def test_containers_keep_their_type():
    tree = Pair([1], (2, Pair(3, {})))
    mapped = tree_map(lambda leaf: -leaf, tree)
    assert mapped == Pair([-1], (-2, Pair(-3, {})))
    assert type(mapped) is Pair and type(mapped.second) is tuple and type(mapped.second[1]) is Pair
    assert type(tree_paths(tree)) is Pair


def test_arrays_numbers_and_none_are_leaves():
    array = np.zeros((2, 2))
    assert all(a is b for a, b in zip(tree_leaves([array, None, 1.5]), [array, None, 1.5], strict=True))


def test_the_callers_tree_is_not_written_to():
    tree = {"a": [1, 2]}
    mapped = tree_map(lambda leaf: leaf + 1, tree)
    mapped["a"].append(3)
    assert tree == {"a": [1, 2]}


@pytest.mark.parametrize(
    "tree, other, said",
    [
        ([1, 2], [1], "list of 2 in the first, a list of 1"),
        ([1, 2], [1, 2, 3], "list of 3"),
        ([1, 2], {"a": 1, "b": 2}, r"dict of \['a', 'b'\]"),
        ([1, 2], np.zeros(2), "ndarray"),
        (["a", "b"], "ab", "str"),
        ({"a": 1}, {"a": 1, "b": 2}, r"dict of \['a'\] in the first, a dict of \['a', 'b'\]"),
        ({"a": 1, "b": 2}, {"a": 1}, r"dict of \['a'\]"),
        ({"a": [1]}, {"a": 1}, "list of 1 in the first, int"),
    ],
    ids=str,
)
def test_trees_that_differ_above_their_leaves_are_refused(tree, other, said):
    with pytest.raises(ValueError, match=said):
        tree_map(lambda a, b: a, tree, other)
