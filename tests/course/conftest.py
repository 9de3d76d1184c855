"""Counts the answers that the judge was given, and says so at the end of the run."""

from collections import Counter

import pytest

judged = Counter()


@pytest.fixture
def counted(record_property):
    """Call counted("mistakes") for each answer judged; the numbers also come through from parallel workers."""
    return lambda kind: record_property("judged", kind)


def pytest_runtest_logreport(report):
    """Adds up what passed tests have counted."""
    if report.when == "call" and report.passed:
        judged.update(kind for name, kind in report.user_properties if name == "judged")


def pytest_terminal_summary(terminalreporter):
    """Says how many answers were judged as they should be."""
    if judged:
        said = ", ".join(f"{number} {kind}" for kind, number in sorted(judged.items()))
        terminalreporter.write_line(f"answers judged as they should be: {said}")
