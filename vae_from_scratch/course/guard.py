"""Running a student's function so that whatever it does, we get an answer back and the kernel stays as it was.

`Guard(answer)` hands out a budget of time; `guard.call(f, *args)` runs `f` in the current thread and returns a `Call`:
what came back, or what was raised, and what was printed. A timer that keeps ringing ends loops, also those that
swallow every exception. Put back afterwards: NumPy's and Python's generators, errstate, warnings, recursion limit,
autograd's trace stack, standard output, signal handler and timer. `exit` and `quit` do not reach the kernel.
KeyboardInterrupt passes through. Not survived: `os._exit`, a crash inside a C library. Long calls into C overrun the
limit, since Python is not asked meanwhile.
"""

import builtins
import contextlib
import ctypes
import io
import random
import signal
import sys
import threading
import time
import warnings
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
from autograd.tracer import trace_stack

SECONDS = 2.0  # for all the calls of one check; a right answer takes a tenth of one
PATIENCE = 3  # seconds of the wall's clock that count as one where the processor was at work for others
PRINTED = 10_000  # characters kept of what an answer prints
BYTES = 64 * 2**20  # a larger output is refused unread

_RINGS = ((4, 0.01), (40, 0.001), (400, 0.0001))  # so many rings at most so far apart, in seconds; then _pause's
_FIRST_RING = 0.01
_RECURSION = 10_000  # the highest limit that an answer may set


class TimeUp(BaseException):
    """The time of a guarded call is over: no Exception, so that `except Exception` does not catch it."""


class Left(BaseException):
    """`exit()` or `quit()` was called inside a guarded call."""


class Call(NamedTuple):
    """One guarded call: `value` if `error` is None, else the exception; `printed` is what went to stdout and stderr."""

    value: Any
    error: BaseException | None
    printed: str


class Guard:
    """A budget of seconds for the calls of one check. Each call sees NumPy's and Python's generators freshly seeded
    with its own number, so that a check is the same each time and two calls of one answer still differ if it
    draws.
    """

    def __init__(self, answer=None, seconds=None):
        self.answer = answer
        self.left = SECONDS if seconds is None else seconds
        self.calls = 0

    def call(self, f, *args) -> Call:
        """Call f(*args); everything but KeyboardInterrupt comes back as a `Call`."""
        self.calls += 1
        value, error, sink = None, None, _Sink()
        wall, core = time.perf_counter(), time.process_time()
        with _everything_restored(self.answer, sink):
            np.random.seed(self.calls)  # noqa: NPY002 (the generator that answers may use)
            random.seed(self.calls)
            try:
                with _ringing(max(self.left, 0.05)):
                    value = _inside(f, args)
            except KeyboardInterrupt:
                raise
            except BaseException as raised:
                error = raised
        wall, core = time.perf_counter() - wall, time.process_time() - core
        self.left -= wall if isinstance(error, TimeUp) else max(core, wall / PATIENCE)
        return Call(value, error, sink.getvalue())


def _inside(f, args):
    """The frame below which the timer may raise: only the student's own code is ever interrupted, never ours."""
    return f(*args)


class _Sink(io.StringIO):
    """Text that keeps its first PRINTED characters and forgets the rest."""

    def write(self, text):
        room = PRINTED - self.tell()
        if room > 0:
            super().write(str(text)[:room])
        return len(text)


@contextlib.contextmanager
def _everything_restored(answer, sink):
    numpy_state, python_state = np.random.get_state(), random.getstate()  # noqa: NPY002
    limit, top = sys.getrecursionlimit(), trace_stack.top
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), _shadowed(answer):
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
                yield
    finally:
        trace_stack.top = top  # autograd leaves its counter behind when an exception passes
        sys.setrecursionlimit(limit)
        np.random.set_state(numpy_state)  # noqa: NPY002
        random.setstate(python_state)


@contextlib.contextmanager
def _shadowed(answer):
    """`exit` and `quit` raise, in builtins and in the answer's module (IPython's stop the kernel without an exception);
    the recursion limit stays below what would fill the memory before the time is up."""

    def leave(*_):
        raise Left("exit() was called")

    set_limit = sys.setrecursionlimit
    places = [(vars(builtins), "exit", leave), (vars(builtins), "quit", leave)]
    if isinstance(answer, FunctionType):
        places += [(answer.__globals__, "exit", leave), (answer.__globals__, "quit", leave)]
    places.append((vars(sys), "unraisablehook", lambda _: None))  # at the recursion limit even destructors fail
    places.append((vars(sys), "setrecursionlimit", lambda limit: set_limit(min(limit, _RECURSION))))
    found = [(space, name, space[name], shadow) for space, name, shadow in places if name in space]
    for space, name, _, shadow in found:
        space[name] = shadow
    try:
        yield
    finally:
        for space, name, before, _ in reversed(found):
            space[name] = before


# ---- the timer ---------------------------------------------------------------------------------


def _ringing(seconds):
    in_main_thread = threading.current_thread() is threading.main_thread()
    return _by_signal(seconds) if in_main_thread and hasattr(signal, "setitimer") else _by_thread(seconds)


def _pause(rings):
    """Seconds to the next ring: an answer that catches every exception is caught outside its `try` sooner or later."""
    return next((pause for limit, pause in _RINGS if rings < limit), (20 + rings * 7 % 31) * 1e-6)


@contextlib.contextmanager
def _by_signal(seconds):
    rings, deaf = 0, False

    def ring(_, frame):
        nonlocal rings, deaf
        if deaf:  # a ring within a ring, or after the end
            return
        deaf = True
        inside = _is_inside(frame)
        if inside:
            rings += 1
            signal.setitimer(signal.ITIMER_REAL, _pause(rings), _pause(rings))
        deaf = False
        if inside:
            raise TimeUp

    started = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    before, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _FIRST_RING)
    try:
        yield
    finally:
        deaf = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        if rings:
            time.sleep(1e-3)  # a last ring, perhaps caught by another thread, still finds our handler, not another's
        signal.signal(signal.SIGALRM, handler if callable(handler) else _unheard)
        if before:  # somebody else's alarm goes on, less the time that has passed
            signal.setitimer(signal.ITIMER_REAL, max(before - (time.monotonic() - started), 1e-3), interval)


def _unheard(*_):
    """Stays where there was no handler: on a busy machine a last ring may come later still, and must not end Python."""


def _is_inside(frame):
    while frame is not None:
        if frame.f_code is _inside.__code__:
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _by_thread(seconds):
    """The same where there are no signals (Windows, or not in the main thread): another thread does the ringing."""
    caller, over, switch = threading.get_ident(), threading.Event(), sys.getswitchinterval()

    def ring():
        rings, pause = 0, seconds
        while not over.wait(pause):
            rings += 1
            pause = _pause(rings)
            if pause < 1e-3:
                sys.setswitchinterval(1e-6)  # else the two threads only ever meet at the same place of the loop
            if _is_inside(sys._current_frames().get(caller)):
                _raise_in(caller, ctypes.py_object(TimeUp))

    ringer = threading.Thread(target=ring, daemon=True)
    ringer.start()
    try:
        yield
    finally:
        settled = False
        while not settled:
            try:
                over.set()
                ringer.join()
                settled = True
                _raise_in(caller, ctypes.py_object(TimeUp))  # in place of a last ring that may be on its way
                while True:
                    time.sleep(0)  # until it has come: taken back, it would leave Python 3.11's evaluation loop
            except TimeUp:  # alarmed for good, in which the next profiler or coverage tool never ends
                pass
        sys.setswitchinterval(switch)


def _raise_in(thread, exception):
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), exception)
