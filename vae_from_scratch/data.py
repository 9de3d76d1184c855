"""Data sets by name: `load("digits")`, `load("shapes")`.

An image is a row of 784 pixels in [0, 1], float32, row after row of 28 x 28; 0 is paper and 1 is ink.
Arrays come read-only and are read or rendered once: work on a copy, and the next `load` is still the data set.
Nothing is downloaded. NOTICE states where the digits come from.
"""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vae_from_scratch import shapes

DIGITS_FILE = Path(__file__).with_name("digits.npz")


class Dataset(NamedTuple):
    """Images and what they show, which a VAE never sees in training."""

    train: np.ndarray  # (N, 784), float32 in [0, 1]
    test: np.ndarray  # (M, 784), float32 in [0, 1]
    train_labels: np.ndarray  # (N,), integers
    test_labels: np.ndarray  # (M,), integers


class FactorDataset(NamedTuple):
    """Images and the factors that each was rendered from, by name: `train_factors["angle"]` is (N,)."""

    train: np.ndarray  # (N, 784), float32 in [0, 1]
    test: np.ndarray  # (M, 784), float32 in [0, 1]
    train_factors: np.ndarray  # (N,), fields as in shapes.FACTORS
    test_factors: np.ndarray  # (M,), fields as in shapes.FACTORS


def load(name):
    """The data set of that name.

    "digits": a Dataset of 5,000 handwritten digits, 4,000 train and 1,000 test, every class equally often in each.
    "shapes": a FactorDataset of 4,000 train and 1,000 test sprites with known factors.
    Raises ValueError for another name.
    """
    if name not in _LOADERS:
        raise ValueError(f"there is no data set {name!r}; write one of: {', '.join(map(repr, _LOADERS))}")
    return _LOADERS[name]()


def to_unit_interval(pixels):
    """Pixels as float32 in [0, 1], from bytes 0 to 255: same shape."""
    return pixels.astype(np.float32) / 255


def binarize(x, uniforms):
    """One draw of black-and-white images from gray ones: (N, D), (N, D) -> (N, D), each 0 or 1, in x's dtype.

    A pixel is 1 with probability x, independently of the others; `uniforms` are draws from [0, 1).
    Drawn afresh for every batch, this is dynamic binarization.
    """
    return (uniforms < x).astype(x.dtype)


@lru_cache
def _digits():
    with np.load(DIGITS_FILE, allow_pickle=False) as file:
        images = [to_unit_interval(file[part]) for part in ("train", "test")]
        labels = [file[part].astype(int) for part in ("train_labels", "test_labels")]
    return Dataset(*map(_read_only, images + labels))


@lru_cache
def _shapes():
    rng = np.random.default_rng(0)
    factors = [shapes.random_factors(rng, num_examples) for num_examples in (4000, 1000)]
    images = [shapes.render_shapes(part) for part in factors]
    return FactorDataset(*map(_read_only, images + factors))


def _read_only(array):
    array.flags.writeable = False
    return array


_LOADERS = {"digits": _digits, "shapes": _shapes}
