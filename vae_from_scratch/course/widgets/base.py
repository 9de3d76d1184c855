"""What every widget has: a task line above, an answer below, a place for its errors, one mime bundle.

A subclass puts controls and pictures between them, and gives `state()` (plain numbers), `still()` (a Pillow
image of everything it shows) and `alt()` (a sentence that is the same on every machine). Pictures are dark on
white; in a dark JupyterLab a filter turns them over, and still pictures between the widgets too.
"""

import asyncio
import threading
import traceback
from functools import wraps
from html import escape
from io import BytesIO
from pathlib import Path

import ipywidgets
from PIL import Image

from vae_from_scratch.course import cards, plots

PACKAGE = Path(__file__).parents[2]
STYLE = """<style>
.vae-widget { max-width: 1080px; overflow: hidden; }
.vae-widget .widget-html, .vae-widget .widget-html-content { height: auto; line-height: 1.45; overflow: visible; }
.vae-widget .vae-task { font-weight: 600; }
.vae-widget .vae-message { height: 3em; overflow: auto; color: var(--jp-content-font-color2, #616161); }
.vae-widget .vae-message-error { color: var(--jp-error-color0, #b71c1c); }
.vae-widget details summary { cursor: pointer; }
.vae-widget img.vae-picture { width: 100%; height: auto; object-fit: contain; object-position: left top; }
.vae-dashboard-numbers table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.vae-dashboard-numbers :is(th, td) { text-align: right; padding: 1px 10px 1px 0; min-width: 5em; }
.vae-dashboard-numbers :is(th, td):first-child { text-align: left; min-width: 10em; }
.vae-dashboard-numbers th { font-weight: 400; color: var(--jp-content-font-color2, #616161); }
.vae-dashboard-numbers td:nth-child(4) { font-weight: 700; }
"""
STYLE += f"{cards.sheet('cards')}\n</style>"


class Widget:
    """A task, what it shows, its answer; `.view` is the ipywidgets box. `name` begins the CSS classes of its parts."""

    name = "widget"

    def __init__(self, task, answer, parts):
        self.answer, self.loop = answer, running_loop()
        self.task_line = ipywidgets.HTML(f'{STYLE}<div class="vae-task">{task}</div>')
        self.message_line, self.answer_line = ipywidgets.HTML(), ipywidgets.HTML()
        self.view = ipywidgets.VBox([self.task_line, *parts, self.message_line, self.answer_line])
        self.view.add_class("vae-widget")
        for part, role in (self.view, ""), (self.message_line, "-message"), (self.answer_line, "-answer"):
            part.add_class(f"vae-{self.name}{role}")
        self.say("")
        self.show_answer()

    def say(self, text, error=False):
        """Show a sentence in the message line, which is read out by screen readers; escaped."""
        kind = " vae-message-error" if error else ""
        self.message_line.value = f'<div class="vae-message{kind}" role="status">{escape(text)}</div>'

    def show_error(self, error):
        """Show an exception: what it says, where in the reader's own code it arose, and what to do now."""
        own = [f for f in traceback.extract_tb(error.__traceback__) if f.line and not is_installed(f.filename)][-1:]
        place = "".join(f" (in {f.name}, line {f.lineno}: {f.line})" for f in own)
        self.say(f"{type(error).__name__}: {error}{place}. {self.advice(error)}", error=True)

    def advice(self, error):
        """What to do after an exception: a sentence, or nothing."""
        return ""

    def show_answer(self, reached=""):
        """Keep the answer folded; or, when the task is `reached`, say so and unfold it."""
        summary = f"✓ {reached}" if reached else "Answer"
        state = " open" if reached else ""
        self.answer_line.value = f"<details{state}><summary>{summary}</summary>{self.answer}</details>"

    def shown(self, callback):
        """The callback with every exception shown in the widget instead of raised; always in the kernel's main thread.

        JupyterLab may send what a person does to a second thread of the kernel (a subshell), while a cell or a training
        run traces in the first; autograd can trace in one only, and a widget's numbers must not change under its hands.
        """

        @wraps(callback)
        def run(*args):
            if self.loop and threading.current_thread() is not threading.main_thread():
                self.loop.call_soon_threadsafe(run, *args)
                return None
            try:
                return callback(*args)
            except Exception as error:
                self.show_error(error)

        return run

    def part(self, widget, role):
        """The widget with its CSS class, vae-<name>-<role>."""
        widget.add_class(f"vae-{self.name}-{role}")
        return widget

    def button(self, role, description, icon, tooltip, action, width="86px"):
        """A button that shows its own errors; also kept as `<role>_button`."""
        layout = ipywidgets.Layout(width=width)
        button = ipywidgets.Button(description=description, icon=icon, tooltip=tooltip, layout=layout)
        button.on_click(self.shown(lambda _: action()))
        setattr(self, f"{role}_button", self.part(button, role))
        return button

    def snapshot(self):
        """A Picture of what the widget shows now, which stays where no kernel runs."""
        return plots.still(plots.matted(self.still()), self.alt())

    def picture(self, role, width):
        """A picture to be, of at most this many shown pixels. (A tooltip on an Image breaks ipywidgets 8.1's view.)"""
        image = self.part(ipywidgets.Image(format="png"), role)
        image.add_class("vae-picture")
        image.layout = ipywidgets.Layout(max_width=f"{width}px")
        return image

    def _repr_mimebundle_(self, **kwargs):
        bundle, metadata = self.snapshot()._repr_mimebundle_()
        return self.view._repr_mimebundle_(**kwargs) | bundle, metadata

    def __repr__(self):
        return self.alt()


def running_loop():
    """The event loop of the kernel's main thread; None where no kernel runs."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def is_installed(filename):
    """Whether a file of code is this package's or another installed one's, and not a notebook's."""
    return "site-packages" in filename or Path(filename).is_relative_to(PACKAGE)


def image_of(picture):
    """What a picture shows now, as a Pillow image."""
    return Image.open(BytesIO(picture.value))
