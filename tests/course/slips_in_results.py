"""Slips in what is handed back, and in what a logarithm or an exponential is taken of: too large, clipped, rounded."""

import ast


def number(value):
    return ast.Constant(value)


def numpy(name, *args):
    """A call of NumPy's function of that name."""
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load()), [*args], [])


def of_results(change):
    """A kind of slip that changes the results of a function one by one: parts of a tuple or a dict, or the whole."""

    def slips(node):
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            yield from (type(node)(value) for value in _changed(node.value, change))
        if isinstance(node, ast.Lambda):
            yield from (ast.Lambda(node.args, body) for body in _changed(node.body, change))

    return slips


def _changed(value, change):
    if isinstance(value, (ast.Tuple, ast.Dict)):
        name = "elts" if isinstance(value, ast.Tuple) else "values"
        parts = getattr(value, name)
        for i, part in enumerate(parts):
            for new in _changed(part, change):
                rest = {field: child for field, child in ast.iter_fields(value) if field != name}
                yield type(value)(**{name: [*parts[:i], new, *parts[i + 1 :]]}, **rest)
    elif not isinstance(value, ast.Lambda):
        yield from change(value)


def turned(value):
    """Of the other sign, twice as large."""
    yield ast.UnaryOp(ast.USub(), value)
    yield ast.BinOp(number(2), ast.Mult(), value)


def constant_added(value):
    """A constant more."""
    yield ast.BinOp(value, ast.Add(), number(1))
    yield ast.BinOp(value, ast.Add(), number(1e-3))


def clipped(value):
    """Nothing below 0, nothing above 1."""
    yield numpy("maximum", value, number(0.0))
    yield numpy("minimum", value, number(1.0))


def wrong_dtype(value):
    """Whole numbers, or float32."""
    for dtype in ("int64", "float32"):
        kind = ast.Attribute(ast.Name("np", ast.Load()), dtype, ast.Load())
        yield ast.Call(ast.Attribute(value, "astype", ast.Load()), [kind], [])


def guarded(node):
    """A small number inside a logarithm; what goes into an exponential, or a logarithm, clipped."""
    if isinstance(node, ast.Call) and len(node.args) == 1:
        (inside,), name = node.args, getattr(node.func, "attr", getattr(node.func, "id", None))
        if name == "log":
            yield ast.Call(node.func, [ast.BinOp(inside, ast.Add(), number(1e-8))], node.keywords)
            yield ast.Call(node.func, [numpy("maximum", inside, number(0.1))], node.keywords)
        if name == "exp":
            yield ast.Call(node.func, [numpy("minimum", inside, number(1.0))], node.keywords)
            yield ast.Call(node.func, [numpy("maximum", inside, number(-5.0))], node.keywords)


RESULTS = {
    "sign or factor of a result": of_results(turned),
    "constant added": of_results(constant_added),
    "clipped": of_results(clipped),
    "wrong dtype": of_results(wrong_dtype),
    "guarded": guarded,
}
