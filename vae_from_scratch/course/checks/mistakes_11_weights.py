"""Lesson 11: wrong ways to weigh draws, and what to say to each."""

import numpy as np

from vae_from_scratch import ops, vae
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.distributions import kl_to_standard_normal, log_mean_exp, normal_log_prob, reparameterize
from vae_from_scratch.vae import DENSE


def _weights(combine, std=lambda log_var: np.exp(log_var / 2)):
    """log_weights that put log p(z), log q(z), (K, N, L), and log p(x | z), (K, N), together in their own way."""

    def wrong(params, x, epsilon, model=DENSE):
        mean, log_var = model.encode(params, x)
        z = mean + std(log_var) * epsilon
        log_prior, log_q = normal_log_prob(z, 0.0, 0.0), normal_log_prob(z, mean, log_var)
        return combine(log_prior, log_q, model.log_likelihood(x, model.decode(params, z)))

    return wrong


def _changed(change):
    """Right log weights (K, N), changed."""
    return lambda params, x, epsilon, model=DENSE: change(vae.log_weights(params, x, epsilon, model))


def closed_form(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    return model.log_likelihood(x, model.decode(params, z)) - kl_to_standard_normal(mean, log_var)


def _another_q(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    log_q = normal_log_prob(z, mean, 2 * log_var)
    log_ratio = ops.sum_last(normal_log_prob(z, 0.0, 0.0) - log_q)
    return log_ratio + model.log_likelihood(x, model.decode(params, z))


def _at_draws(of, draw=reparameterize):
    """log_weights at z = draw(mean, log_var, epsilon) with `of(z, epsilon, mean, log_var)` for log p(z) - log q(z)."""

    def wrong(params, x, epsilon, model=DENSE):
        mean, log_var = model.encode(params, x)
        z = draw(mean, log_var, epsilon)
        return of(z, epsilon, mean, log_var) + model.log_likelihood(x, model.decode(params, z))

    return wrong


def _ratio_at(z, mean, log_var):
    return _sum(normal_log_prob(z, 0.0, 0.0) - normal_log_prob(z, mean, log_var))


def _likelihood_turned(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    return _ratio_at(z, mean, log_var) + model.log_likelihood(model.decode(params, z), x)


def _sum(a):
    return np.sum(a, axis=-1)


def _wider(z):
    return normal_log_prob(z, 0.0, 1.0) - normal_log_prob(z, 0.0, 0.0)


WEIGHTS = (
    Mistake(
        "weights-q-added",
        _weights(lambda p, q, x: _sum(p + q) + x),
        "The three parts are right, but log q(z) is added. A weight is p(x, z) *divided* by q(z): a draw from where q"
        " draws often counts for less.",
    ),
    Mistake(
        "weights-q-forgotten",
        _weights(lambda p, q, x: _sum(p) + x),
        "This is log p(x, z), the joint. The draws came from q, not from everywhere alike: divide by how often q draws"
        " there.",
    ),
    Mistake(
        "weights-prior-forgotten",
        _weights(lambda p, q, x: x - _sum(q)),
        "The prior is missing. On top of the weight stands the joint, p(x, z) = p(z) p(x | z), and you have its second"
        " factor.",
    ),
    Mistake(
        "weights-likelihood-only",
        _weights(lambda p, q, x: x),
        "This is log p(x | z) at draws of *q*. It would be a weight if the draws came from the prior; they come from"
        " q, so p(z) / q(z) belongs to it.",
    ),
    Mistake(
        "weights-ratio-upside-down",
        _weights(lambda p, q, x: _sum(q - p) + x),
        "The likelihood is right, but prior and q have changed places: p(z) / q(z), not q(z) / p(z).",
    ),
    Mistake(
        "weights-sign",
        _changed(np.negative),
        "All three parts are right and all have the wrong sign: this is the log of 1/w.",
    ),
    Mistake(
        "weights-latents-averaged",
        _weights(lambda p, q, x: np.mean(p - q, axis=-1) + x),
        "The densities of the latents are averaged. Independent latents multiply their densities, so their logs are"
        " *summed*.",
    ),
    Mistake(
        "weights-closed-form-kl",
        closed_form,
        "This is the ELBO of each draw, with the KL in closed form: right on average, and useful for training. But a"
        " weight belongs to its own z: log p(z) - log q(z) at that very draw.",
    ),
    Mistake(
        "weights-exp-log-var-as-std",
        _weights(lambda p, q, x: _sum(p - q) + x, std=np.exp),
        "The weights are put together rightly, but of the wrong draws: exp(log_var) is the variance. Which function of"
        " lesson 7 makes a draw of mean, log_var and epsilon?",
    ),
    Mistake(
        "weights-another-q",
        _another_q,
        "The draws are right, but log q is that of another Gaussian: `normal_log_prob` takes the log of the"
        " *variance*, as the encoder gives it.",
        also=(
            _at_draws(lambda z, e, mean, log_var: _ratio_at(z, mean, np.exp(log_var))),
            _at_draws(lambda z, e, mean, log_var: _ratio_at(z, mean, log_var / 2)),
        ),
    ),
    Mistake(
        "weights-another-prior",
        _at_draws(lambda z, e, mean, log_var: _ratio_at(z, mean, log_var) + _sum(_wider(z))),
        "Likelihood and q are right, but the prior is N(0, e): its log_var is 1. N(0, 1) has variance 1, and the log of"
        " that is 0.",
    ),
    Mistake(
        "weights-prior-at-the-noise",
        _at_draws(
            lambda z, e, mean, log_var: _sum(normal_log_prob(e, 0.0, 0.0) - normal_log_prob(z, mean, log_var))
        ),
        "The prior is asked about epsilon. All three densities belong to one and the same z, the one that was drawn.",
    ),
    Mistake(
        "weights-q-at-the-noise",
        _at_draws(
            lambda z, e, mean, log_var: _sum(normal_log_prob(z, 0.0, 0.0) - normal_log_prob(e, mean, log_var))
        ),
        "Here q is asked about epsilon. All three densities belong to one and the same z, the one that was drawn.",
    ),
    Mistake(
        "weights-density-of-the-noise",
        _at_draws(lambda z, e, mean, log_var: _sum(normal_log_prob(z, 0.0, 0.0) - normal_log_prob(e, 0.0, 0.0))),
        "In place of log q(z) you take the log-density of epsilon. z is epsilon *stretched* by the standard deviation,"
        " which thins the density out: a log_var / 2 for each latent is missing. Ask q about z.",
    ),
    Mistake(
        "weights-draws-of-the-prior",
        _at_draws(lambda z, e, mean, log_var: _ratio_at(z, mean, log_var), draw=lambda mean, log_var, e: e),
        "The three densities are put together rightly, but at z = epsilon, a draw of the *prior*. A weight divides by"
        " the density that its z was drawn from: draw from q, by mean, log_var and epsilon.",
    ),
    Mistake(
        "weights-at-the-mean",
        _at_draws(lambda z, e, mean, log_var: _ratio_at(z, mean, log_var), draw=lambda mean, log_var, e: mean),
        "Without epsilon nothing is drawn: this is one weight, at the mean of q. There are K draws, one for each row of"
        " epsilon.",
    ),
    Mistake(
        "weights-likelihood-subtracted",
        _weights(lambda p, q, x: _sum(p - q) - x),
        "The ratio p(z) / q(z) is right. But log p(x | z) is subtracted, and it is part of the joint, on top of"
        " the fraction: an image that z explains well makes a *larger* weight.",
    ),
    Mistake(
        "weights-likelihood-arguments-swapped",
        _likelihood_turned,
        "Everything is in place, but the likelihood gets its two arguments in the wrong order: first the image, then"
        " what the decoder says, `log_likelihood(x, decoded)`.",
    ),
    Mistake(
        "weights-summed-over-everything",
        _weights(lambda p, q, x: np.sum(p - q) + x),
        "`np.sum` without an axis adds the draws and the images up too. Only the latents, the last axis, belong to one"
        " weight.",
    ),
    Mistake(
        "weights-largest-taken-off",
        _changed(lambda w: w - np.max(w, axis=0)),
        "The log weights are right, and then the largest of each image is taken off. That is a step of log-mean-exp,"
        " and it is added again there. Here leave them as they are.",
    ),
    Mistake(
        "weights-model-ignored",
        lambda params, x, epsilon, model=DENSE: vae.log_weights(params, x, epsilon),
        "With the dense network it is right. But `model` is not used: `model.encode`, `model.decode` and"
        " `model.log_likelihood`, so that the lesson can hand in another q.",
    ),
    Mistake(
        "weights-without-the-log",
        _changed(np.exp),
        "These are the weights themselves. For digits they are about e⁻¹¹⁰, which float32 cannot hold: stay with their"
        " logs.",
    ),
    Mistake(
        "weights-averaged-already",
        _changed(lambda w: log_mean_exp(w, axis=0)),
        "The weights have been averaged over the draws already; that is the next exercise. Here each draw of each"
        " image keeps its own: shape (K, N).",
        also=(_changed(lambda w: np.mean(w, axis=0)),),
    ),
    Mistake(
        "weights-over-the-examples",
        _changed(lambda w: np.mean(w, axis=1)),
        "The examples have been averaged away. Each image keeps its own weights: shape (K, N).",
        also=(_changed(lambda w: np.sum(w, axis=1)),),
    ),
)  # fmt: skip
