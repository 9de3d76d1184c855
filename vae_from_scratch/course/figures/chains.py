"""Lesson 15's figure of five models as chains from the image to the last latent: one bound, different arrows.

Upper arrows are q, from the image on; lower arrows are p, back to it. Learned arrows are colored, fixed ones gray.
"""

from typing import NamedTuple

from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED, PIXELS

WIDTH, ROW, STEP, RADIUS = 760, 74, 84, 17  # shown pixels
LEFT = 190  # of the first node


class Chain(NamedTuple):
    """A model: its name, its nodes from x on, whether q and p are learned, and what is special, in few words."""

    name: str
    nodes: tuple
    q_learned: bool
    p_learned: bool
    note: str


CHAINS = (
    Chain("VAE", ("x", "z"), True, True, "one step, q learned"),
    Chain("flow", ("x", "z"), True, True, "p is q run backward: no gap"),
    Chain("VQ-VAE", ("x", "k"), True, True, "k: one of K codes; rate ln K"),
    Chain("hierarchy", ("x", "z₁", "z₂"), True, True, "each step learned"),
    Chain("diffusion", ("x", "z₁", "z₂", "…", "z_T"), False, True, "q only adds noise"),
)


def family():
    """The five chains, one under another, as a Picture."""
    sheet = Image.new("RGB", (WIDTH * PIXELS, (ROW * len(CHAINS) + 24) * PIXELS), "white")
    draw = ImageDraw.Draw(sheet)
    legend = (("q, learned", COLORS["rate"]), ("q, fixed", MUTED), ("p, learned", COLORS["distortion"]))
    for i, (text, color) in enumerate(legend):
        write(draw, LEFT + 110 * i, 10, text, color)
    for row, chain in enumerate(CHAINS):
        draw_chain(draw, chain, 24 + ROW * row + ROW // 2)
    names = ", ".join(chain.name for chain in CHAINS)
    return plots.still(sheet, f"Five models as chains of latents, with arrows for q and for p: {names}")


def draw_chain(draw, chain, y):
    """One model's row, its middle at y."""
    write(draw, 8, y, chain.name, INK, 25)
    for i, node in enumerate(chain.nodes):
        x = LEFT + STEP * i
        if node != "…":
            box = [(x - RADIUS) * PIXELS, (y - RADIUS) * PIXELS, (x + RADIUS) * PIXELS, (y + RADIUS) * PIXELS]
            draw.ellipse(box, outline=INK, width=PIXELS)
        write(draw, x, y, node, INK, 24, "mm")
        if i:
            start, end = x - STEP + RADIUS + 4, x - RADIUS - 4
            arrow(draw, start, end, y - 8, COLORS["rate"] if chain.q_learned else MUTED)
            arrow(draw, end, start, y + 8, COLORS["distortion"])
    write(draw, LEFT + STEP * (len(chain.nodes) - 1) + 36, y, chain.note, MUTED)


def write(draw, x, y, text, color, size=21, anchor="lm"):
    """Text at a shown place."""
    draw.text((x * PIXELS, y * PIXELS), text, fill=color, font=plots.font(size), anchor=anchor)


def arrow(draw, start, end, y, color):
    """A level arrow between two shown places."""
    back = 7 if start < end else -7
    draw.line([start * PIXELS, y * PIXELS, end * PIXELS, y * PIXELS], fill=color, width=2 * PIXELS)
    head = [(end, y), (end - back, y - 4), (end - back, y + 4)]
    draw.polygon([(px * PIXELS, py * PIXELS) for px, py in head], fill=color)
