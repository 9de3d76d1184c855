"""Lesson 3: wrong ways to measure how far two subspaces are apart, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(303)
A, B = _rng.normal(size=(3, 7)), _rng.normal(size=(3, 7))
B = B + 0.9 * A  # so that the three angles are all of middling size


def _orthonormal(rows):
    return np.linalg.qr(rows.T)[0].T


def _cosines(a, b):
    """Cosines of the three angles, greatest first."""
    return np.linalg.svd(_orthonormal(a) @ _orthonormal(b).T, compute_uv=False)


def _sines(a, b):
    return np.sqrt(1 - np.clip(_cosines(a, b), 0, 1) ** 2)


def _missed(a, b):
    """What of the rows of b lies outside the span of the rows of a, where these are taken as orthonormal."""
    return b - b @ a.T @ a


def _unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _always_zero(f):
    return bool(abs(f(A, B)) < 1e-9 and abs(f(A[:1], B[:1])) < 1e-9)


MISTAKES = (
    Mistake(
        "subspace-qr-of-rows",
        lambda a, b: 0.0 * np.sum(a * b),
        "Yours is 0 for any two subspaces. `np.linalg.qr` makes orthonormal *columns*; given rows, as here, it returns"
        " axes of the small space of `(L, L)`, which is the same for all. What has to be done to A before?",
        detect=_always_zero,
    ),
    Mistake(
        "subspace-axes-compared",
        lambda a, b: np.linalg.norm(a - b),
        "You compare the rows themselves. Two sets of axes can span one and the same plane and have no row in common:"
        " how far is each direction of B from *anything* that the rows of A can make?",
        also=(
            lambda a, b: np.linalg.norm(a - b, 2),
            lambda a, b: np.max(np.abs(a - b)),
            lambda a, b: np.mean((a - b) ** 2),
            lambda a, b: np.linalg.norm(_orthonormal(a) - _orthonormal(b)),
            lambda a, b: np.linalg.norm(_orthonormal(a) - _orthonormal(b), 2),
            lambda a, b: 1 - np.mean(np.abs(np.sum(_unit(a) * _unit(b), axis=1))),
            lambda a, b: 1 - np.min(np.abs(np.sum(_unit(a) * _unit(b), axis=1))),
        ),
    ),
    Mistake(
        "subspace-not-orthonormalized",
        lambda a, b: np.linalg.norm(_missed(a, b), 2),
        "The projection is of the right form, but `A.T @ A` projects only if the rows of A are orthonormal, and here"
        " they need not be. `np.linalg.qr` makes orthonormal columns that span the same.",
        also=(
            lambda a, b: np.linalg.norm(_missed(a, b)),
            lambda a, b: np.linalg.norm(a.T @ a - b.T @ b, 2),
            lambda a, b: np.linalg.norm(_missed(_unit(a), _unit(b)), 2),
            lambda a, b: np.linalg.norm(_missed(a, _orthonormal(b)), 2),
        ),
    ),
    Mistake(
        "subspace-lengths-of-B-count",
        lambda a, b: np.linalg.norm(_missed(_orthonormal(a), b), 2),
        "A's part is right, but what is left of B is measured with B's own rows, long and slanted as they are: twice"
        " the row, twice the distance. Make the rows of B orthonormal, too.",
        also=(
            lambda a, b: np.linalg.norm(_missed(_orthonormal(a), b)),
            lambda a, b: np.linalg.norm(_missed(_orthonormal(a), _unit(b)), 2),
        ),
    ),
    Mistake(
        "subspace-cosine",
        lambda a, b: _cosines(a, b)[-1],
        "This is the cosine of the largest angle: 1 for one and the same subspace. A distance is 0 there: the sine.",
        also=(lambda a, b: _cosines(a, b)[0],),
    ),
    Mistake(
        "subspace-smallest-angle",
        lambda a, b: _sines(a, b)[0],
        "This is the sine of the *smallest* angle: 0 as soon as the two share a single direction. Wanted is the"
        " direction of one that fares worst in the other.",
    ),
    Mistake(
        "subspace-angle-itself",
        lambda a, b: np.arccos(_cosines(a, b)[-1]),
        "This is the angle itself. Asked for is its sine, which runs from 0 to 1.",
        also=(lambda a, b: np.degrees(np.arccos(_cosines(a, b)[-1])),),
    ),
    Mistake(
        "subspace-all-angles-together",
        lambda a, b: np.linalg.norm(_sines(a, b)),
        "The sines of all angles enter, as a root of a sum of squares: `np.linalg.norm` of a matrix is that, unless it"
        " is told `ord=2`, the largest stretch. Otherwise the result could exceed 1.",
        also=(lambda a, b: np.sqrt(2) * np.linalg.norm(_sines(a, b)), lambda a, b: np.sum(_sines(a, b))),
    ),
    Mistake(
        "subspace-squared",
        lambda a, b: _sines(a, b)[-1] ** 2,
        "This is the square of it. The sine of a small angle is about the angle; its square looks far too good.",
        also=(lambda a, b: 1 - _cosines(a, b)[-1] ** 2, lambda a, b: np.sum(_sines(a, b) ** 2)),
    ),
    Mistake(
        "subspace-mean-of-angles",
        lambda a, b: np.mean(_sines(a, b)),
        "The angles are averaged. One direction that is missing altogether would hardly show among many that agree:"
        " take the worst.",
        also=(lambda a, b: np.sqrt(np.mean(_sines(a, b) ** 2)), lambda a, b: np.mean(_sines(a, b) ** 2)),
    ),
    Mistake(
        "subspace-one-minus-cosine",
        lambda a, b: 1 - _cosines(a, b)[-1],
        "This is 1 minus the cosine. It is 0 and 1 where it should be, but not the sine between: cos² + sin² = 1.",
    ),
    Mistake(
        "subspace-worst-axis",
        lambda a, b: np.max(np.linalg.norm(_missed(*map(_orthonormal, (a, b))), axis=1)),
        "What is left of each axis of B is right, and you take the longest. But the direction that fares worst may lie"
        " *between* the axes: `np.linalg.norm` of the whole matrix, with `ord=2`, looks at all of them.",
        also=(lambda a, b: np.max(np.abs(_missed(*map(_orthonormal, (a, b))))),),
    ),
    Mistake(
        "subspace-kept-for-each-direction",
        lambda a, b: _sines(a, b),
        "These are the sines of all three angles. The distance is one number: that of the worst direction.",
        also=(
            lambda a, b: _sines(a, b)[::-1],
            lambda a, b: np.linalg.norm(_missed(*map(_orthonormal, (a, b))), axis=1),
        ),
    ),
)
