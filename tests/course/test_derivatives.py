"""Convolutions that students wrote by filling arrays train like ours: their values, the core's derivatives."""

from functools import partial

import numpy as np
import pytest

import vae_from_scratch
from tests.course import answers_12 as answers
from tests.course import answers_12_patches as patches
from vae_from_scratch import convolutional, layers, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course import derivatives, linking
from vae_from_scratch.pytree import tree_leaves

FILLING = {
    layers.im2col: patches.by_filling,
    layers.conv2d: answers.conv_by_places,
    layers.conv2d_transpose: answers.transpose_by_adding,
}


def gradients(core):
    params = convolutional.init(np.random.default_rng(0), (3, 5), 7, 0.5)
    x = (np.random.default_rng(1).random((2, 784)) < 0.2).astype(np.float32)
    loss = partial(core.vae.loss, model=core.convolutional.CONVOLUTIONAL)
    value, grads = value_and_grad(loss)(params, x, np.ones((2, 7), np.float32))
    return [value, *tree_leaves(grads)]


def test_answers_that_cannot_be_traced_train_like_ours():
    ours = gradients(linking.linked(vae_from_scratch, {}))
    theirs = gradients(linking.linked(vae_from_scratch, FILLING))
    for got, want in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-3 * np.max(np.abs(want)))


@pytest.mark.parametrize("reference, answer", FILLING.items())
def test_the_answer_gives_the_values(reference, answer):
    called = []

    def counted(*args):
        called.append(args)
        return answer(*args)

    made = derivatives.with_ours(reference, counted)
    rng = np.random.default_rng(0)
    inputs, params = rng.normal(size=(2, 6, 6, 3)), (rng.normal(size=(2, 2, 3, 3)), rng.normal(size=3))
    args = (inputs, 2, 2, 1) if reference is layers.im2col else (params, inputs, 2, 1)
    np.testing.assert_allclose(made(*args), reference(*args))
    assert called and made.reference is reference


def test_what_has_its_derivative_already_stays_as_it_is():
    made = derivatives.with_ours(layers.conv2d, answers.conv_by_places)
    assert derivatives.with_ours(layers.conv2d, made) is made
    assert derivatives.with_ours(layers.conv2d, layers.conv2d) is layers.conv2d
    assert linking.as_called(vae.encode, patches.by_filling) is patches.by_filling
