"""The door to the course: what a lesson imports.

    from vae_from_scratch.course import exercise, check, hint, solution, yours, progress, steps
    from vae_from_scratch.course import doctor, predict, reveal, your_digit

Each name is fetched when first asked for, so that the door opens at once. Importing
this package also holds BLAS to one thread: at these sizes more bring little, and on
shared cores they wait for one another (a step of 4 ms took 31 to 73). Where
OPENBLAS_NUM_THREADS or OMP_NUM_THREADS is set, that stands.
"""

import importlib
import os
from types import ModuleType

import numpy  # noqa: F401 - its BLAS must be there to be held back
from threadpoolctl import threadpool_limits

HOMES = {
    "exercise": "exercises",
    "check": "exercises",
    "hint": "exercises",
    "solution": "exercises",
    "linked": "linking",
    "yours": "linking",
    "in_use": "linking",
    "reveal": "predict",
    "train_anyway": "widgets.mistake_bench",
}
CALLABLE = ("doctor", "predict", "progress", "your_digit")  # modules to call: a name means one thing

__all__ = [
    "check", "doctor", "exercise", "hint", "in_use", "linked", "predict", "progress", "reveal", "solution", "steps",
    "train_anyway", "your_digit", "yours",
]  # fmt: skip

if not {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"} & os.environ.keys():
    threadpool_limits(1, user_api="blas")


def steps(n):
    """Number of training steps a cell takes: n, or at most 20 where the course is rehearsed (VAE_REHEARSE=1)."""
    return min(n, 20) if os.environ.get("VAE_REHEARSE") == "1" else n


class CallableModule(ModuleType):
    """A module that, called, calls its function of the same name: a lesson's `progress(...)`, our `progress.home()`."""

    def __call__(self, *args, **kwargs):
        return getattr(self, self.__name__.rpartition(".")[2])(*args, **kwargs)


def __getattr__(name):
    if name in CALLABLE:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{HOMES[name]}"), name)


def __dir__():
    return sorted({*globals(), *__all__})
