"""What is known about each function that the course asks for: true claims, wrong implementations, hints.

A lesson's module `lesson_NN.py` defines `TASKS`, a tuple of `Task`, one per taught function. `task_of(f)` finds the
task of a reference (or of an answer to it); `mistakes_of(f)` are the suspects of the mistake bench. Judging is done
elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from inspect import signature, unwrap
from pkgutil import iter_modules
from typing import Any, NamedTuple

import numpy as np


class Claim(NamedTuple):
    """A sentence that is true of right answers, and `holds(f)`: True, False, or a sentence that says what was seen
    instead.

    `f` may be called freely inside `holds`. An answer for which only claims with `needed=False` fail is close, not
    wrong.
    """

    sentence: str
    holds: Callable[[Callable], bool | str]
    hint: str
    needed: bool = True


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong implementation, with an id and what to say to somebody who wrote it: what is right, what is off, where
    to look.

    An answer is recognized by giving what `wrong` gives (or one of the `also`, other spellings of the same mistake),
    or, where that cannot be, because it draws its own noise, say, by `detect(f)`.
    """

    id: str
    wrong: Callable
    why: str
    also: tuple[Callable, ...] = ()
    detect: Callable[[Callable], bool] | None = None


class Case(NamedTuple):
    """More arguments on which an answer must agree with the reference. `sentence` completes "It is right also …",
    `hint` says where to look if it is not.
    """

    sentence: str
    args: tuple
    needed: bool = True
    hint: str = ""


class Summand(NamedTuple):
    """A term of the result, up to its factor: `value(*args)`; `factor` in the right answer (0: it does not belong
    there).
    """

    name: str
    value: Callable
    factor: float


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that the judge knows about one function.

    `fixture` are generic arguments: float64, sizes pairwise coprime and odd, off the optimum. `axes` names their
    sizes: {5: "examples", 3: "latents"}. The answer is compared with the reference there and in the cases of `also`.
    `differentiate` lists the positions of arguments with a gradient. `by_hand` and `properties` are claims, tried in
    order before the gradient and the comparison; `extremes` after. `summands` with `fit_on`, arguments of many
    examples, let an unrecognized answer be taken apart. `lesson_size()` gives arguments as large as the lesson's, for
    timing. A result of several parts has them named in `parts`. `use(answer, *args)` calls an answer of another kind, a
    generator, say, and gives arrays; `handed` names the arguments of the fixture that it takes beyond the answer's own.
    """

    reference: Callable
    lesson: int
    fixture: tuple
    axes: Mapping[int, str]
    hints: tuple[str, ...]
    why: str
    by_hand: tuple[Claim, ...] = ()
    properties: tuple[Claim, ...] = ()
    extremes: tuple[Claim, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    also: tuple[Case, ...] = ()
    differentiate: tuple[int, ...] = ()
    summands: tuple[Summand, ...] = ()
    fit_on: tuple = ()
    lesson_size: Callable[[], tuple] | None = None
    parts: tuple[str, ...] = ()
    use: Callable | None = None
    handed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.reference.__name__

    @property
    def plain(self) -> Callable:
        """The plain definition, or a primitive's body: what the judge compares with, and the solution that is shown."""
        return unwrap(getattr(self.reference, "plain", self.reference))

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the fixture's arguments, and of those after them that may be left to their defaults."""
        return (*signature(self.plain).parameters, *self.handed)

    def used(self, f: Callable) -> Callable:
        """f as it is called here: itself, or what `use` makes of it."""
        return f if self.use is None else partial(self.use, f)


class Unusable(Exception):
    """What an answer returned cannot be used by its task's `use`: the message says why, and what to do."""


def same(got: Any, want: Any, rtol=1e-9) -> bool:
    """True if two arrays, or trees of arrays, have one shape and equal values, NaN and infinities included, up to
    rounding. Functions in a tree are equal if they are the same.
    """
    if callable(want):
        return got is want
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and all(same(got[k], want[k], rtol) for k in want)
    if isinstance(want, (tuple, list)):
        alike = isinstance(got, (tuple, list)) and len(got) == len(want)
        return alike and all(same(g, w, rtol) for g, w in zip(got, want, strict=True))
    try:
        got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    except (TypeError, ValueError):
        return False
    if got.shape != want.shape:
        return False
    scale = np.max(np.abs(want), initial=0.0, where=np.isfinite(want))
    return bool(np.allclose(got, want, rtol=rtol, atol=rtol * scale, equal_nan=True))


def near(got: Any, want: Any) -> bool:
    """`same` to five digits: what claims compare with, so that an answer that rounds to float32 inside is not
    called wrong.
    """
    return same(got, np.array(want) if isinstance(want, list) else want, rtol=1e-5)


def near_each(got: Any, want: Any) -> bool:
    """`near` for each number by itself: where some are so large that beside them anything would do for the others."""
    return np.shape(got) == np.shape(want) and all(map(near, np.ravel(got), np.ravel(want)))


def gives(got: Any, want: Any) -> bool | str:
    """True if an answer is `near` what it should be; else the sentence that says what it gives where it is not."""
    return near(got, want) or f"Yours gives {wrong_number(got, want)}."


def wrong_number(got: Any, want: Any) -> str:
    """The number of an answer that is furthest off, with its index where others differ; or its shape if that is off."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    if got.shape != want.shape:
        return f"an array of shape {got.shape}"
    place = furthest(got, want)
    all_alike = all(same(a, np.full(a.shape, a[place])) for a in (got, want))
    index = place[0] if len(place) == 1 else place
    return shown(got[place], want[place]) + ("" if all_alike else f" at index {index}")


def furthest(got: Any, want: Any) -> tuple[int, ...]:
    """The index of the number that is furthest from what it should be; one that is no number is furthest of all."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    with np.errstate(invalid="ignore"):
        off = np.where(got == want, 0.0, np.nan_to_num(np.abs(got - want), nan=np.inf))
    return tuple(int(i) for i in np.unravel_index(np.argmax(off), got.shape))


def each_shown(got: Any, want: Any) -> list[str]:
    """Each of an answer's few numbers, `shown`."""
    return [shown(a, b) for a, b in zip(np.ravel(got), np.ravel(want), strict=True)]


def shown(seen: float, want: float) -> str:
    """A number with four digits; if it is not what it should be, with as many as it takes to see that."""
    seen = float(seen)
    if near(seen, want):
        return f"{seen:.4g}"
    return next((text for digits in (4, 7, 10) if (text := f"{seen:.{digits}g}") != f"{want:.{digits}g}"), repr(seen))


@cache
def tasks() -> dict[Callable, Task]:
    """All tasks by their reference, collected from the lessons' modules."""
    names = sorted(info.name for info in iter_modules(__path__) if info.name.startswith("lesson_"))
    return {task.reference: task for name in names for task in import_module(f"{__name__}.{name}").TASKS}


def reference_of(f) -> Callable:
    """The reference of an answer, a reference as itself."""
    return getattr(f, "reference", f)


def task_of(f) -> Task:
    """The task of a reference or of an answer to it. LookupError names the functions that are asked for."""
    try:
        return tasks()[reference_of(f)]
    except (KeyError, TypeError):
        known = ", ".join(sorted(task.name for task in tasks().values()))
        raise LookupError(
            f"{getattr(f, '__name__', f)!r} is not one of the functions this course asks for: {known}"
        ) from None


def mistakes_of(f) -> dict[str, Mistake]:
    """The known wrong implementations of a function, by id."""
    return {mistake.id: mistake for mistake in task_of(f).mistakes}
