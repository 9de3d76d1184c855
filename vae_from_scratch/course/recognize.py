"""Recognizing a known mistake: by all that an answer returns, wrong shapes and gradients included, or by a test of
its own.
"""

import copy
import warnings
from functools import cache

import numpy as np

from vae_from_scratch.course.checks import Mistake, Task, same
from vae_from_scratch.course.guard import Guard
from vae_from_scratch.course.trial import Stop, Trial, readable, traced_gradient
from vae_from_scratch.pytree import tree_leaves

_NOTHING = object()  # what a call that raised leaves


def recognized(trial: Trial) -> Mistake | None:
    """The mistake that gives what this answer gives, up to and with the first case where it differs from ours; of
    several, the one that agrees longest.
    """
    task, mine = trial.task, outputs(trial.task, trial.answer, trial.guard)
    stopped = mine[0] is _NOTHING
    best, length = None, 0
    steady = stopped or _alike(
        mine[0], _output(trial.guard, task, lambda: trial.function(*copy.deepcopy(task.fixture)))
    )
    finite = stopped or any(not np.size(a) or np.any(np.isfinite(a)) for a in tree_leaves(mine[0]))  # NaN equals NaN
    first = next((k for k, (a, b) in enumerate(zip(mine, ours_of(task), strict=True)) if not _alike(a, b)), None)
    for mistake in task.mistakes:
        if mistake.detect is not None and _detected(mistake, trial):
            return mistake
        for theirs in wrong_outputs(task, mistake.id) if steady and finite and first is not None else ():
            if stopped and theirs[0] is not _NOTHING:
                continue  # an answer that stops with an error is compared with mistakes that do
            alike = [_alike(a, b) for a, b in zip(mine, theirs, strict=True)]
            if all(alike[: first + 1]) and sum(alike) > length:
                best, length = mistake, sum(alike)
    return best


def outputs(task: Task, f, guard: Guard) -> list:
    """All that f returns: on the fixture, its gradient there, and in the further cases."""
    used = task.used(f)
    on_fixture = _output(guard, task, lambda: used(*copy.deepcopy(task.fixture)))
    slope = guard.call(lambda: traced_gradient(task, f) if task.differentiate else ())
    further = [_output(guard, task, lambda case=case: used(*copy.deepcopy(case.args))) for case in task.also]
    return [on_fixture, _NOTHING if slope.error is not None else slope.value, *further]


def _output(guard, task, call):
    done = guard.call(call)
    try:
        return _NOTHING if done.error is not None else readable(done.value, task)
    except Stop as stop:
        return _NOTHING if stop.got is None else stop.got  # integers, which are wrong and may still tell a mistake


@cache
def ours_of(task: Task) -> list:
    """All that the plain definition returns."""
    return outputs(task, task.plain, Guard(seconds=60))


@cache
def wrong_outputs(task: Task, mistake_id: str) -> list[list]:
    """All that a mistake returns, in each of its spellings."""
    mistake = next(mistake for mistake in task.mistakes if mistake.id == mistake_id)
    return [outputs(task, wrong, Guard(seconds=60)) for wrong in (mistake.wrong, *mistake.also)]


def _alike(a, b):
    if a is _NOTHING or b is _NOTHING:
        return a is _NOTHING  # what did not come out of the answer is not compared
    rounded = any(getattr(part, "dtype", None) == np.float32 for part in tree_leaves((a, b)))
    return same(a, b, rtol=1e-5 if rounded else 1e-9)


def _detected(mistake, trial):
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return bool(mistake.detect(trial.f))
    except (Stop, TypeError, ValueError, IndexError):
        return False  # a test that cannot be carried out recognizes nothing
