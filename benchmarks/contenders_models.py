"""One training step of two larger models, here and in PyTorch: the paper's IWAE, and lesson 12's convolutional VAE.

Contenders as in contenders.py: functions (params, batches) -> step. PyTorch's are those of torch_models.py, the
convolutional model in both of its memory layouts.
"""

from functools import partial

import contenders
import numpy as np
import torch_models
from paper_models import TANH

from vae_from_scratch import convolutional, data, vae
from vae_from_scratch.training import minibatches

CHANNELS, CONVOLUTIONAL_LATENT = (16, 32), 16
HIDDEN, IWAE_LATENT = (200, 200), 50  # of the paper's network

# -------------------------------------------------------------------- problems


def iwae(batch_size, num_samples, count):
    """Parameters of the paper's 784-200-200-50 and `count` batches (x, epsilon (K, N, L))."""
    params = vae.init(np.random.default_rng(0), hidden=HIDDEN, latent_dim=IWAE_LATENT)
    pairs = minibatches(data.load("digits").train, batch_size, IWAE_LATENT, seed=0, steps=count)
    rng = np.random.default_rng(1)
    return params, [(x, rng.standard_normal((num_samples, *epsilon.shape), np.float32)) for x, epsilon in pairs]


def convolutions(batch_size, count):
    """Parameters of the convolutional VAE 1-16-32 and `count` batches (x, epsilon (N, L))."""
    params = convolutional.init(np.random.default_rng(0), CHANNELS, CONVOLUTIONAL_LATENT)
    return params, list(minibatches(data.load("digits").train, batch_size, CONVOLUTIONAL_LATENT, seed=0, steps=count))


# ---------------------------------------------------------------- this package


iwae_here = partial(contenders.this_package, loss=partial(contenders.iwae_loss, model=TANH))
convolutions_here = partial(contenders.this_package, loss=partial(vae.loss, model=convolutional.CONVOLUTIONAL))

# -------------------------------------------------------------------- PyTorch

iwae_pytorch = partial(contenders.good_pytorch, model=partial(torch_models.iwae, activation="tanh"))
convolutions_pytorch = partial(contenders.good_pytorch, model=torch_models.convolutional)
convolutions_channels_last = partial(
    contenders.good_pytorch, model=partial(torch_models.convolutional, layout="channels_last")
)
