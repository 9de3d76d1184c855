"""Executes and normalizes the lessons in place: `python -m tests.notebooks.make [notebooks/08_the_vae.ipynb …]`.

A lesson runs from top to bottom in a fresh kernel over an empty course folder. What differs from run to run is
dropped: times, widget state, widget views' random ids, the kernel's version. Run twice, it changes nothing.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.notebooks.lessons import LESSONS, code_cells, read

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
VIEW = "application/vnd.jupyter.widget-view+json"


def execute(notebook, home, timeout=300, **variables):
    """Runs a notebook in place in a fresh kernel that works in the folder `home`; raises CellExecutionError."""
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(home)}},
    )
    client.execute(env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "VAE_COURSE_HOME": str(home), **variables})
    return notebook


def without_view(output):
    """An output without its widget view, whose ids are random; None if nothing else shows it."""
    if "data" in output:
        output.data.pop(VIEW, None)
        output.metadata.pop(VIEW, None)
    return None if output.get("data") == {} else output


def normalize(notebook):
    """A notebook as it is committed, in place."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for cell in notebook.cells:
        cell.source = cell.source.rstrip()
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in ("tags", "jupyter") and v})
    for _, cell in code_cells(notebook):
        cell.outputs = list(filter(None, map(without_view, cell.outputs)))
    return notebook


def make(path):
    """Executes and normalizes one file; returns whether that changed it."""
    before = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as home:
        notebook = normalize(execute(read(path), home))
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def main(names):
    """Makes the named notebooks, or all."""
    for path in map(Path, names or LESSONS):
        print(f"{path.name}: {'changed' if make(path) else 'as it was'}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
