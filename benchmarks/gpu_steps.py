"""One training step of three models, by this package and by PyTorch eager, from the same parameters on one device.

A step is (index of a batch) -> loss, which nobody need read. Batches are on the device beforehand, for both. PyTorch's
models are those of torch_models.py, and it reads no value in a step. This package reads one, to see whether all is
finite.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
import torch_models
from contenders import LEARNING_RATE, iwae_loss

from vae_from_scratch import convolutional, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.convolutional import CONVOLUTIONAL
from vae_from_scratch.optimizers import adam

DRAWS, LATENT = 50, 20
OURS, THEIRS = "this package", "PyTorch"


class Setting(NamedTuple):
    """A model to be trained: its parameters on the host, this package's loss, PyTorch's, and draws for each image."""

    params: dict
    loss: object
    in_torch: object
    draws: int = 0

    def batches(self, images, size, number):
        """Batches (binary images, epsilon) of any size, images drawn with replacement."""
        rng = np.random.default_rng(0)
        rows = [images[rng.integers(0, len(images), size)] for _ in range(number)]
        noise = (self.draws, size, LATENT) if self.draws else (size, LATENT)
        binary = [(rng.random(x.shape, np.float32) < x).astype(np.float32) for x in rows]
        return [(x, rng.standard_normal(noise, np.float32)) for x in binary]


def settings():
    """{name: Setting}."""
    rng = np.random.default_rng
    dense = vae.init(rng(0), latent_dim=LATENT)
    convolutions = convolutional.init(rng(0), latent_dim=LATENT)
    return {
        "dense": Setting(dense, vae.loss, torch_models.dense),
        "IWAE, k = 50": Setting(dense, iwae_loss, torch_models.iwae, DRAWS),
        "convolutional": Setting(convolutions, partial(vae.loss, model=CONVOLUTIONAL), torch_models.convolutional),
    }


def this_package(loss, params, batches):
    """A step of ours, where the parameters and the batches are."""
    gradient, optimizer = value_and_grad(loss), adam(LEARNING_RATE)
    state = optimizer.init(params)

    def step(i):
        nonlocal params, state
        value, grads = gradient(params, *batches[i % len(batches)])
        params, state = optimizer.update(params, grads, state)
        return value

    return step
