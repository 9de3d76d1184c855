"""Lesson 8: the small variational autoencoder on which answers are tried, float64 and off the optimum.

Sizes are pairwise coprime: 5 examples, 7 pixels, 3 latents, 11 draws, 13 hidden units in each of two layers.
"""

from functools import cache

import numpy as np

from vae_from_scratch import ops, vae
from vae_from_scratch.pytree import tree_map

AXES = {5: "examples", 3: "latents", 7: "pixels", 11: "draws", 13: "hidden units"}
BETA = 0.8

_rng = np.random.default_rng(8)


def generic(hidden=(13, 13), data_dim=7, latent_dim=3):
    """Parameters of these sizes, biases included off zero."""
    params = vae.init(_rng, data_dim, hidden, latent_dim)
    return tree_map(lambda p: p.astype(np.float64) + 0.2 * _rng.standard_normal(p.shape), params)


PARAMS = generic()
X = (_rng.random((5, 7)) < 0.4).astype(float)
EPSILON, DRAWS = _rng.standard_normal((5, 3)), _rng.standard_normal((11, 5, 3))
ZEROS = tree_map(np.zeros_like, PARAMS)

# ---- parameters with a purpose -------------------------------------------------------------------


def with_head(params, network, head, **parts):
    """params with the W or b of one head replaced: with_head(PARAMS, "encoder", "mean", b=…)."""
    W, b = params[network][head]
    layer = np.broadcast_to(parts.get("W", W), W.shape), np.broadcast_to(parts.get("b", b), b.shape)
    return {**params, network: {**params[network], head: tuple(map(np.array, layer))}}


CERTAIN = with_head(PARAMS, "decoder", "logits", W=0.0, b=1000.0)  # every pixel lit, whatever the image
NARROW = with_head(PARAMS, "encoder", "log_var", W=0.0, b=-60.0)  # no spread to speak of
SURE = with_head(PARAMS, "encoder", "log_var", W=0.0, b=[20.0, -20.0, 0.0])


# ---- another model, for the argument of that name ------------------------------------------------


def _encode(params, x):
    mean, log_var = vae.encode(params, x)
    return ops.tanh(log_var), 0.5 * mean


def _decode(params, z):
    return ops.tanh(vae.decode(params, z))


def _log_likelihood(x, decoded):
    return 9.0 - 0.5 * np.sum((x - decoded) ** 2, axis=-1)  # a density may be above 1


OTHER_MODEL = vae.Model(_encode, _decode, _log_likelihood)


# ---- the lesson's size ---------------------------------------------------------------------------


@cache
def lesson_params():
    """Parameters as large as the lesson's."""
    return vae.init(np.random.default_rng(0), 784, (300, 300), 16)


def lesson_batch():
    """x (50, 784) and epsilon (50, 16), float32."""
    rng = np.random.default_rng(0)
    return (rng.random((50, 784)) < 0.2).astype(np.float32), rng.standard_normal((50, 16), np.float32)
