"""The answered lane: the core's plain definition in every exercise; all are right, and the lesson runs to its end."""

import pytest

from tests.notebooks.lessons import LESSONS, answered, exercises, read
from tests.notebooks.make import execute

pytestmark = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def verdict(cell):
    """First mark, ○ ✗ or ✓, that a cell's outputs show; None where no card was shown."""
    texts = (output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    return next((letter for text in texts for letter in text if letter in "○✗✓"), None)


def test_the_core_answers_every_exercise_rightly(path, tmp_path):
    blank = read(path)
    notebook = execute(answered(blank), tmp_path, VAE_REHEARSE="1")
    verdicts = {exercise.reference: verdict(notebook.cells[exercise.cell]) for exercise in exercises(blank)}
    assert verdicts == dict.fromkeys(verdicts, "✓")
