"""The table of all exercises, `exercises.md` beside this file: `python -m tests.notebooks.table` writes it anew.

What is asked for comes from the notebooks, what the judge knows of it from `course.checks`.
"""

import ast
import re
from pathlib import Path
from typing import NamedTuple

from tests.notebooks.lessons import LESSONS, exercises, read, resolve
from vae_from_scratch.course.checks import Task, task_of

TABLE = Path(__file__).with_name("exercises.md")
COMMAND = "python -m tests.notebooks.table"
HEAD = f"""# The exercises

Written by `{COMMAND}` from the notebooks and from `vae_from_scratch/course/checks`; do not edit.

| exercise | function | objective | claims | mistakes | hints | minutes |
|---|---|---|--:|--:|--:|--:|
"""
NUMBERED = r"\*\*Exercise (\d+\.\d+)\*\* \((\d+) minutes\)"


class Row(NamedTuple):
    """An exercise as the table has it: "6.1", "evaluation.lower_bound", its docstring's first sentence, its task."""

    number: str
    reference: str
    objective: str
    minutes: int
    task: Task


def rows(notebook):
    """The exercises of a notebook in order; the markdown cell before each says its number and its minutes."""
    for exercise in exercises(notebook):
        announced = re.search(NUMBERED, notebook.cells[exercise.cell - 1].source)
        number, minutes = announced.groups() if announced else ("?", 0)
        reference = exercise.reference
        objective = first_sentence(ast.get_docstring(exercise.node))
        yield Row(number, reference, objective, int(minutes), task_of(resolve(reference)))


def first_sentence(text):
    """The first sentence of a docstring, without the shapes behind its colon."""
    sentence = re.split(r"(?<=\w)[.:;] |(?<=[\w)])\.$|: ?[(\[{]", " ".join(text.split()))[0]
    return sentence.replace("|", "\\|")


def claims(task):
    """All that must be so of an answer, in words."""
    gradient = ("Its gradient agrees with central differences.",) if task.differentiate else ()
    cases = (f"It is right also {case.sentence}." for case in task.also)
    stated = (claim.sentence for claim in (*task.by_hand, *task.properties, *task.extremes))
    return [*stated, *gradient, "It agrees with the definition.", *cases]


def text(rows):
    """The file: the table, and below it each exercise's claims and mistakes by name."""
    lines = [
        f"| {row.number} | `{row.reference}` | {row.objective} | {len(claims(row.task))} |"
        f" {len(row.task.mistakes)} | {len(row.task.hints)} | {row.minutes} |"
        for row in rows
    ]
    return HEAD + "\n".join(lines) + "\n\n" + "\n\n".join(map(section, rows)) + "\n"


def section(row):
    """What is claimed of an exercise's answers, and which mistakes are known by name."""
    ids = ", ".join(f"`{mistake.id}`" for mistake in row.task.mistakes)
    stated = "\n".join(f"- {claim}" for claim in claims(row.task))
    return f"## {row.number} `{row.reference}`\n\n{stated}\n\nMistakes: {ids}"


def of_all_lessons():
    """The file as it should be."""
    return text([row for path in LESSONS for row in rows(read(path))])


if __name__ == "__main__":
    TABLE.write_text(of_all_lessons(), encoding="utf-8")
