"""The table of exercises is what notebooks and checks say."""

from tests.notebooks.lessons import LESSONS, read
from tests.notebooks.table import COMMAND, TABLE, claims, first_sentence, of_all_lessons, rows
from vae_from_scratch.course.checks import tasks

ROWS = [row for path in LESSONS for row in rows(read(path))]


def test_table_is_current():
    assert TABLE.read_text(encoding="utf-8") == of_all_lessons(), f"write it anew: {COMMAND}"


def test_every_taught_function_has_one_row():
    assert sorted(row.task.name for row in ROWS) == sorted(task.name for task in tasks().values())


def test_every_exercise_says_its_number_and_its_minutes():
    assert all(row.number.startswith(f"{row.task.lesson}.") and 1 <= row.minutes <= 15 for row in ROWS)


def test_every_exercise_has_claims_mistakes_and_hints():
    assert all(len(claims(row.task)) >= 4 and len(row.task.mistakes) >= 5 and len(row.task.hints) >= 2 for row in ROWS)


def test_first_sentence_ends_before_the_shapes():
    assert first_sentence("Mean of x: (N, D) -> (D,), in nats. More.") == "Mean of x"
    assert first_sentence("KL( N(a) ‖ N(b) ), in nats: (..., L) -> (...).") == "KL( N(a) ‖ N(b) ), in nats"
    assert first_sentence("One thing. Another.") == "One thing"
