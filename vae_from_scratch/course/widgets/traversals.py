"""Traversals: what an image becomes as each latent goes from one end of the prior to the other, with its KL beside.

From a program: `turn_to(name)`, `choose(latent)`, `start_from(number)`, `state()`.
"""

import numpy as np
from ipywidgets import HBox, IntSlider, Layout, ToggleButtons

from vae_from_scratch.course import plots
from vae_from_scratch.course.figures.factors import traversal_sheet
from vae_from_scratch.course.widgets.base import Widget, image_of

PLACES = np.linspace(-2.4, 2.4, 7)  # of the latent that goes, in standard deviations of the prior
NEARLY = 0.8  # of what the most telling latent tells, for a choice to be right
NONE = "none"


class Traversals(Widget):
    """Networks to turn to, images to start from, and a latent to choose in each network. Shows itself.

    core: modules `.vae` and `.evaluation`, ours or the student's; networks {name: params}; x (N, 784), binarized, for
    the KL of each latent, the first of them to start from; told {name: (L,)}: what each latent tells about the factor
    that is asked for, in nats; task and answer: a line of HTML each. Reached when the choice is right in every network.
    """

    name = "traversals"

    def __init__(self, core, networks, x, told, *, task, answer, images=20):
        self.core, self.networks, self.told, self.x = core, networks, told, x
        self.rates = {name: core.evaluation.rate_per_unit(params, x) for name, params in networks.items()}
        self.chosen, self.reached = dict.fromkeys(networks), False
        super().__init__(task, answer, self.make_parts(min(images, len(x))))
        self.refresh()
        self.network.observe(self.shown(lambda change: self.turn_to(change["new"])), "value")
        self.image.observe(self.shown(lambda change: self.refresh()), "value")
        self.latent.observe(self.shown(lambda change: self.choose(change["new"])), "value")

    # -------------------------------------------------------------- for programs

    def turn_to(self, name):
        """Show the network of this name, with what has been chosen in it."""
        self.network.value = name
        chosen = self.chosen[name]
        self.latent.value = NONE if chosen is None else chosen
        self.refresh()

    def choose(self, latent):
        """Choose a latent of the network that is shown."""
        self.chosen[self.network.value] = None if latent == NONE else latent
        self.latent.value = latent
        self.refresh()

    def start_from(self, number):
        """Start from this image."""
        self.image.value = number

    def state(self):
        """Plain numbers: the network, the image, each latent's KL, the choices and which of them are right."""
        name = self.network.value
        rates = [float(rate) for rate in self.rates[name]]
        right = {name: self.is_right(name) for name in self.networks}
        return {"network": name, "image": self.image.value, "rates": rates, "chosen": dict(self.chosen), "right": right}

    def alt(self):
        """What the picture shows, without a number that depends on the training."""
        return (
            f"Traversals in the network {self.network.value}, from image {self.image.value}: each latent from −2.4 to"
            f" 2.4, a row of {len(PLACES)} images for each, its KL beside it."
        )

    def still(self):
        """The picture as it stands, as a Pillow image."""
        return image_of(self.sheet_shown)

    # ------------------------------------------------------------------ controls

    def make_parts(self, images):
        """The controls and the picture, from top to bottom."""
        latents = len(next(iter(self.rates.values())))
        label = {"description_width": "initial"}
        self.network = self.part(ToggleButtons(options=list(self.networks), description="network"), "network")
        self.network.style.button_width, self.network.style.description_width = "120px", "56px"
        self.image = self.part(IntSlider(0, min=0, max=images - 1, description="start from image"), "image")
        self.image.style, self.image.layout = label, Layout(width="320px")
        options = [NONE, *range(latents)]
        self.latent = self.part(ToggleButtons(options=options, description="my choice: latent"), "latent")
        self.latent.style.button_width, self.latent.style.description_width = "64px", "116px"
        self.sheet_shown = self.picture("sheet", 620)
        row = Layout(flex_flow="row wrap", grid_gap="4px 24px")
        return [HBox([self.network, self.image], layout=row), self.sheet_shown, self.latent]

    # ------------------------------------------------------------------- showing

    def decoded(self):
        """Images of each latent's way, the others staying at the posterior's mean: (L, S, 784)."""
        params = self.networks[self.network.value]
        mean, _ = self.core.vae.encode(params, self.x[self.image.value][None])
        latents = np.broadcast_to(mean[0], (mean.shape[1], len(PLACES), mean.shape[1])).copy()
        own = np.arange(mean.shape[1])
        latents[own, :, own] = PLACES
        return self.core.vae.generate(params, latents)

    def is_right(self, name):
        """Whether the latent chosen in a network tells nearly as much as the one that tells most."""
        told, chosen = self.told[name], self.chosen[name]
        return chosen is not None and bool(told[chosen] >= NEARLY * np.max(told))

    def refresh(self):
        """Draw the rows, and say which choices are right."""
        name = self.network.value
        sheet = traversal_sheet(self.decoded(), self.rates[name], PLACES, self.chosen[name])
        self.sheet_shown.value = plots.png(sheet)
        self.say("; ".join(self.judged(name) for name in self.networks))
        if not self.reached and all(map(self.is_right, self.networks)):
            self.reached = True
            self.show_answer("Found in every network: " + ", ".join(f"latent {i}" for i in self.chosen.values()) + ".")

    def judged(self, name):
        """A network's choice in words."""
        if self.chosen[name] is None:
            return f"{name}: no choice yet"
        verdict = "right" if self.is_right(name) else "another latent tells more about it"
        return f"{name}: latent {self.chosen[name]}, {verdict}"
