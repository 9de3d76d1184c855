"""Lesson 7: wrong ways to write the score function gradient, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(71)
MEAN, LOG_VAR = _rng.normal(size=3) + 0.3, np.array([-0.7, 0.4, 1.1])
Z = MEAN + np.exp(LOG_VAR / 2) * _rng.normal(size=(11, 3))
F_VALUES = _rng.normal(size=11) * 2.0 - 1.3


def score(z, mean, log_var):
    """Gradient of log N(z) with respect to mean and log_var."""
    squares = (z - mean) ** 2 / np.exp(log_var)
    return (z - mean) / np.exp(log_var), (squares - 1) / 2


def _times(change):
    """A wrong estimate: f times what `change` makes of the right score."""

    def wrong(f_values, z, mean, log_var):
        return tuple(f_values[..., None] * part for part in change(z, mean, log_var))

    return wrong


def _of_score(change):
    return _times(lambda z, mean, log_var: change(*score(z, mean, log_var)))


def _log_q(z, mean, log_var):
    return -0.5 * np.sum(np.log(2 * np.pi) + log_var + (z - mean) ** 2 / np.exp(log_var), axis=-1)


def _averaged(f_values, z, mean, log_var):
    return tuple(np.mean(f_values[..., None] * part, axis=0) for part in score(z, mean, log_var))


def _latents_summed(f_values, z, mean, log_var):
    return tuple(np.sum(f_values[..., None] * part, axis=-1) for part in score(z, mean, log_var))


def _weighted(f_values, z, mean, log_var):
    return tuple((f_values * np.exp(_log_q(z, mean, log_var)))[..., None] * part for part in score(z, mean, log_var))


def _centered(f_values, z, mean, log_var):
    return tuple((f_values - np.mean(f_values, axis=0))[..., None] * part for part in score(z, mean, log_var))


MISTAKES = (
    Mistake(
        "score-without-f",
        lambda f, z, m, v: score(z, m, v),
        "This is the score itself, and it is right. But f does not come in, and without f its mean is zero: which way"
        " to go is said by f alone. Each draw's score is to be weighted.",
    ),
    Mistake(
        "score-divided-by-std-once",
        _times(lambda z, m, v: ((z - m) / np.exp(v / 2), ((z - m) ** 2 / np.exp(v) - 1) / 2)),
        "The part for log_var is right. In the part for the mean one division is missing: log q holds"
        " -(z - mean)² / (2 variance). What is left of the variance when you differentiate?",
    ),
    Mistake(
        "score-without-variance",
        _times(lambda z, m, v: (z - m, ((z - m) ** 2 - 1) / 2)),
        "This is right where the variance is 1, and only there. Where does exp(log_var) stand in log q?",
        also=(_times(lambda z, m, v: (z - m, ((z - m) ** 2 / np.exp(v) - 1) / 2)),),
    ),
    Mistake(
        "score-exp-log-var-as-std",
        _times(lambda z, m, v: ((z - m) / np.exp(2 * v), ((z - m) ** 2 / np.exp(2 * v) - 1) / 2)),
        "The form is right, but `exp(log_var)` is treated as a standard deviation and squared once more: it is the"
        " variance already.",
        also=(
            _times(lambda z, m, v: ((z - m) / np.exp(2 * v), (z - m) ** 2 / np.exp(2 * v) - 1)),
            _times(lambda z, m, v: ((z - m) / np.exp(v) / np.exp(v), ((z - m) ** 2 / np.exp(v) ** 2 - 1) / 2)),
        ),
    ),
    Mistake(
        "score-normalizer-forgotten",
        _times(lambda z, m, v: ((z - m) / np.exp(v), (z - m) ** 2 / np.exp(v) / 2)),
        "The part for the mean is right. In the part for log_var a term is lost: log q holds -log_var / 2 as well,"
        " the price of spreading out. Without it the estimates no longer average to zero where f is constant.",
    ),
    Mistake(
        "score-half-missing",
        _times(lambda z, m, v: ((z - m) / np.exp(v), (z - m) ** 2 / np.exp(v) - 1)),
        "The part for the mean is right. The part for log_var is twice as large as it should be: it is the slope with"
        " respect to the log of the *standard deviation*. Both terms of log q carry a ½.",
    ),
    Mistake(
        "score-half-of-one-term",
        _times(lambda z, m, v: ((z - m) / np.exp(v), (z - m) ** 2 / np.exp(v) / 2 - 1)),
        "The part for the mean is right. In the part for log_var one ½ is missing: log q holds -½ log_var and"
        " -½ (z - mean)² / variance, and both keep it.",
        also=(_times(lambda z, m, v: ((z - m) / np.exp(v), (z - m) ** 2 / np.exp(v) - 0.5)),),
    ),
    Mistake(
        "score-with-respect-to-the-variance",
        _times(lambda z, m, v: ((z - m) / np.exp(v), ((z - m) ** 2 / np.exp(v) - 1) / 2 / np.exp(v))),
        "The part for the mean is right. The other is the slope with respect to the variance; the slider is its"
        " logarithm. What does the chain rule multiply it by?",
    ),
    Mistake(
        "score-variance-squared-in-log-var",
        _times(lambda z, m, v: ((z - m) / np.exp(v), ((z - m) ** 2 / np.exp(2 * v) - 1) / 2)),
        "The part for the mean is right. In the part for log_var, (z - mean)² is divided by the variance once too"
        " often: 1 / exp(log_var) is exp(-log_var), and the slope of that is itself again, with a minus.",
    ),
    Mistake(
        "score-signs-in-log-var",
        _times(lambda z, m, v: ((z - m) / np.exp(v), -((z - m) ** 2 / np.exp(v) + 1) / 2)),
        "The part for the mean is right. In the part for log_var one sign has slipped: exp(log_var) stands in a"
        " denominator, and its slope there is negative; with the minus in front of it, that term is positive.",
        also=(_times(lambda z, m, v: ((z - m) / np.exp(v), ((z - m) ** 2 / np.exp(v) + 1) / 2)),),
    ),
    Mistake(
        "score-log-var-not-differentiated",
        _times(lambda z, m, v: ((z - m) / np.exp(v), ((z - m) ** 2 / np.exp(v) - v) / 2)),
        "The part for the mean is right. In the part for log_var one term has been kept as it stands in log q: the"
        " slope of -½ log_var with respect to log_var is a number.",
    ),
    Mistake(
        "score-times-variance",
        _times(lambda z, m, v: ((z - m) * np.exp(v), ((z - m) ** 2 * np.exp(v) - 1) / 2)),
        "The form is right, but the variance multiplies where it should divide: a wide q is moved little by one draw.",
    ),
    Mistake(
        "score-f-averaged-first",
        lambda f, z, m, v: _times(score)(np.mean(f, axis=0) + 0 * f, z, m, v),
        "The score is right, but every draw's score is weighted by one and the same number, made of all the f. The"
        " score averages to zero, so nothing is left: each draw is weighted by its own f.",
        also=(lambda f, z, m, v: _times(score)(np.sum(f, axis=0) + 0 * f, z, m, v),),
    ),
    Mistake(
        "score-sign",
        _of_score(lambda mean, log_var: (-mean, -log_var)),
        "Exactly minus what it should be: this is the gradient of -log q. A draw above the mean becomes more probable"
        " when the mean goes up.",
    ),
    Mistake(
        "score-with-respect-to-z",
        _of_score(lambda mean, log_var: (-mean, log_var)),
        "The part for log_var is right. The other is the slope of log q with respect to z; the draw stays where it is,"
        " and the mean moves towards it. Which sign is that?",
    ),
    Mistake(
        "score-parts-changed-places",
        _of_score(lambda mean, log_var: (log_var, mean)),
        "Both parts are right, in the other order: first with respect to mean, then to log_var.",
    ),
    Mistake(
        "score-averaged-over-draws",
        _averaged,
        "The terms are right, and averaging them is what one does in the end. Here every draw keeps its own estimate,"
        " so that their variance can be looked at: shape (K, L).",
    ),
    Mistake(
        "score-latents-summed",
        _latents_summed,
        "The terms are right, but have been summed over the latents. Each latent has sliders of its own, and each"
        " slider its own slope.",
    ),
    Mistake(
        "score-times-density",
        _weighted,
        "The density is multiplied in once more. The draws come from q already, so likely z come up more often by"
        " themselves: that is what turned the integral of f q ∇log q into a mean of f ∇log q.",
    ),
    Mistake(
        "score-log-density-itself",
        lambda f, z, m, v: (f[..., None] * _log_q(z, m, v)[..., None] + 0 * z,) * 2,
        "This is f times log q. The estimate is f times the *slope* of log q: differentiate it first, on paper.",
    ),
    Mistake(
        "score-baseline",
        _centered,
        "A good idea, and the lesson comes to it: subtracting a constant from f calms the estimates. But the mean of"
        " these same draws is no constant, and makes each estimate lean a little on itself. Here: f as it is.",
    ),
)  # fmt: skip
