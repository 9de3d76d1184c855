"""Lesson 4: the stack of layers, and the autoencoder's loss. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import autoencoder, layers, ops
from vae_from_scratch.course.checks import Case, Claim, Task, each_shown, gives, near, shown
from vae_from_scratch.course.checks.mistakes_04_layers import LOSS, MLP
from vae_from_scratch.pytree import tree_map

_rng = np.random.default_rng(4)


def _generic(params):
    """The parameters in float64, biases off zero."""
    return tree_map(lambda p: p.astype(np.float64) + 0.3 * _rng.standard_normal(p.shape), params)


def _stack(*sizes):
    return _generic(layers.init_mlp(_rng, sizes))


def _network(hidden):
    return _generic(autoencoder.init(_rng, 7, hidden, 3))


X, CENTERED = _rng.random((5, 7)), _rng.standard_normal((5, 7))
PARAMS = _network((13,))
_ONE = np.ones((1, 1))


# ---- claims: the stack ---------------------------------------------------------------------------


def _by_hand(f):
    params = [(3 * _ONE, -_ONE[0]), (-2 * _ONE, 5 * _ONE[0])]
    got = f(params, np.array([[1.0], [0.0]]))
    lit, dark = each_shown(got, [[1.0], [5.0]])
    return near(got, [[1.0], [5.0]]) or f"Yours makes {lit} of 1 and {dark} of 0."


def _never_below_zero(f):
    lowest = float(np.min(f(_stack(7, 13, 3), CENTERED)))
    return lowest >= 0 or f"Yours gives {lowest:.4g} somewhere."


def _each_by_itself(f):
    whole = f(_SIZES, CENTERED)
    return all(near(f(_SIZES, CENTERED[i : i + 1]), whole[i : i + 1]) for i in range(5)) or (
        "Yours gives an example other numbers when it comes in other company."
    )


_SIZES = _stack(7, 13, 11, 3)


# ---- claims: the loss ----------------------------------------------------------------------------


def _zeros(f):
    return gives(f(tree_map(np.zeros_like, PARAMS), np.full((5, 7), 2.0)), 28.0)


def _perfect(f):
    same = {"encoder": [(np.eye(7), np.zeros(7))], "decoder": [(np.eye(7), np.zeros(7))]}
    got = f(same, CENTERED)
    return bool(abs(got) < 1e-6) or f"Yours gives {float(got):.4g}."


def _batch_does_not_matter(f):
    got, twice = f(PARAMS, X), f(PARAMS, np.concatenate([X, X]))
    return near(twice, got) or f"With yours it becomes {shown(twice / got, 1.0)} times as large."


def _lesson_params():
    return autoencoder.init(np.random.default_rng(0))


TASKS = (
    Task(
        reference=layers.mlp,
        lesson=4,
        fixture=(_SIZES, CENTERED),
        axes={
            5: "examples",
            7: "inputs",
            13: "units of the first layer",
            11: "units of the second layer",
            3: "outputs",
        },
        by_hand=(
            Claim(
                "One input, units relu(3x - 1) and then relu(-2h + 5): 1 becomes 1, and 0 becomes 5.",
                _by_hand,
                "Follow one number: 3 · 1 - 1 = 2, its relu is 2, then -2 · 2 + 5 = 1. For 0 the first relu gives 0.",
            ),
        ),
        properties=(
            Claim(
                "After a relu nothing is negative, the last layer included.",
                _never_below_zero,
                "Which layers are followed by the activation?",
            ),
            Claim("Every example goes through by itself.", _each_by_itself, "Is there a sum or a mean over the batch?"),
        ),
        also=(
            Case("with tanh for the activation", (_SIZES, CENTERED, ops.tanh), hint="The bend is an argument."),
            Case("with layers of equal size", (_stack(7, 7, 7, 7), CENTERED)),
            Case("with as many examples as inputs", (_stack(7, 7, 7), _rng.standard_normal((7, 7)))),
            Case("with one layer", (_stack(7, 3), CENTERED)),
            Case("without layers, an empty list", ([], CENTERED)),
            Case("with further axes in front: x (3, 5, 7)", (_SIZES, _rng.standard_normal((3, 5, 7)))),
            Case("with one example alone", (_SIZES, CENTERED[:1])),
        ),
        differentiate=(0, 1),
        lesson_size=lambda: (_lesson_params()["encoder"], np.ones((100, 784), np.float32)),
        hints=(
            "An image goes through the first layer and is bent, the result through the second and is bent, and so on."
            " What does each round need from the one before?",
            "`params` is a list of pairs (W, b); a layer is `x @ W + b`, which `layers.dense((W, b), x)` computes too."
            " Around it goes `activation(…)`. Let one name hold what the last round gave.",
            "A skeleton:\n\n    for layer in params:\n        x = activation(…)\n    return …",
        ),
        why="Each round replaces x by the bent image of x, so the loop can be as long as the list. Without layers x"
        " comes out as it went in, which is the right answer of an empty network.",
        mistakes=MLP,
    ),
    Task(
        reference=autoencoder.loss,
        lesson=4,
        fixture=(PARAMS, X),
        axes={5: "examples", 7: "pixels", 3: "numbers of the code", 13: "hidden units"},
        by_hand=(
            Claim(
                "With all parameters 0, seven pixels of 2 cost 7 · 2² = 28.",
                _zeros,
                "The decoder says 0 everywhere. What is one pixel's squared error, and how many pixels are there?",
            ),
        ),
        properties=(
            Claim("Whoever copies the image perfectly pays nothing.", _perfect, "The difference, then the square."),
            Claim(
                "Twice the same batch costs the same.",
                _batch_does_not_matter,
                "Pixels are summed, examples are averaged: where is your mean?",
            ),
        ),
        also=(
            Case("without hidden layers", (_network(()), X)),
            Case("with two hidden layers", (_network((13, 11)), X)),
            Case("with a code as wide as the image", (_generic(autoencoder.init(_rng, 7, (13,), 7)), X)),
            Case("with one image alone", (PARAMS, X[:1])),
        ),
        differentiate=(0,),
        lesson_size=lambda: (_lesson_params(), np.ones((100, 784), np.float32)),
        hints=(
            "An image becomes a code, and the code an image again. How far is that from the first, for one image, as"
            " one number? And for a batch?",
            "`encode(params, x)` is (N, C), `decode(params, code)` is (N, D) again. Square the difference, sum over"
            " the pixels, `axis=-1`, which leaves (N,), and take the mean.",
            "A skeleton:\n\n    error = decode(params, encode(params, x)) - …\n    return np.mean(np.sum(…, axis=-1))",
        ),
        why="Sum over pixels, mean over examples: the unit is squared error per image, the same for a batch of 50 as"
        " for one of 200, and the same that PCA leaves out.",
        mistakes=LOSS,
    ),
)
