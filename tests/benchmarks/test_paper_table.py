"""The table, the picture and the lesson's file that are made of recorded rows."""

import importlib
import json
import sys
from pathlib import Path

import pytest

from vae_from_scratch.course.published import published

FOLDER = Path(__file__).parents[2] / "benchmarks"
LOOK = {"step": 2980, "epoch": 5, "train": -107.5, "validation": -108.9, "test": -108.1}
RUN = {
    "layers": 1, "k": 5, "objective": "iwae", "protocol": "fast", "seed": 0, "nll": 85.514, "standard_error": 0.229,
    "active_units": 23, "training_seconds": {"core": 7200}, "log": [LOOK, {**LOOK, "epoch": 10}], "date": "2026-01-02",
    "cpu": "a CPU",
}  # fmt: skip


@pytest.fixture
def paper_table(monkeypatch, tmp_path):
    """The module, which is in no package; it reads rows from a folder of the test and writes there."""
    monkeypatch.syspath_prepend(str(FOLDER))
    module = importlib.import_module("paper_table")
    monkeypatch.setattr(module, "RESULTS", tmp_path / "paper")
    monkeypatch.setattr(module, "LESSON", tmp_path / "lesson.json")
    module.RESULTS.mkdir()
    for data in ("mnist", "fashion_mnist"):
        (module.RESULTS / f"{data}.json").write_text(json.dumps(RUN | {"data": data}))
    yield module
    for name in [name for name, m in sys.modules.items() if str(getattr(m, "__file__", "")).startswith(str(FOLDER))]:
        del sys.modules[name]


def test_rows_stand_beside_the_published_ones_and_those_not_run_say_so(paper_table, tmp_path):
    paper_table.table()
    text = (tmp_path / "paper_table.md").read_text()
    assert "| 1 | 5 | IWAE | 85.54 | 85.51 ± 0.23 | 23 | fast, 0 | 120 min of one core, a CPU, 2026-01-02 |" in text
    assert "| 1 | 5 | IWAE |  | 85.51 ± 0.23 | 23 |" in text  # nobody published it on these images
    assert text.count("not run") == 9 + 2  # of the paper's ten rows; and no row at all on static binarization
    assert (tmp_path / "paper_table.png").read_bytes().startswith(b"\x89PNG")


def test_the_lesson_shows_the_rows_of_one_layer(paper_table):
    paper_table.table()
    lines = published(paper_table.LESSON)
    assert len(lines) == 6 and [line[0] for line in lines].count("Fashion-MNIST") == 1
    assert lines[3][:5] == ("dynamic binarization", "IWAE", "5", "85.54", "85.51 ± 0.23")
