"""The cost pad: paint a black-and-white image and see what it costs under a model of independent pixels.

Beside the canvas is each pixel's cost as color, below a ruler on which the whole lies among other images. From a
program: `draw(strokes)`, `undo()`, `clear()`, `state()`, and `x`, the painted image. Strokes are lists of points
(x, y) in pad widths, y down; a pixel is lit where the pen's line covers its middle.
"""

import numpy as np
from ipywidgets import HTML, HBox, Layout, VBox

from vae_from_scratch.course import plots, your_digit
from vae_from_scratch.course.widgets.base import image_of
from vae_from_scratch.course.widgets.cost_pictures import FULL, WIDTH, ZOOM, heat, ruler
from vae_from_scratch.course.widgets.drawing_pad import PEN, StrokePad, pad_picture

SEVEN = [[(0.3, 0.28), (0.68, 0.28), (0.46, 0.76)]]  # what is painted at first


class CostPad(StrokePad):
    """An image to paint, with its cost in nats. As a cell's last line it shows itself.

    log_prob: images (..., 784), logits (..., 784) -> (...), such as `bernoulli_log_prob`; logits (784,) of the model;
    others: {name: images (N, 784)} whose costs stand on the ruler, two at most; task and answer: a line of HTML each;
    goal: state() -> bool, true once the task is reached.
    """

    name = "cost"

    def __init__(self, log_prob, logits, others, *, task, answer, goal, strokes=SEVEN):
        self.log_prob, self.logits, self.goal, self.reached = log_prob, np.asarray(logits), goal, False
        self.others = tuple(others)
        self.ruler = ruler({name: -log_prob(x, self.logits) for name, x in others.items()})
        self.cheapest = np.inf
        super().__init__(task, answer, strokes)

    # -------------------------------------------------------------- for programs

    def state(self):
        """Plain numbers: lit pixels, the image's cost in nats, and the cheapest so far."""
        return {"lit": int(self.x.sum()), "cost": self.cost, "cheapest": self.cheapest}

    def alt(self):
        """What the picture shows."""
        others = " and ".join(self.others)
        return (
            f"Cost pad: a painted image with {self.state()['lit']} of 784 pixels lit, what each pixel costs, and the"
            f" whole, {self.cost:.0f} nats, on a ruler beside {others}."
        )

    def still(self):
        """Pad, costs and ruler, as one Pillow image."""
        pad = plots.captioned("the pad", np.asarray(pad_picture(self.canvas.strokes)))
        caption = plots.captioned("cost of each pixel", np.zeros((0, 2 * 28 * ZOOM), np.uint8))
        costs = plots.stacked([caption, image_of(self.heat)], gap=0)
        return plots.stacked([plots.beside([pad, costs]), image_of(self.ruler_picture)])

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """Canvas and costs side by side, the ruler below."""
        tool, buttons = self.make_tools()
        self.heat = self.picture("heat", 28 * ZOOM)
        self.ruler_picture = self.picture("ruler", WIDTH)
        caption = self.part(HTML("Cost of each pixel", layout=Layout(height="22px")), "caption")
        legend = f"Dark pixels in blue, lit ones • in orange: the fuller the color, the dearer, up to {FULL:.0f} nats."
        self.numbers = self.part(HTML(layout=Layout(height="24px")), "numbers")
        left = VBox([tool, self.canvas, HBox(buttons)])
        right = [caption, self.heat, self.part(HTML(legend, layout=Layout(height="44px")), "legend")]
        right = VBox(right, layout=Layout(width=f"{28 * ZOOM + 6}px"))
        row = HBox([left, right], layout=Layout(flex_flow="row wrap", grid_gap="4px 40px"))
        return [row, self.numbers, self.ruler_picture]

    # ------------------------------------------------------------------- showing

    def preview(self):
        """Score what is painted and show it."""
        self.x = lit_pixels(self.canvas.strokes)
        costs = -self.log_prob(self.x[:, None], self.logits[:, None])  # a pixel is an image of one
        self.cost = float(-self.log_prob(self.x, self.logits))
        self.cheapest = min(self.cheapest, self.cost)
        self.heat.value = plots.png(heat(self.x, costs))
        self.ruler_picture.value = plots.png(self.ruler.marked(self.cost))
        lit = f"{self.state()['lit']} pixels lit"
        self.numbers.value = f"{lit} · <b>{self.cost:,.1f} nats</b> · cheapest so far {self.cheapest:,.1f}"
        self.say("")
        if not self.reached and self.goal(self.state()):
            self.reached = True
            self.show_answer(f"Reached: {self.cost:.1f} nats, with {lit}.")


def lit_pixels(strokes):
    """Strokes as a black-and-white image: (784,), float32, 1 where the pen's line covers a pixel's middle."""
    segments = 28 * your_digit.pieces(strokes) - 0.5  # pixel 0 has its middle half a pixel from the edge
    if not len(segments):
        return np.zeros(784, np.float32)
    at_the_edge = (your_digit.PEN - 28 * PEN / 2) / your_digit.SOFT  # ink there: it fades with the distance
    return (your_digit.inked(segments) >= at_the_edge).ravel().astype(np.float32)
