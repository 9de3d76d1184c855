"""Lesson 8: wrong ways to write rate and distortion, the ELBO and the loss, and what to say to each.

Here are those that put right pieces together wrongly; what goes wrong inside the pieces is listed in
`mistakes_08_inside`.
"""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.checks.mistakes_08_inside import inside

# ---- rate and distortion ---------------------------------------------------------------------------


def _pair(change):
    """rate_and_distortion with its two results changed."""
    return lambda params, x, epsilon, model=vae.DENSE: change(*vae.rate_and_distortion(params, x, epsilon, model))


RATE_AND_DISTORTION = (
    Mistake(
        "rate-distortion-first",
        _pair(lambda r, d: (d, r)),
        "Both are right and have changed places: the rate comes first, then the distortion. With beta 1 nobody would"
        " notice; with any other, the wrong one is weighed.",
    ),
    Mistake(
        "rate-distortion-sign",
        _pair(lambda r, d: (r, -d)),
        "The rate is right, but the distortion is the log-likelihood itself. A distortion is a cost, *minus* log p(x"
        " | z): never below 0 for binary pixels.",
    ),
    Mistake(
        "rate-sign",
        _pair(lambda r, d: (-r, d)),
        "The distortion is right, but the rate has the wrong sign. Both are costs: the KL as it is, never below 0.",
    ),
    Mistake(
        "rate-both-signs",
        _pair(lambda r, d: (-r, -d)),
        "Both have the wrong sign: these are the two terms of the ELBO. Rate and distortion are costs, never below 0.",
    ),
    Mistake(
        "rate-averaged-over-the-batch",
        _pair(lambda r, d: (np.mean(r), np.mean(d))),
        "The examples have been averaged away. Each keeps its own rate and its own distortion; averaging happens"
        " once, in the loss.",
        also=(_pair(lambda r, d: (r, np.mean(d))), _pair(lambda r, d: (np.mean(r), d))),
    ),
    Mistake(
        "rate-summed-over-the-batch",
        _pair(lambda r, d: (np.sum(r), np.sum(d))),
        "The examples have been summed up. Each keeps its own rate and its own distortion, shape `(N,)`: a number that"
        " grows with the batch says nothing about an image.",
        also=(_pair(lambda r, d: (r, np.sum(d))), _pair(lambda r, d: (np.sum(r), d))),
    ),
    *inside("rate", lambda made: made),
)  # fmt: skip

# ---- the ELBO --------------------------------------------------------------------------------------


def _elbo(combine):
    """An ELBO that puts rate, distortion and beta together in its own way, from any program."""

    def finish(made):
        return lambda params, x, epsilon, beta=1.0, model=vae.DENSE: combine(*made(params, x, epsilon, model), beta)

    return finish


def _put_together(combine):
    return _elbo(combine)(vae.rate_and_distortion)


SIZES = (4000, 5000, 60_000, 50_000)  # of data sets: the digits', MNIST's


def _share_of(size, reduce=lambda cost: -cost):
    """The rate times the batch's share of so many examples."""
    return _put_together(lambda r, d, beta: reduce(d + beta * len(r) / size * r))


def _mean_share_of(size):
    return _share_of(size, np.mean)


ELBO = (
    Mistake(
        "elbo-sign",
        _put_together(lambda r, d, beta: d + beta * r),
        "The terms are right, with the sign turned: this is the cost. The ELBO is a bound on a log-probability, so it"
        " goes *up* when the model gets better and is never above 0 here; the loss is minus its mean.",
    ),
    Mistake(
        "elbo-beta-forgotten",
        _put_together(lambda r, d, beta: -(d + r)),
        "At beta 1 it is right, but `beta` is not used. It is the price of a nat of rate, and multiplies the rate.",
    ),
    Mistake(
        "elbo-beta-on-distortion",
        _put_together(lambda r, d, beta: -(beta * d + r)),
        "At beta 1 it is right, but beta stands with the distortion. It is the price of a nat of *rate*; a large beta"
        " makes the encoder silent, not the picture sharp.",
    ),
    Mistake(
        "elbo-beta-on-both",
        _put_together(lambda r, d, beta: -beta * (d + r)),
        "At beta 1 it is right, but beta multiplies both terms, and so changes nothing but the size of the steps. It"
        " belongs to the rate alone.",
    ),
    Mistake(
        "elbo-divided-by-beta",
        _put_together(lambda r, d, beta: -(d + r / beta)),
        "At beta 1 it is right, but the rate is divided by beta. It is a price: twice the beta, twice the cost.",
        also=(_put_together(lambda r, d, beta: -(d / beta + r)),),
    ),
    Mistake(
        "elbo-rate-times-the-batch-s-share",
        _share_of(SIZES[0]),
        "The distortion is right, but the rate is multiplied by the batch's share of the data. Both are costs of the"
        " same examples, so nothing is to be corrected: with that weight the best encoder would change with the size"
        " of the batch.",
        also=tuple(map(_share_of, SIZES[1:])),
    ),
    Mistake(
        "elbo-rate-rewarded",
        _put_together(lambda r, d, beta: -d + beta * r),
        "The distortion is right, but the rate is added: the encoder would be paid for lying far from the prior, and"
        " the loss has no lower end. -(a + b) is -a - b: is a pair of parentheses missing?",
    ),
    Mistake(
        "elbo-distortion-rewarded",
        _put_together(lambda r, d, beta: d - beta * r),
        "The rate is right, but the distortion enters with a plus. It is *minus* log p(x | z) already, a cost like the"
        " rate.",
    ),
    Mistake(
        "elbo-rate-missing",
        _put_together(lambda r, d, beta: -d),
        "Only the distortion is there. Without the rate this is an autoencoder with noise, which makes the noise"
        " vanish: where does the KL term come in?",
        also=(_put_together(lambda r, d, beta: d),),
    ),
    Mistake(
        "elbo-distortion-missing",
        _put_together(lambda r, d, beta: -beta * r),
        "Only the rate is there. What does the image cost once z is known?",
        also=(_put_together(lambda r, d, beta: -r), _put_together(lambda r, d, beta: beta * r)),
    ),
    Mistake(
        "elbo-averaged-over-the-batch",
        _put_together(lambda r, d, beta: -np.mean(d + beta * r)),
        "The terms are right, but the examples have been averaged into one number. Each keeps its own bound, shape"
        " `(N,)`; averaging happens once, in the loss.",
        also=(_put_together(lambda r, d, beta: np.mean(d + beta * r)),),
    ),
    Mistake(
        "elbo-summed-over-the-batch",
        _put_together(lambda r, d, beta: -np.sum(d + beta * r)),
        "The terms are right, but the examples have been summed into one number. Each keeps its own bound, shape"
        " `(N,)`.",
        also=(_put_together(lambda r, d, beta: np.sum(d + beta * r)),),
    ),
    *inside("elbo", _elbo(lambda r, d, beta: -(d + beta * r))),
)  # fmt: skip

# ---- the loss --------------------------------------------------------------------------------------


def _loss(reduce):
    """A loss that makes its number of the ELBOs in its own way."""
    return lambda params, x, epsilon, beta=1.0, model=vae.DENSE: reduce(vae.elbo(params, x, epsilon, beta, model), x)


LOSS = (
    Mistake(
        "loss-is-the-elbo",
        _loss(lambda e, x: np.mean(e)),
        "The mean is right, but this is the ELBO: training goes *down* on the loss, and would make the bound worse with"
        " every step. The loss is minus the mean ELBO.",
    ),
    Mistake(
        "loss-summed-over-the-batch",
        _loss(lambda e, x: -np.sum(e)),
        "The sign is right, but the examples are summed. Then the number and its gradient grow with the batch, and"
        " a learning rate that suits one batch size is too large for another; a mean is in nats per example,"
        " whatever the batch.",
        also=(_loss(lambda e, x: np.sum(e)),),
    ),
    Mistake(
        "loss-kept-per-example",
        _loss(lambda e, x: -e),
        "These are the losses of the single examples. A gradient needs one number: the mean over the batch.",
        also=(_loss(lambda e, x: e),),
    ),
    Mistake(
        "loss-per-pixel",
        _loss(lambda e, x: -np.mean(e) / x.shape[-1]),
        "It is divided by the number of pixels, which changes no optimum, but every number: in this course a loss is"
        " in nats per example.",
    ),
    Mistake(
        "loss-divided-twice",
        _loss(lambda e, x: -np.mean(e) / len(x)),
        "The mean has been divided by the number of examples once more: a mean has done that already.",
    ),
    Mistake(
        "loss-one-example",
        _loss(lambda e, x: -e[0]),
        "Only the first example counts in yours. Average over all of them.",
        also=(_loss(lambda e, x: -e[-1]),),
    ),
    Mistake(
        "loss-beta-not-passed-on",
        lambda params, x, epsilon, beta=1.0, model=vae.DENSE: -np.mean(vae.elbo(params, x, epsilon, model=model)),
        "At beta 1 it is right, but `beta` does not reach the ELBO: dragging it would change nothing.",
    ),
    Mistake(
        "loss-beta-on-everything",
        lambda params, x, epsilon, beta=1.0, model=vae.DENSE: -beta * np.mean(vae.elbo(params, x, epsilon, 1.0, model)),
        "At beta 1 it is right, but beta multiplies the whole ELBO. It belongs to the rate alone: hand it to `elbo`.",
    ),
    Mistake(
        "loss-beta-twice",
        lambda params, x, epsilon, beta=1.0, model=vae.DENSE: (
            -beta * np.mean(vae.elbo(params, x, epsilon, beta, model))
        ),
        "The ELBO has its beta already, where it multiplies the rate. Here it is applied once more, to everything.",
    ),
    Mistake(
        "loss-beta-on-distortion",
        _elbo(lambda r, d, beta: np.mean(beta * d + r))(vae.rate_and_distortion),
        "At beta 1 it is right, but beta stands with the distortion. It is the price of a nat of *rate*.",
    ),
    Mistake(
        "loss-rate-times-the-batch-s-share",
        _mean_share_of(SIZES[0]),
        "The distortion is right, but the rate is multiplied by the batch's share of the data. Both are averaged over"
        " the same examples, so nothing is to be corrected: with that weight the best encoder would change with the"
        " size of the batch.",
        also=tuple(map(_mean_share_of, SIZES[1:])),
    ),
    Mistake(
        "loss-rate-rewarded",
        _elbo(lambda r, d, beta: np.mean(d - beta * r))(vae.rate_and_distortion),
        "The distortion is right, but the rate is subtracted: the encoder would be paid for lying far from the prior."
        " Both are costs.",
    ),
    Mistake(
        "loss-rate-missing",
        _elbo(lambda r, d, beta: np.mean(d))(vae.rate_and_distortion),
        "Only the distortion is there: an autoencoder with noise, which makes the noise vanish. The rate is missing.",
    ),
    *inside("loss", _elbo(lambda r, d, beta: np.mean(d + beta * r))),
)  # fmt: skip
