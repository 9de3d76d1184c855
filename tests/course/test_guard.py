# ruff: noqa: NPY002 (the global generator is what must be restored)
"""The guard: whatever a student's function does, a result comes back and everything else is as it was."""

import builtins
import random
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from autograd import grad
from autograd.tracer import trace_stack

from tests.course import answers
from vae_from_scratch.course.guard import PRINTED, Guard, Left, TimeUp

ARGS = np.ones((5, 3)), np.zeros((5, 3))


def surroundings():
    """All that must be as before."""
    return (
        np.random.get_state()[1].tolist(),
        random.getstate(),
        np.geterr(),
        sys.getrecursionlimit(),
        list(warnings.filters),
        warnings.showwarning,
        trace_stack.top,
        sys.stdout,
        sys.stderr,
        signal.getsignal(signal.SIGALRM),
        signal.getitimer(signal.ITIMER_REAL),
        builtins.exit if hasattr(builtins, "exit") else None,
        sys.setrecursionlimit,
        sys.getswitchinterval(),
    )


@pytest.mark.parametrize("answer", [f for f in answers.HOSTILE if callable(f) and f is not answers.Rude])
def test_everything_is_restored(answer):
    usual = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        before = surroundings()
        Guard(answer, seconds=0.2).call(answer, *ARGS)
        assert surroundings() == before
    finally:
        signal.signal(signal.SIGALRM, usual)


def test_a_ring_that_comes_when_all_is_over_does_nothing():
    late = "import os, signal; from tests.course import answers; from vae_from_scratch.course.guard import Guard;"
    late += " Guard(answers.loops, seconds=0.1).call(answers.loops, 1, 2); os.kill(os.getpid(), signal.SIGALRM)"
    ended = subprocess.run([sys.executable, "-c", late + "; print('alive')"], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "alive\n", "")


def test_trace_stack_is_restored_after_an_exception_while_tracing():
    before = trace_stack.top
    call = Guard().call(grad(lambda x: x.no_such_attribute), 1.0)
    assert isinstance(call.error, AttributeError) and trace_stack.top == before
    assert grad(lambda x: x**2)(3.0) == 6.0


@pytest.mark.parametrize(
    "answer", [answers.loops, answers.sleeps, answers.swallows, answers.swallows_twice, answers.swallows_finally]
)
def test_endless_answers_are_ended(answer):
    assert isinstance(Guard(answer, seconds=0.2).call(answer, *ARGS).error, TimeUp)


def test_exit_and_quit_do_not_leave():
    for answer in (answers.exits, answers.quits):
        assert isinstance(Guard(answer).call(answer, *ARGS).error, Left)


def test_exit_in_the_notebook_s_own_names_is_shadowed():
    stopped = []
    space = {"exit": lambda: stopped.append("the kernel")}
    exec("def answer():\n    exit()", space)
    assert isinstance(Guard(space["answer"]).call(space["answer"]).error, Left)
    space["exit"]()
    assert stopped == ["the kernel"]  # by the line above, not by the answer


def test_sys_exit_comes_back_as_an_error():
    assert isinstance(Guard().call(sys.exit, 3).error, SystemExit)


def test_keyboard_interrupt_passes_through_and_everything_is_restored():
    def interrupted():
        np.random.seed(3)
        raise KeyboardInterrupt

    before = surroundings()
    with pytest.raises(KeyboardInterrupt):
        Guard().call(interrupted)
    assert surroundings() == before


def test_output_is_captured_and_cut(capsys):
    call = Guard().call(lambda: print("x" * (PRINTED * 100)))
    assert call.error is None and call.printed == "x" * PRINTED
    assert capsys.readouterr() == ("", "")


def test_generators_are_seeded_anew_for_each_call_and_alike_for_each_check():
    def draw():
        return np.random.random(), random.random()

    one, other = Guard(), Guard()
    first, second = one.call(draw).value, one.call(draw).value
    assert first != second and (first, second) == (other.call(draw).value, other.call(draw).value)


def test_warnings_are_silent_inside():
    assert Guard().call(lambda: warnings.warn("look out", UserWarning, stacklevel=1)).error is None


def test_an_alarm_that_was_set_before_goes_on():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 100)
        Guard().call(np.sin, 1.0)
        remaining, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < remaining < 100 and not rung
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_call_that_ends_in_time_does_not_give_the_processor_away(monkeypatch):
    monkeypatch.setattr(
        time, "sleep", lambda seconds: pytest.fail("slept: on a busy machine every answer is slow then")
    )
    assert Guard().call(np.sum, np.ones(3)).value == 3.0


def test_budget_is_shared_by_the_calls():
    guard = Guard(seconds=0.3)
    guard.call(time.sleep, 0.2)
    assert isinstance(guard.call(lambda: [time.sleep(0.01) for _ in range(1000)]).error, TimeUp)
    assert guard.left < 0.1


def test_a_call_in_another_thread_is_ended_too():
    calls = []

    def endless():
        while True:
            time.sleep(0.001)

    worker = threading.Thread(target=lambda: calls.append(Guard(endless, seconds=0.1).call(endless)))
    worker.start()
    worker.join()
    assert isinstance(calls[0].error, TimeUp)


def test_a_profiler_ends_after_a_call_in_another_thread():
    script = (
        "import sys, threading\n"
        "from vae_from_scratch.course.guard import Guard\n"
        "worker = threading.Thread(target=lambda: Guard().call(abs, -1.0))\n"
        "worker.start()\n"
        "worker.join()\n"
        "sys.setprofile(lambda *_: None)\n"
        "(lambda: None)()\n"
        "sys.setprofile(None)\n"
        "print('ended')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "ended\n", done.stderr
