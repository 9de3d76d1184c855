"""Lesson 8: wrong ways to write the encoder and the decoder, and what to say to each.

Both are a stack of hidden layers with heads on top. `encode_through(stack)` and `decode_through(stack)` are the right
networks but for the hidden layers, which `stack(layers, x)` computes.
"""

import numpy as np

from vae_from_scratch import ops, vae
from vae_from_scratch.course.checks import Mistake, near
from vae_from_scratch.course.checks.fixture_08 import EPSILON, PARAMS
from vae_from_scratch.layers import dense, mlp


def encode_through(stack):
    def encode(params, x):
        h = stack(params["encoder"]["hidden"], x)
        return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)

    return encode


def decode_through(stack):
    def decode(params, z):
        return dense(params["decoder"]["logits"], stack(params["decoder"]["hidden"], z))

    return decode


# ---- mistakes in the hidden layers ---------------------------------------------------------------


def _itself(h):
    return h


def _without_bias(params, x):
    return x @ params[0]


def _last_one_straight(layers, x):
    return dense(layers[-1], mlp(layers[:-1], x)) if layers else x


def _all_from_the_input(layers, x):
    return mlp(layers[-1:], x)


def _bias_left_out(layers, x):
    for layer in layers:
        x = ops.relu(_without_bias(layer, x))
    return x


def _in_the_hidden_layers(name, through, inputs):
    """The mistakes that encoder and decoder share. `through` is one of the two functions above."""
    return _bends(name, through) + _layers(name, through, inputs)


def _bends(name, through):
    """The activation: none, another one, not after the last layer."""
    return (
        Mistake(
            f"{name}-activation-forgotten",
            through(lambda layers, x: mlp(layers, x, _itself)),
            "The layers are there, but nothing bends between them: two straight maps in a row are one straight map,"
            " and the hidden layers buy nothing. After each hidden layer comes a relu.",
        ),
        Mistake(
            f"{name}-other-activation",
            through(lambda layers, x: mlp(layers, x, ops.tanh)),
            "It would train, but with another bend between the layers than the course uses everywhere: a relu.",
            also=tuple(
                through(lambda layers, x, bend=bend: mlp(layers, x, bend))
                for bend in (ops.sigmoid, ops.softplus, lambda h: np.maximum(0.01 * h, h))
            ),
        ),
        Mistake(
            f"{name}-last-activation-missing",
            through(_last_one_straight),
            "The relu stands between the hidden layers, but not after the last one: that layer and the one on top of it"
            " then make one straight map. Every hidden layer is followed by a relu.",
        ),
    )  # fmt: skip


def _layers(name, through, inputs):
    """The list of layers: some of them, parts of them, or not one after another."""
    return (
        Mistake(
            f"{name}-first-layer-only",
            through(lambda layers, x: mlp(layers[:1], x)),
            "Only the first hidden layer is used. The tree has a *list* of them, as long as the caller likes: `mlp`, or"
            " a loop, goes through all.",
        ),
        Mistake(
            f"{name}-layers-counted",
            through(lambda layers, x: mlp(layers[:2], x)),
            "For two hidden layers it is right. But how many there are is the caller's choice: the lesson uses one, two"
            " and none. Go through the list, however long it is.",
        ),
        Mistake(
            f"{name}-bias-forgotten",
            through(_bias_left_out),
            "The hidden layers multiply by W, but b is not added. A fresh network has b = 0, where this cannot be seen;"
            " a trained one has not.",
        ),
        Mistake(
            f"{name}-hidden-skipped",
            through(lambda layers, x: x),
            f"The hidden layers have been left out: what is on top is applied to {inputs} itself."
            f' Where does `params["{name}r"]["hidden"]` come in?',
        ),
        Mistake(
            f"{name}-loop-starts-over",
            through(_all_from_the_input),
            f"Every round of the loop feeds {inputs} to its layer again, so that only the last layer counts, and only"
            " if the widths happen to fit. Each layer takes what the one before has made: one name,"
            " written anew in each round.",
        ),
    )  # fmt: skip


# ---- the encoder ---------------------------------------------------------------------------------


def _heads(change):
    """The encoder with its two results changed: change(mean, log_var)."""
    return lambda params, x: change(*vae.encode(params, x))


def _heads_without_bias(params, x):
    h = mlp(params["encoder"]["hidden"], x)
    return _without_bias(params["encoder"]["mean"], h), _without_bias(params["encoder"]["log_var"], h)


ENCODE = (
    Mistake(
        "encode-heads-swapped",
        _heads(lambda m, v: (v, m)),
        "Both heads are right and have changed places: the mean comes first, then log_var. Whoever calls it would take"
        " one for the other, and train on.",
    ),
    Mistake(
        "encode-mean-head-twice",
        _heads(lambda m, v: (m, m)),
        'The mean is right, but log_var comes from the same head. Its own is `params["encoder"]["log_var"]`: otherwise'
        " an image whose mean is large would also be an uncertain one.",
    ),
    Mistake(
        "encode-log-var-head-twice",
        _heads(lambda m, v: (v, v)),
        'The second result is right, but the mean comes from the same head. Its own is `params["encoder"]["mean"]`.',
    ),
    Mistake(
        "encode-activation-on-heads",
        _heads(lambda m, v: (ops.relu(m), ops.relu(v))),
        "The heads have a relu: no mean, or no log_var, could ever be negative. A head is a plain `dense`; a mean"
        " lies on either side of 0, and so does the log of a variance.",
        also=(_heads(lambda m, v: (ops.relu(m), v)), _heads(lambda m, v: (m, ops.relu(v)))),
    ),
    Mistake(
        "encode-mean-squashed",
        _heads(lambda m, v: (ops.tanh(m), v)),
        "The second result is right, but the mean is squashed into an interval, and the prior N(0, I) reaches further"
        " than that. A head is a plain `dense`.",
        also=(_heads(lambda m, v: (ops.sigmoid(m), v)), _heads(lambda m, v: (ops.tanh(m), ops.tanh(v)))),
    ),
    Mistake(
        "encode-variance-returned",
        _heads(lambda m, v: (m, np.exp(v))),
        "The mean is right, but the second result is the variance itself: the head's output *is* the log of the"
        " variance, and whoever needs the variance takes `exp` of it. Taken here too, it would be taken twice.",
    ),
    Mistake(
        "encode-std-returned",
        _heads(lambda m, v: (m, np.exp(v / 2))),
        "The mean is right, but the second result is the standard deviation. Wanted is the head's output as it is: the"
        " log of the variance.",
    ),
    Mistake(
        "encode-log-var-made-positive",
        _heads(lambda m, v: (m, ops.softplus(v))),
        "The mean is right, but log_var is made positive. A variance must be positive; its logarithm may be anything,"
        " and is negative wherever the encoder is more certain than the prior.",
        also=tuple(_heads(lambda m, v, up=up: (m, up(v))) for up in (np.abs, np.square, ops.sigmoid)),
    ),
    Mistake(
        "encode-log-var-halved",
        _heads(lambda m, v: (m, v / 2)),
        "The mean is right, but the second result is the log of the *standard deviation*, half of log_var. The half"
        " belongs into the draw: `exp(log_var / 2)`.",
        also=(_heads(lambda m, v: (m, 2 * v)),),
    ),
    Mistake(
        "encode-heads-without-bias",
        _heads_without_bias,
        "The heads multiply by W, but b is not added. A fresh network has b = 0, where this cannot be seen; a trained"
        " one has not.",
    ),
    *_in_the_hidden_layers("encode", encode_through, "the image"),
)  # fmt: skip

# ---- the decoder ---------------------------------------------------------------------------------


def _logits(change):
    """The decoder with its result changed."""
    return lambda params, z: change(vae.decode(params, z))


def _log_softmax(v):
    return v - np.log(np.sum(np.exp(v), axis=-1, keepdims=True))


def _draws_pixels(f):
    """Zeros and ones, and others each time."""
    once, again = (f(PARAMS, np.tile(EPSILON, (20, 1))) for _ in range(2))
    return bool(np.all((once == 0) | (once == 1))) and not near(once, again)


DECODE = (
    Mistake(
        "decode-sigmoid",
        _logits(ops.sigmoid),
        "The network is right, but a sigmoid has been taken: these are probabilities, and wanted are logits. The"
        " log-probability takes them as logits once more, so that a dark pixel never costs less than 0.69 nats: the"
        " sigmoid twice.",
        also=(_logits(lambda v: np.clip(ops.sigmoid(v), 1e-6, 1 - 1e-6)), _logits(lambda v: ops.sigmoid(2 * v))),
    ),
    Mistake(
        "decode-sigmoid-twice",
        _logits(lambda v: ops.sigmoid(ops.sigmoid(v))),
        "Two sigmoids, where none belongs: probabilities of probabilities lie between 0.5 and 0.73. Wanted are the"
        " logits, as the last layer gives them.",
    ),
    Mistake(
        "decode-relu-on-logits",
        _logits(ops.relu),
        "The last layer has a relu: no logit could be negative, no pixel less probable than ½. The logits are a plain"
        " `dense`.",
    ),
    Mistake(
        "decode-logits-squashed",
        _logits(ops.tanh),
        "The last layer has a tanh, so that every logit lies between -1 and 1, every probability between 0.27 and 0.73:"
        " a decoder that cannot be certain. The logits are a plain `dense`.",
    ),
    Mistake(
        "decode-log-probabilities",
        _logits(lambda v: -ops.softplus(-v)),
        "These are log-probabilities of a lit pixel, never above 0. A logit is log(p / (1 - p)) and may have any"
        " sign: it is what the last layer gives, as it is.",
    ),
    Mistake(
        "decode-softmax",
        _logits(lambda v: np.exp(_log_softmax(v))),
        "A softmax makes the pixels compete for one unit of probability, as if exactly one were lit. Every pixel has a"
        " coin of its own, and its logit is what the last layer gives.",
        also=(_logits(_log_softmax),),
    ),
    Mistake(
        "decode-thresholded",
        _logits(lambda v: np.where(v > 0, 1.0, 0.0) + 0 * v),
        "Zeros and ones have been made of the logits. That is an image, not a distribution over images, and it has no"
        " slope: nothing could be learned.",
        also=(_logits(lambda v: np.where(v > 0, 1.0, 0.0)), _logits(lambda v: np.round(ops.sigmoid(v)))),
    ),
    Mistake(
        "decode-draws-pixels",
        _logits(lambda v: (np.random.random(np.shape(v)) < ops.sigmoid(v)).astype(float)),  # noqa: NPY002
        "It draws an image. The decoder says how probable each pixel is; drawing comes later, and only when an image is"
        " wanted: a draw has no slope.",
        detect=_draws_pixels,
    ),
    Mistake(
        "decode-logits-without-bias",
        lambda params, z: _without_bias(params["decoder"]["logits"], mlp(params["decoder"]["hidden"], z)),
        "The last layer multiplies by W, but b is not added. That bias is where the mean image is kept: without it the"
        " network begins at 50 % gray, and pays for it.",
    ),
    *_in_the_hidden_layers("decode", decode_through, "the latent"),
)  # fmt: skip
