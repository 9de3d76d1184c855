"""Judges one submitted notebook in a process of its own, which limits itself first; `grade` starts and watches it.

    python -m vae_from_scratch.course.confined NOTEBOOK LIMITS [DONE …]

What happens is told as JSON, a line for each event, on the standard output as it was when the process began; what a
notebook prints goes nowhere. LIMITS is a JSON object with the fields of `grade.Limits`; exercises that are DONE are
passed over. The events: {"missing": [names]}, or {"unreadable": why}; then for each exercise {"begun": name} and
{"name", "outcome", "mistake", "message"}; last {"ended": true}, or {"stopped": why}.
"""

import contextlib
import json
import os
import resource
import sys
import threading
from pathlib import Path

from vae_from_scratch.course import submission
from vae_from_scratch.course.checks import tasks
from vae_from_scratch.course.exercises import check
from vae_from_scratch.course.grade import Limits
from vae_from_scratch.course.progress import address

REFUSED = {
    *("os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec", "subprocess.Popen", "os.kill", "os.killpg"),
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"),
}
TOLD = 2000  # characters of a message that are handed on


def confine(limits):
    """Limits this process for good: its memory, the files it writes, other processes, the network."""
    lower("RLIMIT_AS", limits.memory)
    lower("RLIMIT_FSIZE", limits.file)
    lower("RLIMIT_CORE", 0)
    lower("RLIMIT_NPROC", 0)  # not for root: hence also the hook
    sys.addaudithook(refuse)


def lower(name, value, for_good=True):
    """Lowers a limit to a value, also the highest that may be set again if for good; a lower one stays. Where the
    system has no such limit, or refuses it, as macOS does for memory, nothing happens.
    """
    kind = getattr(resource, name, None)
    if kind is None:
        return
    highest = resource.getrlimit(kind)[1]
    value = value if highest == resource.RLIM_INFINITY else min(value, highest)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (value, value if for_good else highest))


def refuse(event, arguments):
    """Audit hook: raises for other processes and for connections."""
    if event in REFUSED:
        raise PermissionError(f"an answer that is graded may not use {event}")


def allow_seconds(seconds):
    """From now on so many seconds of processor time, after which the process is ended by a signal."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    lower("RLIMIT_CPU", int(used.ru_utime + used.ru_stime) + 1 + seconds, for_good=False)


def judged(reference, read):
    """What is told of one exercise."""
    found = read.answers[reference]
    if isinstance(found, str):
        return told(reference, "not Python", found)
    try:
        verdict = check(reference, submission.answer_to(reference, read))
    except submission.NotMade as error:
        return told(reference, "raised", str(error))
    return told(reference, verdict.outcome, verdict.message, verdict.mistake)


def told(reference, outcome, message, mistake=None):
    return {"name": address(reference), "outcome": outcome, "mistake": mistake, "message": message[:TOLD]}


def events(path, done):
    """The events of a notebook, one after another."""
    try:
        read = submission.read(Path(path).read_text(encoding="utf-8-sig"))
    except (submission.NotANotebook, UnicodeDecodeError, MemoryError) as error:
        why = str(error) if isinstance(error, submission.NotANotebook) else "It is no text, or too large to be read."
        yield {"unreadable": why}
    else:
        yield {"missing": [address(f) for f in read.missing]}
        for reference in read.answers:
            if address(reference) not in done:
                yield {"begun": address(reference)}
                yield judged(reference, read)
    yield {"ended": True}


def tell(stream, event):
    os.write(stream, (json.dumps(event) + "\n").encode())


def end_with(stream):
    """Ends this process as soon as nobody holds the other end of a pipe."""
    with contextlib.suppress(OSError):
        os.read(stream, 1)
    os._exit(1)


def main(path, limits, *done):
    """Tells a notebook's events; what is written to the standard streams from here on is lost."""
    limits = Limits(**json.loads(limits))
    threading.Thread(target=end_with, args=(os.dup(0),), daemon=True).start()  # before the limits
    telling = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    tasks()  # before the limits
    confine(limits)
    allow_seconds(limits.processor)
    try:
        for event in events(path, done):
            tell(telling, event)
            allow_seconds(limits.processor)
    except Exception as error:  # of ours, met by a notebook stranger than we thought of
        tell(telling, {"stopped": f"It cannot be judged here: `{type(error).__name__}`."})
    os._exit(0)  # threads that a notebook has left do not hold it up


if __name__ == "__main__":
    main(*sys.argv[1:])
