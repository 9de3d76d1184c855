"""Lesson 8: training loops as arrays, and the small one on which answers are tried.

`collected(train, …)` runs a loop and makes arrays of what it hands out: it is through these that loops are compared.
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from vae_from_scratch.optimizers import Optimizer, adam
from vae_from_scratch.pytree import tree_leaves

# ---- the fixture: a straight line, five batches ----------------------------------------------------

_rng = np.random.default_rng(888)
LINE = {"w": _rng.standard_normal(3), "b": np.array(0.4)}
BATCHES = [(_rng.standard_normal((7, 3)), _rng.standard_normal(7)) for _ in range(5)]
ADAM = adam(0.1)
STILL = Optimizer(lambda params: (), lambda params, grads, state: (params, state))


def squares(params, x, epsilon):
    """Mean squared distance of a line from epsilon."""
    return np.mean((x @ params["w"] + params["b"] - epsilon) ** 2)


# ---- what a loop hands out, as arrays --------------------------------------------------------------


def collected(train, params, batches, *rest):
    """Value (S,), params (S, P), state (S, Q) of S steps, and how many batches had been taken when each was handed out
    (S,); 0 where the steps came all at once. Runs one step more than there are batches, at most.
    """
    dtype, taken = np.result_type(*tree_leaves(params)), 0

    def stream():
        nonlocal taken
        for batch in batches:
            taken += 1
            yield batch

    made = train(params, stream(), *rest)
    if isinstance(made, Iterator):
        rows = [(*three(step, dtype), taken) for step in islice(made, len(batches) + 1)]
    else:
        steps = [] if made is None else made if _is_many(made) else [made]
        rows = [(*three(step, dtype), 0) for step in steps]
    value, params, state, taken = zip(*rows, strict=True) if rows else ((), (), (), ())
    value = np.stack(value) if value else np.zeros((0, 1), dtype)
    return (
        value[:, 0] if value.shape[1] == 1 else value,
        np.stack(params) if params else value,
        np.stack(state) if state else value,
        np.array(taken, dtype),
    )  # fmt: skip


def _is_many(made):
    """Is it a list of steps, and not one step?"""
    return isinstance(made, list) or (isinstance(made, tuple) and any(isinstance(step, tuple) for step in made[:1]))


def three(step, dtype):
    """What was handed out at one step as three flat arrays; empty where there was less."""
    parts = (*(step if isinstance(step, (tuple, list)) else (step,)), (), (), ())[:3]
    return [np.concatenate([np.zeros(0, dtype), *(_flat(leaf, dtype) for leaf in tree_leaves(part))]) for part in parts]


def _flat(leaf, dtype):
    return np.ravel(np.asarray(leaf, dtype) if type(leaf) in (int, float) else np.asarray(leaf))
