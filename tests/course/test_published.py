"""The published table: every row of the paper, our runs beside it, and an honest word where there is none."""

import json

import pytest

from vae_from_scratch.course import published as module
from vae_from_scratch.course.published import published

RUN = {"nll": 86.512, "standard_error": 0.061, "active_units": 19, "protocol": "fast", "seed": 0, "date": "2026-01-02"}


@pytest.fixture
def file(tmp_path):
    rows = [
        {"images": "dynamic", "k": 1, "objective": "vae", "published": 86.76, "ours": [RUN, {**RUN, "seed": 1}]},
        {"images": "dynamic", "k": 50, "objective": "iwae", "published": 84.78, "ours": []},
        {"images": "static", "k": 1, "objective": "vae", "published": None, "ours": [RUN]},
    ]
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(rows))
    return path


def test_the_file_that_ships_has_the_five_settings_of_the_paper():
    rows = json.loads(module.FILE.read_text())
    assert [(row["k"], row["objective"], row["published"]) for row in rows if row["published"]] == [
        (1, "vae", 86.76), (5, "vae", 86.47), (50, "vae", 86.35), (5, "iwae", 85.54), (50, "iwae", 84.78),
    ]  # fmt: skip
    assert {row["images"] for row in rows if row["published"]} == {"dynamic binarization"} and len(published()) >= 5


def test_each_run_has_a_line_with_its_error_and_a_row_without_one_says_so(file):
    first, second, without, other = published(file)
    assert first == ("dynamic", "VAE", "1", "86.76", "86.51 ± 0.06", "19", "fast, 0, 2026-01-02")
    assert second[-1] == "fast, 1, 2026-01-02" and without[:5] == ("dynamic", "IWAE", "50", "84.78", "not run")
    assert other[:5] == ("static", "VAE", "1", "-", "86.51 ± 0.06")


def test_text_and_html_hold_the_same_cells(file):
    table = published(file)
    for line in table:
        assert all(cell in repr(table) and f"<td>{cell}</td>" in table._repr_html_() for cell in line)
    assert "ours, recorded" in repr(table) and "ours, recorded" in table._repr_html_()
