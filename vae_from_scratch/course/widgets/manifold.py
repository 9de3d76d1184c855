"""The manifold: what two latents decode to, tile by tile at quantiles of the prior, beside the dots of test digits.

Dots, means and samples share one square, in which the prior is even; a slider says how much of the prior is left out.
From a program: `leave_out(tail)`, `state()`.
"""

import numpy as np
from ipywidgets import HBox, Layout, SelectionSlider
from PIL import Image

from vae_from_scratch.course import plots
from vae_from_scratch.course.widgets import latent_square
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.course.widgets.latent_square import WIDTH
from vae_from_scratch.device import to_cpu

TAILS = (0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001, 0.0003)
GAP = 24  # shown pixels between two squares
PAIR = 2 * WIDTH + GAP  # shown pixels, of means and samples side by side


class Manifold(Widget):
    """Dots of test digits, and over the same square of two latents decoded tiles: means, and one sample of each.

    generate: (z (N, 2), uniforms=None) -> images (N, 784): means, or with uniforms draws; points (M, 2), labels (M,):
    of test digits; task and answer: a line of HTML each. The task is reached at the widest range.
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
        self.dots, self.tiles = self.picture("dots", WIDTH), self.picture("tiles", PAIR)
        super().__init__(task, answer, [self.part(self.slider, "tail"), self.in_a_row()])
        self.draw()
        self.slider.observe(self.shown(lambda change: self.changed()), "value")

    def in_a_row(self):
        """The pictures in one row and at one scale; where that is narrow the dots stand above the means."""
        for picture, width in (self.dots, WIDTH), (self.tiles, PAIR):
            picture.layout.flex, picture.layout.min_width = f"{width} 1 {0.8 * width:.0f}px", "0"
            picture.layout.margin = "0"  # or their scales would differ by it
        self.dots.layout.max_width = f"min({WIDTH}px, {100 * WIDTH / PAIR:.1f}%)"
        row = Layout(flex_flow="row wrap", align_items="flex-start", grid_gap=f"4px {GAP}px")
        return HBox([self.dots, self.tiles], layout=row)

    def leave_out(self, tail):
        """Leave this share of the prior out on either side, one of TAILS. Raises ValueError for another."""
        if tail not in TAILS:
            raise ValueError(f"the slider stops at {TAILS}, not at {tail}")
        self.slider.value = tail

    def state(self):
        """Plain numbers: the share left out, the outermost latent, the dots inside."""
        tail, places = self.slider.value, latent_square.place(self.points, self.slider.value)
        inside = int(np.sum(np.all((places >= 0) & (places <= 1), axis=1)))
        return {"tail": tail, "reach": float(latent_square.quantile(1 - tail)), "dots": inside}

    def changed(self):
        """The slider was moved."""
        self.draw()
        self.say("")
        if self.slider.value == min(TAILS):
            self.show_answer("Reached: nearly all of the prior.")

    def draw(self):
        """Place the dots, decode the tiles, and show them."""
        tail, z = self.slider.value, latent_square.tile_latents(self.slider.value)
        means, samples = to_cpu([self.generate(z), self.generate(z, self.coins)])
        decoded = {"decoded there: means": means, "and one sample of each": samples}
        squares = [latent_square.with_tiles(images, tail, caption) for caption, images in decoded.items()]
        caption = f"{self.state()['dots']} of {len(self.points)} test digits, at their means"
        self.dots.value = plots.png(latent_square.with_dots(self.points, self.labels, tail, caption))
        self.tiles.value = plots.png(plots.beside(squares, gap=plots.PIXELS * GAP))

    def alt(self):
        """What the pictures show, without a number that training made."""
        return (
            f"Manifold: one square of two latents, quantiles {self.slider.label}, three times: test digits as dots,"
            " the means of what the decoder makes of each place, and one sample of each."
        )

    def still(self):
        """The three squares, as one Pillow image, in few colors, of which the gray ones are gray."""
        squares = plots.beside([image_of(self.dots), image_of(self.tiles)], gap=plots.PIXELS * GAP).convert("RGB")
        return squares.quantize(48, Image.Quantize.FASTOCTREE).convert("RGB")
