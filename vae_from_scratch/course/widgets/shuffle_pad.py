"""The shuffle pad: move pixels to other places, the same for all images, and train two models on what is left.

One slider says how many pixels change places. Train both is a task on the kernel's event loop; a notebook as
committed, and a program, use `advance`.
"""

import asyncio
from typing import ClassVar

from ipywidgets import HTML, HBox, IntSlider, Layout

from vae_from_scratch.course import plots
from vae_from_scratch.course.widgets import shuffle_pictures
from vae_from_scratch.course.widgets.base import Widget, image_of

BREATH = 0.001  # seconds for events between two steps
PAPER = 0.08  # gray of an image's paper, so that one ends where the next begins
NOTE = "Training runs beside the notebook: Pause stops it, Jupyter's interrupt button does not."


class ShufflePad(Widget):
    """Images under a shuffle of their pixels, and two models trained on it. As a cell's last line it shows itself.

    images (N, 784), to be shown; shuffle: count -> order of the pixels (784,); train: {model: order -> generator}, a
    generator takes a step at each turn and hands out (step, nats), or (step, None) where nothing is measured; length:
    the steps it goes; trained: {count: {model: [(step, nats), ...]}}, what is there already; task and answer: a line
    of HTML each; goal: state() -> bool, true once the task is reached.
    """

    name = "shuffle"
    latest: ClassVar = None  # the one that may run

    def __init__(self, images, shuffle, train, trained, *, length, task, answer, goal):
        if ShufflePad.latest:
            ShufflePad.latest.pause()
        ShufflePad.latest = self
        self.images, self.shuffle, self.train, self.goal = images, shuffle, train, goal
        self.length, self.trained, self.reached = length, dict(trained), False
        self.runner, self.runs = None, {}
        self.count = max(self.trained)
        self.points = self.trained[self.count]
        super().__init__(task, answer, self.make_parts())
        self.say(NOTE)
        self.draw_digits()
        self.draw()

    # -------------------------------------------------------------- for programs

    def advance(self):
        """Train both to the end where the slider stands. Raises what the training raises, after showing it."""
        self.begin()
        try:
            while self.runs:
                self.take()
        except Exception as error:
            self.fail(error)
            raise
        self.draw()

    @property
    def running(self):
        """Whether a training is under way."""
        return self.runner is not None

    def state(self):
        """Plain numbers: pixels shuffled on the slider, counts trained to the end, and how far the second model leads.

        leads {count: nats}: the first model's last bound minus the second's.
        """
        leads = {}
        for count, runs in sorted(self.trained.items()):
            first, second = (points[-1][1] for points in runs.values())
            leads[count] = first - second
        return {"shuffled": self.slider.value, "running": self.running, "trained": list(leads), "leads": leads}

    def alt(self):
        """What the picture shows, without a number that training made."""
        models = " and ".join(self.train)
        counts = ", ".join(map(str, sorted(self.trained)))
        return (
            f"Shuffle pad: {len(self.images)} digits with {self.slider.value} of 784 pixels shuffled, and the bounds of"
            f" {models} trained with {counts} shuffled pixels."
        )

    def still(self):
        """Digits, curves and ends, as one Pillow image."""
        return plots.stacked([image_of(self.digits), plots.beside([image_of(self.curves), image_of(self.ends)])])

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """Slider and buttons, the digits, the two plots."""
        slider = IntSlider(self.count, min=0, max=784, step=14, description="shuffled pixels")
        slider.layout, slider.style.description_width = Layout(width="420px", max_width="100%"), "auto"
        slider.observe(self.shown(lambda change: self.draw_digits()), "value")
        self.slider = self.part(slider, "slider")
        buttons = [
            self.button("train", "Train both", "play", f"train both models on these pixels; {NOTE}", self.run, "112px"),
            self.button("pause", "Pause", "pause", "stop; what was not finished is dropped", self.pause),
        ]
        self.status = self.part(HTML(layout=Layout(height="24px")), "status")
        self.digits = self.picture("digits", 447)
        self.curves = self.picture("curves", shuffle_pictures.WIDTH)
        self.ends = self.picture("ends", shuffle_pictures.WIDTH)
        wrap = Layout(flex_flow="row wrap", grid_gap="4px 24px")
        return [
            HBox([self.slider, *buttons], layout=wrap),
            self.digits,
            self.status,
            HBox([self.curves, self.ends], layout=wrap),
        ]

    def run(self):
        """Train both where the slider stands, on the event loop."""
        if not self.running:
            self.begin()
            self.say(NOTE)
            self.runner = asyncio.get_running_loop().create_task(self.keep_running())
            self.show_status()

    async def keep_running(self):
        """The task behind Train both; it ends when `self.runner` is no longer this one."""
        mine = asyncio.current_task()
        try:
            while self.runner is mine and self.runs:
                if self.take():
                    self.draw()
                await asyncio.sleep(BREATH)
        except Exception as error:
            self.fail(error)
        finally:
            if self.runner is mine:
                self.pause()

    def pause(self):
        """Stop. A training that was not finished is dropped."""
        self.runner, self.runs = None, {}
        self.draw()

    def fail(self, error):
        """Drop the training and show why."""
        self.runs = {}
        self.show_error(error)

    # ------------------------------------------------------------------ training

    def begin(self):
        """A new training of both models, for the slider's number of pixels."""
        self.count = self.slider.value
        order = self.shuffle(self.count)
        self.runs = {model: train(order) for model, train in self.train.items()}
        self.points = {model: [] for model in self.runs}

    def take(self):
        """One step of each model; true if there is something new to show. At the end the count is trained."""
        turns = {model: next(run, None) for model, run in self.runs.items()}
        if None in turns.values():
            self.runs = {}
            self.trained[self.count] = self.points
            return True
        for model, (step, nats) in turns.items():
            if nats is not None:
                self.points[model].append((step, float(nats)))
        return any(nats is not None for _, nats in turns.values())

    # ------------------------------------------------------------------- showing

    def draw_digits(self):
        """Draw the images as the slider shuffles them."""
        count = self.slider.value
        caption = f"test digits, {count} of 784 pixels shuffled, the same for all"
        tiles = PAPER + (1 - PAPER) * self.images[:, self.shuffle(count)]
        self.digits.value = plots.png(plots.digit_rows({caption: tiles}))

    def draw(self):
        """Draw curves and ends, and say whether the task is reached."""
        self.curves.value = plots.png(shuffle_pictures.curves(self.count, self.points, self.length))
        self.ends.value = plots.png(shuffle_pictures.ends(self.trained))
        self.show_status()
        if not self.reached and self.goal(self.state()):
            self.reached = True
            self.show_answer(f"Reached, with {self.count} pixels shuffled.")

    def show_status(self):
        """Say what is under way."""
        doing = "training" if self.running else "not training"
        taken = max((points[-1][0] for points in self.points.values() if points), default=0)
        self.status.value = f"{doing} · {self.count} pixels shuffled: step <b>{taken}</b> of {self.length}"
