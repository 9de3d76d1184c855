"""All that is measured on a GPU, in one call: `python benchmarks/gpu.py`, on a machine with a CUDA device.

It needs numpy, autograd, threadpoolctl, CuPy, PyTorch and pytest, looks for them first, and says which is missing.
Then: parity with the CPU, of one step and of an epoch, TF32 off; the time, launches, working time and memory of a
training step of three models at three batches, against PyTorch eager; how fast the NLL is evaluated; the tests that
are marked for a GPU. `results/gpu.json` is written after each part, so that a run which is cut short leaves what it
has; the exit status is 1 if parity or a test failed. `--out folder` writes elsewhere. About five minutes.

`--table` makes results/gpu.md of the JSON, and the file from which lesson 13 shows it. `--rehearse` goes through
everything on the strict stand-in, tiny, and writes nothing: so no slip of the pen waits for the day with a GPU.
"""

import argparse
import json
import re
import subprocess
import sys
import traceback
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the package may be there without being installed
NEEDED = {
    "numpy": "numpy", "autograd": "autograd", "threadpoolctl": "threadpoolctl",
    "cupy": "cupy-cuda12x or cupy-cuda13x, as the driver asks", "torch": "torch", "pytest": "pytest",
}  # fmt: skip
RESULTS = Path(__file__).with_name("results")
LESSON = ROOT / "vae_from_scratch" / "course" / "gpu.json"
MARKED = [f"tests/core/test_{name}.py" for name in ("conditional", "device", "device_models", "strict_array")]


def require(names):
    """Exit with a sentence for each package that is missing."""
    missing = [f"{name}: pip install {NEEDED[name]}" for name in names if not find_spec(name)]
    if missing:
        raise SystemExit("not installed:\n  " + "\n  ".join(missing) + "\nwithout a network, carry them as wheels")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for gpu.json and gpu.md")
    parser.add_argument("--rehearse", action="store_true", help="on the stand-in, tiny, nothing written")
    parser.add_argument("--table", action="store_true", help="only make the tables of results/gpu.json")
    options = parser.parse_args()
    if options.table:
        return publish(json.loads((RESULTS / "gpu.json").read_text(encoding="utf-8")))
    require(["numpy", "autograd", "threadpoolctl", "pytest"] if options.rehearse else NEEDED)
    import gpu_clock
    import gpu_table

    if not options.rehearse:
        import cupy

        if not cupy.is_available():
            raise SystemExit("CuPy is installed and finds no CUDA device: is there one, and does the driver match?")
    instrument = gpu_clock.rehearsal() if options.rehearse else gpu_clock.gpu()
    found = {"steps": [], "errors": {}}
    for name, measure in parts(instrument, options.rehearse):
        add(found, name, measure)
        if not options.rehearse:
            write(found, options.out)
    print(gpu_table.table(found))
    holds = found.get("parity", {}).get("holds") and found.get("tests", {}).get("status") == 0
    sys.exit(0 if holds and not found["errors"] else 1)


def parts(instrument, rehearse):
    """What is measured: pairs (name, function without arguments that gives the part of that name)."""
    import gpu_parts
    from gpu_steps import settings

    from vae_from_scratch.data import load

    digits, size = load("digits"), 4 if rehearse else 128
    sizes, rounds = ((4, 6), 1) if rehearse else ((128, 1024, 8192), 15)
    yield "where", lambda: gpu_parts.where(rehearse)
    yield "parity", lambda: gpu_parts.parity(instrument, digits, size, 2 if rehearse else 80)
    for model, setting in settings().items():
        for batch in sizes:
            own = model, setting, digits.train, batch, rounds
            yield f"steps of {model} at {batch}", lambda own=own: gpu_parts.step_row(instrument, *own)
    yield "nll", lambda: gpu_parts.nll(instrument, digits.test, *((5, 3) if rehearse else (1000, 500)))
    yield "tests", lambda: tests(rehearse)


def add(found, name, measure):
    """Measure a part and put it into what was found; an error is told, kept, and stops no other part."""
    print(name, flush=True)
    try:
        result = measure()
    except Exception as error:
        traceback.print_exc()
        found["errors"][name] = f"{type(error).__name__}: {error}"[:500]
        return
    if name == "where":
        found |= result
    elif name.startswith("steps"):
        found["steps"].append(result)
    else:
        found[name] = result


# --------------------------------------------------------------------- tests


def tests(rehearse):
    """What pytest says of the tests marked for a GPU; in a rehearsal they are only collected."""
    options = ["--collect-only"] if rehearse else []
    command = [sys.executable, "-m", "pytest", "-q", "-m", "gpu", "-p", "no:cacheprovider", *options]
    own = ["-o", "addopts=--import-mode=importlib", "-o", "filterwarnings=default"]  # nbval may be missing, CuPy warn
    run = subprocess.run([*command, *own, *MARKED], cwd=ROOT, capture_output=True, text=True, timeout=400)
    print(run.stdout[-6000:], run.stderr[-2000:])
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    return {"status": run.returncode, "said": run.stdout.strip().splitlines()[-1], "failed": failed}


# ------------------------------------------------------------------- writing


def write(found, folder):
    """gpu.json and gpu.md of what there is so far."""
    from gpu_table import table

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gpu.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (folder / "gpu.md").write_text(table(found), encoding="utf-8")


def publish(found):
    """gpu.md, and as much as lesson 13 shows."""
    from gpu_table import table

    (RESULTS / "gpu.md").write_text(table(found), encoding="utf-8")
    shown = {name: found[name] for name in ("date", "gpu", "versions", "steps")}
    LESSON.write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
