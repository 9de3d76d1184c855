"""Lesson 11: how answers that make their own noise are compared exactly: on a model whose weights ignore it."""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.distributions import bernoulli_log_prob

LOGITS = np.random.default_rng(111).normal(size=(11, 7)) * 1.5  # the answer to the first draw, the second, ...


def dealt(nll, params, x, num_samples, seed, model=None):
    """nll with a default or another model; or with an array of logits (K, D) as what the decoder deals out in turn.

    Then the posterior is the prior, so that a draw weighs p(x | z), and each new draw gets the next row of logits,
    whatever its noise: all right answers agree, however they draw and in however many pieces.
    """
    chosen = (_dealer(model),) if isinstance(model, np.ndarray) else () if model is None else (model,)
    made = nll(params, x, num_samples, seed, *chosen)
    return made.astype(x.dtype) if isinstance(made, np.ndarray) and made.dtype.kind == "f" else made


def _dealer(logits):
    seen = {}

    def encode(params, x):
        flat = np.zeros((len(x), 3), x.dtype)
        return flat, flat.copy()

    def decode(params, z):
        draws = z.reshape(-1, *z.shape[-2:])
        rows = [seen.setdefault(draw.tobytes(), len(seen) % len(logits)) for draw in draws]
        return logits[np.reshape(rows, z.shape[:-2])][..., None, :].astype(z.dtype)

    return vae.Model(encode, decode, bernoulli_log_prob)
