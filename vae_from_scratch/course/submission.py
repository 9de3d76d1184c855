"""A submitted notebook, read as data: which exercises are in it, and the function that each answer makes.

Nothing of a notebook runs but what an answer needs: its own def, and of all other statements at the top of a cell
those that give it a name, wherever they stand, and what these need in turn. What a notebook no longer gives comes from
the lesson: the imports of the notebook as it was handed out, and ours for the lesson's other exercises. So cells may
be reordered, deleted or broken without harm to the others. Of several answers to one exercise the last one counts.
"""

import ast
import json
import linecache
import math
import re
import symtable
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import NamedTuple

import numpy as np

from vae_from_scratch.course import start
from vae_from_scratch.course.guard import Guard
from vae_from_scratch.course.progress import address, taught

SECONDS = 20.0  # for all that an answer needs besides itself
ASKED = re.compile(r"@\s*exercise\(\s*([\w.]+)\s*\)")


class NotANotebook(Exception):
    """The file is no notebook; the message says why."""


class NotMade(Exception):
    """What an answer needs, or its def itself, stops with an error; the message says which."""


class Statement(NamedTuple):
    """A statement at the top of a cell: its tree without `@exercise`, its cell's name, the names that it gives and
    those that it needs, the reference that it answers, or None.
    """

    node: ast.stmt
    cell: str
    gives: frozenset
    needs: frozenset
    reference: Callable | None


class Submission(NamedTuple):
    """What was read: the statements; in the course's order {reference: index of its answer's statement, or what is
    wrong with its cell}; and the exercises of the same lesson that have no cell.
    """

    statements: list
    answers: dict
    missing: list


# ------------------------------------------------------------------- reading


def read(text) -> Submission:
    """The Submission in a notebook's text. Raises NotANotebook."""
    statements, broken = [], {}
    for number, source in enumerate(code_of(text)):
        try:
            statements += statements_of(source, f"<cell {number}>")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            asked = map(reference_of, ASKED.findall(source))
            broken |= {reference: not_python(error) for reference in asked if reference}
    asked = {*broken, *(item.reference for item in statements)} - {None}
    lesson = lesson_of(asked)
    absent = {f.__name__: f for f in taught().get(lesson, []) if f not in asked}
    statements = [named(item, absent) for item in statements]
    answers = broken | chosen(statements, broken)
    in_order = {f: answers[f] for lesson in taught().values() for f in lesson if f in answers}
    return Submission(statements, in_order, [f for f in absent.values() if f not in answers])


def code_of(text):
    """The sources of a notebook's code cells. Raises NotANotebook."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotANotebook(f"It is not JSON ({str(error)[:100]}).") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if isinstance(notebook, dict) and "worksheets" in notebook:
        raise NotANotebook("It is of an old format, nbformat 3: opened and saved in JupyterLab, it can be read.")
    if not isinstance(cells, list):
        raise NotANotebook("It is JSON, but it has no list of cells.")
    found = [cell.get("source") for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    return ["".join(map(str, source)) if isinstance(source, list) else str(source) for source in found]


def statements_of(source, cell):
    """The Statements of one cell, whose text can be read by its name. Raises SyntaxError and what `ast.parse` does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            body = ast.parse(source).body
        except SyntaxError:
            source = without_magics(source)
            body = ast.parse(source).body
        linecache.cache[cell] = len(source), None, source.splitlines(keepends=True), cell
        return [statement(node, cell) for node in body]


def without_magics(source):
    """A cell's source with IPython's own commands turned into Python."""
    from IPython.core.inputtransformer2 import TransformerManager  # not above: half a second, seldom needed

    return TransformerManager().transform_cell(re.sub(r"\A(\s*)%%.*", r"\1", source))


def statement(node, cell):
    """One statement of a cell as a Statement. Raises SyntaxError for an answer that cannot be compiled."""
    reference = None
    for decorator in getattr(node, "decorator_list", ()):
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).split(".")[-1] == "exercise":
            node.decorator_list.remove(decorator)
            reference = reference_of(ast.unparse(decorator.args[0])) if decorator.args else None
            break
    try:
        tables = [symtable.symtable(ast.unparse(node), cell, "exec")]
    except (SyntaxError, RecursionError):  # a `return` outside of a def, say
        if reference:
            raise
        return Statement(node, cell, frozenset(), frozenset(), None)
    given = {s.get_name() for s in tables[0].get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        given.add("*")
    for table in tables:
        tables.extend(table.get_children())
    needed = {s.get_name() for table in tables for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return Statement(node, cell, frozenset(given), frozenset(needed), reference)


def reference_of(text):
    """The taught function that `@exercise(text)` names; None if there is none, or more than one."""
    functions = [f for lesson in taught().values() for f in lesson]
    named = [f for f in functions if address(f) == ".".join(text.split(".")[-2:])]
    named = named or [f for f in functions if f.__name__ == text.split(".")[-1]]
    return named[0] if len(named) == 1 else None


def chosen(statements, broken):
    """{reference: index of the statement that answers it}: the last one written; a blank one if that is all."""
    found = {}
    for blank in (True, False):
        for index, item in enumerate(statements):
            if item.reference and is_blank(item.node) == blank and not (blank and item.reference in broken):
                found[item.reference] = index
    return found


def named(item, functions):
    """A statement; one that defines an exercise's function by name, and lost its decorator, as that exercise's."""
    lost = isinstance(item.node, ast.FunctionDef) and item.reference is None
    return item._replace(reference=functions.get(item.node.name)) if lost else item


def is_blank(node):
    """Whether a def holds nothing but `...`, `pass` and docstrings."""
    return all(
        isinstance(part, ast.Pass) or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in getattr(node, "body", [node])
    )


def lesson_of(references):
    """The lesson that asks for most of a set of functions, the first of several; None if there are none."""
    asked = {number: len(references & {*functions}) for number, functions in taught().items()}
    return max(asked, key=asked.get) if references else None


def not_python(error):
    """What is said of a cell that cannot be read."""
    line = f", line {error.lineno}: `{(error.text or '').strip()}`" if getattr(error, "text", None) else ""
    return f"Its cell is not Python ({getattr(error, 'msg', error)}{line})."


# ------------------------------------------------------------------- making


def answer_to(reference, submission) -> FunctionType:
    """The function that answers an exercise, made of what it needs. Raises NotMade."""
    index = submission.answers[reference]
    statements = submission.statements
    names = handed_out(lesson_of({reference}))
    pending = [statements[i] for i in needed(statements, index) if i != index]
    guard, stopped = Guard(seconds=SECONDS), None
    while pending:  # one that stands before what it needs is run again after it
        later = []
        for item in pending:
            error = run(item, names, guard)
            if isinstance(error, NameError):
                later.append(item)
            elif error is not None:
                stopped = stopped or NotMade(said(item, error))
        if len(later) == len(pending):
            break
        pending = later
    error = run(statements[index]._replace(reference=None), names, guard)
    if error is not None:
        raise stopped or NotMade(said(statements[index], error))
    return names[statements[index].node.name]


def needed(statements, index):
    """The indices of what a statement needs, it among them, in the notebook's order."""
    chosen, todo = set(), [index, *(i for i, item in enumerate(statements) if "*" in item.gives)]
    while todo:
        i = todo.pop()
        if i not in chosen:
            chosen.add(i)
            found = (giver(statements, name, i) for name in statements[i].needs)
            todo.extend(j for j in found if j is not None)
    return sorted(chosen)


def giver(statements, name, index):
    """Where a statement's name comes from: the last statement before it that gives it, else the first one after."""
    places = [i for i, item in enumerate(statements) if name in item.gives]
    before = [i for i in places if i < index]
    return before[-1] if before else next(iter(places), None)


def run(item, names, guard):
    """Runs one statement among the names: None, or the exception that it raised. To another exercise, ours is given."""
    if item.reference is not None:
        names[item.node.name] = item.reference
        return None
    try:
        code = compile(ast.Module([item.node], []), item.cell, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:  # a `break` outside of a loop, say
        return error
    return guard.call(exec, code, names).error


def said(item, error):
    """What is said of a statement that stops."""
    first = ast.unparse(item.node).split("\n")[0]
    return (
        f"What the answer needs cannot be had: `{first[:100]}` stops with `{type(error).__name__}: {str(error)[:200]}`."
    )


def handed_out(lesson):
    """The names that a lesson gives: `np`, `math`, ours for its exercises, and its notebook's imports."""
    names = {"__name__": "__main__", "np": np, "math": math, **{f.__name__: f for f in taught().get(lesson, [])}}
    for path in sorted((start.ROOT / "notebooks").glob(f"{lesson:02}_*.ipynb")):
        for number, source in enumerate(code_of(path.read_text(encoding="utf-8"))):
            imports = [n for n in ast.parse(source).body if isinstance(n, (ast.Import, ast.ImportFrom))]
            exec(compile(ast.Module(imports, []), f"<lesson {number}>", "exec"), names)
    return names
