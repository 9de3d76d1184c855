"""Lesson 2: the central difference, and broadcasting undone. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import autodiff, ops
from vae_from_scratch.course.checks import Case, Claim, Task, each_shown, gives, near
from vae_from_scratch.course.checks.mistakes_02 import BROADCASTS, DIFFERENCES, G, X, curved

_rng = np.random.default_rng(22)

# ---- claims: the central difference ---------------------------------------------------------------


def _parabola(f):
    return gives(f(lambda x: np.sum(x**2), np.array([3.0]), 0.5), [6.0])


def _each_by_itself(f):
    got = f(lambda x: x[0] * x[1], np.array([2.0, 5.0]))
    return near(got, [5.0, 2.0]) or f"Yours gives {' and '.join(each_shown(got, [5.0, 2.0]))}."


def _shape(f):
    got = f(lambda x: np.sum(np.sin(x)), X)
    return np.shape(got) == (5, 3) or f"For an x of shape (5, 3) yours has shape {np.shape(got)}."


def _at(answer, f, x, *step):
    """The gradient in the dtype of x: a float32 x, on which differences mean nothing, is no matter here."""
    got = answer(f, x, *step)
    return got.astype(x.dtype) if isinstance(got, np.ndarray) and got.dtype.kind == "f" else got


NUMERIC_GRADIENT = Task(
    reference=autodiff.numeric_gradient,
    lesson=2,
    fixture=(curved, X, 0.25),
    axes={5: "rows", 3: "columns"},
    use=_at,
    by_hand=(
        Claim(
            "The slope of x² at 3 is 6, and for a parabola that is exact with any step, also with ½.",
            _parabola,
            "3.5² - 2.5² is 6. By what distance is it divided? (One-sided differences give 6.5 or 5.5.)",
        ),
    ),
    properties=(
        Claim(
            "At (2, 5), x₀ · x₁ has the gradient (5, 2).",
            _each_by_itself,
            "Move one entry, and leave all others where they are; then the next, from the same x.",
        ),
        Claim(
            "It has the shape of x.", _shape, "One slope per entry, in the place of that entry: `.reshape(x.shape)`."
        ),
    ),
    also=(
        Case("with the usual step, left to its default", (curved, X)),
        Case("at a vector", (lambda x: np.sum(x**3), X[0], 0.25)),
        Case("at a single number, an array of shape ()", (np.sin, np.array(0.7), 0.25), needed=False),
    ),
    hints=(
        "If you may ask a function for its value wherever you like, how do you find out how steep it is in the"
        " direction of one entry of x, and what must the other entries do meanwhile?",
        "Entry by entry: (f(x + shift) - f(x - shift)) / (2 step), where the shift is zero but for `step` in one place."
        " `np.ndindex(x.shape)` gives the places, one after another: `for index in np.ndindex(x.shape)`.",
        "A skeleton:\n\n    gradient = np.zeros(x.shape)\n    for index in np.ndindex(x.shape):\n"
        "        shift = np.zeros(x.shape)\n        shift[index] = …\n        gradient[index] = (f(…) - f(…)) / …\n"
        "    return gradient",
    ),
    why="Seen from both sides, the curvature cancels: f(x ± h) = f ± h f' + h² f''/2 ± …, so the difference of the two"
    " is 2 h f' up to h³. It costs two calls for each entry, which is why it checks gradients and does not train.",
    mistakes=DIFFERENCES,
)

# ---- claims: broadcasting undone ------------------------------------------------------------------


def _bias(f):
    return gives(f(np.ones((5, 3)), (3,)), [5.0, 5.0, 5.0])


def _nothing_lost(f):
    off = [shape for shape in ((3,), (5, 1), (1, 3), (1, 1)) if not near(np.sum(f(G[0], shape)), G[0].sum())]
    return not off or f"It is not so for the shape {off[0]}."


def _both_ways(f):
    small = _rng.normal(size=(5, 1))
    there, back = np.sum((small + 0 * G) * G), np.sum(small * f(G, (5, 1)))
    return near(back, there) or "With yours the two differ."


UNBROADCAST = Task(
    reference=ops.unbroadcast,
    lesson=2,
    fixture=(G, (5, 1)),
    axes={11: "samples", 5: "examples", 3: "units"},
    by_hand=(
        Claim(
            "A bias of 3 numbers that was added to 5 examples gets back, from a g of ones, 5 in each entry.",
            _bias,
            "The bias stood in each of the 5 rows, so five ones come back to each of its entries.",
        ),
    ),
    properties=(
        Claim(
            "Nothing is lost: the entries add up to the sum of all of g, whatever the shape.",
            _nothing_lost,
            "Every number of g belongs to exactly one entry of the argument.",
        ),
        Claim(
            "Copying there and summing back fit together: the sum of (copies · g) is the sum of (original · what comes"
            " back).",
            _both_ways,
            "Shapes are matched from the right: the last axis with the last, and what is missing is missing in front.",
        ),
    ),
    also=(
        Case("where an axis was put in front only: (11, 5, 3) from (5, 3)", (G, (5, 3))),
        Case("where an axis was stretched only: (5, 3) from (5, 1)", (G[0], (5, 1))),
        Case("where the first axis was stretched: (5, 3) from (1, 3)", (G[0], (1, 3))),
        Case("where two were stretched: (11, 5, 3) from (11, 1, 1)", (G, (11, 1, 1))),
        Case("where nothing was copied", (G, (11, 5, 3)), hint="Then g is the answer as it is."),
        Case("for a single number: (11, 5, 3) from ()", (G, ()), hint="Its shape is the empty tuple."),
    ),
    lesson_size=lambda: (np.ones((100, 300)), (300,)),
    hints=(
        "A row was used five times, once for each example. Each use sends a gradient back. What has to be done with the"
        " five, and along which axis do they lie?",
        "Two kinds of axes: the first `g.ndim - len(shape)` are new, sum them away. Of those that remain, sum each that"
        " has length 1 in `shape` and is longer in g, with `keepdims=True`.",
        "A skeleton:\n\n    g = g.sum(axis=tuple(range(g.ndim - len(shape))))\n"
        "    stretched = tuple(i for i, size in enumerate(shape) if …)\n    return g.sum(axis=…, keepdims=…)",
    ),
    why="Broadcasting uses one entry many times, and a value that is used many times collects the sum of what comes"
    " back. With an axis as the tuple (), `sum` changes nothing, so the cases without copies need no `if`.",
    mistakes=BROADCASTS,
)
