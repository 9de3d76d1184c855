"""Rows of Table 1 of Burda, Grosse & Salakhutdinov 2016, reached by this package's own core.

`VAE_DATA=folder python benchmarks/paper_table.py --layers 1 --k 1 --objective vae` trains one row (paper_row.py) of one
of the paper's networks (paper_models.py) and writes a JSON under results/paper; without $VAE_DATA the images are
fetched. Stopped at any moment and started again, it goes on to the same result. `--table` makes
results/paper_table.md and .png of all rows there are, and the JSON from which lesson 11 shows them.
"""

import argparse
import json
from pathlib import Path

from paper_plot import plot
from paper_row import PROTOCOLS, RESULTS, Row, report

from vae_from_scratch.course.jobs import spread

LESSON = Path(__file__).parents[1] / "vae_from_scratch" / "course" / "published.json"
DATA = {"mnist": "dynamic binarization", "binarized_mnist": "static binarization", "fashion_mnist": "Fashion-MNIST"}
PUBLISHED = {  # (stochastic layers, k, objective): NLL
    (1, 1, "vae"): 86.76, (1, 5, "vae"): 86.47, (1, 50, "vae"): 86.35, (1, 5, "iwae"): 85.54, (1, 50, "iwae"): 84.78,
    (2, 1, "vae"): 85.33, (2, 5, "vae"): 85.01, (2, 50, "vae"): 84.78, (2, 5, "iwae"): 83.89, (2, 50, "iwae"): 82.90,
}  # fmt: skip
HEAD = "layers | k | objective | published | ours | active units | protocol, seed | training"


def rows_of(name):
    """The published rows on a data set and those run on it: {(layers, k, objective): (published NLL or None, runs)}."""
    recorded = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    rows = {row: (nll, []) for row, nll in PUBLISHED.items()} if name == "mnist" else {}
    for run in recorded:
        if run["data"] == name:
            rows.setdefault((run["layers"], run["k"], run["objective"]), (None, []))[1].append(run)
    return rows


def table():
    """The published rows and ours, as Markdown and for lesson 11; rows that were not run say so."""
    lines = [
        "# Burda et al. 2016, Table 1",
        "",
        "NLL in nats per image by 5,000 samples on 10,000 test images; ± is the standard error over images.",
        "",
        "![Bounds as they rose, and the NLL at the end](paper_table.png)",
    ]
    for name, title in DATA.items():
        rows = rows_of(name) or {("not run", "", ""): (None, [])}
        lines += ["", f"## {title[0].upper()}{title[1:]}", "", f"| {HEAD} |", f"|{'---|' * len(HEAD.split('|'))}"]
        for (layers, k, objective), (published, runs) in rows.items():
            head = [layers, k, objective.upper(), f"{published:.2f}" if published else ""]
            own = [cells(run) for run in runs] or [["not run", "", "", ""]]
            lines += [f"| {' | '.join(map(str, head + rest))} |" for rest in own]
    (RESULTS.parent / "paper_table.md").write_text("\n".join(lines) + "\n")
    plot({title: rows_of(name) for name, title in DATA.items()}, RESULTS.parent / "paper_table.png")
    LESSON.write_text(json.dumps([row for name in DATA for row in for_the_lesson(name)], indent=1) + "\n")
    print("\n".join(lines))


def cells(run):
    """Our part of a line."""
    trained = f"{run['training_seconds']['core'] / 60:.0f} min of one core, {run['cpu']}, {run['date']}"
    nll = f"{run['nll']:.2f} ± {run['standard_error']:.2f}"
    return [nll, run["active_units"], f"{run['protocol']}, {run['seed']}", trained]


def for_the_lesson(name):
    """The rows of one stochastic layer on a data set and our runs of each, as little as lesson 11 shows."""
    shown = "nll", "standard_error", "active_units", "protocol", "seed", "date"
    for (layers, k, objective), (published, runs) in rows_of(name).items():
        if layers == 1:
            ours = [{cell: run[cell] for cell in shown} for run in runs]
            yield {"images": DATA[name], "k": k, "objective": objective, "published": published, "ours": ours}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, choices=(1, 2), default=1, help="stochastic layers")
    parser.add_argument("--k", type=int, nargs="+", default=[1], help="draws for each image at a step; a row for each")
    parser.add_argument("--objective", choices=("vae", "iwae"), default="vae")
    parser.add_argument("--protocol", choices=PROTOCOLS, default="fast")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", choices=DATA, default="mnist")
    parser.add_argument("--cluster", help="address of a Dask scheduler whose workers train the rows")
    parser.add_argument("--table", action="store_true", help="only make the table of the rows there are")
    options = vars(parser.parse_args())
    cluster, only_table = options.pop("cluster"), options.pop("table")
    if not only_table:
        rows = [Row(**options | {"k": k}) for k in options["k"]]
        list(spread(report, [(row,) for row in rows], cluster))
    table()


if __name__ == "__main__":
    main()
