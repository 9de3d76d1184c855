"""Two programs side by side: the right one, and one with a mistake in it, on the same digits with the same noise.

Shown is what each prints and what each draws; `audit` says what convicts the right-hand one. A subclass says which
mistake that is, `begin(culprit)`, and what to make of the audit, `verdict()`.
"""

from html import escape
from typing import ClassVar

import numpy as np
from ipywidgets import HTML, HBox, Layout

import vae_from_scratch
from vae_from_scratch.autodiff import NonFinite
from vae_from_scratch.course import cards, plots
from vae_from_scratch.course.audit import NUM_SAMPLES, audit
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.widgets.base import image_of
from vae_from_scratch.course.widgets.running import NOTE, Running
from vae_from_scratch.course.widgets.training_run import SAMPLES, TrainingRun

STYLE = """<style>
.vae-bench-numbers table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.vae-bench-numbers :is(th, td) { text-align: right; padding: 1px 14px 1px 0; }
.vae-bench-numbers :is(th, td):first-child { text-align: left; }
.vae-bench-numbers th { font-weight: 400; color: var(--jp-content-font-color2, #616161); }
</style>"""


class SideBySide(Running):
    """Two programs in training. `advance(n)` moves both, `audit()` compares what is printed with what is done.

    task: a line of HTML; train (N, 784) in [0, 1], test (M, 784), M at least 10; params where both start;
    steps: how far Run goes at one press.
    """

    name = "bench"
    sides: ClassVar = {"left": "left: the right program", "right": "right: one mistake"}
    shown_right = "a program with one mistake"

    def __init__(self, task, train, test, params, steps):
        self.take_over(steps)
        self.start = train, test, params
        super().__init__(STYLE + task, "", self.make_parts())

    def begin(self, culprit):
        """The right program beside that of a Suspect, from step 0, with nothing audited."""
        self.culprit = culprit
        self.cores = {"left": linked(vae_from_scratch, {}), "right": culprit.core()}
        self.runs = {side: TrainingRun(core, *self.start) for side, core in self.cores.items()}
        self.runner, self.last_step, self.stopped, self.audits = None, self.stretch, "", {}
        self.answer = self.told()
        self.show_answer()
        self.say(NOTE)
        self.refresh()

    # -------------------------------------------------------------- for programs

    def audit(self):
        """Audit both sides as they are, and tell."""
        self.pause()
        self.audits = {side: audit(self.cores[side], run.params, run.x, run.epsilon) for side, run in self.runs.items()}
        self.refresh()
        self.answer_line.value = (
            f"<details open><summary>{self.verdict()}</summary>{self.told()}"
            f"<p>{convicted(self.audits['right'])}</p></details>"
        )

    @property
    def steps_taken(self):
        """Number of steps taken by the right program."""
        return self.runs["left"].step

    def state(self):
        """Plain numbers: the step, and each side's printed numbers, in nats per digit; after the audit, also its."""
        found = {"step": self.steps_taken, "running": self.running}
        for side, run in self.runs.items():
            with np.errstate(over="ignore", invalid="ignore"):  # a wrong program may print anything
                printed = run.state()
            found |= {f"{side}_{name}": printed[f"test_{name}"] for name in ("loss", "rate", "distortion")}
        for side, one in self.audits.items():
            found |= {f"{side}_audit_{name}": value for name, value in one._asdict().items()}
        return found

    def alt(self):
        """What the picture shows, without a number that training made."""
        return (
            f"Mistake bench at step {self.steps_taken:,}: {SAMPLES} prior samples of the right program, as means, "
            f"beside {SAMPLES} of {self.shown_right}."
        )

    def still(self):
        """Both programs' samples, as one Pillow image."""
        return image_of(self.samples)

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The controls and pictures, from top to bottom."""
        self.status, self.numbers = self.part(HTML(), "status"), self.part(HTML(), "numbers")
        self.samples = self.picture("samples", 950)
        return [HBox(self.buttons(), layout=Layout(flex_flow="row wrap")), self.status, self.numbers, self.samples]

    def buttons(self):
        """Those of a run, and Audit."""
        audit = self.button("audit", "Audit", "search", "compare what is printed with what is done", self.on_audit)
        return [*self.run_buttons("one step on both sides", "back to step 0, the same mistake"), audit]

    def on_audit(self):
        """Audit; a subclass may ask for something before."""
        self.audit()

    def reset(self):
        """The same two programs from step 0."""
        self.begin(self.culprit)

    # ------------------------------------------------------------------ training

    def take(self, steps):
        """So many steps on both sides; a right side that ran into infinity stays where it was last good."""
        self.audits = {}
        self.runs["left"].advance(steps)
        if not self.stopped:
            try:
                self.runs["right"].advance(steps)
            except NonFinite:
                self.stopped = f"The right side ran into infinity; shown is its step {self.runs['right'].step:,}."
                self.say(self.stopped)

    # ------------------------------------------------------------------- showing

    def showing(self):
        """The parts of a new picture."""
        return self.show_numbers, self.draw

    def show_numbers(self):
        """Write the status line and the table: what is printed, and after the audit what was found."""
        self.status.value = self.where()
        self.numbers.value = table(self.sides, self.state(), self.audits)

    def draw(self):
        """Draw the samples of both sides."""
        captions = {side: f"{words}; means of p(x | z), z ~ N(0, I)" for side, words in self.sides.items()}
        rows = [plots.digit_rows({captions[side]: run.samples()[0]}) for side, run in self.runs.items()]
        self.samples.value = plots.png(plots.beside(rows))

    def told(self):
        """What the answer says: the mistake's name, and why it is one."""
        return f"<p><b>{escape(self.culprit.name)}</b>. {cards.inline(self.culprit.mistake.why)}</p>"


def table(sides, state, audits):
    """Printed numbers of both sides, then the audits', as an HTML table, in nats per digit."""
    heads = ["nats per digit", "printed loss", "rate", "distortion"]
    heads += ["rate of the z drawn", "spread of z", f"NLL ({NUM_SAMPLES} draws)", "loss − NLL"] if audits else []
    rows = ["".join(f"<th>{head}</th>" for head in heads)]
    for side, words in sides.items():
        cells = [escape(words), *(nats(state[f"{side}_{name}"]) for name in ("loss", "rate", "distortion"))]
        if audits:
            cells += audit_cells(audits[side])
        rows.append("".join(f"<td>{cell}</td>" for cell in cells))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def nats(value, digits=1):
    """A number with so many digits after the point, or, where a program ran away, its power of ten."""
    return f"{value:.{digits}f}" if abs(value) < 1e5 else f"{value:.0e}"


def audit_cells(one):
    """An audit's numbers with their standard errors; ✗ marks those that convict."""
    return (
        f"{nats(one.drawn_rate, 2)} ± {nats(one.rate_error, 2)}{' ✗' * one.rate_is_off}",
        f"{one.spread:.3f} ± {one.spread_error:.3f}{' ✗' * one.spread_is_off}",
        nats(one.nll),
        f"{nats(one.loss - one.nll)} ± {nats(one.gap_error)}{' ✗' * one.is_below_nll}",
    )


def convicted(one):
    """What an audit found, in a sentence."""
    reasons = [
        "the printed rate is not that of the z it draws" * one.rate_is_off,
        "the z do not spread as q says" * one.spread_is_off,
        "it prints less than the negative log-likelihood, which no bound can do" * one.is_below_nll,
    ]
    told = "; ".join(filter(None, reasons))
    return f"The audit: {told}." if told else "The audit finds nothing: only a test of the function itself does."
