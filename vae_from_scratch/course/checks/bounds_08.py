"""Lesson 8: rate and distortion, the ELBO, the loss. Claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.course.checks import Case, Claim, Summand, Task, gives, near, shown, wrong_number
from vae_from_scratch.course.checks.fixture_08 import (
    AXES,
    BETA,
    CERTAIN,
    DRAWS,
    EPSILON,
    OTHER_MODEL,
    PARAMS,
    SURE,
    ZEROS,
    X,
    lesson_batch,
    lesson_params,
    with_head,
)
from vae_from_scratch.course.checks.mistakes_08_bounds import ELBO, LOSS, RATE_AND_DISTORTION

_rng = np.random.default_rng(88)
_MANY = PARAMS, (_rng.random((53, 7)) < 0.4).astype(float), _rng.standard_normal((53, 3)), BETA
_COIN = 7 * np.log(2)
_ANOTHER = "with another model in place of DENSE"
_MODEL_HINT = "The networks and the likelihood are those of `model`: is it used, or handed on, everywhere?"
_CERTAIN_HINT = (
    "Is there a sigmoid followed by a logarithm? `model.log_likelihood` takes the decoder's logits and needs neither."
)


# ---- claims of rate and distortion -----------------------------------------------------------------


def _nothing_known(f):
    rate, distortion = f(ZEROS, X, EPSILON)
    if not np.allclose(rate, 0.0, atol=1e-6):
        return f"Yours gives a rate of {wrong_number(rate, np.zeros(5))}."
    want = np.full(5, _COIN)
    return near(distortion, want) or f"Yours gives a distortion of {wrong_number(distortion, want)}."


def _means_of_one(f):
    rate, _ = f(with_head(ZEROS, "encoder", "mean", b=1.0), X, EPSILON)
    return near(rate, np.full(5, 1.5)) or f"Yours gives a rate of {wrong_number(rate, np.full(5, 1.5))}."


def _only_distortion_hears_the_noise(f):
    (rate, distortion), (rate_2, distortion_2) = f(PARAMS, X, EPSILON), f(PARAMS, X, 3.0 * EPSILON)
    if not near(rate, rate_2):
        return "With other noise your rate is another."
    return not near(distortion, distortion_2) or "With other noise your distortion stays as it is."


def _at_the_mean(f):
    want = -vae.DENSE.log_likelihood(X, vae.decode(PARAMS, vae.encode(PARAMS, X)[0]))
    return near(f(PARAMS, X, 0 * EPSILON)[1], want) or "With yours it is another."


def _costs(f):
    rate, distortion = f(PARAMS, X, EPSILON)
    return bool(np.all(rate >= 0) and np.all(distortion >= 0)) or "One of yours is below 0."


def _certain(f):
    (_, distortion), want = f(CERTAIN, X, EPSILON), 1000.0 * np.sum(1 - X, axis=-1)
    return near(distortion, want) or f"There your distortion is {wrong_number(distortion, want)}."


def _sure(f):
    with np.errstate(over="ignore"):
        got, want = f(SURE, X, EPSILON)[0], vae.rate_and_distortion(SURE, X, EPSILON)[0]
    return near(got, want) or "There your rate is off, or not finite."


# ---- claims of the ELBO ----------------------------------------------------------------------------


def _elbo_of_nothing(f):
    return gives(f(ZEROS, X, EPSILON, 1.0), np.full(5, -_COIN))


def _beta_is_a_price(f):
    once, twice = f(PARAMS, X, EPSILON, 1.0), f(PARAMS, X, EPSILON, 2.0)
    rate, _ = vae.rate_and_distortion(PARAMS, X, EPSILON)
    return near(once - twice, rate) or "Yours changes by something else."


def _never_above_zero(f):
    got = f(PARAMS, X, EPSILON, 1.0)
    return bool(np.all(got <= 0)) or f"Yours is above 0 for {np.sum(got > 0)} of 5 images."


def _elbo_certain(f):
    rate, _ = vae.rate_and_distortion(CERTAIN, X, EPSILON)
    got, want = f(CERTAIN, X, EPSILON, 1.0), -rate - 1000.0 * np.sum(1 - X, axis=-1)
    return near(got, want) or f"There yours is {wrong_number(got, want)}."


# ---- claims of the loss ----------------------------------------------------------------------------


def _loss_of_nothing(f):
    return gives(f(ZEROS, X, EPSILON, 1.0), _COIN)


def _batch_does_not_count(f):
    once, thrice = f(PARAMS, X, EPSILON, 1.0), f(PARAMS, np.tile(X, (3, 1)), np.tile(EPSILON, (3, 1)), 1.0)
    return near(thrice, once) or f"Yours becomes {shown(thrice / once, 1.0)} times as large."


def _mean_of_the_examples(f):
    alone = [f(PARAMS, X[i : i + 1], EPSILON[i : i + 1], 1.0) for i in range(5)]
    return near(f(PARAMS, X, EPSILON, 1.0), np.mean(alone)) or "Yours, image by image and averaged, is something else."


def _loss_certain(f):
    rate, distortion = vae.rate_and_distortion(CERTAIN, X, EPSILON)
    got, want = f(CERTAIN, X, EPSILON, 1.0), np.mean(rate + distortion)
    return near(got, want) or f"There yours is {wrong_number(got, want)}."


def _size():
    return lesson_params(), *lesson_batch()


TASKS = (
    Task(
        reference=vae.rate_and_distortion,
        lesson=8,
        fixture=(PARAMS, X, EPSILON),
        axes=AXES,
        parts=("rate", "distortion"),
        by_hand=(
            Claim(
                "With all parameters zero the rate is 0 and every pixel costs ln 2, seven of them 4.852.",
                _nothing_known,
                "Zero logits are fair coins, and a posterior with mean 0 and log_var 0 is the prior. Which two"
                " functions say so, and which of them gets a minus?",
            ),
            Claim(
                "Three latents with mean 1 and log_var 0 have a rate of 3/2 nats.",
                _means_of_one,
                "Half a nat each, and independent latents add up.",
            ),
        ),
        properties=(
            Claim("Neither is ever negative.", _costs, "Both are costs: minus a log-probability, and a KL."),
            Claim(
                "Where epsilon is 0, the distortion is that of the mean.",
                _at_the_mean,
                "Which z does the decoder get if nothing is drawn? Does `reparameterize` get its three in order?",
            ),
            Claim(
                "Other noise changes the distortion and not the rate.",
                _only_distortion_hears_the_noise,
                "The rate comes in closed form from mean and log_var. The distortion is that of one draw z, made with"
                " `epsilon`.",
            ),
        ),
        extremes=(
            Claim("A certain and wrong pixel costs 1000 nats at logit 1000.", _certain, _CERTAIN_HINT),
            Claim("At log_var ±20 the rate is finite and right.", _sure, "`log_var` is a logarithm already."),
        ),
        also=(
            Case("with 11 draws for each example: epsilon (11, 5, 3)", (PARAMS, X, DRAWS)),
            Case(_ANOTHER, (PARAMS, X, EPSILON, OTHER_MODEL), hint=_MODEL_HINT),
            Case("with one image alone", (PARAMS, X[:1], EPSILON[:1])),
        ),
        differentiate=(0,),
        lesson_size=_size,
        hints=(
            "Follow one image: x to mean and log_var, to a draw z, to logits, to a log-probability. At which two"
            " places of this chain is something paid, and for what?",
            "rate = KL of mean and log_var, distortion = -log p(x | z) at z = mean + std · epsilon, each (N,). The"
            " networks and the likelihood come from `model`: `model.encode`, `model.decode`, `model.log_likelihood`.",
            "A skeleton:\n\n    mean, log_var = model.encode(params, x)\n"
            "    z = distributions.reparameterize(…)\n"
            "    return distributions.kl_to_standard_normal(…), -model.log_likelihood(x, …)",
        ),
        why="The rate is what z costs, known in closed form; the distortion is what x costs once z is known, at one"
        " draw, whose average over epsilon is what the bound asks for. Kept apart, they can be watched and weighed.",
        mistakes=RATE_AND_DISTORTION,
    ),
    Task(
        reference=vae.elbo,
        lesson=8,
        fixture=(PARAMS, X, EPSILON, BETA),
        axes=AXES,
        by_hand=(
            Claim(
                "With all parameters zero it is -ln 2 for every pixel, -4.852 for seven, whatever the image.",
                _elbo_of_nothing,
                "The rate is 0 and the distortion 7 ln 2. A bound on a log-probability cannot be positive.",
            ),
        ),
        properties=(
            Claim("It is never above 0, as no probability is above 1.", _never_above_zero, "Both terms are costs."),
            Claim(
                "From beta 1 to beta 2 it falls by the rate.",
                _beta_is_a_price,
                "beta is the price of one nat of rate: which of the two terms does it multiply?",
            ),
        ),
        extremes=(Claim("A certain and wrong pixel costs 1000 nats at logit 1000.", _elbo_certain, _CERTAIN_HINT),),
        also=(
            Case("with beta left out, which is then 1", (PARAMS, X, EPSILON)),
            Case("at beta 4", (PARAMS, X, EPSILON, 4.0)),
            Case(_ANOTHER, (PARAMS, X, EPSILON, BETA, OTHER_MODEL), hint=_MODEL_HINT),
            Case("with 11 draws for each example: epsilon (11, 5, 3)", (PARAMS, X, DRAWS, BETA), needed=False),
        ),
        differentiate=(0,),
        summands=(
            Summand("distortion", lambda p, x, e, beta: vae.rate_and_distortion(p, x, e)[1], -1),
            Summand("rate (beta is 4/5 here)", lambda p, x, e, beta: vae.rate_and_distortion(p, x, e)[0], -BETA),
            Summand("of a constant", lambda p, x, e, beta: np.ones(len(x)), 0),
        ),
        fit_on=_MANY,
        lesson_size=_size,
        hints=(
            "You have two costs, rate and distortion. A bound on log p(x) goes up when things get better: with which"
            " sign does each enter, and which of them has the price beta?",
            "ELBO = -(distortion + beta · rate), one number per image: shape (N,), no mean yet.",
            "A skeleton:\n\n    rate, distortion = rate_and_distortion(params, x, epsilon, model)\n    return …",
        ),
        why="log p(x) is at least E[log p(x | z)] - KL, which is minus the sum of the two costs. beta weighs them; at"
        " beta 1, and nowhere else, the sum is a bound on log p(x).",
        mistakes=ELBO,
    ),
    Task(
        reference=vae.loss,
        lesson=8,
        fixture=(PARAMS, X, EPSILON, BETA),
        axes=AXES,
        by_hand=(
            Claim(
                "With all parameters zero it is ln 2 for every pixel: 4.852 nats for seven of them, 543.43 for 784.",
                _loss_of_nothing,
                "The ELBO is then -7 ln 2 for each of these images of seven pixels. Which sign has a loss, and what"
                " becomes of five equal numbers?",
            ),
        ),
        properties=(
            Claim(
                "A batch that holds every image three times has the same loss.",
                _batch_does_not_count,
                "A mean over the examples, not a sum: the number is in nats per example.",
            ),
            Claim(
                "It is the mean of the losses of the single images.",
                _mean_of_the_examples,
                "Sum over pixels and latents, inside; mean over examples, once, here.",
            ),
        ),
        extremes=(Claim("A certain and wrong pixel costs 1000 nats at logit 1000.", _loss_certain, _CERTAIN_HINT),),
        also=(
            Case("with beta left out, which is then 1", (PARAMS, X, EPSILON)),
            Case("at beta 4", (PARAMS, X, EPSILON, 4.0)),
            Case(_ANOTHER, (PARAMS, X, EPSILON, BETA, OTHER_MODEL), hint=_MODEL_HINT),
        ),
        differentiate=(0,),
        lesson_size=_size,
        hints=(
            "Training lowers its number, and the ELBO is to rise. And what makes one number of N, such that a batch"
            " of 50 and one of 200 can be compared?",
            "loss = -(mean of the ELBOs over the examples), a single number, in nats per example. beta and model are"
            " handed on.",
            "A skeleton:\n\n    return -np.mean(elbo(params, x, epsilon, …, …))",
        ),
        why="Minus, since training goes down; a mean, so that neither the number nor its gradient depends on the size"
        " of the batch. It is the only mean in the whole chain: over pixels and latents one sums.",
        mistakes=LOSS,
    ),
)
