"""Accepted answers on disk: `answers/<module>.<function>.py`, files that run alone.

A saved answer is a comment, imports and one function; a file with anything else in
it is not one, and is not run. The imports are those names of the notebook that the
function uses and that stand for NumPy, autograd, math or the core. Loading believes
no file: each is judged again, and one that cannot be read is set aside under a new
name, never deleted. Nothing here raises for what a file holds or a disk refuses.
"""

import ast
import builtins
import inspect
import os
import stat
import symtable
import sys
import textwrap
import time
from importlib.metadata import PackageNotFoundError, version
from itertools import count, product
from types import ModuleType

from vae_from_scratch.course.guard import Guard, TimeUp
from vae_from_scratch.course.progress import address, home, not_saved, replace_file, taught

CORE = "vae_from_scratch"
ROOTS = ("math", "numpy", "autograd", "typing", CORE)  # what a saved answer may import
PLACES = ("math", "numpy", "numpy.typing", "autograd.numpy")  # public homes of names that say a private one, or none
LONGEST = 100_000  # bytes of a file; a longer one is not an answer

_judged = {}  # path -> (stamp, reference, function or None, verdict): a file is judged once, until it changes


class NotAnAnswer(Exception):
    """Not imports and one function; the message says why."""


def folder():
    return home() / "answers"


# --------------------------------------------------------------- answer to file


def keep(reference, answer, judge):
    """Save an accepted answer if judge(reference, answer) accepts it run alone too: a sentence for the card."""
    try:
        text, missing = text_of(reference, answer)
    except (OSError, TypeError, ValueError, NotAnAnswer):
        return "In use in this notebook only: its source cannot be read as one `def` (a lambda? a cell with `%%time`?)."
    try:
        alone = function_in(text)
        alone.reference = reference
        verdict = judge(reference, alone)
        reason = "" if verdict.accepted else verdict.message
    except NotAnAnswer as error:
        reason = str(error)
    if reason and missing:
        return (
            f"In use in this notebook only: it needs {', '.join(missing)} from elsewhere in the notebook. "
            "Define that inside the function, and later lessons can use your answer too."
        )
    if reason:
        return f"In use in this notebook only: run alone, it is not judged right ({reason})."
    path = folder() / f"{address(reference)}.py"
    try:
        replace_file(path, text)
        _judged[path] = stamp_of(path.stat()), reference, alone, verdict
    except OSError as error:
        return not_saved(error)
    return f"Saved as answers/{address(reference)}.py, for later lessons."


def text_of(reference, answer):
    """File text of an answer, and the sorted names that it uses and the file lacks.

    Raises OSError, TypeError or NotAnAnswer where there is no def to be read: a lambda, a builtin, code from exec.
    """
    source, name = definition_of(answer)
    needed = names_needed(source) - {name}
    meant = getattr(inspect.unwrap(answer), "__globals__", {})  # where the source that was read finds its names
    imports = {name: line for name in needed if (line := import_of(name, meant.get(name)))}
    missing = sorted(name for name in needed - imports.keys() if not hasattr(builtins, name))
    head = (
        f"# Your answer for {address(reference)}, saved {time.strftime('%Y-%m-%d')}, version {course_version()}.",
        "# It is judged again before it is used. A change made here counts too.\n",
    )
    return "\n".join([*head, *sorted(imports.values()), "\n", source]), missing


def definition_of(answer):
    """Source of an answer as a def at the margin, without decorators, and the def's name."""
    source = textwrap.dedent(inspect.getsource(answer))
    try:
        (definition,) = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        raise NotAnAnswer("it is not one def") from error
    if not isinstance(definition, ast.FunctionDef):
        raise NotAnAnswer("it is not a def")
    return "\n".join(source.splitlines()[definition.lineno - 1 : definition.end_lineno]) + "\n", definition.name


def names_needed(source):
    """Names that a def takes from outside itself, builtins among them."""
    tables = [symtable.symtable(source, "answer", "exec")]
    for table in tables:
        tables.extend(table.get_children())
    return {symbol.get_name() for table in tables for symbol in table.get_symbols() if symbol.is_global()}


def import_of(name, value):
    """Import line that gives a file this name with the notebook's meaning; None where only the notebook has it."""
    if isinstance(value, ModuleType):
        module = value.__name__
        return (f"import {module} as {name}" if module != name else f"import {name}") if may_import(module) else None
    value = getattr(value, "reference", value)  # an exercise's function is the core's here
    labels = dict.fromkeys((getattr(value, "__name__", name), name)) if value is not None else ()
    for label, module in product(labels, (*PLACES, getattr(value, "__module__", None))):
        if module in sys.modules and may_import(module) and vars(sys.modules[module]).get(label) is value:
            return f"from {module} import {label}" + (f" as {name}" if label != name else "")
    return None


def may_import(module):
    return isinstance(module, str) and module.split(".")[0] in ROOTS


def course_version():
    try:
        return version(CORE)
    except PackageNotFoundError:
        return "0 (not installed)"


# --------------------------------------------------------------- file to answer


def function_in(text, filename="<answer>"):
    """Function of a saved answer's text. Raises NotAnAnswer for a text that is anything else."""
    try:
        *imports, definition = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotAnAnswer("it is not Python") from error
    modules = [name for line in imports for name in imported(line)]
    if not (
        isinstance(definition, ast.FunctionDef) and not definition.decorator_list and all(map(may_import, modules))
    ):
        raise NotAnAnswer(f"it is more than imports of {', '.join(ROOTS)} and one def")
    namespace = {"__name__": "answer"}
    error = Guard().call(lambda: exec(compile(text, filename, "exec"), namespace)).error
    if error is not None:
        told = "its def does not come to an end" if isinstance(error, TimeUp) else f"{type(error).__name__}: {error}"
        raise NotAnAnswer(told)
    return namespace[definition.name]


def imported(line):
    """Modules that an import line names; [None] for another line."""
    match line:
        case ast.Import():
            return [alias.name for alias in line.names]
        case ast.ImportFrom(level=0):
            return [line.module]
    return [None]


def load(judge):
    """Saved answers that judge accepts, {reference: (function, verdict)}, and a sentence per file newly found amiss."""
    try:
        paths = sorted(p for p in folder().iterdir() if p.suffix == ".py" and not p.name.startswith("."))
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [f"{folder()} could not be read ({error.strerror or error})."]
    notes = [note for path in paths if (note := look_at(path, judge))]
    found = [_judged[path] for path in paths if path in _judged]
    return {reference: (function, verdict) for _, reference, function, verdict in found if function is not None}, notes


def look_at(path, judge):
    """Judge a file that is new or has changed: "", or a sentence about why it is not in use."""
    try:
        status = path.stat()
        stamp = stamp_of(status)
        if path in _judged and _judged[path][0] == stamp:
            return ""
        _judged[path] = stamp, None, None, None
        if not stat.S_ISREG(status.st_mode) or not owned(status):
            return f"{path} is not a file of yours: it was not read."
        if status.st_size > LONGEST:
            raise NotAnAnswer("it is too long")
        reference = reference_of(path.stem)
        function = function_in(path.read_text(encoding="utf-8-sig"), str(path))  # some editors set a mark
    except (NotAnAnswer, UnicodeDecodeError) as error:
        return set_aside(path, stamp, error)
    except OSError as error:
        _judged.pop(path, None)
        if not isinstance(error, FileNotFoundError):
            return f"{path} could not be read ({error.strerror or error})."
        return f"{path} leads nowhere: it was not read." if path.is_symlink() else ""  # else set aside while we looked
    function.reference = reference
    verdict = judge(reference, function)
    if not verdict.accepted:
        return f"{path} is not judged right, so ours is used: {verdict.message}"
    _judged[path] = stamp, reference, function, verdict
    return ""


def stamp_of(status):
    """What changes when a file does."""
    return status.st_mtime_ns, status.st_size, status.st_ino


def owned(status):
    """Is the file this user's? Where a system has no owners, yes."""
    return not hasattr(os, "getuid") or status.st_uid == os.getuid()


def reference_of(name):
    """Taught function at this address. Raises NotAnAnswer where there is none."""
    references = {address(function): function for functions in taught().values() for function in functions}
    if name not in references:
        raise NotAnAnswer("its name is not that of a function of the course")
    return references[name]


def set_aside(path, stamp, reason):
    """Rename a file that is not an answer, over no other; the sentence that says so. "" if it is no longer that file:
    another notebook may have saved an answer there meanwhile.
    """
    _judged.pop(path, None)
    try:
        names = (f"{path.name}.damaged{number if number > 1 else ''}" for number in count(1))
        target = next(path.with_name(name) for name in names if not os.path.lexists(path.with_name(name)))
        if stamp_of(path.stat()) != stamp:
            return ""
        path.rename(target)
    except FileNotFoundError:
        return ""  # another notebook, open at the same time, was first, and has said so
    except OSError as error:
        return f"{path} is not a saved answer ({reason}), and could not be set aside ({error.strerror or error})."
    return f"{path} is not a saved answer ({reason}). It was set aside as {target.name}, and ours is used."
