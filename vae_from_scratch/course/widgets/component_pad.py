"""The component pad: lesson 3's latent pad, and beneath it how many components your digit is drawn from.

The point sets the first two coordinates; the slider says how many of your digit's own coordinates follow them. One
curve shows what is lost on average, the other what your digit loses; the ring on them is what is drawn now. From a
program: `move(x, y)`, `keep(k)`, `state()`.
"""

import numpy as np
from ipywidgets import Layout, SelectionSlider
from PIL import ImageDraw

from vae_from_scratch.course import plots, your_digit
from vae_from_scratch.course.plots import COLORS, INK, MUTED, PIXELS
from vae_from_scratch.course.widgets.base import image_of
from vae_from_scratch.course.widgets.latent_pad import LatentPad

STOPS = (*range(2, 20), *range(20, 100, 5), *range(100, 301, 20))  # numbers of components on the slider
WIDTH, HEIGHT = 700, 250  # shown pixels, of the curves


class ComponentPad(LatentPad):
    """A point to move over two principal components, and a slider for how many are kept of your digit.

    params: what `pca` found, all components of it; reconstruct: (params, x) -> x; x (M, D), labels (M,): test digits;
    image (D,): yours; task and answer: a line of HTML each. The task is reached once nine tenths of the squared error
    are gone.
    """

    name = "components"

    def __init__(self, params, reconstruct, x, labels, image, *, task, answer, dots=180):
        self.params, self.reconstruct, self.image = params, reconstruct, image
        coordinates, self.own = (np.asarray(part, float) for part in (self.along(x), self.along(image)))
        self.losses = lost(coordinates).mean(axis=0), lost(self.own)
        self.slider = SelectionSlider(
            options=[(f"{k} components", k) for k in STOPS],
            description="drawn from",
            layout=Layout(width="640px", max_width="98%"),
            continuous_update=True,
        )
        self.curve = self.picture("curve", WIDTH)
        self.plot = draw_curves(*self.losses)
        caption = your_digit.look().caption
        super().__init__(
            {"drawn from its coordinates": self.drawn, caption: lambda z: image[None]},
            coordinates[:dots, :2],
            labels[:dots],
            task=task,
            answer=answer,
            goal=lambda state: state["error"] <= state["allowed"],
            yours=self.own[:2],
            names=("component 1", "component 2"),
            controls=[self.part(self.slider, "slider"), self.curve],
            says=in_words,
        )
        self.slider.observe(self.shown(lambda change: self.move(*self.point)), "value")

    def keep(self, number):
        """Draw from this many components, one of STOPS. Raises ValueError for another."""
        if number not in STOPS:
            raise ValueError(f"the slider stops at {STOPS}, not at {number}")
        self.slider.value = number

    def along(self, x):
        """Coordinates of images along all components: (..., D) -> (..., L)."""
        return (x - self.params["mean"]) @ self.params["components"].T

    def drawn(self, z):
        """Your digit, moved to the points z (N, 2) of the plane, and reconstructed from as many components."""
        first = {name: part if name == "mean" else part[: self.slider.value] for name, part in self.params.items()}
        moved = self.image + (z - self.own[:2]) @ self.params["components"][:2]
        return self.reconstruct(first, moved)

    def state(self):
        """What a latent pad says, and: components, squared error of what is drawn, and how much the task allows."""
        error = float(np.sum((self.images[0] - self.image) ** 2))
        allowed = 0.1 * float(self.losses[1][0])
        return {**super().state(), "components": self.slider.value, "error": error, "allowed": allowed}

    def where(self):
        """Point and number of components, in words."""
        return f"{self.slider.value} components, {super().where()}"

    def place(self, x, y):
        """Decode at a point of the frame and show it, on the curves too."""
        super().place(x, y)
        self.curve.value = plots.png(self.marked())

    def marked(self):
        """The curves, with a ring at what is drawn now."""
        picture, state = self.plot.picture.copy(), self.state()
        x, y = self.plot.pixel(state["components"], state["error"])
        pen = ImageDraw.Draw(picture)
        for color, width, radius in (("white", 5 * PIXELS, 7 * PIXELS), (COLORS["yours"], 3 * PIXELS, 6 * PIXELS)):
            pen.ellipse([x - radius, y - radius, x + radius, y + radius], outline=color, width=width)
        return picture

    def alt(self):
        """What the picture shows, without a number that depends on the digit."""
        return (
            f"Component pad: {len(self.plane.points)} test digits as numbered dots on a plane of two principal"
            f" components, and {your_digit.look().caption}, drawn from {self.slider.value} components; beneath are two"
            " falling curves: squared error by number of components, of the test digits and of this one."
        )

    def still(self):
        """Map, images and curves, as one Pillow image."""
        return plots.stacked([super().still(), image_of(self.curve).convert("RGB")])


def lost(coordinates):
    """Squared error left by the first 0, 1, …, L components: coordinates (..., L) -> (..., L + 1)."""
    squares = np.cumsum(coordinates[..., ::-1] ** 2, axis=-1)[..., ::-1]
    return np.concatenate([squares, np.zeros_like(squares[..., :1])], axis=-1)


def in_words(state):
    """Squared error, and how much of it the task allows."""
    return f"squared error {state['error']:.1f}; nine tenths are gone at {state['allowed']:.1f}"


class Curves:
    """Drawn curves: a picture, and where a number of components and an error lie in it, in file pixels."""

    def __init__(self, picture, transform):
        self.picture, self.transform = picture, transform

    def pixel(self, components, error):
        x, y = self.transform.transform((components, error))
        return x, self.picture.height - y


def draw_curves(average, own):
    """Squared error against components: of the test digits and of yours, (L + 1,) each."""
    figure, axes = plots.new_figure(WIDTH, HEIGHT)
    left, bottom, width, height = axes.get_position().bounds
    axes.set_position([left, bottom, width - 20 / WIDTH, height])
    last = max(STOPS)
    shown = slice(0, last + 1)
    axes.set(xlim=(0, last * 1.02), ylim=(0, 1.08 * max(average[0], own[0])))
    axes.plot(average[shown], color=INK, linewidth=1.4, label="1,000 test digits, mean")
    axes.plot(own[shown], color=COLORS["yours"], linewidth=1.8, label=your_digit.look().caption)
    axes.axhline(0.1 * own[0], color=MUTED, linewidth=0.8, dashes=(4, 3))
    plots.annotate(axes, "a tenth of yours", (last * 1.02, 0.1 * own[0]), (0, 6), fontsize=7.5, color=MUTED, ha="right")
    axes.legend(fontsize=8, frameon=False, loc="upper right")
    axes.set_xlabel("components kept", fontsize=8, color=INK)
    plots.title(axes, "squared error of the reconstruction; the ring is what is drawn above")
    return Curves(plots.drawn(figure), axes.transData)
