"""Slips in the course of a function: a line forgotten, a name taken for another, a loop left too early."""

import ast
import copy

from tests.course.slips_in_calls import is_generator


def forgotten(node):
    """A line that is not there."""
    for field, lines in _blocks(node):
        for i, line in enumerate(lines):
            if isinstance(line, (ast.Assign, ast.AugAssign)) and len(lines) > 1:
                yield _with(node, field, [*lines[:i], *lines[i + 1 :]])


def returned_early(node):
    """`return` inside the loop; one turn of a loop too few."""
    for field, lines in _blocks(node):
        for i, line in enumerate(lines[:-1]):
            if isinstance(line, ast.For) and isinstance(lines[i + 1], ast.Return):
                loop = _with(line, "body", [*line.body, lines[i + 1]])
                yield _with(node, field, [*lines[:i], loop, *lines[i + 1 :]])
    if isinstance(node, (ast.For, ast.comprehension)):
        every = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        for part in (ast.Slice(lower=ast.Constant(1)), ast.Slice(upper=ast.Constant(-1))):
            yield _with(node, "iter", ast.Subscript(every, part, ast.Load()))


def one_branch(node):
    """One side of a choice, whatever holds; the choice turned round."""
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
        yield ast.IfExp(node.test, node.orelse, node.body)


def other_name(node):
    """One argument, or one value of the function's own, taken for the next."""
    if isinstance(node, ast.FunctionDef):
        names = dict.fromkeys(argument.arg for argument in node.args.args)
        names |= dict.fromkeys(part.id for part in ast.walk(node) if isinstance(part, ast.Name) and _is_stored(part))
        after = dict(zip(names, [*names][1:] + [*names][:1], strict=True))
        free = {part for call in ast.walk(node) if is_generator(call) for part in ast.walk(call)}
        for i, part in enumerate(ast.walk(node)):
            if (
                isinstance(part, ast.Name)
                and part not in free
                and not _is_stored(part)
                and after.get(part.id, part.id) != part.id
            ):
                new = copy.deepcopy(node)
                next(other for k, other in enumerate(ast.walk(new)) if k == i).id = after[part.id]
                yield new


def _is_stored(name):
    return isinstance(name.ctx, ast.Store)


def _blocks(node):
    if isinstance(node, (ast.FunctionDef, ast.For, ast.If)):
        yield from ((field, getattr(node, field)) for field in ("body", "orelse") if getattr(node, field, None))


def _with(node, field, value):
    new = copy.copy(node)
    setattr(new, field, value)
    return new


STATEMENTS = {
    "line forgotten": forgotten,
    "loop left early": returned_early,
    "one branch": one_branch,
    "another name": other_name,
}
