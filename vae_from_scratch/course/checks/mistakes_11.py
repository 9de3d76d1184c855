"""Lesson 11: wrong ways to weigh draws, to average weights and to report a likelihood, and what to say to each."""

import numpy as np

from vae_from_scratch import ops, vae
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.distributions import kl_to_standard_normal, log_mean_exp, normal_log_prob, reparameterize
from vae_from_scratch.vae import DENSE

# ---- the weights -----------------------------------------------------------------------------------


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


def _closed_form(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    return model.log_likelihood(x, model.decode(params, z)) - kl_to_standard_normal(mean, log_var)


def _another_q(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    log_q = normal_log_prob(z, mean, 2 * log_var)
    log_ratio = ops.sum_last(normal_log_prob(z, 0.0, 0.0) - log_q)
    return log_ratio + model.log_likelihood(x, model.decode(params, z))


def _sum(a):
    return np.sum(a, axis=-1)


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
        _closed_form,
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

# ---- the bound -------------------------------------------------------------------------------------


def _of_weights(change):
    """A bound made of the right log weights (K, N)."""
    return lambda params, x, epsilon, model=DENSE: change(vae.log_weights(params, x, epsilon, model))


def _log_sum(w, axis=0):
    return np.logaddexp.reduce(w, axis=axis)


BOUND = (
    Mistake(
        "iwae-mean-of-logs",
        _of_weights(lambda w: np.mean(w, axis=0)),
        "This is the mean of the logs: the ELBO, however many draws there are. A bound that rises with K is the log of"
        " the mean *weight*: exponentials first, then the mean, then the log.",
    ),
    Mistake(
        "iwae-log-k-forgotten",
        _of_weights(_log_sum),
        "The weights are summed where they must be averaged. Yours is too large by log K exactly, and with K = 500"
        " every model would look 6.2 nats better than it is.",
    ),
    Mistake(
        "iwae-log-k-twice",
        _of_weights(lambda w: log_mean_exp(w, axis=0) - np.log(len(w))),
        "One log K too many is subtracted: `log_mean_exp` is a mean already.",
    ),
    Mistake(
        "iwae-overflow",
        _of_weights(lambda w: np.log(np.mean(np.exp(w), axis=0))),
        "Right on paper. But a digit's weights are about e⁻¹¹⁰, which is 0 in float32, and the log of 0 is minus"
        " infinity. Which function of lesson 5 takes the largest out before it exponentiates?",
        also=(_of_weights(lambda w: np.log(np.sum(np.exp(w), axis=0) / len(w))),),
    ),
    Mistake(
        "iwae-over-the-examples",
        _of_weights(lambda w: log_mean_exp(w, axis=1)),
        "You average over the images, and one number per *draw* is left. The draws lie along axis 0.",
        also=(_of_weights(lambda w: log_mean_exp(w, axis=-1)),),
    ),
    Mistake(
        "iwae-averaged-over-the-batch",
        _of_weights(lambda w: np.mean(log_mean_exp(w, axis=0))),
        "Right, and then the images were averaged away. Each image keeps its own bound, shape (N,).",
        also=(_of_weights(lambda w: log_mean_exp(np.ravel(w), axis=0)),),
    ),
    Mistake(
        "iwae-sign",
        _of_weights(lambda w: -log_mean_exp(w, axis=0)),
        "Right but for its sign: this is a cost, an estimate of -log p(x). A *bound on log p(x)* goes up when things"
        " get better.",
        also=(_of_weights(lambda w: log_mean_exp(-w, axis=0)), _of_weights(lambda w: -log_mean_exp(-w, axis=0))),
    ),
    Mistake(
        "iwae-best-draw-only",
        _of_weights(lambda w: np.max(w, axis=0)),
        "This is the largest weight alone. It is no bound: the more draws, the further it climbs, beyond log p(x) too."
        " The mean of the weights is.",
    ),
    Mistake(
        "iwae-first-draw-only",
        _of_weights(lambda w: w[0]),
        "Only the first draw is used. All K of them say something.",
        also=(_of_weights(lambda w: w[-1]),),
    ),
    Mistake(
        "iwae-weighted-by-the-weights",
        _of_weights(lambda w: np.sum(np.exp(w - _log_sum(w)) * w, axis=0)),
        "Each log weight counts with its share of the weights: so it is with their *slopes*, which autodiff finds by"
        " itself. The bound is the log of the mean weight.",
    ),
    Mistake(
        "iwae-without-the-log",
        _of_weights(lambda w: np.mean(np.exp(w), axis=0)),
        "This is an estimate of p(x) itself; wanted is its log.",
    ),
    Mistake(
        "iwae-the-log-weights",
        _of_weights(lambda w: w),
        "These are the log weights, and right. Average the weights over the draws, and take the log of that.",
    ),
)

# ---- the likelihood as it is reported --------------------------------------------------------------


def _report(of_weights):
    """An nll made of all the log weights (K, N) at once, its noise from one generator."""

    def wrong(params, x, num_samples, seed, model=DENSE):
        shape = (num_samples, *model.encode(params, x)[0].shape)
        epsilon = np.random.default_rng(seed).standard_normal(shape)
        return of_weights(vae.log_weights(params, x, epsilon, model))

    return wrong


def _one_draw(params, x, num_samples, seed, model=DENSE):
    return _report(lambda w: -w[0])(params, x, 1, seed, model)


def _same_noise(params, x, num_samples, seed, model=DENSE):
    shape, total = model.encode(params, x)[0].shape, -np.inf
    for _ in range(num_samples):
        epsilon = np.random.default_rng(seed).standard_normal((1, *shape))
        total = np.logaddexp(total, vae.log_weights(params, x, epsilon, model)[0])
    return np.log(num_samples) - total


NLL = (
    Mistake(
        "nll-elbo-reported",
        _report(lambda w: -np.mean(w, axis=0)),
        "This is minus the ELBO, averaged over many draws. That makes it steady, but no nearer to -log p(x): the gap"
        " stays. The weights are averaged before the log is taken.",
    ),
    Mistake(
        "nll-log-k-forgotten",
        _report(lambda w: -_log_sum(w)),
        "The weights are summed and never divided by their number: yours is too small by log K exactly, and with"
        " K = 500 every model would look 6.2 nats better than it is.",
    ),
    Mistake(
        "nll-log-k-sign",
        _report(lambda w: -_log_sum(w) - np.log(len(w))),
        "The sign of log K is wrong. -log(sum / K) is log K - log(sum).",
    ),
    Mistake(
        "nll-sign",
        _report(lambda w: log_mean_exp(w, axis=0)),
        "Right but for its sign. This is log p(x); a *negative* log-likelihood is a cost, and never below 0 for binary"
        " pixels.",
    ),
    Mistake(
        "nll-averaged-over-the-batch",
        _report(lambda w: -np.mean(log_mean_exp(w, axis=0))),
        "Right, and then the images were averaged away. Each image keeps its own number, shape (N,): without them"
        " nobody can give a standard error.",
        also=(_report(lambda w: -np.sum(log_mean_exp(w, axis=0))),),
    ),
    Mistake(
        "nll-over-the-examples",
        _report(lambda w: -log_mean_exp(w, axis=1)),
        "You average over the images, and one number per *draw* is left. The draws lie along axis 0.",
    ),
    Mistake(
        "nll-best-draw-only",
        _report(lambda w: -np.max(w, axis=0)),
        "This is the largest weight alone, and too good by up to log K. The mean of all the weights is what estimates"
        " p(x).",
    ),
    Mistake(
        "nll-one-draw",
        _one_draw,
        "However large `num_samples` is, yours says what one draw says. Either it is not used, or each round of a loop"
        " makes the same noise: a generator begun anew with the same seed gives the same numbers. Make it once, before"
        " the loop, or put the number of the draw into its seed.",
        also=(_report(lambda w: -w[0]), _same_noise),
    ),
    Mistake(
        "nll-overflow",
        _report(lambda w: -np.log(np.mean(np.exp(w), axis=0))),
        "Right on paper, and on images of seven pixels. A digit's weights are about e⁻¹¹⁰, which is 0 in float32, and"
        " minus the log of 0 is infinite. Stay with the logs: `log_mean_exp`, or `np.logaddexp` draw by draw.",
        also=(_report(lambda w: np.log(len(w)) - np.log(np.sum(np.exp(w), axis=0))),),
    ),
)
