"""The price ruler: a line of slope -beta against the curve of rate and distortion, and the network that it touches.

From a program: `set(beta)`, `state()`.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from ipywidgets import HTML, FloatLogSlider, HBox, Layout, VBox

from vae_from_scratch.course import plots
from vae_from_scratch.course.figures.price import RulerPicture, name_of, unit_bars
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.device import to_cpu

TIE = 0.02  # how near, as a fraction, the ruler's slope must come to that of the line through two networks


class PriceRuler(Widget):
    """A ruler to turn, the curve, and beside it what the touched network says of some digits. Shows itself.

    core: modules `.vae` and `.evaluation`, ours or the student's; networks {beta: params}, from the lowest; points
    {beta: (rate, distortion)} in nats; x_test (N, 784) for the units' rates; images (n, 784), binarized digits, the
    last of them called `caption`; task and answer: a line of HTML each.
    """

    name = "ruler"

    def __init__(self, core, networks, points, x_test, images, caption, *, task, answer, beta=1.0):
        self.core, self.networks, self.points = core, to_cpu(networks), points
        self.images, self.caption, self.reached = images, caption, False
        self.rates = {own: core.evaluation.rate_per_unit(params, x_test) for own, params in self.networks.items()}
        self.paper = RulerPicture(points)
        self.of_network = lru_cache(self.of_network)
        super().__init__(task, answer, self.make_parts(beta))
        self.lay()
        self.slider.observe(self.shown(lambda change: self.lay()), "value")

    # -------------------------------------------------------------- for programs

    def set(self, beta):
        """Turn the ruler, as one does by hand."""
        self.slider.value = beta

    def state(self):
        """Plain numbers: the ruler's beta, the network(s) it touches, the lowest cost, rate and distortion there."""
        rate, distortion = map(float, self.points[self.touched])
        beta = float(self.slider.value)
        cost = distortion + beta * rate
        return {"beta": beta, "touching": self.touching, "cost": cost, "rate": rate, "distortion": distortion}

    def alt(self):
        """What the picture shows, without a number that depends on the training."""
        return (
            f"Price ruler: the curve of {len(self.points)} networks, rate against distortion, a ruler of slope"
            f" −{self.slider.value:.3g} resting against it; the touched network's rate per unit as bars, and"
            f" {len(self.images)} digits with what it makes of them."
        )

    def still(self):
        """The pictures as they stand, as one Pillow image."""
        curve, bars, digits = map(image_of, (self.curve_shown, self.bars_shown, self.digits_shown))
        return plots.beside([curve, plots.stacked([bars, digits], gap=40)], gap=24)

    # ------------------------------------------------------------------ the ruler

    @property
    def touched(self):
        """Beta of the network with the lowest distortion + beta · rate at the ruler's beta."""
        beta = self.slider.value
        return min(self.points, key=lambda own: self.points[own][1] + beta * self.points[own][0])

    @property
    def touching(self):
        """Betas of the networks that the ruler touches: one, or two where its slope is that of their secant."""
        betas, touched = list(self.points), self.touched
        for one, other in pairwise(betas):
            if touched in (one, other) and self.ties(one, other):
                return [one, other]
        return [touched]

    def ties(self, one, other):
        """Whether the ruler's slope is that of the line through two networks, nearly."""
        (rate, distortion), (less, more) = self.points[one], self.points[other]
        return abs(self.slider.value * (rate - less) - (more - distortion)) < TIE * (more - distortion)

    # ------------------------------------------------------------------ controls

    def make_parts(self, beta):
        """The slider and the pictures, from top to bottom."""
        self.slider = self.part(
            FloatLogSlider(
                beta, base=10, min=-1.2, max=1.6, step=0.01, description="beta", readout_format=".3g",
                style={"description_width": "48px"}, layout=Layout(width="520px"),
            ),
            "beta",
        )  # fmt: skip
        self.numbers = self.part(HTML(), "numbers")
        self.curve_shown, self.bars_shown = self.picture("curve", 520), self.picture("bars", 500)
        self.digits_shown = self.picture("digits", 500)
        left = VBox([self.curve_shown], layout=Layout(flex="1 1 420px"))
        right = VBox([self.bars_shown, self.digits_shown], layout=Layout(flex="1 1 400px"))
        return [self.slider, self.numbers, HBox([left, right], layout=Layout(flex_flow="row wrap"))]

    # ------------------------------------------------------------------- showing

    def lay(self):
        """Lay the ruler at the slider's slope, and show the network that it touches."""
        touching, touched = self.touching, self.touched
        self.curve_shown.value = plots.png(self.paper.laid(self.slider.value, touching))
        self.bars_shown.value, self.digits_shown.value = self.of_network(touched)
        self.numbers.value = self.told(touching)
        self.say("")
        if len(touching) == 2 and not self.reached:
            self.reached = True
            self.show_answer(
                f"Reached: at beta {self.slider.value:.3g} it touches the networks trained at"
                f" {name_of(touching[0])} and {name_of(touching[1])}."
            )

    def of_network(self, own):
        """PNG bytes of a network's bars, and of the digits with their reconstructions."""
        top = plots.round_top(max(np.max(rates) for rates in self.rates.values()), least=0.5)
        params = self.networks[own]
        decoded = self.core.vae.generate(params, self.core.vae.encode(params, self.images)[0])
        rows = {
            f"binarized test digits; the last: {self.caption}": self.images,
            f"what the network of beta {name_of(own)} makes of them: means, decoded from each mean": decoded,
        }
        columns = len(self.images)
        return plots.png(unit_bars(self.rates[own], top)), plots.png(plots.digit_rows(rows, columns))

    def told(self, touching):
        """The numbers in words."""
        state = self.state()
        names = " and ".join(name_of(own) for own in touching)
        return (
            f"touches beta <b>{names}</b> · rate {state['rate']:.1f} · distortion {state['distortion']:.1f} ·"
            f" distortion + beta · rate = <b>{state['cost']:.1f}</b> nats"
        )
