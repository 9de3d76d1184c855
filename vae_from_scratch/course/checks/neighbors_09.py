"""Lesson 9: what an answer that looks for neighbors returns, as arrays, and what is true of it."""

import numpy as np

from vae_from_scratch.course.checks import Unusable, near, wrong_number
from vae_from_scratch.course.checks.mistakes_09 import REFERENCE, X


def found(f, x, reference):
    """What an answer returns, its indices as floats, of the distances' type if that is one."""
    match f(x, reference):
        case (np.ndarray() | np.generic() as indices, np.ndarray() | np.generic() as squared):
            if indices.dtype.kind in "iu":
                indices = indices.astype(squared.dtype if squared.dtype.kind == "f" else float)
            elif indices.dtype.kind == "f" and np.all(indices == np.rint(indices)):
                raise Unusable(
                    f"The indices come as `{indices.dtype.name}`. They are to look up rows, `reference[index]`, and for"
                    " that NumPy wants whole numbers, as `np.argmin` gives them."
                )
            return indices, squared
        case got:
            return got


def on_a_line(f):
    index, squared = f(np.array([[3.0]]), np.array([[0.0], [5.0], [9.0]]))
    if not near(index, [1.0]):
        return f"Yours names index {np.ravel(index)[0]:.0f}."
    return (
        near(squared, [4.0]) or f"Yours finds it, and says that the squared distance is {wrong_number(squared, [4.0])}."
    )


def three_four_five(f):
    index, squared = f(np.array([[0.0, 0.0]]), np.array([[7.0, 0.0], [3.0, 4.0]]))
    if not near(index, [1.0]):
        return f"Yours names index {np.ravel(index)[0]:.0f}."
    return near(squared, [25.0]) or f"Yours says {wrong_number(squared, [25.0])}."


def itself(f):
    index, squared = f(REFERENCE, REFERENCE)
    if not near(index, np.arange(11.0)):
        return "Yours names another for some of them."
    return bool(np.max(np.abs(squared)) < 1e-5) or f"Yours puts it {np.max(np.abs(squared)):.4g} away."


def moved(f):
    one, other = f(X, REFERENCE), f(X + 2.0, REFERENCE + 2.0)
    return all(near(a, b) for a, b in zip(one, other, strict=True)) or "With yours something else comes out."


def never_negative(f):
    x = np.float32(np.random.default_rng(93).random((53, 7)))
    least = float(np.min(f(x, x)[1]))
    return least >= 0 or f"In float32 yours comes to {least:.1e}."
