"""Answers to lesson 4's exercises that students might hand in: right in many ways, and wrong with what must be said."""

import autograd.numpy as anp
import numpy as np

from vae_from_scratch import autoencoder, layers, ops
from vae_from_scratch.autoencoder import decode, encode
from vae_from_scratch.layers import dense

# ---- right: the stack ----------------------------------------------------------------------------


def mlp_by_hand(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(x @ W + b)
    return x


def mlp_from_inside(params, x, activation=ops.relu):
    if len(params) == 0:
        return x
    first, *rest = params
    return mlp_from_inside(rest, activation(layers.dense(first, x)), activation)


def mlp_by_index(params, x, activation=ops.relu):
    h = x
    for i in range(len(params)):
        h = activation(ops.dense(h, params[i][0], params[i][1]))
    return h


def mlp_einsum(params, x, bend=ops.relu):
    out = x
    for W, b in params:
        out = bend(anp.einsum("...i,io->...o", out, W) + b)
    return out


# ---- right: the loss -----------------------------------------------------------------------------


def loss_as_taught(params, x):
    return np.mean(np.sum((decode(params, encode(params, x)) - x) ** 2, axis=-1))


def loss_by_division(params, x):
    error = x - autoencoder.decode(params, autoencoder.encode(params, x))
    return anp.sum(error * error) / len(x)


def loss_einsum(params, x):
    error = decode(params, encode(params, x)) - x
    return anp.einsum("nd,nd->", error, error) / x.shape[0]


def loss_by_examples(params, x):
    total = 0.0
    for row in x:
        total = total + np.sum((decode(params, encode(params, row[None])) - row) ** 2)
    return total / len(x)


# ---- right: Adam ---------------------------------------------------------------------------------


def adam_as_published(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state
    t += 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + eps), (m, v, t)


def adam_by_differences(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m = state[0] + (1 - beta1) * (grad - state[0])
    v = state[1] + (1 - beta2) * (np.square(grad) - state[1])
    t = state[2] + 1
    root = (1 - beta2**t) ** 0.5
    return param - learning_rate * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), (m, v, t)


def adam_that_overwrites_its_moments(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, steps = state
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad * grad
    steps = steps + 1
    return param - learning_rate * (m / (1 - beta1**steps)) / (np.sqrt(v / (1 - beta2**steps)) + eps), [m, v, steps]


# ---- right: bits ---------------------------------------------------------------------------------


def quantize_by_width(code, low, high, bits):
    width = (high - low) / 2**bits
    cell = np.floor((code - low) / width)
    cell = np.minimum(np.maximum(cell, 0), 2**bits - 1)
    return low + width * (cell + 0.5)


def quantize_by_search(code, low, high, bits):
    low, high = low + 0 * code[0], high + 0 * code[0]
    out = np.empty_like(code)
    for j in range(code.shape[1]):
        middles = low[j] + (high[j] - low[j]) * (np.arange(2**bits) + 0.5) / 2**bits
        out[:, j] = middles[np.argmin(np.abs(code[:, j, None] - middles), axis=1)]
    return out


def quantize_clipped_first(code, low, high, bits):
    share = np.clip((code - low) / (high - low), 0, 1 - 1e-12)
    return low + (np.trunc(share * 2**bits) + 0.5) * (high - low) / 2**bits


RIGHT = {
    "mlp": (mlp_by_hand, mlp_from_inside, mlp_by_index, mlp_einsum),
    "autoencoder.loss": (loss_as_taught, loss_by_division, loss_einsum, loss_by_examples),
    "adam_step": (adam_as_published, adam_by_differences, adam_that_overwrites_its_moments),
    "quantize": (quantize_by_width, quantize_clipped_first, quantize_by_search),
}

# ---- wrong, as students write it, with the id that each must be recognized under -----------------


def mlp_return_too_far_right(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(x @ W + b)
        return x
    return x


def mlp_x_for_all(params, x, activation=ops.relu):
    h = x
    for layer in params:
        h = activation(dense(layer, x))
    return h


def mlp_relu_always(params, x, activation=ops.relu):
    for W, b in params:
        x = np.maximum(x @ W + b, 0)
    return x


def mlp_no_bend(params, x, activation=ops.relu):
    for W, b in params:
        x = x @ W + b
    return x


def mlp_bend_after_the_loop(params, x, activation=ops.relu):
    for layer in params:
        x = layers.dense(layer, x)
    return activation(x)


def mlp_last_straight(params, x, activation=ops.relu):
    for i, (W, b) in enumerate(params):
        x = x @ W + b
        if i < len(params) - 1:
            x = activation(x)
    return x


def mlp_bend_first(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(x) @ W + b
    return x


def adam(moments="", correct="both", steps_from=1):
    """Adam's step as students vary it."""

    def adam_step(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v, steps = state
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * (grad if moments == "plain" else m if moments == "m" else grad) ** (
            1 if moments == "plain" else 2
        )
        t = steps + steps_from
        m_hat = m / (1 - beta1**t) if correct in ("both", "m") else m
        v_hat = v / (1 - beta2**t) if correct in ("both", "v") else v
        return param - learning_rate * m_hat / (np.sqrt(v_hat) + eps), (m, v, steps + 1)

    return adam_step


def adam_corrects_in_the_state(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, steps = state
    steps = steps + 1
    m = (beta1 * m + (1 - beta1) * grad) / (1 - beta1**steps)
    v = (beta2 * v + (1 - beta2) * grad**2) / (1 - beta2**steps)
    return param - learning_rate * m / (np.sqrt(v) + eps), (m, v, steps)


def adam_eps_inside(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, steps = state
    steps = steps + 1
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return param - learning_rate * (m / (1 - beta1**steps)) / np.sqrt(v / (1 - beta2**steps) + eps), (m, v, steps)


def adam_hand_me_back(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_as_published(param, grad, state, learning_rate, beta1, beta2, eps)[0], state


def adam_constants(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, steps = state
    m, v, steps = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2, steps + 1
    return param - learning_rate * m / (1 - 0.9**steps) / (np.sqrt(v / (1 - 0.999**steps)) + 1e-8), (m, v, steps)


def cells(code, low, high, count):
    return np.clip(np.floor((code - low) / (high - low) * count), 0, count - 1)


def mlp_nothing_kept(params, x, activation=ops.relu):
    for layer in params:
        h = activation(dense(layer, x))  # noqa: F841
    return x


def mlp_columns(params, x, activation=ops.relu):
    for W, b in params:
        x = activation(np.matmul(W, x) + b)
    return x


def adam_never_counts(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return param - learning_rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), (m, v, t)


def adam_takes_products(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state[0] * beta1 + grad * (1 - beta1), state[1] * beta2 + grad**2 * (1 - beta2), state[2] + 1
    return param - learning_rate * m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps), (m, v, t)


def adam_roots_first(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = state[0] * beta1 + grad * (1 - beta1), state[1] * beta2 + grad**2 * (1 - beta2), state[2] + 1
    return param - learning_rate * m / (1 - beta1**t) / (np.sqrt(v) / (1 - beta2**t) + eps), (m, v, t)


def squares(params, x):
    return (decode(params, encode(params, x)) - x) ** 2


WRONG = [
    ("mlp", "mlp-result-dropped", mlp_nothing_kept),
    ("mlp", "mlp-weights-in-front", mlp_columns),
    ("autoencoder.loss", "ae-loss-encoder-skipped", lambda p, x: ((decode(p, x) - x) ** 2).sum(axis=1).mean()),
    ("autoencoder.loss", "ae-loss-of-the-code", lambda p, x: ((x - encode(p, x)) ** 2).sum(axis=1).mean()),
    ("mlp", "mlp-first-layer-only", mlp_return_too_far_right),
    ("mlp", "mlp-every-layer-on-the-input", mlp_x_for_all),
    ("mlp", "mlp-relu-wired-in", mlp_relu_always),
    ("mlp", "mlp-activation-forgotten", mlp_no_bend),
    ("mlp", "mlp-bent-once", mlp_bend_after_the_loop),
    ("mlp", "mlp-last-activation-missing", mlp_last_straight),
    ("mlp", "mlp-bent-before", mlp_bend_first),
    ("autoencoder.loss", "ae-loss-pixel-mean", lambda p, x: ((decode(p, encode(p, x)) - x) ** 2).mean()),
    ("autoencoder.loss", "ae-loss-sum-over-examples", lambda p, x: ((decode(p, encode(p, x)) - x) ** 2).sum()),
    ("autoencoder.loss", "ae-loss-per-example", lambda p, x: ((decode(p, encode(p, x)) - x) ** 2).sum(axis=1)),
    ("autoencoder.loss", "ae-loss-sum-and-mean-exchanged", lambda p, x: np.mean(squares(p, x), axis=-1).sum()),
    ("autoencoder.loss", "ae-loss-sum-and-mean-exchanged", lambda p, x: np.sum(squares(p, x), axis=0).mean()),
    ("autoencoder.loss", "ae-loss-absolute", lambda p, x: anp.abs(decode(p, encode(p, x)) - x).sum(axis=1).mean()),
    ("autoencoder.loss", "ae-loss-root", lambda p, x: np.mean(np.linalg.norm(decode(p, encode(p, x)) - x, axis=1))),
    ("autoencoder.loss", "ae-loss-halved", lambda p, x: 0.5 * loss_as_taught(p, x)),
    ("adam_step", "adam-without-bias-correction", adam(correct="none")),
    ("adam_step", "adam-only-m-corrected", adam(correct="m")),
    ("adam_step", "adam-only-v-corrected", adam(correct="v")),
    ("adam_step", "adam-counts-from-zero", adam(steps_from=0)),
    ("adam_step", "adam-counts-from-zero", adam_never_counts),
    ("adam_step", "adam-correction-by-a-product", adam_takes_products),
    ("adam_step", "adam-root-before-the-correction", adam_roots_first),
    ("adam_step", "adam-v-not-squared", adam("plain")),
    ("adam_step", "adam-v-squares-m", adam("m")),
    ("adam_step", "adam-keeps-the-corrected-moments", adam_corrects_in_the_state),
    ("adam_step", "adam-eps-inside-the-root", adam_eps_inside),
    ("adam_step", "adam-keeps-the-old-state", adam_hand_me_back),
    ("adam_step", "adam-constants-wired-in", adam_constants),
    ("quantize", "quantize-lower-edge", lambda c, lo, hi, b: lo + cells(c, lo, hi, 2**b) * (hi - lo) / 2**b),
    (
        "quantize",
        "quantize-not-clipped",
        lambda c, lo, hi, b: lo + (np.floor((c - lo) / (hi - lo) * 2**b) + 0.5) / 2**b * (hi - lo),
    ),
    (
        "quantize",
        "quantize-ends-on-the-grid",
        lambda c, lo, hi, b: (
            lo + np.round((np.clip(c, lo, hi) - lo) / (hi - lo) * max(2**b - 1, 1)) / max(2**b - 1, 1) * (hi - lo)
        ),
    ),
    (
        "quantize",
        "quantize-two-times-bits",
        lambda c, lo, hi, b: lo + (cells(c, lo, hi, 2 * b) + 0.5) / (2 * b) * (hi - lo),
    ),
    ("quantize", "quantize-cell-numbers", lambda c, lo, hi, b: cells(c, lo, hi, 2**b)),
    ("quantize", "quantize-low-forgotten", lambda c, lo, hi, b: (cells(c, lo, hi, 2**b) + 0.5) * (hi - lo) / 2**b),
]

# ---- wrong in a way that nobody listed, with words that its message must contain -----------------


def adam_writes_into_param(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    after, state = adam_as_published(param, grad, state, learning_rate, beta1, beta2, eps)
    param[...] = after
    return param, state


def adam_four_results(param, grad, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    after, (m, v, steps) = adam_as_published(param, grad, state, learning_rate, beta1, beta2, eps)
    return after, m, v, steps


UNLISTED = [
    (
        "mlp",
        lambda params, x, activation=ops.relu: mlp_by_hand(params, x, activation) + 0.5,
        ("1 becomes 1", "larger by"),
    ),
    (
        "mlp",
        lambda params, x, activation=ops.relu: mlp_by_hand(params, x, activation).sum(axis=0),
        ("5, 3", "examples"),
    ),
    ("autoencoder.loss", lambda p, x: 3 * loss_as_taught(p, x), ("cost 7 · 2² = 28", "84", "exactly 3 times")),
    ("autoencoder.loss", lambda p, x: loss_as_taught(p, x) + 1, ("larger by exactly 1",)),
    ("adam_step", adam_writes_into_param, ("changes its argument `param` in place",)),
    ("adam_step", adam_four_results, ("4 parts", "2")),
    (
        "adam_step",
        lambda p, g, s, rate, beta1=0.9, beta2=0.999, eps=1e-8: adam_as_published(p, 2 * g, s, rate, beta1, beta2, eps),
        ("m becomes 1.1", "1.3"),
    ),
    (
        "quantize",
        lambda c, lo, hi, b: quantize_by_width(c, lo, hi, b) + 0.125,
        ("0.25", "0.375", "larger by exactly 1/8"),
    ),
    ("quantize", lambda c, lo, hi, b: np.round(c, 1), ("0.2 becomes 0.25",)),
    (
        "quantize",
        lambda c, lo, hi, b: np.clip(quantize_by_width(c, lo, hi, b), lo, 0.2),
        ("6 of the 53 examples only",),
    ),
]

RAISED = [
    ("mlp", lambda params, x, activation=ops.relu: [activation(x @ W + b) for ((W, b, *_),) in [params]], ("parts",)),
    ("autoencoder.loss", lambda p, x: np.sum((decode(encode(p, x), p) - x) ** 2), ("in their order",)),
    ("autoencoder.loss", lambda p, x: np.sum((decode(p["decoder"], x) - x) ** 2), ("where the whole belongs",)),
]
