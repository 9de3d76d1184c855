"""Lesson 6: wrong ways to write the KL term, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake, same

_M, _V = np.array([[0.5, -1.2, 0.3], [0.1, 0.7, -0.4]]), np.array([[-0.6, 0.4, -1.1], [0.3, -0.9, 0.2]])


def _terms(mean, log_var):
    return mean**2 + np.exp(log_var) - 1 - log_var


def kl(mean, log_var):
    return 0.5 * np.sum(_terms(mean, log_var), axis=-1)


def _at_a_draw(mean, log_var):
    epsilon = np.random.standard_normal(np.shape(mean))  # noqa: NPY002 (as students draw)
    return 0.5 * np.sum((mean + np.exp(log_var / 2) * epsilon) ** 2 - epsilon**2 - log_var, axis=-1)


def _averages_draws(f):
    """Random, and right on average: within five standard errors."""
    if same(f(_M, _V), f(_M, _V)):
        return False
    results = np.stack([f(_M, _V) for _ in range(100)])
    return bool(np.all(np.abs(np.mean(results, 0) - kl(_M, _V)) <= 5 * np.std(results, 0) / np.sqrt(len(results))))


MISTAKES = (
    Mistake(
        "kl-sign",
        lambda m, v: -kl(m, v),
        "The four terms and the half are there, with the sign turned. `1 + log_var - mean**2 - exp(log_var)` is what"
        " the ELBO adds: minus the KL. A distance cannot be negative, and training would push this one down without"
        " end.",
    ),
    Mistake(
        "kl-missing-half",
        lambda m, v: 2 * kl(m, v),
        "The terms are right, but yours is twice as large: where has the ½ gone? It comes from the ½ in the exponent"
        " of the Gaussian. Left out, the rate would count twice.",
    ),
    Mistake(
        "kl-forgot-minus-one",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) - v, -1),
        "Yours is too large by exactly ½ for each latent, whatever the arguments. Set mean and log_var to 0: what is"
        " left of your expression, and what should be?",
    ),
    Mistake(
        "kl-plus-one",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) + 1 - v, -1),
        "Yours is too large by exactly 1 for each latent: the constant enters with a plus. At mean 0 and log_var 0"
        " the four terms have to cancel.",
    ),
    Mistake(
        "kl-mean-over-latents",
        lambda m, v: 0.5 * np.mean(_terms(m, v), -1),
        "The terms are right, but you average over the latents where they must be summed. Independent dimensions"
        " *add* their distances; averaged, the KL is weighted down by the number of latents: the rate grows several"
        " times too high, while the loss and the reconstructions look better than they should.",
    ),
    Mistake(
        "kl-sum-over-everything",
        lambda m, v: np.sum(kl(m, v)),
        "The terms are right, but everything is summed into one number. Each example keeps its own KL: along which"
        " axis do the latents lie?",
    ),
    Mistake(
        "kl-mean-over-examples",
        lambda m, v: np.mean(kl(m, v)),
        "The terms and the sum over latents are right, but the examples have been averaged into one number. Keep one"
        " number per example: averaging happens once, in the loss.",
    ),
    Mistake(
        "kl-mean-over-everything",
        lambda m, v: 0.5 * np.mean(_terms(m, v)),
        "The terms are right, but latents and examples have been averaged into one number. Latents are summed, and each"
        " example keeps its own KL.",
        also=(lambda m, v: np.mean(_terms(m, v)),),
    ),
    Mistake(
        "kl-sum-over-examples",
        lambda m, v: 0.5 * np.sum(_terms(m, v), 0),
        "The terms are right, but the sum runs over the examples, and one number per latent is left. It is the"
        " latents that are summed: the last axis.",
        also=(lambda m, v: 0.5 * np.mean(_terms(m, v), 0),),
    ),
    Mistake(
        "kl-kept-per-latent",
        lambda m, v: 0.5 * _terms(m, v),
        "Every entry is right, and not yet summed: these are the KLs of the single latents. The KL of an example is"
        " their sum along the last axis.",
    ),
    Mistake(
        "kl-axis-kept",
        lambda m, v: kl(m, v)[..., None],
        "The numbers are right, but an axis of length 1 has been kept. Later `(N, 1)` and `(N,)` would broadcast to"
        " `(N, N)` without a word: one number per example has shape `(N,)`.",
    ),
    Mistake(
        "kl-log-sigma",
        lambda m, v: 0.5 * np.sum(np.exp(2 * v) + m**2 - 1 - 2 * v, -1),
        "This is the right formula for another argument: the log of the *standard deviation*. Here `log_var` is the"
        " log of the variance, and log σ² = 2 log σ: the factor 2 is already in it.",
    ),
    Mistake(
        "kl-exp-half-log-var",
        lambda m, v: 0.5 * np.sum(np.exp(v / 2) + m**2 - 1 - v, -1),
        "Three terms are right. `exp(log_var / 2)` is the standard deviation; the KL contains the variance. At"
        " log_var 0 the two are equal, which is why this one hides so well.",
    ),
    Mistake(
        "kl-exp-twice-log-var",
        lambda m, v: 0.5 * np.sum(np.exp(2 * v) + m**2 - 1 - v, -1),
        "Three terms are right. `exp(2 * log_var)` is the variance squared; `log_var` is the log of the variance"
        " already.",
        also=(lambda m, v: 0.5 * np.sum(np.exp(v) ** 2 + m**2 - 1 - v, -1),),
    ),
    Mistake(
        "kl-turned-round",
        lambda m, v: 0.5 * np.sum(np.exp(-v) + m**2 * np.exp(-v) - 1 + v, -1),
        "This is a KL, but of the other direction: KL(p ‖ q), the prior measured by the posterior. Wanted is KL(q ‖"
        " p), q first: the average is over draws of q. Which of the two variances stands under the fraction?",
    ),
    Mistake(
        "kl-missing-mean",
        lambda m, v: 0.5 * np.sum(np.exp(v) - 1 - v, -1),
        "The variance terms are right, but yours does not change with `mean`: an encoder could put its posteriors"
        " anywhere at no cost. What does it cost to lie off the origin?",
    ),
    Mistake(
        "kl-mean-not-squared",
        lambda m, v: 0.5 * np.sum(m + np.exp(v) - 1 - v, -1),
        "The variance terms are right, but `mean` enters unsquared, so that a posterior at -1 would be closer to the"
        " prior than one at 0. Distance from the origin knows no direction.",
    ),
    Mistake(
        "kl-mean-sign",
        lambda m, v: 0.5 * np.sum(np.exp(v) - 1 - v - m**2, -1),
        "The variance terms are right, but `mean**2` enters with a minus: lying off the origin would be rewarded.",
    ),
    Mistake(
        "kl-missing-log-var",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) - 1, -1),
        "The term `log_var` itself is missing. Without it nothing stops the variance from shrinking to zero: which"
        " term grows when it does?",
    ),
    Mistake(
        "kl-log-var-sign",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) - 1 + v, -1),
        "Three terms are right, but `log_var` enters with a plus. Take mean 0: the KL must be smallest at log_var 0."
        " Where is yours?",
    ),
    Mistake(
        "kl-missing-variance",
        lambda m, v: 0.5 * np.sum(m**2 - 1 - v, -1),
        "The variance itself is missing: nothing would stop it from growing without end. Which term has a wide"
        " posterior pay?",
    ),
    Mistake(
        "kl-log-var-taken-as-variance",
        lambda m, v: 0.5 * np.sum(m**2 + v - 1 - np.log(v), -1),
        "You use `log_var` as if it were the variance, and then take its logarithm. It *is* the logarithm: it may be"
        " negative, and the variance is `exp(log_var)`.",
    ),
    Mistake(
        "kl-log-var-taken-as-std",
        lambda m, v: 0.5 * np.sum(m**2 + v**2 - 1 - np.log(v**2), -1),
        "You use `log_var` as if it were the standard deviation. It is the logarithm of the variance: the variance is"
        " `exp(log_var)`.",
        also=(
            lambda m, v: 0.5 * np.sum(m**2 + v**2 - 1 - 2 * np.log(v), -1),
            lambda m, v: 0.5 * np.sum(m**2 + v**2 - 1 - v, -1),
        ),
    ),
    Mistake(
        "kl-divided-by-examples",
        lambda m, v: kl(m, v) / len(m),
        "Each number is right but for a division by the number of examples. One example's KL does not depend on how"
        " many others are in its batch: averaging happens once, in the loss.",
    ),
    Mistake(
        "kl-divided-by-pixels",
        lambda m, v: kl(m, v) / 784,
        "The KL has been divided by 784, the number of pixels: the other term is then expected to be a mean over"
        " pixels, and both lose their unit. In nats, pixels and latents are summed.",
        also=(
            lambda m, v: kl(m, v) / (784 * len(m)),
            lambda m, v: np.sum(kl(m, v)) / (784 * len(m)),
            lambda m, v: np.mean(kl(m, v)) / (784 * len(m)),
        ),
    ),
    Mistake(
        "kl-by-draws",
        _at_a_draw,
        "It draws noise, and is right on average only: an estimate. Here the average over the draws can be taken on"
        " paper: (z - mean)² averages to the variance, and z² to something of `mean` and `log_var` alone. Then no draw"
        " is left.",
        detect=_averages_draws,
    ),
    Mistake(
        "kl-return-inside-the-loop",
        lambda m, v: 0.5 * _terms(m, v)[..., 0],
        "Only the first round counts in yours. If there is a loop, is the `return` inside it? One step too far to the"
        " right, and it leaves after the first round.",
        also=(lambda m, v: 0.5 * np.sum(_terms(m, v)[0]),),
    ),
)  # fmt: skip
