"""The answered lane: the core's plain definition in every exercise; all are right, and the lesson runs to its end."""

import pytest

from tests.notebooks.lessons import LESSONS, answered, exercises, read
from tests.notebooks.make import execute

pytestmark = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def is_right(cell, name):
    """Whether the card that a cell shows says that the answer is right, without a remark."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return any(text.startswith(f"✓ {name}: right.") for text in texts)


def test_the_core_answers_every_exercise_rightly(path, tmp_path):
    blank = read(path)
    notebook = execute(answered(blank), tmp_path, VAE_REHEARSE="1")
    verdicts = {e.reference: is_right(notebook.cells[e.cell], e.node.name) for e in exercises(blank)}
    assert verdicts == dict.fromkeys(verdicts, True)
