"""The arrays that the core's tests run on besides NumPy's."""

import sys

import pytest

from vae_from_scratch.course import strict_array


def cupy_with_a_device():
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed")
    if not cupy.is_available():
        pytest.skip("CuPy finds no CUDA device")
    return cupy


@pytest.fixture(params=["stand-in", pytest.param("cupy", marks=pytest.mark.gpu)])
def cupy(request, monkeypatch):
    """The module that `import cupy` finds: the stand-in's, or CuPy itself."""
    module = strict_array.as_cupy() if request.param == "stand-in" else cupy_with_a_device()
    monkeypatch.setitem(sys.modules, "cupy", module)
    return module
