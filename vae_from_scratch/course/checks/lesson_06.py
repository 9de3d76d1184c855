"""Lesson 6: the KL term. Claims that are true of it, and the wrong ones that people write."""

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.course.checks import Case, Claim, Mistake, Summand, Task, near

_rng = np.random.default_rng(6)
_MEAN, _LOG_VAR = _rng.normal(size=(5, 3)) + 0.3, _rng.normal(size=(5, 3)) * 0.8 - 0.4


def _terms(mean, log_var):
    return mean**2 + np.exp(log_var) - 1 - log_var


def _kl(mean, log_var):
    return 0.5 * np.sum(_terms(mean, log_var), axis=-1)


# ---- claims -------------------------------------------------------------------------------------------------------------


def _by_hand(f):
    got = f(np.array([[1.0, 0.0]]), np.zeros((1, 2)))
    return near(got, [0.5]) or f"Yours gives {_number(got)}."


def _zero_at_the_prior(f):
    got = f(np.zeros((5, 3)), np.zeros((5, 3)))
    return bool(np.allclose(got, 0.0, atol=1e-6)) or f"Yours gives {_number(got)}."


def _never_negative(f):
    got = f(_MEAN / 10, _LOG_VAR / 2)
    return bool(np.all(got >= 0)) or f"For {np.sum(got < 0)} of 5 examples near the prior yours is negative."


def _adds_up(f):
    parts = sum(f(_MEAN[:, i : i + 1], _LOG_VAR[:, i : i + 1]) for i in range(3))
    return near(f(_MEAN, _LOG_VAR), parts) or "Yours, called on each latent alone and added up, gives something else."


def _variances_count(f):
    got = f(np.zeros((1, 1)), np.full((1, 1), np.log(4.0)))
    return near(got, [0.5 * (4 - 1 - np.log(4))]) or f"Yours gives {_number(got)}."


def _extremes(f):
    with np.errstate(over="ignore"):
        got, want = f(_MEAN[:2, :1], np.array([[20.0], [-20.0]])), _kl(_MEAN[:2, :1], np.array([[20.0], [-20.0]]))
    return near(got, want) or "There yours is off, or not finite."


def _number(got):
    return f"{float(np.ravel(got)[0]):.4g}"


# ---- mistakes -----------------------------------------------------------------------------------------------------------

_MISTAKES = (
    Mistake(
        "kl-sign",
        lambda m, v: -_kl(m, v),
        "The four terms and the half are there, with the sign turned. `1 + log_var - mean**2 - exp(log_var)` is what the ELBO"
        " adds: minus the KL. A distance cannot be negative, and training would push this one down without end.",
    ),
    Mistake(
        "kl-missing-half",
        lambda m, v: 2 * _kl(m, v),
        "The terms are right, but yours is twice as large: where has the ½ gone? It comes from the ½ in the exponent of the"
        " Gaussian. Left out, it is a beta of 2 that nobody chose.",
    ),
    Mistake(
        "kl-forgot-minus-one",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) - v, -1),
        "Yours is too large by exactly ½ for each latent, whatever the arguments. Set mean and log_var to 0: what is left of"
        " your expression, and what should be?",
    ),
    Mistake(
        "kl-plus-one",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) + 1 - v, -1),
        "Yours is too large by exactly 1 for each latent: the constant enters with a plus. At mean 0 and log_var 0 the four"
        " terms have to cancel.",
    ),
    Mistake(
        "kl-mean-over-latents",
        lambda m, v: 0.5 * np.mean(_terms(m, v), -1),
        "The terms are right, but you average over the latents where they must be summed. Independent dimensions *add* their"
        " distances; averaged, the KL is weighted down by the number of latents, and no picture would tell you.",
    ),
    Mistake(
        "kl-sum-over-everything",
        lambda m, v: np.sum(_kl(m, v)),
        "The terms are right, but everything is summed into one number. Each example keeps its own KL: along which axis do"
        " the latents lie?",
    ),
    Mistake(
        "kl-mean-over-examples",
        lambda m, v: np.mean(_kl(m, v)),
        "The terms and the sum over latents are right, but the examples have been averaged into one number. Keep one number"
        " per example: averaging happens once, in the loss.",
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
        "The terms are right, but the sum runs over the examples, and one number per latent is left. It is the latents that"
        " are summed: the last axis.",
        also=(lambda m, v: 0.5 * np.mean(_terms(m, v), 0),),
    ),
    Mistake(
        "kl-kept-per-latent",
        lambda m, v: 0.5 * _terms(m, v),
        "Every entry is right, and not yet summed: these are the KLs of the single latents. The KL of an example is their sum"
        " along the last axis.",
    ),
    Mistake(
        "kl-axis-kept",
        lambda m, v: _kl(m, v)[..., None],
        "The numbers are right, but an axis of length 1 has been kept. Later `(N, 1)` and `(N,)` would broadcast to `(N, N)`"
        " without a word: one number per example has shape `(N,)`.",
    ),
    Mistake(
        "kl-log-sigma",
        lambda m, v: 0.5 * np.sum(np.exp(2 * v) + m**2 - 1 - 2 * v, -1),
        "This is the right formula for another argument: the log of the *standard deviation*. Here `log_var` is the log of the"
        " variance, and log σ² = 2 log σ: the factor 2 is already in it.",
    ),
    Mistake(
        "kl-exp-half-log-var",
        lambda m, v: 0.5 * np.sum(np.exp(v / 2) + m**2 - 1 - v, -1),
        "Three terms are right. `exp(log_var / 2)` is the standard deviation; the KL contains the variance. At log_var 0 the two"
        " are equal, which is why this one hides so well.",
    ),
    Mistake(
        "kl-exp-twice-log-var",
        lambda m, v: 0.5 * np.sum(np.exp(2 * v) + m**2 - 1 - v, -1),
        "Three terms are right. `exp(2 * log_var)` is the variance squared; `log_var` is the log of the variance already.",
        also=(lambda m, v: 0.5 * np.sum(np.exp(v) ** 2 + m**2 - 1 - v, -1),),
    ),
    Mistake(
        "kl-turned-round",
        lambda m, v: 0.5 * np.sum(np.exp(-v) + m**2 * np.exp(-v) - 1 + v, -1),
        "This is a KL, but of the other direction: KL(p ‖ q), the prior measured by the posterior. Wanted is KL(q ‖ p), q"
        " first: the average is over draws of q. Which of the two variances stands under the fraction?",
    ),
    Mistake(
        "kl-missing-mean",
        lambda m, v: 0.5 * np.sum(np.exp(v) - 1 - v, -1),
        "The variance terms are right, but yours does not change with `mean`: an encoder could put its posteriors anywhere at"
        " no cost. What does it cost to lie off the origin?",
    ),
    Mistake(
        "kl-mean-not-squared",
        lambda m, v: 0.5 * np.sum(m + np.exp(v) - 1 - v, -1),
        "The variance terms are right, but `mean` enters unsquared, so that a posterior at -1 would be closer to the prior than"
        " one at 0. Distance from the origin knows no direction.",
    ),
    Mistake(
        "kl-mean-sign",
        lambda m, v: 0.5 * np.sum(np.exp(v) - 1 - v - m**2, -1),
        "The variance terms are right, but `mean**2` enters with a minus: lying off the origin would be rewarded.",
    ),
    Mistake(
        "kl-missing-log-var",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) - 1, -1),
        "The term `log_var` itself is missing. Without it nothing stops the variance from shrinking to zero: which term grows"
        " when it does?",
    ),
    Mistake(
        "kl-log-var-sign",
        lambda m, v: 0.5 * np.sum(m**2 + np.exp(v) - 1 + v, -1),
        "Three terms are right, but `log_var` enters with a plus. Take mean 0: the KL must be smallest at log_var 0. Where is"
        " yours?",
    ),
    Mistake(
        "kl-missing-variance",
        lambda m, v: 0.5 * np.sum(m**2 - 1 - v, -1),
        "The variance itself is missing: nothing would stop it from growing without end. Which term has a wide posterior pay?",
    ),
    Mistake(
        "kl-log-var-taken-as-variance",
        lambda m, v: 0.5 * np.sum(m**2 + v - 1 - np.log(v), -1),
        "You use `log_var` as if it were the variance, and then take its logarithm. It *is* the logarithm: it may be negative,"
        " and the variance is `exp(log_var)`.",
    ),
    Mistake(
        "kl-log-var-taken-as-std",
        lambda m, v: 0.5 * np.sum(m**2 + v**2 - 1 - np.log(v**2), -1),
        "You use `log_var` as if it were the standard deviation. It is the logarithm of the variance: the variance is"
        " `exp(log_var)`.",
        also=(lambda m, v: 0.5 * np.sum(m**2 + v**2 - 1 - 2 * np.log(v), -1),),
    ),
    Mistake(
        "kl-divided-by-examples",
        lambda m, v: _kl(m, v) / len(m),
        "Each number is right but for a division by the number of examples. One example's KL does not depend on how many others"
        " are in its batch: averaging happens once, in the loss.",
    ),
    Mistake(
        "kl-divided-by-pixels",
        lambda m, v: _kl(m, v) / 784,
        "The KL has been divided by 784, the number of pixels: the other term is then expected to be a mean over pixels, and"
        " both lose their unit. In nats, pixels and latents are summed.",
        also=(
            lambda m, v: _kl(m, v) / (784 * len(m)),
            lambda m, v: np.sum(_kl(m, v)) / (784 * len(m)),
            lambda m, v: np.mean(_kl(m, v)) / (784 * len(m)),
        ),
    ),
    Mistake(
        "kl-return-inside-the-loop",
        lambda m, v: 0.5 * _terms(m, v)[..., 0],
        "Only the first latent counts in yours. If there is a loop, is the `return` inside it? One step too far to the right,"
        " and it leaves after the first round.",
        also=(lambda m, v: 0.5 * np.sum(_terms(m, v)[0]),),
    ),
)  # fmt: skip

TASKS = (
    Task(
        reference=distributions.kl_to_standard_normal,
        lesson=6,
        fixture=(_MEAN, _LOG_VAR),
        axes={5: "examples", 3: "latents", 11: "samples"},
        by_hand=(
            Claim(
                "At mean 1 and log_var 0, one latent costs ½ nat.",
                _by_hand,
                "With log_var 0 the variance is 1 and its logarithm 0. What is left of the formula?",
            ),
        ),
        properties=(
            Claim(
                "A posterior that equals the prior costs nothing.",
                _zero_at_the_prior,
                "Put mean = 0 and log_var = 0 into your expression, term by term: the sum must vanish.",
            ),
            Claim("It is never negative.", _never_negative, "Which term could become negative, and what balances it?"),
            Claim("The latents' KLs add up.", _adds_up, "Independent dimensions: a sum, and over which axis?"),
            Claim(
                "A variance of 4 at mean 0 costs (4 - 1 - ln 4) / 2 nats.",
                _variances_count,
                "log_var is the log of the variance: what is `exp(log_var)` when log_var is ln 4?",
            ),
        ),
        extremes=(
            Claim(
                "At log_var ±20 it is finite and right.",
                _extremes,
                "Is a logarithm taken of something that has just been exponentiated? `log_var` is that logarithm.",
            ),
        ),
        also=(
            Case("with one example alone", (_MEAN[:1], _LOG_VAR[:1])),
            Case(
                "with an axis more, such as (11, 5, 3): samples, examples, latents",
                (_rng.normal(size=(11, 5, 3)), _rng.normal(size=(11, 5, 3))),
                needed=False,
            ),
        ),
        differentiate=(0, 1),
        summands=(
            Summand("`exp(log_var)`", lambda m, v: np.sum(np.exp(v), -1), 0.5),
            Summand("`mean**2`", lambda m, v: np.sum(m**2, -1), 0.5),
            Summand("`log_var`", lambda m, v: np.sum(v, -1), -0.5),
            Summand("1, once for each latent,", lambda m, v: np.full(len(m), 3.0), -0.5),
            Summand("`mean`", lambda m, v: np.sum(m, -1), 0),
            Summand("`exp(log_var / 2)`", lambda m, v: np.sum(np.exp(v / 2), -1), 0),
            Summand("`exp(2 * log_var)`", lambda m, v: np.sum(np.exp(2 * v), -1), 0),
            Summand("`exp(-log_var)`", lambda m, v: np.sum(np.exp(-v), -1), 0),
        ),
        fit_on=(_rng.normal(size=(53, 3)), _rng.normal(size=(53, 3))),
        lesson_size=lambda: (np.ones((200, 20)), np.zeros((200, 20))),
        hints=(
            "How far is a Gaussian with this mean and variance from the one with mean 0 and variance 1? Which four things in"
            " one dimension could matter: the place, the width, the logarithm of the width, a constant that makes it 0 when"
            " nothing differs?",
            "In one dimension: KL = ½ (σ² + mean² - 1 - ln σ²), and ln σ² is `log_var` itself. Dimensions add, examples stay"
            " apart: `(N, L)` becomes `(N,)`.",
            "A skeleton:\n\n    return 0.5 * np.sum(… + … - 1 - …, axis=-1)",
        ),
        why="The average of ln q - ln p over q needs only two averages, E[z²] = mean² + σ² and E[(z - mean)²] = σ². The"
        " constants ln 2π cancel. `exp(log_var)` is σ², and the last axis holds the latents.",
        mistakes=_MISTAKES,
    ),
)
