"""What a device is asked to do: the launches of a function, one for each computation, and when each would run.

`launches(f)` lists them as the strict stand-in sees them: what computes new numbers is one launch, what only looks at
old ones otherwise (a transpose, a slice, a reshape) is none. `schedule` lays them out on two clocks, the host's and the
device's.
"""

from typing import NamedTuple

import numpy as np

from vae_from_scratch.course import strict_array

NO_LAUNCH = {"empty_like"}  # new memory, and nothing computed


class Launch(NamedTuple):
    """One computation: its NumPy name, how many numbers it gave, and the seconds at which it began and ended here."""

    name: str
    size: int
    begin: float
    end: float

    @property
    def seconds(self):
        return self.end - self.begin


class Schedule(NamedTuple):
    """Seconds: when the host has given each order, and when the device begins and ends each, (J,) each."""

    ordered: np.ndarray
    begin: np.ndarray
    end: np.ndarray

    @property
    def total(self):
        return float(self.end[-1])

    @property
    def busy(self):
        """Share of the time in which the device works."""
        return float(np.sum(self.end - self.begin) / self.total)


def launches(f, *args):
    """The launches of f(*args), in order: a list of Launch. Arrays in args must be the stand-in's."""
    found = []

    def listen(name, result, begin, end):
        is_view = isinstance(result, np.ndarray) and result.base is not None
        ufunc = isinstance(getattr(np, name, None), np.ufunc)
        if name == "setitem" or ufunc or (is_array(result) and not is_view and name not in NO_LAUNCH):
            found.append(Launch(name, np.size(result) if is_array(result) else 0, begin, end))

    strict_array.LISTENERS.append(listen)
    try:
        f(*args)
    finally:
        strict_array.LISTENERS.remove(listen)
    return found


def quietest(*runs):
    """Of several runs of the same launches, each launch where it took least: what other programs slowed is left out."""
    return [min(same, key=lambda launch: launch.seconds) for same in zip(*runs, strict=True)]


def is_array(result):
    return isinstance(result, (np.ndarray, np.generic))


def schedule(durations, each):
    """When each launch runs, if an order takes the host `each` seconds and the device works them off one by one.

    It begins one when the order is there and the one before is done: (J,), () -> Schedule.
    """
    ordered = each * np.arange(1, len(durations) + 1)
    done = np.cumsum(durations)
    begin = np.maximum.accumulate(ordered - (done - durations)) + done - durations
    return Schedule(ordered, begin, begin + durations)
