"""Functions as text and back: what a mutant is made of, and what makes it callable.

`text_of(f)` is a function without decorators, docstring and comments; `made(text, f)` compiles such a text where f
stands, so that it sees the same names, and two more: `anp`, autograd's NumPy, and `detached(tree)`, its values without
their trace.
"""

import ast
import inspect
import linecache
import textwrap
from hashlib import sha1
from types import FunctionType

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from vae_from_scratch import ops
from vae_from_scratch.pytree import tree_map


def is_readable(f):
    """True for a function made by `def`, of nothing but its arguments and its module's names."""
    return isinstance(f, FunctionType) and f.__name__ != "<lambda>" and f.__closure__ is None


def tree_of(f) -> ast.FunctionDef:
    """The function's definition without decorators and docstring."""
    definition = ast.parse(textwrap.dedent(inspect.getsource(f))).body[0]
    definition.decorator_list = []
    if ast.get_docstring(definition) is not None:
        definition.body = definition.body[1:]
    return definition


def text_of(f) -> str:
    """The function's text without decorators, docstring and comments, laid out as `ast` does."""
    return ast.unparse(tree_of(f))


def made(text, f):
    """The function that a text defines, among the names of f. Its lines can be looked up, as a notebook's can."""
    file = f"<{sha1(text.encode()).hexdigest()}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    names = {**f.__globals__, "anp": anp, "detached": detached, "np": np, "ops": ops}
    exec(compile(text, file, "exec"), names)
    return names[ast.parse(text).body[0].name]


def detached(tree):
    """The values of a tree without their trace."""
    return tree_map(getval, tree)
