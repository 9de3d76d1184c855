"""Data sets by name: `load("digits")`, `load("shapes")`, and larger ones: `load("mnist")` and its kin.

An image is a row of 784 pixels in [0, 1], float32, row after row of 28 x 28; 0 is paper and 1 is ink.
Arrays come read-only and are read or rendered once: work on a copy, and the next `load` is still the data set.
The first two are here, and nothing is downloaded; the others are looked for in the folder $VAE_DATA and in the cache,
then fetched from mirrors. NOTICE states where the digits come from.
"""

from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vae_from_scratch import folder, mnist, shapes

DIGITS_FILE = Path(__file__).with_name("digits.npz")
FEWEST = 20  # pictures of a folder


class Dataset(NamedTuple):
    """Images and what they show, which a VAE never sees in training."""

    train: np.ndarray  # (N, 784), float32 in [0, 1]
    test: np.ndarray  # (M, 784), float32 in [0, 1]
    train_labels: np.ndarray  # (N,), integers
    test_labels: np.ndarray  # (M,), integers


class BinarizedDataset(NamedTuple):
    """Images binarized once and for all, without labels; the test images are in a shuffled order."""

    train: np.ndarray  # (50000, 784), float32, 0 or 1
    valid: np.ndarray  # (10000, 784), float32, 0 or 1
    test: np.ndarray  # (10000, 784), float32, 0 or 1


class FolderDataset(NamedTuple):
    """One's own pictures, every fifth of them, in a shuffled order, kept for the test; and what could not be used."""

    train: np.ndarray  # (N, D), float32 in [0, 1]
    test: np.ndarray  # (M, D), float32 in [0, 1]
    skipped: dict  # {name of a file: why it was passed over}


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
    "mnist", "fashion_mnist": a Dataset of 60,000 train and 10,000 test images.
    "binarized_mnist": a BinarizedDataset, MNIST as binary images that are the same each time.
    Raises ValueError for another name, archives.Unavailable for files that are neither here nor to be had.
    """
    if name not in _LOADERS:
        raise ValueError(f"there is no data set {name!r}; write one of: {', '.join(map(repr, _LOADERS))}")
    return _LOADERS[name]()


def load_folder(path, side=28, color=False):
    """A FolderDataset of a folder's pictures, each cropped to its middle square: D = side * side, 3 times in color.

    Whatever Pillow reads counts, also in the folders inside; files that it does not are passed over and listed, and
    links are not followed. Raises NotADirectoryError without a folder, ValueError with fewer than FEWEST pictures.
    """
    images, skipped = folder.pictures(path, side, color)
    if len(images) < FEWEST:
        reasons = "".join(f"\n  {name}: {why}" for name, why in list(skipped.items())[:5])
        more = f"\n  and {len(skipped) - 5} more" if len(skipped) > 5 else ""
        told = f"; passed over:{reasons}{more}" if skipped else ""
        raise ValueError(f"{path} holds {len(images)} pictures, and {FEWEST} are the fewest to learn from{told}")
    images = images[np.random.default_rng(0).permutation(len(images))]
    return FolderDataset(_read_only(images[len(images) // 5 :]), _read_only(images[: len(images) // 5]), skipped)


def to_unit_interval(pixels):
    """Pixels as float32 in [0, 1], from bytes 0 to 255: same shape."""
    return pixels.astype(np.float32) / 255


def binarize(x, uniforms):
    """One draw of black-and-white images from gray ones: (N, D), (N, D) -> (N, D), each 0 or 1, in x's dtype.

    A pixel is 1 with probability x, independently of the others; `uniforms` are draws from [0, 1).
    Drawn afresh for every batch, this is dynamic binarization.
    """
    return (uniforms < x).astype(x.dtype)


def to_likelihood_range(x, uniforms):
    """Gray pixels of 256 levels, k / 255, as real numbers: (N, D), (N, D) -> (N, D), level k anywhere in its 1/256.

    `uniforms` are draws from [0, 1). Then a density in [0, 1] cannot grow without bound, and D ln 256 nats below it is
    at most the log-probability of the bytes, on average. Uria et al. 2013; Theis et al. 2016.
    """
    return (255 * x + uniforms) / 256


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


@lru_cache
def _idx(collection):
    train, test, *labels = mnist.idx_images(collection)
    return Dataset(
        *map(_read_only, [to_unit_interval(train), to_unit_interval(test), *(y.astype(int) for y in labels)])
    )


@lru_cache
def _binarized():
    return BinarizedDataset(*(_read_only(x.astype(np.float32)) for x in mnist.binarized_images()))


def _read_only(array):
    array.flags.writeable = False
    return array


_LOADERS = {
    "digits": _digits,
    "shapes": _shapes,
    "mnist": partial(_idx, "mnist"),
    "fashion_mnist": partial(_idx, "fashion_mnist"),
    "binarized_mnist": _binarized,
}
