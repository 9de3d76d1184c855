"""Lesson 5: wrong ways to write a log-mean-exp and a mixture, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(51)
VALUES = _rng.normal(size=(11, 5)) * 1.4 - 0.6
PARAMS = {"logits": _rng.normal(size=(3, 7)) * 1.3 - 0.4, "log_weights": _rng.normal(size=3) - 0.8}
IMAGES = (_rng.random((5, 7)) < 0.4).astype(float)

# ---- log-mean-exp --------------------------------------------------------------------------------


def _highest(v, axis):
    return np.max(v, axis=axis, keepdims=True)


def _lme(v, axis):
    highest = _highest(v, axis)
    return np.squeeze(highest, axis) + np.log(np.mean(np.exp(v - highest), axis=axis))


LOG_MEAN_EXP = (
    Mistake(
        "log-mean-exp-mean-of-the-logs",
        lambda values, axis=0: np.mean(values, axis=axis),
        "This is the mean of the logarithms; wanted is the logarithm of the mean. The two are not the same, and yours"
        " is too low: exponentiate before you average. How much too low is lesson 6.",
    ),
    Mistake(
        "log-mean-exp-sum-for-mean",
        lambda values, axis=0: _lme(values, axis) + np.log(np.shape(values)[axis]),
        "The exponentials and the shift are right, but they are added where they must be averaged: yours is too large"
        " by the logarithm of their number.",
        also=(lambda values, axis=0: np.logaddexp.reduce(np.asarray(values), axis=axis),),
    ),
    Mistake(
        "log-mean-exp-unstable",
        lambda values, axis=0: np.log(np.mean(np.exp(values), axis=axis)),
        "The definition, and at moderate values right. But the log-probability of a digit is about −200: `exp` of it"
        " is 0 in float32, and of −1000 everywhere. Take something out of all the values before `exp`, and put it"
        " back after `log`.",
    ),
    Mistake(
        "log-mean-exp-shift-not-put-back",
        lambda values, axis=0: np.log(np.mean(np.exp(values - _highest(values, axis)), axis=axis)),
        "The largest value is taken out before `exp`, as it should be, and never put back. The mean has lost the factor"
        " exp(m): as what does that come back once the logarithm is taken?",
    ),
    Mistake(
        "log-mean-exp-shift-put-back-inside",
        lambda values, axis=0: np.log(
            np.mean(np.exp(values - _highest(values, axis)), axis=axis) + np.squeeze(_highest(values, axis), axis)
        ),
        "The largest value is put back before the logarithm is taken. It came out as a factor exp(m), so it returns"
        " as m, added *after* the log.",
    ),
    Mistake(
        "log-mean-exp-shift-with-the-wrong-sign",
        lambda values, axis=0: _lme(values, axis) - 2 * np.squeeze(_highest(values, axis), axis),
        "The largest value is taken out twice: subtracted before `exp`, and subtracted again after `log`. What was"
        " taken away has to be given back.",
    ),
    Mistake(
        "log-mean-exp-one-shift-for-all",
        lambda values, axis=0: np.max(values) + np.log(np.mean(np.exp(values - np.max(values)), axis=axis)),
        "Right as long as all columns are of one size. But you take one largest value out of the whole array: beside"
        " a large column a small one still underflows to log 0. Each column needs its own, along the same `axis`.",
    ),
    Mistake(
        "log-mean-exp-shift-not-the-largest",
        lambda values, axis=0: (
            np.mean(values, axis=axis)
            + np.log(np.mean(np.exp(values - np.mean(values, axis=axis, keepdims=True)), axis=axis))
        ),
        "Something is taken out and put back, and as algebra any m will do. But only the *largest* value leaves no"
        " positive exponent: with a mean taken out, values of 1000 and −1000 still overflow.",
        also=(
            lambda values, axis=0: (
                np.min(values, axis=axis)
                + np.log(np.mean(np.exp(values - np.min(values, axis=axis, keepdims=True)), axis=axis))
            ),
        ),
    ),
    Mistake(
        "log-mean-exp-shift-added-only",
        lambda values, axis=0: np.max(values, axis=axis) + np.log(np.mean(np.exp(values), axis=axis)),
        "The largest value is put back, but was never taken out: inside `exp` it must be subtracted first.",
    ),
    Mistake(
        "log-mean-exp-tiny-number-added",
        lambda values, axis=0: np.log(np.mean(np.exp(values), axis=axis) + 1e-8),
        "A tiny number keeps the logarithm from minus infinity, but not from being wrong: every mean below that number"
        " comes out as the number's own logarithm, and a digit's is about exp(−200). Take the largest value out before"
        " `exp`.",
    ),
    Mistake(
        "log-mean-exp-maximum",
        lambda values, axis=0: np.max(values, axis=axis),
        "This is the largest value alone. It is what the result is near to when one outweighs all others, but the"
        " rest count, too, and so does their number.",
    ),
    Mistake(
        "log-mean-exp-axis-ignored",
        lambda values, axis=0: _lme(values, 0),
        "Right along axis 0, but `axis` is an argument, and yours averages over axis 0 whatever it says. It goes to"
        " the maximum and to the mean alike.",
    ),
    Mistake(
        "log-mean-exp-over-everything",
        lambda values, axis=0: np.max(values) + np.log(np.mean(np.exp(values - np.max(values)))),
        "All values have become one number. Average along one axis only; the others are kept.",
    ),
    Mistake(
        "log-mean-exp-axis-kept",
        lambda values, axis=0: np.expand_dims(_lme(values, axis), axis),
        "The numbers are right, but the averaged axis is still there with length 1: `keepdims=True` is needed while"
        " you subtract, and has to go before you return.",
    ),
    Mistake(
        "log-mean-exp-without-the-log",
        lambda values, axis=0: np.mean(np.exp(values), axis=axis),
        "The mean of the exponentials is right; wanted is its logarithm.",
    ),
    Mistake(
        "log-mean-exp-sign",
        lambda values, axis=0: -_lme(values, axis),
        "Right but for its sign. If all values are equal, the result is that value.",
    ),
    Mistake(
        "log-mean-exp-of-the-negative",
        lambda values, axis=0: -_lme(-values, axis),
        "You average exp(−v): this leans towards the *smallest* value, and should lean towards the largest.",
        also=(lambda values, axis=0: _lme(-values, axis),),
    ),
)

# ---- the mixture ---------------------------------------------------------------------------------


def _softplus(v):
    return np.logaddexp(0, v)


def _log_sum(v, axis=-1):
    return np.logaddexp.reduce(v, axis=axis)


def _components(params, x):
    """log p(x | c): (N, C)."""
    return x @ params["logits"].T - np.sum(_softplus(params["logits"]), axis=-1)


def _log_shares(params):
    return params["log_weights"] - _log_sum(params["log_weights"])


def mixture(params, x):
    return _log_sum(_log_shares(params) + _components(params, x))


def _blend(params, x, probs):
    return np.sum(x * np.log(probs) + (1 - x) * np.log(1 - probs), axis=-1)


def _sigmoid(v):
    return 1 / (1 + np.exp(-v))


MIXTURE = (
    Mistake(
        "mixture-weights-not-normalized",
        lambda params, x: _log_sum(params["log_weights"] + _components(params, x)),
        "The components and the sum over them are right, but the weights do not add up to 1: `log_weights` are any"
        " numbers. Subtract the logarithm of the sum of their exponentials, or training would raise p(x) by raising"
        " all weights.",
        also=(
            lambda params, x: (
                _log_sum(params["log_weights"] + _components(params, x)) - np.log(len(params["log_weights"]))
            ),
        ),
    ),
    Mistake(
        "mixture-number-of-components-left-in",
        lambda params, x: mixture(params, x) - np.log(len(params["logits"])),
        "Right but for the logarithm of the number of components. `log_mean_exp` divides by that number. Used once, it"
        " leaves it in the result; used for the components and for the weights, one less the other, it cancels.",
        also=(lambda params, x: mixture(params, x) + np.log(len(params["logits"])),),
    ),
    Mistake(
        "mixture-weights-forgotten",
        lambda params, x: _log_sum(_components(params, x)) - np.log(len(params["logits"])),
        "Every component counts alike in yours: where do the `log_weights` come in?",
        also=(lambda params, x: _log_sum(_components(params, x)),),
    ),
    Mistake(
        "mixture-log-weights-as-factors",
        lambda params, x: _log_sum(params["log_weights"] * _components(params, x)),
        "`log_weights` are logarithms: log(w · p) is log w + log p, a sum and not a product.",
        also=(
            lambda params, x: _log_sum(np.exp(_log_shares(params)) * _components(params, x)),
            lambda params, x: np.sum(params["log_weights"] * _components(params, x), axis=-1),
        ),
    ),
    Mistake(
        "mixture-mean-of-the-logs",
        lambda params, x: np.sum(np.exp(_log_shares(params)) * _components(params, x), axis=-1),
        'You average the components\' *logarithms* with their weights. Probabilities of "this or that" add, so'
        " exponentiate before you add, and take the logarithm last. Yours is always too low.",
        also=(
            lambda params, x: np.mean(_log_shares(params) + _components(params, x), axis=-1),
            lambda params, x: np.mean(params["log_weights"] + _components(params, x), axis=-1),
        ),
    ),
    Mistake(
        "mixture-sum-of-the-logs",
        lambda params, x: np.sum(_log_shares(params) + _components(params, x), axis=-1),
        'The components\' logarithms are added up: that is a product, "from this one *and* that one *and* the next".'
        " An image comes from one of them: their probabilities add, before the logarithm is taken.",
        also=(lambda params, x: np.sum(params["log_weights"] + _components(params, x), axis=-1),),
    ),
    Mistake(
        "mixture-best-component-only",
        lambda params, x: np.max(_log_shares(params) + _components(params, x), axis=-1),
        "Only the likeliest component counts in yours. It is often nearly all of the sum, but the others might have"
        " made the image, too.",
        also=(lambda params, x: np.max(params["log_weights"] + _components(params, x), axis=-1),),
    ),
    Mistake(
        "mixture-of-pixels",
        lambda params, x: _blend(params, x, np.exp(_log_shares(params)) @ _sigmoid(params["logits"])),
        "You blend the components' pixels into one gray image and ask how probable x is under that. A mixture picks"
        " *one* component for the whole image: average the probabilities of images, not those of pixels.",
        also=(
            lambda params, x: _components({"logits": (np.exp(_log_shares(params)) @ params["logits"])[None]}, x)[:, 0],
        ),
    ),
    Mistake(
        "mixture-pixel-mean",
        lambda params, x: _log_sum(_log_shares(params) + _components(params, x) / 7),
        "The mixing is right, but each component's pixels are averaged where they must be summed: independent pixels"
        " multiply, so their logarithms add.",
        also=(lambda params, x: _log_sum(_log_shares(params) + _components(params, x) / 784),),
    ),
    Mistake(
        "mixture-softplus-missing",
        lambda params, x: _log_sum(_log_shares(params) + x @ params["logits"].T),
        "The term x · logit is there, but a pixel of logit l costs log(1 + exp(l)) besides: without it, the"
        " probabilities of 0 and 1 do not add up to 1.",
    ),
    Mistake(
        "mixture-softplus-of-all-components",
        lambda params, x: _log_sum(_log_shares(params) + x @ params["logits"].T - np.sum(_softplus(params["logits"]))),
        "The parts are there, but the softplus is summed over the components, too: each component has a sum of its own,"
        " over its pixels. Has that `np.sum` its axis?",
    ),
    Mistake(
        "mixture-unstable",
        lambda params, x: np.log(np.exp(_log_shares(params) + _components(params, x)).sum(axis=-1)),
        "The formula is right, and for seven pixels so are the numbers. But the probability of an image of 784 pixels"
        " is about exp(−200), which float32 takes for 0, and its logarithm for minus infinity: you have just written"
        " the function that avoids this.",
        also=(
            lambda params, x: np.log(
                np.exp(_components(params, x)) @ (np.exp(params["log_weights"]) / np.exp(params["log_weights"]).sum())
            ),
        ),
    ),
    Mistake(
        "mixture-sign",
        lambda params, x: -mixture(params, x),
        "Right but for its sign: this is a cost. A log-probability is never above 0.",
    ),
    Mistake(
        "mixture-posterior",
        lambda params, x: _log_shares(params) + _components(params, x) - mixture(params, x)[:, None],
        "This is log p(c | x): which component an image came from. Wanted is the sum that you divided by, one number"
        " per image.",
        also=(lambda params, x: np.exp(_log_shares(params) + _components(params, x) - mixture(params, x)[:, None]),),
    ),
    Mistake(
        "mixture-not-added-up",
        lambda params, x: params["log_weights"] + _components(params, x),
        "One number for each component, (N, C): x together with this one, or with that one. p(x) does not ask which."
        " Their probabilities are still to be added, by way of `log_mean_exp` along the right axis.",
        also=(
            lambda params, x: _log_shares(params) + _components(params, x),
            lambda params, x: _log_shares(params) + _components(params, x) + np.log(len(params["logits"])),
            lambda params, x: _components(params, x),
        ),
    ),
    Mistake(
        "mixture-one-number-for-all",
        lambda params, x: np.mean(mixture(params, x)),
        "The mixture is right, but the images have been averaged into one number. Keep one per image: averaging"
        " happens once, in the loss.",
        also=(lambda params, x: np.sum(mixture(params, x)),),
    ),
)
