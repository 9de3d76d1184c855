"""The bound in pictures: q over the posterior, log p(x) split into ELBO and gap, and where q stands among all others.

PNG bytes of numbers that come in ready to be shown; the still parts of each picture are drawn once.
"""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import StrMethodFormatter

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, HALO, INK, MUTED
from vae_from_scratch.course.widgets.run_pictures import LivePlot

Q, POSTERIOR, GAP = "#009E73", "#999999", "#E69F00"  # after Okabe & Ito, as the palette of plots
MEANS, LOG_VARS = (-3.0, 3.0), (-7.0, 1.0)  # where q may stand
WIDTH, SIDE = 560, 330  # shown pixels
REACH = 3.0  # nats of the bar's axis
GHOSTS = 10  # earlier q's shown of a path
DOTS = 40  # the longest path whose places are told apart
LEVELS = (0.03, 0.1, 0.3, 1, 3, 10, 30)  # nats, of the map's lines


class BoundPictures:
    """Pictures of one q beside the posterior; `cases` {name: Case} give the still parts."""

    def __init__(self, cases):
        self.density_plot = LivePlot(lambda name: density_axes(cases[name]), add_densities)
        self.bar_plot = LivePlot(lambda name: bar_axes(cases[name].log_px), add_bar)
        self.plane_plot = LivePlot(lambda name, mapped: plane_axes(cases[name].gaps() if mapped else None), add_path)

    def draw_still_parts(self, name, mapped):
        """Draw the still parts of a case now, so that nobody waits for them later."""
        for plot, frame in ((self.density_plot, ()), (self.bar_plot, ()), (self.plane_plot, (mapped,))):
            plot.still(name, *frame)

    def density(self, name, z, q, ghosts):
        """The posterior, q (G,) on the grid z (G,), and earlier q's (P, G), faint."""
        return self.density_plot.png((name,), z, q, ghosts)

    def bar(self, name, elbo, gap):
        """log p(x) as ELBO and gap."""
        return self.bar_plot.png((name,), elbo, gap)

    def plane(self, name, mapped, path, point):
        """q as a point of the plane of its two sliders, with the path (P, 2) it came; lines of equal gap if mapped."""
        return self.plane_plot.png((name, mapped), path, point)


# ---------------------------------------------------------------- q and the posterior


def density_axes(case):
    """Figure and axes with the posterior as a gray hill."""
    figure, axes = plots.new_figure(WIDTH, 260)
    posterior = np.exp(case.log_posterior)
    axes.set(xlim=MEANS, ylim=(0, (0.4 + humps(posterior)) * np.max(posterior)))
    axes.set_xlabel("z", fontsize=8, color=INK, labelpad=1)
    axes.fill_between(case.z, posterior, color=POSTERIOR, alpha=0.35, linewidth=0)
    axes.plot(case.z, posterior, color=POSTERIOR, linewidth=1.2)
    plots.title(axes, "density over z")
    for place, text, color in ((0.72, "posterior p(z | x)", MUTED), (0.45, "q", Q)):
        axes.text(place, 1.09, text, transform=axes.transAxes, fontsize=8.5, color=color, ha="left", va="center")
        patch = {"facecolor": color, "transform": axes.transAxes, "clip_on": False}
        axes.add_patch(Rectangle((place - 0.035, 1.07), 0.024, 0.04, alpha=0.45 if color == MUTED else 1, **patch))
    return figure, axes


def humps(density):
    """Number of local maxima: a q that takes one of n equal humps for the whole is n times as high."""
    turns = np.diff(np.sign(np.diff(density)))
    return -np.sum(np.minimum(turns, 0)) / 2


def add_densities(axes, z, q, ghosts):
    """Draw q, and the ghosts behind it, older ones fainter."""
    fades = np.linspace(0.12, 0.5, len(ghosts))
    lines = [Line2D(z, ghost, color=Q, linewidth=0.9, alpha=fade) for ghost, fade in zip(ghosts, fades, strict=True)]
    return [axes.add_artist(line) for line in [*lines, Line2D(z, q, color=Q, linewidth=2.2, zorder=4)]]


# ------------------------------------------------------------------------ the bar


def bar_axes(log_px):
    """Figure and axes for one bar that ends at log p(x), and a line there that stays."""
    figure, axes = plots.new_figure(WIDTH, 112)
    axes.set_position([46 / WIDTH, 0.36, 1 - 58 / WIDTH, 0.3])
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(log_px - REACH, log_px + 0.12 * REACH), ylim=(0, 1), yticks=[])
    axes.set_xlabel("nats", fontsize=8, color=INK, labelpad=1)
    axes.axvline(log_px, ymax=1.25, color=INK, linewidth=1.6, clip_on=False, zorder=5)
    text = f"log p(x) = {signed(log_px, 3)}"
    plots.annotate(axes, text, (log_px, 1), (4, 12), fontsize=8.5, color=INK, ha="right")
    return figure, axes


def add_bar(axes, elbo, gap):
    """Draw both parts with their numbers; what reaches beyond the axis is marked by an arrow."""
    left, _ = axes.get_xlim()
    end, shown = elbo + gap, max(elbo, left)
    artists = [
        add_part(axes, left, shown, COLORS["bound"], 0.75),
        add_part(axes, shown, end, GAP, 1.0),
    ]
    arrow = "◂ " if elbo < left else ""
    words = (0.0, f"{arrow}ELBO {signed(elbo, 3)}", INK), (0.32, f"gap {signed(gap, 3)}", "#8A5A00")
    for place, text, color in words:
        style = {"fontsize": 9, "color": color, "weight": "bold", "transform": axes.transAxes, "va": "center"}
        artists.append(axes.add_artist(axes.text(place, 1.36, text, **style)))
    return artists


def add_part(axes, start, end, color, alpha):
    """A stretch of the bar."""
    corners = [[(start, 0.12), (start, 0.88), (end, 0.88), (end, 0.12)]]
    return axes.add_artist(PolyCollection(corners, facecolor=color, alpha=alpha, linewidth=0, zorder=3))


# ---------------------------------------------------------------------- the plane


def plane_axes(gaps):
    """Figure and axes of mean against log_var; gaps (means, log_vars, nats), if given, as lines of equal gap."""
    figure, axes = plots.new_figure(SIDE, SIDE)
    _, bottom, _, tall = axes.get_position().bounds
    axes.set_position([52 / SIDE, bottom, 1 - 64 / SIDE, tall])
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    axes.set(xlim=MEANS, ylim=LOG_VARS)
    axes.set_xlabel("mean", fontsize=8, color=INK, labelpad=1)
    axes.set_ylabel("log_var", fontsize=8, color=INK, labelpad=3)
    plots.title(axes, "where q stands" if gaps is None else "where q stands; lines of equal gap, nats")
    axes.axvline(0, color=FAINT, linewidth=0.7, zorder=0)
    axes.axhline(0, color=FAINT, linewidth=0.7, zorder=0)
    if gaps is not None:
        lines = axes.contour(*gaps, levels=LEVELS, colors=GAP, linewidths=0.9)
        axes.clabel(lines, fontsize=6.5, colors="#8A5A00", fmt="%g")
    return figure, axes


def add_path(axes, path, point):
    """Draw the path (P, 2), if there is one, and the point."""
    dots = {"marker": "o", "markersize": 2.6} if len(path) < DOTS else {}
    style = {"color": Q, "linewidth": 1.6, "zorder": 4, **dots}
    lines = [Line2D(*np.transpose(path), **style)] if len(path) > 1 else []
    head = {"marker": "o", "markersize": 9, "markerfacecolor": Q, "markeredgecolor": "white", "zorder": 5}
    (side, across), up = ("right", -8) if point[0] > 1 else ("left", 8), 9 if point[1] < 0.5 else -9
    text = "{}, {}".format(*map(signed, point))
    place = plots.annotate(axes, text, point, (across, up), fontsize=8, color=INK, bbox=HALO, zorder=5, ha=side)
    return [*map(axes.add_artist, [*lines, Line2D([point[0]], [point[1]], **head)]), place]


def signed(value, digits=2):
    """A number with the minus sign that the axes have, and none before 0."""
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
