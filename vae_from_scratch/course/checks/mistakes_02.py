"""Lesson 2: wrong ways to write the central difference, and to undo a broadcast; what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(2)
X, SLOPES, G = _rng.normal(size=(5, 3)), _rng.normal(size=(5, 3)) + 0.5, _rng.normal(size=(11, 5, 3))


def curved(x):
    """One number of a matrix (5, 3); with a third derivative, so that a large step shows, and no sum of entries."""
    return np.sum(SLOPES * np.sin(x)) + np.sum(x**3) / 5 + np.sum(x) ** 2 / 11


# ---- central differences ------------------------------------------------------------------------


def _entries(x, difference, step):
    """`difference(x moved up, x moved down, x)` over each entry of x."""

    def one(index):
        shift = np.zeros_like(x)
        shift[index] = step
        return difference(x + shift, x - shift, x)

    return np.array([one(index) for index in np.ndindex(x.shape)]).reshape(x.shape)


def _never_taken_back(f, x, step=1e-5):
    x, slopes = x.copy(), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        before = f(x)
        x[index] += step
        up = f(x)
        slopes[index] = (up - before) / step
    return slopes


def _never_set_to_zero(f, x, step=1e-5):
    shift, slopes = np.zeros_like(x), np.zeros_like(x)
    for index in np.ndindex(x.shape):
        shift[index] = step
        slopes[index] = (f(x + shift) - f(x - shift)) / (2 * step)
    return slopes


def _whole_rows(f, x, step=1e-5):
    moves = step * np.eye(len(x)).reshape(len(x), len(x), *(1,) * (x.ndim - 1))
    return np.array([(f(x + move) - f(x - move)) / (2 * step) for move in moves])


DIFFERENCES = (
    Mistake(
        "numeric-one-sided",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(x)) / step, step),
        "Each entry is moved by itself, and the division is right. But the difference goes to one side only, and its"
        " error shrinks with the step, not with its square. Let the function be seen from both sides of x.",
        also=(lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(x) - f(down)) / step, step),),
    ),
    Mistake(
        "numeric-divided-by-one-step",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(down)) / step, step),
        "Both sides are there, but every slope is twice too large. From x - step to x + step, how far is that?",
    ),
    Mistake(
        "numeric-halved",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(down)) / 2 * step, step),
        "Mind the order in which Python reads: `/ 2 * step` divides by 2 and then *multiplies* by the step."
        " Parentheses hold the divisor together.",
    ),
    Mistake(
        "numeric-one-side-over-two-steps",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(x)) / (2 * step), step),
        "The divisor is that of a central difference, but the rise is that from x to one side: half the way, so about"
        " half the slope. Where does a way of 2 · step begin?",
    ),
    Mistake(
        "numeric-not-divided",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: f(up) - f(down), step),
        "This is how much the function rises; a slope is the rise over the distance. What lies between the two places"
        " where you asked?",
    ),
    Mistake(
        "numeric-sign",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(down) - f(up)) / (2 * step), step),
        "The size is right and the sign is turned. A function that grows has a positive slope: which of the two values"
        " comes first?",
    ),
    Mistake(
        "numeric-all-entries-at-once",
        lambda f, x, step=1e-5: (f(x + step) - f(x - step)) / (2 * step),
        "`x + step` moves all entries at once, and what comes out is one number: the sum of all the slopes. The"
        " gradient has one for each entry, so each must be moved alone, while the others stay.",
        also=(
            lambda f, x, step=1e-5: (f(x + step) - f(x - step)) / 2 * step,
            lambda f, x, step=1e-5: (f(x + step) - f(x)) / step,
            lambda f, x, step=1e-5: (f(x + step) - f(x - step)) / step,
        ),
    ),
    Mistake(
        "numeric-whole-rows",
        _whole_rows,
        "You move a whole row at once, so each row gets one number. `np.ndindex(x.shape)` runs through the places of"
        " single entries, however many axes there are.",
        also=(lambda f, x, step=1e-5: (_whole_rows(f, x, step) * np.ones_like(x).T).T,),
    ),
    Mistake(
        "numeric-return-inside-the-loop",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(down)) / (2 * step), step).ravel()[0],
        "The slope of the first entry is right, and it is the only one. Is the `return` inside the loop, one step too"
        " far to the right?",
    ),
    Mistake(
        "numeric-two-names-for-one-array",
        lambda f, x, step=1e-5: np.zeros_like(x),
        "Both values are the same, so every slope is 0. `up = x` makes no copy: it is a second name for the same array,"
        " and what one name adds the other takes away. `x + shift` is a new array.",
    ),
    Mistake(
        "numeric-shape-lost",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(down)) / (2 * step), step).ravel(),
        "All the slopes are right, in one long row. A gradient has the shape of what it is the gradient of, so that one"
        " can be subtracted from the other.",
    ),
    Mistake(
        "numeric-shift-not-taken-back",
        _never_set_to_zero,
        "The first entry is right. After it, the shift is not taken back, so more and more entries move together. Begin"
        " each entry with a fresh shift of zeros.",
    ),
    Mistake(
        "numeric-one-sided-and-not-taken-back",
        _never_taken_back,
        "Two things: the difference goes to one side only, and an entry that was moved stays moved while the others are"
        " tried. Begin each entry at the x that came in.",
    ),
    Mistake(
        "numeric-step-ignored",
        lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(down)) / 2e-5, 1e-5),
        "With the usual step it is right. But `step` is an argument, and yours takes no notice of it.",
        also=(lambda f, x, step=1e-5: _entries(x, lambda up, down, x: (f(up) - f(down)) / 2e-6, 1e-6),),
    ),
)

# ---- broadcasting undone --------------------------------------------------------------------------


def _axes(g, shape):
    """The axes that broadcasting added, and those that it stretched."""
    added = g.ndim - len(shape)
    return tuple(range(added)), tuple(
        added + i for i, size in enumerate(shape) if size == 1 and g.shape[added + i] != 1
    )


def _reduced(g, shape, reduce):
    return np.reshape(reduce(g, sum(_axes(g, shape), ())), shape)


def _from_the_left(g, shape):
    for axis, size in enumerate(shape):
        g = g.sum(axis=axis, keepdims=True) if size == 1 else g
    return g


def _first_copy(g, shape):
    added, stretched = _axes(g, shape)
    cut = tuple(0 if i in added else slice(1) if i in stretched else slice(None) for i in range(g.ndim))
    return g[cut]


BROADCASTS = (
    Mistake(
        "unbroadcast-mean",
        lambda g, shape: _reduced(g, shape, lambda g, axes: g.mean(axis=axes)),
        "The shape and the axes are right, but the copies are averaged. Each copy contributes to the result on its"
        " own, so what comes back from them adds up, however many they are.",
    ),
    Mistake(
        "unbroadcast-first-copy",
        _first_copy,
        "The shape is right, but only the first copy's gradient is kept. The argument was used in all of them, and"
        " each use sends something back.",
    ),
    Mistake(
        "unbroadcast-last-copy",
        lambda g, shape: np.flip(_first_copy(np.flip(g), shape)),
        "The shape is right, but only the last copy's gradient is kept: does a loop overwrite where it should add?",
    ),
    Mistake(
        "unbroadcast-only-added-axes",
        lambda g, shape: g.sum(axis=_axes(g, shape)[0]),
        "The axes that broadcasting put in front are summed away, rightly. But an axis of length 1 that was stretched"
        " is still long: it wants a sum that keeps it, with length 1.",
    ),
    Mistake(
        "unbroadcast-only-stretched-axes",
        lambda g, shape: g.sum(axis=_axes(g, shape)[1], keepdims=True),
        "The axes of length 1 that were stretched are summed, rightly. But broadcasting has also put axes in front that"
        " the argument never had: those go altogether.",
    ),
    Mistake(
        "unbroadcast-matched-from-the-left",
        _from_the_left,
        "The axes of `shape` are counted from the front of g. Broadcasting matches shapes from the *right*: its last"
        " axis with g's last. First take away the axes that were put in front; then the two counts agree.",
        also=(
            lambda g, shape: g.sum(axis=tuple(range(len(shape), g.ndim))),
            lambda g, shape: g.sum(axis=tuple(i for i, size in enumerate(shape) if size == 1)),
        ),
    ),
    Mistake(
        "unbroadcast-added-axes-kept",
        lambda g, shape: g.sum(axis=sum(_axes(g, shape), ()), keepdims=True),
        "The numbers are right, but the axes that were put in front are still there, with length 1. `keepdims=True` is"
        " for the stretched axes only; the added ones go altogether.",
        also=(
            lambda g, shape: _from_the_left(g.sum(axis=_axes(g, shape)[0], keepdims=True), shape),
            lambda g, shape: g.sum(axis=_axes(g, shape)[0], keepdims=True),
        ),
    ),
    Mistake(
        "unbroadcast-axes-dropped",
        lambda g, shape: g.sum(axis=sum(_axes(g, shape), ())),
        "The numbers are right, but an axis of length 1 has gone with the sum. A gradient has exactly the shape of its"
        " argument: `keepdims=True` leaves a stretched axis in its place.",
    ),
    Mistake(
        "unbroadcast-sum-over-everything",
        lambda g, shape: g.sum(),
        "Everything is summed into one number. Only the axes along which the argument was copied are; the others keep"
        " an entry each.",
    ),
    Mistake(
        "unbroadcast-sum-everywhere-alike",
        lambda g, shape: np.full(shape, g.sum()),
        "The shape is right, but every entry holds the sum of all of g. Each entry of the argument gets only what came"
        " back from its own copies.",
    ),
    Mistake(
        "unbroadcast-unchanged",
        lambda g, shape: g,
        "This is g as it came. It has the shape of the result; what is wanted has the shape of the argument, which was"
        " smaller before it was copied.",
    ),
    Mistake(
        "unbroadcast-cut-to-shape",
        lambda g, shape: np.resize(g, shape),
        "The shape is right because the surplus numbers have been thrown away. They are what came back from the other"
        " copies: they belong into a sum.",
        also=(lambda g, shape: g.ravel()[: int(np.prod(shape))].reshape(shape),),
    ),
)
