"""Figure 2 of Kingma & Welling 2014, in shape: the bound against the images seen, for 3, 5, 10, 20 and 200 latents.

`VAE_DATA=folder python benchmarks/latents.py` trains the five networks one after another, skips those that have a
JSON under results/latents, and draws results/latents.png and results/latents.md of all there are.

The model: 784-500-L, ReLU, a mirrored decoder, Bernoulli pixels whose biases begin at the training mean. The data:
60,000 training images of MNIST in batches of 100, binarized anew at each visit; the bound is of 10,000 test images,
binarized once, one draw each. Adam at 1e-3 throughout (the paper: tanh, Adagrad, up to 10^8 images).
"""

import json
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from machine import machine
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from vae_from_scratch import data, distributions, optimizers, training, vae

RESULTS = Path(__file__).with_name("results")
LATENTS = 3, 5, 10, 20, 200
BATCH, SEEN, HIDDEN = 100, 3_000_000, (500,)
LOOKS = 25  # points of a curve, evenly spaced on a logarithmic axis from FIRST images on
FIRST, SEED = 30_000, 0


def curve(latent_dim, digits):
    """Images seen and the test bound there: {"seen": [...], "train": [...], "test": [...]}, in nats per image."""
    looks = np.unique(np.geomspace(FIRST, SEEN, LOOKS).astype(int) // BATCH)
    fixed = {part: binarized_once(getattr(digits, part)[:10_000]) for part in ("train", "test")}
    mean_image = distributions.mean_image_logits(digits.train)
    params = vae.init(np.random.default_rng(SEED), 784, HIDDEN, latent_dim, mean_image)
    steps = int(looks[-1])
    batches = training.minibatches(digits.train, BATCH, latent_dim, SEED, steps)
    trained = training.train(params, batches, optimizers.adam(1e-3))
    found = {"seen": [], "train": [], "test": []}
    for step, (_, params, _) in enumerate(tqdm(trained, f"{latent_dim} latents", steps), 1):
        if step in looks:
            found["seen"].append(step * BATCH)
            for part, x in fixed.items():
                found[part].append(bound(params, x, latent_dim))
    return found


def binarized_once(x):
    """Gray images binarized once."""
    return data.binarize(x, np.random.default_rng(SEED).random(x.shape, np.float32))


def bound(params, x, latent_dim):
    """The mean ELBO of some images at one fixed draw, in nats."""
    epsilon = np.random.default_rng(SEED).standard_normal((len(x), latent_dim), np.float32)
    return round(float(np.mean(vae.elbo(params, x, epsilon), dtype=np.float64)), 3)


# -------------------------------------------------------------------- results


def path(latent_dim):
    """The file of one curve."""
    return RESULTS / "latents" / f"{latent_dim}.json"


def run(latent_dim, digits):
    """Train one network and write its curve."""
    began = time.process_time()
    found = curve(latent_dim, digits)
    written = {"latents": latent_dim} | found | {"core_seconds": round(time.process_time() - began)} | machine()
    path(latent_dim).parent.mkdir(parents=True, exist_ok=True)
    path(latent_dim).write_text(json.dumps(written, indent=1) + "\n")


def facts(curves):
    """What the paper's figure shows, looked for in ours: {statement: whether it is so}."""
    ends = {latent_dim: found["test"][-1] for latent_dim, found in curves.items()}
    few = [ends[latent_dim] for latent_dim in (3, 5, 10, 20)]
    left = {latent_dim: share(found) for latent_dim, found in curves.items()}
    return {
        "At the end the bound is higher with 5 latents than with 3, with 10 than with 5, with 20 than with 10": few
        == sorted(few),
        "180 latents too many cost less than 3 nats: 200 against 20": ends[200] > ends[20] - 3,
        "Every curve flattens: the last tenfold of images gains less than the tenfold before": max(left.values()) < 1,
        "With 10 latents or more the curve saturates, it gains less than half of that": all(
            left[latent_dim] < 0.5 for latent_dim in LATENTS if latent_dim >= 10
        ),
        "With 3 and 5, too": max(left[3], left[5]) < 0.5,
    }


def share(found):
    """Nats that the test bound gains over the last tenfold of images seen, for each nat of the tenfold before it."""
    before, last = gains(found)
    return last / before


def gains(found):
    """Nats that the test bound gains over the last tenfold of images seen, and over the tenfold before it."""
    end = np.log10(found["seen"][-1])
    at = np.interp([end - 2, end - 1, end], np.log10(found["seen"]), found["test"])
    return np.diff(at)


def report(curves):
    """The picture and the page of all curves there are."""
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for color, (latent_dim, found) in zip(
        plt.cm.viridis(np.linspace(0, 0.85, len(curves))), curves.items(), strict=True
    ):
        axes.semilogx(found["seen"], found["test"], color=color, label=f"{latent_dim} latents, test")
        axes.semilogx(found["seen"], found["train"], ":", color=color)
    axes.set(xlabel="training images seen", ylabel="ELBO, nats per image (dotted: training images)")
    axes.set_ylim(bottom=-160)
    axes.legend(frameon=False)
    figure.savefig(RESULTS / "latents.png", dpi=150)
    plt.close(figure)
    (RESULTS / "latents.md").write_text(page(curves))


def page(curves):
    """Where each curve ends, and the facts."""
    lines = [
        "# The bound against images seen (Kingma & Welling 2014, Figure 2)",
        "",
        "ELBO in nats per image, one draw, seed 0; ![curves](latents.png)",
        "",
        "| latents | images seen | train | test | last tenfold's gain / the one before | training | machine, date |",
        "|---:|---:|---:|---:|---:|---:|---|",
    ]
    for latent_dim, found in curves.items():
        ends = f"{found['seen'][-1]:,} | {found['train'][-1]:.1f} | {found['test'][-1]:.1f} | {share(found):.2f}"
        took = f"{found['core_seconds'] / 60:.0f} min of one core | {found['cpu']}, {found['date']}"
        lines.append(f"| {latent_dim} | {ends} | {took} |")
    if set(curves) == set(LATENTS):
        lines += ["", *(f"- {statement}: {'yes' if holds else 'no'}." for statement, holds in facts(curves).items())]
    return "\n".join(lines) + "\n"


def main():
    digits = data.load("mnist")
    with threadpool_limits(1):
        for latent_dim in LATENTS:
            if not path(latent_dim).exists():
                run(latent_dim, digits)
    report({latent_dim: json.loads(path(latent_dim).read_text()) for latent_dim in LATENTS})


if __name__ == "__main__":
    main()
