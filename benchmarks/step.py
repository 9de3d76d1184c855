"""One training step, float32, Adam, against its peers: the dense VAE, the paper's IWAE, the convolutional VAE.

`python benchmarks/step.py` measures on one core and on two threads, prints the tables
and writes them to benchmarks/results, a .md and a .json for each case; `--case iwae`
measures one. `pip install -e ".[bench]"` brings the peers, and those that are missing
are skipped and named. Blocks of ten steps
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
from importlib import import_module, metadata
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from machine import machine, sentence

STEPS, BATCHES = 10, 30
REST = 0.05  # seconds before each block, until the last contender's threads no longer spin
RESULTS = Path(__file__).with_name("results")
OURS = "this package"


class Case(NamedTuple):
    """What is trained: the module with the problem and its contenders, the problem's function and its arguments."""

    title: str
    module: str
    problem: tuple  # of a function of the module: its name, and its arguments before the number of batches
    contenders: dict  # name: (a function of the module, what it imports, {threads: the highest ratio that we want})


def convolutional(batch_size, reach):
    return Case(
        f"One training step of the convolutional VAE, channels 1-16-32, 4 x 4, stride 2, batch {batch_size}.",
        "contenders_models",
        ("convolutions", batch_size),
        {
            "this package": ("convolutions_here", "numpy", {}),
            "PyTorch": ("convolutions_pytorch", "torch", {1: reach}),
            "PyTorch, channels last": ("convolutions_channels_last", "torch", {1: reach}),
        },
    )


CASES = {
    "step": Case(
        "One training step of the dense VAE, 784-400-20, batch 128, float32, Adam, against its peers.",
        "contenders",
        ("dense", 128),
        {
            "products alone": ("products_alone", "numpy", {1: 1.6}),
            "this package": ("this_package", "numpy", {}),
            "good PyTorch": ("good_pytorch", "torch", {1: 1.1, 2: 1.3}),
            "PyTorch's example": ("pytorch_example", "torch", {1: 0.8}),
            "JAX, jit, donated": ("jax_jit", "jax", {1: 1.25}),
            "stock autograd, float64": ("stock_autograd", "autograd", {1: 0.35}),
        },
    ),
    "iwae": Case(
        "One training step of the paper's IWAE, 784-200-200-50, tanh, k = 50, batch 20.",
        "contenders_models",
        ("iwae", 20, 50),
        {
            "this package": ("iwae_here", "numpy", {}),
            "PyTorch": ("iwae_pytorch", "torch", {1: 1.0}),
        },
    ),
    "convolutional_50": convolutional(50, 1.3),
    "convolutional_128": convolutional(128, 1.5),
}

# ------------------------------------------------------------------ the child


def measure(case, threads, rounds):
    """Milliseconds a step of each contender's blocks, round by round: {name: [ms, ...]}; and who is missing.

    Runs in a process of its own: threads must be settled before the frameworks are imported.
    """
    import numpy as np

    if "torch" in installed():
        import torch

        torch.set_num_threads(threads)
    module, (problem, *sizes) = import_module(case.module), case.problem
    params, batches = getattr(module, problem)(*sizes, BATCHES)
    present = {name: row for name, row in case.contenders.items() if row[1] in installed()}
    steps = {name: getattr(module, make)(params, batches) for name, (make, _, _) in present.items()}
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
        "missing": [name for name in case.contenders if name not in present],
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


def run_child(arguments, threads):
    """The JSON that a script prints, held to so many threads; and others_share, what other processes had meanwhile."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    command = [sys.executable, *arguments, "--child", str(threads)]
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


def summary(case, result):
    """Per contender: quartiles of ms and of our time over its, within the quiet rounds."""
    chosen = quiet_rounds(result["milliseconds"])
    times = {name: [values[i] for i in chosen] for name, values in result["milliseconds"].items()}
    return {
        name: {
            "ms": quantiles(values, n=4),
            "ratio": quantiles([a / b for a, b in zip(times[OURS], values, strict=True)], n=4),
            "reach": case.contenders[name][2].get(result["threads"]),
        }
        for name, values in times.items()
    }


def quiet_rounds(times):
    """The third of the rounds in which all contenders together came closest to their own best."""
    best = [min(values) for values in times.values()]
    slowness = [sum(t / b for t, b in zip(turn, best, strict=True)) for turn in zip(*times.values(), strict=True)]
    return sorted(range(len(slowness)), key=slowness.__getitem__)[: max(2, len(slowness) // 3)]


def table(case, result):
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
    for name, row in summary(case, result).items():
        (low, ms, high), (least, ratio, most) = row["ms"], row["ratio"]
        reach = f"{row['reach']:.2f}" if row["reach"] else ""
        lines.append(f"| {name} | {ms:.2f} | {low:.2f}-{high:.2f} | {ratio:.2f} | {least:.2f}-{most:.2f} | {reach} |")
    lines += [f"\nNot installed, so skipped: {', '.join(result['missing'])}."] * bool(result["missing"])
    return "\n".join(lines)


def report(name, case, rounds, threads):
    """Measure a case on each number of threads, print its tables and write them."""
    where = machine()
    results = [run_child([__file__, "--case", name, "--rounds", str(rounds)], n) for n in threads]
    head = f"# One training step\n\n{case.title}\n{sentence(where)}"
    text = "\n\n".join([head, *(table(case, result) for result in results)]) + "\n"
    print(text, flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text)
    summaries = [{"threads": r["threads"], "summary": summary(case, r)} | r for r in results]
    (RESULTS / f"{name}.json").write_text(json.dumps(where | {"results": summaries}, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", choices=CASES, action="append", help="what to measure; all if not given")
    parser.add_argument("--rounds", type=int, default=90, help="blocks of ten steps for each contender")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="numbers of threads to measure on")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not hasattr(os, "sched_setaffinity"):
        raise SystemExit("this system cannot bind a process to cores; run the comparison on Linux")
    if options.child:
        bind(options.child)
        print(json.dumps(measure(CASES[options.case[0]], options.child, options.rounds)))
        return
    for name in options.case or CASES:
        threads = [n for n in options.threads if n <= len(os.sched_getaffinity(0))]
        report(name, CASES[name], options.rounds, threads)


if __name__ == "__main__":
    main()
