"""The ladder that an answer climbs, rung by rung, until one does not hold.

Signature → it runs → type and shape → arguments untouched, same in and same out → values by hand → properties →
gradient → agreement with the plain definition → extremes. What fails is then compared with the known mistakes, and if
it is none of them, described. What is right but for dtype, rounding or an optional claim is close.
"""

import copy
import inspect
import math
import time

import numpy as np

from vae_from_scratch.course import diagnose
from vae_from_scratch.course.checks import near, same
from vae_from_scratch.course.trial import (
    Stop,
    case_result,
    fixture_result,
    kind_of,
    numeric_gradients,
    part_named,
    readable,
    traced_gradient,
)
from vae_from_scratch.pytree import tree_leaves, tree_map

clock = time.process_time  # the work, not the wait for a turn on a busy machine
SLOWER = 5  # times as slow as the plain definition at lesson size, and an answer stays out of training
UNNOTICED = 1e-3  # seconds a call, below which slowness does not matter
SLOW = (
    "On arrays of the lesson's size it takes more than five times as long as it could, so training goes on with ours."
    " Now without the loop: let one NumPy expression run over the whole array."
)

ASSUMED = "What do your lines take for granted that is not so there?"
TRACED_FROM = 2  # the lesson that explains gradients: before it, an answer need not have one
UNTRACED = (
    "One thing for later: from lesson 2 on a program asks such a function for its slope, and yours hides it, as"
    " `np.where`, `float` or filling an array in place do. So training goes on with ours. A formula in the arguments,"
    " where a choice hangs on multiplying by 0 or 1, serves there, too."
)

# ---- the rungs ---------------------------------------------------------------------------------


def signature(trial):
    """Callable, with parameters that fit."""
    parameters = inspect.signature(trial.task.plain).parameters
    wanted = list(parameters)
    claim = f"It is a function of {_listed(wanted)}."
    if not callable(trial.answer):
        raise Stop(claim, f"This is {kind_of(trial.answer)}, not a function.")
    try:
        shape = inspect.signature(trial.answer)
    except (TypeError, ValueError):
        return  # some functions written in C do not tell; running it will
    try:
        shape.bind(*wanted)
    except TypeError:
        raise Stop(claim, f"It takes {_listed(list(shape.parameters))}; it should take {_listed(wanted)}.") from None
    defaults = [name for name in wanted if parameters[name].default is not inspect.Parameter.empty]
    try:
        shape.bind(*wanted[: len(wanted) - len(defaults)])
    except TypeError:
        given = shape.parameters
        lost = [name for name in defaults if name in given and given[name].default is inspect.Parameter.empty]
        said = f"Whoever calls it may leave out {_listed(lost or defaults)}: keep the stub's first line as it was."
        raise Stop(claim, said) from None
    given = list(shape.parameters)[: len(wanted)]
    if given != wanted and sorted(given) == sorted(wanted):
        raise Stop(claim, f"It takes {_listed(given)}: the right names, but in another order than {_listed(wanted)}.")


def runs(trial):
    """A result on the fixture, readable and of the right shape; arguments untouched; the same again."""
    args, want = copy.deepcopy(trial.task.fixture), fixture_result(trial.task)
    got = readable(trial.run(trial.function, *args), trial.task)
    for i, (part, right) in enumerate(zip(tree_leaves(got), tree_leaves(want), strict=True)):
        if np.shape(part) != np.shape(right):
            said = _named(trial, i) + diagnose.shape_off(trial.task, part, right)
            raise Stop("The result has the right shape.", said, case=0, got=got)
    if not same(args, trial.task.fixture):
        changed = [
            name for name, a, b in zip(trial.task.arguments, args, trial.task.fixture, strict=False) if not same(a, b)
        ]
        raise Stop(
            "It leaves its arguments as they were.",
            f"It changes its argument {_listed(changed)} in place, and whoever called it still needs that."
            " Make a new array: `a = a * 2` in place of `a *= 2`.",
        )
    if not same(trial.f(*trial.task.fixture), got):
        raise Stop(
            "Called twice with the same arguments, it gives the same result.",
            "Two calls with the same arguments gave different results: something random, or a memory, is inside.",
            case=0,
            got=got,
        )


def claims(which):
    """A rung that tries the claims of one kind."""

    def rung(trial):
        for claim in getattr(trial.task, which):
            seen = claim.holds(trial.f)
            if seen is True or seen is np.True_:
                continue
            said = seen if isinstance(seen, str) else ""
            if claim.needed:
                raise Stop(claim.sentence, said, hint=claim.hint)
            trial.remarks.append(f"Not so yet: {claim.sentence} {said} {claim.hint}".replace("  ", " ").strip())

    rung.__doc__ = f"The claims {which}."
    return rung


def gradient(trial):
    """The traced gradient of the answer against central differences. Wrong values are left to the next rung."""
    task = trial.task
    if not task.differentiate or not near(trial.f(*task.fixture), fixture_result(task)):
        return
    claim = "Its gradient agrees with central differences."
    try:
        got = trial.run(traced_gradient, task, trial.answer)
    except Stop as stop:
        if task.lesson < TRACED_FROM:
            trial.traced = False
            trial.remarks.append(UNTRACED)
            return
        said = f"Its values are right, but its gradient cannot be had. {stop.message}"
        raise Stop(claim, said, stop.outcome, case=1) from None
    paths = [path for i in task.differentiate for path in diagnose.paths(task)[i]]
    for name, mine, numeric in zip(paths, tree_leaves(got), tree_leaves(numeric_gradients(task)), strict=True):
        if same(mine, numeric, rtol=1e-4):
            continue
        if not np.any(mine):
            said = (
                f"Its values are right, but its gradient with respect to `{name}` is zero everywhere: the path is cut."
                " `np.round`, `np.floor`, `np.sign` and comparisons have no slope, nor has what was taken out of the"
                " trace."
            )
        else:
            said = f"Its values are right, but its gradient with respect to `{name}` is not the slope of those values."
        raise Stop(
            claim, said, hint="Does every step from the arguments to the result use NumPy functions?", case=1, got=got
        )


def agreement(trial):
    """The same values as the plain definition, on the fixture and the further cases; float32 stays float32."""
    task = trial.task
    _agrees(trial, "It agrees with the definition.", task.fixture, fixture_result(task), case=0)
    for k, case in enumerate(task.also):
        want = case_result(task, k)
        try:
            _agrees(trial, f"It is right also {case.sentence}.", case.args, want, case=k + 2)
        except Stop as stop:
            seen = stop.message.partition("\n\n")[0]  # advice on errors is for the plain case
            said = f"It is right in the plain case, but not yet {case.sentence}. {seen} {case.hint or ASSUMED}"
            if case.needed:
                raise Stop(stop.claim, said, stop.outcome, case=stop.case, got=stop.got) from None
            trial.remarks.append(said)
    _float32(trial)


def _agrees(trial, claim, args, want, case):
    got = trial.f(*args)
    rounded = any(getattr(part, "dtype", None) == np.float32 for part in tree_leaves(want))
    if same(got, want, rtol=1e-6 if rounded else 1e-9):
        return
    if same(got, want, rtol=1e-5):
        trial.remarks.extend([] if trial.remarks else [_few_digits(got, want)])  # an earlier remark has the reason
        return
    for i, (part, right) in enumerate(zip(tree_leaves(got), tree_leaves(want), strict=True)):
        if np.shape(part) != np.shape(right):
            said = (diagnose.shapes if case else diagnose.shape_off)(trial.task, part, right)
            raise Stop(claim, _named(trial, i) + said, case=case, got=got)
        if not near(part, right):
            beside = trial.task.parts and not np.shape(right)  # a number beside arrays: its name says enough
            said = "" if beside else _value_off(trial, i, part, right) if case == 0 else _only_there(part, right)
            raise Stop(claim, _named(trial, i) + said, case=case, got=got)


def _few_digits(got, want):
    rounded = any(a.dtype.itemsize < b.dtype.itemsize for a, b in zip(tree_leaves(got), tree_leaves(want), strict=True))
    why = (
        "a number that it returns is of a smaller dtype than its arguments. Where is that dtype named?"
        if rounded
        else "does something inside round to float32, or add a small number?"
    )
    return f"It agrees to five or six digits only: {why}"


def _value_off(trial, i, part, right):
    ours = trial.task.used(trial.task.plain)
    mine, theirs = (lambda *args, f=f: tree_leaves(f(*args))[i] for f in (trial.f, ours))
    return diagnose.value_off(trial.task, part, right, mine, theirs)


def _named(trial, i):
    """Which part of the result is spoken of, where there are several."""
    return f"{part_named(trial.task.parts[i])} is off. " if trial.task.parts else ""


def value_off_fixture(trial):
    """The most specific statement about the values on the fixture; nothing if they are right or not to be had."""
    try:
        _agrees(trial, "", trial.task.fixture, fixture_result(trial.task), case=0)
    except Stop as stop:
        return stop.message if stop.got is not None else ""
    return ""


def _only_there(got, want):
    bad = ~np.isfinite(got) & np.isfinite(want)
    if np.any(bad):
        return "There your result is infinite or not a number."
    right = np.isclose(got, want, rtol=1e-5)
    return f"There {np.sum(~right)} of your {right.size} numbers are off." if np.any(right) else "There yours is off."


def _float32(trial):
    if not any(np.asarray(part).dtype.kind == "f" for part in tree_leaves(trial.task.fixture)):
        return  # of bytes, say
    small = tree_map(lambda a: a.astype(np.float32) if isinstance(a, np.ndarray) else a, trial.task.fixture)
    kinds = sorted({part.dtype.name for part in tree_leaves(trial.f(*small))} - {"float32"})
    if kinds:
        trial.remarks.append(
            f"For float32 arguments it returns {kinds[0]}:"
            " is an array of another dtype made inside, by `np.zeros`, `np.array` or `astype`, or a number by `np.log`?"
        )


def speed(trial):
    """Slow answers are right, but not trained with."""
    if trial.task.lesson_size is None:
        return
    args = trial.task.lesson_size()
    ours = min(_seconds(lambda: trial.task.used(trial.task.plain)(*args)) for _ in range(5))
    allowed = max(SLOWER * ours, UNNOTICED)
    trial.fast = any(_seconds_taken(trial, args) <= allowed for _ in range(5))  # no more once one was fast enough


def _seconds_taken(trial, args):
    """Seconds of one run, without the guard's; endless if it is stopped for its time, which makes it slow, no error."""
    try:
        return trial.run(lambda: _seconds(lambda: trial.function(*args)))
    except Stop:
        if trial.guard.left > 0:
            raise
        return math.inf


def _seconds(call):
    started = clock()
    call()
    return clock() - started


RUNGS = (signature, runs, claims("by_hand"), claims("properties"), gradient, agreement, claims("extremes"), speed)


def _listed(names):
    names = [f"`{name}`" for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "nothing"
