"""One answer on trial: calls through the guard, results that are safe to read, and what ours gives there."""

import copy
import re
from functools import cache

import numpy as np

from vae_from_scratch.autodiff import numeric_gradient, value_and_grad
from vae_from_scratch.course.checks import Task, Unusable
from vae_from_scratch.course.guard import BYTES, Guard
from vae_from_scratch.course.translate import translated
from vae_from_scratch.pytree import tree_leaves, tree_map, tree_unflatten


class Stop(Exception):
    """A rung did not hold. `case` is where the answer differs, if known: 0 the fixture, 1 its gradient, 2… beyond."""

    def __init__(self, claim, message, outcome="wrong", hint="", case=None, got=None):
        super().__init__(message)
        self.claim, self.message, self.outcome = claim, message, outcome
        self.hint, self.case, self.got = hint, case, got


class Trial:
    """One answer on its way up: calls go through the guard, get copies, and come back as arrays safe to read."""

    def __init__(self, task: Task, answer):
        self.task, self.answer, self.guard = task, answer, Guard(answer)
        self.function = task.used(answer)
        self.remarks, self.printed, self.fast, self.traced = [], "", True, True

    def f(self, *args):
        """The answer, as claims see it. Raises Stop for whatever is no result."""
        return readable(self.run(self.function, *copy.deepcopy(args)), self.task)

    def run(self, function, *args):
        """One guarded call; what it printed is kept. Raises Stop if it raised."""
        call = self.guard.call(function, *args)
        self.printed = self.printed or call.printed
        if isinstance(call.error, Unusable):
            raise Stop("It returns the right parts.", str(call.error))
        if call.error is not None:
            blank = "ellipsis" in str(call.error) if type(call.error) is TypeError else False
            outcome = "unwritten" if blank else "raised"
            raise Stop("It runs to the end.", translated(call.error, self.answer), outcome)
        return call.value


def readable(value, task):
    """The value as arrays, or Stop: other objects are named, not looked into."""
    return _read(value, fixture_result(task), "It returns", task.parts)


def _read(value, like, said, names=()):
    if isinstance(like, (tuple, dict)):
        parts = like if isinstance(like, dict) else dict(enumerate(like))
        if type(value) is not type(like) and not (isinstance(like, tuple) and type(value) in (tuple, list)):
            said = f"{said} {kind_of(value)}, where a {type(like).__name__} belongs."
            raise Stop("It returns the right kind of thing.", said + _wanted(like, names))
        if isinstance(like, dict) and value.keys() != like.keys():
            named, wanted = (", ".join(f"`{key}`" for key in keys) for keys in (value, like))
            raise Stop("It returns the right parts.", f"{said} the parts {named}; they should be {wanted}.")
        if len(value) != len(like):
            wanted = f"{said} {len(value)} parts, where there should be {len(like)}."
            raise Stop("It returns the right parts.", wanted + _wanted(like, names))
        named = dict(enumerate(map(part_named, names))) if len(names) == len(like) else {}
        inside = "" if said == "It returns" else f" of {said[0].lower()}{said[1:].removesuffix(' is')}"
        read = {
            key: _read(value[key], part, f"{named.get(key) or _numbered(key, inside)} is")
            for key, part in parts.items()
        }
        return read if isinstance(like, dict) else tuple(read.values())
    if value is None:
        advice = "is the last line a `return`? (`print` shows a number, `return` hands it back.)"
        raise Stop("It returns an array.", f"{said} `None`: {advice}")
    if not isinstance(value, (np.ndarray, np.generic, float, int)) or isinstance(value, np.ma.MaskedArray):
        advice = {
            list: " `np.stack` makes an array of a list.",
            tuple: " A comma makes two results of one: which of them is wanted, or how do they combine?",
        }.get(type(value), "")
        raise Stop("It returns an array.", f"{said} {kind_of(value)}, where an array belongs.{advice}")
    if getattr(value, "nbytes", 0) > BYTES:
        said = f"{said} an array of {value.nbytes / 2**20:,.0f} MB: which axis grew?"
        raise Stop("It returns an array of moderate size.", said)
    array = np.asarray(value)
    if array.dtype.kind != "f":
        advice = {
            "b": " `.astype` of a float type makes 1 and 0 of True and False.",
            "i": " `.astype` of a float type makes floats of them.",
            "u": " `.astype` of a float type makes floats of them.",
        }.get(array.dtype.kind, "")
        kind = f"{'numbers ' if said == 'It returns' else ''}of type `{array.dtype.name}`"
        said = f"{said} {kind}; floats are wanted.{advice}"
        raise Stop("It returns floating-point numbers.", said, got=array if array.dtype.kind in "iub" else None)
    return array


def _numbered(key, inside):
    """A part without a name: by its key, or by its number from 1 on."""
    return part_named(key) + inside if isinstance(key, str) else f"Part {key + 1}{inside}"


def _wanted(like, names):
    """What to return in place of something of another kind, where its parts have names."""
    if isinstance(like, dict):
        return f" Wanted is one with the keys {', '.join(f'`{key}`' for key in like)}."
    if not names:
        return ""
    form = f"`return {', '.join(names)}`" if all(map(str.isidentifier, names)) else ", ".join(names)
    return f" Wanted are {len(names)}: {form}."


def part_named(name):
    """A part of a result by its name, at the beginning of a sentence: a name of code between backticks."""
    return f"`{name}`" if name.isidentifier() else f"The {name.removeprefix('the ')}"


def kind_of(value):
    """A thing's type, with its article."""
    name = type(value).__name__
    return f"{'an' if re.match('[aeiou]|nd', name) else 'a'} `{name}`" if value is not None else "`None`"


# ---- what ours gives ---------------------------------------------------------------------------


@cache
def fixture_result(task):
    """What the plain definition gives on the fixture."""
    return task.used(task.plain)(*copy.deepcopy(task.fixture))


@cache
def case_result(task, case):
    """What the plain definition gives in one of the further cases."""
    with np.errstate(all="ignore"):
        return task.used(task.plain)(*copy.deepcopy(task.also[case].args))


def _weighted(task, f):
    """The result on the fixture as one number of the differentiable arguments, by fixed weights that cancel nothing."""
    weights = tree_map(lambda y: np.random.default_rng(1).uniform(0.5, 1.5, np.shape(y)), fixture_result(task))

    def number(chosen):
        args = list(task.fixture)
        for i, value in zip(task.differentiate, chosen, strict=True):
            args[i] = value
        parts = zip(tree_leaves(weights), tree_leaves(f(*args)), strict=True)
        return sum((weight * part).sum() for weight, part in parts)

    return number


def traced_gradient(task, f):
    """The gradient of f's result on the fixture, one tree for each differentiable argument."""
    return value_and_grad(_weighted(task, f))(tuple(task.fixture[i] for i in task.differentiate))[1]


@cache
def numeric_gradients(task):
    """The same of the plain definition, by central differences."""
    number, chosen = _weighted(task, task.plain), [task.fixture[i] for i in task.differentiate]
    leaves = tree_leaves(chosen)

    def moved(k, x):
        return number(tree_unflatten(chosen, [x if k == j else leaf for j, leaf in enumerate(leaves)]))

    return tree_unflatten(chosen, [numeric_gradient(lambda x, k=k: moved(k, x), leaf) for k, leaf in enumerate(leaves)])
