"""Training: batches with an address, six lines that train, and checkpoints.

Batches are addressed, not remembered: what an epoch's order, a step's binarization
and a step's noise are follows from the seed and the number alone. So a run that is
resumed from a checkpoint ends in the same bits as one that was never interrupted.
"""

import json
import os
import tempfile
from itertools import count
from pathlib import Path

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.data import binarize
from vae_from_scratch.device import like, to_cpu
from vae_from_scratch.pytree import tree_leaves

ORDER, NOISE = 1, 2  # what a generator is for: the streams of one seed never meet (0 would be default_rng(seed) itself)


def minibatches(x, batch_size, latent_dim, seed, steps, start=0):
    """Batches of steps start to steps - 1: pairs (binarized images (B, D), epsilon (B, L)), float32.

    Every epoch visits the images in a new order; those left over at its end, fewer
    than a batch, wait for the next epoch. Every visit binarizes anew. Raises
    ValueError for a batch larger than the data.
    """
    if batch_size > len(x):
        raise ValueError(f"a batch of {batch_size} cannot be drawn from {len(x)} images; write batch_size={len(x)}")
    per_epoch = len(x) // batch_size
    for step in range(start, steps):
        epoch, place = divmod(step, per_epoch)
        if place == 0 or step == start:
            order = np.random.default_rng((seed, ORDER, epoch)).permutation(len(x))
        rows = x[order[place * batch_size : (place + 1) * batch_size]]
        rng = np.random.default_rng((seed, NOISE, step))
        uniforms = rng.random(rows.shape, np.float32)
        yield binarize(rows, uniforms), rng.standard_normal((batch_size, latent_dim), np.float32)


def train(params, batches, optimizer, loss=vae.loss, state=None):
    """Generator that takes one step per batch and yields (value, params, state) after each.

    The state goes back in with the next step and may be overwritten there; the parameters never are.
    A batch is the tuple of arguments that the loss takes after params: (x, epsilon),
    or (x, epsilon, beta). Raises NonFinite, with the last yielded parameters still
    good, when the loss or a gradient is not finite.
    """
    state = optimizer.init(params) if state is None else state
    gradient = value_and_grad(loss)
    for batch in batches:
        value, grads = gradient(params, *like(batch, params))
        params, state = optimizer.update(params, grads, state)
        yield value, params, state


def warm_up(batches, beta, steps):
    """Batches (x, epsilon) with the price of the rate: (x, epsilon, beta), from 0 up to beta in `steps` steps.

    The price rises by the same amount at each step, and then stays. Bowman et al. 2016, section 3.1.
    """
    for step, (x, epsilon) in enumerate(batches):
        yield x, epsilon, beta * min(step / steps, 1.0)


# ----------------------------------------------------------------- checkpoints

FORMAT = 1


def save_checkpoint(path, params, state, seed, step):
    """Write where a run stands: an .npz that replaces `path` in one instant, or leaves it as it was.

    step counts the steps taken: resume with minibatches(..., start=step) and train(..., state=state).
    Raises TypeError for a leaf that is neither an array nor a number, before anything is written.
    """
    tree = to_cpu({"params": params, "state": state, "seed": int(seed), "step": int(step)})
    shape, path = json.dumps(outline(tree)), Path(path)
    arrays = {f"leaf_{i}": leaf for i, leaf in enumerate(filter(is_array, tree_leaves(tree)))}
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, format=FORMAT, outline=shape, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        Path(partial).unlink(missing_ok=True)


def load_checkpoint(path):
    """params, state, seed, step, as they were saved. Raises ValueError for a file that is no checkpoint, or damaged."""
    with open(path, "rb") as file:
        try:
            arrays = dict(np.load(file, allow_pickle=False))
            if arrays["format"] == FORMAT:
                tree = from_outline(json.loads(str(arrays["outline"])), (arrays[f"leaf_{i}"] for i in count()))
                return tree["params"], tree["state"], tree["seed"], tree["step"]
        except Exception as error:  # what NumPy, zipfile and json raise for a damaged file is no fixed list
            raise ValueError(f"{path} is not a checkpoint, or was damaged: {error!r}") from error
    raise ValueError(f"{path} has checkpoint format {arrays['format']}; this version of the package reads {FORMAT}")


def outline(tree):
    """The tree as JSON can hold it: its containers and its plain numbers, with null for an array."""
    if isinstance(tree, dict):
        return {"dict": {key: outline(part) for key, part in tree.items()}}
    if isinstance(tree, (list, tuple)):
        return {"list" if isinstance(tree, list) else "tuple": [outline(part) for part in tree]}
    if is_array(tree):
        return None
    if type(tree) in (int, float):
        return tree
    raise TypeError(f"a checkpoint holds arrays and numbers, not {type(tree).__name__}")


def from_outline(shape, arrays):
    """The tree of this outline, with the arrays in the places of its nulls."""
    if shape is None:
        return next(arrays)
    if not isinstance(shape, dict):
        return shape
    ((kind, parts),) = shape.items()
    if kind == "dict":
        return {key: from_outline(part, arrays) for key, part in parts.items()}
    return {"list": list, "tuple": tuple}[kind]([from_outline(part, arrays) for part in parts])


def is_array(leaf):
    return isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype != object
