"""The most specific true statement about a wrong array whose mistake nobody listed. It never shows the expected
numbers.

Tried in order: the shape; a constant ratio; a constant difference; which summand has the wrong factor; an argument
that is not used; the right numbers in other places; where the two differ.
"""

from fractions import Fraction
from itertools import chain, pairwise
from math import isclose

import numpy as np

from vae_from_scratch.course.checks import same
from vae_from_scratch.course.factors import difference, digits, ratio
from vae_from_scratch.pytree import tree_leaves, tree_paths, tree_unflatten

SHOWN = 6  # places that are listed, at most


def shape_off(task, got, want):
    """Statement about a wrong shape, its axes by name: the fixture's sizes are all different."""
    said = shapes(task, got, want)
    if not {*got.shape, *want.shape} <= {1, *task.axes}:
        return said  # an axis without a name, of places, say: what became of the others is a guess
    known = [size for size in task.axes if size in got.shape or size in want.shape]
    if any(got.shape.count(size) > 1 for size in known):
        return f"{said} Two axes of one kind: is that a matrix product, or `(N, 1)` combined with `(N,)`?"
    kept = [task.axes[size] for size in known if size not in want.shape]
    lost = [task.axes[size] for size in known if size not in got.shape]
    if kept:
        said += f" The {' and the '.join(kept)} have not been summed up."
    if lost:
        said += f" The {' and the '.join(lost)} have been merged, but each should keep its own number."
    return said


def shapes(task, got, want):
    """The two shapes, axes by name."""
    return f"The result should have shape {_shape(task, want.shape)}; yours has {_shape(task, got.shape)}."


def value_off(task, got, want, f, ours):
    """Statement about wrong values of the right shape. `f` is the answer, `ours` the definition, to be tried on other
    arguments.
    """
    if not np.all(np.isfinite(got)):
        bad = np.sum(~np.isfinite(got))
        which = f"{bad} of your {got.size} numbers are" if bad < got.size else "All your numbers are"
        return (
            f"{which if got.size > 1 else 'Your number is'} infinite or not a number. Is there a logarithm or a root of"
            " something negative, an `exp` of something large, or 0 divided by 0?"
        )
    mine, theirs = (got, want) if got.size > 1 else _at_other_arguments(task, f, ours)
    tries = (
        lambda: ratio(task, mine, theirs, want.shape),
        lambda: difference(task, mine, theirs),
        lambda: _summands(task, f),
        lambda: _unused(task, got, want, f, ours),
        lambda: _rearranged(got, want),
    )
    return next((said for said in (attempt() for attempt in tries) if said), None) or _place(task, got, want)


def _shape(task, shape):
    if not shape:
        return "`()` (a single number)"
    names = ", ".join(task.axes.get(size, "…") for size in shape)
    return f"`{tuple(int(size) for size in shape)}`" + (f" ({names})" if names.strip("…, ") else "")


def _summands(task, f):
    """Least squares over the declared terms: exact only if the answer is a combination of them."""
    if not task.summands:
        return None
    got, want = np.asarray(f(*task.fit_on), float), task.plain(*task.fit_on)
    if got.shape != want.shape or not np.all(np.isfinite(got)):
        return None
    terms = np.stack([np.ravel(term.value(*task.fit_on)) for term in task.summands], axis=1)
    factors, *_ = np.linalg.lstsq(terms, got.ravel(), rcond=None)
    if not same(terms @ factors, got.ravel(), rtol=1e-7):
        return None
    off = [
        (t, a)
        for t, a in zip(task.summands, factors, strict=True)
        if not isclose(a, t.factor, rel_tol=1e-6, abs_tol=1e-7)
    ]
    return " ".join(_factor_off(term, factor) for term, factor in off) or None


def _factor_off(term, factor):
    if abs(factor) < 1e-7:
        return f"The term {term.name} is missing."
    if _is_odd(factor) and term.name.startswith("1, once"):
        return (
            "Something that is the same for every example has been added:"
            " a constant, or a sum that runs over the examples, too?"
        )
    if term.factor == 0:
        return f"The term {term.name} enters with {_signed(factor)}; it does not belong there."
    return f"The term {term.name} enters with {_signed(factor)}{_times(factor / term.factor)}"


def _times(ratio):
    """How far a term's factor is off, as the end of a sentence."""
    if isclose(ratio, -1, rel_tol=1e-6):
        return ": its sign is turned."
    fraction = Fraction(ratio).limit_denominator(100)
    exact = isclose(float(fraction), ratio, rel_tol=1e-6)
    return f", which is {fraction} times what it should be." if exact else ": its factor is off."


def _is_odd(x):
    """No number that somebody wrote down as a factor."""
    return Fraction(x).limit_denominator(100) != Fraction(x).limit_denominator(12)


def _signed(x):
    fraction = Fraction(x).limit_denominator(100)
    exact = isclose(float(fraction), x, rel_tol=0, abs_tol=1e-7)
    return f"{'+' if x > 0 else '-'}{abs(fraction) if exact else format(abs(x), '.4g')}"


def _unused(task, got, want, f, ours):
    """An argument, or a leaf of one, that changes the right result and not this one."""
    for i, leaf in enumerate(tree_leaves(task.fixture)):
        if not _moves(leaf):
            continue
        near_by, far = _with_moved(task, (i,)), _with_moved(task, (i,), _mirrored)
        if all(same(f(*moved), got) for moved in (near_by, far)) and not same(ours(*near_by), want):
            return f"It does not depend on `{[*chain.from_iterable(paths(task))][i]}` at all."
    return None


def _at_other_arguments(task, f, ours):
    """What both give on the fixture and with one argument after the other moved: many numbers in place of one."""
    ends = np.cumsum([0, *(len(tree_leaves(arg)) for arg in task.fixture)])
    changes = [(), *(range(start, end) for start, end in pairwise(ends))]
    arguments = [_with_moved(task, change) for change in changes]
    return tuple(np.array([np.ravel(function(*args))[0] for args in arguments], float) for function in (f, ours))


def _with_moved(task, places, move=None):
    """The fixture's arguments with these of their leaves moved."""
    move = move or _moved
    leaves = [move(leaf) if i in places and _moves(leaf) else leaf for i, leaf in enumerate(tree_leaves(task.fixture))]
    return tree_unflatten(task.fixture, leaves)


def _moves(leaf):
    return isinstance(leaf, (np.ndarray, float))


def _moved(leaf):
    """Other values of the same kind: zeros and ones change places, so that binary images stay binary."""
    leaf = np.asarray(leaf)
    return 1.0 - leaf if np.all((leaf == 0) | (leaf == 1)) else 1.1 * leaf + 0.03


def _mirrored(leaf):
    """The largest in place of the smallest, and so on: far from what was there, in the same range."""
    leaf = np.asarray(leaf)
    return np.min(leaf) + np.max(leaf) - leaf if np.ptp(leaf) else -2.0 * leaf


def paths(task):
    """The addresses of the leaves of each argument: [["params['encoder']…", …], ["x"], …]."""
    named = zip(task.fixture, task.arguments, strict=False)  # arguments may be left to their defaults
    return [tree_leaves(tree_paths(argument, name)) for argument, name in named]


def _rearranged(got, want):
    if got.size > 2 and same(np.sort(got, axis=None), np.sort(want, axis=None)):
        return "All the right numbers are there, but not in their places: is an axis reversed, sorted or shuffled?"
    for name, turn in (("absolute value", np.abs), ("square", np.square), ("exponential", np.exp)):
        if same(got, turn(want)):
            return f"Yours is the {name} of what it should be: one step too many."
    if np.all(got > 0) and same(np.exp(got), want):
        return "Yours is the logarithm of what it should be: one step too many."
    return None


def _listed(places):
    return ", ".join(map(str, places[:SHOWN])) + (" and more" if len(places) > SHOWN else "")


def _place(task, got, want):
    close = np.isclose(got, want, rtol=max(1e-7, digits(got, want)[0]), atol=1e-9)
    if not want.shape:
        return f"On the numbers that it was tried with, it is too {'large' if got > want else 'small'}."
    if not np.any(close):
        sides = (
            ("too large", np.all(got > want)),
            ("too small", np.all(got < want)),
            ("off: some too large, some too small", True),
        )
        return f"Every one of the {got.size} numbers is {next(side for side, so in sides if so)}."
    for axis, size in enumerate(got.shape):
        rest = tuple(i for i in range(got.ndim) if i != axis)
        bad = np.flatnonzero(~np.all(close, axis=rest))
        if len(bad) < size:
            name = task.axes.get(size, "entries")
            right = np.setdiff1d(np.arange(size), bad)
            said = f"It is right for {len(right)} of the {size} {name}"
            if len(right) < len(bad):
                return f"{said} only, at index {_listed(right)}: what is special there?"
            return f"{said}, and off at index {_listed(bad)}: what is different there?"
    right = np.sum(close)
    return (
        f"{right} of the {got.size} numbers {'is' if right == 1 else 'are'} right, the others off:"
        " what do those have in common?"
    )
