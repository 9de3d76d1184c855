"""Lesson 8's network, for the lessons after it: the student's own where there is one, else trained here, once.

A trained network is kept in the student's folder, so that the next lesson finds it.
"""

import numpy as np

from vae_from_scratch import convolutional, data, distributions, optimizers, training, vae
from vae_from_scratch.course import nats, progress, steps
from vae_from_scratch.pytree import tree_leaves, tree_map

HIDDEN, LATENT, BATCH, SEED = (300, 300), 16, 50, 0
STEPS, SETTLED = 4_800, 800  # of Adam; the last 800 of them ten times smaller
BY_STUDENT = "08_the_vae.npz"  # where lesson 8's dashboard keeps its run


def lesson_8():
    """Parameters of the dense VAE 784-300-300-16, trained on the 4,000 digits; says in a line whose they are."""
    found = kept()
    own = found is not None and read(progress.home() / BY_STUDENT) is not None
    print(f"lesson 8's network, {'as you trained it' if own else f'{steps(STEPS):,} steps on 4,000 digits'}")
    return fit() if found is None else found


def kept():
    """Parameters of lesson 8's network if the student's folder has it, the student's own first; else None."""
    own = read(progress.home() / BY_STUDENT)
    return read(path()) if own is None else own


def path():
    """Where the network that was trained here is kept; one of a rehearsal apart."""
    return progress.home() / f"trained-{steps(STEPS)}.npz"


def read(file, like=None, least=STEPS - SETTLED):
    """The parameters of a checkpoint; None if there is none, or of another network, or one hardly trained."""
    try:
        params, _, _, step = training.load_checkpoint(file)
        alike = tree_map(lambda ours, found: ours.shape == found.shape, beginning() if like is None else like, params)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    whole = all(tree_leaves(alike)) and all(np.all(np.isfinite(leaf)) for leaf in tree_leaves(params))
    return params if whole and step >= steps(least) else None


def fit():
    """Train from the beginning and keep the result, where the disk takes it."""
    batches = training.minibatches(data.load("digits").train, BATCH, LATENT, SEED, steps(STEPS))
    optimizer = optimizers.adam(lambda taken: 1e-3 if taken < STEPS - SETTLED else 1e-4)
    run = training.train(beginning(), batches, optimizer)
    for _, params, state in run:  # noqa: B007 - the last of them
        pass
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        training.save_checkpoint(path(), params, state, SEED, steps(STEPS))
    except OSError as error:
        print(f"not kept in {path().parent}: {error}")
    return params


def beginning():
    """The parameters that lesson 8 begins with."""
    mean_image = distributions.mean_image_logits(nats.train_digits())
    return vae.init(np.random.default_rng(SEED), hidden=HIDDEN, latent_dim=LATENT, output_bias=mean_image)


# ------------------------------------------------------------ lesson 12's network

CONVOLUTIONAL_STEPS = 2_800
CONVOLUTIONAL_FILE = "12_convolutions.npz"


def keep_lesson_12(params, state):
    """Keep the convolutional VAE that lesson 12 has trained; a disk that does not take it is told of."""
    file = progress.home() / CONVOLUTIONAL_FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        training.save_checkpoint(file, params, state, SEED, steps(CONVOLUTIONAL_STEPS))
    except OSError as error:
        print(f"not kept in {file.parent}: {error}")


def kept_lesson_12():
    """Parameters of lesson 12's network if the student's folder has it; else None."""
    like = convolutional.init(np.random.default_rng(SEED))
    return read(progress.home() / CONVOLUTIONAL_FILE, like, CONVOLUTIONAL_STEPS)
