"""The convolutional VAE: a Model like any other, of which every bound is true."""

from functools import partial

import numpy as np
import pytest

from tests.core.examples import binary, normal
from vae_from_scratch import convolutional, training, vae
from vae_from_scratch.autodiff import check_grads, value_and_grad
from vae_from_scratch.convolutional import CONVOLUTIONAL
from vae_from_scratch.evaluation import nll
from vae_from_scratch.optimizers import adam
from vae_from_scratch.pytree import tree_leaves, tree_map

N, K, L = 5, 3, 7
LOSS = partial(vae.loss, model=CONVOLUTIONAL)


def params(**kwargs):
    return convolutional.init(np.random.default_rng(0), latent_dim=L, **kwargs)


def test_parameters_are_float32_and_an_eighth_of_the_dense_model_s():
    dense = vae.init(np.random.default_rng(0), hidden=(300, 300), latent_dim=16)
    small = convolutional.init(np.random.default_rng(0))
    assert {leaf.dtype for leaf in tree_leaves(small)} == {np.dtype(np.float32)}
    assert 8 * sum(leaf.size for leaf in tree_leaves(small)) <= sum(leaf.size for leaf in tree_leaves(dense))


@pytest.mark.parametrize("channels", [(5,), (3, 5)])
def test_shapes_are_those_of_every_model(channels):
    tree, x = params(channels=channels), binary(N, 784)
    mean, log_var = convolutional.encode(tree, x)
    assert mean.shape == log_var.shape == (N, L)
    assert convolutional.decode(tree, normal(K, N, L)).shape == (K, N, 784)
    assert vae.log_weights(tree, x, normal(K, N, L), CONVOLUTIONAL).shape == (K, N)
    assert vae.generate(tree, normal(N, L), model=CONVOLUTIONAL).shape == (N, 784)
    assert nll(tree, x, K, seed=0, model=CONVOLUTIONAL).shape == (N,)


def test_zero_parameters_cost_784_ln_2():
    zero = tree_map(np.zeros_like, params())
    assert LOSS(zero, binary(N, 784), normal(N, L)) == pytest.approx(784 * np.log(2))


def test_output_bias_is_where_the_logits_begin():
    logits = np.linspace(-3, 3, 784)
    assert convolutional.decode(params(output_bias=logits), np.zeros((1, L)))[0] == pytest.approx(logits)


def test_gradients_agree_with_central_differences():
    tree = tree_map(lambda leaf: leaf.astype(np.float64) + 0.01 * normal(*leaf.shape), params(channels=(2, 3)))
    x, epsilon = binary(2, 784), normal(2, L)
    for part, leaf in (("encoder", 0), ("encoder", 1), ("decoder", 0), ("decoder", 1)):

        def of_kernel(W, part=part, leaf=leaf):
            layers = list(tree[part]["conv"])
            layers[leaf] = (W, layers[leaf][1])
            return LOSS({**tree, part: {**tree[part], "conv": layers}}, x, epsilon)

        check_grads(of_kernel, tree[part]["conv"][leaf][0])


def test_it_trains_in_float32():
    batches = list(training.minibatches(np.float32(binary(20, 784)), 10, L, seed=0, steps=2))
    losses = [value for value, *_ in training.train(params(), batches * 10, adam(1e-2), LOSS)]
    assert losses[-1] < losses[0]
    grads = value_and_grad(LOSS)(params(), *batches[0])[1]
    assert {leaf.dtype for leaf in tree_leaves(grads)} == {np.dtype(np.float32)}
