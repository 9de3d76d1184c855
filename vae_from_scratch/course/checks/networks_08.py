"""Lesson 8: the encoder and the decoder. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.course.checks import Case, Claim, Task, gives, near, wrong_number
from vae_from_scratch.course.checks.fixture_08 import (
    AXES,
    DRAWS,
    EPSILON,
    PARAMS,
    ZEROS,
    X,
    generic,
    lesson_batch,
    lesson_params,
    with_head,
)
from vae_from_scratch.course.checks.mistakes_08_networks import DECODE, ENCODE

_DEEP, _SHALLOW, _STRAIGHT, _SQUARE = (generic(hidden) for hidden in ((13, 13, 13), (13,), (), (7, 7)))
_SQUARE_BACK = generic((3, 3))

_ANY_NUMBER = "The hidden layers are a list: the lesson uses one, two and none."

# ---- claims --------------------------------------------------------------------------------------


def _heads_at_zero(f):
    params = with_head(with_head(ZEROS, "encoder", "mean", b=2.0), "encoder", "log_var", b=-1.0)
    return _both(f(params, X), np.full((5, 3), 2.0), np.full((5, 3), -1.0)) or True


def _one_unit(f):
    ones = {"hidden": [(np.array([[3.0]]), np.array([-1.0]))], "mean": _unit(1.0), "log_var": _unit(-1.0)}
    for pixel, *want in ((1.0, [[2.0]], [[-2.0]]), (0.0, [[0.0]], [[0.0]])):
        if said := _both(f({"encoder": ones}, np.array([[pixel]])), *want):
            return f"For the pixel {pixel:.0f}: {said}"
    return True


def _both(got, *wanted):
    """What is off in the first of mean and log_var that is off; nothing if neither is."""
    named = zip(("mean", "log_var"), got, wanted, strict=True)
    return next((f"Your {name} is {wrong_number(a, b)}." for name, a, b in named if not near(a, b)), "")


def _unit(weight):
    return np.array([[weight]]), np.array([0.0])


def _each_by_itself(f):
    whole, alone = f(PARAMS, X), [f(PARAMS, X[i : i + 1]) for i in range(5)]
    return (
        all(near(part, np.concatenate([one[k] for one in alone])) for k, part in enumerate(whole))
        or "Yours gives an image other latents when it comes in other company."
    )


def _no_end(f):
    params = with_head(with_head(ZEROS, "encoder", "mean", b=100.0), "encoder", "log_var", b=[100.0, -100.0, 100.0])
    return _both(f(params, X), np.full((5, 3), 100.0), np.tile([100.0, -100.0, 100.0], (5, 1))) or True


def _logits_at_zero(f):
    return gives(f(with_head(ZEROS, "decoder", "logits", b=-3.0), EPSILON), np.full((5, 7), -3.0))


def _one_latent(f):
    ones = {"hidden": [(np.array([[3.0]]), np.array([-1.0]))], "logits": (np.array([[-5.0]]), np.array([1.0]))}
    got, dark = f({"decoder": ones}, np.array([[1.0]])), f({"decoder": ones}, np.array([[-1.0]]))
    if not near(got, [[-9.0]]):
        return f"For z = 1 yours gives {wrong_number(got, [[-9.0]])}."
    return near(dark, [[1.0]]) or f"For z = -1 yours gives {wrong_number(dark, [[1.0]])}."


def _far(f):
    params = with_head(PARAMS, "decoder", "logits", W=0.0, b=1000.0)
    return near(f(params, EPSILON), np.full((5, 7), 1000.0)) or "There yours is something else."


TASKS = (
    Task(
        reference=vae.encode,
        lesson=8,
        fixture=(PARAMS, X),
        axes=AXES,
        parts=("mean", "log_var"),
        by_hand=(
            Claim(
                "With weights 0 and the heads' biases 2 and -1, mean is 2 and log_var is -1, whatever the image.",
                _heads_at_zero,
                "Which head gives the mean, which log_var? And is anything done to a head's output?",
            ),
            Claim(
                "One pixel, one unit relu(3x - 1), heads 1 and -1: the pixel 1 gives mean 2 and log_var -2, the pixel 0"
                " gives 0.",
                _one_unit,
                "Follow one number: 3 · 1 - 1 = 2, its relu, then times 1 and times -1. For the pixel 0 the relu"
                " matters.",
            ),
        ),
        properties=(
            Claim("Every image is encoded by itself.", _each_by_itself, "Is there a sum or a mean over the batch?"),
        ),
        extremes=(
            Claim(
                "Neither head has an end: with biases of ±100, mean and log_var are ±100.",
                _no_end,
                "A clip keeps `exp(log_var)` from overflowing, and has no slope beyond its ends: a latent that is out"
                " there stays there. In this course a loss that is not finite stops the training instead.",
                needed=False,
            ),
        ),
        also=(
            Case("with three hidden layers", (_DEEP, X), hint=_ANY_NUMBER),
            Case("with one hidden layer", (_SHALLOW, X), hint=_ANY_NUMBER),
            Case("without hidden layers, an empty list", (_STRAIGHT, X), hint=_ANY_NUMBER),
            Case("with as many hidden units as pixels", (_SQUARE, X)),
            Case("with one image alone", (PARAMS, X[:1])),
        ),
        differentiate=(0,),
        lesson_size=lambda: (lesson_params(), lesson_batch()[0]),
        hints=(
            'Print `params["encoder"].keys()`. One of the three is a list of layers, the other two are a single layer'
            " each. In which order does an image go through them, and where does the way part?",
            "h goes through the hidden layers, each followed by a relu; `mlp` does that. Then two heads look at the"
            " same h: (N, D) → (N, H) → (N, L) twice. A head is a `dense`, with nothing after it.",
            'A skeleton:\n\n    h = layers.mlp(params["encoder"]["hidden"], …)\n'
            '    return layers.dense(params["encoder"]["mean"], …), layers.dense(…, h)',
        ),
        why="The hidden layers find out what is in the image, once; the two heads read it off, one where the latents"
        " are, one how uncertain they are. A log of a variance may be any number, so neither head needs an activation.",
        mistakes=ENCODE,
    ),
    Task(
        reference=vae.decode,
        lesson=8,
        fixture=(PARAMS, EPSILON),
        axes=AXES,
        by_hand=(
            Claim(
                "With weights 0 and the last bias -3 every logit is -3, whatever z is.",
                _logits_at_zero,
                "Is anything done to the last layer's output? A logit is not yet a probability, and needs no sigmoid.",
            ),
            Claim(
                "One latent, one unit relu(3z - 1), a last layer -5h + 1: z = 1 gives the logit -9, z = -1 gives 1.",
                _one_latent,
                "Follow one number: 3 · 1 - 1 = 2, its relu, then -5 · 2 + 1. For z = -1 the relu gives 0.",
            ),
        ),
        extremes=(
            Claim("A last bias of 1000 is a logit of 1000.", _far, "Is there a sigmoid, a tanh or a clip at the end?"),
        ),
        also=(
            Case("with 11 draws for each example: z (11, 5, 3)", (PARAMS, DRAWS)),
            Case("with three hidden layers", (_DEEP, EPSILON), hint=_ANY_NUMBER),
            Case("with one hidden layer", (_SHALLOW, EPSILON), hint=_ANY_NUMBER),
            Case("without hidden layers, an empty list", (_STRAIGHT, EPSILON), hint=_ANY_NUMBER),
            Case("with as many hidden units as latents", (_SQUARE_BACK, EPSILON)),
        ),
        differentiate=(0, 1),
        lesson_size=lambda: (lesson_params(), lesson_batch()[1]),
        hints=(
            "It is the encoder's mirror image, with one head in place of two. What does"
            ' `params["decoder"]` hold, and what does `bernoulli_log_prob` want: probabilities or logits?',
            "z goes through the hidden layers, each followed by a relu, then through one `dense` to the pixels:"
            " (…, L) → (…, H) → (…, D). No sigmoid: the log-probability is written for logits.",
            'A skeleton:\n\n    h = layers.mlp(params["decoder"]["hidden"], …)\n    return layers.dense(…, h)',
        ),
        why="The last layer is affine, so a logit may be any number, as the log-odds of a pixel should. The sigmoid is"
        " inside the log-probability, in the one form that never overflows; taken here as well it would be taken"
        " twice.",
        mistakes=DECODE,
    ),
)
