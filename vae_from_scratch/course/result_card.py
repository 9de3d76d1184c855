"""The result card: one picture that says what was trained on what, what it costs, and how that was measured.

A number without its likelihood, its unit, its K and its seeds cannot be compared with another; the card will not be
made without them. Arrays and facts in, a Picture out.
"""

from typing import NamedTuple

from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import INK, MUTED

WIDTH, LINE, INDENT = 1400, 40, 330


class Result(NamedTuple):
    """What a card states. Images (N, 784) in [0, 1]; words and numbers as they are printed."""

    title: str
    test: object  # images, and beneath them
    reconstructions: object  # the means that the decoder gives their codes
    samples: object  # one draw from the model each
    likelihood: str
    cost: str  # with its unit and its standard error
    num_samples: int  # K of the estimate
    protocol: str  # how pixels were prepared, which images were held out
    seeds: str
    steps: int


def result_card(result):
    """The card of a Result, as a Picture."""
    rows = {
        "held out": result.test[:10],
        "reconstructed: means": result.reconstructions[:10],
        "samples, one draw each": result.samples[:10],
    }
    facts = {
        "likelihood": result.likelihood,
        "costs": result.cost,
        "estimated with": f"K = {result.num_samples}",
        "protocol": result.protocol,
        "seeds": result.seeds,
        "steps": f"{result.steps:,}",
    }
    sheet = plots.stacked([heading(result.title), plots.digit_rows(rows), lines(facts)], gap=22)
    alt = f"Result card, {result.title}: {', '.join(rows)}; {', '.join(facts)}"
    return plots.still(plots.framed(plots.matted(sheet, margin=36)), alt)


def heading(title):
    """The title, large."""
    sheet = Image.new("L", (WIDTH, 52), "white")
    ImageDraw.Draw(sheet).text((0, 40), title, fill=INK, font=plots.font(32), anchor="ls")
    return sheet


def lines(facts):
    """One line for each {name: words}; long words wrap."""
    broken = [(name, row) for name, words in facts.items() for row in wrapped(name, words)]
    sheet = Image.new("L", (WIDTH, LINE * len(broken)), "white")
    pen = ImageDraw.Draw(sheet)
    for i, (_, (name, words)) in enumerate(broken):
        pen.text((0, LINE * i + 28), name, fill=MUTED, font=plots.font(23), anchor="ls")
        pen.text((INDENT, LINE * i + 28), words, fill=INK, font=plots.font(23), anchor="ls")
    return sheet


def wrapped(name, words):
    """Rows (name, words) that fit beside the names: the name stands in the first."""
    rows, row = [], ""
    for word in words.split():
        if row and plots.font(23).getlength(f"{row} {word}") > WIDTH - INDENT:
            rows, row = [*rows, row], ""
        row = f"{row} {word}".strip()
    return [(name if i == 0 else "", row) for i, row in enumerate([*rows, row])]
