"""The published table, with this package's own rows: Burda, Grosse & Salakhutdinov 2016, Table 1, one stochastic layer.

Rows on images other than the paper's have no published number. Our rows are recordings: each took an hour or more, long
before a lesson shows it. `published.json` is written by `python benchmarks/paper_table.py --table` from the runs there
are; a row without a run says so.
"""

import json
from html import escape
from pathlib import Path

from vae_from_scratch.course.nats import STYLE

FILE = Path(__file__).with_suffix(".json")
HEADS = "images", "objective", "k", "published NLL", "ours, recorded", "active latents of 50", "protocol, seed, date"
WIDTHS = 22, 11, 4, 15, 16, 22, 0


class Published(list):
    """Lines of the table, shown as one: tuples of seven words each."""

    def __repr__(self):
        lines = ["".join(f"{cell:<{width}}" for cell, width in zip(line, WIDTHS, strict=True)) for line in self]
        return "\n".join(line.rstrip() for line in ["".join(map(str.ljust, HEADS, WIDTHS)), *lines])

    def _repr_html_(self):
        rows = [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in self]
        head = "".join(f"<th>{escape(name)}</th>" for name in HEADS)
        return f'{STYLE}<table class="vae-nats"><tr>{head}</tr>{"".join(rows)}</table>'


def published(file=FILE):
    """The rows of the paper, each with our runs of it: a Published."""
    return Published(line for row in json.loads(file.read_text(encoding="utf-8")) for line in lines_of(row))


def lines_of(row):
    """One line for each run of a row, or one that says that there is none."""
    known = f"{row['published']:.2f}" if row["published"] else "-"
    head = row["images"], row["objective"].upper(), str(row["k"]), known
    if not row["ours"]:
        return [(*head, "not run", "", "")]
    return [(*head, *cells_of(run)) for run in row["ours"]]


def cells_of(run):
    """What a run says, in three cells."""
    nll = f"{run['nll']:.2f} ± {run['standard_error']:.2f}"
    return nll, str(run["active_units"]), f"{run['protocol']}, {run['seed']}, {run['date']}"
