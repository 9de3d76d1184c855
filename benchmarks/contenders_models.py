"""One training step of two larger models, here and in PyTorch: the paper's IWAE, and lesson 12's convolutional VAE.

Contenders as in contenders.py: functions (params, batches) -> step. PyTorch is written for speed: losses from the
logits, Adam fused; the convolutional model in both of PyTorch's memory layouts, since neither is always the faster.
"""

from functools import partial

import contenders
import numpy as np
from paper_models import TANH

from vae_from_scratch import convolutional, data, ops, vae
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


def iwae_loss(params, x, epsilon):
    """Minus the mean importance-weighted bound of a network of tanh layers: (N, D), (K, N, L) -> ()."""
    return -ops.mean(vae.iwae_bound(params, x, epsilon, TANH))


iwae_here = partial(contenders.this_package, loss=iwae_loss)
convolutions_here = partial(contenders.this_package, loss=partial(vae.loss, model=convolutional.CONVOLUTIONAL))

# -------------------------------------------------------------------- PyTorch


def training_step(loss, weights, batches):
    """step(i) of fused Adam on loss(*weights, *batch)."""
    import torch

    optimizer = torch.optim.Adam(weights, contenders.LEARNING_RATE, fused=True)

    def step(i):
        value = loss(*weights, *batches[i])
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def iwae_pytorch(params, batches):
    """The importance-weighted bound of K draws, tanh layers."""
    import torch
    from torch.nn import functional as F

    def log_normal(z, mean, log_var):
        return -0.5 * (log_var + (z - mean) ** 2 * torch.exp(-log_var)).sum(-1)  # without log 2 pi, which cancels

    def loss(W1, b1, W2, b2, W_mean, b_mean, W_log_var, b_log_var, W3, b3, W4, b4, W_out, b_out, x, epsilon):
        h = torch.tanh(F.linear(torch.tanh(F.linear(x, W1, b1)), W2, b2))
        mean, log_var = F.linear(h, W_mean, b_mean), F.linear(h, W_log_var, b_log_var)
        z = mean + torch.exp(0.5 * log_var) * epsilon
        logits = F.linear(torch.tanh(F.linear(torch.tanh(F.linear(z, W3, b3)), W4, b4)), W_out, b_out)
        distortion = F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
        log_weights = -0.5 * (z**2).sum(-1) - log_normal(z, mean, log_var) - distortion
        return np.log(len(epsilon)) - torch.logsumexp(log_weights, dim=0).mean()

    arrays = [array for layer in contenders.torch_layers(params) for array in layer]
    weights = [torch.nn.Parameter(torch.tensor(array)) for array in arrays]
    return training_step(loss, weights, [tuple(map(torch.tensor, batch)) for batch in batches])


def convolutions_pytorch(params, batches, layout="contiguous_format"):
    """The same kernels as PyTorch stores them, images (N, C, H, W) in either of its memory layouts."""
    import torch
    from torch.nn import functional as F

    laid_out = partial(torch.Tensor.contiguous, memory_format=getattr(torch, layout))
    halves = convolutional.STRIDE, convolutional.PADDING  # what each layer does to a side

    def loss(W1, b1, W2, b2, W_mean, b_mean, W_log_var, b_log_var, W_in, b_in, W3, b3, W4, b4, x, epsilon):
        h = F.relu(F.conv2d(F.relu(F.conv2d(x, W1, b1, *halves)), W2, b2, *halves)).flatten(1)
        mean, log_var = F.linear(h, W_mean, b_mean), F.linear(h, W_log_var, b_log_var)
        z = mean + torch.exp(0.5 * log_var) * epsilon
        h = laid_out(F.relu(F.linear(z, W_in, b_in)).view(len(x), CHANNELS[-1], 7, 7))
        h = F.relu(F.conv_transpose2d(h, W3, b3, *halves))
        logits = F.conv_transpose2d(h, W4, None, *halves) + b4
        distortion = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        rate = 0.5 * torch.sum(mean**2 + log_var.exp() - 1 - log_var)
        return (distortion + rate) / len(x)

    weights = [torch.tensor(array) for array in torch_arrays(params)]
    weights = [torch.nn.Parameter(laid_out(W) if W.ndim == 4 else W) for W in weights]
    batches = [(laid_out(torch.tensor(x).view(-1, 1, 28, 28)), torch.tensor(epsilon)) for x, epsilon in batches]
    return training_step(loss, weights, batches)


convolutions_channels_last = partial(convolutions_pytorch, layout="channels_last")


def torch_arrays(params):
    """The arrays of the convolutional VAE as PyTorch lays them out: kernels (out, in, k, k), cells channels first."""

    def kernels(part):
        return [(W.transpose(3, 2, 0, 1), b) for W, b in params[part]["conv"]]

    def channels_first(cells):  # (..., 7 * 7 * C) -> (..., C * 7 * 7)
        return np.moveaxis(cells.reshape(*cells.shape[:-1], 7, 7, CHANNELS[-1]), -1, -3).reshape(cells.shape)

    heads = [(channels_first(W.T), b) for W, b in (params["encoder"][name] for name in ("mean", "log_var"))]
    W, b = params["decoder"]["dense"]
    inner, (W_last, b_last) = kernels("decoder")
    pairs = [*kernels("encoder"), *heads, (channels_first(W).T, channels_first(b)), inner]
    pairs.append((W_last, b_last.transpose(2, 0, 1)))
    return [np.ascontiguousarray(array) for pair in pairs for array in pair]
