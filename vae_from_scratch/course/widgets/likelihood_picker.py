"""One gray pixel under three likelihoods: what each says of it, a sample of each, and what it costs in nats.

Every number comes from the core that is handed over, the student's or ours. The sliders are what a decoder gives: a
logit, which the Bernoulli and the continuous Bernoulli share, and a mean and a std for the Gaussian.
"""

from html import escape

import numpy as np
from ipywidgets import HTML, FloatSlider, HBox, Layout

import vae_from_scratch
from vae_from_scratch import ops
from vae_from_scratch.course.figures import gray as pictures
from vae_from_scratch.course.plots import png
from vae_from_scratch.course.widgets.base import Widget, image_of

NAMES = ("Bernoulli", "continuous Bernoulli", "Gaussian")
DRAWS = 16
NEAR = 0.003  # nats from the least that a likelihood can charge
BELOW = -2.0  # what the Gaussian is to reach
PLACES = np.linspace(0.001, 0.999, 250)


class LikelihoodPicker(Widget):
    """Sliders for a pixel's gray and for what a decoder says of it; core: ours or the student's.

    task, answer: a line of HTML each.
    """

    name = "likelihoods"

    def __init__(self, *, task, answer, core=vae_from_scratch, x=0.3):
        self.core, self.found, self.reached = core, set(), False
        rng = np.random.default_rng(0)
        self.uniforms, self.noise = rng.random(DRAWS), rng.standard_normal(DRAWS)
        super().__init__(task, answer, self.make_parts(x))
        self.refresh()
        for slider in self.sliders:
            slider.observe(self.shown(lambda change: self.refresh()), "value")

    # -------------------------------------------------------------- for programs

    def costs(self, x=None):
        """-log of each likelihood at the pixel, in nats: {name: float}."""
        x = self.x_slider.value if x is None else x
        pixel, logit = np.array([x]), np.array([self.logit_slider.value])
        distributions = self.core.distributions
        values = (
            distributions.bernoulli_log_prob(pixel, logit),
            distributions.continuous_bernoulli_log_prob(pixel, logit),
            distributions.normal_log_prob(pixel, *self.gaussian())[0],
        )
        return {name: -float(value) for name, value in zip(NAMES, values, strict=True)}

    def least(self):
        """The least that each of the first two can charge for this pixel, over all logits: {name: float}."""
        x, logits = np.array([self.x_slider.value]), np.linspace(-40, 40, 8001)[:, None]
        functions = self.core.distributions.bernoulli_log_prob, self.core.distributions.continuous_bernoulli_log_prob
        return {name: -float(np.max(f(x, logits))) for name, f in zip(NAMES, functions, strict=False)}

    def state(self):
        """Plain numbers: the sliders, each cost, and which parts of the task are done."""
        sliders = {slider.description: slider.value for slider in self.sliders}
        return sliders | {"costs": self.costs(), "found": sorted(self.found)}

    def alt(self):
        """What it shows, from the sliders alone."""
        said = ", ".join(f"{slider.description} {slider.value:.2f}" for slider in self.sliders)
        return f"Three likelihoods of one gray pixel, {DRAWS} draws of each, and what each charges: {said}."

    def still(self):
        """Everything it shows, as one Pillow image."""
        return image_of(self.picture_shown)

    # ------------------------------------------------------------------ controls

    def make_parts(self, x):
        """The sliders, the picture and the table, from top to bottom."""
        self.x_slider = self.slider("x", "pixel x", x, 0.0, 1.0, 0.01)
        self.logit_slider = self.slider("logit", "logit", 0.0, -8.0, 8.0, 0.05)
        self.mean_slider = self.slider("mean", "Gaussian mean", 0.5, 0.0, 1.0, 0.01)
        self.std_slider = self.slider("std", "Gaussian std", 0.30, 0.01, 1.0, 0.01)
        self.sliders = self.x_slider, self.logit_slider, self.mean_slider, self.std_slider
        self.picture_shown = self.picture("picture", 640)
        self.table = self.part(HTML(layout=Layout(height="8.5em")), "costs")
        self.table.add_class("vae-dashboard-numbers")
        row = Layout(flex_flow="row wrap", grid_gap="4px 24px")
        return [HBox(list(self.sliders), layout=row), self.picture_shown, self.table]

    def slider(self, role, description, value, low, high, step):
        """A slider of two decimals."""
        slider = FloatSlider(value, min=low, max=high, step=step, description=description, readout_format=".2f")
        slider.layout, slider.style.description_width = Layout(flex="1 1 280px", max_width="310px"), "auto"
        return self.part(slider, role)

    # ------------------------------------------------------------------- showing

    def gaussian(self):
        """Mean and log_var of the Gaussian."""
        return self.mean_slider.value, 2 * np.log(self.std_slider.value)

    def curves(self):
        """The two densities over [0, 1]."""
        logits = np.full((len(PLACES), 1), self.logit_slider.value)
        continuous = self.core.distributions.continuous_bernoulli_log_prob(PLACES[:, None], logits)
        gaussian = self.core.distributions.normal_log_prob(PLACES, *self.gaussian())
        return {NAMES[1]: (PLACES, np.exp(continuous)), NAMES[2]: (PLACES, np.exp(gaussian))}

    def samples(self):
        """Draws of each likelihood, always of the same noise."""
        logit, lit = self.logit_slider.value, ops.sigmoid(self.logit_slider.value)
        continuous = self.core.distributions.continuous_bernoulli_draw(np.full(DRAWS, logit), self.uniforms)
        gaussian = self.core.distributions.reparameterize(*self.gaussian(), self.noise)
        return dict(zip(NAMES, ((self.uniforms < lit).astype(float), continuous, gaussian), strict=True))

    def refresh(self):
        """Draw and tabulate what the sliders say; note what of the task is done."""
        costs, least, x = self.costs(), self.least(), self.x_slider.value
        lit = float(ops.sigmoid(self.logit_slider.value))
        self.picture_shown.value = png(pictures.likelihoods(self.curves(), (1 - lit, lit), x, self.samples()))
        self.found |= {name for name in least if costs[name] < least[name] + NEAR}
        self.found |= {NAMES[2]} if costs[NAMES[2]] < BELOW else set()
        means = lit, float(self.core.distributions.continuous_bernoulli_mean(np.array(self.logit_slider.value)))
        self.table.value = table(costs, (*means, self.mean_slider.value), self.found)
        self.say(f"Done: {', '.join(name for name in NAMES if name in self.found) or 'none of the three yet'}.")
        if not self.reached and len(self.found) == 3:
            self.reached = True
            self.show_answer("All three found.")


def table(costs, means, found):
    """The costs as an HTML table."""
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{mean:.2f}</td><td>{cost:.3f}</td><td>{'✓' if name in found else ''}</td></tr>"
        for (name, cost), mean in zip(costs.items(), means, strict=True)
    )
    return f"<table><tr><th>likelihood</th><th>its mean</th><th>charges, nats</th><th>found</th></tr>{rows}</table>"
