"""The mistake bench: the right program and one with a mistake train side by side; which mistake is it?

Both see the same digits and the same noise. The suspects come from the registry of known mistakes; what convicts them
is computed by `audit`.
"""

from html import escape

import numpy as np
from ipywidgets import HTML, HBox, Layout, ToggleButtons

import vae_from_scratch
from vae_from_scratch.autodiff import NonFinite
from vae_from_scratch.course import cards, plots
from vae_from_scratch.course.audit import NUM_SAMPLES, audit
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.suspects import line_up
from vae_from_scratch.course.widgets.base import image_of
from vae_from_scratch.course.widgets.running import NOTE, Running
from vae_from_scratch.course.widgets.training_run import SAMPLES, TrainingRun

TASK = (
    "Two programs train on the same digits with the same noise. The left one is right; the right one has one mistake."
    " Press Run; at its end pick the mistake from the four, then press Audit."
)
STYLE = """<style>
.vae-bench-numbers table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.vae-bench-numbers :is(th, td) { text-align: right; padding: 1px 14px 1px 0; }
.vae-bench-numbers :is(th, td):first-child { text-align: left; }
.vae-bench-numbers th { font-weight: 400; color: var(--jp-content-font-color2, #616161); }
</style>"""
SIDES = {"left": "left: the right program", "right": "right: one mistake"}


class MistakeBench(Running):
    """Two programs in training. `advance(n)` moves both, `pick(id)` names the mistake, `audit()` tells.

    train (N, 784) in [0, 1], test (M, 784), M at least 10; params where both start; seed chooses the mistake;
    steps: how far Run goes at one press.
    """

    name = "bench"

    def __init__(self, train, test, params, *, seed=0, steps=800):
        self.take_over(steps)
        self.start = train, test, params
        super().__init__(STYLE + TASK, "", self.make_parts())
        self.begin(seed)

    def begin(self, seed):
        """The case of this seed, from step 0, with nothing picked and nothing audited."""
        self.seed, (self.culprit, self.line_up) = seed, line_up(seed)
        self.cores = {"left": linked(vae_from_scratch, {}), "right": self.culprit.core()}
        self.runs = {side: TrainingRun(core, *self.start) for side, core in self.cores.items()}
        self.runner, self.last_step, self.stopped, self.audits = None, self.stretch, "", {}
        self.choice.options = [(suspect.name, suspect.mistake.id) for suspect in self.line_up]
        self.choice.value, self.choice.disabled = None, False
        self.answer = self.told()
        self.show_answer()
        self.say(NOTE)
        self.refresh()

    # -------------------------------------------------------------- for programs

    def pick(self, mistake_id):
        """Name one of the four, by its id. Raises ValueError for another."""
        if mistake_id not in (ids := [suspect.mistake.id for suspect in self.line_up]):
            raise ValueError(f"{mistake_id!r} is none of the four: {', '.join(ids)}")
        self.choice.value = mistake_id

    def audit(self):
        """Audit both sides as they are, and tell which mistake it was. Raises ValueError before one is picked."""
        if self.choice.value is None:
            raise ValueError("first pick one of the four")
        self.pause()
        self.audits = {side: audit(self.cores[side], run.params, run.x, run.epsilon) for side, run in self.runs.items()}
        self.choice.disabled = True
        self.refresh()
        self.show_verdict()

    @property
    def steps_taken(self):
        """Number of steps taken by the right program."""
        return self.runs["left"].step

    def state(self):
        """Plain numbers: the step, and each side's printed numbers, in nats per digit; after the audit, also its."""
        found = {"step": self.steps_taken, "running": self.running, "picked": self.choice.value}
        for side, run in self.runs.items():
            with np.errstate(over="ignore", invalid="ignore"):  # a wrong program may print anything
                printed = run.state()
            found |= {f"{side}_{name}": printed[f"test_{name}"] for name in ("loss", "rate", "distortion")}
        for side, one in self.audits.items():
            found |= {f"{side}_audit_{name}": value for name, value in one._asdict().items()}
        return found | ({"mistake": self.culprit.mistake.id} if self.audits else {})

    def alt(self):
        """What the picture shows, without a number that training made."""
        return (
            f"Mistake bench at step {self.steps_taken:,}: {SAMPLES} prior samples of the right program, as means, "
            f"beside {SAMPLES} of a program with one mistake."
        )

    def still(self):
        """Both programs' samples, as one Pillow image."""
        return image_of(self.samples)

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The controls and pictures, from top to bottom."""
        buttons = [
            *self.run_buttons("one step on both sides", "back to step 0, the same mistake"),
            self.button("next", "Next case", "forward", "another mistake, from step 0", self.next, "112px"),
            self.button("audit", "Audit", "search", "compare what is printed with what is done", self.on_audit),
        ]
        self.status, self.numbers = self.part(HTML(), "status"), self.part(HTML(), "numbers")
        self.samples = self.picture("samples", 950)
        choice = ToggleButtons(options=[], description="the mistake:", layout=Layout(width="auto", height="118px"))
        choice.style.button_width = "300px"
        self.choice = self.part(choice, "choice")
        row = HBox(buttons, layout=Layout(flex_flow="row wrap"))
        return [row, self.status, self.numbers, self.samples, self.choice]

    def on_audit(self):
        """Audit, or say what is to be done before."""
        if self.choice.value is None:
            self.say("First pick one of the four.")
        else:
            self.audit()

    def reset(self):
        """The same case from step 0."""
        self.begin(self.seed)

    def next(self):
        """Another case: that of the next seed."""
        self.begin(self.seed + 1)

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
        self.numbers.value = table(self.state(), self.audits)

    def draw(self):
        """Draw the samples of both sides."""
        captions = {side: f"{words}; means of p(x | z), z ~ N(0, I)" for side, words in SIDES.items()}
        rows = [plots.digit_rows({captions[side]: run.samples()[0]}) for side, run in self.runs.items()]
        self.samples.value = plots.png(plots.beside(rows))

    def told(self):
        """What the answer says: the mistake's name, and why it is one."""
        mistake = self.culprit
        return f"<p><b>{escape(mistake.name)}</b>. {cards.inline(mistake.mistake.why)}</p>"

    def show_verdict(self):
        """Unfold the answer, with what was picked and what convicts it."""
        right = self.choice.value == self.culprit.mistake.id
        summary = "✓ Found." if right else f"✗ You picked <i>{escape(self.choice.label)}</i>. It was another."
        self.answer_line.value = (
            f"<details open><summary>{summary}</summary>{self.told()}<p>{convicted(self.audits['right'])}</p></details>"
        )


def table(state, audits):
    """Printed numbers of both sides, then the audits', as an HTML table, in nats per digit."""
    heads = ["nats per digit", "printed loss", "rate", "distortion"]
    heads += ["rate of the z drawn", "spread of z", f"NLL ({NUM_SAMPLES} draws)", "loss − NLL"] if audits else []
    rows = ["".join(f"<th>{head}</th>" for head in heads)]
    for side, words in SIDES.items():
        cells = [words, *(nats(state[f"{side}_{name}"]) for name in ("loss", "rate", "distortion"))]
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
