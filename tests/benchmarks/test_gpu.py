"""The measurement on a GPU, as far as it goes without one: rehearsed to its end, and its results read by the lesson."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vae_from_scratch.course.measured import measured

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "benchmarks" / "gpu.py"
OURS = {
    "ms": 2.5, "quartiles": [2.4, 2.6], "host_ms": 2.3, "launches": 315, "copies": 1, "busy_ms": 0.5, "peak_mib": 12.0,
}  # fmt: skip
ROW = {"model": "dense", "batch": 8192, "this package": OURS, "PyTorch": OURS | {"ms": 2.0}}
FOUND = {
    "date": "2026-01-02", "cpu": "a CPU", "cores": 2, "gpu": "A GPU", "versions": {"cupy": "14.2", "torch": "2.11"},
    "steps": [ROW, ROW | {"model": "convolutional", "PyTorch": None, "this package": {"failed": "out of memory"}}],
    "rounding": {"cupy": 1e-7}, "errors": {"nll": "ValueError: no"},
    "parity": {
        "step": {"dense": {"value": 1e-7, "gradient": 2e-6}}, "tolerance": 1e-5, "holds": True,
        "epoch": {"steps": 80, "cpu": -130.0, "device": -130.01, "difference": -0.01},
    },
}  # fmt: skip


@pytest.fixture
def program(monkeypatch):
    """Modules of benchmarks/, which is no package."""
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    yield importlib.import_module
    here = str(PROGRAM.parent)
    for name in [name for name, module in sys.modules.items() if str(getattr(module, "__file__", "")).startswith(here)]:
        del sys.modules[name]


def test_it_runs_to_its_end_on_the_stand_in_and_writes_nothing(tmp_path):
    run = subprocess.run(
        [sys.executable, "-W", "error", PROGRAM, "--rehearse", "--out", tmp_path], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert not list(tmp_path.iterdir()) and "FAILED" not in run.stdout
    for model in ("dense", "IWAE, k = 50", "convolutional"):
        assert len(re.findall(rf"^\| {re.escape(model)} \| [46] \| this package \| \d", run.stdout, re.MULTILINE)) == 2
    assert "; holds" in run.stdout and re.search(r"marked tests: \d{3}/", run.stdout)


def test_every_file_with_a_test_for_a_gpu_is_among_those_it_runs(program):
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)}
    on_a_gpu = {name for name in files if re.search(r"^def test_.*\bcupy\b", (ROOT / name).read_text(), re.MULTILINE)}
    assert on_a_gpu == set(program("gpu").MARKED)


def test_what_is_missing_is_named(program):
    gpu = program("gpu")
    with pytest.raises(SystemExit, match="no_such_package: pip install this"):
        gpu.NEEDED["no_such_package"] = "this"
        gpu.require(["numpy", "no_such_package"])


def test_an_error_in_one_part_is_kept_and_stops_no_other(program, capsys):
    found = {"steps": [], "errors": {}}
    program("gpu").add(found, "nll", lambda: 1 / 0)
    program("gpu").add(found, "steps of dense at 4", lambda: ROW)
    assert found["errors"]["nll"].startswith("ZeroDivisionError") and found["steps"] == [ROW]


def test_frameworks_that_train_differently_are_not_compared(program):
    parts = program("gpu_parts")
    parts.require_same({"one": [100.0, 90.0], "other": [100.001, 90.0]})
    parts.require_same({"one": [100.0]})
    with pytest.raises(SystemExit, match="do not train alike"):
        parts.require_same({"one": [100.0, 90.0], "other": [100.0, 91.0]})


def test_the_table_tells_all_that_was_found_and_what_was_not(program):
    text = program("gpu_table").table(FOUND)
    assert "| dense | 8,192 | this package | 2.50 | 2.40-2.60 | 2.30 | 315 | 20 % | 12 | 1.00 |" in text
    assert "| dense | 8,192 | PyTorch | 2.00 |" in text and "| 1.25 |" in text
    assert "convolutional | 8,192 | this package | out of memory" in text and "PyTorch | not installed" in text
    assert "by at most 2.0e-06" in text and "-0.0100 nats; holds" in text and "FAILED, nll: ValueError: no" in text


def test_the_lesson_reads_what_is_published_and_says_so_where_nothing_was_measured(program, monkeypatch, tmp_path):
    gpu = program("gpu")
    monkeypatch.setattr(gpu, "RESULTS", tmp_path)
    monkeypatch.setattr(gpu, "LESSON", tmp_path / "lesson.json")
    assert measured(gpu.LESSON) == [] and repr(measured(gpu.LESSON)) == "No GPU has been measured yet."
    gpu.publish(FOUND)
    table = measured(gpu.LESSON)
    assert table[0] == ("dense", "8,192", "2.50 ms", "2.00 ms", "315", "20 %")
    assert table[1] == ("convolutional", "8,192", "not measured", "not measured", "not measured", "not measured")
    for words in ("A GPU, 2026-01-02", "CuPy 14.2", "TF32 off"):
        assert words in repr(table) and words in table._repr_html_()
    assert "<td>2.50 ms</td>" in table._repr_html_() and json.loads(gpu.LESSON.read_text())["gpu"] == "A GPU"


def test_the_file_that_the_lesson_reads_is_the_one_that_is_published(program):
    from vae_from_scratch.course import measured as module

    assert program("gpu").LESSON.resolve() == module.FILE.resolve()
    recorded = ROOT / "benchmarks" / "results" / "gpu.json"
    assert recorded.exists() == module.FILE.exists()
