"""The lessons as data: the files, their exercise cells, and a copy in which every exercise is answered.

An exercise cell defines a function under `@exercise(module.name)` whose body is a docstring and `...`. Its answer is
the core's own definition: of a function that an op computes the plain one, of every other its source.
"""

import ast
import importlib
import inspect
import textwrap
from pathlib import Path
from typing import NamedTuple

import nbformat

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))


class Exercise(NamedTuple):
    """One exercise: the index of its cell, its function as a syntax tree, and what it names as its reference."""

    cell: int
    node: ast.FunctionDef
    reference: str


def read(path):
    """A notebook, as nbformat's newest dictionary."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """[(index, cell)] of the code cells."""
    return [(index, cell) for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


def exercises(notebook):
    """The exercises of a notebook, in order."""
    return [
        Exercise(index, node, ast.unparse(decorator.args[0]))
        for index, cell in code_cells(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "exercise"
    ]


def resolve(reference):
    """The core's function that "module.name" stands for."""
    module, name = reference.rsplit(".", 1)
    return getattr(importlib.import_module(f"vae_from_scratch.{module}"), name)


def is_blank(node):
    """Whether a function's body is a docstring and `...`, nothing more."""
    return len(node.body) == 2 and ast.get_docstring(node) is not None and ast.unparse(node.body[1]) == "..."


def bound_names(source):
    """Names that a cell binds by import, assignment or definition."""
    nodes = list(ast.walk(ast.parse(source)))
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for n in nodes
        for alias in getattr(n, "names", [])
        if not isinstance(alias, str)
    }
    assigned = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return imported | assigned | {n.name for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef))}


def names_in(code):
    """Global names that a code object uses, those of its inner functions included."""
    inner = (names_in(constant) for constant in code.co_consts if inspect.iscode(constant))
    return set(code.co_names).union(*inner)


def answer(function, known):
    """The plain definition of a core function, and the imports it needs beyond the names `known`."""
    plain = inspect.unwrap(getattr(function, "plain", function))
    node = ast.parse(textwrap.dedent(inspect.getsource(plain))).body[0]
    node.decorator_list = []
    needed = sorted(names_in(plain.__code__) & set(plain.__globals__) - known - {node.name})
    return [f"from {plain.__module__} import {name}" for name in needed], ast.unparse(node)


def answered(notebook):
    """A copy of a notebook in which every exercise holds the plain definition of its reference."""
    notebook, known = nbformat.from_dict(notebook), set()
    todo = {exercise.cell: exercise for exercise in exercises(notebook)}
    for index, cell in code_cells(notebook):
        if index in todo:
            node, reference = todo[index].node, todo[index].reference
            imports, definition = answer(resolve(reference), known)
            lines = cell.source.splitlines()
            start = min(decorator.lineno for decorator in node.decorator_list) - 1
            lines[start : node.end_lineno] = [*imports, f"@exercise({reference})", definition]
            cell.source = "\n".join(lines)
        known |= bound_names(cell.source)
    return notebook
