"""Lesson 0: bytes to pixels in [0, 1]. Claims that are true of it, and hints."""

import numpy as np

from vae_from_scratch import data
from vae_from_scratch.course.checks import Case, Claim, Task, near, wrong_number
from vae_from_scratch.course.checks.mistakes_00 import MISTAKES, PIXELS

_EDGES = np.array([[0, 255, 0, 255, 255, 0, 0]] * 5, np.uint8)


# ---- claims -------------------------------------------------------------------------------------


def _becomes(byte, want):
    """The claim's test that a byte becomes this number."""

    def holds(f):
        got = f(np.array([[byte]], np.uint8))
        return near(got, [[want]]) or f"With yours it becomes {wrong_number(got, [[want]])}."

    return holds


def _alone(f):
    batch = f(PIXELS)
    return all(near(f(PIXELS[i : i + 1]), batch[i : i + 1]) for i in range(5)) or (
        "Yours gives an image other numbers when it comes without the others."
    )


def _proportional(f):
    some, twice = np.ravel(f(np.array([[20, 40]], np.uint8)))
    return near(twice, 2 * some) or f"With yours 20 becomes {some:.4g}, and 40 becomes {twice:.4g}."


def _float32(f):
    kind = f(PIXELS).dtype.name
    return kind == "float32" or f"Yours is {kind}."


TASKS = (
    Task(
        reference=data.to_unit_interval,
        lesson=0,
        fixture=(PIXELS,),
        axes={5: "images", 7: "pixels"},
        by_hand=(
            Claim("A byte of 255, full ink, becomes 1.", _becomes(255, 1.0), "By what must 255 be divided to give 1?"),
            Claim("A byte of 0, paper, becomes 0.", _becomes(0, 0.0), "Is something added, or taken off?"),
        ),
        properties=(
            Claim(
                "An image becomes the same whatever other images come with it.",
                _alone,
                "Is a maximum or a mean of the batch inside? The divisor is a number you know beforehand.",
            ),
            Claim(
                "Twice the ink becomes twice the number.",
                _proportional,
                "A division keeps proportions; what else does yours do?",
            ),
        ),
        extremes=(
            Claim(
                "The result is float32.",
                _float32,
                "It is right, but twice as large as it need be: the course computes in float32. Cast the bytes first,"
                " with `.astype(np.float32)`: a float32 array divided by 255 stays float32.",
                needed=False,
            ),
        ),
        also=(
            Case("with nothing but paper and full ink", (_EDGES,)),
            Case("with images of 28 by 28 pixels", (np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28),)),
        ),
        lesson_size=lambda: (np.full((100, 784), 128, np.uint8),),
        hints=(
            "What is the largest byte, and what should it become? What does that make of all the others?",
            "One division for the whole array. Bytes divided by a number come out as float64; cast to `np.float32`"
            " before, and float32 stays.",
            "A skeleton:\n\n    return pixels.astype(…) / …",
        ),
        why="255 is the largest byte, so dividing by it puts paper at 0 and full ink at 1, for every image alike. The"
        " cast comes first: float32 is half the memory of float64 and exact enough for all that follows.",
        mistakes=MISTAKES,
    ),
)
