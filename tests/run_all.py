"""What Run All costs in each lesson, measured while the test run executes it: a table at the run's end.

nbval runs a lesson's cells in one kernel, which starts with the first. After each cell the kernel and the processes
that it has started are asked for their processor time and for the most memory that each has held so far (Linux's
VmHWM); the sum of these is never below the true peak. The table stays in build/run_all.md, which git ignores.
"""

import os
import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "build" / "run_all.md"
ASKED = 12 * 60  # seconds that Run All of all lessons may take, on two cores


class Cost(NamedTuple):
    """Seconds on the wall's clock, kernel start included; seconds of processors; megabytes at the peak."""

    seconds: float = 0.0
    processors: float = 0.0
    megabytes: float = 0.0


costs = {}  # lesson: Cost, in the process that prints

# ------------------------------------------------------------------ measuring


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item):
    """After a cell, while its kernel lives: what the kernel has used goes into the cell's report."""
    kernel = getattr(item.parent, "kernel", None)
    if kernel is not None and kernel.is_alive():
        item.user_properties.append(("kernel", used_by(kernel.km.provisioner.pid)))


def used_by(pid):
    """Processor seconds and peak megabytes of a process and of those that it has started."""
    seconds, megabytes = 0.0, 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            seconds += sum(process.cpu_times()[:4])  # its own and those of children that have ended
            megabytes += peak(process)
        except psutil.NoSuchProcess:
            continue
    return seconds, megabytes


def peak(process):
    """The most megabytes that a process has held in memory; where the system does not say, what it holds now."""
    status = Path(f"/proc/{process.pid}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else process.memory_info().rss / 1024**2


def pytest_runtest_logreport(report):
    """Adds a cell's report to its lesson."""
    file = Path(report.nodeid.split("::")[0])
    if file.parent.name == "notebooks" and file.suffix == ".ipynb":
        so_far = costs.get(file.stem, Cost())
        seconds = so_far.seconds + (report.duration if report.when != "teardown" else 0.0)
        used = dict(report.user_properties).get("kernel", so_far[1:])
        costs[file.stem] = Cost(seconds, max(so_far.processors, used[0]), max(so_far.megabytes, used[1]))


# -------------------------------------------------------------------- showing


def table(costs, lessons, setting):
    """The costs as Markdown, with the total beside what is asked where all the lessons ran."""
    lines = ["# Run All of every lesson", "", setting, ""]
    lines += ["| lesson | seconds | of processors | peak memory, MB |", "|---|---:|---:|---:|"]
    for lesson, cost in sorted(costs.items()):
        lines.append(f"| {lesson} | {cost.seconds:.0f} | {cost.processors:.0f} | {cost.megabytes:.0f} |")
    seconds, processors, megabytes = zip(*costs.values(), strict=True)
    total = f"{sum(seconds):.0f}" + f", under {ASKED} asked" * (costs.keys() == lessons)
    lines.append(f"| all {len(costs)}, one after another | {total} | {sum(processors):.0f} | {max(megabytes):.0f} |")
    return "\n".join(lines) + "\n"


def pytest_terminal_summary(terminalreporter, config):
    """Prints the table, and keeps it."""
    if costs:
        side_by_side = getattr(config.option, "numprocesses", None) or 1
        setting = f"{date.today()}, {os.cpu_count()} cores, {side_by_side} at a time, one BLAS thread each; "
        setting += f"load at the end {os.getloadavg()[0]:.1f}." if hasattr(os, "getloadavg") else "load not known."
        text = table(costs, {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}, setting)
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(text)
        terminalreporter.section("Run All")
        terminalreporter.write_line(text)
