"""Lesson 8: training loops that go wrong, and tests for those that only a run of their own gives away."""

from itertools import chain

import numpy as np

from vae_from_scratch import training, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course.checks import near
from vae_from_scratch.course.checks.loops_08 import ADAM, BATCHES, LINE, STILL, collected, squares, three
from vae_from_scratch.pytree import tree_map

# ---- builders --------------------------------------------------------------------------------------


def handing_out(change):
    """A right loop that hands out change(value, params, state, before); before is the last step's (params, state)."""

    def train(params, batches, optimizer, loss=vae.loss, state=None):
        before = params, optimizer.init(params) if state is None else state
        for step in training.train(params, batches, optimizer, loss, state):
            yield change(*step, before)
            before = step[1:]

    return train


def stepping(update):
    """A loop whose step is update(optimizer, params, grads, state) -> params, state."""

    def train(params, batches, optimizer, loss=vae.loss, state=None):
        state = optimizer.init(params) if state is None else state
        for batch in batches:
            value, grads = value_and_grad(loss)(params, *batch)
            params, state = update(optimizer, params, grads, state)
            yield value, params, state

    return train


def calling(change):
    """The right loop with other arguments: change(params, batches, optimizer, loss, state)."""
    return lambda params, batches, optimizer, loss=vae.loss, state=None: training.train(
        *change(params, batches, optimizer, loss, state)
    )


def giving(change):
    """What is made of all the steps: change([(value, params, state), …])."""
    return lambda *args: change(list(training.train(*args)))


# ---- wrong loops that no builder makes -------------------------------------------------------------


def starts_over(params, batches, optimizer, loss=vae.loss, state=None):
    state = optimizer.init(params) if state is None else state
    for batch in batches:
        value, grads = value_and_grad(loss)(params, *batch)
        stepped, state = optimizer.update(params, grads, state)
        yield value, stepped, state


def all_batches_first(params, batches, optimizer, loss=vae.loss, state=None):
    yield from training.train(params, list(batches), optimizer, loss, state)


def yields_once(params, batches, optimizer, loss=vae.loss, state=None):
    yield list(training.train(params, batches, optimizer, loss, state))[-1]


def first_batch_for_ever(params, batches, optimizer, loss=vae.loss, state=None):
    first = next(batches)
    yield from training.train(params, chain([first], (first for _ in batches)), optimizer, loss, state)


def yields_before_the_step(params, batches, optimizer, loss=vae.loss, state=None):
    state = optimizer.init(params) if state is None else state
    for batch in batches:
        value, grads = value_and_grad(loss)(params, *batch)
        yield value, params, state
        params, state = optimizer.update(params, grads, state)


def value_after_the_step(params, batches, optimizer, loss=vae.loss, state=None):
    state = optimizer.init(params) if state is None else state
    for batch in batches:
        _, grads = value_and_grad(loss)(params, *batch)
        params, state = optimizer.update(params, grads, state)
        yield loss(params, *batch), params, state


def updates_in_vain(optimizer, params, grads, state):
    optimizer.update(params, grads, state)
    return params, state


def updates_twice(optimizer, params, grads, state):
    return optimizer.update(params, grads, state)[0], optimizer.update(params, grads, state)[1]


def minus(loss):
    return lambda *args: -loss(*args)


def uphill(optimizer, params, grads, state):
    return optimizer.update(params, tree_map(lambda g: -g, grads), state)


def own_step(rate):
    return lambda optimizer, params, grads, state: (tree_map(lambda p, g: p - rate * g, params, grads), state)


def update_arguments_swapped(optimizer, params, grads, state):
    return optimizer.update(grads, params, state)


def gradients_become_parameters(f):
    """Does an optimizer that leaves its first argument where it is give back the gradients?"""
    params, (_, grads) = f(LINE, BATCHES[:1], STILL, squares)[1], value_and_grad(squares)(LINE, *BATCHES[0])
    return near(params, three(((), grads), float)[1][None])


def own_optimizer(f):
    """Do the parameters move although the optimizer leaves them where they are?"""
    params, start = f(LINE, BATCHES, STILL, squares)[1], three(((), LINE), float)[1]
    return params.shape == (5, *start.shape) and not near(params, np.tile(start, (5, 1)))


def cannot_unpack(f):
    """Is it right for batches of two, and stops with an error for batches of three?"""
    if not near(f(LINE, BATCHES, ADAM, squares)[0], collected(training.train, LINE, BATCHES, ADAM, squares)[0]):
        return False
    try:
        f(
            LINE,
            [(*batch, 0.5) for batch in BATCHES],
            ADAM,
            lambda params, x, epsilon, beta: squares(params, x, epsilon),
        )
    except Exception:
        return True
    return False
