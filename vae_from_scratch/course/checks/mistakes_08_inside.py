"""Lesson 8: what goes wrong on the way from an image to its rate and distortion, and what to say to it.

`program(draw, rate, distortion)` is the right one with a step replaced. `inside(name, finish)` lists such mistakes
under the name of one of the three functions that they can be in: rate_and_distortion, the ELBO, the loss.
"""

import numpy as np
from autograd.tracer import getval

from vae_from_scratch import ops, vae
from vae_from_scratch.course.checks import Mistake, near, same
from vae_from_scratch.course.checks.fixture_08 import EPSILON, NARROW, PARAMS, ZEROS, X
from vae_from_scratch.course.checks.floors_08 import free_bits
from vae_from_scratch.distributions import kl_to_standard_normal, normal_log_prob, reparameterize
from vae_from_scratch.pytree import tree_leaves


def _cost(x, decoded, model):
    return -model.log_likelihood(x, decoded)


def program(draw=reparameterize, rate=kl_to_standard_normal, distortion=_cost, encoded=lambda parts: parts):
    """rate_and_distortion with these steps: draw(mean, log_var, epsilon), rate(mean, log_var), distortion(x, decoded,
    model)."""

    def rate_and_distortion(params, x, epsilon, model=vae.DENSE):
        mean, log_var = encoded(model.encode(params, x))
        decoded = model.decode(params, draw(mean, log_var, epsilon))
        return rate(mean, log_var), distortion(x, decoded, model)

    return rate_and_distortion


# ---- wrong steps, and whole programs that need more than one ---------------------------------------


def _pixel_mean(x, decoded, model):
    return _cost(x, decoded, model) / x.shape[-1]


def _latent_mean(mean, log_var):
    return kl_to_standard_normal(mean, log_var) / mean.shape[-1]


def _own_noise(mean, log_var, epsilon):
    return reparameterize(mean, log_var, np.random.standard_normal(np.shape(mean)))  # noqa: NPY002 (as students draw)


def _frozen_noise(mean, log_var, epsilon):
    return reparameterize(mean, log_var, np.random.default_rng(0).standard_normal(np.shape(mean)))


def _estimated(params, x, epsilon, model=vae.DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    log_ratio = ops.sum_last(normal_log_prob(z, mean, log_var) - normal_log_prob(z, 0.0, 0.0))
    return log_ratio, -model.log_likelihood(x, model.decode(params, z))


def _kl_of_the_draw(params, x, epsilon, model=vae.DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    return kl_to_standard_normal(z, log_var), -model.log_likelihood(x, model.decode(params, z))


def _dense_where(parts):
    """The program that takes these parts, such as "encode", from DENSE whatever the model."""

    def rate_and_distortion(params, x, epsilon, model=vae.DENSE):
        model = model._replace(**{part: getattr(vae.DENSE, part) for part in parts})
        return vae.rate_and_distortion(params, x, epsilon, model)

    return rate_and_distortion


_ARGUMENTS = PARAMS, X, EPSILON


def _draws(f):
    return not same(f(*_ARGUMENTS), f(*_ARGUMENTS))


def _noise_is_frozen(finish):
    """A test for one fixed noise: deaf to epsilon, right where there is no spread, and yet not the value at the
    mean.
    """
    ours, at_the_mean = finish(vae.rate_and_distortion), finish(program(draw=lambda m, v, e: m))

    def detect(f):
        deaf = same(f(*_ARGUMENTS), f(PARAMS, X, EPSILON + 1.0))
        return deaf and near(f(NARROW, X, EPSILON), ours(NARROW, X, EPSILON)) and not near(
            f(*_ARGUMENTS), at_the_mean(*_ARGUMENTS)
        )  # fmt: skip

    return detect


def _has_a_floor(finish):
    """A test for free bits of any size: with all parameters zero the rate should be 0, and the floor shows."""
    ours, at_zero = finish(vae.rate_and_distortion), (ZEROS, X, EPSILON)

    def detect(f):
        pairs = zip(tree_leaves(f(*at_zero)), tree_leaves(ours(*at_zero)), strict=True)
        floor = max(float(np.max(np.abs(got - want))) for got, want in pairs)
        tried = [finish(program(rate=rate)) for nats in (floor, floor / 3) for rate in free_bits(nats)]
        return floor > 1e-3 and any(
            near(tree_leaves(f(*_ARGUMENTS)), tree_leaves(wrong(*_ARGUMENTS))) for wrong in tried
        )

    return detect


def inside(name, finish):
    """What goes wrong inside all three. `finish` makes the function of a program of rate and distortion."""
    kinds = _noise, _spread, _reductions, _floors, _likelihoods, _wiring
    return tuple(mistake for kind in kinds for mistake in kind(name, finish))


def _noise(name, finish):
    """The draw and its noise: missing, not the caller's, shared, cut off."""
    return (
        Mistake(
            f"{name}-no-noise",
            finish(program(draw=lambda m, v, e: m)),
            "It decodes the mean: no noise at all. The number is better, and bounds nothing any more, since the rate"
            " pays for a whole distribution and the distortion is that of its best point. `reparameterize` makes the"
            " draw, in training and in evaluation.",
        ),
        Mistake(
            f"{name}-own-noise",
            finish(program(draw=_own_noise)),
            "It draws noise of its own. Noise is an argument here: only then is the number the same when it is computed"
            " twice, and its gradient can be checked. Give `epsilon` to `reparameterize`.",
            detect=_draws,
        ),
        Mistake(
            f"{name}-frozen-noise",
            finish(program(draw=_frozen_noise)),
            "It does not listen to `epsilon`, but uses one and the same noise, from a generator that starts anew at"
            " each call. The networks would learn that noise by heart.",
            detect=_noise_is_frozen(finish),
        ),
        Mistake(
            f"{name}-one-noise-for-the-batch",
            finish(program(draw=lambda m, v, e: reparameterize(m, v, e[..., :1, :]))),
            "One example's noise is used for the whole batch: all draws move together, and their errors do not average"
            " out. epsilon has a row for each example.",
        ),
        Mistake(
            f"{name}-draw-detached",
            finish(program(draw=lambda m, v, e: reparameterize(getval(m), getval(v), e))),
            "The values are right, but the draw has been taken out of the trace: no gradient of the distortion"
            " reaches the encoder, which then learns only to be silent.",
        ),
    )


def _spread(name, finish):
    """How far the noise is stretched."""
    return (
        Mistake(
            f"{name}-variance-as-std",
            finish(program(draw=lambda m, v, e: m + np.exp(v) * e)),
            "The draw is stretched by the variance. `exp(log_var / 2)` is the standard deviation; `reparameterize`"
            " knows it. This one trains, and prints a *lower* loss than the right program.",
        ),
        Mistake(
            f"{name}-log-var-as-std",
            finish(program(draw=lambda m, v, e: m + v * e)),
            "The draw is stretched by log_var itself, a logarithm. `exp(log_var / 2)` is the standard deviation;"
            " `reparameterize` knows it.",
        ),
        Mistake(
            f"{name}-noise-not-stretched",
            finish(program(draw=lambda m, v, e: m + e)),
            "The noise is added as it is, so that log_var has no part in the draw: an encoder could promise any"
            " certainty and never be held to it.",
        ),
    )


def _reductions(name, finish):
    """Means where sums belong."""
    return (
        Mistake(
            f"{name}-pixel-mean",
            finish(program(distortion=_pixel_mean)),
            "The distortion is averaged over the pixels where it must be summed. With 784 of them a nat of distortion"
            " becomes 784 times cheaper, in effect beta = 784: z does not pay for itself, and the VAE collapses.",
        ),
        Mistake(
            f"{name}-latent-mean",
            finish(program(rate=_latent_mean)),
            "The rate is averaged over the latents where it must be summed: in effect beta is one over their number."
            " The printed loss is lower, and draws from the prior are rubble.",
        ),
        Mistake(
            f"{name}-means-for-sums",
            finish(program(rate=_latent_mean, distortion=_pixel_mean)),
            "Pixels and latents are both averaged where they must be summed. That does not balance out: with 784 pixels"
            " and 20 latents it is a beta of 39, which nobody chose.",
        ),
    )


def _floors(name, finish):
    """A rate that cannot fall."""
    return (
        Mistake(
            f"{name}-free-bits",
            finish(program(rate=free_bits(0.5)[0])),
            "The rate is held above a floor: free bits. Below the floor it has no slope, and the sum is no longer what"
            " the bound costs. Lesson 10 weighs that cure for collapse; here the rate is the KL as it is, also near 0.",
            also=tuple(finish(program(rate=rate)) for rate in free_bits(0.5)[1:]),
            detect=_has_a_floor(finish),
        ),
    )


def _likelihoods(name, finish):
    """What an image costs once z is known."""
    return (
        Mistake(
            f"{name}-sigmoid-twice",
            finish(program(distortion=lambda x, d, model: _cost(x, ops.sigmoid(d), model))),
            "A sigmoid is taken of what the decoder gives, and the log-probability takes another: it wants the logits"
            " as they are. With two of them even a dark pixel that the model is sure of costs 0.69 nats.",
        ),
        Mistake(
            f"{name}-squared-error",
            finish(program(distortion=lambda x, d, model: np.sum((x - ops.sigmoid(d)) ** 2, axis=-1))),
            "The distortion is a squared error: a fair measure, but not minus a log-probability of binary pixels."
            " Then the sum bounds nothing, and beta is in other units. `model.log_likelihood` is what belongs here.",
            also=(
                finish(program(distortion=lambda x, d, model: 0.5 * np.sum((x - ops.sigmoid(d)) ** 2, axis=-1))),
                finish(program(distortion=lambda x, d, model: np.mean((x - ops.sigmoid(d)) ** 2, axis=-1))),
                finish(program(distortion=lambda x, d, model: np.sum((x - d) ** 2, axis=-1))),
            ),
        ),
        Mistake(
            f"{name}-likelihood-arguments-swapped",
            finish(program(distortion=lambda x, d, model: _cost(d, x, model))),
            "The image and what the decoder gives have changed places in the log-likelihood: it is"
            " `log_likelihood(x, decoded)`, the data first.",
        ),
    )


def _wiring(name, finish):
    """Right parts in the wrong places, or not the caller's."""
    return (
        Mistake(
            f"{name}-encoder-s-parts-swapped",
            finish(program(encoded=lambda parts: (parts[1], parts[0]))),
            "The encoder gives mean and log_var, in this order; yours takes one for the other.",
        ),
        Mistake(
            f"{name}-kl-arguments-swapped",
            finish(program(rate=lambda m, v: kl_to_standard_normal(v, m))),
            "The draw is right, but the KL gets log_var for the mean and the mean for log_var. It takes them in the"
            " same order as the draw.",
        ),
        Mistake(
            f"{name}-kl-of-the-draw",
            finish(_kl_of_the_draw),
            "The draw is right, but the KL is asked for z in place of the mean. The rate belongs to the whole"
            " distribution that the encoder gives, `mean` and `log_var`, not to one draw from it.",
        ),
        Mistake(
            f"{name}-rate-estimated",
            finish(_estimated),
            "The rate is estimated from the one draw, as log q(z) - log p(z). On average over draws that is right,"
            " and in lesson 11 it is what is needed. Here the average is known in closed form:"
            " `kl_to_standard_normal`, with less noise in the gradient.",
        ),
        Mistake(
            f"{name}-model-ignored",
            finish(_dense_where(("encode", "decode", "log_likelihood"))),
            "With the dense networks it is right, but the argument `model` is not used everywhere:"
            " `model.encode(params, x)`, `model.decode(params, z)`, `model.log_likelihood(x, decoded)`. Only then does"
            " your function train the convolutional networks of lesson 12, too.",
            also=tuple(
                finish(_dense_where(parts))
                for parts in (
                    ("encode",), ("decode",), ("log_likelihood",),
                    ("encode", "decode"), ("encode", "log_likelihood"), ("decode", "log_likelihood"),
                )
            ),
        ),
    )  # fmt: skip
