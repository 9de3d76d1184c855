"""Where arrays live: the only module that names CuPy.

`params = to_gpu(params)` is the whole switch. Everything else follows the
parameters: `like` brings a batch to their device and dtype, NumPy's dispatch
carries the operations, and `to_cpu` brings results back. Nothing crosses over
unasked: CuPy refuses to compute with a NumPy array, and raises TypeError.

What a device is told to do it does later. Whoever reads one of its numbers waits
until it is there: `count_synchronizations` tells how often a function does.
"""

from collections.abc import Callable
from contextlib import contextmanager
from functools import wraps
from typing import NamedTuple

import numpy as np
from autograd.extend import VSpace
from autograd.numpy.numpy_boxes import ArrayBox
from autograd.numpy.numpy_vspaces import ArrayVSpace

from vae_from_scratch.pytree import tree_leaves, tree_map


class Home(NamedTuple):
    """How arrays of one type are made from NumPy's, and turned back."""

    from_numpy: Callable
    to_numpy: Callable


HOMES = {np.ndarray: Home(np.asarray, np.asarray)}


def register(array_type, from_numpy, to_numpy):
    """Teach autograd, `like` and `to_cpu` an array type: from_numpy and to_numpy convert whole arrays."""
    HOMES[array_type] = Home(from_numpy, to_numpy)
    ArrayBox.register(array_type)
    VSpace.register(array_type, DeviceSpace)


class DeviceSpace(ArrayVSpace):
    """autograd's idea of an array's shape and dtype, read off without a copy to the host."""

    def __init__(self, value):
        self.shape, self.dtype = value.shape, value.dtype


def to_gpu(tree):
    """The tree with every NumPy array copied to the GPU. Raises ImportError where CuPy is not installed."""
    cupy = load_cupy()
    return tree_map(lambda leaf: cupy.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf, tree)


def to_cpu(tree):
    """The tree with every array as NumPy's; numbers stay as they are."""
    return tree_map(lambda leaf: HOMES[type(leaf)].to_numpy(leaf) if type(leaf) in HOMES else leaf, tree)


def like(tree, params):
    """The tree's NumPy arrays on the device and in the dtype of the parameters, and its numbers as Python's.

    Python's numbers widen no array. All else, arrays of the device too, stays as it is.
    """
    example = tree_leaves(params)[0]
    home, dtype = HOMES.get(type(example), HOMES[np.ndarray]), np.result_type(example)

    def convert(leaf):
        if isinstance(leaf, np.ndarray):
            return home.from_numpy(leaf.astype(dtype, copy=False))
        return leaf.item() if isinstance(leaf, np.generic) else leaf

    return tree_map(convert, tree)


def load_cupy():
    """CuPy, known to autograd from here on. Raises ImportError that says what to install."""
    try:
        import cupy
    except ImportError as error:
        raise ImportError(
            "to_gpu needs CuPy, which is not installed: write `pip install 'vae_from_scratch[gpu]'` for CUDA 12, "
            "`pip install 'vae_from_scratch[gpu13]'` for CUDA 13, or leave the parameters where they are"
        ) from error
    if cupy.ndarray not in HOMES:
        register(cupy.ndarray, cupy.asarray, cupy.asnumpy)
    return cupy


# -------------------------------------------------------- code for any array


def standardize(x):
    """Columns of mean 0 and standard deviation 1; a constant column becomes 0: (N, D) -> (N, D), any array's own kind.

    On the device of x and in its dtype: nothing in it makes an array but from x.
    """
    varies = (x != x[0]).any(axis=0)  # the mean of many 0.1 in float32 is not that 0.1, to the last digit
    centered = varies * (x - x.mean(axis=0))
    std = np.sqrt((centered * centered).mean(axis=0))
    return centered / (std + (std == 0))


# ------------------------------------------------------------------- waiting

READS = "__bool__", "__complex__", "__float__", "__format__", "__int__", "__repr__", "__str__", "get", "item", "tolist"


def count_synchronizations(f, *args):
    """Number of times that f(*args) reads numbers off a device, and waits for them: an int, 0 for NumPy's arrays.

    One is each `float`, `int`, `bool` (an `if`), `item`, `print` of an array, and each array copied to the host.
    """
    reads = []
    with watched(reads.append):
        f(*args)
    return len(reads)


@contextmanager
def watched(note):
    """Context in which note(name) is called whenever the host reads an array of a device, by `float`, say.

    What such a read does inside is part of it and not noted again.
    """
    inside = []

    def noting(read, name):
        @wraps(read)
        def reads(*args, **kwargs):
            if inside:
                return read(*args, **kwargs)
            note(name.strip("_"))
            inside.append(name)
            try:
                return read(*args, **kwargs)
            finally:
                inside.pop()

        return reads

    kinds = [(kind, name) for kind in HOMES if kind is not np.ndarray for name in READS if hasattr(kind, name)]
    own = [(kind, name, vars(kind).get(name)) for kind, name in kinds]
    for kind, name in kinds:
        setattr(kind, name, noting(getattr(kind, name), name))
    try:
        yield
    finally:
        for kind, name, method in own:
            delattr(kind, name) if method is None else setattr(kind, name, method)
