"""Loops that students might hand in for `train`: right in several ways, and wrong with what must be said to each."""

import autograd
import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course.checks.wrong_loops_08 import stepping
from vae_from_scratch.device import like
from vae_from_scratch.pytree import tree_map

# ---- right -----------------------------------------------------------------------------


def train_as_taught(params, batches, optimizer, loss=vae.loss, state=None):
    if state is None:
        state = optimizer.init(params)
    for batch in batches:
        value, grads = value_and_grad(loss)(params, *like(batch, params))
        params, state = optimizer.update(params, grads, state)
        yield value, params, state


def train_with_next(params, batches, optimizer, loss=vae.loss, state=None):
    state = state if state is not None else optimizer.init(params)
    step = value_and_grad(loss)
    batches = iter(batches)
    while True:
        try:
            batch = next(batches)
        except StopIteration:
            return
        value, grads = step(params, *like(batch, params))
        params, state = optimizer.update(params, grads, state)
        yield float(value), params, state


def train_from_inside(params, batches, optimizer, loss=vae.loss, state=None):
    def one_step(batch, params, state):
        value, grads = value_and_grad(loss)(params, *like(batch, params))
        return value, *optimizer.update(params, grads, state)

    def steps(params, state):
        for batch in batches:
            value, params, state = one_step(batch, params, state)
            yield [value, params, state]

    return steps(params, optimizer.init(params) if state is None else state)


train_without_like = stepping(lambda optimizer, *step: optimizer.update(*step))


def train_with_stock_autograd(params, batches, optimizer, loss=vae.loss, state=None):
    state = optimizer.init(params) if state is None else state
    for batch in batches:
        value, grads = autograd.value_and_grad(loss)(params, *like(batch, params))
        params, state = optimizer.update(params, grads, state)
        yield value, params, state


RIGHT = {"train": (train_as_taught, train_with_next, train_from_inside, train_without_like, train_with_stock_autograd)}

# ---- wrong, as students write it -----------------------------------------------------------------


def train_into_a_list(params, batches, optimizer, loss=vae.loss, state=None):
    steps = []
    for step in train_as_taught(params, batches, optimizer, loss, state):
        steps.append(step)
    return steps


def train_to_the_end(params, batches, optimizer, loss=vae.loss, state=None):
    for step in train_as_taught(params, batches, optimizer, loss, state):
        last = step
    return last


def train_one_step(params, batches, optimizer, loss=vae.loss, state=None):
    for step in train_as_taught(params, batches, optimizer, loss, state):
        return step


def train_silently(params, batches, optimizer, loss=vae.loss, state=None):
    for _ in train_as_taught(params, batches, optimizer, loss, state):
        pass


def train_init_inside(params, batches, optimizer, loss=vae.loss, state=None):
    for batch in batches:
        state = optimizer.init(params)
        value, grads = value_and_grad(loss)(params, *batch)
        params, state = optimizer.update(params, grads, state)
        yield value, params, state


def train_yield_first(params, batches, optimizer, loss=vae.loss, state=None):
    state = optimizer.init(params) if state is None else state
    for batch in batches:
        value, grads = value_and_grad(loss)(params, *batch)
        yield value, params, state
        params, state = optimizer.update(params, grads, state)


@stepping
def train_without_keeping(optimizer, params, grads, state):
    optimizer.update(params, grads, state)
    return params, state


@stepping
def train_drops_the_state(optimizer, params, grads, state):
    params, _ = optimizer.update(params, grads, state)
    return params, state


@stepping
def train_by_hand(optimizer, params, grads, state):
    return tree_map(lambda p, g: p - 0.003 * g, params, grads), state


def train_pairs(params, batches, optimizer, loss=vae.loss, state=None):
    state = optimizer.init(params) if state is None else state
    for x, epsilon in batches:
        value, grads = value_and_grad(loss)(params, x, epsilon)
        params, state = optimizer.update(params, grads, state)
        yield value, params, state


def train_the_vae_only(params, batches, optimizer, loss=None, state=None):
    yield from train_as_taught(params, batches, optimizer, vae.loss, state)


@stepping
def train_upwards(optimizer, params, grads, state):
    return optimizer.update(params, tree_map(np.negative, grads), state)


def train_after_collecting(params, batches, optimizer, loss=vae.loss, state=None):
    yield from train_as_taught(params, list(batches), optimizer, loss, state)


@stepping
def train_grads_first(optimizer, params, grads, state):
    return optimizer.update(grads, params, state)


def train_from_nothing(params, batches, optimizer, loss=vae.loss, state=None):
    yield from train_as_taught(params, batches, optimizer, loss, optimizer.init(params))


WRONG = [
    ("train", "train-list", train_into_a_list),
    ("train", "train-last-only", train_to_the_end),
    ("train", "train-return-inside-the-loop", train_one_step),
    ("train", "train-nothing-handed-out", train_silently),
    ("train", "train-state-reset", train_init_inside),
    ("train", "train-hands-out-the-old-parameters", train_yield_first),
    ("train", "train-gradient-without-update", train_without_keeping),
    ("train", "train-state-forgotten", train_drops_the_state),
    ("train", "train-own-optimizer", train_by_hand),
    ("train", "train-two-of-the-batch", train_pairs),
    ("train", "train-own-loss", train_the_vae_only),
    ("train", "train-uphill", train_upwards),
    ("train", "train-all-batches-first", train_after_collecting),
    ("train", "train-state-not-taken-up", train_from_nothing),
    ("train", "train-update-arguments-swapped", train_grads_first),
]

# ---- wrong in a way that nobody listed ------------------------------------------------------------


def _train(change):
    """A loop that hands out something nobody asked for."""

    def train(params, batches, optimizer, loss=vae.loss, state=None):
        for step in train_as_taught(params, batches, optimizer, loss, state):
            yield change(*step)

    return train


def train_asks_for_the_length(params, batches, optimizer, loss=vae.loss, state=None):
    for i in range(len(batches)):
        yield value_and_grad(loss)(params, *batches[i])


UNLISTED = [
    ("train", _train(lambda value, params, state: (2 * value, params, state)), ("`value` is off", "2 times")),
    ("train", _train(lambda value, params, state: 7), ("`params` is off",)),
]


def train_without_a_state(params, batches, optimizer, loss=vae.loss, state=None):
    for batch in batches:
        value, grads = value_and_grad(loss)(params, *batch)
        params, state = optimizer.update(params, grads, state)
        yield value, params, state


def train_beyond_the_end(params, batches, optimizer, loss=vae.loss, state=None):
    while True:
        yield value_and_grad(loss)(params, *next(batches))


def train_batch_as_one(params, batches, optimizer, loss=vae.loss, state=None):
    for batch in batches:
        yield value_and_grad(loss)(params, batch)


RAISED = [
    ("train", train_without_a_state, ("`optimizer.init(params)`",)),
    ("train", train_beyond_the_end, ("no further batch",)),
    ("train", train_batch_as_one, ("`loss(params, *batch)`",)),
    ("train", train_asks_for_the_length, ("has no len()", "len(batches)")),
]
