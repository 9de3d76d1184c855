"""Lesson 4: wrong ways to cut a code to b bits, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake


def _place(code, low, high):
    """Where between low, 0, and high, 1."""
    return (code - low) / (high - low)


def _cell(code, low, high, cells):
    return np.clip(np.floor(_place(code, low, high) * cells), 0, cells - 1)


def _middle(cell, low, high, cells):
    return low + (cell + 0.5) / cells * (high - low)


def _with_cells(count):
    """The right answer with another number of cells."""

    def quantize(code, low, high, bits):
        cells = count(bits)
        return _middle(_cell(code, low, high, cells), low, high, cells)

    return quantize


def _at(shift, clipped=True):
    """The right cell, shown by its edge (0 the lower, 1 the upper) in place of its middle."""

    def quantize(code, low, high, bits):
        cell = np.floor(_place(code, low, high) * 2**bits)
        cell = np.clip(cell, 0, 2**bits - 1) if clipped else cell
        return low + (cell + shift) / 2**bits * (high - low)

    return quantize


def _ends(code, low, high, bits):
    last = max(2**bits - 1, 1)
    return low + np.clip(np.round(_place(code, low, high) * last), 0, last) / last * (high - low)


def _rounded(code, low, high, bits):
    return low + np.clip(np.round(_place(code, low, high) * 2**bits), 0, 2**bits) / 2**bits * (high - low)


def _top_cell_open(code, low, high, bits):
    cell = np.clip(np.floor(_place(code, low, high) * 2**bits), 0, 2**bits)
    return _middle(cell, low, high, 2**bits)


MISTAKES = (
    Mistake(
        "quantize-not-clipped",
        _at(0.5, clipped=False),
        "Inside the range it is right. But numbers below low or above high go to cells of their own, and then b bits no"
        " longer say which. Held-out codes do lie outside: clip the cell's number to 0 … `2**bits - 1`.",
    ),
    Mistake(
        "quantize-top-cell-open",
        _top_cell_open,
        "Nearly: there are `2**bits` cells, numbered from 0, so the last has the number `2**bits - 1`. Yours lets one"
        " more in.",
    ),
    Mistake(
        "quantize-lower-edge",
        _at(0),
        "The cells are right, but each is shown by its lower edge: everything is moved down, by half a cell on average,"
        " and the squared error is four times as large as it need be. Which point of a cell is nearest to all in it?",
        also=(_at(0, clipped=False),),
    ),
    Mistake(
        "quantize-upper-edge",
        _at(1),
        "The cells are right, but each is shown by its upper edge. Which point of a cell is nearest to all in it?",
        also=(lambda c, lo, hi, b: lo + np.clip(np.ceil(_place(c, lo, hi) * 2**b), 0, 2**b) / 2**b * (hi - lo),),
    ),
    Mistake(
        "quantize-ends-on-the-grid",
        _ends,
        "You have put `2**bits` levels from low to high with both ends among them. That is a grid too, but its outer"
        " cells stick out half beyond the range, and with 0 bits it cannot be drawn. Here the range is cut into"
        " `2**bits` equal cells, and each is shown by its middle.",
    ),
    Mistake(
        "quantize-rounded",
        _rounded,
        "Rounding to the edges of the cells leaves `2**bits + 1` different values, one more than b bits can name. Take"
        " the cell below (`np.floor`), then its middle.",
    ),
    Mistake(
        "quantize-two-times-bits",
        _with_cells(lambda bits: 2 * max(bits, 1)),
        "The grid is right for 2 · bits cells. b bits can name 2 · 2 · … · 2, b times: how many is that?",
    ),
    Mistake(
        "quantize-bits-squared",
        _with_cells(lambda bits: max(bits, 1) ** 2),
        "The grid has bits² cells: base and power have changed places. One bit more doubles the number of cells.",
    ),
    Mistake(
        "quantize-bits-as-cells",
        _with_cells(lambda bits: max(bits, 1)),
        "The grid has `bits` cells. But b bits can tell `2**bits` things apart.",
    ),
    Mistake(
        "quantize-one-cell-too-few",
        _with_cells(lambda bits: max(2**bits - 1, 1)),
        "The grid has one cell too few: b bits can name `2**bits` of them, number 0 included.",
    ),
    Mistake(
        "quantize-cell-numbers",
        lambda code, low, high, bits: _cell(code, low, high, 2**bits),
        "These are the numbers of the cells: what would be sent. Returned is what the receiver makes of them, the"
        " middle of each cell, in the code's own unit.",
        also=(lambda code, low, high, bits: _cell(code, low, high, 2**bits).astype(int),),
    ),
    Mistake(
        "quantize-places",
        lambda code, low, high, bits: (_cell(code, low, high, 2**bits) + 0.5) / 2**bits,
        "The middles are right on a scale from 0 to 1. Stretch them by high - low and begin at low: the decoder wants"
        " the code's own unit.",
    ),
    Mistake(
        "quantize-low-forgotten",
        lambda code, low, high, bits: (_cell(code, low, high, 2**bits) + 0.5) / 2**bits * (high - low),
        "The cells and their width are right, but they begin at 0 in place of low.",
    ),
    Mistake(
        "quantize-clipped-only",
        lambda code, low, high, bits: np.clip(code, low, high) + 0.0 * bits,
        "The range is respected, but inside it nothing is cut: every number still has all its digits.",
    ),
)  # fmt: skip
