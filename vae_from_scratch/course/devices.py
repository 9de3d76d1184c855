"""Where lesson 13's arrays go: to a GPU where there is one, else to the strict stand-in for CuPy's arrays."""

from collections.abc import Callable
from operator import methodcaller
from typing import NamedTuple

import numpy as np

from vae_from_scratch import device
from vae_from_scratch.course.strict_array import StrictArray
from vae_from_scratch.pytree import tree_map

STAND_IN = "no GPU: a strict stand-in for one (a NumPy array inside, CuPy's rules outside)"


class Place(NamedTuple):
    """`name` says what it is; `to(tree)` takes a tree's NumPy arrays there; `live` is whether it is a real GPU."""

    name: str
    to: Callable
    live: bool

    def __repr__(self):
        return self.name


def find():
    """The GPU that CuPy finds, or the stand-in."""
    try:
        cupy = device.load_cupy()
        if cupy.is_available():
            name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
            return Place(f"{name}, CuPy {cupy.__version__}", device.to_gpu, live=True)
    except ImportError:
        pass
    return Place(STAND_IN, to_stand_in, live=False)


def to_stand_in(tree):
    """The tree with every NumPy array in a stand-in of its own."""
    return tree_map(lambda leaf: from_numpy(leaf) if isinstance(leaf, np.ndarray) else leaf, tree)


def from_numpy(array):
    """A copy of the array in the stand-in, which the core knows from here on."""
    device.register(StrictArray, from_numpy, methodcaller("get"))
    return StrictArray(np.array(array))
