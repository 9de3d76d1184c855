"""Grades a class: `python -m vae_from_scratch.course.grade FOLDER [RESULTS]` judges every notebook below FOLDER.

It writes `grades.csv` and `grades.html` to RESULTS, else to FOLDER: student, notebook, exercise, outcome, mistake. A
student is the first folder below FOLDER on the way to the notebook; of a notebook that lies in FOLDER itself, its
file's name. Notebooks may be renamed, and cells reordered or deleted: an exercise is known by its `@exercise`.

Each notebook runs in a process group of its own, with a temporary home, few environment variables, and limits to its
memory, time, files and processes (`Limits`). One that breaks a limit is ended and counts as stopped for that
exercise; the others are judged by a new process. THIS GUARDS AGAINST ACCIDENTS, NOT AGAINST FRAUD: the process can
read and write what you can, and an answer meant to deceive can forge verdicts. Submissions that may be hostile
belong in a container that holds nothing of yours and has no network, one student's FOLDER at a time, with RESULTS of
its own (IMAGE has the course installed; podman without root also needs `--userns keep-id`):

    mkdir -p RESULTS
    docker run --rm --network none --init --read-only --tmpfs /tmp --memory 3g --pids-limit 64 --cap-drop ALL \\
        --security-opt no-new-privileges --user "$(id -u):$(id -g)" -v "$PWD/FOLDER:/in:ro" -v "$PWD/RESULTS:/out" \\
        IMAGE python -m vae_from_scratch.course.grade /in /out

Linux; macOS should do, has not been tried, and does not limit memory. Interrupted by Ctrl-C, it writes what it has.
"""

import contextlib
import json
import os
import selectors
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import vae_from_scratch
from vae_from_scratch.course import gradebook
from vae_from_scratch.course.gradebook import Grade

STARTING = 120  # seconds for a process to begin
TOLD = 2**22  # bytes that a process may tell
JUDGED = {"name", "outcome", "mistake", "message"}
EVENTS = {"missing": list, "unreadable": str, "begun": str, "ended": bool, "stopped": str}
EVENTS |= {"name": str, "outcome": str, "mistake": (str, type(None)), "message": str}


class Limits(NamedTuple):
    """What an answer may use: seconds of processor time and of the clock; bytes of memory, of a file that it writes,
    and of the notebook itself.
    """

    processor: int = 30
    clock: int = 90
    memory: int = 2 * 2**30
    file: int = 2**20
    notebook: int = 50 * 2**20


# ------------------------------------------------------------------- notebooks and students


def notebooks(folder):
    """Every notebook below a folder, in order; what begins with a dot is left out, and links are not followed. A
    folder that cannot be read is told of.
    """
    found = []
    for here, folders, files in os.walk(folder, onerror=lambda error: print(f"Not read: {error}", file=sys.stderr)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(here, name) for name in files if name.lower().endswith(".ipynb") and not name.startswith(".")]
    return sorted(found)


def student_of(path, folder):
    """Whose a notebook is: the first folder below FOLDER, or the file's name without its ending."""
    first, *rest = path.relative_to(folder).parts
    return first if rest else path.stem


# ------------------------------------------------------------------- one notebook


def graded(path, folder, limits=None):
    """The Grades of one notebook, an exercise each; a single one without an exercise if nothing can be judged."""
    limits = limits or Limits()
    student, notebook = student_of(path, folder), str(path.relative_to(folder))

    def grade(outcome, message="", name="", mistake=None):
        return Grade(student, notebook, name, outcome, mistake or "", message)

    found, seen, unread = {}, {"stopped": "not begun"}, not_opened(path, limits)
    while "stopped" in seen and not unread:
        seen = {}
        for event in told_by(path, limits, found):
            seen |= event
            if "outcome" in event and "begun" in seen:
                found[seen.pop("begun")] = grade(event["outcome"], event["message"], event["name"], event["mistake"])
        if "begun" in seen:
            found[seen["begun"]] = grade("stopped", seen["stopped"], seen["begun"])
        else:
            unread = seen.get("unreadable") or seen.get("stopped", "")
    if unread:
        return [*found.values(), grade("stopped" if found else "no notebook", unread)]
    found |= {name: grade("missing", "There is no cell for it.", name) for name in seen.get("missing", [])}
    return [*found.values()] or [grade("no exercise", "No cell has an `@exercise` of the course.")]


def not_opened(path, limits):
    """Why a file is not even opened, or ""."""
    try:
        status = path.lstat()
    except OSError as error:
        return f"It cannot be read ({error.strerror})."
    if not stat.S_ISREG(status.st_mode):
        return "It is a link or no file at all."
    if status.st_size > limits.notebook:
        return f"It is larger than {limits.notebook / 2**20:.0f} MB, and was not opened."
    return ""


def told_by(path, limits, done):
    """What a process tells that judges a notebook but for the exercises done; last {"stopped": why} if it did not get
    to its end.
    """
    with tempfile.TemporaryDirectory(prefix="vae-grade-", ignore_cleanup_errors=True) as home:
        command = [sys.executable, "-W", "ignore", "-m", "vae_from_scratch.course.confined"]
        child = subprocess.Popen(
            [*command, str(path.absolute()), json.dumps(limits._asdict()), *done],
            stdin=subprocess.PIPE,  # nothing comes through; when this process ends, so does that one
            stdout=subprocess.PIPE,
            cwd=home,
            env=environment(home),
            start_new_session=True,
        )
        try:
            ended, late = False, False
            for event in lines_from(child.stdout, limits.clock):
                ended, late = ended or "ended" in event, event == {"late": True}
                yield event
                if ended:
                    return
            yield {"stopped": why_stopped(child, late, limits)}
        finally:
            end(child)


def environment(home):
    """The environment of a notebook's process: a home of its own, and nothing of yours."""
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(vae_from_scratch.__file__).parents[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "VAE_REHEARSE": "1",
        **dict.fromkeys(("HOME", "TMPDIR", "VAE_COURSE_HOME", "IPYTHONDIR", "MPLCONFIGDIR"), home),
    }


def lines_from(stream, seconds):
    """The events that come through a pipe, up to its end; {"late": True} if none comes for so many seconds."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        rest, total, deadline = b"", 0, time.monotonic() + max(seconds, STARTING)
        while total < TOLD:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                yield {"late": True}
                return
            piece = os.read(stream.fileno(), 2**16)
            if not piece:
                return
            total += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            for event in filter(None, map(event_in, lines)):
                deadline = time.monotonic() + seconds
                yield event


def event_in(line):
    """The event that a line tells; None for what `confined` never tells."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not all(isinstance(event[key], EVENTS.get(key, ())) for key in event):
        return None
    whole = event.keys() == JUDGED and event["outcome"] in gradebook.OUTCOMES
    names = all(isinstance(name, str) for name in event.get("missing", ()))
    return event if names and (whole or not event.keys() & JUDGED) else None


def why_stopped(child, late, limits):
    """Why a process ended before its time, in words."""
    if late:
        return f"It took more than {limits.clock} seconds, and was stopped."
    try:
        status = child.wait(timeout=limits.clock)
    except subprocess.TimeoutExpired:
        return "It closed its own output, and was stopped."
    if status == -signal.SIGXCPU:
        return f"It took more than {limits.processor} seconds of processor time, and was stopped."
    if status < 0:
        name = signal.Signals(-status).name
        return f"It was ended by {name}, " + ("most likely for want of memory." if name == "SIGKILL" else "a crash.")
    return "It ended Python itself."


def end(child):
    """Ends what is left of a process and of all that it started in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.stdin.close()
    child.stdout.close()
    child.wait()


# ------------------------------------------------------------------- a class


def graded_if_possible(path, folder):
    """The Grades of one notebook; a single one that says why if this machine has no room to judge it."""
    try:
        return graded(path, folder)
    except OSError as error:
        why = f"This machine could not do it ({error.strerror or error})."
        return [Grade(student_of(path, folder), str(path.relative_to(folder)), "", "not judged", "", why)]


def without_notebook(folder, paths, results=None):
    """A Grade for each student's folder in which there is no notebook, where students have folders."""
    found = {student_of(path, folder) for path in paths if path.parent != folder}
    folders = [path for path in folder.iterdir() if found and path.is_dir() and path.resolve() != results]
    names = sorted(path.name for path in folders if not path.name.startswith("."))
    why = "There is no notebook in this folder."
    return [Grade(name, "", "", "no notebook", "", why) for name in names if name not in found]


@contextlib.contextmanager
def ended_as_by_ctrl_c():
    """What would end this process at once, a closed terminal too, interrupts it: so what has been judged is written."""
    usual = [kind for kind in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(kind) is signal.SIG_DFL]
    try:
        for kind in usual:
            signal.signal(kind, signal.default_int_handler)
        yield
    finally:
        for kind in usual:
            signal.signal(kind, signal.SIG_DFL)


def not_written(results, error):
    """Says that the results cannot be written; the exit status."""
    print(f"The results could not be written to {results} ({error.strerror or error}).", file=sys.stderr)
    return 1


def main(arguments):
    """The command line; returns the exit status."""
    if len(arguments) not in (1, 2) or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    if os.name != "posix":
        print("Grading needs the limits of Linux or macOS: on Windows, use WSL or the container.", file=sys.stderr)
        return 2
    folder, results = Path(arguments[0]), Path(arguments[-1])
    paths, grades, interrupted = notebooks(folder), [], False
    if not paths:
        print(f"There is no notebook below {folder}.", file=sys.stderr)
        return 1
    try:
        results.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=results).close()  # if nothing can be written there, say so now
    except OSError as error:
        return not_written(results, error)
    try:
        with ended_as_by_ctrl_c():
            for number, path in enumerate(paths, 1):
                new = graded_if_possible(path, folder)
                grades += new
                right = sum(grade.outcome in gradebook.RIGHT for grade in new)
                name = gradebook.printable(str(path.relative_to(folder)))
                print(f"{number} of {len(paths)}: {right} of {len(new)} right, {name}", flush=True)
    except (KeyboardInterrupt, BrokenPipeError):
        interrupted = True
    try:
        written = gradebook.write([*grades, *without_notebook(folder, paths, results.resolve())], results)
    except OSError as error:
        return not_written(results, error)
    if interrupted:
        print("Interrupted: what has been judged so far is written.", file=sys.stderr)
    print(*written, gradebook.GUARDS, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
