"""Widgets take parameters from a device as they take ours: training stays there, and pictures come back."""

import numpy as np
import pytest

from vae_from_scratch import autoencoder, data, distributions, evaluation, optimizers, pca, training, vae
from vae_from_scratch.course import devices
from vae_from_scratch.course.strict_array import StrictArray
from vae_from_scratch.course.widgets import Dashboard, LatentPad, Manifold, PriceRuler, SamplingPad
from vae_from_scratch.pytree import tree_leaves, tree_map

LABELS = np.arange(30) % 10
WORDS = {"task": "", "answer": ""}


class Core:
    autoencoder, distributions, evaluation = autoencoder, distributions, evaluation
    optimizers, training, vae = optimizers, training, vae


@pytest.fixture(scope="module")
def images():
    return data.load("digits").test[:60]


def dense(latent_dim=2):
    return vae.init(np.random.default_rng(0), hidden=(6,), latent_dim=latent_dim)


def assert_same_picture(widget_of, params):
    here, there = (np.asarray(widget_of(p).still()) for p in (params, devices.to_stand_in(params)))
    np.testing.assert_array_equal(here, there)


def test_the_dashboard_trains_where_the_parameters_are_and_shows_the_same(images):
    def trained(params):
        board = Dashboard(Core, images, images[:20], params, goal=lambda state: False, batch_size=10, **WORDS)
        board.advance(3)
        return board

    here, there = trained(dense()), trained(devices.to_stand_in(dense()))
    assert {type(leaf) for leaf in tree_leaves(there.params)} == {StrictArray}
    tree_map(lambda a, b: np.testing.assert_array_equal(a, b.get()), here.params, there.params)
    np.testing.assert_array_equal(np.asarray(here.still()), np.asarray(there.still()))


def test_pads_of_latents_decode_on_the_device():
    points = np.random.default_rng(0).standard_normal((30, 2))

    def pad(params):
        return LatentPad(lambda z: vae.generate(params, z), points, LABELS, goal=lambda state: False, **WORDS)

    def manifold(params):
        return Manifold(lambda z, uniforms=None: vae.generate(params, z, uniforms), points, LABELS, **WORDS)

    assert_same_picture(pad, dense())
    assert_same_picture(manifold, dense())


def test_the_sampling_pad_and_the_price_ruler_take_networks_from_the_device(images):
    x, components = images[:30], pca.pca(images, 2)
    codes = autoencoder.init(np.random.default_rng(1), 784, (6,), 2)

    def pad(networks):
        return SamplingPad(Core, components, *networks, x, LABELS, x[0], **WORDS)

    def ruler(networks):
        points = {0.5: (12.0, 90.0), 2.0: (5.0, 100.0)}
        return PriceRuler(Core, networks, points, x, x[:5], "yours", **WORDS)

    assert_same_picture(pad, [codes, dense()])
    assert_same_picture(ruler, {0.5: dense(), 2.0: dense(3)})
