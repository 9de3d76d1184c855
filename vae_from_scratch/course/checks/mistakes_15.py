"""Lesson 15: wrong ways to bound log p(x | y), and what to say to each."""

import numpy as np

from vae_from_scratch import conditional, ops, vae
from vae_from_scratch.course.checks import Mistake, same
from vae_from_scratch.course.checks.mistakes_08_inside import program
from vae_from_scratch.distributions import bernoulli_log_prob, kl_to_standard_normal, log_mean_exp, reparameterize
from vae_from_scratch.pytree import tree_map

_rng = np.random.default_rng(15)
PARAMS = tree_map(
    lambda leaf: leaf.astype(np.float64) + 0.4 * _rng.standard_normal(leaf.shape),
    conditional.init(_rng, num_classes=11, data_dim=7, hidden=(13,), latent_dim=3),
)
X, EPSILON = (_rng.random((5, 7)) < 0.4).astype(float), _rng.standard_normal((5, 3))
Y = np.eye(11)[[7, 2, 10, 4, 2]]


def _elbo(made, combine=lambda rate, distortion: -distortion - rate, label=lambda y: y):
    """A conditional bound of a program of rate and distortion, which is told the label through the seam."""
    return lambda params, x, y, epsilon: combine(*made(params, x, epsilon, conditional.given(label(y))))


def _put_together(combine):
    return _elbo(program(), combine)


def _with(**steps):
    return _elbo(program(**steps))


def _hearing(encode, decode):
    """A bound with other networks: encode(params, x, y), decode(params, z, y)."""

    def elbo(params, x, y, epsilon):
        mean, log_var = encode(params, x, y)
        z = reparameterize(mean, log_var, epsilon)
        return bernoulli_log_prob(x, decode(params, z, y)) - kl_to_standard_normal(mean, log_var)

    return elbo


def _deaf_encode(params, x, y):
    return vae.encode(params, x)


def _deaf_decode(params, z, y):
    return vae.decode(params, z)


def _own_noise(mean, log_var, epsilon):
    return reparameterize(mean, log_var, np.random.standard_normal(np.shape(mean)))  # noqa: NPY002 (as students draw)


def _one_draw(params, x, y, epsilon):
    """The log weight of one draw: a KL that is estimated, too."""
    return vae.log_weights(params, x, epsilon[None], conditional.given(y))[0]


def _of_all_labels(combine):
    """One number of the bounds under every label."""
    return lambda params, x, y, epsilon: combine(conditional.label_log_probs(params, x, epsilon, y.shape[-1]), axis=1)


def _shared_noise(params, x, y, epsilon):
    return conditional.elbo(params, x, y, np.tile(epsilon[:1], (len(x), 1)))


def _draws(f):
    return not same(f(PARAMS, X, Y, EPSILON), f(PARAMS, X, Y, EPSILON))


TOLD = (
    Mistake(
        "told-nobody",
        _hearing(_deaf_encode, _deaf_decode),
        "Neither network has been told the label: this is lesson 8's bound, on log p(x), and `y` goes unused. Both have"
        " to hear it.",
    ),
    Mistake(
        "told-decoder-not",
        _hearing(conditional.encode, _deaf_decode),
        "The encoder hears the label, the decoder does not. Then the model of x is the same for every y, and nobody can"
        " ask it for a 7: in p(x | z, y) the label stands behind the bar.",
        also=(_hearing(conditional.encode, lambda p, z, y: conditional.decode(p, z, 0 * y)),),
    ),
    Mistake(
        "told-encoder-not",
        _hearing(_deaf_encode, conditional.decode),
        "The decoder hears the label, the encoder does not. It is still a bound on log p(x | y), since q may be"
        " anything; but a looser one: knowing the label, one knows more about z. Tell the encoder, too.",
        also=(_hearing(lambda p, x, y: conditional.encode(p, x, 0 * y), conditional.decode),),
    ),
    Mistake(
        "told-one-label-for-all",
        _elbo(program(), label=lambda y: y[:1]),
        "Every image is told the first one's label. `y` has a row for each image.",
        also=(_elbo(program(), label=lambda y: y[0]),),
    ),
    Mistake(
        "told-joint",
        lambda params, x, y, epsilon: conditional.elbo(params, x, y, epsilon) - np.log(y.shape[-1]),
        "The bound is right, but for ln C, C the number of classes: you have added log p(y), and so bound log p(x, y)."
        " The label is given here, and nothing is paid for it.",
        also=(lambda params, x, y, epsilon: conditional.elbo(params, x, y, epsilon) - np.log(10),),
    ),
    Mistake(
        "told-every-label",
        _of_all_labels(log_mean_exp),
        "The labels have been averaged out: this is about log p(x), of somebody who is told no label. Here `y` says"
        " which one it is: only its bound counts.",
        also=(_of_all_labels(np.max),),
    ),
    Mistake(
        "told-sign",
        _put_together(lambda rate, distortion: distortion + rate),
        "The terms are right, with the sign turned: this is the cost. A bound on a log-probability is never above 0"
        " here; the loss is minus its mean.",
    ),
    Mistake(
        "told-rate-rewarded",
        _put_together(lambda rate, distortion: rate - distortion),
        "The log-likelihood is right, but the KL is added. It is what z costs: take it off.",
    ),
    Mistake(
        "told-rate-missing",
        _put_together(lambda rate, distortion: -distortion),
        "Only log p(x | z, y) is there. What does z cost? The prior is N(0, I), whatever the label.",
    ),
    Mistake(
        "told-distortion-missing",
        _put_together(lambda rate, distortion: -rate),
        "Only the KL is there. What does the image cost once z and y are known?",
        also=(_put_together(lambda rate, distortion: rate),),
    ),
    Mistake(
        "told-averaged-over-the-batch",
        _put_together(lambda rate, distortion: -np.mean(distortion + rate)),
        "The terms are right, but the examples have been averaged into one number. Each keeps its own bound, shape"
        " `(N,)`; `conditional.loss` averages.",
    ),
    Mistake(
        "told-is-the-loss",
        _put_together(lambda rate, distortion: np.mean(distortion + rate)),
        "That is the loss: the costs, averaged into one number. The bound has the other sign, and each example keeps"
        " its own, shape `(N,)`.",
    ),
    Mistake(
        "told-summed-over-the-batch",
        _put_together(lambda rate, distortion: -np.sum(distortion + rate)),
        "The terms are right, but the examples have been summed into one number. Each keeps its own bound, shape"
        " `(N,)`.",
    ),
    Mistake(
        "told-no-noise",
        _with(draw=lambda mean, log_var, epsilon: mean),
        "It decodes the mean: no noise. The number is better and bounds nothing. `reparameterize` makes the draw.",
    ),
    Mistake(
        "told-own-noise",
        _with(draw=_own_noise),
        "It draws noise of its own. Noise is an argument: give `epsilon` to `reparameterize`.",
        detect=_draws,
    ),
    Mistake(
        "told-variance-as-std",
        _with(draw=lambda mean, log_var, epsilon: mean + np.exp(log_var) * epsilon),
        "The draw is stretched by the variance. `exp(log_var / 2)` is the standard deviation; `reparameterize` knows"
        " it.",
    ),
    Mistake(
        "told-log-var-as-std",
        _with(draw=lambda mean, log_var, epsilon: mean + log_var * epsilon),
        "The draw is stretched by log_var itself. `exp(log_var / 2)` is the standard deviation; `reparameterize` knows"
        " it.",
    ),
    Mistake(
        "told-noise-as-z",
        _with(draw=lambda mean, log_var, epsilon: epsilon),
        "It decodes the noise itself, a draw from the prior. z is a draw from q(z | x, y): `reparameterize` makes it of"
        " mean, log_var and `epsilon`.",
        also=(lambda params, x, y, epsilon: bernoulli_log_prob(x, conditional.decode(params, epsilon, y)),),
    ),
    Mistake(
        "told-one-noise-for-the-batch",
        _shared_noise,
        "Every image gets the first one's noise. `epsilon` has a row for each image.",
    ),
    Mistake(
        "told-rate-estimated",
        _one_draw,
        "On average over the noise this is the same bound: the KL, too, is estimated by the one draw of z. But it is"
        " known exactly, and then scatters less: `kl_to_standard_normal`.",
    ),
    Mistake(
        "told-pixel-mean",
        _with(distortion=lambda x, logits, model: -bernoulli_log_prob(x, logits) / x.shape[-1]),
        "The log-likelihood is averaged over the pixels where it must be summed.",
    ),
    Mistake(
        "told-latent-mean",
        _with(rate=lambda mean, log_var: kl_to_standard_normal(mean, log_var) / mean.shape[-1]),
        "The KL is averaged over the latents where it must be summed.",
    ),
    Mistake(
        "told-means-for-sums",
        _with(
            rate=lambda mean, log_var: kl_to_standard_normal(mean, log_var) / mean.shape[-1],
            distortion=lambda x, logits, model: -bernoulli_log_prob(x, logits) / x.shape[-1],
        ),
        "Both terms are averaged, one over the pixels, one over the latents, where they must be summed.",
    ),
    Mistake(
        "told-image-and-logits-swapped",
        _with(distortion=lambda x, logits, model: -bernoulli_log_prob(logits, x)),
        "`bernoulli_log_prob(x, logits)` takes the image first; yours hands over the logits first.",
    ),
    Mistake(
        "told-sigmoid-twice",
        _with(distortion=lambda x, logits, model: -bernoulli_log_prob(x, ops.sigmoid(logits))),
        "A sigmoid is taken of what the decoder gives, and `bernoulli_log_prob` takes another: it wants the logits as"
        " they are.",
    ),
    Mistake(
        "told-parts-swapped",
        _with(encoded=lambda parts: (parts[1], parts[0])),
        "The encoder gives mean and log_var, in this order; yours takes one for the other.",
    ),
)
