"""Lesson 13: a helper that runs on any array, and a count of the waits. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import device
from vae_from_scratch.course import devices
from vae_from_scratch.course.checks import Case, Claim, Task, gives, mistakes_13, near
from vae_from_scratch.course.checks.mistakes_13 import (
    BROUGHT_BACK,
    CONVERTED,
    MIXED,
    REFUSED,
    SAME,
    WIDENED,
    X,
    counted,
    placed,
    reads_ten,
)

X32 = X.astype(np.float32)
CONSTANT = np.concatenate([X, np.full((5, 1), 3.0), np.zeros((5, 1))], axis=1)
TOLD = {
    BROUGHT_BACK: "Yours came back as a NumPy array.",
    WIDENED: "Yours has another dtype than x.",
    CONVERTED: "Yours stopped: something in it wants a NumPy array.",
    MIXED: "Yours stopped: a NumPy array met one of the device.",
    REFUSED: "Yours stopped: it uses something that arrays of a device do not have.",
}

# ---- claims: standardize ---------------------------------------------------------------------------


def _two_columns(f):
    got, _ = f(np.array([[1.0, 10.0], [3.0, 30.0]]))
    return gives(got, [[-1.0, -1.0], [1.0, 1.0]])


def _mean_and_variance(f):
    got, _ = f(X)
    if not near(got.mean(axis=0) + 1, np.ones(7)):
        return "Your columns have other means."
    return near(got.var(axis=0), np.ones(7)) or "Your columns have other variances."


def _constant_column(f):
    got, _ = f(CONSTANT)
    return bool(np.all(got[:, 7:] == 0)) or "Yours is not."


def _on_the_device(f):
    got, kind = f(devices.from_numpy(X))
    return TOLD[float(kind)] if kind != SAME else near(got, f(X)[0]) or "Yours gives other numbers there."


def _float32_there(f):
    _, kind = f(devices.from_numpy(X32))
    return TOLD[float(kind)] if kind != SAME else True


def _reads_nothing(f):
    seen = device.count_synchronizations(f, devices.from_numpy(X)) - 1  # one is the judge's, who looks at the result
    return seen == 0 or f"Yours reads {seen} numbers, and waits each time."


# ---- claims: count_synchronizations ----------------------------------------------------------------


def _once(f):
    got = f(lambda x: float(x.sum()), X)
    return bool(got == 1) or f"Yours gives {got:g}."


def _seven(f):
    got = f(lambda x: [float(column) for column in x.sum(axis=0)], X)
    return bool(got == 7) or f"Yours gives {got:g}."


def _never(f):
    got = f(lambda x: (x * 2 + 1).sum(axis=0), X)
    return bool(got == 0) or f"Yours gives {got:g}."


def _runs_once(f):
    calls = []
    f(lambda x: calls.append(1), X)
    return len(calls) == 1 or f"Yours calls it {len(calls)} times."


def _sum_of(x, y):
    return float((x + y).sum()) and (x + y).mean()


TASKS = (
    Task(
        reference=device.standardize,
        lesson=13,
        fixture=(X,),
        axes={5: "examples", 7: "columns"},
        use=placed,
        by_hand=(
            Claim(
                "Of the columns (1, 3) and (10, 30) each becomes (-1, 1).",
                _two_columns,
                "The mean of 1 and 3 is 2, and both are 1 away from it.",
            ),
        ),
        properties=(
            Claim(
                "Each column has mean 0 and variance 1.",
                _mean_and_variance,
                "Subtract each column's mean over the examples, `axis=0`, then divide by its standard deviation.",
            ),
            Claim(
                "A constant column becomes 0.",
                _constant_column,
                "Its standard deviation is 0. `std == 0` is 1 there and 0 elsewhere: what can be done with that?",
            ),
            Claim(
                "On an array of a device it gives the same numbers, there.",
                _on_the_device,
                "Which line makes an array of its own, or asks for a NumPy array? x's methods, and NumPy's functions of"
                " x, run where x is.",
            ),
            Claim(
                "float32 stays float32, on the device, too.",
                _float32_there,
                "Python's own numbers widen nothing. NumPy's do: `np.float64`, `np.sqrt(2)`; and so does a `dtype`.",
            ),
            Claim(
                "It reads no number off the device.",
                _reads_nothing,
                "A `float` or an `if` waits until the device is done. Arithmetic with comparisons needs neither.",
                needed=False,
            ),
        ),
        also=(
            Case("for columns that are constant", (CONSTANT,)),
            Case("on an array of the device", (devices.from_numpy(X),)),
            Case("for float32 numbers", (X32,)),
            Case("for float32 numbers on the device", (devices.from_numpy(X32),)),
            Case("for constant columns on the device", (devices.from_numpy(CONSTANT),)),
        ),
        lesson_size=lambda: (np.random.default_rng(0).normal(size=(1000, 97)),),
        parts=("result", "dtype or device of the result"),
        hints=(
            "Which of the old function's lines would still work if x were not NumPy's? Which make an array with NumPy,"
            " without asking x?",
            "centered = x - x.mean(axis=0); the variance is the mean of its squares over axis 0. For constant columns:"
            " `std == 0` is an array of truths where x is, and counts as 0 and 1 in a sum.",
            "A skeleton:\n\n    centered = x - …\n    std = np.sqrt(…)\n    return centered / (std + …)",
        ),
        why="Nothing is made but from x, so everything is where x is and of its dtype. `np.sqrt` is NumPy's, but NumPy"
        " asks the array who shall compute it. And a choice made by arithmetic, std + (std == 0), never asks the device"
        " for an answer.",
        mistakes=mistakes_13.STANDARDIZE,
    ),
    Task(
        reference=device.count_synchronizations,
        lesson=13,
        fixture=(reads_ten, X),
        axes={5: "examples", 7: "columns"},
        use=counted,
        by_hand=(
            Claim(
                "`float(x.sum())` waits once.",
                _once,
                "`watched` calls what you hand it with a name for each read. Is `f(*args)` called inside the `with`?",
            ),
            Claim("`x * 2 + 1` waits not at all.", _never, "Who reads a number there? Is it you, in the end?"),
        ),
        properties=(
            Claim(
                "A `float` for each of seven columns waits seven times.",
                _seven,
                "All reads count, of one name, too.",
            ),
            Claim("It calls the function once.", _runs_once, "A second run is a second set of reads."),
        ),
        also=(
            Case("with two arguments", (_sum_of, X, X), hint="Hand on all of them: `f(*args)`."),
            Case("for a function that never waits", (lambda x: x.sum(), X)),
        ),
        hints=(
            "How will you keep the names that come in, one after another? And what has to happen between `with` and its"
            " end?",
            "`reads.append` is a function of one argument, so it can be handed to `watched`. Inside the block runs"
            " f(*args), and nothing else.",
            "A skeleton:\n\n    reads = []\n    with device.watched(…):\n        …\n    return len(…)",
        ),
        why="While it is watched, every conversion to a number of the host is noted before it happens: each is a moment"
        " in which the host stands still until the device has come that far.",
        mistakes=mistakes_13.COUNT,
    ),
)  # fmt: skip
