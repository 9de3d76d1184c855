"""What was measured on real GPUs: one training step of three models, by `benchmarks/gpu.py`.

Recordings: a lesson that runs where there is no GPU can show no other numbers. `gpu.json` is written by
`python benchmarks/gpu.py --table` from the measurement there is; as long as there is none, the table says so.
"""

import json
from html import escape
from pathlib import Path

from vae_from_scratch.course.nats import STYLE

FILE = Path(__file__).with_name("gpu.json")
HEADS = "model", "batch", "this package", "PyTorch, eager", "launches", "works"
WIDTHS = 20, 8, 14, 16, 10, 0
NOTHING = "No GPU has been measured yet."


class Measured(list):
    """Lines of the table, tuples of six words each; `where`, a sentence: which GPU, when, with what; `steps`: for the
    dense model at each batch the milliseconds of a step, "ms", of the host's orders, "host_ms", and of the device's
    work, "busy_ms".
    """

    where, steps = NOTHING, {}

    def __repr__(self):
        lines = ["".join(map(str.ljust, line, WIDTHS)).rstrip() for line in (HEADS, *self)] if self else []
        return "\n".join([*lines, self.where])

    def _repr_html_(self):
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in self)
        head = "".join(f"<th>{escape(name)}</th>" for name in HEADS)
        table = f'<table class="vae-nats"><tr>{head}</tr>{rows}</table>' if self else ""
        return f"{STYLE}{table}<div>{escape(self.where)}</div>"


def measured(file=FILE):
    """The rows there are, a Measured; without a recording it has none, and says so."""
    found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"steps": []}
    table = Measured(map(line_of, found["steps"]))
    if table:
        table.where = (
            f"Recorded on {found['gpu']}, {found['date']}; CuPy {found['versions']['cupy']},"
            f" PyTorch {found['versions']['torch']}; TF32 off for both. Milliseconds a step, float32."
        )
        dense = {row["batch"]: row["this package"] for row in found["steps"] if row["model"] == "dense"}
        table.steps = {batch: ours for batch, ours in dense.items() if ours and ours.get("busy_ms")}
    return table


def line_of(row):
    """One model at one batch, in six words; what was not measured says so."""
    ours, theirs = row["this package"], row.get("PyTorch") or {}
    return (
        row["model"],
        f"{row['batch']:,}",
        milliseconds(ours.get("ms")),
        milliseconds(theirs.get("ms")),
        f"{ours['launches']:,}" if ours.get("launches") else "not measured",
        f"{100 * ours['busy_ms'] / ours['ms']:.0f} %" if ours.get("busy_ms") else "not measured",
    )


def milliseconds(value):
    return "not measured" if value is None else f"{value:.2f} ms"
