"""Lesson 13: wrong ways to standardize columns on any device, and to count waits, and what to say to each."""

import re

import numpy as np

from vae_from_scratch.course import devices
from vae_from_scratch.course.checks import Mistake, Unusable
from vae_from_scratch.course.strict_array import StrictArray
from vae_from_scratch.device import count_synchronizations, to_cpu, watched

# ---- standardize -----------------------------------------------------------------------------------

X = np.random.default_rng(1313).normal(size=(5, 7)) * np.linspace(0.4, 2.2, 7) + np.linspace(-1.0, 3.0, 7)
SAME, BROUGHT_BACK, WIDENED, CONVERTED, MIXED = map(float, range(5))  # where a result is


def placed(standardize, x):
    """An answer's result as NumPy's, and how it came about: SAME if it is an array like x, else what went wrong.

    What else the stand-in refuses is raised again, in words, from the same line.
    """
    number = x.dtype.type
    try:
        made = standardize(x)
    except (AttributeError, TypeError, ValueError) as error:
        if not isinstance(x, StrictArray):
            raise
        kind = reason(str(error))
        if kind is None:
            raise TypeError(refusal(str(error))).with_traceback(error.__traceback__) from None
        return np.full(x.shape, np.nan, x.dtype), number(kind)
    if isinstance(x, StrictArray) and isinstance(made, np.ndarray):
        return made, number(BROUGHT_BACK)
    kind = WIDENED if getattr(made, "dtype", x.dtype) != x.dtype else SAME
    return (made.get() if isinstance(made, StrictArray) else made), number(kind)


def reason(error):
    """Which kind of refusal an error of the stand-in tells of, CONVERTED or MIXED; None for another."""
    return CONVERTED if "Implicit conversion" in error else MIXED if "beside arrays" in error else None


def refusal(error):
    """In a sentence, what it is that the stand-in does not know; or the error's own words, and where it was."""
    found = re.search(r"'numpy\.([\w.]+)'|<ufunc '(\w+)'>|has no '(\w+)'", error)
    name = next(filter(None, found.groups())) if found else ""
    return f"the array of the device knows no {name!r}" if name else f"on an array of the device: {error}"


def _columns(x, mean, std):
    return (x - mean) / (std + (std == 0))


def _loop_into_zeros(x):
    out = np.zeros(x.shape, x.dtype)
    for j in range(x.shape[1]):
        out[:, j] = _columns(x[:, j], x[:, j].mean(), x[:, j].std())
    return out


def _as_numpy(x):
    x = np.asarray(x)
    return _columns(x, x.mean(axis=0), x.std(axis=0))


def _brought_back(x):
    (x,) = to_cpu([x])
    return _columns(x, x.mean(axis=0), x.std(axis=0))


def _mixed(x):
    return _columns(x, np.full(len(x), 1 / len(x), x.dtype) @ x, x.std(axis=0))


def _ones_beside(x):
    std = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(std > 0, std, np.ones(x.shape[1], x.dtype))


STANDARDIZE = (
    Mistake(
        "standardize-converted",
        _as_numpy,
        "On NumPy's arrays all is well. But something in it, `np.asarray`, `np.array` of a list, or filling an array of"
        " `np.zeros`, wants a NumPy array, and an array of the device does not become one unasked. Compute with x"
        " itself: its methods, and NumPy's functions of it.",
        also=(_loop_into_zeros, lambda x: np.array([_columns(c, c.mean(), c.std()) for c in x.T]).T),
    ),
    Mistake(
        "standardize-mixed-arrays",
        _mixed,
        "On NumPy's arrays all is well. On a device it meets an array that it made with NumPy by itself, and the two do"
        " not mix. Make everything from x: `x.mean(axis=0)`, `np.ones_like(…)`, a comparison, a plain Python number.",
        also=(_ones_beside,),
    ),
    Mistake(
        "standardize-brought-back",
        _brought_back,
        "The numbers are right, but they have been copied to the host and stay there: whoever goes on with them on the"
        " device must copy them back. No copy is needed: the same lines run where x is.",
    ),
    Mistake(
        "standardize-float64",
        lambda x: _columns(x, x.mean(axis=0), np.float64(1.0) * x.std(axis=0)),
        "The numbers are right, but of float32 it makes float64, which a GPU computes many times slower. A NumPy"
        " number, `np.float64` or what `np.sqrt` makes of a plain one, widens an array; Python's own do not. Or is"
        " a `dtype` asked for?",
        also=(
            lambda x: _columns(x.astype(np.float64), x.mean(axis=0), x.std(axis=0)),
            lambda x: _columns(x, x.mean(axis=0, dtype=np.float64), x.std(axis=0)),
        ),
    ),
    Mistake(
        "standardize-constant-column",
        lambda x: (x - x.mean(axis=0)) / x.std(axis=0),
        "Right so far, but for a column that is the same in every example, like a pixel that is never lit: there it"
        " divides 0 by 0. Divide by 1 where the standard deviation is 0.",
    ),
    Mistake(
        "standardize-by-the-variance",
        lambda x: _columns(x, x.mean(axis=0), x.var(axis=0)),
        "The mean is right. You divide by the variance; its root, the standard deviation, has the unit of x.",
    ),
    Mistake(
        "standardize-by-the-sum-of-squares",
        lambda x: _columns(x, x.mean(axis=0), np.sqrt(((x - x.mean(axis=0)) ** 2).sum(axis=0))),
        "You divide by the root of the *sum* of the squares. The standard deviation is the root of their mean, over"
        " the N examples.",
    ),
    Mistake(
        "standardize-mean-alone-divided",
        lambda x: x - x.mean(axis=0) / (x.std(axis=0) + (x.std(axis=0) == 0)),
        "A division binds before a subtraction: yours divides the mean alone. Put x minus its mean in brackets.",
    ),
    Mistake(
        "standardize-to-the-range",
        lambda x: (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0) + (x.max(axis=0) == x.min(axis=0))),
        "You bring each column to the range from 0 to 1, by its smallest and its largest number. Asked for are mean 0"
        " and standard deviation 1.",
    ),
    Mistake(
        "standardize-over-everything",
        lambda x: _columns(x, x.mean(), x.std()),
        "You take one mean and one standard deviation for the whole array. Each column has its own: over the examples,"
        " `axis=0`.",
    ),
    Mistake(
        "standardize-rows",
        lambda x: _columns(x, x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)),
        "You standardize each example. Asked for are the columns: mean and standard deviation over the examples,"
        " `axis=0`.",
    ),
    Mistake(
        "standardize-not-centered",
        lambda x: _columns(x, 0.0, x.std(axis=0)),
        "You divide by the right number, but the mean is still there: subtract it first.",
    ),
    Mistake(
        "standardize-n-minus-one",
        lambda x: _columns(x, x.mean(axis=0), x.std(axis=0, ddof=1)),
        "You divide the squares by N - 1. Here the standard deviation is that of these very numbers, so that their"
        " variance becomes exactly 1: divide by N.",
    ),
)  # fmt: skip

# ---- count_synchronizations ------------------------------------------------------------------------


def counted(count, f, *args):
    """An answer's count for f on the stand-in, as a number like the arguments'. Raises Unusable if it is no count."""
    found = count(f, *devices.to_stand_in(args))
    if isinstance(found, (list, tuple, set, dict)):
        if not all(isinstance(name, str) for name in found):
            raise Unusable(f"It returns a {type(found).__name__}. Asked for is one number: how often the host waited.")
        raise Unusable(f"It returns the names in a {type(found).__name__}. How many reads are they, all told?")
    if isinstance(found, str):
        raise Unusable("It returns a text, where a number belongs.")
    if found is None:
        raise Unusable("It returns `None`: is the last line a `return`, and after the `with`?")
    if isinstance(found, StrictArray):
        raise Unusable("It returns what `f` returned. Asked for is how often the host waited meanwhile.")
    return args[0].dtype.type(found)


def reads_ten(x):
    """Reads five columns by float, three by item, and two truths."""
    columns = x.sum(axis=0)
    [float(columns[j]) for j in range(5)]
    [columns[j].item() for j in range(3)]
    return x.sum() if columns[6] > 0 and columns[0] > -100 else x.mean()


def _run(f, args, of_reads):
    reads = []
    with watched(reads.append):
        f(*args)
    return of_reads(reads)


def _outside(f, *args):
    reads = []
    with watched(reads.append):
        pass
    f(*args)
    return len(reads)


def _letters(f, *args):
    reads = []
    with watched(reads.extend):
        f(*args)
    return len(reads)


def _own_read(f, *args):
    reads = []
    with watched(reads.append):
        float(f(*args))
    return len(reads)


def _twice(f, *args):
    f(*args)
    return 2 * count_synchronizations(f, *args)


COUNT = (
    Mistake(
        "count-outside",
        _outside,
        "Yours is 0 for every function. Either `f(*args)` is not called inside the `with` block, and only there are"
        " reads noted; or what you hand to `watched` does not keep what it is told.",
    ),
    Mistake(
        "count-kinds",
        lambda f, *args: _run(f, args, lambda reads: len(set(reads))),
        "You count how many *kinds* of reads there are. Ten times `float` is ten waits: count them all.",
    ),
    Mistake(
        "count-letters",
        _letters,
        "You count letters: `float` is one wait, and five of them. A text that is added to a list, by `+=` or by"
        " `extend`, comes in letter by letter; `append` adds it whole.",
    ),
    Mistake(
        "count-any",
        lambda f, *args: _run(f, args, lambda reads: int(bool(reads))),
        "You tell whether it waits at all. Asked for is how often.",
    ),
    Mistake(
        "count-floats-only",
        lambda f, *args: _run(f, args, lambda reads: reads.count("float")),
        "You count what is read by `float`. An `if` reads too, by `bool`, and `item` and `print` do: every name that"
        " comes in is a wait.",
    ),
    Mistake(
        "count-own-read",
        _own_read,
        "Yours is one more than there are: you read the result of `f` yourself, and were noted, too. Leave it alone.",
    ),
    Mistake(
        "count-twice",
        _twice,
        "Yours is twice as many: `f` runs two times while it is watched, or each read is noted twice. Once is enough.",
    ),
)
