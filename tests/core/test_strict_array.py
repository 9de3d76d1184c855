"""The strict stand-in keeps CuPy's rules: every test that CuPy can answer runs on CuPy too where there is a GPU."""

import inspect

import numpy as np
import pytest

from vae_from_scratch.course import strict_array


def normal():
    return np.random.default_rng(0).standard_normal((2, 3)).astype(np.float32)


REFUSED = {
    "implicit conversion": lambda d, h: np.asarray(d),
    "a list of device arrays": lambda d, h: np.array([d, d]),
    "host on the right": lambda d, h: d + h,
    "host on the left": lambda d, h: h + d,
    "host in a product": lambda d, h: d @ h.T,
    "host on the left of a product": lambda d, h: h.T @ d,
    "host in a comparison": lambda d, h: d > h,
    "host added in place": lambda d, h: d.__iadd__(h),
    "added in place to host": lambda d, h: h.__iadd__(d),
    "host in a ufunc": lambda d, h: np.maximum(d, h),
    "host in a function": lambda d, h: np.where(h > 0, d, d),
    "host in a list": lambda d, h: np.stack([h, d]),
    "host as out of a ufunc": lambda d, h: np.exp(d, out=h),
    "device as out of a host ufunc": lambda d, h: np.add(h, h, out=d),
    "host as out of a function": lambda d, h: np.sum(d, axis=0, out=h[0]),
    "host as out of a method": lambda d, h: d.sum(axis=0, out=h[0]),
    "host assigned to all": lambda d, h: d.__setitem__(slice(None), h),
    "host assigned to a row": lambda d, h: d.__setitem__(0, h[0]),
    "a list as operand": lambda d, h: d + [1.0] * 3,
    "a function that CuPy lacks": lambda d, h: np.insert(d, 0, 1.0),
    "a parameter of sum that CuPy lacks": lambda d, h: np.sum(d, where=True),
    "a parameter of max that CuPy lacks": lambda d, h: d.max(initial=0.0),
    "a conversion of many to one number": lambda d, h: float(d),
    "a truth value of many": lambda d, h: bool(d),
    "an index made of a device number": lambda d, h: [1, 2][d[0, 0]],
    "a hash": lambda d, h: hash(d),
    "a generator's argument": lambda d, h: np.random.default_rng(0).normal(d),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED.keys())
def test_arrays_of_the_device_refuse(act, cupy):
    host = np.ones((2, 3), np.float32)
    with pytest.raises((TypeError, ValueError)):
        act(cupy.asarray(host), host)
    assert (host == 1).all()


STRICTER_THAN_CUPY = {
    "a host index": lambda d, h: d[np.array([0, 1])],
    "a host index to assign to": lambda d, h: d.__setitem__(np.array([0, 1]), 1.0),
    "a host number assigned": lambda d, h: d.__setitem__(0, np.array(1.0)),
    "a host number compared": lambda d, h: d > np.array(1.0),
    "a ufunc's method": lambda d, h: np.add.reduce(d),
}


@pytest.mark.parametrize("act", STRICTER_THAN_CUPY.values(), ids=STRICTER_THAN_CUPY.keys())
def test_the_stand_in_also_refuses(act):
    host = np.ones((2, 3), np.float32)
    with pytest.raises((TypeError, ValueError)):
        act(strict_array.StrictArray(host), host)


def test_an_unknown_type_gets_its_turn(cupy):
    class Other:
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return ufunc.__name__

    d = cupy.asarray(normal())
    assert d + Other() == Other() + d == "add"
    assert d @ Other() == "matmul"
    with pytest.raises(TypeError):
        d + object()


REDUCTIONS = {
    "sum": lambda d: d.sum(),
    "np.sum": lambda d: np.sum(d),
    "mean": lambda d: d.mean(),
    "max": lambda d: np.max(d),
    "all": lambda d: np.isfinite(d).all(),
    "entry": lambda d: d[0, 0],
    "arithmetic of entries": lambda d: d[0, 0] * d[0, 1] + 1,
}


@pytest.mark.parametrize("reduce", REDUCTIONS.values(), ids=REDUCTIONS.keys())
def test_one_number_is_an_array_of_no_dimensions_that_converts_when_asked(reduce, cupy):
    host = normal()
    number = reduce(cupy.asarray(host))
    assert type(number) is cupy.ndarray and number.shape == ()
    assert float(number) == number.item() == pytest.approx(float(reduce(host)), rel=1e-6)


PROMOTIONS = {
    "Python's float": lambda a: a * 2.0,
    "Python's int": lambda a: a**2,
    "NumPy's float32": lambda a: a * np.float32(2),
    "NumPy's float64": lambda a: np.float64(2) * a,
    "NumPy's int64": lambda a: a * np.int64(2),
    "a comparison": lambda a: a * (a > 0),
    "a sum": lambda a: a / a.sum(),
    "a mean of a comparison": lambda a: (a > 0).mean(),
    "a float64 number beside it": lambda a: a + a.astype(np.float64).sum(),
    "division of its size": lambda a: a / a.size,
}


@pytest.mark.parametrize("compute", PROMOTIONS.values(), ids=PROMOTIONS.keys())
def test_dtypes_are_promoted_as_in_numpy(compute, cupy):
    host = normal()
    assert compute(cupy.asarray(host)).dtype == compute(host).dtype


def test_views_share_memory_with_their_array_and_copies_from_the_host_do_not(cupy):
    host = np.zeros((2, 3), np.float32)
    d = cupy.asarray(host)
    d.T[0, 0] = 1.0
    assert float(d[0, 0]) == 1 and host[0, 0] == 0


def test_the_stand_in_offers_only_names_and_parameters_that_cupy_has():
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed (no GPU is needed)")
    assert all(hasattr(cupy, name) for name in strict_array.UFUNCS)
    assert all(hasattr(cupy.ndarray, name) for name in strict_array.ATTRIBUTES)
    for name, known in strict_array.FUNCTIONS.items():
        if name == "size":  # compiled, without a signature
            continue
        assert set(known.split()) <= inspect.signature(getattr(cupy, name)).parameters.keys(), name
    for name, known in strict_array.METHODS.items():
        summary = getattr(cupy.ndarray, name).__doc__.split("\n")[0]  # compiled: the signature is in the docstring
        assert all(parameter in summary for parameter in known.split()), name
