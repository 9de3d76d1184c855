"""The drawing pad: a canvas to draw a digit on, and beside it, live, the digit as every model will see it.

The canvas keeps strokes; what they become is `your_digit.from_strokes`. From a program: `draw(strokes)`,
`undo()`, `clear()`, `keep()`, and `image`. Strokes are lists of points (x, y) in pad widths, y down. StrokePad is
what every pad to draw on shares.
"""

from pathlib import Path

import anywidget
import numpy as np
from ipywidgets import HTML, HBox, Layout, ToggleButtons, VBox
from PIL import Image, ImageDraw
from traitlets import Bool, List

from vae_from_scratch.course import plots, your_digit
from vae_from_scratch.course.widgets.base import Widget, image_of

HERE = Path(__file__).parent
ZOOM = 10  # shown pixels for each pixel of the digit: as large as the pad
PEN = 0.075  # width of a stroke on the pad, in pad widths, as on the canvas
PALE = 0.55  # of the digit in use, until there is a drawing
SEEN = "As a model will see it: 28 × 28 pixels"


class StrokeCanvas(anywidget.AnyWidget):
    """The canvas in the browser."""

    _esm = (HERE / "drawing_pad.js").read_text(encoding="utf-8")
    _css = (HERE / "pads.css").read_text(encoding="utf-8")
    strokes = List().tag(sync=True)  # [[[x, y], ...], ...], while one draws too
    erasing = Bool().tag(sync=True)


class StrokePad(Widget):
    """A canvas with pen, eraser, undo and clear. A subclass gives `make_parts()`, and `preview()` for new strokes."""

    def __init__(self, task, answer, strokes=()):
        self.canvas = self.part(
            StrokeCanvas(strokes=[np.asarray(stroke, float).tolist() for stroke in strokes]), "canvas"
        )
        self.before, self.ended = [], self.canvas.strokes  # to go back to, and those when the last gesture ended
        self.overtaken = None  # strokes of the last gesture, whose message may come before the same by the trait
        super().__init__(task, answer, self.make_parts())
        self.canvas.observe(self.shown(self.on_strokes), "strokes")
        self.canvas.on_msg(self.shown(self.on_ended))
        self.preview()

    def draw(self, strokes):
        """Add strokes, as one gesture."""
        self.canvas.strokes = self.canvas.strokes + [np.asarray(stroke, float).tolist() for stroke in strokes]
        self.commit()

    def undo(self):
        """Go back to before the last stroke, rubbing or clearing."""
        if self.before:
            self.ended = self.before.pop()
            self.canvas.strokes = self.ended

    def clear(self):
        """An empty pad; undo brings the drawing back."""
        self.canvas.strokes = []
        self.commit()

    def on_strokes(self, change):
        """Show other strokes; but not late ones of a gesture that was undone or cleared meanwhile."""
        if change.new == self.overtaken != self.ended:
            self.canvas.strokes = self.ended
        else:
            self.preview()

    def on_ended(self, canvas, content, buffers):
        """A stroke or a rubbing has ended in the browser, and left these strokes."""
        self.overtaken, self.canvas.strokes = None, content["ended"]
        self.commit()
        self.overtaken = self.ended

    def commit(self):
        """A gesture has ended: remember what it began with. Says whether it changed anything."""
        changed = self.canvas.strokes != self.ended
        if changed:
            self.before.append(self.ended)
            self.ended = self.canvas.strokes
        return changed

    def make_tools(self):
        """Pen or eraser; and the buttons to undo and to clear."""
        self.tool = self.part(ToggleButtons(options=["Pen", "Eraser"], style={"button_width": "100px"}), "tool")
        self.tool.tooltips = ["draw", "rub out"]
        self.tool.observe(self.shown(self.on_tool), "value")
        undo = self.button("undo", "Undo", "undo", "take back the last stroke", self.undo)
        return self.tool, [
            undo,
            self.button("clear", "Clear", "trash", "empty the pad; Undo brings the drawing back", self.clear),
        ]

    def on_tool(self, change):
        """Pen or eraser."""
        self.canvas.erasing = change.new == "Eraser"


class DrawingPad(StrokePad):
    """A pad for your digit. As a cell's last line it shows itself. task and answer: a line of HTML each."""

    name = "pad"

    def __init__(self, *, task, answer):
        self.image = None
        super().__init__(task, answer)
        self.say(your_digit.look().note)

    # -------------------------------------------------------------- for programs

    def keep(self):
        """Keep this digit for all lessons. A blank pad is refused in the message line, and what was kept stays."""
        if self.image is None:
            self.say(f"{self.refusal} What was kept before stays.", error=True)
            return
        self.say(your_digit.keep(self.image))
        self.show_answer("This is your digit now.")

    def state(self):
        """Plain numbers: how many strokes, how many ways back, ink in pixels, and whether this is the kept digit."""
        drawn, kept = self.image is not None, your_digit.look()
        same = drawn and kept.drawn and np.array_equal(self.image, kept.image)
        ink = float(self.image.sum()) if drawn else 0.0
        return {"strokes": len(self.canvas.strokes), "undos": len(self.before), "ink": ink, "kept": same}

    def alt(self):
        """What the picture shows."""
        if self.image is None:
            return f"Drawing pad: blank, and beside it, pale, the digit in use: {your_digit.look().caption}."
        return "Drawing pad: a drawing, and beside it what a model will see of 28x28 pixels."

    def still(self):
        """Pad and digit side by side, as one Pillow image."""
        pad = plots.captioned("The pad", np.asarray(pad_picture(self.canvas.strokes)))
        seen = plots.captioned(self.digit_line.value, np.asarray(image_of(self.digit)))
        return plots.beside([pad, seen])

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """Pad and digit side by side, the controls below the pad."""
        tool, buttons = self.make_tools()
        buttons.append(
            self.button("keep", "Keep this one", "check", "every lesson will use this digit", self.keep, "140px")
        )
        self.digit = self.picture("digit", 28 * ZOOM)
        self.digit_line = self.part(HTML(layout=Layout(height="22px")), "caption")
        left = [tool, self.canvas, HBox(buttons, layout=Layout(flex_flow="row wrap"))]
        right = VBox([self.digit_line, self.digit], layout=Layout(width=f"{28 * ZOOM + 6}px"))
        return [HBox([VBox(left), right], layout=Layout(flex_flow="row wrap", grid_gap="4px 40px"))]

    # ------------------------------------------------------------------- showing

    def commit(self):
        """A gesture has ended; a digit that it changed is not kept yet."""
        changed = super().commit()
        if changed and your_digit.look().drawn and not self.state()["kept"]:
            self.say("The digit that you kept stays until you keep another.")
        return changed

    def preview(self):
        """Show the digit that the strokes become; until there are any the one in use, pale."""
        try:
            self.image = shown = your_digit.from_strokes(self.canvas.strokes)
            self.digit_line.value = SEEN
        except ValueError as error:
            self.image, self.refusal, in_use = None, str(error), your_digit.look()
            shown = PALE * in_use.image
            self.digit_line.value = f"In use: {in_use.caption}"
        self.digit.value = plots.png(plots.large_digit(shown, ZOOM))


def pad_picture(strokes):
    """The pad as the canvas shows it; a gray Pillow image. A blank one says what it is for."""
    side = 28 * ZOOM * plots.PIXELS
    sheet = Image.new("L", (side, side), 255)
    pen, radius = ImageDraw.Draw(sheet), PEN * side / 2
    if not strokes:
        pen.text((side / 2, side / 2), "draw here", fill=118, font=plots.font(28), anchor="mm")
    for stroke in strokes:
        points = [(side * x, side * y) for x, y in stroke]
        pen.line(points, fill=34, width=round(2 * radius), joint="curve")
        for x, y in points:
            pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=34)
    return plots.framed(sheet)
