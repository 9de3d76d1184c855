"""Rows of Table 1 of Burda, Grosse & Salakhutdinov 2016, reached by this package's own core.

`VAE_DATA=folder python benchmarks/paper_table.py --k 1 --objective vae` trains one row and writes
a JSON under benchmarks/results/paper; without $VAE_DATA the images are fetched. Stopped at any moment and started
again, it goes on to the same result. `--table` makes results/paper_table.md of all rows there are, and the JSON from
which lesson 11 shows them.

The model: 784-200-200-50, tanh, a mirrored decoder, Bernoulli pixels whose biases begin at the training mean.
The data: 59,600 training images, binarized anew at each visit; 400 images kept apart to choose by; the 10,000 test
images binarized once. The protocols:

- paper: batches of 20; eight stages, 3^i epochs at 1e-3 * 10^(-i/7) for i = 0 ... 7; Adam. 9.8 million steps.
- fast: batches of 100; 300 epochs, 1e-3 falling to 1e-4 along half a cosine; Adam. 178,800 steps.

In both Adam is this package's: beta1 0.9, eps 1e-8. NLL by 5,000 samples from the encoder.
"""

import argparse
import json
import time
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from machine import machine
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from vae_from_scratch import data, distributions, evaluation, ops, optimizers, training, vae
from vae_from_scratch.layers import dense, mlp

RESULTS = Path(__file__).with_name("results") / "paper"
RUNS = Path(__file__).with_name("runs")  # checkpoints, not committed
LESSON = Path(__file__).parents[1] / "vae_from_scratch" / "course" / "published.json"
VALIDATION, HIDDEN, LATENT = 400, (200, 200), 50
TEST_SEED, NLL_SAMPLES, NLL_IMAGES = 0, 5_000, 500  # images evaluated at a time
KEPT, LOGGED = 180, 5  # seconds between checkpoints, epochs between entries of the log
CLOCKS = "wall", "core"
ACTIVE = 0.01  # variance over images of its posterior mean, above which a latent is active
PUBLISHED = {  # (k, objective): NLL, one stochastic layer
    (1, "vae"): 86.76, (5, "vae"): 86.47, (50, "vae"): 86.35, (5, "iwae"): 85.54, (50, "iwae"): 84.78,
}  # fmt: skip

# --------------------------------------------------------------------- model


def encode(params, x):
    h = mlp(params["encoder"]["hidden"], x, ops.tanh)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def decode(params, z):
    return dense(params["decoder"]["logits"], mlp(params["decoder"]["hidden"], z, ops.tanh))


TANH = vae.Model(encode, decode, distributions.bernoulli_log_prob)


def vae_loss(params, x, epsilon):
    """Minus the mean ELBO over K draws and N images, its KL term in closed form: (N, D), (K, N, L) -> ()."""
    return vae.loss(params, x, epsilon, model=TANH)


def iwae_loss(params, x, epsilon):
    """Minus the mean importance-weighted bound: (N, D), (K, N, L) -> ()."""
    return -ops.mean(vae.iwae_bound(params, x, epsilon, TANH))


LOSSES = {"vae": vae_loss, "iwae": iwae_loss}

# ------------------------------------------------------------------ protocols


def stages(per_epoch):
    """The paper's learning rate, a function of the steps taken, and the number of steps."""
    ends = np.cumsum([3**i for i in range(8)]) * per_epoch
    return lambda taken: 1e-3 * 10 ** (-int(np.searchsorted(ends, taken, side="right")) / 7), int(ends[-1])


def cosine(per_epoch, epochs=300):
    """The fast learning rate, a function of the steps taken, and the number of steps."""
    return optimizers.cosine_decay(1e-3, 1e-4, epochs * per_epoch), epochs * per_epoch


PROTOCOLS = {"paper": (20, stages), "fast": (100, cosine)}  # batch size; learning rate and steps from steps per epoch
DRAWS = 11  # what a generator is for: the K draws of a step


def batches(images, batch_size, num_samples, seed, steps, start):
    """(binarized images (B, D), epsilon (K, B, L)) of steps start to steps - 1, each addressed by seed and step."""
    addressed = training.minibatches(images, batch_size, LATENT, seed, steps, start)
    for step, (x, _) in zip(count(start), addressed, strict=False):
        rng = np.random.default_rng((seed, DRAWS, step))
        yield x, rng.standard_normal((num_samples, batch_size, LATENT), np.float32)


# -------------------------------------------------------------------- one row


class Row(NamedTuple):
    """What is trained: number of draws, objective, protocol, seed; its name is that of its files."""

    k: int
    objective: str
    protocol: str
    seed: int

    @property
    def name(self):
        return f"one-k{self.k}-{self.objective}-{self.protocol}-seed{self.seed}"


def train(row, digits):
    """Train a row from where an earlier run stopped: parameters, log, seconds of both clocks."""
    images = digits.train[:-VALIDATION]
    fixed = {"train": images[:2000], "validation": digits.train[-VALIDATION:], "test": digits.test}
    fixed = {part: bound_once(x) for part, x in fixed.items()}
    batch_size, schedule = PROTOCOLS[row.protocol]
    per_epoch = len(images) // batch_size
    learning_rate, steps = schedule(per_epoch)
    start, params, state, log, spent = resumed(row, images)
    stream = batches(images, batch_size, row.k, row.seed, steps, start)
    trained = training.train(params, stream, optimizers.adam(learning_rate), LOSSES[row.objective], state)
    began, saved = clocks(), time.monotonic()
    for step, (_, params, state) in enumerate(tqdm(trained, row.name, steps, initial=start), start + 1):
        now = time.monotonic()
        if step % (LOGGED * per_epoch) == 0 or step == steps:
            log.append({"step": step, "epoch": step // per_epoch} | bounds(params, fixed))
        if now - saved > KEPT or step == steps:
            keep(row, params, state, step, log, spent + clocks() - began)
            saved = now
    return params, log, spent + clocks() - began


def clocks():
    """Seconds of the wall's clock and of this process on its core."""
    return np.array([time.monotonic(), time.process_time()])


def bound_once(x):
    """Gray images binarized once."""
    return data.binarize(x, np.random.default_rng(TEST_SEED).random(x.shape, np.float32))


def bounds(params, fixed):
    """The bound of each set at one fixed draw, in nats per image."""
    means = {}
    for part, x in fixed.items():
        epsilon = np.random.default_rng(TEST_SEED).standard_normal((len(x), LATENT), np.float32)
        means[part] = round(float(np.mean(vae.elbo(params, x, epsilon, model=TANH), dtype=np.float64)), 3)
    return means


def resumed(row, images):
    """Step, parameters, optimizer state, log and seconds of an earlier run; or those of a beginning."""
    checkpoint, notes = RUNS / f"{row.name}.npz", RUNS / f"{row.name}.json"
    if checkpoint.exists():
        params, state, _, step = training.load_checkpoint(checkpoint)
        noted = json.loads(notes.read_text())
        return (
            step,
            params,
            state,
            [entry for entry in noted["log"] if entry["step"] <= step],
            np.array(noted["seconds"]),
        )
    mean = np.clip(images.mean(axis=0, dtype=np.float64), 0.001, 0.999)
    params = vae.init(np.random.default_rng(row.seed), 784, HIDDEN, LATENT, np.log(mean / (1 - mean)))
    return 0, params, None, [], np.zeros(2)


def keep(row, params, state, step, log, seconds):
    """Write where the run stands."""
    RUNS.mkdir(exist_ok=True)
    (RUNS / f"{row.name}.json").write_text(json.dumps({"log": log, "seconds": list(seconds)}))
    training.save_checkpoint(RUNS / f"{row.name}.npz", params, state, row.seed, step)


def evaluate(row, params, x):
    """-log p(x) of each test image by NLL_SAMPLES samples, a block of images at a time: (10000,), in nats."""
    blocks = range(0, len(x), NLL_IMAGES)
    parts = [
        evaluation.nll(params, x[i : i + NLL_IMAGES], NLL_SAMPLES, seed=i, model=TANH) for i in tqdm(blocks, "NLL")
    ]
    return np.concatenate(parts)


def report(row):
    """Train and evaluate a row, and write its JSON."""
    digits = data.load("mnist")
    params, log, seconds = train(row, digits)
    began = clocks()
    x = bound_once(digits.test)
    nll = evaluate(row, params, x)
    found = {
        "nll": round(float(np.mean(nll)), 3),
        "standard_error": round(float(np.std(nll) / np.sqrt(len(nll))), 3),
        "nll_samples": NLL_SAMPLES,
        "test_images": len(x),
        "active_units": int(np.sum(np.var(encode(params, x)[0], axis=0) > ACTIVE)),
        "training_seconds": dict(zip(CLOCKS, map(round, seconds), strict=True)),
        "evaluation_seconds": dict(zip(CLOCKS, map(round, clocks() - began), strict=True)),
        "threads": 1,
        "log": log,
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{row.name}.json").write_text(json.dumps(row._asdict() | found | machine(), indent=1) + "\n")
    print(f"{row.name}: NLL {found['nll']:.2f} ± {found['standard_error']:.2f}, {found['active_units']} active units")


# ------------------------------------------------------------------ the table


def table():
    """The published rows and ours, as Markdown; rows that were not run say so."""
    runs = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("one-*.json"))]
    lines = [
        "# Burda et al. 2016, Table 1: one stochastic layer, dynamic binarization",
        "",
        "NLL in nats per image by 5,000 samples on 10,000 test images; ± is the standard error over images.",
        "",
        "| k | objective | published | ours | active units | protocol, seed | training |",
        "|---:|---|---:|---:|---:|---|---:|",
    ]
    for (k, objective), published in PUBLISHED.items():
        own = [run for run in runs if (run["k"], run["objective"]) == (k, objective)]
        for run in own:
            training_time = f"{run['training_seconds']['core'] / 60:.0f} min of one core, {run['cpu']}, {run['date']}"
            nll = f"{run['nll']:.2f} ± {run['standard_error']:.2f}"
            cells = [k, objective.upper(), f"{published:.2f}", nll, run["active_units"]]
            lines.append(f"| {' | '.join(map(str, cells))} | {run['protocol']}, {run['seed']} | {training_time} |")
        if not own:
            lines.append(f"| {k} | {objective.upper()} | {published:.2f} | not run | | | |")
    (RESULTS.parent / "paper_table.md").write_text("\n".join(lines) + "\n")
    LESSON.write_text(json.dumps([for_the_lesson(*row, runs) for row in PUBLISHED.items()], indent=1) + "\n")
    print("\n".join(lines))


def for_the_lesson(setting, published, runs):
    """A published row and our runs of it, as little as lesson 11 shows."""
    shown = "nll", "standard_error", "active_units", "protocol", "seed", "date"
    ours = [{name: run[name] for name in shown} for run in runs if (run["k"], run["objective"]) == setting]
    return dict(zip(("k", "objective"), setting, strict=True)) | {"published": published, "ours": ours}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--k", type=int, default=1, help="draws for each image at a step")
    parser.add_argument("--objective", choices=LOSSES, default="vae")
    parser.add_argument("--protocol", choices=PROTOCOLS, default="fast")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--table", action="store_true", help="only make the table of the rows there are")
    options = parser.parse_args()
    if not options.table:
        with threadpool_limits(1):
            report(Row(options.k, options.objective, options.protocol, options.seed))
    table()


if __name__ == "__main__":
    main()
