"""What becomes of a mutant: the judge's verdict, how specific its message is, and, where it was accepted, whether it
differs at all.

A mutant is equivalent if it gives the plain definition's values and gradients on every declared input: the fixture, the
further cases, whatever the claims call it with, extremes among it, and all these in float32.
"""

import copy
import re
from dataclasses import replace
from functools import cache

import numpy as np

from vae_from_scratch.course import exercises
from vae_from_scratch.course.checks import same
from vae_from_scratch.course.guard import Guard
from vae_from_scratch.course.ladder import RUNGS, speed
from vae_from_scratch.course.trial import Trial, traced_gradient
from vae_from_scratch.pytree import tree_leaves, tree_map

SLOWLY = 60  # seconds for the calls of one check: what a mutant is told must not hang on how busy the machine is
DIGITS, DIGITS_32 = (1e-7, 1e-8), (1e-4, 1e-5)  # relative, absolute: of each entry
UNTIMED = tuple(rung for rung in RUNGS if rung is not speed)
SPECIFIC = {
    "ratio": (
        "exactly .* (of|times) what it should be",
        "proportional to",
        "exactly the negative",
        "zero everywhere",
        "of what it should be: one",
    ),
    "difference": ("(larger|smaller) by .* everywhere",),
    "term": ("The term .* (is missing|enters with)", "the same for every example has been added"),
    "argument": ("does not depend on", "changes its argument", "takes `.*`; it should"),
    "place": (
        "right, the others off",
        "It is right for",
        "not in their places",
        "right in the plain case, but not yet",
    ),
    "gradient": ("its gradient",),
    "shape": ("should have shape", "shapes inside it do not fit"),
    "kind": (
        "of type `",
        "indices come as",
        "array belongs",
        r"should be \d parts",
        "returns `None`",
        r"where a \w+ belongs",
    ),
    "line": (r", in (the line `|this line:)",),
}


def verdict_on(task, answer, monkeypatch):
    """The verdict on an answer, without its speed, and with time enough."""
    monkeypatch.setattr(exercises, "RUNGS", UNTIMED)
    monkeypatch.setattr("vae_from_scratch.course.guard.SECONDS", SLOWLY)
    return exercises.check(task.reference, answer)


def what_it_names(verdict):
    """What a verdict on a wrong answer is specific about: "id", or a key of SPECIFIC; "" for a general statement."""
    found = (name for name, words in SPECIFIC.items() if any(re.search(word, verdict.message) for word in words))
    return "id" if verdict.mistake else next(found, "")


# ---- the declared inputs ------------------------------------------------------------------------


@cache
def declared(task):
    """All the arguments on which the judge tries the plain definition."""
    recorded = []

    def noting(answer, *args):
        recorded.append(copy.deepcopy(args))
        return answer(*args) if task.use is None else task.use(answer, *args)

    trial = Trial(replace(task, use=noting), task.plain)
    for rung in UNTIMED:
        rung(trial)
    distinct = []
    for args in recorded:
        if not any(same(args, other) for other in distinct):
            distinct.append(args)
    return distinct


def difference(task, answer):
    """Where an answer first differs from the plain definition, in words; "" if nowhere."""
    for k, args in enumerate(declared(task)):
        small = tree_map(_small, args)
        if not _same_calls(task.used(answer), task.used(task.plain), args):
            return f"the values of declared input {k}"
        if not _same_calls(task.used(answer), task.used(task.plain), small):
            return f"the values of declared input {k} in float32"
        there = replace(task, fixture=args)
        if task.differentiate and not _same_calls(*(_slope(there, f) for f in (answer, task.plain)), args):
            return f"the gradient of declared input {k}"
    return ""


def _small(leaf):
    return leaf.astype(np.float32) if isinstance(leaf, np.ndarray) and leaf.dtype == np.float64 else leaf


def _slope(task, f):
    return lambda *args: traced_gradient(task, f)


def _same_calls(f, plain, args):
    """The same values, each entry to so many digits of its own; float32 where ours is; or the same kind of error."""
    mine, ours = (Guard(g, SLOWLY).call(g, *copy.deepcopy(args)) for g in (f, plain))
    if mine.error or ours.error:
        return type(mine.error) is type(ours.error)
    pairs = [[np.asarray(leaf) for leaf in tree_leaves(value)] for value in (mine.value, ours.value)]
    if [a.shape for a in pairs[0]] != [b.shape for b in pairs[1]]:
        return False
    single = any(getattr(leaf, "dtype", None) == np.float32 for leaf in tree_leaves((args, pairs[1])))
    return all(
        np.allclose(a, b, *(DIGITS_32 if single else DIGITS), equal_nan=True) and not (b.dtype == np.float32 != a.dtype)
        for a, b in zip(*pairs, strict=True)
    )
