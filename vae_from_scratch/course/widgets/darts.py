"""Darts: draws of a proposal thrown at one image's posterior, and what they say of p(x), beside the exact value.

From a program: `set(latents=20, darts=1000, aim=0.9)`, `again()`, `state()`.
"""

import numpy as np
from ipywidgets import HTML, FloatSlider, HBox, IntSlider, Layout, SelectionSlider

from vae_from_scratch.course import plots
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.course.widgets.dart_board import board
from vae_from_scratch.course.widgets.dart_throw import throw

COUNTS = (10, 100, 1_000, 10_000)
KEPT = 12  # earlier throws shown as gray dots


class Darts(Widget):
    """Darts in the plane of the first two latents, with sliders for latents, darts and aim. Shows itself.

    core: modules `.distributions` and `.evaluation`, ours or the student's; log_joint(params, x, z) -> (K,), in nats;
    models {L: probabilistic PCA in principal axes}; x (784,); task and answer: a line of HTML each; goal: state() ->
    bool, true once the task is reached.
    """

    name = "darts"

    def __init__(self, core, log_joint, models, x, *, task, answer, goal, latents=2, darts=1_000, aim=0.0):
        self.core, self.log_joint, self.models, self.x = core, log_joint, models, np.asarray(x, float)
        self.goal, self.seed, self.reached, self.before = goal, 0, False, []
        super().__init__(task, answer, self.make_parts(latents, darts, aim))
        self.throw()
        for slider in (self.latents_slider, self.darts_slider, self.aim_slider):
            slider.observe(self.shown(self.on_slider), "value")

    # -------------------------------------------------------------- for programs

    def set(self, latents=None, darts=None, aim=None):
        """Move sliders, as one does by hand."""
        for slider, value in ((self.latents_slider, latents), (self.darts_slider, darts), (self.aim_slider, aim)):
            if value is not None:
                slider.value = value

    def again(self):
        """Throw as many again, at the same settings; earlier estimates stay as gray dots."""
        self.before = [*self.before, self.thrown.off][-KEPT:]
        self.seed += 1
        self.throw()

    def state(self):
        """Plain numbers: the settings, the estimate of log p(x) and the exact value in nats, and how many work."""
        names = ("exact", "estimate", "error", "off", "working", "log_needed")
        found = {name: float(getattr(self.thrown, name)) for name in names}
        return {"latents": self.latents_slider.value, "darts": self.darts_slider.value, "aim": self.aim, **found}

    @property
    def aim(self):
        """From 0, the prior as proposal, to 1, the posterior."""
        return self.aim_slider.value

    def alt(self):
        """What the picture shows, without a number that depends on the draws."""
        return (
            f"Darts: {self.darts_slider.value:,} draws of a proposal, {self.aim:.2f} of the way from prior to"
            f" posterior, in a model of {self.latents_slider.value} latents, with the posterior's ring; darts"
            " thrown, working and needed as bars; the estimate of log p(x) beside the exact value."
        )

    def still(self):
        """The picture, as a Pillow image."""
        return image_of(self.picture_shown)

    # ------------------------------------------------------------------ controls

    def make_parts(self, latents, darts, aim):
        """The controls and the picture, from top to bottom."""
        style, layout = {"description_width": "84px"}, Layout(width="400px", max_width="100%")
        shared = {"style": style, "layout": layout, "continuous_update": True}
        self.latents_slider = self.part(
            IntSlider(latents, min(self.models), max(self.models), description="latents L", **shared), "latents"
        )
        counts = [(f"{count:,}", count) for count in COUNTS]
        self.darts_slider = self.part(
            SelectionSlider(options=counts, value=darts, description="darts K", **shared), "count"
        )
        self.aim_slider = self.part(
            FloatSlider(aim, min=0, max=1, step=0.01, description="proposal", readout_format=".2f", **shared), "aim"
        )
        ends = HTML("0 the prior · 1 the exact posterior")
        again = self.button(
            "again", "Throw again", "repeat", "as many new darts at the same settings", self.again, "130px"
        )
        self.numbers, self.picture_shown = self.part(HTML(), "numbers"), self.picture("picture", 980)
        row = Layout(flex_flow="row wrap")
        return [
            HBox([self.latents_slider, self.darts_slider, again], layout=row),
            HBox([self.aim_slider, ends], layout=row),
            self.numbers,
            self.picture_shown,
        ]

    def on_slider(self, change):
        """A slider was moved: the same darts, taken from its new proposal."""
        self.before = []
        self.throw()

    # ------------------------------------------------------------------- showing

    def throw(self):
        """Throw at the present settings and show what came of it."""
        latents, count = self.latents_slider.value, self.darts_slider.value
        epsilon = np.random.default_rng(self.seed).standard_normal((count, max(self.models)))[:, :latents]
        params = self.models[latents]
        self.thrown = throw(self.core, self.log_joint, params, self.x, epsilon, self.aim)
        heaviest = self.thrown.z[np.argmax(self.thrown.shares)]
        digits = {
            "x": self.x,
            "the ring's middle": self.thrown.mean @ params["W"] + params["mean"],
            "heaviest dart": heaviest @ params["W"] + params["mean"],
        }
        self.picture_shown.value = plots.png(board(self.thrown, digits, self.before))
        self.numbers.value = self.told()
        self.say("")
        if not self.reached and self.goal(self.state()):
            self.reached = True
            self.show_answer(f"Reached with {self.thrown.working:,.0f} of {count:,} darts working.")

    def told(self):
        """The numbers in a line."""
        thrown = self.thrown
        return (
            f"log p(x) exactly <b>{thrown.exact:.1f}</b> · estimated <b>{thrown.estimate:.1f}</b> ±"
            f" {thrown.error:.2f} · working <b>{thrown.working:,.1f}</b> of {len(thrown.z):,} ·"
            f" KL(posterior ‖ proposal) = {thrown.log_needed:.1f} nats"
        )
