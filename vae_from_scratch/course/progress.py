"""What the student has done, on disk and in words.

Everything lies in one folder, `home()`: accepted answers as readable files in
`answers/`, every attempt as a line of `attempts.jsonl`. A file is replaced in one
instant or not at all; a line is appended by one write. Nothing here raises because
a disk is full or a folder cannot be written: what happened is kept for as long as
the notebook runs, and the sentence that comes back says so. The module can be
called: `progress("08_the_vae")` shows a lesson's exercises as ○ ✗ ✓, `progress()` those of all lessons and whose
function each of them goes on with.
"""

import json
import os
import sys
import tempfile
import time
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from vae_from_scratch.course import CallableModule

ACCEPTED = ("right", "close")  # the outcomes of a Verdict that bring an answer into use
MARKS = {"○": "not tried yet", "✗": "not right yet", "✓": "right"}

_unsaved = []  # attempts that the disk did not take
_met = {}  # addresses of the functions that this notebook has asked for, in its order, as keys


def home():
    """The student's folder: $VAE_COURSE_HOME, else the `my_course` around the notebook.

    Where there is none around it, `my_course` in the working folder, or beside that if it is `notebooks`.
    """
    try:
        here = Path.cwd()
    except OSError:  # the working folder was deleted under the notebook
        here = Path.home()
    if os.environ.get("VAE_COURSE_HOME"):
        return here / os.path.expanduser(os.environ["VAE_COURSE_HOME"])
    for folder in (here, *here.parents):
        if folder.name == "my_course":
            return folder
    return (here.parent if here.name == "notebooks" else here) / "my_course"


def address(function):
    """Name of a function of the core, its file's stem too: "distributions.kl_to_standard_normal"."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


# ------------------------------------------------------------------- writing


def replace_file(path, text):
    """Write a file so that at every instant it is whole, the old or the new. Raises OSError, the old one in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise


def log_attempt(reference, verdict):
    """Remember what the judge said about an answer; a blank one is met, not tried. Returns what `record` does."""
    _met[address(reference)] = True
    if verdict.outcome == "unwritten":
        return ""
    held_back = {} if verdict.fast else {"fast": False}
    return record(address(reference), verdict.outcome, mistake=verdict.mistake, **held_back)


def record(name, outcome, **facts):
    """Remember one attempt at a function's address or a question's name: "" or, if it could not be saved, why.

    facts are further JSON values to keep. The line begins with its line break, so
    that one cut short by a full disk does not swallow the next. What the disk did
    not take before is written first.
    """
    _unsaved.append({"at": time.strftime("%Y-%m-%d %H:%M:%S"), "name": name, "outcome": outcome, **facts})
    try:
        home().mkdir(parents=True, exist_ok=True)
        handle = os.open(home() / "attempts.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            while _unsaved:
                line = ("\n" + json.dumps(_unsaved[0], ensure_ascii=False)).encode("utf-8", "replace")
                if os.write(handle, line) < len(line):
                    raise OSError("the disk is full")
                del _unsaved[0]
        finally:
            os.close(handle)
    except OSError as error:
        return not_saved(error)
    return ""


def not_saved(error):
    """The sentence for a folder that does not take what is to be saved."""
    return (
        f"This could not be saved in {home()} ({error.strerror or error}); it holds while this notebook runs. "
        "Make room there and run this cell again, or set VAE_COURSE_HOME to a folder of yours."
    )


def attempts():
    """Every attempt, oldest first: dicts with "name" and "outcome". Lines that cannot be read are passed over."""
    try:
        lines = (home() / "attempts.jsonl").read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    return [attempt for line in lines if (attempt := _parsed(line)) is not None] + _unsaved


def _parsed(line):
    try:
        attempt = json.loads(line, parse_int=float)  # so that no number is too large to be shown
    except (ValueError, RecursionError):
        return None
    return attempt if isinstance(attempt, dict) and {"name", "outcome"} <= attempt.keys() else None


# ------------------------------------------------------------------- showing


def taught():
    """{lesson's number: [functions of the core that it asks for]}, in the course's order."""
    from vae_from_scratch.course.checks import tasks  # not above: the tasks bring in NumPy and the core

    lessons = {}
    for reference, task in tasks().items():
        lessons.setdefault(task.lesson, []).append(reference)
    return dict(sorted(lessons.items()))


def mark(name, tried):
    """○, ✗ or ✓ for an exercise: a right attempt, once made, stays."""
    outcomes = [attempt["outcome"] for attempt in tried if attempt["name"] == name]
    kept = is_kept(name)
    return "✓" if kept or any(outcome in ACCEPTED for outcome in outcomes) else "✗" if outcomes else "○"


def is_kept(name):
    """Whether an answer to the function at this address is saved."""
    return os.path.exists(home() / "answers" / f"{name}.py")


def progress(lesson=None):
    """Exercises of a lesson, "08_the_vae", and those this notebook asked for; without a name, all. Each with its mark.

    Raises ValueError for a name without a number.
    """
    if lesson is not None and not lesson[:2].isdecimal():
        raise ValueError(f"no lesson is called {lesson!r}: write its notebook's name, such as '08_the_vae'")
    lessons, tried = taught(), attempts()
    if lesson is None:
        return Overview(
            [
                (number, mark(address(function), tried), address(function), whose(function, tried))
                for number, functions in lessons.items()
                for function in functions
            ]
        )
    wanted = lessons.keys() & {int(lesson[:2])}
    names = [address(function) for number in wanted for function in lessons[number]]
    return Progress([(mark(name, tried), name) for name in dict.fromkeys([*names, *_met])])


def whose(function, tried):
    """Whose function lessons go on with, in words. Nothing is judged for it: a saved answer is when it is used."""
    from vae_from_scratch.course import linking  # not above: it imports this module

    name = address(function)
    right = [attempt for attempt in tried if attempt["name"] == name and attempt["outcome"] in ACCEPTED]
    if here := linking.whose_here(function):
        return here
    if is_kept(name):
        return "✓ yours"
    if right:
        return linking.SLOW if right[-1].get("fast") is False else "ours (yours holds in its own notebook only)"
    return "ours"


class Progress:
    """Exercises and their marks, [(mark, name)], as a line each or a table."""

    def __init__(self, rows):
        self.rows = rows

    def __repr__(self):
        return "\n".join([*(f"{mark} {name}" for mark, name in self.rows), self.summary()])

    def _repr_html_(self):
        rows = [
            (f'<span title="{MARKS[mark]}">{mark}</span>', f"<code>{escape(name)}</code>") for mark, name in self.rows
        ]
        return table(("so far", "exercise"), rows, self.summary())

    def summary(self):
        return f"{sum(mark == '✓' for mark, _ in self.rows)} of {len(self.rows)} right"


class Overview:
    """Exercises of all lessons, [(lesson, mark, name, whose)], as a line each or a table that links the notebooks."""

    def __init__(self, rows):
        self.rows = rows

    def __repr__(self):
        return "\n".join(
            [*(f"{mark} {lesson:02} {name}: {owner}" for lesson, mark, name, owner in self.rows), self.summary()]
        )

    def _repr_html_(self):
        rows = []
        for lesson, mine in groupby(self.rows, lambda row: row[0]):
            mine = [*mine]
            right = sum(mark == "✓" for _, mark, _, _ in mine)
            rows.append(("", f"<strong>{link_to(lesson)}</strong>", f"{right} of {len(mine)} right"))
            rows += [
                (f'<span title="{MARKS[mark]}">{mark}</span>', breaking(name), owner) for _, mark, name, owner in mine
            ]
        return table(("", "exercise", "in use"), rows, self.summary())

    def summary(self):
        right = sum(mark == "✓" for _, mark, _, _ in self.rows)
        in_use = sum(owner == "✓ yours" for _, _, _, owner in self.rows)
        return f"{right} of {len(self.rows)} right; {in_use} of yours in use"


def breaking(name):
    """HTML of a function's address, which a narrow column may break after its dot."""
    return f"<code>{escape(name).replace('.', '.<wbr>')}</code>"


def link_to(lesson):
    """HTML that leads to a lesson's notebook, beside this one or in the student's folder; its number if it has another
    name.
    """
    here = Path(os.curdir).absolute()
    found = [path for folder in (here, home()) for path in sorted(folder.glob(f"{lesson:02}_*.ipynb"))]
    if not found:
        return f"{lesson:02}"
    return f'<a href="{quote(os.path.relpath(found[0], here))}">{escape(found[0].stem)}</a>'


def table(head, rows, caption=""):
    """HTML table that follows JupyterLab's theme; cells are HTML."""
    cell = 'style="text-align:left; padding:0.15em 1em 0.15em 0"'
    lines = ["".join(f"<td {cell}>{part}</td>" for part in row) for row in rows]
    heads = "".join(f'<th scope="col" {cell}>{part}</th>' for part in head)
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    return f"<table>{title}<tr>{heads}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


sys.modules[__name__].__class__ = CallableModule
