"""One row of the table: trained, stopped and gone on, evaluated, and written to a JSON.

The data: MNIST or Fashion-MNIST, 59,600 training images, binarized anew at each visit; or MNIST binarized once by its
authors. 400 images are kept apart to choose by; the 10,000 test images are binarized once. The protocols:

- paper: batches of 20; eight stages, 3^i epochs at 1e-3 * 10^(-i/7) for i = 0 ... 7; Adam. 9.8 million steps.
- first: batches of 100; 300 epochs, 1e-3 falling to 1e-4 along half a cosine; Adam. 178,800 steps.
- fast: batches of 100; 500 epochs, 2e-3 falling to 1e-4 along half a cosine; Adam; first weights uniform within
  1 / sqrt(inputs), 0.46 to 0.91 of Glorot's limits, where tanh is still nearly straight. 298,000 steps.
- longer: as fast, then 300 epochs more, from 1e-4 to 1e-5 along half a cosine. 476,800 steps.
- twice: as fast, then 400 epochs more, from 1e-3 to 1e-5 along half a cosine. 536,400 steps.

In both Adam is this package's: beta1 0.9, eps 1e-8. NLL by 5,000 samples from the encoder.
"""

import json
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from machine import machine
from paper_models import NETS, noise
from tqdm import tqdm

from vae_from_scratch import data, optimizers, training
from vae_from_scratch.pytree import tree_map

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "paper"
RUNS = HERE / "runs"  # checkpoints, not committed
VALIDATION, LOGGED_TRAIN = 400, 2_000  # images of each that the log's bounds are of
TEST_SEED, NLL_SAMPLES, NLL_IMAGES = 0, 5_000, 500  # images evaluated at a time
KEPT, LOGGED = 180, 5  # seconds between checkpoints, epochs between entries of the log
CLOCKS = "wall", "core"
ACTIVE = 0.01  # variance over images of its posterior mean, above which a latent is active
DRAWS = 11  # what a generator is for: the draws of a step


class Row(NamedTuple):
    """What is trained; its name is that of its files."""

    layers: int = 1
    k: int = 1
    objective: str = "vae"
    protocol: str = "fast"
    seed: int = 0
    data: str = "mnist"

    @property
    def name(self):
        layers = {1: "one", 2: "two"}[self.layers]
        return f"{self.data}-{layers}-k{self.k}-{self.objective}-{self.protocol}-seed{self.seed}"


# ------------------------------------------------------------------ protocols


def stages(per_epoch):
    """The paper's learning rate, a function of the steps taken, and the number of steps."""
    ends = np.cumsum([3**i for i in range(8)]) * per_epoch
    return lambda taken: 1e-3 * 10 ** (-int(np.searchsorted(ends, taken, side="right")) / 7), int(ends[-1])


def cosine(highest, epochs):
    """A schedule: the learning rate, from highest to 1e-4 along half a cosine, and the number of steps."""
    return lambda per_epoch: (optimizers.cosine_decay(highest, 1e-4, epochs * per_epoch), epochs * per_epoch)


def prolonged(schedule, highest, epochs):
    """A schedule that then goes on, from highest to 1e-5 along half a cosine."""

    def both(per_epoch):
        first, before = schedule(per_epoch)
        last = optimizers.cosine_decay(highest, 1e-5, epochs * per_epoch)
        return lambda taken: first(taken) if taken < before else last(taken - before), before + epochs * per_epoch

    return both


def narrowed(params):
    """Parameters whose weights, drawn within Glorot's sqrt(6 / (n_in + n_out)), lie within 1 / sqrt(n_in)."""

    def narrow(leaf):
        if leaf.ndim == 1:
            return leaf
        n_in, n_out = leaf.shape
        return leaf * np.float32(np.sqrt((n_in + n_out) / (6 * n_in)))

    return tree_map(narrow, params)


class Protocol(NamedTuple):
    """How a row is trained."""

    batch_size: int
    schedule: Callable  # steps per epoch -> learning rate, number of steps
    narrow: bool = False  # whether the first weights are narrowed


PROTOCOLS = {
    "paper": Protocol(20, stages),
    "first": Protocol(100, cosine(1e-3, 300)),
    "fast": Protocol(100, cosine(2e-3, 500), narrow=True),
    "longer": Protocol(100, prolonged(cosine(2e-3, 500), 1e-4, 300), narrow=True),
    "twice": Protocol(100, prolonged(cosine(2e-3, 500), 1e-3, 400), narrow=True),
}

# ----------------------------------------------------------------------- data


class Images(NamedTuple):
    """Gray images to train on, and binary ones to look at and to judge by."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def images_of(name):
    """The images of a data set."""
    digits = data.load(name)
    if name == "binarized_mnist":
        return Images(digits.train, digits.valid[:VALIDATION], digits.test)
    return Images(digits.train[:-VALIDATION], binarized_once(digits.train[-VALIDATION:]), binarized_once(digits.test))


def binarized_once(x):
    """Gray images binarized once."""
    return data.binarize(x, np.random.default_rng(TEST_SEED).random(x.shape, np.float32))


def batches(images, batch_size, row, steps, start):
    """(binarized images (B, D), noise) of steps start to steps - 1, each addressed by seed and step."""
    addressed = training.minibatches(images, batch_size, 1, row.seed, steps, start)
    for step, (x, _) in zip(count(start), addressed, strict=False):
        rng = np.random.default_rng((row.seed, DRAWS, step))
        yield x, noise(rng, row.k, batch_size, NETS[row.layers].latent_dims)


# ------------------------------------------------------------------- training


def train(row, images):
    """Train a row from where an earlier run stopped: parameters, log, seconds of both clocks."""
    protocol = PROTOCOLS[row.protocol]
    per_epoch = len(images.train) // protocol.batch_size
    learning_rate, steps = protocol.schedule(per_epoch)
    start, params, state, log, spent = resumed(row, images.train)
    stream = batches(images.train, protocol.batch_size, row, steps, start)
    loss = NETS[row.layers].losses[row.objective]
    trained = training.train(params, stream, optimizers.adam(learning_rate), loss, state)
    began, saved = clocks(), time.monotonic()
    for step, (_, params, state) in enumerate(tqdm(trained, row.name, steps, initial=start), start + 1):
        now = time.monotonic()
        if step % (LOGGED * per_epoch) == 0 or step == steps:
            log.append({"step": step, "epoch": step // per_epoch} | bounds(row, params, images))
        if now - saved > KEPT or step == steps:
            keep(row, params, state, step, log, spent + clocks() - began)
            saved = now
    return params, log, spent + clocks() - began


def clocks():
    """Seconds of the wall's clock and of this process on its core."""
    return np.array([time.monotonic(), time.process_time()])


def bounds(row, params, images):
    """The ELBO of each set at one fixed draw, in nats per image."""
    net = NETS[row.layers]
    fixed = images._replace(train=binarized_once(images.train[:LOGGED_TRAIN]))._asdict()
    means = {}
    for part, x in fixed.items():
        drawn = noise(np.random.default_rng(TEST_SEED), 1, len(x), net.latent_dims)
        means[part] = round(-float(net.losses["vae"](params, x, drawn)), 3)
    return means


def resumed(row, train):
    """Step, parameters, optimizer state, log and seconds of an earlier run; or those of a beginning."""
    checkpoint, notes = RUNS / f"{row.name}.npz", RUNS / f"{row.name}.json"
    if checkpoint.exists():
        params, state, _, step = training.load_checkpoint(checkpoint)
        noted = json.loads(notes.read_text())
        log = [entry for entry in noted["log"] if entry["step"] <= step]
        return step, params, state, log, np.array(noted["seconds"])
    mean = np.clip(train.mean(axis=0, dtype=np.float64), 0.001, 0.999)
    params = NETS[row.layers].init(np.random.default_rng(row.seed), np.log(mean / (1 - mean)))
    return 0, narrowed(params) if PROTOCOLS[row.protocol].narrow else params, None, [], np.zeros(2)


def keep(row, params, state, step, log, seconds):
    """Write where the run stands."""
    RUNS.mkdir(exist_ok=True)
    (RUNS / f"{row.name}.json").write_text(json.dumps({"log": log, "seconds": list(seconds)}))
    training.save_checkpoint(RUNS / f"{row.name}.npz", params, state, row.seed, step)


# ----------------------------------------------------------------- evaluation


def evaluate(row, params, x):
    """-log p(x) of each test image by NLL_SAMPLES samples, a block of images at a time: (N,), in nats."""
    blocks = range(0, len(x), NLL_IMAGES)
    nll = NETS[row.layers].nll
    return np.concatenate([nll(params, x[i : i + NLL_IMAGES], NLL_SAMPLES, i) for i in tqdm(blocks, "NLL")])


def report(row):
    """Train and evaluate a row, and write its JSON."""
    images = images_of(row.data)
    params, log, seconds = train(row, images)
    began = clocks()
    nll = evaluate(row, params, images.test)
    found = {
        "nll": round(float(np.mean(nll)), 3),
        "standard_error": round(float(np.std(nll) / np.sqrt(len(nll))), 3),
        "nll_samples": NLL_SAMPLES,
        "test_images": len(images.test),
        "active_units": int(np.sum(np.var(NETS[row.layers].means(params, images.test), axis=0) > ACTIVE)),
        "training_seconds": dict(zip(CLOCKS, map(round, seconds), strict=True)),
        "evaluation_seconds": dict(zip(CLOCKS, map(round, clocks() - began), strict=True)),
        "threads": 1,
        "log": log,
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{row.name}.json").write_text(json.dumps(row._asdict() | found | machine(), indent=1) + "\n")
    print(f"{row.name}: NLL {found['nll']:.2f} ± {found['standard_error']:.2f}, {found['active_units']} active units")
