"""The code pad: lesson 4's latent pad, over codes of two numbers, and a slider that cuts each of them to b bits.

The dots snap to the middles of their cells, and beside the image of the point stands the image of its cell. From a
program: `move(x, y)`, `keep(bits)`, `state()`.
"""

import numpy as np
from ipywidgets import HTML, HBox, IntSlider, Layout

from vae_from_scratch.course import your_digit
from vae_from_scratch.course.widgets.latent_pad import LatentPad

MOST = 8  # bits of each number


class CodePad(LatentPad):
    """A point to move over codes of two numbers, and a slider for the bits that are kept of each.

    decode: codes (N, 2) -> images (N, 784); quantize: (codes, low, high, bits) -> codes, the core's or yours;
    codes (N, 2), images (N, 784), labels (N,): of test digits; low, high (2,): the range that is cut; yours (2,): your
    digit's code; task and answer: a line of HTML each. The task is reached with the fewest bits that add less than
    `allowed`, a share, to the squared error, once one fewer has been tried.
    """

    name = "codes"

    def __init__(
        self, decode, quantize, codes, images, labels, low, high, *, yours, task, answer, allowed=0.1, dots=250
    ):
        self.codes, self.own, self.range, self.quantize = codes[:dots], yours, np.float32([low, high]), quantize
        self.slider = self.part(IntSlider(MOST, 0, MOST, description="bits", layout=Layout(width="340px")), "bits")
        self.readout = self.part(HTML(), "readout")
        self.uncut = squared_error(decode(codes), images)
        self.errors = [squared_error(decode(self.cut(codes, bits)), images) for bits in range(MOST + 1)]
        self.tried = set()
        self.fewest = next((bits for bits in range(MOST + 1) if self.errors[bits] < (1 + allowed) * self.uncut), MOST)
        super().__init__(
            {"decoded as it is": decode, "decoded when cut": lambda z: decode(self.cut(z, self.slider.value))},
            self.codes,
            labels[:dots],
            task=task,
            answer=answer,
            goal=lambda state: state["bits"] == self.fewest and self.fewest - 1 in self.tried,
            yours=yours,
            names=("code 0", "code 1"),
            controls=[HBox([self.slider, self.readout], layout=Layout(flex_flow="row wrap"))],
        )
        self.on_bits()
        self.moves = 0
        self.slider.observe(self.shown(lambda change: self.on_bits()), "value")

    def keep(self, bits):
        """Keep this many bits of each number, 0 to 8. Raises ValueError for another number."""
        if bits not in range(MOST + 1):
            raise ValueError(f"the slider goes from 0 to {MOST} bits, not to {bits}")
        self.slider.value = bits

    def cut(self, codes, bits):
        """Codes (N, 2) cut to this many bits."""
        return np.asarray(self.quantize(codes, *self.range, bits), np.float32)

    def state(self):
        """What a latent pad says, and: bits of each number, the test digits' squared error, and its rise by cutting."""
        bits = self.slider.value
        return {
            **super().state(),
            "bits": bits,
            "error": self.errors[bits],
            "added": self.errors[bits] / self.uncut - 1,
        }

    def where(self):
        """Bits and point, in words."""
        return f"{self.slider.value} bits each, {super().where()}"

    def alt(self):
        """What the picture shows, without a number that training made."""
        return (
            f"Code pad: {len(self.plane.points)} test digits as numbered dots on a plane of two numbers of a code, and"
            f" {your_digit.look().caption}, each cut to {self.slider.value} bits; beside it the image decoded at the"
            " point as it is, and when cut."
        )

    def on_bits(self):
        """The slider was moved: dots to the middles of their cells, and what that costs."""
        bits = self.slider.value
        self.tried.add(bits)
        self.lay(self.plane._replace(points=self.cut(self.codes, bits), limits=self.map.limits, yours=self.own))
        self.readout.value = (
            f"{2 * bits} bits a digit, {4**bits:,} possible images; test digits: squared error"
            f" <b>{self.errors[bits]:.1f}</b>, {self.errors[bits] / self.uncut - 1:.0%} above uncut"
        )
        self.move(*self.point)


def squared_error(made, images):
    """Squared error, summed over pixels, mean over images."""
    return float(np.mean(np.sum((made - images) ** 2, axis=-1)))
