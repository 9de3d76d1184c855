"""The conditional VAE: lesson 8's, with a label told to the encoder and to the decoder, so that it models p(x | y).

A label y is one-hot, (N, C): a 1 in the place of its class. Each network hears it in its first layer, where it picks a
row of "label", one bias per class; that is what it would do beside the layer's other inputs. The prior of z is N(0, I)
for every label. Trees are those of vae.init, with "label": (W (C, H), b) in both networks. Kingma et al. 2014, model
M2; Sohn et al. 2015.
"""

import numpy as np

from vae_from_scratch import ops, training, vae
from vae_from_scratch.device import like, to_cpu
from vae_from_scratch.distributions import bernoulli_log_prob
from vae_from_scratch.layers import dense, init_dense, mlp

# ------------------------------------------------------------------ networks


def init(rng, num_classes=10, data_dim=784, hidden=(400,), latent_dim=20, output_bias=0.0):
    """Parameters, float32; the decoder mirrors the encoder, with one hidden layer or more. output_bias as in vae."""
    params = vae.init(rng, data_dim, hidden, latent_dim, output_bias)
    for network in params.values():
        network["label"] = init_dense(rng, num_classes, len(network["hidden"][0][1]))
    return params


def told(network, inputs, y):
    """The last hidden layer of a network that hears a label in its first: (..., D), (N, C) or (C,) -> (..., H)."""
    first, *rest = network["hidden"]
    return mlp(rest, ops.relu(dense(first, inputs) + dense(network["label"], y)))


def encode(params, x, y):
    """Approximate posterior N(mean, exp(log_var)) of z, told the label: (N, D), (N, C) -> (N, L), (N, L)."""
    h = told(params["encoder"], x, y)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def decode(params, z, y):
    """Logits of the pixels' Bernoulli probabilities, told the label: (..., L), (N, C) or (C,) -> (..., D)."""
    return dense(params["decoder"]["logits"], told(params["decoder"], z, y))


def given(y):
    """The Model of images whose labels are y, (N, C): wherever a Model goes, log p(x | y) stands for log p(x)."""
    return vae.Model(lambda params, x: encode(params, x, y), lambda params, z: decode(params, z, y), bernoulli_log_prob)


# -------------------------------------------------------------------- bounds


def elbo(params, x, y, epsilon):
    """Lower bound on log p(x | y), in nats: images (N, D), labels one-hot (N, C), noise (N, L) -> (N,)."""
    return vae.elbo(params, x, epsilon, model=given(y))


def loss(params, x, y, epsilon):
    """The number that training lowers: minus the mean bound over the examples, in nats per example."""
    return -ops.mean(elbo(params, x, y, epsilon))


def label_log_probs(params, x, epsilon, num_classes=10):
    """Bound on log p(x | y) for each label: (N, D), (N, L) -> (N, C), in nats. The largest is Bayes' guess at y."""
    everybody = [np.tile(y, (len(x), 1)) for y in np.eye(num_classes)]
    return np.stack([to_cpu(elbo(params, *like((x, y, epsilon), params))) for y in everybody], axis=-1)


# ------------------------------------------------------------------- batches


def minibatches(x, y, batch_size, latent_dim, seed, steps):
    """Batches (images (B, D), labels (B, C), epsilon (B, L)), float32; order, binarization and noise as in training.

    A label rides along as C more pixels: drawn with probability 0 or 1, it is what it was.
    """
    together = np.concatenate([x, y], axis=-1)
    for both, epsilon in training.minibatches(together, batch_size, latent_dim, seed, steps):
        yield both[:, : x.shape[-1]], both[:, x.shape[-1] :], epsilon
