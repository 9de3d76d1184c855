"""The time line of a training step: this CPU's as measured, and a device's as its orders and its work make it.

The device's lanes are worked out, not measured: each launch takes this CPU's time divided by `speed`, and the host
needs `order` seconds to give each. What a real GPU was measured to do stands below, or that none was.
From a program: `set(batch=…, speed=…, order=…)`, `state()`.
"""

from functools import lru_cache
from html import escape

import numpy as np
from ipywidgets import HTML, HBox, Layout, SelectionSlider

from vae_from_scratch.course import plots
from vae_from_scratch.course.figures.timeline import lanes
from vae_from_scratch.course.launches import schedule
from vae_from_scratch.course.widgets.base import Widget, image_of

SPEEDS = 5, 20, 100, 500  # times as fast as this CPU
ORDERS = 2e-6, 5e-6, 10e-6, 20e-6  # seconds that the host needs for one launch
HALF = 0.5  # share of its time that a device should work, to be worth its price


class StepTimeline(Widget):
    """Lanes of a step at each batch. Shows itself.

    steps {batch: launches, a list of Launch}; measured: what `measured()` gives, recordings of real GPUs; asked: the
    speed that the task speaks of; task and answer: a line of HTML each.
    """

    name = "timeline"

    def __init__(self, steps, measured, *, task, answer, asked=20, batch=None):
        self.steps, self.measured, self.asked, self.reached = steps, measured, asked, False
        self.pictures = lru_cache(self.pictures)
        super().__init__(task, answer, self.make_parts(batch or next(iter(steps))))
        self.draw()
        for slider in (self.batch, self.speed, self.order):
            slider.observe(self.shown(lambda change: self.draw()), "value")

    # -------------------------------------------------------------- for programs

    def set(self, **values):
        """Move the sliders named, as one does by hand."""
        for name, value in values.items():
            getattr(self, name).value = value

    def state(self):
        """Plain numbers: the sliders, launches of the step, seconds on this CPU, on the device, share it works."""
        batch, speed, order = self.batch.value, self.speed.value, self.order.value
        here, there = self.durations(batch), self.worked_out(batch, speed, order)
        own = {"batch": batch, "speed": speed, "order": order, "launches": len(here)}
        return own | {"cpu": float(here.sum()), "device": there.total, "busy": there.busy}

    def alt(self):
        """What the picture shows, without a number that depends on the machine."""
        return (
            f"Time line of a step at batch {self.batch.value:,}: {len(self.steps[self.batch.value])} launches on this"
            f" CPU, one after another; and worked out for a device {self.speed.value} times as fast, the host's orders"
            f" of {1e6 * self.order.value:.0f} microseconds each above the device's work. {self.measured.where}"
        )

    def still(self):
        """The lanes as they stand, as one Pillow image."""
        shown = [self.cpu_shown, self.device_shown, *[self.recorded_shown] * (self.batch.value in self.measured.steps)]
        return plots.stacked([image_of(picture) for picture in shown])

    # ------------------------------------------------------------------ the lanes

    def durations(self, batch):
        """Seconds of each launch on this CPU: (J,)."""
        return np.array([launch.seconds for launch in self.steps[batch]])

    def worked_out(self, batch, speed, order):
        """The Schedule of a device `speed` times as fast whose launches cost the host `order` seconds each."""
        return schedule(self.durations(batch) / speed, order)

    def smallest_worth_it(self, speed, order):
        """The smallest batch at which the device works more than half of the time, or None."""
        return next((batch for batch in self.steps if self.worked_out(batch, speed, order).busy > HALF), None)

    # ------------------------------------------------------------------ controls

    def make_parts(self, batch):
        """Three sliders, two pictures, the numbers and what was measured."""
        self.batch = self.slider("batch", [(f"{size:,}", size) for size in self.steps], batch, "batch")
        self.speed = self.slider("speed", [(f"{speed} ×", speed) for speed in SPEEDS], 100, "times this CPU")
        orders = [(f"{1e6 * order:.0f} µs", order) for order in ORDERS]
        self.order = self.slider("order", orders, 10e-6, "one order")
        self.cpu_shown, self.device_shown = self.picture("cpu", 760), self.picture("device", 760)
        self.numbers = self.part(HTML(layout=Layout(min_height="24px")), "numbers")
        self.measured_line = self.part(HTML(f"<div>On real GPUs: {escape(self.measured.where)}</div>"), "measured")
        self.recorded_shown = self.picture("recorded", 760)
        row = HBox([self.batch, self.speed, self.order], layout=Layout(flex_flow="row wrap"))
        return [row, self.cpu_shown, self.device_shown, self.numbers, self.measured_line, self.recorded_shown]

    def slider(self, role, options, value, description):
        """A slider over named values."""
        style, layout = {"description_width": "104px"}, Layout(width="340px")
        made = SelectionSlider(options=options, value=value, description=description, style=style, layout=layout)
        return self.part(made, role)

    # ------------------------------------------------------------------- showing

    def draw(self):
        """Draw the lanes for where the sliders stand; say so when the task is reached."""
        state = self.state()
        batch, speed, order = state["batch"], state["speed"], state["order"]
        self.cpu_shown.value, self.device_shown.value = self.pictures(batch, speed, order)
        self.show_recorded(batch)
        self.numbers.value = (
            f"{state['launches']} launches · this CPU <b>{1e3 * state['cpu']:.1f} ms</b> · such a device"
            f" <b>{1e3 * state['device']:.1f} ms</b>, of which it works {100 * state['busy']:.0f} %"
        )
        self.say("")
        if not self.reached and speed == self.asked and batch == self.smallest_worth_it(speed, order):
            self.reached = True
            self.show_answer(f"Reached: at batch {batch:,} it works {100 * state['busy']:.0f} % of the time.")

    def show_recorded(self, batch):
        """The lanes of a real GPU where one was measured at this batch; nothing elsewhere."""
        step = self.measured.steps.get(batch)
        self.recorded_shown.layout.display = "none" if step is None else ""
        if step is not None:
            spans = {"host gives orders": ("orders", "host_ms"), "device works": ("all else", "busy_ms")}
            rows = {lane: [(kind, np.zeros(1), np.array([1e-3 * step[name]]))] for lane, (kind, name) in spans.items()}
            rows["the step"] = [("step", np.zeros(1), np.array([1e-3 * step["ms"]]))]
            self.recorded_shown.value = plots.png(lanes(rows, f"recorded on a real GPU: one step at batch {batch:,}"))

    def pictures(self, batch, speed, order):
        """PNG bytes of the CPU's lane and of the device's two."""
        names = np.array([launch.name for launch in self.steps[batch]])
        here, there = self.durations(batch), self.worked_out(batch, speed, order)
        products = names == "matmul"
        own = kinds(products, np.cumsum(here) - here, here)
        ordered = [("orders", there.ordered - order, np.full(len(here), 0.7 * order))]
        far = {"host gives orders": ordered, "device works": kinds(products, there.begin, here / speed)}
        heading = f"worked out, not measured: a device {speed} times as fast, {1e6 * order:.0f} microseconds an order"
        cpu = lanes({"this CPU": own}, f"measured here, now: one step at batch {batch:,}")
        return plots.png(cpu), plots.png(lanes(far, heading))


def kinds(products, begins, durations):
    """A lane's blocks, matrix products apart from all else."""
    parts = ("matrix products", products), ("all else", ~products)
    return [(kind, begins[chosen], durations[chosen]) for kind, chosen in parts]
