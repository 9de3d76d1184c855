"""Right variants of a function, made from its syntax tree: the same mathematics, written as others write it.

Each way is a transformer of the whole function: `WAYS`. `variants(f)` are the texts of those that change something.
"""

import ast
import inspect

import autograd.numpy as anp

from tests.course.mutate import variables
from tests.course.slips_in_calls import called
from tests.course.written import tree_of

ROUNDED, OF_AUTOGRAD = "rounded to float32", "autograd.numpy"
NUMPY = ("sum", "mean", "max", "min")


class Renamed(ast.NodeTransformer):
    """Every name of the function's own becomes another."""

    def __init__(self, own):
        self.own = own

    def visit_Name(self, node):
        return ast.Name(f"my_{node.id}", node.ctx) if node.id in self.own else node

    def visit_arg(self, node):
        return ast.arg(f"my_{node.arg}")

    def visit_Nonlocal(self, node):
        return ast.Nonlocal([f"my_{name}" for name in node.names])


class Reordered(ast.NodeTransformer):
    """Sums and products of numbers the other way round; a - b is -b + a."""

    def visit_BinOp(self, node):
        if holds_parts(node):
            return node
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Sub):
            return ast.BinOp(ast.UnaryOp(ast.USub(), right), ast.Add(), left)
        if isinstance(node.op, (ast.Add, ast.Mult)):
            return ast.BinOp(right, node.op, left)
        return ast.BinOp(left, node.op, right)


class Worked(ast.NodeTransformer):
    """A square is a product, and a quotient a product with the reciprocal."""

    def visit_BinOp(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Pow) and ast.unparse(right) == "2":
            return ast.BinOp(left, ast.Mult(), left)
        if isinstance(node.op, ast.Div):
            return ast.BinOp(left, ast.Mult(), ast.BinOp(ast.Constant(1), ast.Div(), right))
        return ast.BinOp(left, node.op, right)


class Looped(ast.NodeTransformer):
    """Sums over the last or the first axis are loops."""

    def visit_Call(self, node):
        node = self.generic_visit(node)
        array, axis = reduced(node, ("sum", "sum_last"))
        if axis == -1:
            return expression("sum(({0})[..., i] for i in range(({0}).shape[-1]))", array)
        return expression("sum(row for row in ({0}))", array) if axis == 0 else node


class Contracted(ast.NodeTransformer):
    """Sums over the last axis, and matrix products, are einsums."""

    def visit_Call(self, node):
        node = self.generic_visit(node)
        array, axis = reduced(node, ("sum", "sum_last"))
        if axis != -1:
            return node
        if isinstance(array, ast.BinOp) and isinstance(array.op, ast.Mult):
            return expression("anp.einsum('...i,...i->...', {0}, {1})", array.left, array.right)
        return expression("anp.einsum('...i->...', {0})", array)

    def visit_BinOp(self, node):
        node = self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult) or not is_matrix(node.right):
            return node
        return expression("anp.einsum('...i,ij->...j', {0}, {1})", node.left, node.right)


class Methods(ast.NodeTransformer):
    """NumPy's reductions are methods of the array, and methods are NumPy's functions."""

    def visit_Call(self, node):
        node = self.generic_visit(node)
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr not in NUMPY:
            return node
        if getattr(function.value, "id", None) in ("np", "anp"):
            return ast.Call(ast.Attribute(node.args[0], function.attr, ast.Load()), node.args[1:], node.keywords)
        if getattr(function.value, "id", None) == "ops":
            return node
        return ast.Call(
            ast.Attribute(ast.Name("np", ast.Load()), function.attr, ast.Load()),
            [function.value, *node.args],
            node.keywords,
        )


class Positional(ast.NodeTransformer):
    """The axis by its place, without its name."""

    def visit_Call(self, node):
        node = self.generic_visit(node)
        named = [keyword for keyword in node.keywords if keyword.arg == "axis"]
        if not named or getattr(node.func, "attr", None) not in NUMPY:
            return node
        return ast.Call(node.func, [*node.args, named[0].value], [k for k in node.keywords if k is not named[0]])


class ByKeyword(ast.NodeTransformer):
    """The arguments of the package's own functions by their names."""

    def __init__(self, names):
        self.names = names

    def visit_Call(self, node):
        node = self.generic_visit(node)
        called = self.names.get(getattr(node.func, "id", None))
        ours = getattr(called, "__module__", "") or ""
        if not ours.startswith("vae_from_scratch") or any(isinstance(arg, ast.Starred) for arg in node.args):
            return node
        parameters = inspect.signature(called).parameters.values()
        if any(parameter.kind is not parameter.POSITIONAL_OR_KEYWORD for parameter in parameters):
            return node
        named = [ast.keyword(p.name, arg) for p, arg in zip(parameters, node.args, strict=False)]
        return ast.Call(node.func, [], [*named, *node.keywords])


class OfAutograd(ast.NodeTransformer):
    """autograd's NumPy in place of NumPy, where it has the name."""

    def visit_Attribute(self, node):
        return node if not hasattr(anp, node.attr) and ast.unparse(node.value) == "np" else self.generic_visit(node)

    def visit_Name(self, node):
        return ast.Name("anp", node.ctx) if node.id == "np" else node


class Single(ast.NodeTransformer):
    """Numbers with a fraction are float32, where that is exact."""

    def visit_Constant(self, node):
        if type(node.value) is float and 2**20 * node.value == int(2**20 * node.value):
            return expression("np.float32({0})", node)
        return node


class Stepwise(ast.NodeTransformer):
    """What is returned has a name first, and so have the two sides of it."""

    def visit_Return(self, node):
        value = node.value
        if value is None:
            return node
        if not isinstance(value, ast.BinOp):
            return [assigned("result", value), ast.Return(ast.Name("result", ast.Load()))]
        sides = [assigned("first", value.left), assigned("second", value.right)]
        whole = ast.BinOp(ast.Name("first", ast.Load()), value.op, ast.Name("second", ast.Load()))
        return [*sides, assigned("result", whole), ast.Return(ast.Name("result", ast.Load()))]


class Rounded(ast.NodeTransformer):
    """The results in float32: formulas, not names, which may hold whatever they like, and no whole numbers."""

    def visit_Return(self, node):
        return ast.Return(self.rounded(node.value))

    def rounded(self, value):
        if isinstance(value, ast.Tuple):
            return ast.Tuple([self.rounded(part) for part in value.elts], value.ctx)
        if isinstance(value, ast.Dict):
            return ast.Dict(value.keys, [self.rounded(part) for part in value.values])
        formula = isinstance(value, (ast.BinOp, ast.Call)) and not isinstance(getattr(value, "op", None), ast.BitOr)
        whole = isinstance(value, ast.Call) and called(value) in ("argmin", "len")
        return expression("({0}).astype(np.float32)", value) if formula and not whole else value


def variants(f):
    """The names of the ways that change a function's definition, and the texts that they make."""
    ways = {
        "renamed": Renamed(variables(tree_of(f))),
        "reordered terms": Reordered(),
        "worked out": Worked(),
        "a loop": Looped(),
        "einsum": Contracted(),
        "methods": Methods(),
        "the axis by place": Positional(),
        "keyword calls": ByKeyword(f.__globals__),
        OF_AUTOGRAD: OfAutograd(),
        "float32 constants": Single(),
        "step by step": Stepwise(),
        ROUNDED: Rounded(),
    }
    for name, way in ways.items():
        text = ast.unparse(ast.fix_missing_locations(way.visit(tree_of(f))))
        if text != ast.unparse(tree_of(f)):
            yield name, text


def reduced(call, names):
    """What a call sums over which axis; (None, None) if it is no plain sum."""
    name = getattr(call.func, "attr", getattr(call.func, "id", None))
    if name not in names or {keyword.arg for keyword in call.keywords} - {"axis"}:
        return None, None
    if name == "sum_last":
        return call.args[0], -1
    axis = next((keyword.value for keyword in call.keywords), None)
    if axis is None or ast.unparse(axis) not in ("-1", "0"):
        return None, None
    array = call.args[0] if call.args else call.func.value
    return array, int(ast.unparse(axis))


def holds_parts(node):
    """Whether a sum or a product is one of tuples or lists."""
    if isinstance(node, ast.BinOp):
        return holds_parts(node.left) or holds_parts(node.right)
    return isinstance(node, (ast.Tuple, ast.List)) or getattr(getattr(node, "func", None), "id", "") in (
        "tuple",
        "list",
    )


def is_matrix(node):
    """Whether a factor is surely a matrix: a transpose, or a name in capitals."""
    return getattr(node, "attr", "") == "T" or getattr(node, "id", "").isupper()


def expression(pattern, *nodes):
    """The expression of a text, nodes put in."""
    return ast.parse(pattern.format(*map(ast.unparse, nodes)), mode="eval").body


def assigned(name, value):
    return ast.Assign([ast.Name(name, ast.Store())], value)
