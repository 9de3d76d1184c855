"""Lesson 7: wrong ways to write the reparameterized draw, and what to say to each."""

import numpy as np
from autograd.tracer import getval

from vae_from_scratch.course.checks import Mistake, near, same

_rng = np.random.default_rng(7)
MEAN, LOG_VAR = _rng.normal(size=(5, 3)) + 0.3, _rng.normal(size=(5, 3)) * 0.8 + 0.5
EPSILON = _rng.normal(size=(5, 3))


def std(log_var):
    return np.exp(log_var / 2)


def _ignores_epsilon(f):
    return not _is_random(f) and same(f(MEAN, LOG_VAR, 5 * EPSILON + 1), f(MEAN, LOG_VAR, EPSILON))


def _is_random(f):
    return not same(f(MEAN, LOG_VAR, EPSILON), f(MEAN, LOG_VAR, EPSILON))


def _listens_to_epsilon(f):
    """Does a thousand times the epsilon spread the draws much further?"""
    large, small = (np.std(f(MEAN, LOG_VAR, k * EPSILON) - MEAN) for k in (1000.0, 1.0))
    return large > 30 * small


def _draws_its_own(f):
    return _is_random(f) and not _listens_to_epsilon(f)


def _draws_a_second(f):
    return _is_random(f) and _listens_to_epsilon(f)


def _noise_is_frozen(f):
    """Not random, deaf to epsilon, and yet one fixed noise: the same (z - mean) / std for any mean and log_var."""
    if not _ignores_epsilon(f):
        return False
    noise = (f(MEAN, LOG_VAR, EPSILON) - MEAN) / std(LOG_VAR)
    again = (f(MEAN + 1, LOG_VAR - 1, EPSILON) - MEAN - 1) / std(LOG_VAR - 1)
    return bool(np.std(noise) > 0.05) and near(noise, again)


MISTAKES = (
    Mistake(
        "z-exp-log-var-as-std",
        lambda m, v, e: m + np.exp(v) * e,
        "Mean and noise are in place, but `exp(log_var)` is the *variance*, and the noise is to be stretched by the"
        " standard deviation. At log_var = ln 4 the spread must be 2; yours is 4. The loss would still fall, and"
        " print a lower number than the right program's.",
    ),
    Mistake(
        "z-log-var-as-std",
        lambda m, v, e: m + v * e,
        "Mean and noise are in place, but `log_var` itself is no standard deviation: it may be negative, and it is"
        " the log of the variance. At log_var = 0 the spread must be 1; yours is 0.",
    ),
    Mistake(
        "z-half-log-var-as-std",
        lambda m, v, e: m + v / 2 * e,
        "`log_var / 2` is the *log* of the standard deviation. One step is missing before it stretches the noise.",
    ),
    Mistake(
        "z-doubled-not-halved",
        lambda m, v, e: m + np.exp(2 * v) * e,
        "From a variance to a standard deviation one takes a root, which halves the logarithm: yours doubles it, and"
        " squares the variance. At log_var = ln 4 the spread must be 2; yours is 16.",
        also=(lambda m, v, e: m + np.exp(v) ** 2 * e,),
    ),
    Mistake(
        "z-halved-twice",
        lambda m, v, e: m + np.exp(v / 4) * e,
        "The logarithm has been halved twice: `exp(log_var / 2)` is the standard deviation already, and you take"
        " another root of it. At log_var = ln 4 the spread must be 2; yours is 1.414.",
        also=(lambda m, v, e: m + np.sqrt(np.exp(v / 2)) * e,),
    ),
    Mistake(
        "z-half-outside",
        lambda m, v, e: m + np.exp(v) / 2 * e,
        "The half stands outside the exponential. The standard deviation is the *root* of the variance, not half of it:"
        " what does a root do to the logarithm? At log_var = 0 the spread must be 1; yours is ½.",
    ),
    Mistake(
        "z-root-of-log-var",
        lambda m, v, e: m + np.sqrt(v) * e,
        "`log_var` is the logarithm of the variance; its root is nothing, and not a number where it is negative."
        " First back from the logarithm, then the root: or both in one exponential.",
        also=(lambda m, v, e: m + np.sqrt(np.abs(v)) * e,),
    ),
    Mistake(
        "z-std-inverted",
        lambda m, v, e: m + np.exp(-v / 2) * e,
        "The exponent has the wrong sign: a large log_var must spread the draws, and in yours it holds them together.",
        also=(lambda m, v, e: m + e / np.exp(v / 2),),
    ),
    Mistake(
        "z-std-dropped",
        lambda m, v, e: m + e,
        "The noise is added as it is: whatever the encoder says about its uncertainty, yours spreads by 1. Where does"
        " log_var come in?",
    ),
    Mistake(
        "z-mean-dropped",
        lambda m, v, e: std(v) * e,
        "The noise is stretched rightly, but every draw lies around 0: the mean has been left out, and z knows"
        " nothing of the image but a width.",
    ),
    Mistake(
        "z-epsilon-dropped",
        lambda m, v, e: m + 0 * e,
        "This is the mean: no draw at all. The decoder would never see a noisy z, the reconstruction would look"
        " better than it is, and the number printed would be better than any bound can be.",
    ),
    Mistake(
        "z-noise-not-used",
        lambda m, v, e: m + std(v) + 0 * e,
        "Mean plus one standard deviation, always: `epsilon` is what turns that into a draw. Where should it stand?",
        also=(lambda m, v, e: m + std(v),),
    ),
    Mistake(
        "z-noise-added-to-std",
        lambda m, v, e: m + std(v) + e,
        "All three are there, but the noise is added to the standard deviation where it should be stretched by it.",
    ),
    Mistake(
        "z-mean-stretched-too",
        lambda m, v, e: (m + e) * std(v),
        "The parentheses stretch the mean as well as the noise. With epsilon 0 the draw must be the mean itself.",
    ),
    Mistake(
        "z-mean-and-std-changed-places",
        lambda m, v, e: std(v) + m * e,
        "Mean and standard deviation have changed places: one of them shifts, the other stretches.",
    ),
    Mistake(
        "z-minus-epsilon",
        lambda m, v, e: m - std(v) * e,
        "Interesting: as a random draw this is just as good, since epsilon and -epsilon are equally probable. But it"
        " is another function of this epsilon, and the course's numbers are tied to its noise: use a plus.",
    ),
    Mistake(
        "z-epsilon-squared",
        lambda m, v, e: m + std(v) * e**2,
        "The noise is squared, so that every draw lies above the mean. Only the spread belongs to the square:"
        " variance = std², and epsilon enters as it is.",
        also=(lambda m, v, e: m + np.exp(v) * e**2,),
    ),
    Mistake(
        "z-mean-squared",
        lambda m, v, e: m**2 + std(v) * e,
        "The noise is right, but the mean enters squared; that square belongs to the KL. With epsilon 0 the draw must"
        " be the mean.",
    ),
    Mistake(
        "z-one-epsilon-for-the-batch",
        lambda m, v, e: m + std(v) * e[..., :1, :],
        "One example's noise is used for the whole batch. Then all draws move together and their errors do not"
        " average out: a large batch calms the gradient no more than a small one. Every entry has an epsilon"
        " of its own, and `*` already works entry by entry.",
    ),
    Mistake(
        "z-one-epsilon-per-row",
        lambda m, v, e: m + std(v) * e[..., :1],
        "All latents of an example share one noise: draws would lie on a line. Every entry has an epsilon of its own,"
        " and `*` already works entry by entry.",
    ),
    Mistake(
        "z-one-epsilon-for-all",
        lambda m, v, e: m + std(v) * e.ravel()[0],
        "One single number of noise is used for all entries. Every entry has an epsilon of its own, and `*` already"
        " works entry by entry.",
        also=(lambda m, v, e: m + std(v) * np.mean(e),),
    ),
    Mistake(
        "z-latents-summed",
        lambda m, v, e: np.sum(m + std(v) * e, axis=-1),
        "The entries are right, but have been summed over the latents. A draw has as many numbers as its mean:"
        " nothing is reduced here.",
    ),
    Mistake(
        "z-own-noise",
        lambda m, v, e: m + std(v) * np.random.standard_normal(np.shape(m)),  # noqa: NPY002 (as students draw)
        "It draws noise of its own and does not listen to `epsilon`. The formula may well be right, but noise is an"
        " argument here: only then is the loss the same when it is computed twice, and its gradient can be checked.",
        detect=_draws_its_own,
    ),
    Mistake(
        "z-second-epsilon",
        lambda m, v, e: m + std(v) * e + np.random.standard_normal(np.shape(m)),  # noqa: NPY002
        "It uses `epsilon`, and draws more noise besides. One draw, one noise: the one that is handed in.",
        detect=_draws_a_second,
    ),
    Mistake(
        "z-frozen-noise",
        lambda m, v, e: m + std(v) * np.random.default_rng(0).standard_normal(np.shape(m)),
        "It draws noise of its own from a generator that starts anew at each call: every step of the training would"
        " see the same noise. Use the `epsilon` that is handed in; it is new at each step.",
        detect=_noise_is_frozen,
    ),
    Mistake(
        "z-detached",
        lambda m, v, e: getval(m) + getval(std(v)) * e,
        "The values are right, but no gradient gets through: mean and log_var have been taken out of the trace. A"
        " draw that cannot be differentiated is what reparameterization is there to avoid.",
    ),
    Mistake(
        "z-std-detached",
        lambda m, v, e: m + getval(std(v)) * e,
        "The values are right, and the gradient reaches the mean, but not log_var: the encoder would never learn how"
        " uncertain it is. Leave the standard deviation in the trace.",
    ),
    Mistake(
        "z-mean-detached",
        lambda m, v, e: getval(m) + std(v) * e,
        "The values are right, and the gradient reaches log_var, but not the mean, which could never learn. Leave it"
        " in the trace.",
    ),
)  # fmt: skip
