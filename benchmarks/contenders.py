"""One training step of the same VAE, written as each framework's users write it.

Every contender is a function (params, batches) -> step, and step(i) takes batch i
and returns its loss in nats per example, or nan if it has none. All start from the
same parameters and see the same images and the same noise, so all must report the same
losses. ReLU, Bernoulli pixels, Adam 1e-3. Each imports its framework when it is called.
"""

from functools import partial

import numpy as np
import torch_models

from vae_from_scratch import data, ops, training, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.optimizers import adam
from vae_from_scratch.pytree import tree_map

LEARNING_RATE, BETA1, BETA2, EPS = 1e-3, 0.9, 0.999, 1e-8


def dense(batch_size, count, width=400, latent=20, num_samples=None):
    """Parameters of the VAE 784-width-latent and `count` batches (x, epsilon), epsilon (K, N, L) for num_samples K."""
    params = vae.init(np.random.default_rng(0), hidden=(width,), latent_dim=latent)
    batches = training.minibatches(data.load("digits").train, batch_size, latent, seed=0, steps=count)
    if num_samples is None:
        return params, list(batches)
    rng = np.random.default_rng(1)
    return params, [(x, rng.standard_normal((num_samples, batch_size, latent), np.float32)) for x, _ in batches]


def iwae_loss(params, x, epsilon, model=vae.DENSE):
    """Minus the mean importance-weighted bound: (N, D), (K, N, L) -> ()."""
    return -ops.mean(vae.iwae_bound(params, x, epsilon, model))


# ---------------------------------------------------------------- this package


def this_package(params, batches, loss=vae.loss):
    """As lesson 8 trains it."""
    gradient, optimizer = value_and_grad(loss), adam(LEARNING_RATE)
    state = optimizer.init(params)

    def step(i):
        nonlocal params, state
        value, grads = gradient(params, *batches[i])
        params, state = optimizer.update(params, grads, state)
        return value

    return step


def products_alone(params, batches):
    """The matrix products of one step and nothing else, on caches that hold what a step leaves in them."""
    W_in, W_mean, W_log_var, W_hidden, W_out = (W for W, _ in layers(params))
    rng = np.random.default_rng(0)
    x, epsilon = batches[0]
    h_in, d_mean = (rng.standard_normal((len(x), n), np.float32) for n in W_mean.shape)
    h, d_logits = (rng.standard_normal((epsilon.size // W_mean.shape[1], n), np.float32) for n in W_out.shape)
    touched = np.zeros(4 * sum(W.size for W, _ in layers(params)), np.float32)  # what Adam reads: p, g, m, v

    def step(i):
        x, epsilon = batches[i]
        z = epsilon.reshape(-1, epsilon.shape[-1])
        x @ W_in, h_in @ W_mean, h_in @ W_log_var, z @ W_hidden, h @ W_out
        d_logits @ W_out.T, h @ W_hidden.T, d_mean @ W_mean.T, d_mean @ W_log_var.T
        h.T @ d_logits, z.T @ h, h_in.T @ d_mean, h_in.T @ d_mean, x.T @ h_in
        return np.nan

    step.untimed = lambda: np.negative(touched, out=touched)
    return step


# -------------------------------------------------------------------- PyTorch


def good_pytorch(params, batches, model=torch_models.dense):
    """PyTorch at its best, its loss read at every step."""
    step = torch_models.training_step(model, params, batches, LEARNING_RATE)
    return lambda i: step(i).item()


def pytorch_example(params, batches):
    """In the manner of PyTorch's published VAE example: a Module, probabilities, sums over the batch, default Adam."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class VAE(nn.Module):
        def __init__(self, arrays):
            super().__init__()
            for name, (W, b) in zip(("enter", "mean", "log_var", "leave", "pixels"), arrays, strict=True):
                layer = nn.Linear(W.shape[1], W.shape[0])
                layer.load_state_dict({"weight": torch.tensor(W), "bias": torch.tensor(b)})
                self.add_module(name, layer)

        def forward(self, x, epsilon):
            h = F.relu(self.enter(x.view(-1, 784)))
            mean, log_var = self.mean(h), self.log_var(h)
            z = mean + torch.exp(0.5 * log_var) * epsilon
            return torch.sigmoid(self.pixels(F.relu(self.leave(z)))), mean, log_var

    model = VAE(torch_layers(params))
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    batches = [tuple(map(torch.tensor, batch)) for batch in batches]

    def step(i):
        x, epsilon = batches[i]
        optimizer.zero_grad()
        probs, mean, log_var = model(x, epsilon)
        distortion = F.binary_cross_entropy(probs, x.view(-1, 784), reduction="sum")
        rate = -0.5 * torch.sum(1 + log_var - mean.pow(2) - log_var.exp())
        loss = distortion + rate
        loss.backward()
        optimizer.step()
        return loss.item() / len(x)

    return step


# ------------------------------------------------------------------------ JAX


def jax_jit(params, batches):
    """JAX: the whole step compiled once, its parameters and moments donated to it."""
    import jax
    import jax.numpy as jnp

    def loss(params, x, epsilon):
        encoder, decoder = params["encoder"], params["decoder"]
        h = jax.nn.relu(affine(encoder["hidden"][0], x))
        mean, log_var = affine(encoder["mean"], h), affine(encoder["log_var"], h)
        h = jax.nn.relu(affine(decoder["hidden"][0], mean + jnp.exp(0.5 * log_var) * epsilon))
        logits = affine(decoder["logits"], h)
        distortion = jnp.sum(jax.nn.softplus(logits) - x * logits, axis=-1)
        return jnp.mean(distortion + 0.5 * jnp.sum(mean**2 + jnp.exp(log_var) - 1 - log_var, axis=-1))

    @partial(jax.jit, donate_argnums=(0, 1, 2))
    def update(params, m, v, taken, x, epsilon):
        value, grads = jax.value_and_grad(loss)(params, x, epsilon)
        m = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, grads)
        v = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g**2, v, grads)

        def rule(p, m, v):
            return p - LEARNING_RATE * (m / (1 - BETA1**taken)) / (jnp.sqrt(v / (1 - BETA2**taken)) + EPS)

        return jax.tree.map(rule, params, m, v), m, v, value

    params = jax.tree.map(jnp.array, params)
    m, v = jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params)
    batches, taken = [tuple(map(jnp.array, batch)) for batch in batches], 0

    def step(i):
        nonlocal params, m, v, taken
        taken += 1
        params, m, v, value = update(params, m, v, float(taken), *batches[i])
        return value

    return step


# ------------------------------------------------------------- stock autograd


def stock_autograd(params, batches):
    """In the manner of autograd's own examples: lists of (W, b), float64 throughout, Adam on one flattened vector."""
    import autograd.numpy as anp
    from autograd import value_and_grad
    from autograd.misc.flatten import flatten

    def network(layers, x):
        for W, b in layers[:-1]:
            x = anp.maximum(anp.dot(x, W) + b, 0)
        W, b = layers[-1]
        return anp.dot(x, W) + b

    def loss(params, x, epsilon):
        encoder, decoder = params
        heads = network(encoder, x)
        mean, log_var = heads[:, : len(heads[0]) // 2], heads[:, len(heads[0]) // 2 :]
        logits = network(decoder, mean + anp.exp(0.5 * log_var) * epsilon)
        distortion = anp.sum(anp.logaddexp(0, logits) - x * logits, axis=-1)
        return anp.mean(distortion + 0.5 * anp.sum(mean**2 + anp.exp(log_var) - 1 - log_var, axis=-1))

    enter, mean, log_var, leave, pixels = layers(params)
    heads = tuple(np.concatenate(pair, axis=-1) for pair in zip(mean, log_var, strict=True))
    flat, unflatten = flatten(tree_map(lambda array: array.astype(float), [[enter, heads], [leave, pixels]]))
    m, v, taken = np.zeros_like(flat), np.zeros_like(flat), 0
    gradient = value_and_grad(loss)

    def step(i):
        nonlocal flat, m, v, taken
        value, grads = gradient(unflatten(flat), *batches[i])
        g, taken = flatten(grads)[0], taken + 1
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        flat = flat - LEARNING_RATE * (m / (1 - BETA1**taken)) / (np.sqrt(v / (1 - BETA2**taken)) + EPS)
        return value

    return step


# --------------------------------------------------------------------- shared


def layers(params):
    """The five (W, b), in the order in which a step uses them."""
    encoder, decoder = params["encoder"], params["decoder"]
    return [*encoder["hidden"], encoder["mean"], encoder["log_var"], *decoder["hidden"], decoder["logits"]]


def torch_layers(params):
    """The same with W (out, in), as PyTorch lays it out."""
    return [(np.ascontiguousarray(W.T), b) for W, b in layers(params)]


def affine(layer, x):
    return x @ layer[0] + layer[1]
