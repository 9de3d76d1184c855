"""The training dashboard: a VAE seen while it learns, with the student's own functions where they are right."""

from pathlib import Path

from ipywidgets import HTML, FloatLogSlider, FloatSlider, HBox, Layout, VBox

from vae_from_scratch.autodiff import NonFinite
from vae_from_scratch.course import plots, your_digit
from vae_from_scratch.course.widgets.base import image_of
from vae_from_scratch.course.widgets.run_pictures import RunPictures, number_table
from vae_from_scratch.course.widgets.running import NOTE, Running
from vae_from_scratch.course.widgets.training_run import SAMPLES, SHOWN, TrainingRun

SAVE_EVERY = 800  # steps between saves


class Dashboard(Running):
    """Training, live. As a cell's last line it shows itself; `advance(n)` moves it from a program.

    core: modules `.vae`, `.training`, `.optimizers`, `.evaluation`, `.distributions`, ours or the student's;
    train, test (N, 784) in [0, 1]; params where it starts; task and answer: a line of HTML each;
    goal: state() -> bool, true once the task is reached; steps: how far Run goes at one press;
    lines: {name: nats} drawn across the curves; checkpoint: a path to save to and to resume from;
    yours: your digit's image (784,), to be reconstructed too, gray or already binarized.
    """

    name = "dashboard"

    def __init__(
        self, core, train, test, params, *, task, answer, goal, steps=4800, seed=0, batch_size=50, lines=(),
        checkpoint=None, yours=None,
    ):  # fmt: skip
        self.take_over(steps)
        self.training = TrainingRun(core, train, test, params, seed, batch_size, yours=yours)
        self.goal, self.checkpoint = goal, Path(checkpoint) if checkpoint else None
        self.marks, self.reached = [], None
        self.caption = your_digit.look().caption
        self.pictures = RunPictures(self.training, dict(lines), self.caption)
        super().__init__(task, answer, self.make_parts())
        self.say(NOTE)
        self.resume()
        self.refresh()

    # -------------------------------------------------------------- for programs

    @property
    def params(self):
        """The last good parameters."""
        return self.training.params

    @property
    def steps_taken(self):
        """Number of steps taken."""
        return self.training.step

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
        buttons = self.run_buttons("take one step: one batch", "go back to step 0; the sliders stay")
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

    def on_setting(self, change):
        """A slider moved: its value counts from the next step on, and a mark in the curves says so."""
        self.training.beta, self.training.learning_rate = self.beta_slider.value, self.learning_rate_slider.value
        row, text = (0, "β {:.2f}") if change.owner is self.beta_slider else (1, "learning rate {:.1e}")
        here = self.training.step
        self.marks = [mark for mark in self.marks if mark[2] != row or here - mark[0] > self.last_step / 20]
        self.marks.append((here, text.format(change.new).replace("e-0", "e-"), row))
        self.draw_curves()
        self.show_numbers()

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
        return self.training.at_test_point and super().is_due()

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
        """The parts of a new picture."""
        return self.show_numbers, self.draw_digits, self.draw_rates, self.draw_curves

    def show_numbers(self):
        """Write the status line and the table, and say whether the task is reached."""
        state = self.state()
        self.status.value = f"{self.where()} · epoch {state['epoch']:.1f}"
        self.numbers.value = number_table(state, self.caption)
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
