"""How the cost of a training step grows with the batch, the width, the latents, the draws and the data.

`python benchmarks/growth.py` (Linux, some minutes on one core) changes one size at a time of the dense VAE 784-400-20,
batch 128, and measures this package's step beside its own matrix products: in CPU time, by blocks that take turns as
in step.py, and in memory, the most that a step holds at once beyond what was there before it (as tracemalloc counts,
to which NumPy reports). Plots, a table and all numbers land in benchmarks/results, as growth.png, .md and .json.
The draws K are varied at batch 20; where the data is varied, each step draws its batch from it.
"""

import argparse
import json
import time
import tracemalloc
from pathlib import Path
from statistics import median

import numpy as np
from contenders import dense, iwae_loss, products_alone, this_package
from machine import machine, sentence
from step import BATCHES, STEPS, bind, block, quiet_rounds, run_child

from vae_from_scratch import vae
from vae_from_scratch.data import load
from vae_from_scratch.training import minibatches

RESULTS = Path(__file__).with_name("results")
OURS, PRODUCTS = "this package", "products alone"
AXES = {  # what grows: its values
    "batch": (8, 16, 32, 64, 128, 256, 512, 1024),
    "width": (50, 100, 200, 400, 800, 1600),
    "latents": (2, 5, 10, 20, 50, 100, 200),
    "draws K": (1, 2, 5, 10, 20, 50),
    "training images": (1_000, 4_000, 16_000, 64_000),
}
BATCH, K_BATCH, WIDTH, LATENT = 128, 20, 400, 20

# ------------------------------------------------------------------ measuring


def problem(axis, value):
    """Parameters, batches and loss where one size has this value."""
    if axis == "draws K":
        return *dense(K_BATCH, BATCHES, WIDTH, LATENT, num_samples=value), iwae_loss
    sizes = {"batch": BATCH, "width": WIDTH, "latents": LATENT} | {axis: value}
    params, batches = dense(sizes["batch"], BATCHES, sizes["width"], sizes["latents"])
    return params, Drawn(value) if axis == "training images" else batches, vae.loss


class Drawn:
    """Batches that are drawn when asked for, in the order of the training run, from this many images."""

    def __init__(self, number):
        images = np.resize(load("digits").train, (number, 784))
        self.stream = minibatches(images, BATCH, LATENT, seed=0, steps=10**9)

    def __getitem__(self, i):
        return next(self.stream)


def point(axis, value, rounds):
    """{contender: milliseconds a step, megabytes} where one size has this value."""
    params, batches, loss = problem(axis, value)
    steps = {OURS: this_package(params, batches, loss), PRODUCTS: products_alone(params, batches)}
    times = {name: [] for name in steps}
    for turn in range(rounds + 1):  # the first warms up
        for name, step in list(steps.items())[:: 1 if turn % 2 else -1]:
            times[name].append(1e3 * block(step, turn * STEPS, time.process_time)[0] / STEPS)
    times = {name: values[1:] for name, values in times.items()}
    quiet = quiet_rounds(times)
    milliseconds = {name: median(values[i] for i in quiet) for name, values in times.items()}
    return {name: {"ms": milliseconds[name], "megabytes": held(step)} for name, step in steps.items()}


def held(step):
    """The most megabytes that a step holds at once beyond what was there before."""
    tracemalloc.start()
    step(0)  # what one step leaves for the next is there
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    step(1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - before) / 1e6


def measure(rounds):
    """{axis: [what `point` returns, for each of its values]}."""
    return {axis: [point(axis, value, rounds) for value in values] for axis, values in AXES.items()}


# -------------------------------------------------------------------- showing


def table(found, setting):
    """All points as Markdown."""
    lines = ["# How the cost of a training step grows", "", setting, ""]
    for axis, points in found["axes"].items():
        lines += [f"| {axis} | ms a step | products alone | MB held | products alone |", "|---:|---:|---:|---:|---:|"]
        for value, row in zip(AXES[axis], points, strict=True):
            cells = [f"{row[name][unit]:.2f}" for unit in ("ms", "megabytes") for name in (OURS, PRODUCTS)]
            lines.append(f"| {value:,} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def plot(found):
    """growth.png: time above, memory below, one column for each size, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 6), layout="constrained")
    panels = figure.subplots(2, len(AXES), sharey="row")
    for column, (axis, points) in zip(panels.T, found["axes"].items(), strict=True):
        for panel, unit, label in zip(
            column, ("ms", "megabytes"), ("ms a step, CPU", "MB held by a step"), strict=True
        ):
            for name, style in ((OURS, "o-"), (PRODUCTS, "s--")):
                panel.loglog(AXES[axis], [row[name][unit] for row in points], style, label=name, markersize=4)
            panel.set_xlabel(axis)
            panel.grid(alpha=0.3)
            if axis == next(iter(AXES)):
                panel.set_ylabel(label)
    panels[0, 0].legend()
    figure.savefig(RESULTS / "growth.png", dpi=80)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30, help="blocks of ten steps at each point")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        bind(options.child)
        print(json.dumps({"axes": measure(options.rounds)}))
        return
    where = machine()
    found = run_child([__file__, "--rounds", str(options.rounds)], 1)
    setting = f"{sentence(where)}\nOne core, the quietest third of {options.rounds} rounds; "
    setting += f"other processes had {found['others_share']:.0%} of the machine meanwhile."
    text = table(found, setting)
    print(text)
    (RESULTS / "growth.md").write_text(text)
    (RESULTS / "growth.json").write_text(json.dumps(where | {"values": AXES} | found, indent=1) + "\n")
    plot(found)


if __name__ == "__main__":
    main()
