"""The sampling pad: one pad over three maps of the same test digits, of PCA, an autoencoder and a VAE.

A button throws a point of N(0, I); beside what is decoded there stands one sample, where the map's model has a
p(x | z). The encoder can be deleted. From a program: `move(x, y)`, `turn_to(name)`, `throw()`, `delete_encoder()`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ipywidgets import Checkbox, HBox, Layout, ToggleButtons

from vae_from_scratch.course.widgets.latent_pad import LatentPad
from vae_from_scratch.device import to_cpu
from vae_from_scratch.pytree import tree_leaves

MODEL = "VAE"  # the one map whose dots have a posterior, and whose plane has a prior
WAYS = "Left the mean of p(x | z), right one sample"


class Chart(NamedTuple):
    """A map: where the digits lie on it, (M, 2), where yours does, its axes, and what is decoded, (N, 2) -> (N, D)."""

    points: np.ndarray
    yours: np.ndarray
    names: tuple
    decode: Callable
    stds: np.ndarray | None = None


class SamplingPad(LatentPad):
    """A point to move, or to throw, over three maps, and an encoder to delete.

    core: the package, or `yours()`; components, autoencoder, vae: the parameters of each; x (M, D), labels (M,): test
    digits; image (D,): yours; task and answer: a line of HTML each. The task is reached when a point has been thrown
    three times on each map without the encoder.
    """

    name = "sampling"

    def __init__(self, core, components, autoencoder, vae, x, labels, image, *, task, answer, dots=250):
        vae, autoencoder = to_cpu((vae, autoencoder))  # wherever they were trained
        self.core, self.params, self.whole = core, vae, vae
        self.charts = charts(core, components, autoencoder, vae, x[:dots], image, self.mean)
        self.throws, self.coins = dict.fromkeys(self.charts, 0), 0
        self.tabs = self.part(ToggleButtons(options=list(self.charts), value=MODEL), "tabs")
        self.tabs.style.button_width = "104px"
        keep = Checkbox(True, description="keep the encoder?", indent=False, layout=Layout(width="170px"))
        self.keep = self.part(keep, "keep")
        self.button("throw", "throw z", "random", "A point drawn from N(0, I)", self.throw, width="96px")
        self.button("again", "sample again", "refresh", "New coins at the same point", self.again, width="124px")
        chart = self.charts[MODEL]
        super().__init__(
            {"decoded here": self.decoded_here, "one sample": self.sample},
            chart.points,
            labels[:dots],
            task=task,
            answer=answer,
            goal=lambda state: not state["encoder"] and state["throws"] >= 3,
            stds=chart.stds,
            prior=True,
            yours=chart.yours,
            names=chart.names,
            controls=[HBox([self.tabs, self.throw_button, self.again_button, self.keep], layout=ROW)],
            says=self.in_words,
        )
        self.tabs.observe(self.shown(lambda change: self.on_tab()), "value")
        self.keep.observe(self.shown(lambda change: self.on_encoder()), "value")

    # -------------------------------------------------------------- for programs

    def turn_to(self, name):
        """Show another map: "PCA", "autoencoder" or "VAE"."""
        self.tabs.value = name

    def delete_encoder(self, deleted=True):
        """Take the encoder's parameters away, or bring them back."""
        self.keep.value = not deleted

    def throw(self):
        """Move the point to a draw from N(0, I), with coins of its own."""
        if not self.keep.value:
            self.throws[self.tabs.value] += 1
        self.coins += 1
        self.move(*np.random.default_rng((9, self.coins)).standard_normal(2))

    def again(self):
        """Another sample at the same point."""
        self.coins += 1
        self.move(*self.point)

    def state(self):
        """What a latent pad says, and: the map, whether the encoder is there, the fewest throws without it on a map."""
        more = {"map": self.tabs.value, "encoder": self.keep.value, "throws": min(self.throws.values())}
        return {**super().state(), **more}

    def alt(self):
        """What the picture shows, without a number that training made."""
        return (
            f"Sampling pad, maps of PCA, autoencoder and VAE; now {self.tabs.value}: {len(self.plane.points)} test"
            f" digits as numbered dots, and beside it, at {self.where()}, what is decoded and one sample of it."
        )

    # ------------------------------------------------------------------- showing

    def mean(self, z):
        """The VAE's means at z, by the parameters that are there."""
        return self.core.vae.generate(self.params, z)

    def decoded_here(self, z):
        """What the map's decoder makes of z."""
        return self.charts[self.tabs.value].decode(z)

    def sample(self, z):
        """One sample of p(x | z); blank paper where there is no such thing."""
        if self.tabs.value != MODEL:
            return np.zeros((len(z), 784), np.float32)
        uniforms = np.random.default_rng((10, self.coins)).random((len(z), 784), np.float32)
        return self.core.vae.generate(self.params, z, uniforms)

    def in_words(self, state):
        """What is said beneath the images."""
        kind = WAYS if state["map"] == MODEL else "No p(x | z) here, hence no sample"
        return f"the nearest dot is a {state['nearest_label']}. {kind}."

    def on_tab(self):
        """Another map, the point in its origin."""
        chart = self.charts[self.tabs.value]
        model = self.tabs.value == MODEL
        self.point = [0.0, 0.0]
        self.show_plane(points=chart.points, stds=chart.stds, prior=model, yours=chart.yours, names=chart.names)

    def on_encoder(self):
        """The encoder was deleted or brought back: decode again, and say what has changed."""
        before = self.images
        self.params = self.whole if self.keep.value else {"decoder": self.whole["decoder"]}
        self.move(*self.point)
        changed = sum(int(np.any(new != old)) for new, old in zip(self.images, before, strict=True))
        size = sum(leaf.size for leaf in tree_leaves(self.whole["encoder"]))
        done = "are back" if self.keep.value else "deleted"
        self.say(f"{size:,} numbers of the encoder {done}; images that changed: {changed}.")


ROW = Layout(flex_flow="row wrap", align_items="center")


def charts(core, components, autoencoder, vae, x, image, mean):
    """The three maps of images x (M, D)."""

    def coordinates(x):
        return (x - components["mean"]) @ components["components"].T

    def means(x):
        return core.vae.encode(vae, x)[0]

    _, log_var = core.vae.encode(vae, x)
    return {
        "PCA": Chart(
            coordinates(x),
            coordinates(image),
            ("component 1", "component 2"),
            lambda z: z @ components["components"] + components["mean"],
        ),
        "autoencoder": Chart(
            core.autoencoder.encode(autoencoder, x),
            core.autoencoder.encode(autoencoder, image[None])[0],
            ("code 0", "code 1"),
            lambda z: core.autoencoder.decode(autoencoder, z),
        ),
        MODEL: Chart(means(x), means(image[None])[0], ("latent 0", "latent 1"), mean, np.exp(log_var / 2)),
    }
