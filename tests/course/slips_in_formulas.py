"""Slips in a formula: a sign, a factor, a term, an order, a number."""

import ast


def sign(node):
    """+ for -, and - for +; a minus forgotten."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def factor(node):
    """* for /, and / for *; twice and half of a number, unless it is a tiny one that only keeps off zero."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        yield ast.BinOp(node.left, ast.Mult() if isinstance(node.op, ast.Div) else ast.Div(), node.right)
    if isinstance(node, ast.Constant) and type(node.value) is float and node.value >= 0.01:
        yield ast.Constant(2 * node.value)
        yield ast.Constant(node.value / 2)


def missing_term(node):
    """One side of a sum, a product or a power alone."""
    if isinstance(node, ast.BinOp):
        yield node.left
        yield ast.UnaryOp(ast.USub(), node.right) if isinstance(node.op, ast.Sub) else node.right


def transposed(node):
    """A transpose too few, or one too many beside a matrix product."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)
        yield ast.BinOp(node.left, ast.Mult(), node.right)
        yield ast.BinOp(ast.Attribute(node.left, "T", ast.Load()), node.op, node.right)
        yield ast.BinOp(node.left, node.op, ast.Attribute(node.right, "T", ast.Load()))


def swapped(node):
    """The sides of a difference, a quotient or a comparison in the other order."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div, ast.Pow)):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield ast.Compare(node.comparators[0], node.ops, [node.left])
        yield from (ast.Compare(node.left, [other()], node.comparators) for other in (ast.LtE, ast.GtE, ast.NotEq))


def off_by_one(node):
    """A whole number one larger, and one smaller; a length too."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        yield ast.BinOp(node, ast.Sub(), ast.Constant(1))
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))


FORMULAS = {
    "sign": sign,
    "factor": factor,
    "missing term": missing_term,
    "transposed operands": transposed,
    "swapped sides": swapped,
    "off by one": off_by_one,
}
