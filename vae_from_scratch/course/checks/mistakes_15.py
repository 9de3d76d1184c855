"""Lesson 15: wrong ways to bound log p(x | y) and to measure the gap between latents, and what to say to each."""

import numpy as np

from vae_from_scratch import conditional, ops, vae
from vae_from_scratch.course.checks import Mistake, same
from vae_from_scratch.course.checks.mistakes_08_inside import program
from vae_from_scratch.distributions import bernoulli_log_prob, kl_to_standard_normal, reparameterize
from vae_from_scratch.pytree import tree_map

_rng = np.random.default_rng(15)
PARAMS = tree_map(
    lambda leaf: leaf.astype(np.float64) + 0.4 * _rng.standard_normal(leaf.shape),
    conditional.init(_rng, num_classes=11, data_dim=7, hidden=(13,), latent_dim=3),
)
X, EPSILON = (_rng.random((5, 7)) < 0.4).astype(float), _rng.standard_normal((5, 3))
Y = np.eye(11)[[7, 2, 10, 4, 2]]
INFORMATION, ENTROPY = 0.9 * _rng.random((5, 11)), _rng.uniform(1.1, 2.3, 5)

# ---- the bound on log p(x | y) -------------------------------------------------------------------


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
        also=(_put_together(lambda rate, distortion: np.mean(distortion + rate)),),
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

# ---- the gap -------------------------------------------------------------------------------------


def _ranked(combine):
    """A gap made of each factor's information, the most telling latent first."""
    return lambda information, entropy: combine(np.sort(information, axis=1)[:, ::-1], entropy)


def _columns(information, entropy):
    return (information[:, -1] - information[:, -2]) / entropy


def _columns_from_the_left(information, entropy):
    return (information[:, 0] - information[:, 1]) / entropy


def _ranked_along_the_factors(information, entropy):
    ranked = np.sort(information, axis=0)
    return (ranked[:, -1] - ranked[:, -2]) / entropy


def _of_each_latent(information, entropy):
    ranked = np.sort(information / entropy[:, None], axis=0)
    return ranked[-1] - ranked[-2]


def _of_each_latent_in_nats(information, entropy):
    ranked = np.sort(information, axis=0)
    return ranked[-1] - ranked[-2]


GAP = (
    Mistake(
        "mig-in-nats",
        _ranked(lambda top, entropy: top[:, 0] - top[:, 1]),
        "The gap is right, in nats. But the factors do not have equally much to tell: divide each gap by its factor's"
        " entropy.",
    ),
    Mistake(
        "mig-over-the-largest",
        _ranked(lambda top, entropy: (top[:, 0] - top[:, 1]) / top[:, 0]),
        "The gap is right, but it is divided by what the best latent tells. Then a latent that knows next to nothing"
        " scores 1, if the others know nothing at all. Divide by all there is to tell, the entropy.",
    ),
    Mistake(
        "mig-largest-alone",
        _ranked(lambda top, entropy: top[:, 0] / entropy),
        "That is how much of the factor the best latent tells. If a second latent tells as much, it is no gap: take off"
        " what the next one tells.",
        also=(_ranked(lambda top, entropy: top[:, 0]),),
    ),
    Mistake(
        "mig-largest-less-smallest",
        _ranked(lambda top, entropy: (top[:, 0] - top[:, -1]) / entropy),
        "That is the best latent against the worst. The question is whether *another* latent comes near the best: take"
        " the second.",
        also=(_ranked(lambda top, entropy: top[:, 0] - top[:, -1]),),
    ),
    Mistake(
        "mig-largest-less-mean",
        lambda information, entropy: (np.max(information, axis=1) - np.mean(information, axis=1)) / entropy,
        "That is the best latent against the average one, which many silent latents pull down. Take the second best.",
        also=(_ranked(lambda top, entropy: (top[:, 0] - np.mean(top[:, 1:], axis=1)) / entropy),),
    ),
    Mistake(
        "mig-two-smallest",
        _ranked(lambda top, entropy: (top[:, -2] - top[:, -1]) / entropy),
        "`np.sort` begins with the smallest, and these are the two that tell least. Where are the largest?",
        also=(_ranked(lambda top, entropy: (top[:, -1] - top[:, -2]) / entropy),),
    ),
    Mistake(
        "mig-sign",
        _ranked(lambda top, entropy: (top[:, 1] - top[:, 0]) / entropy),
        "Right but for the sign: the second less the first. A gap is not below 0.",
    ),
    Mistake(
        "mig-not-ranked",
        _columns,
        "These are two fixed columns, the last. A latent's number means nothing: rank the latents for each factor"
        " first.",
        also=(
            _columns_from_the_left,
            lambda information, entropy: information[:, -1] - information[:, -2],
            lambda information, entropy: information[:, 0] - information[:, 1],
        ),
    ),
    Mistake(
        "mig-ranked-along-the-factors",
        _ranked_along_the_factors,
        "Sorted along the wrong axis: that ranks the factors within each latent. Each factor ranks the latents, axis"
        " 1.",
    ),
    Mistake(
        "mig-of-each-latent",
        _of_each_latent,
        "You ask of each latent whether it tells about one factor only: also a fair question, but another one. Here"
        " each *factor* is asked whether one latent tells it: one number for each factor.",
        also=(_of_each_latent_in_nats,),
    ),
    Mistake(
        "mig-averaged",
        _ranked(lambda top, entropy: np.mean((top[:, 0] - top[:, 1]) / entropy)),
        "That is the published number, the mean over factors, and right as such. Here each factor keeps its own gap,"
        " shape `(F,)`: the mean hides which factor was found.",
    ),
    Mistake(
        "mig-over-all-entropies",
        _ranked(lambda top, entropy: (top[:, 0] - top[:, 1]) / np.sum(entropy)),
        "The gap is right, but it is divided by the entropy of all factors together. Each gap goes with its own"
        " factor's.",
        also=(_ranked(lambda top, entropy: (top[:, 0] - top[:, 1]) / np.mean(entropy)),),
    ),
)
