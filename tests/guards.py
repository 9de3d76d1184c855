"""What holds for every test: one BLAS thread, an empty course folder per file, and notebooks that are really compared.

nbval runs a cell that was never executed without comparing it, and would pass a folder of stripped notebooks. So a
whole run counts the cells that nbval compared and is red if one that should have been was not.
"""

import json
import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy comes in

HOMES = tempfile.TemporaryDirectory(prefix="vae-tests-")
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
EXEMPT = {"nbval-ignore-output"}  # the only tag that lessons may use to be run and not compared

ran = Counter()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Gives each test file and each notebook its own empty course folder, before nbval starts a kernel."""
    os.environ["VAE_COURSE_HOME"] = str(Path(HOMES.name, item.path.name))


def pytest_collection_modifyitems(items):
    """Puts what takes minutes first, so that two workers end together."""
    items.sort(key=lambda item: item.path.suffix != ".ipynb" and item.path.name != "test_python_versions.py")


def pytest_unconfigure():
    """Removes the course folders."""
    HOMES.cleanup()


def cells_to_compare(path):
    """Names of a notebook's code cells that nbval compares: executed, with outputs, not exempt."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return {
        f"notebooks/{path.name}::Cell {number}"
        for number, cell in enumerate(cells)
        if cell["execution_count"] and cell["outputs"] and not EXEMPT & {*cell["metadata"].get("tags", [])}
    }


def pytest_runtest_logreport(report):
    """Remembers the notebook cells that have run."""
    if report.when == "call" and ".ipynb::" in report.nodeid and report.outcome in ("passed", "failed"):
        ran[report.nodeid] += 1


def not_compared(config):
    """Cells that a whole run should have compared and did not; nothing to say in a part of a run or in a worker."""
    option = config.option
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not (option.keyword or option.markexpr)
    if hasattr(config, "workerinput") or not whole:
        return []
    return sorted(set().union(*map(cells_to_compare, NOTEBOOKS.glob("*.ipynb"))) - set(ran))


def pytest_sessionfinish(session, exitstatus):
    """Turns the run red if cells were not compared."""
    if exitstatus == pytest.ExitCode.OK and not session.config.option.collectonly and not_compared(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    """Says how many notebook cells were run, and which should have been."""
    missing = not_compared(config)
    if ran or missing:
        terminalreporter.write_line(
            f"nbval ran {len(ran)} notebook cells; {len(missing)} that it should have compared: not"
        )
        for name in missing[:20]:
            terminalreporter.write_line(f"  {name}", red=True)
