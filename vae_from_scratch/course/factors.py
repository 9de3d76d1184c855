"""What a constant ratio or a constant difference of all numbers may come from: axes averaged or summed that should not
be, halves, logarithms to another base, constants of a density.

Each is a sentence, or None where there is no such ratio or difference.
"""

from fractions import Fraction
from math import isclose, log, pi, prod, sqrt

import numpy as np

from vae_from_scratch.course.checks import same

_DIGITS = {  # type: rounding of its numbers, of a ratio fitted to all of them, largest denominator to be read off that
    "float32": (1e-6, 2e-7, 300),
    "float64": (1e-9, 1e-8, 2000),
}
_IRRATIONAL = (
    (1 / log(2), "the result is in bits: `np.log` gives nats, `np.log2` bits"),
    (log(2), "a factor ln 2 too much: the result is already in nats"),
    (1 / log(10), "a logarithm to base 10 where the natural one belongs"),
    (sqrt(2), "√2 times too large. Is a ½ missing inside a root?"),
    (1 / sqrt(2), "√2 times too small. Is there a ½ too much inside a root?"),
    (pi, "a factor π too much"),
)


def ratio(task, got, want, shape):
    """How many times what they should be all numbers are, and why that may be. `shape` is that of the result."""
    if not np.any(want) or got.size < 2 or (not shape and not np.ptp(want)):
        return None  # of a number that no argument changes, a count, a ratio says nothing
    rounding, accuracy, largest = digits(got, want)
    got, want = np.float64(got), np.float64(want)
    r = float(np.sum(got * want) / np.sum(want * want))
    if r == 0.0 or not same(got, r * want, rtol=rounding):
        return "Yours is zero everywhere." if not np.any(got) else None
    for value, meaning in _IRRATIONAL:
        if isclose(abs(r), value, rel_tol=10 * accuracy):
            end = "" if meaning.endswith("?") else "."
            turned = " And the sign is turned." if r < 0 else ""
            return f"Yours is proportional to what it should be: {meaning}{end}{turned}"
    if isclose(r, -1, rel_tol=accuracy):
        return "Yours is exactly the negative of what it should be: the sign is turned."
    fraction = Fraction(r).limit_denominator(largest)
    if not isclose(float(fraction), r, rel_tol=accuracy):
        return (
            f"Yours is proportional to what it should be, {r:.4g} times as large everywhere: a constant factor is off."
        )
    times = "of" if abs(fraction) < 1 else "times"
    turned = " The sign is turned, too." if r < 0 else ""
    return f"Yours is exactly {fraction} {times} what it should be. {_named(task, abs(fraction), shape)}{turned}"


def digits(*arrays):
    """How exactly arrays can be compared: their rounding, that of a ratio of all, the largest denominator of one."""
    return _DIGITS["float32" if any(array.dtype == np.float32 for array in arrays) else "float64"]


def _named(task, fraction, shape):
    """What a rational factor may come from: axes averaged or summed that should not be, halves."""
    sizes = list(task.axes)
    for chosen in range(1, 2 ** len(sizes)):
        group = [size for i, size in enumerate(sizes) if chosen >> i & 1]
        axes = " and ".join(f"the {size} {task.axes[size]}" for size in group)
        reduced = not set(group) & set(shape)
        if fraction == Fraction(1, prod(group)):
            return (
                f"Is there a mean over {axes} where a sum belongs?"
                if reduced
                else f"Is it divided by the number of {_of(task, group)}?"
            )
        if fraction == prod(group):
            return (
                f"Is there a sum over {axes} where a mean belongs?"
                if reduced
                else f"Is it multiplied by the number of {_of(task, group)}?"
            )
        if fraction in (Fraction(1, 2 * prod(group)), Fraction(2, prod(group))) and reduced:
            return f"Is there a mean over {axes} where a sum belongs, and a factor 2 besides?"
    known = {
        Fraction(1, 2): "Is there a factor ½ too much, or one of 2 too few?",
        Fraction(2): "Is there a factor ½ too few, or one of 2 too much?",
        Fraction(1, 784): "Is there a mean over the 784 pixels where a sum belongs?",
        Fraction(784): "Is it multiplied by the 784 pixels of an image?",
    }
    return known.get(fraction, "A constant factor is off.")


def _of(task, group):
    return " times that of ".join(f"{task.axes[size]}" for size in group)


def difference(task, got, want):
    """By how much all numbers are too large or too small."""
    rounding = 10 * digits(got, want)[0]  # of a difference
    d = float(np.mean(np.float64(got) - want))
    scale = float(np.max(np.abs(want)))
    if abs(d) < 10 * rounding * scale or got.size < 2 or not same(np.float64(got) - d, want, rtol=rounding):
        return None
    by = f"{'larger' if d > 0 else 'smaller'} by {_constant(task, abs(d), rounding)}"
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
                f"exactly {fraction}{name}{each}"
                if name and fraction != 1
                else f"exactly {fraction if not name else name.strip()}{each}"
            )
    size = next((size for size in task.axes if isclose(d, log(size), rel_tol=1e-7)), None)
    return f"{d:.4g}" if size is None else f"exactly ln {size}, the log of the number of {task.axes[size]},"
