"""One training step of three models, by this package and by PyTorch eager, from the same parameters on one device.

A step is (index of a batch) -> loss, which nobody need read. Batches are on the device beforehand, for both. PyTorch
is written at its best: losses from logits, Adam fused, layers in its own layout, no value read in a step. This package
reads one, to see whether all is finite.
"""

from functools import partial
from math import log
from typing import NamedTuple

import numpy as np
from contenders import LEARNING_RATE, torch_layers

from vae_from_scratch import convolutional, ops, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.convolutional import CONVOLUTIONAL, PADDING, SIDE, STRIDE
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
        "dense": Setting(dense, vae.loss, torch_dense),
        "IWAE, k = 50": Setting(dense, iwae_loss, torch_iwae, DRAWS),
        "convolutional": Setting(convolutions, partial(vae.loss, model=CONVOLUTIONAL), torch_convolutional),
    }


def iwae_loss(params, x, epsilon):
    """Minus the mean importance-weighted bound: (N, D), (K, N, L) -> ()."""
    return -ops.mean(vae.iwae_bound(params, x, epsilon))


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


# -------------------------------------------------------------------- PyTorch


def pytorch(in_torch, params, batches, device):
    """A step of PyTorch's: in_torch(params, tensor) -> (its parameters, loss(x, epsilon))."""
    import torch

    def tensor(array):
        return torch.tensor(np.ascontiguousarray(array), device=device)

    weights, loss = in_torch(params, lambda array: torch.nn.Parameter(tensor(array)))
    optimizer = torch.optim.Adam(weights, LEARNING_RATE, fused=True)
    batches = [tuple(map(tensor, batch)) for batch in batches]

    def step(i):
        value = loss(*batches[i % len(batches)])
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        return value.detach()

    return step


def linears(params, parameter):
    """A dense VAE's parameters in PyTorch, and its encoder and decoder."""
    from torch.nn import functional as F

    weights = [parameter(array) for layer in torch_layers(params) for array in layer]
    linear = [partial(F.linear, weight=W, bias=b) for W, b in zip(weights[::2], weights[1::2], strict=True)]
    to_hidden, to_mean, to_log_var, from_z, to_logits = linear

    def encode(x):
        h = F.relu(to_hidden(x))
        return to_mean(h), to_log_var(h)

    return weights, encode, lambda z: to_logits(F.relu(from_z(z)))


def negative_elbo(encode, decode):
    """The loss of an encoder and a decoder: closed KL term, one draw."""
    import torch
    from torch.nn import functional as F

    def loss(x, epsilon):
        mean, log_var = encode(x)
        logits = decode(mean + torch.exp(0.5 * log_var) * epsilon)
        distortion = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        return (distortion + 0.5 * torch.sum(mean**2 + log_var.exp() - 1 - log_var)) / len(x)

    return loss


def torch_dense(params, parameter):
    weights, encode, decode = linears(params, parameter)
    return weights, negative_elbo(encode, decode)


def torch_iwae(params, parameter):
    import torch
    from torch.nn import functional as F

    weights, encode, decode = linears(params, parameter)

    def loss(x, epsilon):
        mean, log_var = encode(x)
        z = mean + torch.exp(0.5 * log_var) * epsilon
        logits = decode(z)
        distortion = F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
        log_weights = 0.5 * (epsilon**2 + log_var - z**2).sum(-1) - distortion
        return log(len(epsilon)) - torch.logsumexp(log_weights, dim=0).mean()

    return weights, loss


def torch_convolutional(params, parameter):
    """Channels first, as PyTorch lays images out; the dense layers' cells are reordered to match."""
    from torch.nn import functional as F

    encoder, decoder = params["encoder"], params["decoder"]
    side = SIDE // STRIDE ** len(encoder["conv"])
    channels = encoder["conv"][-1][0].shape[3]
    cells = np.arange(side * side * channels).reshape(side, side, channels).transpose(2, 0, 1).ravel()
    inward = [(parameter(W.transpose(3, 2, 0, 1)), parameter(b)) for W, b in encoder["conv"]]
    heads = [(parameter(encoder[name][0][cells].T), parameter(encoder[name][1])) for name in ("mean", "log_var")]
    start = [(parameter(W[:, cells].T), parameter(b[cells])) for W, b in [decoder["dense"]]]
    *outward, (last, pixels) = decoder["conv"]
    middle = [(parameter(W.transpose(3, 2, 0, 1)), parameter(b)) for W, b in outward]
    end = [(parameter(last.transpose(3, 2, 0, 1)), parameter(pixels.transpose(2, 0, 1)))]
    strides = {"stride": STRIDE, "padding": PADDING}

    def encode(x):
        h = x.view(-1, 1, SIDE, SIDE)
        for W, b in inward:
            h = F.relu(F.conv2d(h, W, b, **strides))
        return [F.linear(h.flatten(1), W, b) for W, b in heads]

    def decode(z):
        h = F.linear(z, *start[0]).view(-1, channels, side, side)
        for W, b in middle:
            h = F.conv_transpose2d(F.relu(h), W, b, **strides)
        ((W, b),) = end
        return (F.conv_transpose2d(F.relu(h), W, **strides) + b).flatten(1)

    weights = [array for pair in (*inward, *heads, *start, *middle, *end) for array in pair]
    return weights, negative_elbo(encode, decode)
