"""The parts of the measurement on a GPU: where it was, parity with the CPU, the steps, the NLL.

Each takes an Instrument of gpu_clock and gives what goes into the JSON: plain numbers, lists and dictionaries.
"""

import time
from collections import deque
from importlib.util import find_spec
from statistics import median, quantiles

import gpu_clock
import numpy as np
from contenders import LEARNING_RATE
from gpu_steps import LATENT, OURS, THEIRS, settings, this_package
from machine import machine
from torch_models import training_step

from vae_from_scratch import evaluation, optimizers, training, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.data import binarize
from vae_from_scratch.device import to_cpu
from vae_from_scratch.pytree import tree_leaves

TOLERANCE = 1e-5  # of a step's value and gradients, relative to their norm
EPOCH_TOLERANCE = 0.1  # nats, of the bound after an epoch: rounding grows, the average stays

# --------------------------------------------------------------------- where


def where(rehearse):
    """Machine, date, versions; of a GPU all that its driver tells."""
    found = machine()
    if rehearse:
        return found | {"gpu": "rehearsal", "tf32": False}
    import cupy

    found["versions"]["cupy"] = cupy.__version__
    gpu = gpu_clock.properties()
    return found | {"gpu": gpu.pop("name"), "device": gpu, "tf32": False, "rounding": rounding()}


def rounding():
    """Relative error of a float32 product in each framework: about 1e-7, or TF32 is on (3e-4)."""
    import cupy
    import torch

    rng = np.random.default_rng(0)
    A, B = (rng.standard_normal((512, 512), np.float32) for _ in range(2))
    exact = A.astype(np.float64) @ B
    products = {
        "cupy": cupy.asnumpy(cupy.asarray(A) @ cupy.asarray(B)),
        "torch": (torch.tensor(A, device="cuda") @ torch.tensor(B, device="cuda")).cpu().numpy(),
    }
    return {name: float(np.linalg.norm(C - exact) / np.linalg.norm(exact)) for name, C in products.items()}


# -------------------------------------------------------------------- parity


def parity(instrument, digits, size, steps):
    """How far a step's value and gradients are from the CPU's, of each model, and the bound after an epoch."""
    models = {name: step_parity(instrument, setting, digits.train, size) for name, setting in settings().items()}
    epoch = epoch_parity(instrument, digits, steps)
    holds = all(max(model.values()) < TOLERANCE for model in models.values())
    return {
        "step": models,
        "epoch": epoch,
        "tolerance": TOLERANCE,
        "holds": holds and abs(epoch["difference"]) < EPOCH_TOLERANCE,
    }


def step_parity(instrument, setting, images, size):
    """Relative distance of the loss, and the largest of any gradient leaf, in norms."""
    (batch,) = setting.batches(images, size, 1)
    gradient = value_and_grad(setting.loss)
    value, grads = gradient(setting.params, *batch)
    there = to_cpu(gradient(instrument.place(setting.params), *instrument.place(batch)))
    apart = [
        float(np.linalg.norm(a - b) / np.linalg.norm(b))
        for a, b in zip(tree_leaves(there[1]), tree_leaves(grads), strict=True)
    ]
    return {"value": abs(float(there[0]) - float(value)) / abs(float(value)), "gradient": max(apart)}


def epoch_parity(instrument, digits, steps):
    """The bound on test digits after an epoch of the dense model, on both, in nats."""
    rng = np.random.default_rng(1)
    x = binarize(digits.test, rng.random(digits.test.shape, np.float32))
    epsilon = rng.standard_normal((len(x), LATENT), np.float32)

    def bound(params):
        batches = training.minibatches(digits.train, 50, LATENT, seed=0, steps=steps)
        ((_, params, _),) = deque(training.train(params, batches, optimizers.adam(1e-3)), maxlen=1)
        return float(np.mean(vae.elbo(to_cpu(params), x, epsilon), dtype=np.float64))

    params = settings()["dense"].params
    here, there = bound(params), bound(instrument.place(params))
    return {"steps": steps, "cpu": here, "device": there, "difference": there - here}


# --------------------------------------------------------------------- steps


def step_row(instrument, model, setting, images, size, rounds):
    """Both frameworks' steps of one model at one batch: blocks in turns, medians of milliseconds a step."""
    batches = setting.batches(images, size, 3)
    makers = {OURS: lambda: this_package(setting.loss, *map(instrument.place, (setting.params, batches)))}
    if find_spec("torch"):
        there = instrument.torch_device
        makers[THEIRS] = lambda: training_step(setting.in_torch, setting.params, batches, LEARNING_RATE, there)
    gpu_clock.give_back()
    row, steps, losses = {"model": model, "batch": size, OURS: None, THEIRS: None}, {}, {}
    for name, make in makers.items():
        try:
            step = make()
            losses[name] = [float(step(i)) for i in range(3)]  # also compiles, and finds its kernels
            steps[name] = step
        except Exception as error:
            if not (isinstance(error, MemoryError) or "memory" in str(error).lower()):
                raise
            row[name] = {"failed": f"{type(error).__name__}: {error}"[:200]}
    require_same(losses)
    times = {name: [] for name in steps}
    number = {name: block_length(instrument, step) for name, step in steps.items()}
    for _ in range(rounds):
        for name, step in steps.items():
            times[name].append(instrument.milliseconds(step, number[name]))
    for name, step in steps.items():
        row[name] = summary(times[name]) | instrument.kernels(step) | {"peak_mib": instrument.peak(name, step)}
    return row


def block_length(instrument, step):
    """Steps of a block: about a tenth of a second, 1 to 20."""
    once, _ = instrument.milliseconds(step, 1)
    return int(min(20, max(1, 100 / once)))


def summary(times):
    """Median, quartiles and the host's own time of pairs (milliseconds a step, until all orders were given)."""
    steps, orders = zip(*times, strict=True)
    between = quantiles(steps, n=4) if len(steps) > 1 else list(steps) * 3
    return {"ms": median(steps), "quartiles": [between[0], between[2]], "host_ms": median(orders)}


def require_same(losses):
    """Raise unless both frameworks train alike: their first losses agree to 0.01 %."""
    both = list(losses.values())
    for one, other in zip(*both, strict=True) if len(both) == 2 else ():
        if not abs(one - other) < 1e-4 * abs(one):
            raise SystemExit(f"the two do not train alike: {losses}")


# ----------------------------------------------------------------------- NLL


def nll(instrument, images, number, draws):
    """Draws times images a second of the NLL of the dense model, on the device and on this CPU (a tenth of the draws).

    The noise is drawn on the host, draw by draw, in both.
    """
    params, x = settings()["dense"].params, (images[:number] > 0.5).astype("float32")

    def rate(params, draws):
        evaluation.nll(params, x, 2, seed=0)
        began = time.perf_counter()
        evaluation.nll(params, x, draws, seed=0)
        return number * draws / (time.perf_counter() - began)

    there, here = rate(instrument.place(params), draws), rate(params, max(1, draws // 10))
    return {"images": number, "draws": draws, "device_per_second": there, "cpu_per_second": here}
