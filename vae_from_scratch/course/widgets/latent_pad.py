"""The latent pad: a plane of two latents with the test digits on it, and the image decoded where its point stands.

It serves whatever decodes: principal components, an autoencoder, a VAE. From a program: `move(x, y)`, `state()`.
Controls of its own may lie beneath the plane; what they change is told by `refresh()`, or, where the dots themselves
move, by `show_plane(...)`.
"""

from pathlib import Path
from typing import NamedTuple

import anywidget
import numpy as np
from traitlets import Bytes, List, Unicode

from vae_from_scratch.course import plots, your_digit
from vae_from_scratch.course.widgets.base import Widget
from vae_from_scratch.course.widgets.latent_map import HEIGHT, LEFT, SIDE, TOP, WIDTH, draw_map, mark
from vae_from_scratch.device import to_cpu

HERE = Path(__file__).parent
ZOOM = 8  # shown pixels for each pixel of a decoded image


class Plane(NamedTuple):
    """What lies under the point: dots (M, 2) with their digits (M,), and what `draw_map` may show besides."""

    points: np.ndarray
    labels: np.ndarray
    stds: np.ndarray | None = None
    prior: bool = False
    yours: np.ndarray | None = None
    names: tuple = ("latent 0", "latent 1")
    limits: tuple | None = None  # of the frame; None: as the dots need


class PlaneCanvas(anywidget.AnyWidget):
    """The plane and the decoded images in the browser."""

    _esm = (HERE / "latent_pad.js").read_text(encoding="utf-8")
    _css = (HERE / "pads.css").read_text(encoding="utf-8")
    background = Bytes().tag(sync=True)  # the map, PNG
    size = List([WIDTH, HEIGHT]).tag(sync=True)  # of the map, shown pixels
    frame = List([LEFT, TOP, SIDE]).tag(sync=True)  # of the plane in the map, shown pixels
    limits = List().tag(sync=True)  # of the plane: x from, x to, y from, y to
    point = List().tag(sync=True)  # x, y
    captions = List().tag(sync=True)  # of the decoded images
    images = Bytes().tag(sync=True)  # the decoded images, 784 bytes each
    said = Unicode().tag(sync=True)  # where the point stands, in words


class LatentPad(Widget):
    """A point to move over two latents. As a cell's last line it shows itself.

    decode: latents (N, 2) -> images (N, 784) in [0, 1]; or {caption: such a function}, shown side by side;
    points (M, 2), labels (M,): where test digits lie, and which they are; task and answer: a line of HTML each;
    goal: state() -> bool, true once the task is reached; start: (x, y); stds (M, 2): of each digit's posterior;
    prior: whether N(0, I) is the prior; yours (2,): where your digit lies; names: of the two latents;
    controls: parts to show beneath; snap: (x, y) -> the (x, y) where the point may stand; says: state() -> a sentence
    beneath the images.
    """

    name = "latent"

    def __init__(
        self, decode, points, labels, *, task, answer, goal, start=(0.0, 0.0), stds=None, prior=False, yours=None,
        names=("latent 0", "latent 1"), controls=(), snap=None, says=None,
    ):  # fmt: skip
        self.decoders = decode if isinstance(decode, dict) else {"decoded here": decode}
        self.goal, self.moves, self.reached = goal, 0, False
        self.snap, self.says = snap or (lambda x, y: (x, y)), says or nearest_digit
        self.canvas = self.part(PlaneCanvas(), "canvas")
        self.lay(Plane(np.asarray(points, float), np.asarray(labels), stds, prior, yours, names))
        self.canvas.captions = list(self.decoders)
        super().__init__(task, answer, [self.canvas, *controls])
        self.place(*start)
        self.canvas.observe(self.shown(self.on_point), "point")

    # -------------------------------------------------------------- for programs

    def move(self, x, y):
        """Move the point, no further than the frame, and decode there. Raises what decode raises, after showing it."""
        try:
            self.place(x, y)
        except Exception as error:
            self.show_error(error)
            raise
        self.moves += 1
        self.say("")
        if not self.reached and self.goal(self.state()):
            self.reached = True
            self.show_answer(f"Reached at {self.where()}.")

    def refresh(self):
        """Decode again where the point stands: after something that decode depends on has changed."""
        self.place(*self.point)

    def show_plane(self, **changes):
        """Show other dots, or other things about them (fields of Plane), and decode again where the point stands.

        The frame follows the dots; with `limits=pad.map.limits` it stays as it is.
        """
        self.lay(self.plane._replace(**changes))
        self.refresh()

    def state(self):
        """Plain numbers: the point, its moves, the nearest dot's digit and distance, and the distance of yours."""
        points, labels, own = self.plane.points, self.plane.labels, self.plane.yours
        distances = np.hypot(*(points - self.point).T)
        nearest = np.argmin(distances)
        yours = {} if own is None else {"yours_distance": float(np.hypot(*(own - self.point)))}
        x, y = self.point
        found = {"nearest_label": int(labels[nearest]), "nearest_distance": float(distances[nearest])}
        return {"x": x, "y": y, "moves": self.moves, **found, **yours}

    def decoded(self):
        """{caption: image (784,)} at the point."""
        return dict(zip(self.decoders, self.images, strict=True))

    def where(self):
        """The point in words."""
        return ", ".join(f"{name} = {value:.2f}" for name, value in zip(self.plane.names, self.point, strict=True))

    def alt(self):
        """What the picture shows, without a number that training made."""
        yours = "" if self.plane.yours is None else f", and {your_digit.look().caption}"
        names = " and ".join(self.plane.names)
        return (
            f"Latent pad: {len(self.plane.points)} test digits as numbered dots on a plane of {names}"
            f"{yours}; the images decoded at {self.where()}: {', '.join(self.decoders)}."
        )

    def still(self):
        """The map with its point, and the decoded images, as one Pillow image."""
        images = [
            plots.captioned(caption, np.asarray(plots.large_digit(image, ZOOM)))
            for caption, image in self.decoded().items()
        ]
        return plots.beside([mark(self.map, self.point), *images])

    # ------------------------------------------------------------------- showing

    def on_point(self, change):
        """The point was moved in the browser."""
        if change.new != self.point:
            self.move(*change.new)

    def lay(self, plane):
        """Draw a plane under the point."""
        caption = "yours" if your_digit.look().drawn else "stand-in"
        self.plane, self.map = plane, draw_map(*plane[:5], caption, *plane[5:])
        with self.canvas.hold_sync():
            self.canvas.background = plots.png(self.map.picture)
            self.canvas.limits = list(self.map.limits)

    def place(self, x, y):
        """Decode at a point of the frame and show it."""
        left, right, bottom, top = self.map.limits
        x, y = self.snap(np.clip(x, left, right), np.clip(y, bottom, top))
        point = [float(x), float(y)]
        images = to_cpu([decode(np.float32([point])) for decode in self.decoders.values()])
        self.images = [np.reshape(image, 784) for image in images]
        self.point = point
        with self.canvas.hold_sync():  # one message for all of it
            self.canvas.images = b"".join(map(as_bytes, self.images))
            self.canvas.said = f"{self.where()} · {self.says(self.state())}"
            self.canvas.point = point


def nearest_digit(state):
    """What is said of the point where nobody says otherwise."""
    return f"the nearest dot is a {state['nearest_label']}"


def as_bytes(image):
    """An image (784,) in [0, 1], as 784 bytes; what lies outside is clipped, what is no number is paper."""
    return np.rint(255 * np.clip(np.nan_to_num(image), 0, 1)).astype(np.uint8).tobytes()
