"""Reverse-mode differentiation over a parameter tree, on autograd's tracer.

`primitive` turns a body that returns its value and one vector-Jacobian product
per argument into a function that autograd can trace; `value_and_grad` returns a
scalar loss and its gradients as a tree shaped like the parameters, each leaf in
its parameter's dtype. Autograd supplies boxes, nodes and their order; replaced
here is only its handling of containers, which copies the whole container for
each access into it.
"""

from functools import wraps
from inspect import signature

import numpy as np
from autograd.core import VJPNode, add_outgrads
from autograd.tracer import find_top_boxed_args, getval, isbox, new_box, toposort, trace_stack
from autograd.util import subvals

from vae_from_scratch.memory import keep_what_is_freed
from vae_from_scratch.pytree import tree_leaves, tree_map, tree_paths, tree_unflatten

# ---------------------------------------------------------------- primitives


def primitive(body):
    """Traceable function made of a body that returns `value, (one product per argument, ...)`.

    A product maps the gradient of the value to the gradient of that argument, and
    runs only if that argument is traced. An argument that is never differentiated
    (an axis, say) needs none: list the arguments that have products first. The body
    stays at hand as `.body`.
    """
    names = signature(body)

    @wraps(body)
    def call(*args, **kwargs):
        if kwargs:
            bound = names.bind(*args, **kwargs)
            bound.apply_defaults()
            args = bound.args
        boxed, trace, node_type, _ = find_top_boxed_args(args)
        if not boxed:
            return body(*args)[0]
        if node_type is not VJPNode:
            raise NotImplementedError(f"{body.__name__} has a rule for reverse mode only, not for {node_type.__name__}")
        value, products = body(*subvals(args, [(i, box._value) for i, box in boxed]))
        node = VJPNode.new_root()
        node.parents = [box._node for _, box in boxed]
        node.vjp = lambda grad: [products[i](grad) for i, _ in boxed]
        return new_box(value, trace, node)

    call.body = body
    return call


def computed_by(op):
    """Decorator: calls go to `op`; the decorated body stays the definition, as `.plain`."""

    def decorate(plain):
        @wraps(plain)
        def call(*args, **kwargs):
            return op(*args, **kwargs)

        call.plain = plain
        return call

    return decorate


# ----------------------------------------------------------------- gradients


class NonFinite(FloatingPointError):
    """A loss or a gradient that is infinite or not a number; `.path` says which."""

    def __init__(self, path):
        super().__init__(f"{path} is infinite or not a number: the parameters were not changed")
        self.path = path


def value_and_grad(loss):
    """Function `(params, *args) -> value, grads` for a scalar `loss(params, *args)`.

    grads is a tree shaped like params, each leaf with its parameter's shape and
    dtype; leaves that the loss does not use get zeros. Raises TypeError for a leaf
    that is not floating-point and for a loss that is not a scalar, and NonFinite
    for a loss or a gradient that is not finite.
    """
    keep_what_is_freed()

    @wraps(loss)
    def evaluate(params, *args, **kwargs):
        leaves = tree_leaves(params)
        require_floats(leaves, params)
        value, grads = trace_back(loss, params, leaves, args, kwargs)
        require_finite(value, grads, params)
        return value, tree_unflatten(params, [in_dtype_of(p, g) for p, g in zip(leaves, grads, strict=True)])

    return evaluate


def trace_back(loss, params, leaves, args, kwargs):
    """Value of the loss, and the gradient of each leaf in whatever dtype the operations gave it."""
    top = trace_stack.top
    try:
        with trace_stack.new_trace() as trace:
            nodes = [VJPNode.new_root() for _ in leaves]
            boxes = [new_box(leaf, trace, node) for leaf, node in zip(leaves, nodes, strict=True)]
            end = loss(tree_unflatten(params, boxes), *args, **kwargs)
    finally:
        trace_stack.top = top  # autograd leaves it raised when the loss raises
    if end is None:
        raise TypeError("the loss returned None: end it with `return` and the number")
    if np.shape(end) != ():
        raise TypeError(
            f"the loss must be one number, but has shape {np.shape(end)}: "
            "average over the examples with np.mean, after summing over pixels and latents"
        )
    if not (isbox(end) and end._trace == trace):
        return end, [zeros_like(leaf) for leaf in leaves]
    if isbox(end._value) and end._value._trace == trace:
        raise TypeError(
            "a NumPy function took the traced values apart, entry by entry, and part of the gradient is lost "
            "(np.einsum does that): call it from autograd.numpy"
        )
    grads = backward(end._node, np.ones_like(getval(end)))
    return end._value, [grads[n] if n in grads else zeros_like(leaf) for n, leaf in zip(nodes, leaves, strict=True)]


def backward(end, grad):
    """Gradients of the trace's roots, by node: each node hands its gradient on through its products."""
    pending, roots = {end: (grad, False)}, {}
    for node in toposort(end):
        grad = pending.pop(node)[0]
        if not node.parents:
            roots[node] = grad
        for parent, product in zip(node.parents, node.vjp(grad), strict=True):
            pending[parent] = add_outgrads(pending.get(parent), product)
    return roots


def zeros_like(leaf):
    return np.zeros_like(getval(leaf))


def in_dtype_of(leaf, grad):
    return grad if isbox(grad) else grad.astype(getattr(leaf, "dtype", float), copy=False)


def require_floats(leaves, params):
    """Raise TypeError for the first leaf that is not floating-point."""
    for i, leaf in enumerate(leaves):
        kind = getattr(leaf, "dtype", type(leaf))
        if not np.issubdtype(kind, np.floating):
            path, name = tree_leaves(tree_paths(params))[i], getattr(kind, "__name__", kind)
            raise TypeError(f"{path} is {name}; gradients need floating-point parameters, such as np.float32")


def require_finite(value, grads, params):
    """Raise NonFinite for the first that is not finite; while all are well, look at the device once."""
    value, *grads = map(getval, (value, *grads))
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(value + sum(np.vdot(grad, grad) for grad in grads)):
            return  # one bad entry anywhere would have spoiled the sum of squares
    names = ["the loss", *(f"the gradient of {path}" for path in tree_leaves(tree_paths(params)))]
    for part, name in zip([value, *grads], names, strict=True):
        if not np.isfinite(part).all():
            raise NonFinite(name)


# -------------------------------------------------------------------- checks


def numeric_gradient(f, x, step=1e-5):
    """Gradient of scalar f at float64 x by central differences, shaped like x: error O(step²), two calls an entry."""

    def slope(index):
        shift = np.zeros_like(x)
        shift[index] = step
        return (f(x + shift) - f(x - shift)) / (2 * step)

    return np.array([slope(index) for index in np.ndindex(x.shape)]).reshape(x.shape)


def check_grads(f, *args, tolerance=1e-6):
    """Assert that the traced gradient of f equals central differences, in every entry of every argument.

    args are float64 arrays or trees of them; f's value may be an array or a tree.
    It is reduced to one number by fixed random weights, so that no error cancels.
    Raises AssertionError that names the argument and the entry.
    """
    weights = tree_map(lambda y: np.random.default_rng(0).standard_normal(np.shape(y)), f(*args))

    def weighted(args):
        return sum(tree_leaves(tree_map(lambda w, y: (w * y).sum(), weights, f(*args))))

    leaves, paths = tree_leaves(args), tree_leaves(tree_paths(args, "args"))
    grads = tree_leaves(value_and_grad(weighted)(args)[1])
    for i, (leaf, path, traced) in enumerate(zip(leaves, paths, grads, strict=True)):
        numeric = numeric_gradient(lambda x, i=i: weighted(tree_unflatten(args, subvals(leaves, [(i, x)]))), leaf)
        np.testing.assert_allclose(traced, numeric, rtol=tolerance, atol=tolerance, err_msg=f"the gradient of {path}")
