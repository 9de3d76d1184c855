"""Lesson 3: wrong ways to find principal components, and what to say to each.

Directions have no sign of their own: `signed` turns each component one way before anything is compared.
"""

import numpy as np

from vae_from_scratch import pca
from vae_from_scratch.course.checks import Mistake, near

_rng = np.random.default_rng(3)
_TURN = np.linalg.qr(_rng.normal(size=(7, 7)))[0]
_SPREAD = np.array([2.5, 1.8, 1.3, 0.9, 0.6, 0.4, 0.3])
X = _rng.normal(size=(11, 7)) * _SPREAD @ _TURN + np.array([1.5, -0.7, 2.2, 0.4, -1.9, 3.1, 0.8])
NUM = 3


# ---- what mistakes are made of ------------------------------------------------------------------


def signed(answer, x, num_components):
    """What an answer gives, each component turned so that its product with a fixed vector is positive."""
    got = answer(x, num_components)
    components = got.get("components") if isinstance(got, dict) else None
    if not isinstance(components, np.ndarray) or components.ndim != 2 or components.dtype.kind != "f":
        return got
    pixels = x.shape[1]
    rows = components if components.shape[1] == pixels or components.shape[0] != pixels else components.T
    lean = rows @ np.cos(1 + np.arange(rows.shape[1])).astype(rows.dtype)
    turned = rows * np.where(lean < 0, -1, 1).astype(rows.dtype)[:, None]
    return {**got, "components": turned if rows is components else turned.T}


def _parts(components, mean, variances):
    return {"components": components, "mean": mean, "variances": variances}


def _spectrum(matrix):
    """Eigenvalues, greatest first, and eigenvectors as rows."""
    values, columns = np.linalg.eigh(matrix)
    return values[::-1], columns.T[::-1]


def _principal(x):
    centered = x - x.mean(axis=0)
    return _spectrum(centered.T @ centered / len(x))


def _of(found, x, k, mean=None):
    variances, directions = found
    return _parts(directions[:k], x.mean(axis=0) if mean is None else mean, variances[:k])


def _with(change):
    """A wrong pca: the right one with parts changed by `change(params, x)`."""
    return lambda x, k: (params := pca.pca(x, k)) | change(params, x)


def _rows_of_the_columns(f):
    """It takes rows of eigh's matrix, where the columns are the directions: from either end, in either order."""
    got = f(X, NUM)["components"]
    centered = X - X.mean(axis=0)
    matrix = np.linalg.eigh(centered.T @ centered / len(X))[1]
    tried = (matrix[:NUM], matrix[::-1][:NUM], matrix[-NUM:], matrix[:, ::-1][:NUM], matrix.T[:, -NUM:].T)
    return got.shape == (NUM, 7) and any(_same_but_for_signs(got, rows) for rows in tried)


def _same_but_for_signs(got, want):
    """Up to the sign of each column of eigh's matrix, and of each row, which `signed` has turned."""
    return near(np.abs(got), np.abs(want))


def _turned(params, x):
    """Other axes of the same plane."""
    spin = np.linalg.qr(np.random.default_rng(8).normal(size=(len(params["components"]),) * 2))[0]
    return {"components": spin @ params["components"]}


def _turned_in_its_plane(f):
    """Orthonormal axes of the right plane that are not the principal ones."""
    got, want = f(X, NUM)["components"], pca.pca(X, NUM)["components"]
    plane = got.shape == want.shape and near(got @ got.T + 1, np.eye(NUM) + 1)
    lost = np.linalg.norm(want - want @ got.T @ got) if plane else 1.0
    return lost < 1e-6 and not near(np.sort(np.abs(got @ want.T), axis=1)[:, -1], np.ones(NUM))


def _by_image(x, k):
    centered = x - x.mean(axis=1, keepdims=True)
    return _of(_spectrum(centered.T @ centered / len(x)), x, k)


def _one_mean(x, k):
    centered = x - x.mean()
    return _of(_spectrum(centered.T @ centered / len(x)), x, k)


def _uncentered(x):
    return _spectrum(x.T @ x / len(x))


def _smallest(x, k):
    variances, directions = (part[::-1] for part in _principal(x))
    return _parts(directions[:k], x.mean(axis=0), variances[:k])


def _examples_side(x, k):
    centered = x - x.mean(axis=0)
    return _of(_spectrum(centered @ centered.T / len(x)), x, k)


MISTAKES = (
    Mistake(
        "pca-not-centered",
        lambda x, k: _of(_uncentered(x), x, k),
        "The route is right, but the mean was not subtracted first. Measured from the origin, the direction in which"
        " the data lie *far away* wins, and that is about the direction of the mean image, not one in which images"
        " differ.",
        also=(lambda x, k: _of(_uncentered(x), x, k, np.zeros(x.shape[1])),),
    ),
    Mistake(
        "pca-smallest-variances",
        _smallest,
        "These are eigenvectors, but those of the *smallest* variances: `np.linalg.eigh` sorts its eigenvalues in"
        " ascending order. Print them: at which end are the ones you want?",
        also=(
            lambda x, k: (p := _smallest(x, k)) | {"variances": p["variances"][::-1], "components": p["components"]},
            lambda x, k: {n: v if n == "mean" else v[::-1] for n, v in _smallest(x, k).items()},
        ),
    ),
    Mistake(
        "pca-ascending",
        _with(lambda p, x: {"components": p["components"][::-1], "variances": p["variances"][::-1]}),
        "You found the right components, but in ascending order. The first should have the greatest variance, so that"
        " taking fewer of them means dropping the last.",
        also=(
            _with(lambda p, x: {"components": p["components"][::-1]}),
            _with(lambda p, x: {"variances": p["variances"][::-1]}),
        ),
    ),
    Mistake(
        "pca-rows-of-eigh",
        _with(lambda p, x: {"components": np.linalg.eigh(np.cov(x.T, bias=True))[1][:, ::-1][: len(p["components"])]}),
        "Rows and columns are mixed up. `np.linalg.eigh` returns its eigenvectors as *columns*: `vectors[:, i]` goes"
        " with `values[i]`. `np.linalg.svd` returns them as the *rows* of Vᵀ. Take whole directions; here each becomes"
        " a row.",
        detect=_rows_of_the_columns,
    ),
    Mistake(
        "pca-components-as-columns",
        _with(lambda p, x: {"components": p["components"].T}),
        "The components are right, but stand as columns. Here each is a *row*, an image like the others: `(L, D)`."
        " Which one step turns columns into rows?",
        also=(
            _with(lambda p, x: {"components": p["components"].T[:, ::-1], "variances": p["variances"][::-1]}),
            _with(lambda p, x: {"components": p["components"].T[:, ::-1]}),
            lambda x, k: (smallest := _smallest(x, k)) | {"components": smallest["components"].T},
        ),
    ),
    Mistake(
        "pca-turned-in-its-plane",
        _with(_turned),
        "Your components span the right subspace, so nothing is lost in it; but they are not its *principal* axes."
        " The first must be the one direction of greatest variance, the second the greatest of what is left, and"
        " along two of them the coordinates must not vary together.",
        detect=_turned_in_its_plane,
    ),
    Mistake(
        "pca-all-components",
        lambda x, k: pca.pca(x, x.shape[1]),
        "All right so far, but these are all components there are: `num_components` says how many of the first ones"
        " to keep.",
    ),
    Mistake(
        "pca-mean-over-pixels",
        lambda x, k: _by_image(x, k) | {"mean": x.mean(axis=1)},
        "The mean runs over the pixels of each image. It is the mean *image* that is subtracted: an average over the"
        " examples, one number for each pixel. Along which axis do the examples lie?",
        also=(
            _by_image,
            _with(lambda p, x: {"mean": x.mean(axis=1)}),
            lambda x, k: _by_image(x, k) | {"mean": x.mean(axis=1, keepdims=True)},
        ),
    ),
    Mistake(
        "pca-one-mean-for-all",
        lambda x, k: _one_mean(x, k) | {"mean": x.mean()},
        "You subtract one number, the mean of all pixels of all images. Each pixel has a mean of its own, over the"
        " examples.",
        also=(_one_mean, _with(lambda p, x: {"mean": x.mean()})),
    ),
    Mistake(
        "pca-mean-axis-kept",
        _with(lambda p, x: {"mean": p["mean"][None]}),
        "Everything is right, but `mean` keeps an axis of length 1. One number for each pixel has shape `(D,)`.",
    ),
    Mistake(
        "pca-mean-not-returned",
        _with(lambda p, x: {"mean": 0 * p["mean"]}),
        "The components are right, but the `mean` you return is zero: is it that of the data after centering?"
        " `reconstruct` needs the mean that was subtracted.",
    ),
    Mistake(
        "pca-variances-over-n-minus-one",
        _with(lambda p, x: {"variances": p["variances"] * len(x) / (len(x) - 1)}),
        "The components are right. Your variances divide by N - 1, as `np.cov` does unless told otherwise: a fair"
        " convention, but here a variance is the *mean* of the squares, divided by N, so that variances and mean"
        " squared errors add up.",
    ),
    Mistake(
        "pca-variances-not-divided",
        _with(lambda p, x: {"variances": p["variances"] * len(x)}),
        "The components are right. Your variances are sums over the examples where a variance is a mean: with twice"
        " the digits they would double.",
    ),
    Mistake(
        "pca-variances-divided-twice",
        _with(lambda p, x: {"variances": p["variances"] / len(x)}),
        "The components are right. Your variances are divided by N once too often: in (X / N)ᵀ (X / N), for one, N"
        " stands squared.",
    ),
    Mistake(
        "pca-shares",
        _with(lambda p, x: {"variances": p["variances"] / x.var(axis=0).sum()}),
        "The components are right. What you return as variances are their shares of the total, variance explained."
        " Wanted are the variances themselves.",
        also=(_with(lambda p, x: {"variances": p["variances"] / p["variances"].sum()}),),
    ),
    Mistake(
        "pca-squared-eigenvalues",
        _with(lambda p, x: {"variances": p["variances"] ** 2 / len(x)}),
        "The components are right. s² / N makes variances of the singular values of the centered data. The eigenvalues"
        " of the covariance are variances already.",
        also=(_with(lambda p, x: {"variances": p["variances"] ** 2}),),
    ),
    Mistake(
        "pca-coordinates",
        _with(lambda p, x: {"components": (x - p["mean"]) @ p["components"].T}),
        "These are the coordinates of the examples along the components. Wanted are the directions themselves: one row"
        " of as many numbers as there are pixels for each.",
        also=(_with(lambda p, x: {"components": ((x - p["mean"]) @ p["components"].T).T}),),
    ),
    Mistake(
        "pca-singular-values",
        _with(lambda p, x: {"variances": np.sqrt(p["variances"] * len(x))}),
        "The components are right. What you return as variances are the singular values. A variance along a direction"
        " is the mean of the squared coordinates: what has to be done with s, and by what divided?",
    ),
    Mistake(
        "pca-standard-deviations",
        _with(lambda p, x: {"variances": np.sqrt(p["variances"])}),
        "The components are right. What you return as variances are their roots, the standard deviations.",
    ),
    Mistake(
        "pca-all-variances",
        lambda x, k: pca.pca(x, k) | {"variances": pca.pca(x, x.shape[1])["variances"]},
        "The components are right. But `variances` holds those of all directions: keep as many as there are"
        " components.",
    ),
    Mistake(
        "pca-scaled-components",
        _with(lambda p, x: {"components": p["components"] * np.sqrt(p["variances"])[:, None]}),
        "The directions are right, but not of length 1: each was multiplied by its standard deviation. A component"
        " says in which direction; how far is the business of `variances`.",
        also=(
            _with(lambda p, x: {"components": p["components"] * p["variances"][:, None]}),
            _with(lambda p, x: {"components": p["components"] * np.sqrt(len(x) * p["variances"])[:, None]}),
        ),
    ),
    Mistake(
        "pca-standardized",
        lambda x, k: _of(_spectrum(np.corrcoef(x.T)), x, k),
        "You divide each pixel by its own standard deviation, which makes a correlation of the covariance. That is"
        " another method, for numbers in different units: here a pixel that hardly varies would count as much as one"
        " in the middle, and one that never varies would be divided by zero.",
    ),
    Mistake(
        "pca-directions-of-examples",
        _examples_side,
        "These directions have one number for each *example*, not for each pixel: the product of the centered data"
        " with their transpose was taken the wrong way around, or U where Vᵀ belongs. The covariance of pixels is"
        " `(D, D)`.",
        also=(
            lambda x, k: _of(_spectrum(np.cov(x)), x, k),
            lambda x, k: _of(_spectrum(np.cov(x, bias=True)), x, k),
            lambda x, k: _of(_spectrum(x @ x.T / len(x)), x, k),
        ),
    ),
    Mistake(
        "pca-pixels-of-greatest-variance",
        lambda x, k: _parts(
            np.eye(x.shape[1])[np.argsort(-x.var(axis=0))[:k]], x.mean(axis=0), np.sort(x.var(axis=0))[::-1][:k]
        ),
        "You choose the single pixels of greatest variance. A direction may mix pixels, and because they vary"
        " together, a mixture varies more than any of them alone.",
    ),
)
