"""The training dashboard: a VAE seen while it learns, with the student's own functions where they are right.

Run is a task on the kernel's event loop that takes steps in slices of 15 ms, so that buttons and sliders
act in between. A notebook as committed uses `advance` alone: what a task has done depends on the clock.
"""

import asyncio
from pathlib import Path
from time import perf_counter
from typing import ClassVar

from ipywidgets import HTML, FloatLogSlider, FloatSlider, HBox, Layout, VBox

from vae_from_scratch.autodiff import NonFinite
from vae_from_scratch.course import plots
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.course.widgets.run_pictures import RunPictures, number_table
from vae_from_scratch.course.widgets.training_run import SAMPLES, SHOWN, TrainingRun

SLICE, BREATH, REDRAW = 0.015, 0.001, 0.4  # seconds: of steps, for events, between pictures while it trains
PORTION, SAVE_EVERY = 20, 800  # steps: between looks at the clock in `advance`, between saves
NOTE = "Run trains beside the notebook: Pause stops it, Jupyter's interrupt button does not."


class Dashboard(Widget):
    """Training, live. As a cell's last line it shows itself; `advance(n)` moves it from a program.

    core: modules `.vae`, `.training`, `.optimizers`, `.evaluation`, `.distributions`, ours or the student's;
    train, test (N, 784) in [0, 1]; params where it starts; task and answer: a line of HTML each;
    goal: state() -> bool, true once the task is reached; steps: how far Run goes at one press;
    lines: {name: nats} drawn across the curves; checkpoint: a path to save to and to resume from;
    yours: one more image (784,) to reconstruct.
    """

    name = "dashboard"
    latest: ClassVar = None  # the one that may run: a cell run twice leaves no second one behind

    def __init__(
        self, core, train, test, params, *, task, answer, goal, steps=4800, seed=0, batch_size=50, lines=(),
        checkpoint=None, yours=None,
    ):  # fmt: skip
        if Dashboard.latest:
            Dashboard.latest.pause()
        Dashboard.latest = self
        self.training = TrainingRun(core, train, test, params, seed, batch_size, yours=yours)
        self.goal, self.checkpoint = goal, Path(checkpoint) if checkpoint else None
        self.stretch = self.last_step = steps
        self.marks, self.runner, self.reached, self.drawn = [], None, None, 0.0
        self.pictures = RunPictures(self.training, dict(lines))
        super().__init__(task, answer, self.make_parts())
        self.say(NOTE)
        self.resume()
        self.refresh()

    # -------------------------------------------------------------- for programs

    def advance(self, steps):
        """Take so many steps, showing them under way, and save. Raises what the functions raise, after showing it."""
        end = self.training.step + steps
        try:
            while self.training.step < end:
                self.take(min(PORTION - self.training.step % PORTION, end - self.training.step))
                if self.is_due():
                    self.refresh()
        except Exception as error:
            self.show_error(error)
            raise
        finally:
            self.save()
            self.refresh()

    def step(self):
        """Take one step."""
        self.advance(1)

    @property
    def params(self):
        """The last good parameters."""
        return self.training.params

    @property
    def running(self):
        """Whether Run is under way."""
        return self.runner is not None

    def state(self):
        """Plain numbers: where the run stands, its settings, and what it measures there, in nats per digit."""
        return {"running": self.running, **self.training.state()}

    def alt(self):
        """What the picture shows, without a number that training made."""
        return (
            f"Training dashboard at step {self.training.step:,}: {SHOWN} test digits and their reconstructions, "
            f"{SAMPLES} prior samples as means and as draws, curves of rate and distortion, "
            f"KL of each of {self.training.latent_dim} latents."
        )

    def still(self):
        """Everything it shows, as one Pillow image."""
        plots_column = plots.stacked([image_of(self.curves), image_of(self.rates)])
        return plots.beside([image_of(self.digits), plots_column])

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The controls and pictures, from top to bottom."""
        buttons = [
            self.button("step", "Step", "step-forward", "take one step: one batch", self.on_step),
            self.button("run", "Run", "play", f"train on; {NOTE}", self.run),
            self.button("pause", "Pause", "pause", "stop and save", self.pause),
            self.button("reset", "Reset", "undo", "go back to step 0; the sliders stay", self.reset),
        ]
        beta = FloatSlider(self.training.beta, min=0, max=4, step=0.05, description="β, weight of the rate")
        powers = {"min": -5, "max": -1, "step": 0.25, "readout_format": ".1e"}
        learning_rate = FloatLogSlider(self.training.learning_rate, description="learning rate", **powers)
        self.beta_slider = self.slider("beta", beta)
        self.learning_rate_slider = self.slider("learning-rate", learning_rate)
        self.status, self.numbers = self.part(HTML(), "status"), self.part(HTML(), "numbers")
        digits_width = 447 if self.training.yours is None else 492
        self.digits = self.picture("digits", digits_width)
        self.curves = self.picture("curves", 560)
        self.rates = self.picture("rates", 560)
        column = VBox([self.curves, self.rates], layout=Layout(flex="1 1 420px", max_width="560px", min_width="0"))
        self.digits.layout.flex = "1 1 360px"
        wrap = Layout(flex_flow="row wrap", grid_gap="4px 24px")
        return [
            HBox(
                [HBox(buttons, layout=Layout(flex_flow="row wrap")), self.beta_slider, self.learning_rate_slider],
                layout=wrap,
            ),
            self.status,
            self.numbers,
            HBox([self.digits, column], layout=wrap),
        ]

    def slider(self, role, slider):
        """A slider that acts at once, also while it trains, and shows its own errors."""
        slider.layout = Layout(flex="1 1 290px", max_width="360px", min_width="0")
        slider.style.description_width = "auto"
        slider.observe(self.shown(self.on_setting), "value")
        return self.part(slider, role)

    def on_step(self):
        """One step, and no further."""
        self.pause()
        self.take(1)
        self.refresh()

    def on_setting(self, change):
        """A slider moved: its value counts from the next step on, and a mark in the curves says so."""
        self.training.beta, self.training.learning_rate = self.beta_slider.value, self.learning_rate_slider.value
        row, text = (0, "β {:.2f}") if change.owner is self.beta_slider else (1, "learning rate {:.1e}")
        here = self.training.step
        self.marks = [mark for mark in self.marks if mark[2] != row or here - mark[0] > self.last_step / 20]
        self.marks.append((here, text.format(change.new).replace("e-0", "e-"), row))
        self.draw_curves()
        self.show_numbers()

    def run(self):
        """Train on the event loop until Pause, an error, or the end of this stretch."""
        if self.running:
            return
        if self.training.step >= self.last_step:
            self.last_step = self.training.step + self.stretch
        self.say(NOTE)
        self.runner = asyncio.get_running_loop().create_task(self.keep_running())

    async def keep_running(self):
        """The task behind Run; it ends when `self.runner` is no longer this one. Between any two turns, events act."""
        mine = asyncio.current_task()
        try:
            while self.runner is mine and self.training.step < self.last_step:
                for turn in self.showing() if self.is_due() else [self.slice]:
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
        while perf_counter() < end and not self.is_due() and self.training.step < self.last_step:
            self.take(1)

    def pause(self):
        """Stop, save, and show where it stands."""
        if self.running:
            self.runner = None
            self.save()
            self.refresh()

    def reset(self):
        """Back to step 0; what was saved stays until the next save."""
        self.runner, self.marks, self.reached = None, [], None
        self.training.reset()
        self.last_step = self.stretch
        self.show_answer()
        self.say(NOTE)
        self.refresh()

    # ------------------------------------------------------------------ training

    def take(self, steps):
        """Take so many steps, and save where a save is due."""
        self.training.advance(steps)
        if self.training.step % SAVE_EVERY == 0:
            self.save()

    def is_due(self):
        """Whether there is a new point to show, and the last picture is old enough."""
        return self.training.at_test_point and perf_counter() - self.drawn > REDRAW

    def advice(self, error):
        """What was kept, and what to do."""
        step = f"step {self.training.step:,}"
        if isinstance(error, NonFinite):
            return f"The run went back to {step}, which was good. Lower the learning rate, or Reset; then Run again."
        return f"The parameters are those of {step}."

    def save(self):
        """Write the checkpoint, if one is wanted; a disk that does not take it is told of and stops nothing."""
        if self.checkpoint:
            try:
                self.training.save(self.checkpoint)
            except OSError as error:
                self.say(
                    f"Not saved in {self.checkpoint}: {error}. The run lasts while this notebook does.", error=True
                )

    def resume(self):
        """Take up the run that the checkpoint holds; a file that is damaged or another run's is set aside, not lost."""
        if self.checkpoint is None or not self.checkpoint.exists():
            return
        try:
            self.training.resume(self.checkpoint)
        except ValueError as error:
            aside = self.checkpoint.with_suffix(".aside.npz")
            self.checkpoint.replace(aside)
            self.say(f"{error}. It was kept as {aside.name}; this run starts anew.", error=True)
            return
        beta, learning_rate = self.training.beta, self.training.learning_rate
        self.beta_slider.value, self.learning_rate_slider.value = beta, learning_rate
        self.marks, self.last_step = [], max(self.stretch, self.training.step)
        self.say(f"Resumed at step {self.training.step:,}; Reset starts anew. {NOTE}")

    # ------------------------------------------------------------------- showing

    def showing(self):
        """The parts of a new picture, each short enough for events to wait for it."""
        self.drawn = perf_counter()
        return self.show_numbers, self.draw_digits, self.draw_rates, self.draw_curves

    def refresh(self):
        """Show where the run stands."""
        for part in self.showing():
            part()

    def show_numbers(self):
        """Write the status line and the table, and say whether the task is reached."""
        state = self.state()
        doing = "running" if self.running else "paused" if state["step"] else "not started"
        step = f"step <b>{state['step']:,}</b> of {self.last_step:,}"
        self.status.value = f"{step} · epoch {state['epoch']:.1f} · {doing}"
        self.numbers.value = number_table(state)
        if self.reached is None and self.goal(state):
            self.reached = state["step"]
            self.show_answer(f"Reached at step {self.reached:,}.")

    def draw_digits(self):
        """Draw the digits."""
        self.digits.value = self.pictures.digits()

    def draw_rates(self):
        """Draw the KL of each latent."""
        self.rates.value = self.pictures.rates()

    def draw_curves(self):
        """Draw the curves over as many steps as Run goes."""
        self.curves.value = self.pictures.curves(max(self.last_step, self.training.step), self.marks)
