"""The bound's sliders, moved by gradient: the widget of lesson 6, run by a fit.

Frame k is the fit with k steps, computed when it is shown; so `advance(n)` is deterministic, and Run, a task on the
kernel's event loop, only calls it.
"""

import asyncio
from contextlib import contextmanager

import numpy as np
from ipywidgets import HBox

from vae_from_scratch.course.widgets.bound import Bound

STRIDE, BREATH = 4, 0.01  # steps from one picture of Run to the next; seconds for events in between
DECIMALS = 2  # of the sliders


class BoundRun(Bound):
    """Bound with Step, Run, Pause and Back. A hand on a slider, or another posterior, begins a new run there.

    fit(log_joint, mean, log_var, steps) -> (mean, log_var), numbers: where that many steps lead; steps: how many Run
    takes. The rest is as for Bound.
    """

    def __init__(self, log_joint, fit, *, steps=200, **options):
        self.joints = log_joint if isinstance(log_joint, dict) else {"": log_joint}
        self.fit, self.last_step, self.taken, self.runner = fit, steps, 0, None
        super().__init__(self.joints, **options)
        self.start_here()

    # -------------------------------------------------------------- for programs

    def advance(self, steps):
        """Take so many steps of the fit, no further than the last, and show where they lead."""
        end = min(self.taken + steps, self.last_step)
        points = [self.fitted(k) for k in range(self.taken + STRIDE, end, STRIDE)]
        if end > self.taken:
            self.taken = end
            self.follow([*points, self.fitted(end)])
        self.tell()

    def fitted(self, steps):
        """Where so many steps lead from the beginning of this run."""
        return self.fit(self.joints[self.case], *self.origin, steps)

    def start_here(self):
        """A new run begins where the sliders are."""
        self.runner, self.origin, self.taken = None, self.point, 0
        self.path = [self.point]
        self.draw()
        self.tell()

    @property
    def running(self):
        """Whether Run is under way."""
        return self.runner is not None

    def state(self):
        """Plain numbers: Bound's, and the number of steps taken."""
        return {**super().state(), "step": self.taken}

    # ------------------------------------------------------------------ controls

    def make_parts(self, start):
        """Bound's parts, under a row of buttons."""
        note = "a slider or another posterior begins a new run"
        buttons = [
            self.button("step", "Step", "step-forward", "one step of the gradient", self.on_step),
            self.button("run", "Run", "play", f"{self.last_step} steps; {note}", self.run),
            self.button("pause", "Pause", "pause", "stop here", self.pause),
            self.button("back", "Back", "undo", "back to where this run began", self.back),
        ]
        return [HBox(buttons), *super().make_parts(start)]

    def on_step(self):
        """One step, and no further."""
        self.pause()
        self.advance(1)

    def run(self):
        """Step on the event loop until Pause, an error, or the last step; from the last, the run begins anew."""
        if self.running:
            return
        if self.taken >= self.last_step:
            self.back()
        self.runner = asyncio.get_running_loop().create_task(self.keep_running())

    async def keep_running(self):
        """The task behind Run; it ends when `self.runner` is no longer this one."""
        mine = asyncio.current_task()
        try:
            while self.runner is mine and self.taken < self.last_step:
                self.advance(STRIDE)
                await asyncio.sleep(BREATH)
        except Exception as error:
            self.show_error(error)
        finally:
            if self.runner is mine:
                self.runner = None

    def pause(self):
        """Stop here."""
        self.runner = None

    def back(self):
        """Back to where this run began."""
        with self.untouched():
            self.place(*self.origin)
        self.start_here()

    def follow(self, points):
        """Move q through the points, with the browser told that no hand moves the sliders."""
        with self.untouched():
            super().follow(points)

    @contextmanager
    def untouched(self):
        """Meanwhile a slider in the browser does not send back what it is set to, as if a hand had moved it."""
        sliders = self.mean_slider, self.log_var_slider
        for slider in sliders:
            slider.continuous_update = False
        try:
            yield
        finally:
            for slider in sliders:
                slider.continuous_update = True

    def place(self, mean, log_var):
        """Put q on the sliders' grid, without drawing."""
        super().place(round(mean, DECIMALS), round(log_var, DECIMALS))

    def on_slider(self, change):
        """A hand on a slider ends the run and begins another there."""
        moved = np.abs([self.mean_slider.value - self.point[0], self.log_var_slider.value - self.point[1]])
        if not self.placing and np.max(moved) > 0.5 * 10.0**-DECIMALS:  # less is the browser's rounding
            super().on_slider(change)
            self.start_here()

    def on_choice(self, change):
        """Another posterior, another run."""
        super().on_choice(change)
        self.start_here()

    def tell(self):
        """Say how far the run has come."""
        self.say(f"Step {self.taken} of {self.last_step}.")
