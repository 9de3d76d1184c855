"""Lesson 15's figure of five models as chains from the image to the last latent: one bound, different arrows.

Upper arrows are q, from the image on; lower arrows are p, back to it. Learned arrows are colored, fixed ones gray.
"""

from typing import NamedTuple

from PIL import Image, ImageDraw

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import COLORS, INK, MUTED, PIXELS

WIDTH, ROW, STEP, RADIUS = 720, 62, 78, 16  # shown pixels
LEFT = 120  # of the first node


class Chain(NamedTuple):
    """A model: its name, its nodes from x on, whether q is learned, what is special in few words, and its bound."""

    name: str
    nodes: tuple
    learned: bool
    note: str
    bound: str


CHAINS = (
    Chain("VAE", ("x", "z"), True, "one step, q learned", "log p(x | z) + log [p(z) / q(z | x)]"),
    Chain("flow", ("x", "z"), True, "p is q run backward: no gap", "log p(z) + log |det ∂z/∂x|"),
    Chain("VQ", ("x", "k"), True, "q chooses one of K codes", "log p(x | k) − ln K"),
    Chain(
        "hierarchy", ("x", "z_1", "z_2"), True, "every step learned",
        "log p(x | z₁) + log [p(z₁ | z₂) / q(z₁ | x)] + log [p(z₂) / q(z₂ | z₁)]",
    ),
    Chain(
        "diffusion", ("x", "z_1", "z_2", "…", "z_T"), False, "many steps; q only adds noise",
        "the hierarchy's sum, T + 1 terms long",
    ),
)  # fmt: skip


def family():
    """The five chains, one under another, as a Picture."""
    sheet = Image.new("RGB", (WIDTH * PIXELS, (ROW * len(CHAINS) + 24) * PIXELS), "white")
    draw = ImageDraw.Draw(sheet)
    legend = (("q, learned", COLORS["rate"]), ("q, fixed", MUTED), ("p, learned", COLORS["distortion"]))
    for i, (text, color) in enumerate(legend):
        write(draw, LEFT - 16 + 110 * i, 10, text, color)
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
        letter, _, below = node.partition("_")
        write(draw, x - (3 if below else 0), y, letter, INK, 24, "mm")
        write(draw, x + 1, y + 4, below, INK, 17)
        if i:
            start, end = x - STEP + RADIUS + 4, x - RADIUS - 4
            arrow(draw, start, end, y - 7, COLORS["rate"] if chain.learned else MUTED)
            arrow(draw, end, start, y + 7, COLORS["distortion"])
    right = LEFT + STEP * (len(chain.nodes) - 1) + 34
    write(draw, right, y - 9, chain.note, MUTED)
    write(draw, right, y + 9, chain.bound, INK)


def write(draw, x, y, text, color, size=21, anchor="lm"):
    """Text at a shown place."""
    draw.text((x * PIXELS, y * PIXELS), text, fill=color, font=plots.font(size), anchor=anchor)


def arrow(draw, start, end, y, color):
    """A level arrow between two shown places."""
    back = 7 if start < end else -7
    draw.line([start * PIXELS, y * PIXELS, end * PIXELS, y * PIXELS], fill=color, width=2 * PIXELS)
    head = [(end, y), (end - back, y - 4), (end - back, y + 4)]
    draw.polygon([(px * PIXELS, py * PIXELS) for px, py in head], fill=color)
