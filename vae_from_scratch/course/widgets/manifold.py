"""The manifold: what two latents decode to, tile by tile at quantiles of the prior, beside the dots of test digits.

Both share one square, in which the prior is even. A slider says how much of the prior is left out; the tiles show
means, or one sample each. From a program: `leave_out(tail)`, `show(kind)`, `state()`.
"""

import numpy as np
from ipywidgets import HBox, Layout, SelectionSlider, ToggleButtons
from PIL import Image

from vae_from_scratch.course import plots
from vae_from_scratch.course.widgets import latent_square
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.device import to_cpu

TAILS = (0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001, 0.0003)
KINDS = ("means", "samples")


class Manifold(Widget):
    """Dots of test digits and decoded tiles over the same square of two latents.

    generate: (z (N, 2), uniforms=None) -> images (N, 784): means, or with uniforms draws; points (M, 2), labels (M,):
    of test digits; task and answer: a line of HTML each. The task is reached at the widest range, with samples.
    """

    name = "manifold"

    def __init__(self, generate, points, labels, *, task, answer, tail=0.05):
        self.generate, self.points, self.labels = generate, np.asarray(points, float), np.asarray(labels)
        self.coins = np.random.default_rng(0).random((latent_square.ACROSS**2, 784), np.float32)
        self.slider = SelectionSlider(
            options=[(f"{share:g} to {1 - share:g}", share) for share in TAILS],
            value=tail,
            description="quantiles",
            layout=Layout(width="380px", max_width="98%"),
        )
        self.kind = ToggleButtons(options=KINDS, tooltips=["p(ink), a gray image", "one coin thrown for each pixel"])
        self.kind.style.button_width = "84px"
        self.shown_picture = self.picture("picture", 790)
        controls = HBox([self.part(self.slider, "tail"), self.part(self.kind, "kind")])
        controls.layout.flex_flow = "row wrap"
        super().__init__(task, answer, [controls, self.shown_picture])
        self.draw()
        for control in (self.slider, self.kind):
            control.observe(self.shown(lambda change: self.changed()), "value")

    def leave_out(self, tail):
        """Leave this share of the prior out on either side, one of TAILS. Raises ValueError for another."""
        if tail not in TAILS:
            raise ValueError(f"the slider stops at {TAILS}, not at {tail}")
        self.slider.value = tail

    def show(self, kind):
        """Show "means" or "samples". Raises ValueError for another kind."""
        if kind not in KINDS:
            raise ValueError(f"there are {' and '.join(KINDS)}, not {kind!r}")
        self.kind.value = kind

    def state(self):
        """Plain numbers: the share left out, the kind shown, the outermost latent, the dots inside."""
        tail, places = self.slider.value, latent_square.place(self.points, self.slider.value)
        inside = int(np.sum(np.all((places >= 0) & (places <= 1), axis=1)))
        return {"tail": tail, "kind": self.kind.value, "reach": float(latent_square.quantile(1 - tail)), "dots": inside}

    def changed(self):
        """A control was moved."""
        self.draw()
        self.say("")
        if self.slider.value == min(TAILS) and self.kind.value == "samples":
            self.show_answer("Reached: nearly all of the prior, and samples.")

    def draw(self):
        """Decode the tiles and show them beside the dots."""
        self.shown_picture.value = plots.png(self.drawn())

    def drawn(self):
        """Dots and tiles, as a Pillow image."""
        tail, samples = self.slider.value, self.kind.value == "samples"
        (images,) = to_cpu([self.generate(latent_square.tile_latents(tail), self.coins if samples else None)])
        captions = (
            f"{self.state()['dots']} of {len(self.points)} test digits, at their means",
            f"what the decoder says there: {'one sample each' if samples else 'means'}",
        )
        return latent_square.dots_and_tiles(self.points, self.labels, images, tail, captions)

    def alt(self):
        """What the picture shows, without a number that training made."""
        return (
            f"Manifold: a square of two latents, quantiles {self.slider.label}; on the left test digits as dots, on the"
            f" right what the decoder makes of each place, as {self.kind.value}."
        )

    def still(self):
        """Both squares, as one Pillow image, in few colors, of which the gray ones are gray."""
        picture = image_of(self.shown_picture).convert("RGB")
        return picture.quantize(48, Image.Quantize.FASTOCTREE).convert("RGB")
