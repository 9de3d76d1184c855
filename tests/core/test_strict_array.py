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
        home = next(home for home in (cupy, cupy.linalg, cupy.lib.stride_tricks) if hasattr(home, name))
        assert set(known.split()) <= inspect.signature(getattr(home, name)).parameters.keys(), name
    for name, known in strict_array.METHODS.items():
        summary = getattr(cupy.ndarray, name).__doc__.split("\n")[0]  # compiled: the signature is in the docstring
        assert all(parameter in summary for parameter in known.split()), name


# ------------------------------------------------ every name, and what it does

CALLS = {  # of a float32 array (2, 3), d, and another e: what must give an array of the device, or a plain value
    "all": lambda d, e: np.all(d > 0, axis=0),
    "any": lambda d, e: np.any(d > 0, axis=1, keepdims=True),
    "argmax": lambda d, e: np.argmax(d, axis=1),
    "argmin": lambda d, e: np.argmin(d, axis=1),
    "average": lambda d, e: np.average(d, axis=0),
    "broadcast_to": lambda d, e: np.broadcast_to(d, (4, 2, 3)),
    "clip": lambda d, e: np.clip(d, -0.5, 0.5),
    "column_stack": lambda d, e: np.column_stack([d[0], e[0]]),
    "concatenate": lambda d, e: np.concatenate([d, e], axis=-1),
    "dot": lambda d, e: np.dot(d, e.T),
    "empty": lambda d, e: np.empty((4, 3), like=d).shape,
    "empty_like": lambda d, e: np.empty_like(d).shape,
    "expand_dims": lambda d, e: np.expand_dims(d, 1),
    "full_like": lambda d, e: np.full_like(d[:, 0], -np.inf),
    "hstack": lambda d, e: np.hstack([d, e]),
    "isclose": lambda d, e: np.isclose(d, 0),
    "iscomplexobj": lambda d, e: np.iscomplexobj(d),
    "max": lambda d, e: np.max(d, axis=0, keepdims=True),
    "mean": lambda d, e: np.mean(d, axis=1),
    "min": lambda d, e: np.min(d),
    "nan_to_num": lambda d, e: np.nan_to_num(d * np.nan, nan=1.5),
    "ndim": lambda d, e: np.ndim(d),
    "norm": lambda d, e: np.linalg.norm(d, axis=0),
    "ones_like": lambda d, e: np.ones_like(d),
    "pad": lambda d, e: np.pad(d, ((0, 0), (1, 1))),
    "reshape": lambda d, e: np.reshape(d, (3, 2)),
    "result_type": lambda d, e: np.result_type(d),
    "shape": lambda d, e: np.shape(d),
    "size": lambda d, e: np.size(d),
    "squeeze": lambda d, e: np.squeeze(d[:1], 0),
    "stack": lambda d, e: np.stack([d, e], axis=1),
    "std": lambda d, e: np.std(d, axis=0),
    "sum": lambda d, e: np.sum(d, axis=(0, 1)),
    "sliding_window_view": lambda d, e: np.lib.stride_tricks.sliding_window_view(d, 2, axis=0),
    "swapaxes": lambda d, e: np.swapaxes(d, 0, 1),
    "transpose": lambda d, e: np.transpose(d),
    "var": lambda d, e: np.var(d, axis=0, ddof=1),
    "vdot": lambda d, e: np.vdot(d, e),
    "vstack": lambda d, e: np.vstack([d, e]),
    "where": lambda d, e: np.where(d > 0, d, 0.0),
    "zeros": lambda d, e: np.zeros((4, 3), like=d),
    "zeros_like": lambda d, e: np.zeros_like(d, shape=(4, 3)),
}
METHOD_CALLS = {
    "all": lambda d, e: (d > 0).all(axis=0),
    "any": lambda d, e: (d > 0).any(),
    "astype": lambda d, e: d.astype(np.float64, copy=False),
    "copy": lambda d, e: d.copy(),
    "dot": lambda d, e: d.dot(e.T),
    "item": lambda d, e: d[0, 0].item(),
    "max": lambda d, e: d.max(axis=0),
    "mean": lambda d, e: d.mean(axis=0, keepdims=True),
    "min": lambda d, e: d.min(axis=1),
    "ravel": lambda d, e: d.ravel(),
    "reshape": lambda d, e: d.reshape(-1, 1, 2),
    "squeeze": lambda d, e: d[:1].squeeze(0),
    "std": lambda d, e: d.std(axis=0),
    "sum": lambda d, e: d.sum(axis=-1),
    "tolist": lambda d, e: d.tolist(),
    "transpose": lambda d, e: d.transpose(1, 0),
    "var": lambda d, e: d.var(),
}


def ufunc_call(name):
    f = getattr(np, name)
    if name == "matmul":
        return lambda d, e: f(d, e.T)
    if name in ("bitwise_and", "bitwise_or", "invert"):
        return lambda d, e: f(*(d > 0, e > 0)[: f.nin])
    positive = name in ("log", "log1p", "sqrt", "power")
    return lambda d, e: f(*((abs(d), e) if positive else (d, e))[: f.nin])


EVERYTHING = {
    **{f"np.{name}": call for name, call in CALLS.items()},
    **{f"its own {name}": call for name, call in METHOD_CALLS.items()},
    **{f"ufunc {name}": ufunc_call(name) for name in strict_array.UFUNCS},
}


def test_every_name_of_the_stand_in_has_a_call():
    assert CALLS.keys() == strict_array.FUNCTIONS.keys() and METHOD_CALLS.keys() == strict_array.METHODS.keys()


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_what_each_call_must_do(name, cupy):
    hosts = normal(), normal()[::-1] * 1.5
    expected = EVERYTHING[name](*hosts)
    actual = EVERYTHING[name](*map(cupy.asarray, hosts))
    if not isinstance(expected, (np.ndarray, np.generic)):
        assert actual == expected
        return
    assert type(actual) is cupy.ndarray
    back = cupy.asnumpy(actual)
    assert (back.shape, back.dtype) == (np.shape(expected), expected.dtype)
    np.testing.assert_allclose(back, expected, rtol=1e-5, atol=1e-6)
