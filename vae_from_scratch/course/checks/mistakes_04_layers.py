"""Lesson 4: wrong ways to write the stack of layers and the autoencoder's loss, and what to say to each."""

import numpy as np

from vae_from_scratch import autoencoder, ops
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.layers import dense, mlp

# ---- the stack -----------------------------------------------------------------------------------


def _straight(params, x, activation=ops.relu):
    for layer in params:
        x = dense(layer, x)
    return x


def _last_one_straight(params, x, activation=ops.relu):
    return dense(params[-1], mlp(params[:-1], x, activation)) if params else x


def _bent_once(params, x, activation=ops.relu):
    return activation(_straight(params, x))


def _relu_wired_in(params, x, activation=ops.relu):
    return mlp(params, x)


def _all_from_the_input(params, x, activation=ops.relu):
    return mlp(params[-1:], x, activation)


def _every_layer_on_the_input(params, x, activation=ops.relu):
    for layer in params:
        h = activation(dense(layer, x))
    return h if params else x


def _first_layer_only(params, x, activation=ops.relu):
    return mlp(params[:1], x, activation)


def _bent_before(params, x, activation=ops.relu):
    for layer in params:
        x = dense(layer, activation(x))
    return x


def _without_bias(params, x, activation=ops.relu):
    for W, _ in params:
        x = activation(x @ W)
    return x


def _bias_after_the_bend(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(x @ W) + b
    return x


def _bias_subtracted(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(x @ W - b)
    return x


def _transposed(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(x @ W.T + b)
    return x


def _backwards(params, x, activation=ops.relu):
    return mlp(params[::-1], x, activation)


def _result_dropped(params, x, activation=ops.relu):
    for layer in params:
        activation(dense(layer, x))
    return x


def _weights_in_front(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(W @ x + b)
    return x


def _bent_twice(params, x, activation=ops.relu):
    for layer in params:
        x = activation(activation(dense(layer, x)))
    return x


MLP = (
    Mistake(
        "mlp-activation-forgotten",
        _straight,
        "The layers follow one another rightly, but nothing bends between them: two straight maps in a row are one"
        " straight map, and no number of them does more than PCA. Where does `activation` come in?",
    ),
    Mistake(
        "mlp-last-activation-missing",
        _last_one_straight,
        "All is right up to the last layer, which stays straight. In a whole network that is often wanted, and then"
        " `dense` is called for it; `mlp` itself treats every layer alike.",
    ),
    Mistake(
        "mlp-bent-once",
        _bent_once,
        "The activation comes once, at the very end. Between the layers nothing bends, so they are one straight map."
        " Does its line stand inside the loop?",
    ),
    Mistake(
        "mlp-relu-wired-in",
        _relu_wired_in,
        "With a relu it is right. But the bend is an argument, and yours does not use it: given tanh, it still takes"
        " relu.",
        also=(lambda params, x, activation=None: mlp(params, x, ops.relu),),
    ),
    Mistake(
        "mlp-every-layer-on-the-input",
        _every_layer_on_the_input,
        "Every layer is handed the input `x`, so only the last layer counts. Each should get what the layer before it"
        " gave: one name, written anew in each round.",
        also=(_all_from_the_input,),
    ),
    Mistake(
        "mlp-result-dropped",
        _result_dropped,
        "Each layer is computed, and its result is thrown away: nothing is assigned, so the next round begins with the"
        " same `x`. Let `x` be what came out.",
    ),
    Mistake(
        "mlp-weights-in-front",
        _weights_in_front,
        "W stands in front, as books write it for a column. Here every example is a row, so x comes first: (N, inputs)"
        " @ (inputs, outputs).",
    ),
    Mistake(
        "mlp-first-layer-only",
        _first_layer_only,
        "Only the first layer counts. Is the `return` inside the loop? One step too far to the right, and it leaves"
        " after the first round.",
    ),
    Mistake(
        "mlp-bent-before",
        _bent_before,
        "Layer and bend are there, in the wrong order: the activation is applied to what goes *into* each layer. The"
        " input would lose its negative numbers, and the last layer would stay straight.",
    ),
    Mistake(
        "mlp-without-bias",
        _without_bias,
        "The weights are in their places, but the biases are not used. Without them a hidden unit can bend only at 0.",
    ),
    Mistake(
        "mlp-bias-after-the-bend",
        _bias_after_the_bend,
        "The bias is added after the activation. It belongs inside, with x W: there it says where the unit bends.",
    ),
    Mistake(
        "mlp-bias-subtracted",
        _bias_subtracted,
        "The weights are right, but the bias has the wrong sign: a layer is x W *plus* b.",
    ),
    Mistake(
        "mlp-transposed",
        _transposed,
        "W is transposed. Here W has shape (inputs, outputs) and images are rows, so it is `x @ W`, as it stands.",
    ),
    Mistake(
        "mlp-backwards",
        _backwards,
        "The layers run from the last to the first. The list is in the order in which an image meets them.",
    ),
    Mistake(
        "mlp-bent-twice",
        _bent_twice,
        "The activation is applied twice to each layer. With a relu that cannot be seen, since a second one changes"
        " nothing; with tanh it can.",
    ),
)


# ---- the loss ------------------------------------------------------------------------------------


def _made(params, x):
    return autoencoder.decode(params, autoencoder.encode(params, x))


def _error(params, x):
    return _made(params, x) - x


def _squares(params, x):
    return np.sum(_error(params, x) ** 2, axis=-1)


LOSS = (
    Mistake(
        "ae-loss-encoder-skipped",
        lambda p, x: np.mean(np.sum((autoencoder.decode(p, x) - x) ** 2, axis=-1)),
        "The decoder is handed the image itself. It wants a code: first `encode(params, x)`, then `decode`.",
    ),
    Mistake(
        "ae-loss-of-the-code",
        lambda p, x: np.mean(np.sum((autoencoder.encode(p, x) - x) ** 2, axis=-1)),
        "The code is compared with the image. It has to be made an image again first: `decode(params, code)`.",
    ),
    Mistake(
        "ae-loss-pixel-mean",
        lambda p, x: np.mean(_error(p, x) ** 2),
        "The squares are averaged over the pixels, too. Here pixels are summed and only examples averaged: the unit is"
        " squared error per image. A mean over everything is 784 times smaller on real digits, and from lesson 8 on"
        " the other term of the loss would drown it.",
        also=(lambda p, x: np.mean(_error(p, x) ** 2, axis=-1),),
    ),
    Mistake(
        "ae-loss-sum-over-examples",
        lambda p, x: np.sum(_error(p, x) ** 2),
        "The squares of all examples are summed, so the loss grows with the batch, and with it the gradient. Over the"
        " examples a mean belongs.",
    ),
    Mistake(
        "ae-loss-sum-and-mean-exchanged",
        lambda p, x: np.sum(np.mean(_error(p, x) ** 2, axis=-1)),
        "Sum and mean are both there, on the wrong axes: yours adds up the examples and averages the pixels. The last"
        " axis are the pixels, and they are summed.",
        also=(lambda p, x: np.mean(np.sum(_error(p, x) ** 2, axis=0)),),
    ),
    Mistake(
        "ae-loss-per-example",
        _squares,
        "These are the right numbers, one for each example. What training lowers is one number: their mean.",
    ),
    Mistake(
        "ae-loss-not-squared",
        lambda p, x: np.mean(np.sum(_error(p, x), axis=-1)),
        "The errors are added without being squared: too dark here and too light there cancel.",
        also=(lambda p, x: -np.mean(np.sum(_error(p, x), axis=-1)),),
    ),
    Mistake(
        "ae-loss-absolute",
        lambda p, x: np.mean(np.sum(np.abs(_error(p, x)), axis=-1)),
        "That is the absolute error. It is a loss too, but another one: PCA, beside which this one will stand, is the"
        " best straight map for the *squared* error.",
    ),
    Mistake(
        "ae-loss-summed-before-the-square",
        lambda p, x: np.mean(np.sum(_error(p, x), axis=-1) ** 2),
        "Sum and square have changed places: errors of opposite sign cancel before they are squared. Square each"
        " pixel's error first.",
    ),
    Mistake(
        "ae-loss-root",
        lambda p, x: np.mean(np.sqrt(_squares(p, x))),
        "A root has been taken: that is the mean distance. The squared error stays squared.",
        also=(
            lambda p, x: np.sqrt(np.mean(_squares(p, x))),
            lambda p, x: np.sqrt(np.mean(_error(p, x) ** 2)),
            lambda p, x: np.sqrt(np.sum(_error(p, x) ** 2)),
        ),
    ),
    Mistake(
        "ae-loss-halved",
        lambda p, x: np.mean(_squares(p, x)) / 2,
        "All is right but a factor ½. Some books put it there to make the gradient tidier; here the loss is the squared"
        " error itself.",
    ),
    Mistake(
        "ae-loss-sign",
        lambda p, x: -np.mean(_squares(p, x)),
        "The sign is turned: training lowers the loss, and would make this error as large as it can.",
    ),
    Mistake(
        "ae-loss-through-a-sigmoid",
        lambda p, x: np.mean(np.sum((ops.sigmoid(_made(p, x)) - x) ** 2, axis=-1)),
        "The output has been sent through a sigmoid. Here `decode` gives the image as it is, so that an autoencoder"
        " without bends can be PCA.",
    ),
    Mistake(
        "ae-loss-clipped",
        lambda p, x: np.mean(np.sum((np.clip(_made(p, x), 0, 1) - x) ** 2, axis=-1)),
        "The output has been clipped to [0, 1]. What is clipped has slope 0: such a pixel would never learn.",
    ),
    Mistake(
        "ae-loss-squares-compared",
        lambda p, x: np.mean(np.sum(_made(p, x) ** 2 - x**2, axis=-1)),
        "That is the difference of the squares. It should be the square of the difference, pixel by pixel.",
        also=(lambda p, x: np.mean(np.sum(x**2 - _made(p, x) ** 2, axis=-1)),),
    ),
)  # fmt: skip
