"""Lesson 10's sweep: small VAEs of one beginning, each trained on at a price of its own, side by side.

A network is kept in the student's folder under a name made of all that decides its numbers: its settings, the core's
code, the data. So it is trained once, and again when any of these has changed. All are trained by our functions, in
processes beside this one or on a cluster, and kept here.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

import numpy as np

import vae_from_scratch
from vae_from_scratch import data, distributions, optimizers, training, vae
from vae_from_scratch.course import nats, progress, steps
from vae_from_scratch.course.jobs import spread

BETAS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
HIDDEN, LATENT, BATCH = (128,), 16, 50
LEAD, STEPS = 1_500, 1_000  # steps of the common beginning, at beta 1; then of each network at its own


def over_beta(betas=BETAS, cluster=None):
    """{beta: parameters} of VAEs 784-128-16, trained or found; says how far it is. cluster: as for `spread`."""
    found = {beta: read(path(beta=beta, steps=steps(STEPS), lead=steps(LEAD))) for beta in betas}
    missing = [beta for beta, params in found.items() if params is None]
    print(f"{len(betas)} networks, each {steps(LEAD):,} steps in common and {steps(STEPS):,} at its own beta")
    start = common() if missing else None
    made = spread(trained_on, [(start, beta, steps(STEPS)) for beta in missing], cluster)
    for beta, params in zip(missing, made, strict=True):
        found[beta] = params
        keep(path(beta=beta, steps=steps(STEPS), lead=steps(LEAD)), params)
        print(f"beta {beta:g} is trained", flush=True)
    return found


def beginning():
    """Parameters before any step, the decoder's bias at the mean image's logits."""
    mean_image = distributions.mean_image_logits(nats.train_digits())
    return vae.init(np.random.default_rng(0), hidden=HIDDEN, latent_dim=LATENT, output_bias=mean_image)


def common():
    """Parameters after the steps that all networks share, at beta 1; trained or found."""
    file = path(beta=1.0, steps=steps(LEAD), lead=0)
    params = read(file)
    if params is None:
        params = trained(beginning(), 1.0, steps(LEAD), seed=0, learning_rate=2e-3)
        keep(file, params)
    return params


def trained_on(params, beta, num_steps):
    """Parameters after num_steps more at this beta, the steps ever smaller."""
    return trained(params, beta, num_steps, seed=1, learning_rate=optimizers.cosine_decay(2e-3, 5e-5, num_steps))


def trained(params, beta, num_steps, seed, learning_rate):
    """Parameters after num_steps of Adam on the training digits."""
    pairs = training.minibatches(data.load("digits").train, BATCH, LATENT, seed, num_steps)
    batches = ((x, epsilon, beta) for x, epsilon in pairs)
    for _, newest, _ in training.train(params, batches, optimizers.adam(learning_rate)):
        params = newest
    return params


# --------------------------------------------------------------------- keeping


def path(**settings):
    """Where the network of these settings is kept."""
    text = json.dumps({**settings, "hidden": HIDDEN, "latent": LATENT, "batch": BATCH}, sort_keys=True)
    name = hashlib.sha256((text + code_version()).encode()).hexdigest()[:16]
    return progress.home() / "sweep" / f"beta-{settings['beta']:g}-{name}.npz"


@cache
def code_version():
    """Digest of the core's code, of this module's, of that which binarizes, and of the digits."""
    package = Path(vae_from_scratch.__file__).parent
    files = [*sorted(package.glob("*.py")), package / "digits.npz", Path(nats.__file__), Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def read(file):
    """Parameters of a file; None if there is none, or a damaged one, or another network's."""
    try:
        params = training.load_checkpoint(file)[0]
        alike = training.outline(params) == training.outline(beginning())
    except (OSError, ValueError):
        return None
    return params if alike else None


def keep(file, params):
    """Write parameters where the disk takes them; a sentence where it does not."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        training.save_checkpoint(file, params, (), 0, 0)
    except OSError as error:
        print(f"not kept in {file.parent}: {error}")
