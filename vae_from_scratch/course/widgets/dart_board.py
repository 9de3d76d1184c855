"""The pictures of a throw of darts: the plane of the first two latents, three digits, and two scales.

Arrays in, a Pillow image out. Axes are drawn once and kept; darts, ring and bars are painted over them.
"""

from functools import lru_cache

import numpy as np
from matplotlib.patches import Ellipse
from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, INK, MUTED, PIXELS

PLANE, FRAME = (430, 446), (44, 34, 372)  # shown pixels: its size; of its frame: left, top, side
REACH = 3.4  # of the plane, in standard deviations of the prior
SCALES, LEFT, RIGHT = (510, 252), 142, 492  # shown pixels: size; where the scales begin and end
BARS, ERRORS = (34, 60, 86), 186  # rows of the three bars; row of the estimate
MOST = 24  # powers of ten on the scale of counts
TICKS = (-1000, -100, -10, -1, 0, 1)  # nats, on the scale of errors
DART, HEAVY, RING = (90, 90, 90), COLORS["rate"], COLORS["distortion"]
ZOOM = 4  # shown pixels for each pixel of a digit


def board(throw, digits, before):
    """All of it: a Throw, {caption: image (784,)}, and the earlier throws' errors in nats."""
    side = [plots.captioned(caption, np.asarray(plots.large_digit(image, ZOOM))) for caption, image in digits.items()]
    right = plots.stacked([plots.beside(side, gap=60), scales(throw, before)], gap=20)
    return plots.beside([plane(throw), right], gap=40)


# ----------------------------------------------------------------------- the plane


@lru_cache
def empty_plane(second):
    """The plane with the prior's circles; `second` names its upward axis."""
    (width, height), (left, top, side) = PLANE, FRAME
    figure, axes = plots.new_figure(width, height)
    axes.set_position([left / width, 1 - (top + side) / height, side / width, side / height])
    axes.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    axes.set_xlabel("latent 1", fontsize=8, color=INK, labelpad=1)
    axes.set_ylabel(second, fontsize=8, color=INK, labelpad=0)
    for radius in (1, 2, 3):
        axes.add_patch(Ellipse((0, 0), 2 * radius, 2 * radius, fill=False, edgecolor=FAINT, linewidth=0.9))
    plots.title(axes, "gray circles: the prior, at 1, 2 and 3 std")
    return plots.drawn(figure)


def plane(throw):
    """Every dart as a gray dot; those that carry the weight in color, larger for more; the posterior's ring."""
    flat = throw.z.shape[1] == 1
    picture = empty_plane("latent 2 (not in this model)" if flat else "latent 2").copy()
    places = pixels(with_second(throw.z, np.random.default_rng(0).standard_normal(len(throw.z)) if flat else None))
    speckle(picture, places)
    pen = ImageDraw.Draw(picture)
    middle, std = (np.append(a, b)[:2] for a, b in ((throw.mean, 0.0), (throw.std, 1.0)))
    low, high = pixels(np.array([middle - 2 * std, middle + 2 * std]))
    (x0, y1), (x1, y0) = low, high
    heavy = np.argsort(throw.shares)[::-1][:60]
    for k in heavy[throw.shares[heavy] > 0.5 / len(throw.z)][::-1]:
        (x, y), radius = places[k], PIXELS * (2.2 + 9 * np.sqrt(throw.shares[k]))
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=HEAVY, outline="white", width=PIXELS)
    pen.ellipse([x0, y0, x1, y1], outline=RING, width=2 * PIXELS)
    low = y1 < PIXELS * (FRAME[1] + FRAME[2] - 60)  # room below the ring
    write(pen, (x0 + x1) / 2, y1 + 11 * PIXELS if low else y0 - 11 * PIXELS, "the posterior, 2 std")
    if len(throw.mean) > 2:
        words = f"and {len(throw.mean) - 2} more latents, which a plane cannot show"
        write(pen, PIXELS * (FRAME[0] + FRAME[2] / 2), PIXELS * (FRAME[1] + FRAME[2] - 12), words)
    return picture


def with_second(z, second):
    """The first two latents of each dart (K, 2); where there is one only, the second is given."""
    return z[:, :2] if second is None else np.stack([z[:, 0], second], axis=1)


def pixels(points):
    """Places in the plane's picture, in file pixels, of points (N, 2) of two latents."""
    left, top, side = FRAME
    return PIXELS * (np.array([left, top]) + side * np.array([0.5, 0.5]) + side * points * [1, -1] / (2 * REACH))


def speckle(picture, places):
    """Darken a small square at each place inside the frame, more where several meet."""
    left, top, side = (PIXELS * length for length in FRAME)
    cells = np.rint(places).astype(int)
    cells = cells[np.all((cells > [left + 3, top + 3]) & (cells < [left + side - 3, top + side - 3]), axis=1)]
    square = [dy * picture.width + dx for dx in range(-1, 3) for dy in range(-1, 3)]
    where, ink = np.unique(np.add.outer(square, cells @ [1, picture.width]), return_counts=True)
    paper = np.array(picture).reshape(-1, 3)
    paper[where] = paper[where] + (np.array(DART) - paper[where]) * (1 - 0.45**ink)[:, None]
    picture.paste(Image.fromarray(paper.reshape(picture.height, picture.width, 3)))


def write(pen, x, y, words):
    """Words with a white edge around a place, moved so that they stay in the frame."""
    left, _, side = (PIXELS * length for length in FRAME)
    half = pen.textlength(words, font=plots.font(19)) / 2 + 6
    x = min(max(x, left + half), left + side - half)
    style = {"fill": RING, "font": plots.font(19), "anchor": "mm", "stroke_width": 4, "stroke_fill": "white"}
    pen.text((x, y), words, **style)


# ---------------------------------------------------------------------- the scales


def scales(throw, before):
    """Bars of darts thrown, working and needed, on a scale of powers of ten; and how far off the estimate is."""
    picture = empty_scales().copy()
    pen = ImageDraw.Draw(picture)
    counts = {
        "thrown": (np.log10(len(throw.z)), f"{len(throw.z):,}", INK),
        "working": (np.log10(throw.working), f"{throw.working:,.1f}", HEAVY),
        "needed, about": (throw.log_needed / np.log(10), rounded(throw.log_needed), RING),
    }
    for row, (name, (power, words, color)) in zip(BARS, counts.items(), strict=True):
        end = LEFT + (RIGHT - LEFT) * min(max(power, 0.0), MOST) / MOST
        pen.rectangle(scaled(LEFT, row - 7, max(end, LEFT + 3), row + 7), fill=color)
        label(pen, LEFT - 8, row, name, "rm", INK)
        inside = end > RIGHT - 90
        label(pen, end - 6 if inside else end + 6, row, words, "rm" if inside else "lm", "white" if inside else color)
    for off in before:
        dot(pen, place_of(off), ERRORS, 3, "#B0B0B0")
    low, high = (place_of(throw.off + sign * throw.error) for sign in (-1, 1))
    pen.line(scaled(low, ERRORS, high, ERRORS), fill=HEAVY, width=3 * PIXELS)
    dot(pen, place_of(throw.off), ERRORS, 5, HEAVY)
    label(pen, LEFT - 8, ERRORS, "estimate", "rm", INK)
    return picture


@lru_cache
def empty_scales():
    """The two scales with their ticks, and nothing on them."""
    picture = Image.new("RGB", (PIXELS * SCALES[0], PIXELS * SCALES[1]), "white")
    pen = ImageDraw.Draw(picture)
    label(pen, 0, 9, "darts", "lm", INK)
    for power in range(0, MOST + 1, 6):
        x, words = LEFT + (RIGHT - LEFT) * power / MOST, "1" if power == 0 else f"10{str(power).translate(RAISED)}"
        pen.line(scaled(x, 22, x, 100), fill=FAINT, width=PIXELS)
        label(pen, x, 111, words, "mm", MUTED, 20)
    label(pen, 0, 147, "estimate of log p(x) − its exact value, in nats", "lm", INK)
    for tick in TICKS:
        x = place_of(tick)
        pen.line(
            scaled(x, ERRORS - 18, x, ERRORS + 18), fill=RING if tick == 0 else FAINT, width=PIXELS * (1 + (tick == 0))
        )
        label(pen, x, ERRORS + 30, "exact" if tick == 0 else f"{tick:+d}".replace("-", "−"), "mm", MUTED, 20)
    return picture


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def place_of(nats):
    """Shown pixels from the left of an error, on a scale that is even near 0 and in powers farther away."""
    low, high = (np.arcsinh(tick) for tick in (TICKS[0] * 1.1, TICKS[-1] * 2))
    return float(LEFT + (RIGHT - LEFT) * (np.clip(np.arcsinh(nats), low, high) - low) / (high - low))


def rounded(log_count):
    """exp of it in words: a count, or a power of ten."""
    if log_count < np.log(1e4):
        return f"{np.exp(log_count):,.0f}"
    return f"10{str(round(log_count / np.log(10))).translate(RAISED)}"


def label(pen, x, y, words, anchor, color, size=22):
    """Words at a place in shown pixels."""
    pen.text((PIXELS * x, PIXELS * y), words, fill=color, font=plots.font(size), anchor=anchor)


def dot(pen, x, y, radius, color):
    """A disc at a place in shown pixels."""
    pen.ellipse(scaled(x - radius, y - radius, x + radius, y + radius), fill=color)


def scaled(*lengths):
    """Shown pixels as file pixels."""
    return [PIXELS * length for length in lengths]
