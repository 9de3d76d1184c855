"""A training run in pictures: its digits, its curves, its latents; and its numbers as a table.

A matplotlib figure drawn whole takes 40 to 80 ms. Its axes seldom change, so they are kept as pixels,
and each new picture adds its curves to a copy of them.
"""

from functools import lru_cache

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, Curve

HEADING = "nats per digit (thin: training batches, smoothed)"
KINDS = {"test": "test digits", "train": "training batches"}
WAITING = "from here the curves will grow"
QUANTITIES = ("rate", "distortion", "bound", "loss")


class LivePlot:
    """PNG bytes of `add(axes, ...)` over the still parts, `make(*frame) -> figure, axes`, which are drawn once."""

    def __init__(self, make, add):
        self.add = add

        @lru_cache(maxsize=8)
        def still(*frame):
            figure, axes = make(*frame)
            figure.canvas.draw()
            return axes, figure.canvas, figure.canvas.copy_from_bbox(figure.bbox)

        self.still = still

    def png(self, frame, *content):
        """The picture of this content in this frame."""
        axes, canvas, pixels = self.still(*frame)
        canvas.restore_region(pixels)
        artists = self.add(axes, *content)
        for artist in sorted(artists, key=lambda artist: artist.zorder):
            axes.draw_artist(artist)
            artist.remove()
        return plots.png(plots.canvas_image(canvas))


class RunPictures:
    """PNG bytes of where a TrainingRun stands; lines {name: nats} go across the curves, caption names its `yours`."""

    def __init__(self, run, lines, caption):
        self.run, self.lines, self.caption = run, lines, caption
        self.curve_plot = LivePlot(lambda steps, top: plots.curve_axes(steps, top, lines, HEADING), plots.add_curves)
        self.rate_plot = LivePlot(plots.rate_axes, plots.add_rates)

    def digits(self):
        """What goes in, what comes back, and what the prior gives."""
        images, means = self.run.reconstructions()
        sample_means, draws = self.run.samples()
        last = "" if self.run.yours is None else f"; last: {self.caption}"
        pairs = {f"test digits, binarized{last}": images, "reconstructions: means of p(x | z)": means}
        samples = {
            "prior samples: means of p(x | z), z ~ N(0, I)": sample_means,
            "prior samples: one draw x ~ p(x | z) of each": draws,
        }
        return plots.png(plots.stacked([plots.digit_rows(pairs, len(images)), plots.digit_rows(samples)]))

    def curves(self, last_step, marks):
        """Rate, distortion and their sum, in a frame that closes in as the bound passes the lines."""
        colors = {"rate": COLORS["rate"], "distortion": COLORS["distortion"], "rate + distortion": COLORS["bound"]}
        test, train = self.run.curves()
        thin = [Curve(train[:, 0], train[:, i], color) for i, color in enumerate(colors.values(), 1)]
        thick = [Curve(test[:, 0], test[:, i], color, name) for i, (name, color) in enumerate(colors.items(), 1)]
        top = plots.top_for(self.run.test_point().bound, self.lines.values())
        return self.curve_plot.png((last_step, top), thin + thick, marks, "" if self.run.step else WAITING)

    def rates(self):
        """KL of each latent, each in its own place."""
        rates = self.run.rates()
        return self.rate_plot.png((len(rates), plots.round_top(max(rates))), rates)


def number_table(state, caption):
    """A run's numbers as an HTML table: nats per digit, one row for each set of digits that has been measured.

    caption names the row of `yours`.
    """
    heads = (
        "nats per digit",
        "rate",
        "distortion",
        "rate + distortion",
        f"loss: distortion + {state['beta']:.2f} · rate",
    )
    rows = ["".join(f"<th>{head}</th>" for head in heads)]
    for kind, name in {**KINDS, "yours": caption}.items():
        values = [state.get(f"{kind}_{quantity}") for quantity in QUANTITIES]
        cells = ("–" if value is None else f"{value:.1f}" for value in values)
        if kind != "yours" or values[0] is not None:
            rows.append("".join(f"<td>{cell}</td>" for cell in (name, *cells)))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
