"""Lesson 1: the black-and-white draw and the mean image. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import data, distributions
from vae_from_scratch.course.checks import Case, Claim, Task, each_shown, furthest, near, wrong_number
from vae_from_scratch.course.checks import mistakes_01_images as known
from vae_from_scratch.course.checks.mistakes_01_images import GRAY, LIT, UNIFORMS

_rng = np.random.default_rng(107)
_PAPER_AND_INK = np.repeat([[0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0]], 5, axis=0)
_EDGE = (np.array([[0.0, 0.25, 0.5]]), np.array([[0.0, 0.25, 0.5]]))


# ---- claims about the draw ----------------------------------------------------------------------


def _two_coins(f):
    got, want = f(np.array([[0.3, 0.3]]), np.array([[0.1, 0.5]])), [[1.0, 0.0]]
    lit = [{1.0: "lit", 0.0: "dark"}.get(float(pixel), "neither") for pixel in np.ravel(got)]
    said = [f"{pixel} ({so})" for pixel, so in zip(each_shown(got, want), lit, strict=True)]
    return near(got, want) or f"Yours gives {' and '.join(said)}."


def _zero_or_one(f):
    got = f(GRAY, UNIFORMS)
    return bool(np.all((got == 0) | (got == 1))) or f"Yours has a pixel of {got[(got != 0) & (got != 1)][0]:.3g}."


def _keeps_the_gray(f):
    uniforms = np.repeat((np.arange(200)[:, None] + 0.5) / 200, 3, axis=1)
    mean = f(np.tile([0.2, 0.5, 0.9], (200, 1)), uniforms).mean(axis=0, dtype=float)
    if near(mean, [0.2, 0.5, 0.9]):
        return True
    (i,) = furthest(mean, [0.2, 0.5, 0.9])
    return f"With yours a gray of {[0.2, 0.5, 0.9][i]} becomes {mean[i]:.3g} on average."


def _certain(f):
    return near(f(_PAPER_AND_INK, UNIFORMS), _PAPER_AND_INK) or "With yours, some paper is inked or some ink is lost."


BINARIZE = Task(
    reference=data.binarize,
    lesson=1,
    fixture=(GRAY, UNIFORMS),
    axes={5: "images", 7: "pixels"},
    by_hand=(
        Claim(
            "A pixel of 0.3 is lit by the uniform 0.1, and stays dark at 0.5.",
            _two_coins,
            "Which of the two uniforms lies below 0.3? That happens three times in ten.",
        ),
    ),
    properties=(
        Claim("Every pixel is 0 or 1.", _zero_or_one, "A comparison is either true or false: make it a float."),
        Claim(
            "On average over evenly spread uniforms, a pixel is its gray.",
            _keeps_the_gray,
            "What share of all uniforms must light a pixel of 0.9?",
        ),
        Claim("Paper stays paper, and ink stays ink.", _certain, "A uniform is never below 0, and always below 1."),
    ),
    also=(
        Case(
            "where a uniform equals the pixel",
            _EDGE,
            needed=False,
            hint="Uniforms come from [0, 1): 0 is possible, 1 is not. Only with `<` does paper, x = 0, never light up.",
        ),
        Case("with one image alone", (GRAY[:1], UNIFORMS[:1])),
        Case("with images of 28 by 28 pixels", (_rng.random((2, 28, 28)), _rng.random((2, 28, 28)))),
    ),
    lesson_size=lambda: (np.full((100, 784), 0.3), np.full((100, 784), 0.5)),
    hints=(
        "A uniform number lies anywhere in [0, 1) with equal chance. How often does it lie below 0.3?",
        "A comparison gives True or False for the whole array at once; `.astype(x.dtype)` makes that 1 or 0 in the type"
        " of the images.",
        "A skeleton:\n\n    return (… < …).astype(x.dtype)",
    ),
    why="A uniform number lies below x with probability exactly x. The uniforms are an argument, so that the draw can"
    " be repeated, and everybody can be given the same coins.",
    mistakes=known.BINARIZE,
)


# ---- claims about the mean image ----------------------------------------------------------------


def _one_of_three(f):
    got, want = f(np.array([[1.0], [0.0], [0.0]])), [np.log(1.5 / 2.5)]
    return near(got, want) or f"Yours gives {wrong_number(got, want)} for a pixel that one of three images lights."


def _never_lit(f):
    got, want = f(np.zeros((4, 1))), [np.log(0.5 / 4.5)]
    if not np.all(np.isfinite(got)):
        return "With yours it is infinite: one image that does light the pixel would cost infinitely much."
    return near(got, want) or f"Yours gives {wrong_number(got, want)} after four dark images."


def _turns_with_the_images(f):
    return near(f(1 - LIT), -f(LIT)) or "With yours lit and dark are not treated alike."


def _twice_as_sure(f):
    few, many = float(f(np.zeros((10, 1)))[0]), float(f(np.zeros((1000, 1)))[0])
    return many < few - 1 or "With yours a thousand dark images say hardly more than ten."


MEAN_IMAGE = Task(
    reference=distributions.mean_image_logits,
    lesson=1,
    fixture=(LIT,),
    axes={5: "images", 7: "pixels"},
    by_hand=(
        Claim(
            "A pixel that one of three images lights gets the logit log(1.5 / 2.5).",
            _one_of_three,
            "Lit: 1 and a half. Dark: 2 and a half. The logit is the logarithm of their ratio.",
        ),
        Claim(
            "A pixel that was never lit gets a finite logit.",
            _never_lit,
            "After four dark images: half an image lit, four and a half dark.",
        ),
    ),
    properties=(
        Claim(
            "Black and white exchanged, every logit changes its sign.",
            _turns_with_the_images,
            "Lit and dark both get half an image.",
        ),
        Claim(
            "After a thousand dark images it is surer than after ten.",
            _twice_as_sure,
            "Add to the count of images, not to their mean.",
        ),
    ),
    also=(
        Case(
            "with gray images",
            (GRAY,),
            needed=False,
            hint="Here x is 0 or 1, so that this does not matter; adding up the pixels as they are covers both.",
        ),
        Case("with one image alone", (LIT[:1],)),
        Case("with more images than pixels", ((_rng.random((53, 7)) < 0.4).astype(float),)),
    ),
    lesson_size=lambda: (np.full((100, 784), 0.3),),
    hints=(
        "How many images light the pixel, and how many leave it dark? What if half an image more did each?",
        "lit = (sum over the images) + ½, and of N + 1 images in all the rest are dark. The logit of lit / (N + 1) is"
        " log(lit) - log(dark).",
        "A skeleton:\n\n    lit = np.sum(x, axis=…) + 0.5\n    return np.log(lit) - np.log(… - lit)",
    ),
    why="Of N + 1 images lit are lit and N + 1 - lit are dark, both at least a half: so the logarithms are finite. The"
    " more images there are, the less the half matters.",
    mistakes=known.MEAN_IMAGE,
)
