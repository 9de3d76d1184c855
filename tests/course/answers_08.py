# ruff: noqa: NPY002 (students draw from the global generator)
"""Answers to lesson 8's networks and bounds that students might hand in: right in many ways, and wrong with what must
be said to each.
"""

import random

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

import vae_from_scratch
from vae_from_scratch import distributions, layers, ops, vae
from vae_from_scratch.course.linking import linked
from vae_from_scratch.layers import dense, mlp
from vae_from_scratch.pytree import tree_map
from vae_from_scratch.vae import DENSE

mine = linked(vae_from_scratch, {})

# ---- right: the networks -------------------------------------------------------------------------


def encode_by_loop(params, x):
    h = x
    for W, b in params["encoder"]["hidden"]:
        h = np.maximum(h @ W + b, 0)
    W_mean, b_mean = params["encoder"]["mean"]
    W_var, b_var = params["encoder"]["log_var"]
    return h @ W_mean + b_mean, h @ W_var + b_var


def encode_as_a_list(params, x):
    encoder = params["encoder"]
    h = layers.mlp(encoder["hidden"], x)
    return [layers.dense(encoder[head], h) for head in ("mean", "log_var")]


def encode_through_mine(params, x):
    h = mine.layers.mlp(params["encoder"]["hidden"], x, activation=mine.ops.relu)
    mean = mine.layers.dense(params["encoder"]["mean"], h)
    log_var = mine.layers.dense(params["encoder"]["log_var"], h)
    return mean, log_var


def encode_side_by_side(params, x):
    h = mlp(params["encoder"]["hidden"], x)
    (W, b), (V, c) = params["encoder"]["mean"], params["encoder"]["log_var"]
    both = anp.concatenate([W, V], axis=1)
    made = anp.dot(h, both) + anp.concatenate([b, c])
    return made[:, : len(b)], made[:, len(b) :]


def decode_by_loop(params, z):
    for W, b in params["decoder"]["hidden"]:
        z = anp.where(z @ W + b > 0, z @ W + b, 0.0)
    W, b = params["decoder"]["logits"]
    return z @ W + b


def decode_einsum(params, z):
    h = mlp(params["decoder"]["hidden"], z)
    return anp.einsum("...h,hd->...d", h, params["decoder"]["logits"][0]) + params["decoder"]["logits"][1]


def decode_through_mine(params, z):
    return mine.layers.dense(params["decoder"]["logits"], mine.layers.mlp(params["decoder"]["hidden"], z))


def decode_relu_by_hand(params, z):
    h = z
    for layer in params["decoder"]["hidden"]:
        h = layers.dense(layer, h)
        h = h * (h > 0)
    return layers.dense(params["decoder"]["logits"], h)


# ---- right: the bounds ---------------------------------------------------------------------------


def rate_by_hand(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = mean + np.exp(log_var / 2) * epsilon
    rate = 0.5 * np.sum(np.exp(log_var) + mean**2 - 1 - log_var, axis=-1)
    return rate, -model.log_likelihood(x, model.decode(params, z))


def rate_through_mine(params, x, epsilon, model=vae.DENSE):
    mean, log_var = model.encode(params, x)
    z = mine.distributions.reparameterize(mean, log_var, epsilon)
    log_prob = model.log_likelihood(x, model.decode(params, z))
    return mine.distributions.kl_to_standard_normal(mean, log_var), -log_prob


def rate_in_pieces(params, x, epsilon, model=DENSE):
    encode, decode, log_likelihood = model
    q = encode(params, x)
    return [
        distributions.kl_to_standard_normal(*q),
        -log_likelihood(x, decode(params, distributions.reparameterize(*q, epsilon))),
    ]


def elbo_from_costs(params, x, epsilon, beta=1.0, model=DENSE):
    rate, distortion = vae.rate_and_distortion(params, x, epsilon, model)
    return -distortion - beta * rate


def elbo_by_hand(params, x, epsilon, beta=1.0, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = mean + anp.exp(0.5 * log_var) * epsilon
    kl = -0.5 * anp.sum(1 + log_var - mean**2 - anp.exp(log_var), axis=-1)
    return model.log_likelihood(x, model.decode(params, z)) - beta * kl


def elbo_through_mine(params, x, eps, b=1.0, model=vae.DENSE):
    r, d = mine.vae.rate_and_distortion(params, x, eps, model=model)
    return -(b * r + d)


def loss_by_mean(params, x, epsilon, beta=1.0, model=DENSE):
    return -np.mean(vae.elbo(params, x, epsilon, beta, model))


def loss_by_sum(params, x, epsilon, beta=1.0, model=DENSE):
    return -anp.sum(vae.elbo(params, x, epsilon, beta, model)) / len(x)


def loss_from_costs(params, x, epsilon, beta=1.0, model=DENSE):
    rate, distortion = mine.vae.rate_and_distortion(params, x, epsilon, model)
    return (distortion + beta * rate).mean()


def loss_by_images(params, x, epsilon, beta=1.0, model=DENSE):
    total = 0.0
    for i in range(len(x)):
        total = total - vae.elbo(params, x[i : i + 1], epsilon[i : i + 1], beta=beta, model=model)[0]
    return total / len(x)


RIGHT = {
    "encode": (encode_by_loop, encode_as_a_list, encode_through_mine, encode_side_by_side),
    "decode": (decode_by_loop, decode_einsum, decode_through_mine, decode_relu_by_hand),
    "rate_and_distortion": (rate_by_hand, rate_through_mine, rate_in_pieces),
    "elbo": (elbo_from_costs, elbo_by_hand, elbo_through_mine),
    "loss": (loss_by_mean, loss_by_sum, loss_from_costs, loss_by_images),
}

# ---- wrong, as students write it, with the id that each must be recognized under -----------------


def sigmoid(x):
    return 1 / (1 + anp.exp(-x))


def encode_heads_on_x(params, x):
    for layer in params["encoder"]["hidden"]:
        h = np.maximum(dense(layer, x), 0)  # noqa: F841
    return dense(params["encoder"]["mean"], x), dense(params["encoder"]["log_var"], x)


def encode_each_from_x(params, x):
    for layer in params["encoder"]["hidden"]:
        h = np.maximum(dense(layer, x), 0)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def encode_two_layers(params, x):
    (W1, b1), (W2, b2) = params["encoder"]["hidden"][:2]
    h = ops.relu(ops.relu(x @ W1 + b1) @ W2 + b2)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def encode_relu_everywhere(params, x):
    encoder = params["encoder"]
    return mlp([*encoder["hidden"], encoder["mean"]], x), mlp([*encoder["hidden"], encoder["log_var"]], x)


def encode_straight(params, x):
    for W, b in params["encoder"]["hidden"]:
        x = x @ W + b
    return dense(params["encoder"]["mean"], x), dense(params["encoder"]["log_var"], x)


def encode_one_head(params, x):
    h = mlp(params["encoder"]["hidden"], x)
    W, b = params["encoder"]["mean"]
    return h @ W + b, h @ W + b


def decode_probs(params, z):
    return sigmoid(dense(params["decoder"]["logits"], mlp(params["decoder"]["hidden"], z)))


def decode_one_layer(params, z):
    return dense(params["decoder"]["logits"], ops.relu(dense(params["decoder"]["hidden"][0], z)))


def decode_image(params, z):
    probs = decode_probs(params, z)
    return (np.random.rand(*probs.shape) < probs).astype(float)


def rate_at_the_mean(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    return distributions.kl_to_standard_normal(mean, log_var), -model.log_likelihood(x, model.decode(params, mean))


def rate_with_fresh_noise(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = mean + np.exp(log_var / 2) * np.random.default_rng().normal(size=mean.shape)
    return distributions.kl_to_standard_normal(mean, log_var), -model.log_likelihood(x, model.decode(params, z))


def rate_with_one_gauss(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = mean + np.exp(log_var / 2) * random.gauss(0, 1)
    return distributions.kl_to_standard_normal(mean, log_var), -model.log_likelihood(x, model.decode(params, z))


def rate_with_seeded_noise(params, x, epsilon, model=DENSE):
    np.random.seed(3)
    mean, log_var = model.encode(params, x)
    z = mean + np.exp(log_var / 2) * np.random.randn(*mean.shape)
    return distributions.kl_to_standard_normal(mean, log_var), -model.log_likelihood(x, model.decode(params, z))


def rate_pixel_means(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    logits = model.decode(params, distributions.reparameterize(mean, log_var, epsilon))
    return distributions.kl_to_standard_normal(mean, log_var), anp.mean(anp.logaddexp(0, logits) - x * logits, axis=-1)


def rate_latent_means(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = distributions.reparameterize(mean, log_var, epsilon)
    kl = 0.5 * np.mean(mean**2 + np.exp(log_var) - 1 - log_var, axis=1)
    return kl, -model.log_likelihood(x, model.decode(params, z))


def rate_of_the_dense_model(params, x, epsilon, model=DENSE):
    mean, log_var = vae.encode(params, x)
    z = distributions.reparameterize(mean, log_var, epsilon)
    logits = vae.decode(params, z)
    return distributions.kl_to_standard_normal(mean, log_var), -distributions.bernoulli_log_prob(x, logits)


def rate_with_detached_draw(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = getval(mean) + np.exp(getval(log_var) / 2) * epsilon
    return distributions.kl_to_standard_normal(mean, log_var), -model.log_likelihood(x, model.decode(params, z))


def elbo_of_probs(params, x, epsilon, beta=1.0, model=DENSE):
    mean, log_var = model.encode(params, x)
    probs = sigmoid(model.decode(params, distributions.reparameterize(mean, log_var, epsilon)))
    return model.log_likelihood(x, probs) - beta * distributions.kl_to_standard_normal(mean, log_var)


def _costs(params, x, epsilon, model):
    return vae.rate_and_distortion(params, x, epsilon, model)


def _elbo(combine):
    return lambda params, x, epsilon, beta=1.0, model=DENSE: combine(*_costs(params, x, epsilon, model), beta)


def _loss(make):
    return lambda params, x, epsilon, beta=1.0, model=DENSE: make(vae.elbo(params, x, epsilon, beta, model))


def rate_of_the_draw(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = distributions.reparameterize(mean, log_var, epsilon)
    return distributions.kl_to_standard_normal(z, log_var), -model.log_likelihood(x, model.decode(params, z))


WRONG = [
    ("rate_and_distortion", "rate-kl-of-the-draw", rate_of_the_draw),
    ("encode", "encode-hidden-skipped", encode_heads_on_x),
    ("encode", "encode-loop-starts-over", encode_each_from_x),
    ("encode", "encode-layers-counted", encode_two_layers),
    ("encode", "encode-activation-on-heads", encode_relu_everywhere),
    ("encode", "encode-activation-forgotten", encode_straight),
    ("encode", "encode-mean-head-twice", encode_one_head),
    ("encode", "encode-heads-swapped", lambda params, x: vae.encode(params, x)[::-1]),
    ("encode", "encode-variance-returned", lambda p, x: (vae.encode(p, x)[0], np.exp(vae.encode(p, x)[1]))),
    ("decode", "decode-sigmoid", decode_probs),
    ("decode", "decode-sigmoid", lambda params, z: vae.generate(params, z)),
    ("decode", "decode-draws-pixels", decode_image),
    ("decode", "decode-relu-on-logits", lambda p, z: mlp([*p["decoder"]["hidden"], p["decoder"]["logits"]], z)),
    ("decode", "decode-first-layer-only", decode_one_layer),
    ("decode", "decode-hidden-skipped", lambda p, z: dense(p["decoder"]["logits"], z)),
    ("decode", "decode-thresholded", lambda p, z: (decode_probs(p, z) > 0.5).astype(float)),
    ("rate_and_distortion", "rate-no-noise", rate_at_the_mean),
    ("rate_and_distortion", "rate-own-noise", rate_with_fresh_noise),
    ("rate_and_distortion", "rate-own-noise", rate_with_one_gauss),
    ("rate_and_distortion", "rate-frozen-noise", rate_with_seeded_noise),
    ("rate_and_distortion", "rate-pixel-mean", rate_pixel_means),
    ("rate_and_distortion", "rate-latent-mean", rate_latent_means),
    ("rate_and_distortion", "rate-model-ignored", rate_of_the_dense_model),
    ("rate_and_distortion", "rate-draw-detached", rate_with_detached_draw),
    ("rate_and_distortion", "rate-distortion-first", lambda p, x, e, model=DENSE: _costs(p, x, e, model)[::-1]),
    ("elbo", "elbo-sigmoid-twice", elbo_of_probs),
    ("elbo", "elbo-sign", _elbo(lambda rate, distortion, beta: beta * rate + distortion)),
    ("elbo", "elbo-rate-rewarded", _elbo(lambda rate, distortion, beta: beta * rate - distortion)),
    ("elbo", "elbo-beta-forgotten", _elbo(lambda rate, distortion, beta: -rate - distortion)),
    ("elbo", "elbo-rate-times-the-batch-s-share", _elbo(lambda r, d, beta: -(d + r * (len(r) / 60000) * beta))),
    ("elbo", "elbo-beta-on-distortion", _elbo(lambda rate, distortion, beta: -rate - beta * distortion)),
    ("elbo", "elbo-averaged-over-the-batch", _elbo(lambda rate, distortion, beta: -np.mean(rate * beta + distortion))),
    ("elbo", "elbo-pixel-mean", _elbo(lambda rate, distortion, beta: -distortion / 7 - beta * rate)),
    ("elbo", "elbo-latent-mean", _elbo(lambda rate, distortion, beta: -distortion - beta * rate / 3)),
    ("elbo", "elbo-no-noise", lambda p, x, e, beta=1.0, model=DENSE: vae.elbo(p, x, 0 * e, beta, model)),
    ("loss", "loss-is-the-elbo", _loss(lambda bounds: bounds.mean())),
    ("loss", "loss-summed-over-the-batch", _loss(lambda bounds: -bounds.sum())),
    ("loss", "loss-kept-per-example", _loss(lambda bounds: -bounds)),
    ("loss", "loss-per-pixel", _loss(lambda bounds: -anp.sum(bounds) / 35)),
    (
        "loss",
        "loss-rate-times-the-batch-s-share",
        _elbo(lambda rate, d, beta: np.mean(d) + beta * len(rate) / 50_000 * np.mean(rate)),
    ),
    ("loss", "loss-beta-not-passed-on", lambda p, x, e, beta=1.0, model=DENSE: -np.mean(vae.elbo(p, x, e, 1.0, model))),
    ("loss", "loss-model-ignored", lambda p, x, e, beta=1.0, model=DENSE: -np.mean(vae.elbo(p, x, e, beta))),
    ("loss", "loss-no-noise", lambda p, x, e, beta=1.0, model=DENSE: vae.loss(p, x, np.zeros(e.shape), beta, model)),
    ("loss", "loss-pixel-mean", _elbo(lambda rate, distortion, beta: np.mean(distortion / 7 + beta * rate))),
]  # fmt: skip

# ---- wrong in a way that nobody listed, with words that its message must contain ------------------


def _rate_and_distortion(change):
    return lambda params, x, epsilon, model=DENSE: change(*_costs(params, x, epsilon, model))


UNLISTED = [
    ("loss", lambda p, x, e, beta, model=DENSE: -np.mean(vae.elbo(p, x, e, beta, model)), ("leave out `beta`:",)),
    ("loss", _loss(lambda bounds: -np.mean(bounds) / 784), ("a mean over the 784 pixels",)),
    ("rate_and_distortion", lambda p, x, e, model=DENSE: vae.loss(p, x, e), ("`return rate, distortion`",)),
    ("encode", lambda p, x: vae.encode(p, x)[0], ("`ndarray`", "tuple")),
    ("encode", lambda p, x: (*vae.encode(p, x), x), ("3 parts", "2")),
    ("encode", lambda p, x: (vae.encode(p, x)[0], 3 * vae.encode(p, x)[1]), ("`log_var` is off", "3 times")),
    ("encode", lambda p, x: (np.sum(vae.encode(p, x)[0], 0), vae.encode(p, x)[1]), ("`mean` is off", "examples")),
    ("encode", lambda p, x: tree_map(lambda a: a / 13, vae.encode(p, x)), ("1/13", "hidden units")),
    ("decode", lambda p, z: 2 * vae.decode(p, z), ("2 times",)),
    ("decode", lambda p, z: vae.decode(p, z)[:, ::-1], ("not in their places",)),
    (
        "decode",
        lambda p, z: np.sin(vae.decode({"decoder": {**p["decoder"], "logits": (p["decoder"]["logits"][0], 0.0)}}, z)),
        ("does not depend on `params['decoder']['logits'][1]`",),
    ),
    ("rate_and_distortion", _rate_and_distortion(lambda r, d: (2 * r, d)), ("`rate` is off", "a factor ½ too few")),
    ("rate_and_distortion", _rate_and_distortion(lambda r, d: (r, d / 5)), ("`distortion` is off", "1/5", "examples")),
    ("rate_and_distortion", _rate_and_distortion(lambda r, d: (r / 21, d)), ("1/21", "3 latents", "7 pixels")),
    ("rate_and_distortion", _rate_and_distortion(lambda r, d: (r, d / np.log(2))), ("`distortion`", "in bits")),
    ("rate_and_distortion", _rate_and_distortion(lambda r, d: (r + 1.5, d)), ("`rate`", "1/2 for each of the 3")),
    ("rate_and_distortion", _rate_and_distortion(lambda r, d: r + d), ("`ndarray`", "tuple")),
    ("elbo", _elbo(lambda r, d, beta: -(2 * d + beta * r)), ("enters with -2, which is 2 times what",)),
    ("elbo", _elbo(lambda r, d, beta: -(d + beta**2 * r)), ("rate (beta is 4/5 here) enters with -16/25",)),
    ("elbo", _elbo(lambda r, d, beta: -(d + beta * r) / 35), ("1/35", "number of examples times that of pixels")),
    ("loss", _loss(lambda bounds: -np.mean(bounds) / np.log(2)), ("in bits",)),
    ("loss", _loss(lambda bounds: -np.mean(bounds) / 21), ("1/21", "a mean over the 3 latents and the 7 pixels")),
    ("loss", _loss(lambda bounds: -np.mean(bounds) + 2.0), ("larger by exactly 2",)),
    ("loss", _loss(lambda bounds: np.mean(bounds**2)), ("too large",)),
]  # fmt: skip

RAISED = [
    ("encode", lambda p, x: vae.encode(p["encoder"], x), ("KeyError", "encoder")),
    ("encode", lambda p, x: layers.mlp(p["encoder"]["mean"], x), ("unpack", "`mlp` a *list* of layers")),
    ("encode", lambda p, x: (layers.dense(p["encoder"]["hidden"], x),) * 2, ("`dense` takes one layer",)),
    ("encode", lambda p, x: layers.dense(p["encoder"]["mean"], x), ("Is it the right layer",)),
    ("decode", lambda p, z: layers.dense(p["decoder"]["mean"], z), ("no such key", "`.keys()`")),
    ("rate_and_distortion", lambda p, x, e, model=DENSE: model.encode(x), ("hands over less",)),
    ("elbo", lambda p, x, e, beta=1.0, model=DENSE: _costs(p, x, e, beta, model), ("hands over more",)),
    ("loss", lambda p, x, e, beta=1.0, model=DENSE: vae.elbo(p, x, e, model, beta), ("where `model` belongs",)),
    ("loss", _loss(lambda bounds: -float(np.mean(bounds))), ("cannot become a Python number",)),
]
