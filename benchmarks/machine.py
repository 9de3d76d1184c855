"""What measured numbers depend on: date, processor, cores, versions."""

import os
import platform
from datetime import date
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

PACKAGES = "numpy", "autograd", "torch", "jax"


def machine():
    """A dictionary of them."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        cpu = named[0].split(":")[1].strip() if named else cpu
    versions = {name: metadata.version(name) for name in PACKAGES if find_spec(name)}
    return {
        "date": date.today().isoformat(),
        "cpu": cpu,
        "cores": os.cpu_count(),
        "versions": {"python": platform.python_version(), **versions},
    }


def sentence(where):
    """The same as one line."""
    versions = ", ".join(f"{name} {version}" for name, version in where["versions"].items())
    return f"{where['date']}, {where['cpu']}, {where['cores']} cores; {versions}."
