"""Lesson 3: principal components, reconstruction, distance of subspaces. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import pca
from vae_from_scratch.course.checks import (
    Case,
    Claim,
    Task,
    mistakes_03_pca,
    mistakes_03_reconstruct,
    mistakes_03_subspaces,
    near,
)
from vae_from_scratch.course.checks.mistakes_03_pca import NUM, signed
from vae_from_scratch.course.checks.mistakes_03_reconstruct import PARAMS
from vae_from_scratch.course.checks.mistakes_03_subspaces import A, B

_rng = np.random.default_rng(3333)
_CROSS = np.array([[3.0, 1.0], [-1.0, 1.0], [1.0, 2.0], [1.0, 0.0]])  # around (1, 1), along x twice as far as along y
_SMALL = 1e-6


# ---- claims: pca --------------------------------------------------------------------------------


def _cross(f):
    got = f(_CROSS, 1)
    along = np.ravel(got["components"])
    if not near(np.ravel(got["mean"]), [1.0, 1.0]):
        return f"Your mean is {_point(got['mean'])}."
    if along.shape != (2,) or np.linalg.norm(np.abs(along) - [1, 0]) > _SMALL:
        return f"Your first component is {_point(along)}; it may have either sign."
    return near(np.ravel(got["variances"]), [2.0]) or f"Your variance along it is {_listed(got['variances'])}."


def _orthonormal(f):
    components = f(mistakes_03_pca.X, NUM)["components"]
    lengths = np.linalg.norm(components, axis=1)
    if not near(lengths, np.ones(NUM)):
        return f"The lengths of yours are {_listed(lengths)}."
    between = np.abs(components @ components.T - np.eye(NUM)).max()
    return bool(between < _SMALL) or f"Two of yours meet at {np.degrees(np.arccos(min(between, 1.0))):.0f} degrees."


def _variances_of_the_coordinates(f):
    x = mistakes_03_pca.X
    got = f(x, NUM)
    spread = np.var(x @ got["components"].T, axis=0)
    return near(got["variances"], spread) or (
        f"Along your components the variances are {_listed(spread)}, and you return {_listed(got['variances'])}."
    )


def _unrelated(f):
    x = mistakes_03_pca.X
    covariance = np.cov(x @ f(x, NUM)["components"].T, rowvar=False)
    off = np.max(np.abs(covariance - np.diag(np.diag(covariance)))) / np.max(covariance)
    return bool(off < _SMALL) or "Along two of yours they do."


def _moved(f):
    here, there = f(mistakes_03_pca.X, NUM), f(mistakes_03_pca.X + 100, NUM)
    return bool(np.max(np.abs(here["components"] - there["components"])) < _SMALL) or "Yours do change."


# ---- claims: reconstruct ------------------------------------------------------------------------


def _onto_a_line(f):
    line = {"components": np.array([[0.6, 0.8]]), "mean": np.array([1.0, 1.0]), "variances": np.array([1.0])}
    got = f(line, np.array([[6.0, 1.0]]))
    return near(got, [[2.8, 3.4]]) or f"Yours gives {_point(got)}."


def _mean_stays(f):
    got = f(PARAMS, PARAMS["mean"][None])
    return near(got, PARAMS["mean"][None]) or "Yours moves it."


def _twice(f):
    once = f(PARAMS, mistakes_03_reconstruct.X)
    return near(f(PARAMS, once), once) or "Yours changes it again."


# ---- claims: subspace_distance ------------------------------------------------------------------


def _thirty_degrees(f):
    got = f(np.array([[1.0, 0.0]]), np.array([[np.sqrt(3), 1.0]]))
    return bool(abs(got - 0.5) < _SMALL) or f"Yours gives {float(got):.4g}."


def _thirty_degrees_twice(f):
    tilted = np.array([[np.sqrt(3), 0.0, 1.0, 0.0], [0.0, np.sqrt(3), 0.0, 1.0]])
    got = f(np.eye(4)[:2], tilted)
    return bool(abs(got - 0.5) < _SMALL) or f"Yours gives {float(got):.4g}."


def _right_angle(f):
    got = f(np.eye(3)[:2], np.eye(3)[[0, 2]])
    return bool(abs(got - 1) < _SMALL) or f"Yours gives {float(got):.4g}."


def _other_axes(f):
    turns = np.random.default_rng(33).normal(size=(30, 3, 3))  # several, because rounding falls now here, now there
    pairs = [(A, turn @ A) for turn in turns] + [(turn[:1] @ A, -3 * turn[:1] @ A) for turn in turns]
    got = np.array([float(f(one, other)) for one, other in pairs])
    if not np.all(np.isfinite(got)):
        return (
            "Yours is not a number there: rounded, a cosine can be 1.0000000000000002, and 1 minus its square below 0."
        )
    return bool(np.max(np.abs(got)) < 1e-5) or f"Yours gives {got[np.argmax(np.abs(got))]:.4g}."


def _either_way(f):
    return near(f(A, B), f(B, A)) or "Yours changes."


def _point(numbers):
    return f"({_listed(numbers).replace(' and ', ', ')})"


def _listed(numbers):
    return " and ".join(f"{round(float(number), 9) + 0.0:.4g}" for number in np.ravel(numbers))  # 0, and not -0


TASKS = (
    Task(
        reference=pca.pca,
        lesson=3,
        fixture=(mistakes_03_pca.X, NUM),
        axes={11: "examples", 7: "pixels", 3: "components", 5: "examples"},
        use=signed,
        by_hand=(
            Claim(
                "Four points, (3, 1), (-1, 1), (1, 2) and (1, 0): the mean is (1, 1), the first component (1, 0) or"
                " (-1, 0), and the variance along it 2.",
                _cross,
                "Off the mean they are (2, 0), (-2, 0), (0, 1) and (0, -1). The mean of the four squares along x is"
                " (4 + 4 + 0 + 0) / 4.",
            ),
        ),
        properties=(
            Claim(
                "Its components have length 1 and stand at right angles.",
                _orthonormal,
                "Eigenvectors come with length 1, at right angles. Is something done to them afterwards?",
            ),
            Claim(
                "`variances` are those of the coordinates along the components, sums of squares divided by N.",
                _variances_of_the_coordinates,
                "Does `values[i]` still go with `vectors[:, i]`? And by what is the sum of squares divided?",
            ),
            Claim(
                "Along two components the coordinates do not vary together.",
                _unrelated,
                "Only eigenvectors of the covariance have that. Are other axes of the same plane taken, or is the mean"
                " still inside?",
            ),
            Claim(
                "Data moved by 100 in each pixel have the same components.",
                _moved,
                "Subtract the mean first; what is left does not know where the data were.",
            ),
        ),
        also=(
            Case("with a single component", (mistakes_03_pca.X, 1)),
            Case("with all 7 components", (mistakes_03_pca.X, 7)),
            Case(
                "with fewer examples than pixels",
                (_rng.normal(size=(5, 7)) * mistakes_03_pca._SPREAD + 0.6, 3),
                hint="Five examples lie in a subspace of four dimensions, and three components of it are well defined."
                " Are the eigenvalues in order there? `np.linalg.eigh` sorts them upwards, `np.linalg.eig` not at all.",
            ),
        ),
        parts=("components", "mean", "variances"),
        lesson_size=lambda: (np.random.default_rng(0).normal(size=(101, 97)), 10),
        hints=(
            "What does the covariance of the pixels do to a direction along which it only stretches, and by how much?"
            " What has to happen to x before a covariance is a mean of products?",
            "mean = average over axis 0; C = (x - mean)ᵀ (x - mean) / N, (D, D). `np.linalg.eigh(C)` returns"
            " eigenvalues in *ascending* order and eigenvectors as *columns*. (Or: `np.linalg.svd` of x - mean, where"
            " the rows of Vᵀ are the components and s² / N the variances.)",
            "A skeleton:\n\n    mean = …\n    values, vectors = np.linalg.eigh(…)\n"
            "    first = np.argsort(…)[:num_components]\n"
            '    return {"components": vectors[:, first].T, "mean": mean, "variances": values[first]}',
        ),
        why="The variance along a unit direction u is uᵀCu. In the eigenvectors' own axes that is a weighted mean of"
        " the eigenvalues, so it is greatest along the first, and so on. eigh sorts upwards, hence the slice.",
        mistakes=mistakes_03_pca.MISTAKES,
    ),
    Task(
        reference=pca.reconstruct,
        lesson=3,
        fixture=(PARAMS, mistakes_03_reconstruct.X),
        axes={5: "examples", 7: "pixels", 3: "components"},
        by_hand=(
            Claim(
                "Onto the line through (1, 1) along (0.6, 0.8), the point (6, 1) falls at (2.8, 3.4).",
                _onto_a_line,
                "Off the mean it is (5, 0); its coordinate is 5 · 0.6 = 3; three steps of (0.6, 0.8) from (1, 1).",
            ),
        ),
        properties=(
            Claim(
                "The mean itself is reconstructed without loss.",
                _mean_stays,
                "For x = mean all coordinates are 0. What has to be added to arrive at the mean?",
            ),
            Claim(
                "Reconstructing what is reconstructed changes nothing more.",
                _twice,
                "A point of the plane is nearest to itself. Is the same mean subtracted and added?",
            ),
        ),
        also=(
            Case("for one example alone", (PARAMS, mistakes_03_reconstruct.X[:1])),
            Case(
                "with a single component",
                ({k: v if k == "mean" else v[:1] for k, v in PARAMS.items()}, mistakes_03_reconstruct.X),
            ),
            Case("with all 7 components, when nothing is lost", (pca.pca(mistakes_03_pca.X, 7), mistakes_03_pca.X)),
        ),
        lesson_size=lambda: (pca.pca(np.random.default_rng(0).normal(size=(101, 97)), 10), np.ones((1000, 97))),
        hints=(
            "From where are the coordinates measured: from the origin, or from the point that the plane goes through?"
            " And where does the way back end?",
            "coordinates = (x - mean) · componentsᵀ, (N, D) · (D, L) → (N, L). The way back: coordinates · components,"
            " (N, L) · (L, D) → (N, D), and the mean.",
            'A skeleton:\n\n    coordinates = (x - params["mean"]) @ …\n    return coordinates @ … + …',
        ),
        why="The components are orthonormal rows, so a product with each gives the coordinate along it, and the nearest"
        " point of the plane is the mean plus each component times its coordinate.",
        mistakes=mistakes_03_reconstruct.MISTAKES,
    ),
    Task(
        reference=pca.subspace_distance,
        lesson=3,
        fixture=(A, B),
        axes={3: "directions", 7: "pixels"},
        by_hand=(
            Claim(
                "Two lines at 30 degrees are ½ apart, however long the rows.",
                _thirty_degrees,
                "The sine of 30 degrees. Is each row brought to length 1 before the angle is taken?",
            ),
        ),
        properties=(
            Claim(
                "Two planes, of which each direction of one is 30 degrees from the other, are ½ apart, too.",
                _thirty_degrees_twice,
                "Only the worst direction counts, not how many of them are off.",
            ),
            Claim(
                "Two planes with one direction in common, the others at right angles, are 1 apart.",
                _right_angle,
                "The worst direction counts: the largest angle.",
            ),
            Claim(
                "Other axes of the same subspace are 0 away.",
                _other_axes,
                "Only what the rows span should count. What is left of B once all that A can make is taken off? That"
                " form, norm(B - projection of B), stays exact near 0, too.",
            ),
            Claim("From A to B it is as far as from B to A.", _either_way, "Are both made orthonormal first?"),
        ),
        also=(
            Case("for single directions", (A[:1], B[:1])),
            Case("for five directions of seven", (_rng.normal(size=(5, 7)), _rng.normal(size=(5, 7)))),
        ),
        hints=(
            "Orthonormal axes first: which function makes them of given ones, and does it work on rows or on columns?"
            " Then: what is left of a direction of B after its projection onto A is taken off, and how long is that if"
            " the angle is α?",
            "`Q = np.linalg.qr(A.T)[0]` has orthonormal *columns* that span the rows of A. The projection of B's"
            " columns is Q (Qᵀ B). What is left, B - Q (Qᵀ B), is longest in one direction:"
            " `np.linalg.norm(…, ord=2)` is that length, the sine of the largest angle.",
            "A skeleton:\n\n    A, B = np.linalg.qr(A.T)[0], …\n    return np.linalg.norm(B - …, ord=2)",
        ),
        why="A unit direction of B at angle α to A's subspace leaves a remainder of length sin α. The greatest stretch"
        " of the matrix of remainders over all unit directions is the sine of the largest angle; axes drop out.",
        mistakes=mistakes_03_subspaces.MISTAKES,
    ),
)
