"""What trains in a notebook: Step, Run, Pause and Reset, and `advance(n)` for programs.

Run is a task on the kernel's event loop that takes steps in slices of 15 ms, so that buttons and sliders act in
between. A notebook as committed uses `advance` alone: what a task has done depends on the clock. A subclass gives
`steps_taken`, `take(n)`, `showing()`, `reset()`, and calls `begin(steps)` where a run starts.
"""

import asyncio
from time import perf_counter
from typing import ClassVar

from vae_from_scratch.course.widgets.base import Widget

SLICE, BREATH, REDRAW = 0.015, 0.001, 0.4  # seconds: of steps, for events, between pictures while it trains
PORTION = 20  # steps between looks at the clock in `advance`
NOTE = "Run trains beside the notebook: Pause stops it, Jupyter's interrupt button does not."


class Running(Widget):
    """A Widget that takes steps. Of each kind the one that was made last may run: a cell run again leaves none behind.

    `stretch` is how many steps Run goes at one press, `last_step` where it will stop.
    """

    latest: ClassVar = None

    def take_over(self, steps):
        """Stop the one made before, and stand at step 0 of a first stretch of so many steps."""
        if type(self).latest:
            type(self).latest.pause()
        type(self).latest = self
        self.stretch = self.last_step = steps
        self.runner, self.drawn = None, 0.0

    # -------------------------------------------------------------- for programs

    def advance(self, steps):
        """Take so many steps, showing them under way, and save. Raises what the functions raise, after showing it."""
        end = self.steps_taken + steps
        try:
            while self.steps_taken < end:
                self.take(min(PORTION - self.steps_taken % PORTION, end - self.steps_taken))
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
    def running(self):
        """Whether Run is under way."""
        return self.runner is not None

    # ------------------------------------------------------------------ controls

    def run_buttons(self, one_step, back):
        """Step, Run, Pause and Reset; two tooltips: what one step is, and where Reset goes back to."""
        return [
            self.button("step", "Step", "step-forward", one_step, self.on_step),
            self.button("run", "Run", "play", f"train on; {NOTE}", self.run),
            self.button("pause", "Pause", "pause", "stop here", self.pause),
            self.button("reset", "Reset", "undo", back, self.reset),
        ]

    def on_step(self):
        """One step, and no further."""
        self.pause()
        self.take(1)
        self.refresh()

    def run(self):
        """Train on the event loop until Pause, an error, or the end of this stretch."""
        if self.running:
            return
        if self.steps_taken >= self.last_step:
            self.last_step = self.steps_taken + self.stretch
        self.say(NOTE)
        self.runner = asyncio.get_running_loop().create_task(self.keep_running())

    async def keep_running(self):
        """The task behind Run; it ends when `self.runner` is no longer this one. Between any two turns, events act."""
        mine = asyncio.current_task()
        try:
            while self.runner is mine and self.steps_taken < self.last_step:
                for turn in self.redraw() if self.is_due() else [self.slice]:
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
        while perf_counter() < end and not self.is_due() and self.steps_taken < self.last_step:
            self.take(1)

    def pause(self):
        """Stop, save, and show where it stands."""
        if self.running:
            self.runner = None
            self.save()
            self.refresh()

    def save(self):
        """Keep what is wanted kept: nothing, unless a subclass says otherwise."""

    # ------------------------------------------------------------------- showing

    def is_due(self):
        """Whether the last picture is old enough for a new one."""
        return perf_counter() - self.drawn > REDRAW

    def redraw(self):
        """The parts of a new picture, each short enough for events to wait for it."""
        self.drawn = perf_counter()
        return self.showing()

    def refresh(self):
        """Show where the run stands."""
        for part in self.redraw():
            part()

    def where(self):
        """How far it is, and whether it runs: HTML for the status line."""
        doing = "running" if self.running else "paused" if self.steps_taken else "not started"
        return f"step <b>{self.steps_taken:,}</b> of {self.last_step:,} · {doing}"
