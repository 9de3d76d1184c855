"""The table of what Run All costs: every cell counts, and the total stands beside what is asked where it is a total."""

from types import SimpleNamespace

import pytest

from tests import run_all
from tests.run_all import ASKED, Cost


def report(cell, when, duration, kernel=None, folder="notebooks"):
    properties = [("kernel", kernel)] if kernel else []
    return SimpleNamespace(
        nodeid=f"{folder}/03_pca.ipynb::Cell {cell}", when=when, duration=duration, user_properties=properties
    )


@pytest.fixture
def costs(monkeypatch):
    monkeypatch.setattr(run_all, "costs", {})
    return run_all.costs


def test_a_lesson_costs_its_start_and_all_its_cells_and_the_most_that_its_kernel_ever_held(costs):
    for row in (
        (0, "setup", 2.0),
        (0, "call", 1.0),
        (0, "teardown", 0.5, (1.5, 100.0)),
        (1, "call", 4.0),
        (1, "teardown", 0.5, (3.0, 300.0)),
        (2, "call", 8.0),
        (2, "teardown", 9.0, (6.0, 200.0)),
    ):
        run_all.pytest_runtest_logreport(report(*row))
    assert costs == {"03_pca": Cost(15.0, 6.0, 300.0)}


def test_notebooks_elsewhere_do_not_count(costs):
    run_all.pytest_runtest_logreport(report(0, "call", 1.0, folder="elsewhere"))
    assert costs == {}


@pytest.mark.parametrize("lessons", [{"01", "02"}, {"01", "02", "03"}], ids=["all lessons", "a part"])
def test_the_total_stands_beside_what_is_asked_where_all_lessons_ran(lessons):
    text = run_all.table({"02": Cost(70, 60, 300), "01": Cost(30, 20, 400)}, lessons, "setting")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    asked = f", under {ASKED} asked" if len(lessons) == 2 else ""
    assert rows == [
        "| 01 | 30 | 20 | 400 |",
        "| 02 | 70 | 60 | 300 |",
        f"| all 2, one after another | 100{asked} | 80 | 400 |",
    ]
