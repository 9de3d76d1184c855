"""Slips in a call: an axis, a mean for a sum, a neighbor of the function, arguments in another order."""

import ast
from itertools import pairwise

NEIGHBORS = {  # what is taken for a function of that name
    "exp": ("log", "expm1"),
    "log": ("log1p", "log2", "exp"),
    "log1p": ("log", "exp"),
    "expm1": ("exp",),
    "sqrt": ("square",),
    "logaddexp": ("maximum", "add"),
    "sum": ("mean", "max"),
    "mean": ("sum",),
    "max": ("min", "mean"),
    "min": ("max",),
    "maximum": ("minimum", "add"),
    "argmin": ("argmax",),
    "floor": ("ceil", "round"),
    "abs": ("square",),
    "zeros_like": ("ones_like",),
    "sigmoid": ("softplus", "tanh"),
    "softplus": ("relu", "sigmoid"),
    "sum_last": ("mean",),
}
MODULES = ("np", "anp", "ops", "vae", "math")


def neighbor(node):
    """exp for log, log for sqrt, a variance for its root: the function beside the right one."""
    if isinstance(node, ast.Call):
        name = called(node)
        if name not in ("sum", "mean", "sum_last"):
            yield from (renamed(node, other) for other in NEIGHBORS.get(name, ()))


def mean_for_sum(node):
    """A mean for a sum, a sum for a mean."""
    if isinstance(node, ast.Call) and called(node) in ("sum", "mean", "sum_last"):
        yield from (renamed(node, other) for other in NEIGHBORS[called(node)])


def not_applied(node):
    """The argument as it is, in place of what the function makes of it; the array without the method."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if getattr(node.func.value, "id", None) not in MODULES:
            yield node.func.value


def axis(node):
    """Another axis, or none; a keyword forgotten."""
    if isinstance(node, ast.Call):
        for i, keyword in enumerate(node.keywords):
            yield with_keywords(node, [*node.keywords[:i], *node.keywords[i + 1 :]])
            others = (-1, 0, 1, -2) if keyword.arg == "axis" else ()
            for other in others:
                new = ast.keyword("axis", ast.Constant(other))
                yield with_keywords(node, [*node.keywords[:i], new, *node.keywords[i + 1 :]])


def swapped_arguments(node):
    """Two neighboring arguments in the other order; two parts of a tuple or a pair of names, too."""
    if isinstance(node, ast.Call):
        yield from (ast.Call(node.func, args, node.keywords) for args in _swaps(node.args))
    if isinstance(node, ast.Tuple):
        yield from (ast.Tuple(parts, node.ctx) for parts in _swaps(node.elts))


def _swaps(parts):
    for i, _ in enumerate(pairwise(parts)):
        if not isinstance(parts[i + 1], ast.Starred):
            yield [*parts[:i], parts[i + 1], parts[i], *parts[i + 2 :]]


def broadcasting(node):
    """A new axis forgotten, or put on the other side; a bound of a slice forgotten."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        parts = node.slice.elts
        if any(isinstance(part, ast.Constant) and part.value is None for part in parts):
            yield node.value
            yield ast.Subscript(node.value, ast.Tuple(parts[::-1], ast.Load()), node.ctx)
    if isinstance(node, ast.Slice):
        for field in ("lower", "upper", "step"):
            if getattr(node, field) is not None:
                parts = {name: getattr(node, name) for name in ("lower", "upper", "step") if name != field}
                yield ast.Slice(**parts)


def detached(node):
    """A value without its trace: the slope does not come through."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield ast.Call(ast.Name("detached", ast.Load()), [node], [])


def is_generator(node):
    """Whether a node makes a generator: which noise is drawn, is free."""
    return isinstance(node, ast.Call) and called(node) == "default_rng"


def called(call):
    """The bare name of the function that is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", None))


def renamed(call, name):
    """The call of another function: of the same module; of NumPy for what `ops` has no other of."""
    if called(call) == "sum_last":
        inside = [ast.keyword("axis", ast.Constant(-1))]
        return ast.Call(ast.Attribute(ast.Name("anp", ast.Load()), name, ast.Load()), call.args, inside)
    home = getattr(call.func, "value", ast.Name("np", ast.Load()))
    if isinstance(home, ast.Name) and home.id == "ops" and name in ("sum", "tanh"):
        home = ast.Name("np", ast.Load())
    return ast.Call(ast.Attribute(home, name, ast.Load()), call.args, call.keywords)


def with_keywords(call, keywords):
    """The call with other keyword arguments."""
    return ast.Call(call.func, call.args, keywords)


CALLS = {
    "exp, log, sqrt": neighbor,
    "mean for sum": mean_for_sum,
    "not applied": not_applied,
    "axis": axis,
    "wrong broadcasting": broadcasting,
    "swapped arguments": swapped_arguments,
    "detached gradient": detached,
}
