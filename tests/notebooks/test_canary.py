"""The canary: the command that guards the notebooks turns red for one wrong digit and for one broken import."""

import re
import subprocess
import sys

import nbformat
import pytest

from tests.guards import EXEMPT
from tests.notebooks.lessons import LESSONS, ROOT, code_cells, read

NUMBER = re.compile(r"\d(?=\D*$)")


def printed(cell):
    """The first output of a compared cell that is printed text ending in a number, or None."""
    if EXEMPT & set(cell.metadata.get("tags", [])):
        return None
    return next((o for o in cell.get("outputs", []) if o.output_type == "stream" and NUMBER.search(o.text)), None)


def beginning(path):
    """A lesson up to its first cell that prints a number."""
    notebook = read(path)
    last = next(index for index, cell in enumerate(notebook.cells) if printed(cell))
    notebook.cells = notebook.cells[: last + 1]
    return notebook


def nbval(notebook, folder):
    """Outcome of the project's own pytest configuration on one notebook: (exit status, what was printed)."""
    path = folder / "canary.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", folder, path]
    command += ["--basetemp", folder / "temp"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout


@pytest.fixture
def notebook():
    """The beginning of the first lesson."""
    return beginning(LESSONS[0])


def test_an_untouched_copy_is_green(notebook, tmp_path):
    status, text = nbval(notebook, tmp_path)
    assert (status, "failed" in text) == (0, False), text


def test_one_wrong_digit_in_a_stored_output_is_red(notebook, tmp_path):
    output = printed(notebook.cells[-1])
    output.text = NUMBER.sub(lambda digit: str((int(digit[0]) + 1) % 10), output.text)
    status, text = nbval(notebook, tmp_path)
    assert status == 1 and "1 failed" in text, text


def test_one_broken_import_is_red(notebook, tmp_path):
    _, cell = code_cells(notebook)[0]
    cell.source = cell.source.replace("import numpy", "import numpyy", 1)
    status, text = nbval(notebook, tmp_path)
    assert status == 1 and "numpyy" in text, text
