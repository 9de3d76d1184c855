"""The three models of the benchmarks in PyTorch, at its best: losses from the logits, Adam fused, its own layouts.

A model is a function (params, tensor) -> weights, loss. params are this package's; tensor(array) takes an array to
where PyTorch shall work; weights are the Parameters, and loss(x, epsilon) is what this package's loss returns.
"""

from functools import partial
from math import log

import numpy as np

from vae_from_scratch.convolutional import PADDING, SIDE, STRIDE


def training_step(model, params, batches, learning_rate, device="cpu"):
    """step(i) -> the loss at batch i, on the device, which nobody need read."""
    import torch

    def tensor(array):
        return torch.tensor(np.ascontiguousarray(array), device=device)

    weights, loss = model(params, tensor)
    optimizer = torch.optim.Adam(weights, learning_rate, fused=True)
    batches = [tuple(map(tensor, batch)) for batch in batches]

    def step(i):
        value = loss(*batches[i % len(batches)])
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        return value.detach()

    return step


# ---------------------------------------------------------------------- models


def dense(params, tensor, activation="relu"):
    weights, encode, decode = halves(params, tensor, activation)
    return weights, negative_elbo(encode, decode)


def iwae(params, tensor, activation="relu"):
    """Minus the mean importance-weighted bound: epsilon (K, N, L)."""
    import torch
    from torch.nn import functional as F

    weights, encode, decode = halves(params, tensor, activation)

    def loss(x, epsilon):
        mean, log_var = encode(x)
        z = mean + torch.exp(0.5 * log_var) * epsilon
        logits = decode(z)
        distortion = F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
        log_weights = 0.5 * (epsilon**2 + log_var - z**2).sum(-1) - distortion
        return log(len(epsilon)) - torch.logsumexp(log_weights, dim=0).mean()

    return weights, loss


def convolutional(params, tensor, layout="contiguous_format"):
    """Images (N, C, H, W), in either of PyTorch's memory layouts, for neither is always the faster."""
    import torch
    from torch.nn import functional as F

    laid_out = partial(torch.Tensor.contiguous, memory_format=getattr(torch, layout))
    inward, heads, start, outward = [
        [tuple(torch.nn.Parameter(laid_out(t) if t.ndim == 4 else t) for t in map(tensor, pair)) for pair in layers]
        for layers in channels_first(params)
    ]
    strides = {"stride": STRIDE, "padding": PADDING}
    (W_start, b_start), *_ = start
    *middle, (W_last, pixels) = outward

    def encode(x):
        h = laid_out(x.view(-1, 1, SIDE, SIDE))
        for W, b in inward:
            h = F.relu(F.conv2d(h, W, b, **strides))
        return [F.linear(h.flatten(1), W, b) for W, b in heads]

    def decode(z):
        h = F.linear(z, W_start, b_start)
        side = SIDE // STRIDE ** len(outward)
        h = laid_out(h.view(len(z), -1, side, side))
        for W, b in middle:
            h = F.conv_transpose2d(F.relu(h), W, b, **strides)
        return (F.conv_transpose2d(F.relu(h), W_last, **strides) + pixels).flatten(1)

    weights = [weight for pair in (*inward, *heads, *start, *outward) for weight in pair]
    return weights, negative_elbo(encode, decode)


# ---------------------------------------------------------------------- shared


def halves(params, tensor, activation):
    """A dense VAE's parameters in PyTorch, its encoder and its decoder."""
    import torch
    from torch.nn import functional as F

    bend, parts = getattr(torch, activation), (params["encoder"], params["decoder"])

    def linear(layer):
        W, b = layer
        return partial(F.linear, weight=torch.nn.Parameter(tensor(W.T)), bias=torch.nn.Parameter(tensor(b)))

    hidden, outer = ([linear(layer) for layer in part["hidden"]] for part in parts)
    mean, log_var, logits = map(linear, (parts[0]["mean"], parts[0]["log_var"], parts[1]["logits"]))

    def through(layers, h):
        for layer in layers:
            h = bend(layer(h))
        return h

    def encode(x):
        h = through(hidden, x)
        return mean(h), log_var(h)

    maps = (*hidden, mean, log_var, *outer, logits)
    weights = [weight for layer in maps for weight in layer.keywords.values()]
    return weights, encode, lambda z: logits(through(outer, z))


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


def channels_first(params):
    """The convolutional VAE's layers as PyTorch lays them out: inward, heads, start, outward, each a list of (W, b).

    Kernels are (out, in, k, k); the cells of the dense layers are reordered to match.
    """
    encoder, decoder = params["encoder"], params["decoder"]
    side, channels = SIDE // STRIDE ** len(encoder["conv"]), encoder["conv"][-1][0].shape[3]
    cells = np.arange(side * side * channels).reshape(side, side, channels).transpose(2, 0, 1).ravel()

    def kernels(layers):
        return [(W.transpose(3, 2, 0, 1), b if b.ndim == 1 else b.transpose(2, 0, 1)) for W, b in layers]

    heads = [(W[cells].T, b) for W, b in (encoder["mean"], encoder["log_var"])]
    W, b = decoder["dense"]
    return kernels(encoder["conv"]), heads, [(W[:, cells].T, b[cells])], kernels(decoder["conv"])
