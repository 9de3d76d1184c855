"""Counts the answers that the judge was given, and says so at the end of the run; a student's folder as a fixture."""

from collections import Counter

import pytest

from tests.course.carried import home, real_judge  # noqa: F401 (fixtures)

judged, said = Counter(), []


@pytest.fixture
def counted(record_property):
    """Call counted("mistakes") for each answer judged; the numbers also come through from parallel workers."""
    return lambda kind: record_property("judged", kind)


def pytest_runtest_logreport(report):
    """Adds up what passed tests have counted."""
    if report.when == "call" and report.passed:
        judged.update(kind for name, kind in report.user_properties if name == "judged")
        said.extend(line for name, line in report.user_properties if name == "said")


def pytest_terminal_summary(terminalreporter):
    """Says how many answers were judged as they should be, and what tests have to say besides."""
    if judged:
        counts = ", ".join(f"{number} {kind}" for kind, number in sorted(judged.items()))
        terminalreporter.write_line(f"answers judged as they should be: {counts}")
    for line in said:
        terminalreporter.write_line(line)
