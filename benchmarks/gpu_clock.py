"""How a step on a GPU is measured: events around it, its kernels, the memory it takes. And a rehearsal without one.

An Instrument has what differs between the two: `place(tree)` puts parameters and batches where they are measured,
`milliseconds(step, n)` times n steps, `kernels(step)` lists what ran on the device, `peak(framework, step)` the memory
taken from it. A rehearsal times with the host's clock and leaves the rest out: it proves that the program runs, and
its numbers are nobody's.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from vae_from_scratch import device
from vae_from_scratch.course import devices

KERNEL, COPIES = "kernel", ("gpu_memcpy", "gpu_memset")  # categories of a profile's events


class Instrument(NamedTuple):
    """Where steps are measured and how: see above. `torch_device` is PyTorch's name of the same device."""

    name: str
    torch_device: str
    place: Callable
    milliseconds: Callable
    kernels: Callable
    peak: Callable


def rehearsal():
    """The strict stand-in and the host's clock."""
    return Instrument("rehearsal", "cpu", devices.to_stand_in, by_wall, lambda step: {}, lambda framework, step: None)


def gpu():
    """The first GPU. TF32 is switched off in PyTorch, and was never on in CuPy."""
    import torch

    if os.environ.get("CUPY_TF32", "0") != "0":
        raise SystemExit("CUPY_TF32 is set: unset it, or the two would round differently")
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    return Instrument(properties()["name"], "cuda", device.to_gpu, by_events, kernels, peak)


# --------------------------------------------------------------------- time


def by_wall(step, steps):
    """Milliseconds a step by the host's clock, and until the host had given all orders: the same here."""
    began = time.perf_counter()
    for i in range(steps):
        value = step(i)
    float(value)
    took = 1e3 * (time.perf_counter() - began) / steps
    return took, took


def by_events(step, steps):
    """Milliseconds a step between two events on the device, and of the host until all orders were given."""
    import cupy
    import torch

    torch.cuda.synchronize()
    first, last = (cupy.cuda.Event() for _ in range(2))  # both frameworks work on the default stream
    began = time.perf_counter()
    first.record()
    for i in range(steps):
        step(i)
    last.record()
    ordered = time.perf_counter() - began
    last.synchronize()
    return cupy.cuda.get_elapsed_time(first, last) / steps, 1e3 * ordered / steps


# ------------------------------------------------------------------- kernels


def kernels(step):
    """How many kernels one step launches, how many copies, and how many milliseconds the kernels ran.

    From PyTorch's profiler, which sees all that the process does on the device, CuPy's kernels too. Where it may not
    look, what it says instead.
    """
    try:
        events = profiled(step)
    except Exception as error:
        return {"not_profiled": f"{type(error).__name__}: {error}"[:200]}
    ran = [event for event in events if event.get("cat") == KERNEL]
    copies = sum(event.get("cat") in COPIES for event in events)
    return {"launches": len(ran), "copies": copies, "busy_ms": sum(event["dur"] for event in ran) / 1e3}


def profiled(step):
    """The events of one step, as the profiler's trace lists them."""
    import torch
    from torch.profiler import ProfilerActivity, profile

    torch.cuda.synchronize()
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as seen:
        step(0)
        torch.cuda.synchronize()
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace.json")
        seen.export_chrome_trace(str(trace))
        return json.loads(trace.read_text(encoding="utf-8"))["traceEvents"]


# -------------------------------------------------------------------- memory


def peak(framework, step):
    """MiB that a framework's pool has taken from the device after three steps."""
    import cupy
    import torch

    pool = cupy.get_default_memory_pool()
    give_back()
    before = pool.total_bytes(), torch.cuda.memory_reserved()
    torch.cuda.reset_peak_memory_stats()
    for i in range(3):
        step(i)
    torch.cuda.synchronize()
    after = pool.total_bytes(), torch.cuda.max_memory_reserved()
    which = 0 if framework == "this package" else 1
    return (after[which] - before[which]) / 2**20


def give_back():
    """Return to the device what the pools hold and nobody uses; without a GPU nothing."""
    try:
        import cupy
        import torch
    except ImportError:
        return
    if cupy.is_available():
        cupy.get_default_memory_pool().free_all_blocks()
        torch.cuda.empty_cache()


# -------------------------------------------------------------------- device


def properties():
    """What the numbers depend on: the GPU, its memory, driver and CUDA versions."""
    import cupy

    found = cupy.cuda.runtime.getDeviceProperties(0)
    return {
        "name": found["name"].decode(),
        "memory_gib": round(found["totalGlobalMem"] / 2**30, 1),
        "multiprocessors": found["multiProcessorCount"],
        "compute_capability": f"{found['major']}.{found['minor']}",
        "driver": asked_driver(),
        "cuda_of_driver": cupy.cuda.runtime.driverGetVersion(),
        "cuda_of_cupy": cupy.cuda.runtime.runtimeGetVersion(),
    }


def asked_driver():
    """The driver's version, as nvidia-smi tells it, or "unknown"."""
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"
