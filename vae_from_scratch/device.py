"""Where arrays live: the only module that names CuPy.

`params = to_gpu(params)` is the whole switch. Everything else follows the
parameters: `like` brings a batch to their device and dtype, NumPy's dispatch
carries the operations, and `to_cpu` brings results back. Nothing crosses over
unasked: CuPy refuses to compute with a NumPy array, and raises TypeError.
"""

from collections.abc import Callable
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
            "to_gpu needs CuPy, which is not installed: write `pip install 'vae_from_scratch[gpu]'` (for CUDA 12; "
            "for another version see CuPy's installation guide), or leave the parameters where they are"
        ) from error
    if cupy.ndarray not in HOMES:
        register(cupy.ndarray, cupy.asarray, cupy.asnumpy)
    return cupy
