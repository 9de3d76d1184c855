"""A stand-in for cupy.ndarray: a NumPy array inside, CuPy's rules outside. Lesson 13 and the core's tests run on it.

It refuses what CuPy refuses: implicit conversion, NumPy arrays beside its own, types it does not know, names that CuPy
lacks. Reductions give 0-d arrays, never NumPy scalars. Python's numbers are weakly typed and NumPy's scalars strongly,
as in CuPy 14: float32 * np.float64(2) is float64. The tables hold the names that the core uses and those with which
answers to lesson 13 are written, with the parameters that CuPy 14.2 gives them; what CuPy has beyond them is refused
here. Stricter than CuPy in three places, on purpose: NumPy arrays as indices (CuPy copies them over in silence), 0-d
NumPy arrays in assignments and comparisons (CuPy reads them as numbers), and methods of ufuncs such as np.add.reduce.
"""

import operator
from time import perf_counter
from types import ModuleType

import numpy as np

UFUNCS = set(
    (
        "absolute add bitwise_and bitwise_or divide equal exp expm1 floor greater greater_equal invert isfinite isnan "
        "less less_equal log log1p logaddexp logical_and logical_not logical_or matmul maximum minimum multiply "
        "negative not_equal power sign sqrt square subtract tanh"
    ).split()
)

MODULES = {
    "numpy",
    "numpy.lib.stride_tricks",
    "numpy.linalg",
}  # where NumPy says that its functions live, and CuPy looks for its own
REDUCTION = "axis dtype out keepdims"
FUNCTIONS = {
    "all": "a axis out keepdims",
    "any": "a axis out keepdims",
    "argmax": "a axis dtype out keepdims",
    "argmin": "a axis dtype out keepdims",
    "average": "a axis weights keepdims",
    "broadcast_to": "array shape",
    "clip": "a a_min a_max out",
    "column_stack": "tup",
    "concatenate": "axis out dtype casting",
    "dot": "a b out",
    "empty": "shape dtype order",
    "empty_like": "prototype dtype order subok shape",
    "expand_dims": "a axis",
    "full_like": "a fill_value dtype order subok shape",
    "hstack": "tup dtype casting",
    "isclose": "a b rtol atol equal_nan",
    "iscomplexobj": "x",
    "max": "a axis out keepdims",
    "mean": f"a {REDUCTION}",
    "min": "a axis out keepdims",
    "nan_to_num": "x copy nan posinf neginf",
    "ndim": "a",
    "norm": "x ord axis keepdims",
    "ones_like": "a dtype order subok shape",
    "pad": "array pad_width mode",
    "reshape": "a order copy",
    "result_type": "arrays_and_dtypes",
    "shape": "a",
    "size": "a axis",
    "sliding_window_view": "x window_shape axis",
    "squeeze": "a axis",
    "stack": "axis out dtype casting",
    "std": f"a {REDUCTION} ddof",
    "sum": f"a {REDUCTION}",
    "swapaxes": "a axis1 axis2",
    "transpose": "a axes",
    "var": f"a {REDUCTION} ddof",
    "vdot": "a b",
    "vstack": "tup dtype casting",
    "where": "condition x y",
    "zeros": "shape dtype order",
    "zeros_like": "a dtype order subok shape",
}
METHODS = {
    "all": "axis out keepdims",
    "any": "axis out keepdims",
    "astype": "dtype order casting subok copy",
    "copy": "order",
    "dot": "b out",
    "item": "",
    "max": "axis out keepdims",
    "mean": REDUCTION,
    "min": "axis out keepdims",
    "ravel": "order",
    "reshape": "shape order copy",
    "squeeze": "axis",
    "std": f"{REDUCTION} ddof",
    "sum": REDUCTION,
    "tolist": "",
    "transpose": "axes",
    "var": f"{REDUCTION} ddof",
}
ATTRIBUTES = {"T", "dtype", "itemsize", "nbytes", "ndim", "shape", "size"}
NUMBERS = (int, float, bool, complex)


LISTENERS = []  # called after each computation: listener(its name, its result, seconds at its begin, at its end)


class StrictArray:
    """An array on a device that is not there; `get` brings it back."""

    __slots__ = ("_host",)
    __array_priority__ = 100
    __hash__ = None

    def __init__(self, host):
        self._host = host

    def get(self):
        return self._host.copy()

    def __getattr__(self, name):
        if name not in ATTRIBUTES:
            raise AttributeError(f"the stand-in has no {name!r}, whether or not CuPy has it")
        return on_device(getattr(self._host, name))

    def __array__(self, dtype=None, copy=None):
        raise TypeError("Implicit conversion to a NumPy array is not allowed")

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        out = kwargs.pop("out", ())
        if method != "__call__" or ufunc.__name__ not in UFUNCS or not all(map(is_known, inputs + out)):
            return NotImplemented
        refuse_hosts(inputs + out)
        refuse_unknown(ufunc.__name__, kwargs, "dtype casting")
        kwargs |= {"out": on_host(out)} if out else {}
        result = computed(ufunc.__name__, ufunc, on_host(inputs), kwargs)
        return out[0] if out else on_device(result)

    def __array_function__(self, function, types, args, kwargs):
        name = function.__name__
        if function.__module__ not in MODULES or name not in FUNCTIONS:
            return NotImplemented
        if not all(issubclass(t, (StrictArray, np.ndarray)) for t in types):
            return NotImplemented
        return called(name, function, args, kwargs, FUNCTIONS[name])

    def __getitem__(self, index):
        parts = index if isinstance(index, tuple) else (index,)
        refuse_hosts(parts)
        for mask in filter(is_mask, parts):
            int(mask.sum())  # how many entries there will be the host must know: CuPy reads it, too
        return on_device(self._host[on_host(index)])

    def __setitem__(self, index, value):
        refuse_hosts((value, *(index if isinstance(index, tuple) else (index,))), ValueError)
        computed("setitem", self._host.__setitem__, (on_host(index), on_host(value)), {})

    def __len__(self):
        return len(self._host)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self._host)

    def __int__(self):
        return int(self._host)

    def __float__(self):
        return float(self._host)

    def __repr__(self):
        return repr(self._host)

    def __format__(self, spec):
        return format(self._host, spec)


# ------------------------------------------------------------- the border


def on_device(result):
    """NumPy's arrays and scalars as arrays of the device; all else as it is."""
    return StrictArray(np.asarray(result)) if isinstance(result, (np.ndarray, np.generic)) else result


def on_host(value):
    """What NumPy computes with."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(on_host, value))
    if isinstance(value, dict):
        return {key: on_host(part) for key, part in value.items()}
    return value._host if isinstance(value, StrictArray) else value


def is_known(value):
    """Whether CuPy's ufuncs take the value, or at least raise for it; for others the other operand is asked."""
    return type(value) in NUMBERS or isinstance(value, (StrictArray, np.ndarray, np.number, np.bool))


def is_mask(value):
    return isinstance(value, StrictArray) and value.dtype == np.bool


def refuse_hosts(values, error=TypeError):
    for value in values:
        if isinstance(value, (list, tuple)):
            refuse_hosts(value, error)
        if isinstance(value, np.ndarray):
            raise error("a NumPy array beside arrays of the device: copy it over first")


def refuse_unknown(name, kwargs, known):
    unknown = kwargs.keys() - set(known.split())
    if unknown:
        raise TypeError(f"{name}() got an unexpected keyword argument {min(unknown)!r}")


def called(name, function, args, kwargs, known):
    """The function's result on the device, if CuPy's function of that name would take these arguments."""
    refuse_hosts([*args, *kwargs.values()])
    refuse_unknown(name, kwargs, known)
    result = on_device(computed(name, function, on_host(args), on_host(kwargs)))
    return result if kwargs.get("out") is None else kwargs["out"]


def computed(name, function, args, kwargs):
    """What NumPy makes of these arguments; whoever listens is told, if it is anything new."""
    begin = perf_counter()
    result = function(*args, **kwargs)
    end = perf_counter()
    for listener in () if result is getattr(function, "__self__", None) else LISTENERS:
        listener(name, result, begin, end)
    return result


# ------------------------------------------------- operators and methods


def gives_way(other):
    """CuPy's rule for an operator: the other operand's turn if it opts out of ufuncs, or has none and priority."""
    try:
        return other.__array_ufunc__ is None
    except AttributeError:
        return getattr(other, "__array_priority__", 0) > StrictArray.__array_priority__


def binary(ufunc):
    return lambda self, other: NotImplemented if gives_way(other) else ufunc(self, other)


def reversed_binary(ufunc):
    return lambda self, other: ufunc(other, self)


def in_place(ufunc):
    return lambda self, other: ufunc(self, other, out=self)


def unary(ufunc):
    return lambda self: ufunc(self)


def method(name):
    return lambda self, *args, **kwargs: called(name, getattr(self._host, name), args, kwargs, METHODS[name])


for name, ufunc in {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "pow": np.power,
    "matmul": np.matmul,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
}.items():
    setattr(StrictArray, f"__{name}__", binary(ufunc))
    setattr(StrictArray, f"__r{name}__", reversed_binary(ufunc))
    if name != "matmul":  # CuPy has none
        setattr(StrictArray, f"__i{name}__", in_place(ufunc))
for name, ufunc in {
    "lt": np.less,
    "le": np.less_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}.items():
    setattr(StrictArray, f"__{name}__", binary(ufunc))
for name, ufunc in {"neg": np.negative, "abs": np.absolute, "invert": np.invert}.items():
    setattr(StrictArray, f"__{name}__", unary(ufunc))
for name in METHODS:
    setattr(StrictArray, name, method(name))


# ------------------------------------------------------------ the module


def as_cupy():
    """A module that can stand where `import cupy` looks."""
    module = ModuleType("cupy")
    module.ndarray = StrictArray
    module.asarray = lambda array: array if isinstance(array, StrictArray) else StrictArray(np.array(array))
    module.asnumpy = operator.methodcaller("get")
    return module
