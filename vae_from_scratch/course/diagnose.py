"""The most specific true statement about a wrong array whose mistake nobody listed. It never shows the expected
numbers.

Tried in order: the shape; a constant ratio; a constant difference; which summand has the wrong factor; an argument
that is not used; the right numbers in other places; where the two differ.
"""

from fractions import Fraction
from itertools import chain, pairwise
from math import isclose, log, pi, prod, sqrt

import numpy as np

from vae_from_scratch.course.checks import same
from vae_from_scratch.pytree import tree_leaves, tree_paths, tree_unflatten

SHOWN = 6  # places that are listed, at most
_DIGITS = {  # type: rounding of its numbers, of a ratio fitted to all of them, largest denominator to be read off that
    "float32": (1e-6, 2e-7, 300),
    "float64": (1e-9, 1e-8, 2000),
}
_IRRATIONAL = (
    (1 / log(2), "the result is in bits: `np.log` gives nats, `np.log2` bits"),
    (log(2), "a factor ln 2 too much: the result is already in nats"),
    (1 / log(10), "a logarithm to base 10 where the natural one belongs"),
    (sqrt(2), "√2 times too large: a variance where a standard deviation belongs, or a root too few?"),
    (1 / sqrt(2), "too small by a factor √2: is a root taken twice, or a half inside it?"),
    (pi, "a factor π too much"),
)


def shape_off(task, got, want):
    """Statement about a wrong shape, its axes by name: the fixture's sizes are all different."""
    said = shapes(task, got, want)
    known = [size for size in task.axes if size in got.shape or size in want.shape]
    if any(got.shape.count(size) > 1 for size in known):
        return f"{said} Two axes of one kind: is that a matrix product, or `(N, 1)` combined with `(N,)`?"
    if not {*got.shape, *want.shape} <= {1, *task.axes}:
        return said  # an axis without a name, of places, say: what became of the others is a guess
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
        return (
            f"{bad} of your {got.size} numbers are infinite or not a number."
            " Is there a logarithm or a root of something negative?"
        )
    mine, theirs = (got, want) if got.size > 1 else _at_other_arguments(task, f, ours)
    tries = (
        lambda: _ratio(task, mine, theirs, want.shape),
        lambda: _difference(task, mine, theirs),
        lambda: _summands(task, f),
        lambda: _unused(task, got, want, f, ours),
        lambda: _rearranged(got, want),
    )
    return next((said for said in (attempt() for attempt in tries) if said), None) or _place(task, got, want)


def _shape(task, shape):
    if not shape:
        return "`()` (a single number)"
    names = ", ".join(task.axes.get(size, str(size)) for size in shape)
    return f"`{tuple(int(size) for size in shape)}` ({names})"


def _ratio(task, got, want, shape):
    if not np.any(want) or got.size < 2:
        return None
    rounding, accuracy, largest = _digits(got, want)
    got, want = np.float64(got), np.float64(want)
    r = float(np.sum(got * want) / np.sum(want * want))
    if r == 0.0 or not same(got, r * want, rtol=rounding):
        return "Yours is zero everywhere." if not np.any(got) else None
    for value, meaning in _IRRATIONAL:
        if isclose(abs(r), value, rel_tol=10 * accuracy):
            end = "" if meaning.endswith("?") else "."
            return f"Yours is proportional to it: {meaning}{end}" + (" And the sign is turned." if r < 0 else "")
    if isclose(r, -1, rel_tol=accuracy):
        return "Yours is exactly the negative of it: the sign is turned."
    fraction = Fraction(r).limit_denominator(largest)
    if not isclose(float(fraction), r, rel_tol=accuracy):
        return f"Yours is proportional to it, {r:.4g} times as large everywhere: a constant factor is off."
    times = f"exactly {fraction} of it" if abs(fraction) < 1 else f"exactly {fraction} times it"
    turned = " The sign is turned, too." if r < 0 else ""
    return f"Yours is {times}: {_named(task, abs(fraction), shape)}.{turned}"


def _digits(*arrays):
    """How exactly arrays can be compared: their rounding, that of a ratio of all, the largest denominator of one."""
    return _DIGITS["float32" if any(array.dtype == np.float32 for array in arrays) else "float64"]


def _named(task, fraction, shape):
    """What a rational factor means: axes averaged or summed that should not be, halves."""
    sizes = list(task.axes)
    for chosen in range(1, 2 ** len(sizes)):
        group = [size for i, size in enumerate(sizes) if chosen >> i & 1]
        axes = " and ".join(f"the {size} {task.axes[size]}" for size in group)
        reduced = not set(group) & set(shape)
        if fraction == Fraction(1, prod(group)):
            return (
                f"a mean over {axes} where a sum belongs"
                if reduced
                else f"it has been divided by the number of {_of(task, group)}"
            )
        if fraction == prod(group):
            return (
                f"a sum over {axes} where a mean belongs"
                if reduced
                else f"{fraction} is the number of {_of(task, group)}"
            )
        if fraction in (Fraction(1, 2 * prod(group)), Fraction(2, prod(group))) and reduced:
            return f"a mean over {axes} where a sum belongs, and a factor 2 besides"
    known = {
        Fraction(1, 2): "a factor ½ too much",
        Fraction(2): "a factor ½ is missing",
        Fraction(1, 784): "a mean over the 784 pixels where a sum belongs",
        Fraction(784): "multiplied by the 784 pixels of an image",
    }
    return known.get(fraction, "a constant factor is off")


def _of(task, group):
    return " times that of ".join(f"{task.axes[size]}" for size in group)


def _difference(task, got, want):
    rounding = 10 * _digits(got, want)[0]  # of a difference
    d = float(np.mean(np.float64(got) - want))
    scale = float(np.max(np.abs(want)))
    if abs(d) < 10 * rounding * scale or got.size < 2 or not same(np.float64(got) - d, want, rtol=rounding):
        return None
    by = f"{'larger' if d > 0 else 'smaller'} by exactly {_constant(task, abs(d), rounding)}"
    return f"Yours is {by} everywhere: a constant term is missing or too much."


def _constant(task, d, rounding):
    for unit, name in ((1.0, ""), (log(2), " ln 2"), (log(2 * pi), " ln 2π"), (log(pi), " ln π"), (pi, " π")):
        fraction = Fraction(d / unit).limit_denominator(40)
        if isclose(float(fraction) * unit, d, rel_tol=max(1e-7, rounding)):
            per = next((size for size in task.axes if fraction * 2 % size == 0), None)
            each = (
                f", that is {fraction / per}{name} for each of the {per} {task.axes[per]}," if per and fraction else ""
            )
            return (
                f"{fraction}{name}{each}"
                if name and fraction != 1
                else f"{fraction if not name else name.strip()}{each}"
            )
    size = next((size for size in task.axes if isclose(d, log(size), rel_tol=1e-7)), None)
    return f"{d:.4g}" if size is None else f"ln {size}, the log of the number of {task.axes[size]},"


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
    return f"The term {term.name} enters with {_signed(factor)}; it should be {_signed(term.factor)}."


def _is_odd(x):
    """No number that somebody wrote down as a factor."""
    return Fraction(x).limit_denominator(100) != Fraction(x).limit_denominator(12)


def _signed(x):
    fraction = Fraction(x).limit_denominator(100)
    exact = isclose(float(fraction), x, rel_tol=1e-6)
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
            return f"Yours is the {name} of it: one step too many."
    if np.all(got > 0) and same(np.exp(got), want):
        return "Yours is its logarithm: one step too many."
    return None


def _place(task, got, want):
    close = np.isclose(got, want, rtol=max(1e-7, _digits(got, want)[0]), atol=1e-9)
    if not want.shape:
        return f"The number is too {'large' if got > want else 'small'}."
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
            listed = ", ".join(map(str, bad[:SHOWN])) + (" and more" if len(bad) > SHOWN else "")
            right = f"It is right for {size - len(bad)} of the {size} {name}, and off at index {listed}"
            return f"{right}: what is different there?"
    return f"{np.sum(close)} of the {got.size} numbers are right, the others off: what do those have in common?"
