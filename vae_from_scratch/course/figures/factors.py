"""Figures of lesson 15: what each latent draws and tells, and images on a ladder of nats.

Arrays in, a Picture or a Pillow image out, in the style and palette of `plots`; nothing here computes a result.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, FAINT, GAP, INK, MUTED, PIXELS, SIDE

TOLD = LinearSegmentedColormap.from_list("told", ["white", COLORS["distortion"]])
LARGE = 4  # file pixels for each of an image
CELL = SIDE * LARGE + GAP  # from one image of a sheet to the next
LABEL, BAR = 92 * PIXELS, 96 * PIXELS  # widths left of a sheet's images


def traversal_sheet(decoded, rates, places, chosen=None):
    """A row for each latent: its number, its KL as a bar, and images decoded as it goes; a Pillow image.

    decoded (L, S, 784), rates (L,) in nats, places (S,) of the latent; `chosen` is marked. Faint lines cross in the
    middle of each image, so that what moves is seen to move.
    """
    head, left = 26 * PIXELS, LABEL + BAR + 18 * PIXELS
    sheet = Image.new("RGB", (left + len(places) * CELL, head + len(rates) * CELL), "white")
    draw, font = ImageDraw.Draw(sheet), plots.font(22)
    draw.text((LABEL, 4 * PIXELS), "KL, nats", fill=MUTED, font=font)
    top = plots.round_top(np.max(rates), least=0.5)
    for column, place in enumerate(places):
        text = f"{place:+.1f}".replace("-", "−") if abs(place) > 1e-9 else "0"
        draw.text((left + (column + 0.5) * CELL, 4 * PIXELS), text, fill=MUTED, font=font, anchor="mt")
    for row, (images, rate) in enumerate(zip(decoded, rates, strict=True)):
        y = head + (row + 0.5) * CELL
        end = LABEL + (BAR - 46 * PIXELS) * rate / top
        draw.text((4 * PIXELS, y), f"latent {row}", fill=INK, font=font, anchor="lm")
        draw.rectangle([LABEL, y - 9 * PIXELS, end, y + 9 * PIXELS], fill=COLORS["rate"])
        draw.text((end + 5 * PIXELS, y), f"{rate:.2f}", fill=INK, font=font, anchor="lm")
        for column, image in enumerate(images):
            sheet.paste(crossed(image), (left + column * CELL, head + row * CELL))
        if row == chosen:
            box = [left - GAP, head + row * CELL - GAP, sheet.width - 1, head + (row + 1) * CELL - GAP]
            draw.rectangle(box, outline=COLORS["yours"], width=2 * PIXELS)
    return sheet


def crossed(image):
    """One image, enlarged, under faint lines that cross in its middle; a gray Pillow image."""
    ink = np.clip(image.reshape(SIDE, SIDE), 0, 1).repeat(LARGE, axis=0).repeat(LARGE, axis=1)
    paper = np.full_like(ink, 1.0)
    middle = slice(SIDE * LARGE // 2 - 1, SIDE * LARGE // 2 + 1)
    paper[middle] = paper[:, middle] = 0.82
    return Image.fromarray((255 * paper * (1 - ink) + 0.5).astype(np.uint8))


def told_table(information, factors, title):
    """What each latent tells about each factor, (F, L) in nats, darker for more; a Picture."""
    figure, axes = plots.new_figure(90 + 64 * information.shape[1], 76 + 26 * len(factors))
    width, height = figure.get_size_inches() * 100
    axes.set_position([70 / width, 8 / height, 1 - 80 / width, 1 - 64 / height])
    axes.imshow(information, cmap=TOLD, vmin=0, vmax=1.4 * max(np.max(information), 0.1), aspect="auto")
    for (row, column), nats in np.ndenumerate(information):
        axes.text(column, row, f"{nats:.2f}", ha="center", va="center", fontsize=8, color=INK)
    axes.set_xticks(range(information.shape[1]), [f"latent {j}" for j in range(information.shape[1])])
    axes.set_yticks(range(len(factors)), factors)
    axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    axes.spines[:].set_visible(False)
    axes.set_title(title, loc="left", x=-62 / (width - 80), fontsize=8.5, color=INK, pad=10)
    alt = f"What each of {information.shape[1]} latents tells about {', '.join(factors)}, in nats"
    return plots.still(plots.drawn(figure), alt)


def ladder(images, names, costs):
    """Images from the cheapest up, each with its name and what it costs: (n, 784), n words, (n,) nats; a Picture."""
    order = np.argsort(costs, kind="stable")
    panels = [rung(images[i], names[i], f"{costs[i]:,.0f} nats") for i in order]
    alt = f"{len(images)} images in the order of their cost, from the cheapest: {', '.join(names[i] for i in order)}"
    return plots.still(plots.beside(panels, gap=24), alt)


def rung(image, name, cost):
    """An image over two lines of words; a Pillow image."""
    digit = plots.large_digit(image, 3)
    sheet = Image.new("L", (max(digit.width, 104 * PIXELS), digit.height + 46 * PIXELS), "white")
    sheet.paste(digit, ((sheet.width - digit.width) // 2, 0))
    draw, middle = ImageDraw.Draw(sheet), sheet.width // 2
    draw.text((middle, digit.height + 6 * PIXELS), name, fill=INK, font=plots.font(21), anchor="mt")
    draw.text((middle, digit.height + 24 * PIXELS), cost, fill=MUTED, font=plots.font(21), anchor="mt")
    return sheet


def steps_to_the_truth(steps, bounds, lines):
    """Minus a bound, in nats, over the number of steps, on a scale of factors, with named lines {name: nats}."""
    figure, axes = plots.new_figure(560, 270)
    left, bottom, _, tall = axes.get_position().bounds
    axes.set_position([left, bottom, 1 - left - 160 / 560, tall])
    axes.set(xscale="log", xlim=(steps[0], steps[-1]), ylim=(0, 1.15 * max(*bounds, *lines.values())))
    axes.plot(steps, bounds, color=COLORS["bound"], linewidth=1.8, marker="o", markersize=4, clip_on=False)
    axes.set_xticks(steps, [f"{step}" for step in steps])
    axes.minorticks_off()
    axes.set_xlabel("T, steps of noise", fontsize=8, color=INK)
    for name, nats in lines.items():
        axes.axhline(nats, color=FAINT, linewidth=0.9, dashes=(4, 3), zorder=0)
        plots.annotate(axes, f"{name} {nats:.3f}", (steps[-1], nats), (6, 0), fontsize=7.5, color=MUTED)
    plots.title(axes, "minus the bound, nats")
    return plots.still(plots.drawn(figure), "Minus the bound falls towards the entropy as the steps grow in number")
