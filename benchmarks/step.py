"""One training step of the dense VAE, 784-400-20, batch 128, float32, Adam, against its peers.

`python benchmarks/step.py` measures on one core and on two threads, prints both tables
and writes them to benchmarks/results/step.md and step.json; `pip install -e ".[bench]"`
brings the peers, and those that are missing are skipped and named. Blocks of ten steps
take turns in one process, in a new order each round, and ratios are taken within a round, so
that a machine that is busy for a while slows all alike; the quietest third of the rounds
counts. On one core the clock is the process's CPU time, on two threads the wall's.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from statistics import quantiles

from machine import machine

STEPS, BATCH, BATCHES, LATENT = 10, 128, 30, 20
REST = 0.05  # seconds before each block, until the last contender's threads no longer spin
RESULTS = Path(__file__).with_name("results")

CONTENDERS = {  # name: (the function in contenders.py, what it imports, the highest ratio that we want against it)
    "products alone": ("products_alone", "numpy", {1: 1.6}),
    "this package": ("this_package", "numpy", {}),
    "good PyTorch": ("good_pytorch", "torch", {1: 1.1, 2: 1.3}),
    "PyTorch's example": ("pytorch_example", "torch", {1: 0.8}),
    "JAX, jit, donated": ("jax_jit", "jax", {1: 1.25}),
    "stock autograd, float64": ("stock_autograd", "autograd", {1: 0.35}),
}
OURS = "this package"

# ------------------------------------------------------------------ the child


def measure(threads, rounds):
    """Milliseconds a step of each contender's blocks, round by round: {name: [ms, ...]}; and who is missing.

    Runs in a process of its own: threads must be settled before the frameworks are imported.
    """
    import contenders
    import numpy as np

    from vae_from_scratch import vae
    from vae_from_scratch.data import load
    from vae_from_scratch.training import minibatches

    if "torch" in installed():
        import torch

        torch.set_num_threads(threads)
    images = load("digits").train
    batches = list(minibatches(images, BATCH, LATENT, seed=0, steps=BATCHES))
    params = vae.init(np.random.default_rng(0), latent_dim=LATENT)
    present = {name: row for name, row in CONTENDERS.items() if row[1] in installed()}
    steps = {name: getattr(contenders, make)(params, batches) for name, (make, _, _) in present.items()}
    clock = time.process_time if threads == 1 else time.perf_counter

    times, losses = {name: [] for name in steps}, {}
    order = np.random.default_rng(1)
    for turn in range(rounds + 2):  # the first two rounds warm up: all batches, all compilations
        for name in order.permutation(list(steps)):
            time.sleep(REST)
            elapsed, loss = block(steps[name], turn * STEPS, clock)
            times[name].append(1e3 * elapsed / STEPS)
            losses.setdefault(turn, {})[name] = loss
    require_same_losses(losses[1])
    return {
        "threads": threads,
        "milliseconds": {name: values[2:] for name, values in times.items()},
        "missing": [name for name in CONTENDERS if name not in present],
    }


def block(step, start, clock):
    """Seconds of ten steps, and the last one's loss; what step.untimed does between them is not counted."""
    between, uncounted = getattr(step, "untimed", None), 0.0
    begin = clock()
    for i in range(start, start + STEPS):
        if between:
            pause = clock()
            between()
            uncounted += clock() - pause
        loss = step(i % BATCHES)
    loss = float(loss)  # waits for a framework that computes in the background
    return clock() - begin - uncounted, loss


def require_same_losses(losses):
    """Raise unless all contenders have trained alike: after twenty steps their losses agree to 0.01 %."""
    ours = losses[OURS]
    for name, loss in losses.items():
        if abs(loss - ours) > 1e-4 * ours:  # nan, of a contender with no loss, is not greater
            raise AssertionError(f"{name} does not take the same step: its loss is {loss:.4f}, ours {ours:.4f}")


def installed():
    return {d.name for d in metadata.distributions()}


# ----------------------------------------------------------------- the parent


def run_child(threads, rounds):
    """What `measure` returns, from a process bound to that many cores, every library to that many threads."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    command = [sys.executable, __file__, "--child", str(threads), "--rounds", str(rounds)]
    limits = os.environ | dict.fromkeys(names, str(threads)) | {"JAX_PLATFORMS": "cpu"}
    begin = time.perf_counter(), *seconds_in_use()
    result = json.loads(subprocess.run(command, env=limits, check=True, stdout=subprocess.PIPE).stdout)
    elapsed, everyone, ours = (b - a for a, b in zip(begin, (time.perf_counter(), *seconds_in_use()), strict=True))
    return result | {"others_share": max(0.0, everyone - ours) / (elapsed * os.cpu_count())}


def seconds_in_use():
    """CPU seconds that this machine has worked, and those that went to this process's children."""
    user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (user + nice + system) / os.sysconf("SC_CLK_TCK"), children.ru_utime + children.ru_stime


def bind(threads):
    """Bind this process to its last cores: XLA sizes its threads by these, not by its flags."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def summary(result):
    """Per contender: quartiles of ms and of our time over its, within the quiet rounds."""
    chosen = quiet_rounds(result["milliseconds"])
    times = {name: [values[i] for i in chosen] for name, values in result["milliseconds"].items()}
    return {
        name: {
            "ms": quantiles(values, n=4),
            "ratio": quantiles([a / b for a, b in zip(times[OURS], values, strict=True)], n=4),
            "reach": CONTENDERS[name][2].get(result["threads"]),
        }
        for name, values in times.items()
    }


def quiet_rounds(times):
    """The third of the rounds in which all contenders together came closest to their own best."""
    best = [min(values) for values in times.values()]
    slowness = [sum(t / b for t, b in zip(turn, best, strict=True)) for turn in zip(*times.values(), strict=True)]
    return sorted(range(len(slowness)), key=slowness.__getitem__)[: max(2, len(slowness) // 3)]


def table(result):
    """The summary as Markdown."""
    threads = result["threads"]
    title = "One core, CPU time" if threads == 1 else f"{threads} threads, wall time"
    lines = [
        f"## {title}",
        "",
        f"The quietest third of {len(result['milliseconds'][OURS])} rounds of blocks of {STEPS} steps; "
        f"other processes had {result['others_share']:.0%} of the machine meanwhile.",
        "",
        "| | ms a step | quartiles | ours / this | quartiles | to reach |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, row in summary(result).items():
        (low, ms, high), (least, ratio, most) = row["ms"], row["ratio"]
        reach = f"{row['reach']:.2f}" if row["reach"] else ""
        lines.append(f"| {name} | {ms:.2f} | {low:.2f}-{high:.2f} | {ratio:.2f} | {least:.2f}-{most:.2f} | {reach} |")
    lines += [f"\nNot installed, so skipped: {', '.join(result['missing'])}."] * bool(result["missing"])
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=90, help="blocks of ten steps for each contender")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        bind(options.child)
        print(json.dumps(measure(options.child, options.rounds)))
        return
    where = machine()
    if not hasattr(os, "sched_setaffinity"):
        raise SystemExit("this system cannot bind a process to cores; run the comparison on Linux")
    threads = [n for n in (1, 2) if n <= len(os.sched_getaffinity(0))]
    results = [run_child(n, options.rounds) for n in threads]
    versions = ", ".join(f"{name} {version}" for name, version in where["versions"].items())
    setting = f"{where['date']}, {where['cpu']}, {where['cores']} cores; {versions}."
    head = f"# One training step\n\n{__doc__.splitlines()[0]}\n{setting}"
    text = "\n\n".join([head, *map(table, results)]) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "step.md").write_text(text)
    summaries = [{"threads": r["threads"], "summary": summary(r)} | r for r in results]
    (RESULTS / "step.json").write_text(json.dumps(where | {"results": summaries}, indent=1) + "\n")


if __name__ == "__main__":
    main()
