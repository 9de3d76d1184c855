"""Training: batches with an address, six lines that train, and checkpoints.

Batches are addressed, not remembered: what an epoch's order, a step's binarization
and a step's noise are follows from the seed and the number alone. So a run that is
resumed from a checkpoint ends in the same bits as one that was never interrupted.
"""

import json
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.data import binarize
from vae_from_scratch.device import like, to_cpu
from vae_from_scratch.pytree import tree_leaves

ORDER, NOISE = 0, 1  # what a generator is for: the two streams of one seed never meet


def minibatches(x, batch_size, latent_dim, seed, steps, start=0):
    """Batches of steps start to steps - 1: pairs (binarized images (B, D), epsilon (B, L)), float32.

    Every epoch visits the images in a new order; those left over at its end, fewer
    than a batch, wait for the next epoch. Every visit binarizes anew.
    """
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


# ----------------------------------------------------------------- checkpoints

FORMAT = 1


def save_checkpoint(path, params, state, seed, step):
    """Write where a run stands: an .npz that replaces `path` in one instant, or leaves it as it was.

    step counts the steps taken: resume with minibatches(..., start=step) and train(..., state=state).
    """
    tree = to_cpu({"params": params, "state": state, "seed": seed, "step": step})
    leaves = {f"leaf_{i}": np.asarray(leaf) for i, leaf in enumerate(tree_leaves(tree))}
    path = Path(path)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".partial")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, format=FORMAT, outline=json.dumps(outline(tree)), **leaves)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        os.unlink(partial)
        raise


def load_checkpoint(path):
    """What save_checkpoint wrote: params, state, seed, step. Raises ValueError for a file that is not one."""
    try:
        with np.load(path, allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                raise ValueError(f"{path} has checkpoint format {int(file['format'])}; this version reads {FORMAT}")
            leaves = (file[f"leaf_{i}"] for i in range(len(file.files)))
            tree = from_outline(json.loads(str(file["outline"])), leaves)
    except (KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is not a checkpoint, or was damaged: {error}") from error
    return tree["params"], tree["state"], tree["seed"], tree["step"]


def outline(tree):
    """The tree's containers without its leaves, as JSON can hold them: a leaf is null."""
    if isinstance(tree, dict):
        return {"dict": {key: outline(part) for key, part in tree.items()}}
    if isinstance(tree, (list, tuple)):
        return {type(tree).__name__: [outline(part) for part in tree]}
    return None


def from_outline(shape, leaves):
    """The tree of this outline; whole numbers come back as int, all else as arrays."""
    if shape is None:
        leaf = next(leaves)
        return int(leaf) if leaf.ndim == 0 and leaf.dtype.kind == "i" else leaf
    ((kind, parts),) = shape.items()
    if kind == "dict":
        return {key: from_outline(part, leaves) for key, part in parts.items()}
    return {"list": list, "tuple": tuple}[kind](from_outline(part, leaves) for part in parts)
