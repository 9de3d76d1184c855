"""Optimizers: how a gradient becomes a step.

An Optimizer is a pair of functions: `init(params) -> state` and
`update(params, grads, state) -> params, state`. update never writes params or grads.
The state is the optimizer's own and may be overwritten: go on with the one that
`update` returns, and keep a `copied` one to come back to. Each rule is written once,
for one array and its own state, a tuple that ends in the number of steps taken;
`over_tree` lifts it to trees. learning_rate is a number, or a function of the number
of steps taken.
"""

from collections.abc import Callable
from math import cos, pi
from typing import NamedTuple

import numpy as np

from vae_from_scratch.autodiff import computed_by
from vae_from_scratch.pytree import tree_map


class Optimizer(NamedTuple):
    """A pair of functions: init(params) -> state; update(params, grads, state) -> params, state."""

    init: Callable
    update: Callable


# --------------------------------------------------------- rules, for one array


def sgd_step(param, grad, state, learning_rate):
    """Plain step against the gradient: param, grad (...), state (steps,) -> param, state."""
    (steps,) = state
    return param - learning_rate * grad, (steps + 1,)


def momentum_step(param, grad, state, learning_rate, decay=0.9):
    """Step along the decaying sum of past gradients: state (velocity, steps). Polyak 1964."""
    velocity, steps = state
    velocity = decay * velocity + grad
    return param - learning_rate * velocity, (velocity, steps + 1)


def adam_in_place(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """adam_step to the last bit, a tenth of a training step faster: the moments given are overwritten."""
    m, v, steps = state
    steps = steps + 1
    scratch = np.multiply(grad, 1 - beta1, out=np.empty_like(m))
    m *= beta1
    m += scratch
    np.multiply(grad, grad, out=scratch)
    scratch *= 1 - beta2
    v *= beta2
    v += scratch
    np.multiply(v, 1 / (1 - beta2**steps), out=scratch)
    np.sqrt(scratch, out=scratch)
    scratch += eps
    np.divide(m, scratch, out=scratch)
    scratch *= learning_rate * (1 / (1 - beta1**steps))
    return np.subtract(param, scratch, out=scratch), (m, v, steps)


@computed_by(adam_in_place)
def adam_step(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """Step of about learning_rate in every entry, whatever its scale: state (m, v, steps). Kingma & Ba 2015, alg. 1."""
    m, v, steps = state
    steps = steps + 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_scale, v_scale = 1 / (1 - beta1**steps), 1 / (1 - beta2**steps)  # the moments begin at zero: undo that bias
    return param - learning_rate * m_scale * (m / (np.sqrt(v_scale * v) + eps)), (m, v, steps)


# ------------------------------------------------------------------ optimizers


def sgd(learning_rate):
    """Stochastic gradient descent."""
    return over_tree(sgd_step, 0, learning_rate)


def momentum(learning_rate):
    """Stochastic gradient descent with momentum 0.9."""
    return over_tree(momentum_step, 1, learning_rate)


def adam(learning_rate):
    """Adam with its published constants, beta1 0.9, beta2 0.999, eps 1e-8; `update` uses up the state it is given."""
    return over_tree(adam_step, 2, learning_rate)


def cosine_decay(first, last, steps):
    """learning_rate that falls from first to last along half a cosine: a function of the number of steps taken."""
    return lambda taken: last + (first - last) * 0.5 * (1 + cos(pi * min(taken / steps, 1)))


# --------------------------------------------------------------------- lifting


def over_tree(rule, moments, learning_rate):
    """Optimizer that applies a one-array rule to every leaf; its state holds `moments` arrays like the parameter."""
    rate = learning_rate if callable(learning_rate) else lambda taken: learning_rate

    def init(params):
        return tree_map(lambda p: (*(np.zeros_like(p) for _ in range(moments)), 0), params)

    def update(params, grads, state):
        pairs = tree_map(lambda p, g, s: rule(p, g, s, float(rate(s[-1]))), params, grads, state)
        return tree_map(lambda _, pair: pair[0], params, pairs), tree_map(lambda _, pair: pair[1], params, pairs)

    return Optimizer(init, update)


def copied(state):
    """A copy of a state, for whoever wants to come back to it."""
    return tree_map(lambda leaf: leaf.copy() if hasattr(leaf, "copy") else leaf, state)
