"""The mistake bench: the right program and one with a mistake train side by side; which mistake is it?

Both see the same digits and the same noise. The suspects come from the registry of known mistakes; what convicts them
is computed by `audit`. Run is a task on the kernel's event loop; a notebook as committed uses `advance` alone.
"""

import asyncio
from html import escape
from time import perf_counter
from typing import ClassVar

import numpy as np
from ipywidgets import HTML, HBox, Layout, ToggleButtons

import vae_from_scratch
from vae_from_scratch.autodiff import NonFinite
from vae_from_scratch.course import cards, plots
from vae_from_scratch.course.audit import NUM_SAMPLES, audit
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.suspects import line_up
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.course.widgets.training_run import SAMPLES, TrainingRun

SLICE, BREATH, REDRAW = 0.015, 0.001, 0.5  # seconds: of steps, for events, between pictures while it trains
PORTION = 20  # steps between looks at the clock in `advance`
TASK = (
    "Two programs train on the same digits with the same noise. The left one is right; the right one has one mistake."
    " Press Run; at its end pick the mistake from the four, then press Audit."
)
NOTE = "Run trains beside the notebook: Pause stops it, Jupyter's interrupt button does not."
STYLE = """<style>
.vae-bench-numbers table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.vae-bench-numbers :is(th, td) { text-align: right; padding: 1px 14px 1px 0; }
.vae-bench-numbers :is(th, td):first-child { text-align: left; }
.vae-bench-numbers th { font-weight: 400; color: var(--jp-content-font-color2, #616161); }
</style>"""
SIDES = {"left": "left: the right program", "right": "right: one mistake"}


class MistakeBench(Widget):
    """Two programs in training. `advance(n)` moves both, `pick(id)` names the mistake, `audit()` tells.

    train (N, 784) in [0, 1], test (M, 784), M at least 10; params where both start; seed chooses the mistake;
    steps: how far Run goes at one press.
    """

    name = "bench"
    latest: ClassVar = None  # the one that may run

    def __init__(self, train, test, params, *, seed=0, steps=800):
        if MistakeBench.latest:
            MistakeBench.latest.pause()
        MistakeBench.latest = self
        self.start, self.stretch = (train, test, params), steps
        super().__init__(STYLE + TASK, "", self.make_parts())
        self.begin(seed)

    def begin(self, seed):
        """The case of this seed, from step 0, with nothing picked and nothing audited."""
        self.seed, (self.culprit, self.line_up) = seed, line_up(seed)
        self.cores = {"left": linked(vae_from_scratch, {}), "right": self.culprit.core()}
        self.runs = {side: TrainingRun(core, *self.start) for side, core in self.cores.items()}
        self.runner, self.last_step, self.stopped, self.audits, self.drawn = None, self.stretch, "", {}, 0.0
        self.choice.options = [(suspect.name, suspect.mistake.id) for suspect in self.line_up]
        self.choice.value, self.choice.disabled = None, False
        self.answer = self.told()
        self.show_answer()
        self.say(NOTE)
        self.refresh()

    # -------------------------------------------------------------- for programs

    def advance(self, steps):
        """Take so many steps on both sides, showing them under way. Raises what the functions raise, after showing."""
        end = self.step + steps
        try:
            while self.step < end:
                self.take(min(PORTION, end - self.step))
                if self.is_due():
                    self.refresh()
        except Exception as error:
            self.show_error(error)
            raise
        finally:
            self.refresh()

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
    def step(self):
        """Number of steps taken by the right program."""
        return self.runs["left"].step

    @property
    def running(self):
        """Whether Run is under way."""
        return self.runner is not None

    def state(self):
        """Plain numbers: the step, and each side's printed numbers, in nats per digit; after the audit, also its."""
        found = {"step": self.step, "running": self.running, "picked": self.choice.value}
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
            f"Mistake bench at step {self.step:,}: {SAMPLES} prior samples of the right program, as means, beside "
            f"{SAMPLES} of a program with one mistake."
        )

    def still(self):
        """Both programs' samples, as one Pillow image."""
        return image_of(self.samples)

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The controls and pictures, from top to bottom."""
        buttons = [
            self.button("step", "Step", "step-forward", "one step on both sides", self.on_step),
            self.button("run", "Run", "play", f"train both; {NOTE}", self.run),
            self.button("pause", "Pause", "pause", "stop", self.pause),
            self.button("reset", "Reset", "undo", "back to step 0, the same mistake", self.reset),
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

    def on_step(self):
        """One step, and no further."""
        self.pause()
        self.take(1)
        self.refresh()

    def on_audit(self):
        """Audit, or say what is to be done before."""
        if self.choice.value is None:
            self.say("First pick one of the four.")
        else:
            self.audit()

    def run(self):
        """Train on the event loop until Pause, an error, or the end of this stretch."""
        if self.running:
            return
        if self.step >= self.last_step:
            self.last_step = self.step + self.stretch
        self.say(NOTE)
        self.runner = asyncio.get_running_loop().create_task(self.keep_running())

    async def keep_running(self):
        """The task behind Run; it ends when `self.runner` is no longer this one. Between any two turns, events act."""
        mine = asyncio.current_task()
        try:
            while self.runner is mine and self.step < self.last_step:
                for turn in (self.show_numbers, self.draw) if self.is_due() else [self.slice]:
                    turn()
                    await asyncio.sleep(BREATH)
        except Exception as error:
            self.show_error(error)
        finally:
            if self.runner is mine:
                self.pause()

    def slice(self):
        """Steps for 15 ms."""
        end = perf_counter() + SLICE
        while perf_counter() < end and self.step < self.last_step:
            self.take(1)

    def pause(self):
        """Stop, and show where it stands."""
        if self.running:
            self.runner = None
            self.refresh()

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

    def is_due(self):
        """Whether the last picture is old enough for a new one."""
        return perf_counter() - self.drawn > REDRAW

    # ------------------------------------------------------------------- showing

    def refresh(self):
        """Show where both stand."""
        self.show_numbers()
        self.draw()

    def show_numbers(self):
        """Write the status line and the table: what is printed, and after the audit what was found."""
        doing = "running" if self.running else "paused" if self.step else "not started"
        self.status.value = f"step <b>{self.step:,}</b> of {self.last_step:,} · {doing}"
        self.numbers.value = table(self.state(), self.audits)

    def draw(self):
        """Draw the samples of both sides."""
        captions = {side: f"{words}; means of p(x | z), z ~ N(0, I)" for side, words in SIDES.items()}
        rows = [plots.digit_rows({captions[side]: run.samples()[0]}) for side, run in self.runs.items()]
        self.samples.value = plots.png(plots.beside(rows))
        self.drawn = perf_counter()

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
