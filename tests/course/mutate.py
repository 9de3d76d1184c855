"""Wrong variants of a function, made from its syntax tree: one slip at one place each.

A kind of slip is a generator of nodes that could stand in the place of a node: `KINDS`. `mutants(tree)` tries every
kind at every place of a function's body. What a slip does to the result is not known here: some do nothing.
"""

import ast
import copy
import difflib
from typing import NamedTuple

from tests.course.slips_in_calls import CALLS, is_generator
from tests.course.slips_in_formulas import FORMULAS
from tests.course.slips_in_results import RESULTS
from tests.course.slips_in_statements import STATEMENTS

KINDS = {**FORMULAS, **CALLS, **RESULTS, **STATEMENTS}
DETACHED = "detached gradient"


class Mutant(NamedTuple):
    """A function with one slip: the kind, the lines that it changed as one, and the function's text."""

    kind: str
    line: str
    text: str


def mutants(definition, traced):
    """The mutants of a function's definition, each text once; where nothing is traced, no gradient is detached."""
    whole = ast.unparse(definition)
    seen, own = {whole}, variables(definition)
    for kind, slips in KINDS.items():
        for path in places(definition) if traced or kind != DETACHED else ():
            here = at(definition, path)
            for node in slips(here) if kind != DETACHED or getattr(here, "id", None) in own else ():
                text = ast.unparse(ast.fix_missing_locations(replaced(definition, path, node)))
                if text not in seen and compiles(text):
                    seen.add(text)
                    yield Mutant(kind, changed(whole, text), text)


def variables(definition):
    """The names of a function's arguments, and of what it assigns."""
    nodes = [*ast.walk(definition)]
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.arg for node in nodes if isinstance(node, ast.arg)}


def places(definition):
    """The paths to every node of a function's body but the names of arguments, and generators: which noise, is free."""
    yield ()
    yield from _below(definition, "body")


def _below(node, *fields):
    for field in fields or node._fields:
        value = getattr(node, field)
        for key, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            apart = isinstance(child, (ast.arguments, ast.expr_context)) or is_generator(child)
            if isinstance(child, ast.AST) and not apart:
                inner = ("body",) if isinstance(child, ast.FunctionDef) else ()
                yield ((field, key),)
                yield from (((field, key), *rest) for rest in _below(child, *inner))


def at(node, path):
    """The node at the end of a path."""
    for field, key in path:
        value = getattr(node, field)
        node = value if key is None else value[key]
    return node


def replaced(definition, path, new):
    """A copy of the definition with another node at the end of the path."""
    if not path:
        return copy.deepcopy(new)
    whole = copy.deepcopy(definition)
    (field, key), parent = path[-1], at(whole, path[:-1])
    if key is None:
        setattr(parent, field, copy.deepcopy(new))
    else:
        getattr(parent, field)[key] = copy.deepcopy(new)
    return whole


def compiles(text):
    """Whether a text is Python: a `yield` can lose its place, and a name cannot be assigned to a call."""
    try:
        compile(text, "", "exec")
    except SyntaxError:
        return False
    return True


def changed(before, after):
    """The lines that are new in a text, or those that are gone, as one."""
    lines = [*difflib.ndiff(before.splitlines(), after.splitlines())]
    new, gone = ([line[2:].strip() for line in lines if line.startswith(sign)] for sign in ("+ ", "- "))
    return " ¶ ".join(new) or f"without {' ¶ '.join(gone)}"
