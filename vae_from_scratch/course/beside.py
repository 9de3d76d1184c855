"""Target beside yours: what a wrong answer gives on arguments worth looking at, beside what ours gives there.

A picture is added to the card of an answer that runs and is wrong, if the difference can be seen. It comes with the
same fact in words.
"""

from functools import cache

import numpy as np

from vae_from_scratch.course import cards, svg
from vae_from_scratch.course.sketches import SKETCHES
from vae_from_scratch.course.trial import Stop, fixture_result
from vae_from_scratch.pytree import tree_leaves

EDGE = 0.02  # by which a shade may lie outside [0, 1] unnoticed


def target_beside_yours(trial) -> str:
    """The picture of an answer on trial, as HTML; "" where there is none, or nothing to see."""
    sketch = SKETCHES.get(trial.task.reference)
    if sketch is None or trial.guard.left <= 0:
        return ""
    want = target(trial.task)
    try:
        got = trial.f(*sketch.args())
    except Stop:
        return ""
    if [np.shape(part) for part in tree_leaves(got)] != [np.shape(part) for part in tree_leaves(want)]:
        return ""
    with np.errstate(all="ignore"):
        want, got = (np.asarray(sketch.see(result), float) for result in (want, got))
    off = ~(np.abs(got - want) <= sketch.least * (np.ptp(want) or 1.0))
    return picture(sketch, want, got, off) if np.any(off) else ""


@cache
def target(task):
    """What ours gives on a sketch's arguments."""
    fixture_result(task)  # as the judge, in its order
    return task.used(task.plain)(*SKETCHES[task.reference].args())


def picture(sketch, want, got, off):
    """HTML of both, with a caption; `off` marks where they differ."""
    unit = "bins" if sketch.bins is not None else "pixels" if sketch.places is None else "points"
    differ = "differs" if np.sum(off) == 1 else "differ"
    how = " by more than luck" if unit == "bins" else ""
    words = f"{np.sum(off)} of {off.size} {unit} {differ}{how}{not_drawn(want, got, unit)}"
    shown = images(sketch, want, got) if unit == "pixels" else lines(sketch, want, got, words)
    caption = f"Seen here: {sketch.what}. {words[0].upper()}{words[1:]}."
    return f'<div style="margin-top:8px">{shown}<div style="{cards.QUIET}">{caption}</div></div>'


def not_drawn(want, got, unit):
    """What is not to be seen of yours, in words that go on after others; "" if all of it is."""
    numbers = np.isfinite(got)
    if unit == "pixels":
        beyond = numbers & ((got < -EDGE) | (got > 1 + EDGE))
        outside = "beyond the lightest or the fullest shade, and drawn as that"
        return counted(beyond, f"of yours lies {outside}", f"of yours lie {outside}") + counted(
            ~numbers, "of yours, in orange, is no number", "of yours, in orange, are no numbers"
        )
    low, high = svg.frame(want, got)
    outside = numbers & ((got < low) | (got > high))
    lost = "; most of your draws lie left or right of it" if unit == "bins" and got.sum() < want.sum() / 2 else ""
    of = "of your bins" if unit == "bins" else "of yours"
    return (
        lost
        + counted(outside, f"{of} lies outside the picture", f"{of} lie outside the picture")
        + counted(~numbers, "of yours is no number", "of yours are no numbers")
    )


def counted(which, one, many):
    """How many those are, in words that go on after others; "" for none."""
    count = np.sum(which)
    return f"; {count} {one if count == 1 else many}" if count else ""


def images(sketch, want, got):
    """Two images side by side, each with its name below."""
    pair = "".join(
        f'<div>{svg.image(image, f"{name}: {sketch.what}")}<div style="{cards.QUIET}">{name}</div></div>'
        for name, image in (("target", want), ("yours", got))
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:0 16px">{pair}</div>'


def lines(sketch, want, got, words):
    """Two curves, or the outlines of two histograms, in one frame."""
    places = sketch.places
    if sketch.bins is not None:  # each bin's height over both its edges
        places, want, got = (np.repeat(sketch.bins, 2)[1:-1], np.repeat(want, 2), np.repeat(got, 2))
    return svg.curves(places, want, got, f"target and yours: {sketch.what}; {words}")
