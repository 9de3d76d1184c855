"""Rate against distortion: networks as points, the curve through them, and a ruler laid against it.

Points are {beta: (rate, distortion)} in nats; arrays in, Pillow images or a Picture out.
"""

from fractions import Fraction

import numpy as np
from PIL import ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, INK, MUTED, PIXELS

SIZE = 520, 330  # shown pixels of the curve's picture


def name_of(beta):
    """A price as one reads it: 1/8, 2."""
    return str(Fraction(beta).limit_denominator(16))


def rate_distortion(points):
    """The curve as a still, each network with its beta."""
    figure, _ = curve_figure(points)
    betas = ", ".join(name_of(beta) for beta in points)
    return plots.still(plots.drawn(figure), f"Distortion falls as the rate rises: networks trained at beta {betas}")


def curve_figure(points):
    """Figure and axes with the networks as labeled points, joined by straight lines."""
    figure, axes = plots.new_figure(*SIZE)
    rates, distortions = np.array(list(points.values())).T
    low, tall = np.min(distortions), max(np.ptp(distortions), 1.0)
    axes.set(xlim=(0, max(1.12 * np.max(rates), 0.1)), ylim=(low - 0.12 * tall, low + 1.06 * tall))
    axes.plot(rates, distortions, color=FAINT, linewidth=1.4, zorder=2)
    axes.plot(rates, distortions, "o", color=INK, markersize=4.5, zorder=3)
    for beta, place in points.items():
        plots.annotate(axes, name_of(beta), place, (6, 7), fontsize=8, color=INK)
    axes.set_xlabel("rate, nats per digit", fontsize=8, color=INK)
    plots.title(axes, "distortion, nats per digit; each network beside its beta")
    return figure, axes


def units(rates):
    """Rate of each unit (L,) as a still."""
    alt = f"The rate of each of {len(rates)} units as a bar"
    return plots.still(unit_bars(rates, plots.round_top(np.max(rates), least=0.5)), alt)


class RulerPicture:
    """The curve, drawn once, on which rulers are laid quickly: `laid(beta, touching)` is a Pillow image."""

    def __init__(self, points):
        self.points = points
        figure, axes = curve_figure(points)
        self.paper = plots.drawn(figure)
        self.to_pixels, self.right, (self.low, self.high) = axes.transData, axes.get_xlim()[1], axes.get_ylim()

    def place(self, rate, distortion):
        """Where a point of the plane stands in the picture, in pixels from its top left."""
        x, y = self.to_pixels.transform((rate, distortion))
        return float(x), float(self.paper.height - y)

    def laid(self, beta, touching):
        """The curve with a ruler of slope -beta resting against it from below, at the networks `touching`."""
        sheet = self.paper.copy()
        draw = ImageDraw.Draw(sheet)
        cost = min(distortion + beta * rate for rate, distortion in self.points.values())
        ends = [(rate, cost - beta * rate) for rate in self.span(cost, beta)]
        draw.line([self.place(*end) for end in ends], fill=COLORS["rate"], width=2 * PIXELS)
        for own in touching:
            x, y = self.place(*self.points[own])
            radius = 6 * PIXELS
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=COLORS["rate"], width=2 * PIXELS)
        text = f"slope −{beta:.3g}"
        draw.text((sheet.width - 8 * PIXELS, 40 * PIXELS), text, fill=COLORS["rate"], font=plots.font(24), anchor="rt")
        return sheet

    def span(self, cost, beta):
        """Rates between which the ruler lies inside the axes."""
        return max(0.0, (cost - self.high) / beta), min(self.right, (cost - self.low) / beta)


def unit_bars(rates, top):
    """Rate of each unit (L,) as bars up to `top` nats, those under 0.01 told in words; a Pillow image."""
    figure, axes = plots.rate_axes(len(rates), top, width=500, height=SIZE[1] // 2)
    plots.add_rates(axes, rates)
    silent = int(np.sum(np.asarray(rates) < 0.01))
    plots.title(axes, f"rate of each unit, nats: {np.sum(rates):.1f} in all")
    note = f"{silent} silent" if silent else "none silent"
    axes.text(0.99, 0.97, note, transform=axes.transAxes, ha="right", va="top", fontsize=8, color=MUTED)
    return plots.drawn(figure)
