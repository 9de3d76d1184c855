"""What a class has done, as a table for a spreadsheet and as a page to read.

Names and messages come from submissions, so nothing of them is believed: in the table, what a spreadsheet would take
for a formula begins with an apostrophe; on the page, everything is escaped, and the page runs and fetches nothing.
"""

import csv
import io
from collections import Counter
from html import escape
from itertools import groupby
from typing import NamedTuple

from vae_from_scratch.course import cards
from vae_from_scratch.course.progress import breaking, replace_file

OUTCOMES = {  # in the order of the summary
    "right": "right",
    "close": "right, with a remark",
    "wrong": "not yet right",
    "raised": "stops with an error",
    "not Python": "its cell is not Python",
    "stopped": "took too long or too much, and was stopped",
    "unwritten": "not written yet",
    "missing": "its cell is not there",
    "not judged": "could not be judged on this machine",
    "no exercise": "a notebook without exercises of the course",
    "no notebook": "a file that cannot be read as a notebook",
}
RIGHT = ("right", "close")
WRITTEN = tuple(OUTCOMES)[:6]
FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
    "%",
    "|",
)  # what a cell of a formula begins with
GUARDS = "This guards against accidents, not against fraud: see `python -m vae_from_scratch.course.grade --help`."
STYLE = """:root { color-scheme: light dark; --line: #8886; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0 2rem; } caption { text-align: left; font-weight: 600; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; } thead th, td:first-child { overflow-wrap: normal; } tbody th { padding-top: 1rem; }
small { font-weight: 400; opacity: .75; margin-left: .5rem; } td.number { text-align: right; }
.right { color: light-dark(#1c6b42, #6fce9c); } .off { color: light-dark(#9c430f, #f0a070); }
summary { cursor: pointer; } code { font-size: .92em; }
@media (min-width: 50rem) { td:first-child wbr { display: none; } }"""


class Grade(NamedTuple):
    """One exercise of one student: `outcome` is a key of OUTCOMES, `mistake` a recognized mistake's id or "", `message`
    what the card says.
    """

    student: str
    notebook: str
    exercise: str
    outcome: str
    mistake: str
    message: str


def write(grades, folder):
    """Writes `grades.csv` and `grades.html`; returns their paths. Raises OSError, what was there before in place."""
    paths = folder / "grades.csv", folder / "grades.html"
    for path, text in zip(paths, (table(grades), page(grades)), strict=True):
        replace_file(path, plain(text))
    return paths


def plain(text):
    """Text that can be written as UTF-8: what a file's name has that is none is spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


# ------------------------------------------------------------------- for a spreadsheet


def table(grades):
    """The grades as CSV, with the mark at its head by which spreadsheets know UTF-8."""
    file = io.StringIO()
    file.write("\ufeff")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(Grade._fields[:5])
    writer.writerows([inert(part) for part in grade[:5]] for grade in grades)
    return file.getvalue()


def inert(text):
    """Text on one line that no spreadsheet takes for a formula."""
    text = printable(text)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def printable(text):
    """Text with a space for every control character, and for those that turn the direction of writing."""
    return "".join(letter if letter.isprintable() else " " for letter in plain(text))


# ------------------------------------------------------------------- to read


def page(grades):
    """The grades as an HTML page: what the class finds hard, then every exercise of every student."""
    students, rows = len({grade.student for grade in grades}), len(grades)
    counted = f"{students} student{'s' * (students != 1)}, {rows} row{'s' * (rows != 1)}"
    groups = "".join(group(*key, [*mine]) for key, mine in groupby(grades, lambda grade: grade[:2]))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Grades</title><style>{STYLE}</style></head><body>
<h1>Grades</h1><p>{counted}. {cards.inline(GUARDS)}</p>
{summary(grades)}
<table><caption>By student</caption>
{groups}</table></body></html>
"""


def group(student, notebook, grades):
    """The rows of one notebook under its student's name."""
    names = f"{escape(printable(student))} <small>{escape(printable(notebook))}</small>"
    return f'<tbody><tr><th colspan="3" scope="rowgroup">{names}</th></tr>\n{"".join(map(row, grades))}</tbody>'


def row(grade):
    """One grade as a row; what the card says is folded under the outcome."""
    tone = "right" if grade.outcome in RIGHT else "off" if grade.outcome in WRITTEN else ""
    outcome = f'<span class="{tone}">{escape(OUTCOMES[grade.outcome])}</span>'
    if grade.message and grade.outcome not in (*RIGHT, "unwritten", "missing"):
        outcome = f"<details><summary>{outcome}</summary>{cards.prose(printable_lines(grade.message))}</details>"
    name = breaking(printable(grade.exercise)) if grade.exercise else ""
    return f"<tr><td>{name}</td><td>{outcome}</td><td>{escape(printable(grade.mistake))}</td></tr>\n"


def printable_lines(text):
    return "\n".join(map(printable, text.split("\n")))


def summary(grades):
    """For each exercise how many have it right, and its most frequent mistakes."""
    exercises = dict.fromkeys(grade.exercise for grade in grades if grade.exercise)
    rows = []
    for name in exercises:
        mine = [grade for grade in grades if grade.exercise == name]
        right, written = (sum(grade.outcome in some for grade in mine) for some in (RIGHT, WRITTEN))
        mistakes = Counter(grade.mistake for grade in mine if grade.mistake).most_common(3)
        often = ", ".join(f"{escape(mistake)} ({count})" for mistake, count in mistakes)
        numbers = "".join(
            f'<td class="number">{number}</td>' for number in (right, written - right, len(mine) - written)
        )
        rows.append(f"<tr><td>{breaking(printable(name))}</td>{numbers}<td>{often}</td></tr>")
    heads = ("exercise", "right", "not yet", "not written", "most frequent mistakes")
    head = "".join(f'<th scope="col">{part}</th>' for part in heads)
    return f"<table><caption>By exercise</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
