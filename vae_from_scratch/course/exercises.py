"""What a student meets: `exercise` above their function, `check` for an answer, `hint` and `solution` when stuck.

None of them stops a notebook: a wrong or missing answer gives a verdict, and the lesson goes on with our function.
Nothing but KeyboardInterrupt comes out of `check` and `exercise`.
"""

import ast
import dis
import inspect
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from types import FunctionType

import numpy as np

from vae_from_scratch.course import linking, progress, suspects
from vae_from_scratch.course.beside import target_beside_yours
from vae_from_scratch.course.checks import Task, task_of
from vae_from_scratch.course.guard import TimeUp
from vae_from_scratch.course.ladder import RUNGS, SLOW, TRACED_FROM, value_off_fixture
from vae_from_scratch.course.recognize import recognized
from vae_from_scratch.course.trial import Stop, Trial
from vae_from_scratch.course.verdict import Hint, Solution, Verdict

ANYWAY = "from vae_from_scratch.course import train_anyway\ntrain_anyway({})"

EARLIER = "In `yours()` your earlier answer stays in use."

_hints_given = Counter()


def exercise(reference):
    """Decorator of a student's answer to `reference`: judges it at once and shows the verdict.

    The name is then bound to the student's own function if that is right, a primitive's body made into one, else to
    ours, which uses what else of theirs has been accepted. Either way `.reference` is the function that was asked for.
    """

    def decorate(answer):
        verdict = check(reference, answer)
        verdict = verdict.noting(progress.log_attempt(reference, verdict))
        if not verdict.accepted:
            if verdict.mistake and suspects.remember(reference, answer, verdict.mistake):
                verdict = replace(verdict, anyway=ANYWAY.format(progress.address(reference)))
            verdict = verdict.noting("Until then the lesson goes on with ours, so nothing below has to wait.")
            show(verdict.noting(EARLIER if linking.has_earlier(reference) else ""))
            return _carrying(linking.in_use(reference), reference)
        if verdict.fast:
            verdict = verdict.noting("Your function is in use from here on.")
            verdict = verdict.noting(linking.accept(reference, answer, verdict))
        else:
            verdict = verdict.noting(linking.hold_back(reference, answer, verdict))
        show(verdict)
        return _carrying(linking.as_called(reference, answer), reference)

    return decorate


def check(reference, answer) -> Verdict:
    """The verdict on an answer to `reference`. Raises nothing, whatever the answer does, but KeyboardInterrupt."""
    task = task_of(reference)
    hidden = _solution(task)
    if is_blank(answer):
        return Verdict(task.name, "unwritten", _invitation(task), hints=task.hints, solution=hidden)
    trial = Trial(task, answer)
    with np.errstate(all="ignore"):  # an answer's numbers may be as large as they like
        verdict = _judged(trial)
        picture = target_beside_yours(trial) if verdict.outcome == "wrong" else ""
    return replace(verdict, printed=trial.printed, fast=trial.fast and trial.traced, picture=picture, solution=hidden)


def hint(f) -> Hint:
    """The next hint for a function, ours or the student's; after the last one, the last again."""
    task = task_of(f)
    _hints_given[task.name] += 1
    number = min(_hints_given[task.name], len(task.hints))
    return Hint(task.name, number, len(task.hints), task.hints[number - 1])


def solution(f) -> Solution:
    """The plain definition of a function, ours or the student's, and why it is so."""
    return _solution(task_of(f))


def is_blank(answer) -> bool:
    """True for the stub as handed out: a function of which nothing but `...`, `pass` or a docstring has been
    written.
    """
    if answer is None or answer is ...:
        return True
    if not isinstance(answer, FunctionType):
        return False
    body = [step for step in dis.get_instructions(answer) if step.opname not in ("RESUME", "NOP")]
    return len(body) <= 2 and body[0].opname in ("LOAD_CONST", "RETURN_CONST") and body[0].argval in (None, ...)


def show(verdict):
    """Show a verdict: a card in a notebook, its line elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(verdict)
    else:
        print(verdict)


# ---- verdicts ----------------------------------------------------------------------------------


def _judged(trial):
    task = trial.task
    try:
        for rung in RUNGS:
            rung(trial)
        return _passed(trial)
    except Stop as stop:
        return _stopped(trial, stop)
    except (Exception, TimeUp) as slip:  # of ours, met by an answer stranger than we thought of
        said = f"It could not be judged: what it returns confuses the judge (`{type(slip).__name__}`)."
        return Verdict(task.name, "wrong", said, "It returns an array.", hints=task.hints)


def _passed(trial):
    task = trial.task
    facts = [claim.sentence for claim in (*task.by_hand, *task.properties, *task.extremes)]
    also = " Its gradient agrees with central differences." if task.differentiate and task.lesson >= TRACED_FROM else ""
    missed = any(claim.sentence in remark for claim in task.extremes for remark in trial.remarks)
    extremes = ", at extreme values too" if task.extremes and not missed else ""
    message = f"Checked and true: {' '.join(facts[:2])}{also} It agrees with the definition{extremes}."
    notes = (*dict.fromkeys(trial.remarks), *(() if trial.fast else (SLOW,)))
    return Verdict(task.name, "close" if trial.remarks else "right", message, notes=notes, hints=task.hints)


def _stopped(trial, stop):
    task = trial.task
    if stop.outcome == "unwritten":
        return Verdict(task.name, "unwritten", stop.message, hints=task.hints)
    mistake = recognized(trial) if trial.guard.left > 0 else None
    hints = (stop.hint, *task.hints) if stop.hint else task.hints
    if mistake is not None:
        return Verdict(task.name, "wrong", mistake.why, stop.claim, mistake.id, hints)
    seen = f"Not so yet: {stop.claim} {stop.message}".strip() if stop.hint or not stop.message else stop.message
    off = value_off_fixture(trial) if stop.hint and stop.case is None else ""
    return Verdict(task.name, stop.outcome, f"{seen}\n\n{off}".strip(), stop.claim, hints=hints)


def _invitation(task):
    return f"`{task.name}` waits for your code in place of the `...`."


def _carrying(f, reference):
    """f, with `.reference` set; callables that take no attributes stay without."""
    if isinstance(f, FunctionType) and f is not reference:
        f.reference = reference
    return f


def _solution(task: Task):
    """Source of the plain definition without its decorators."""
    source = textwrap.dedent(inspect.getsource(task.plain))
    start = ast.parse(source).body[0].lineno - 1
    return Solution(task.name, "\n".join(source.rstrip().split("\n")[start:]), task.why)
