"""Lesson 5: log-mean-exp, the mixture, a Gaussian's log-density. Claims that are true of them, and hints."""

from itertools import product

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.course.checks import Case, Claim, Summand, Task, gives, near, near_each, shown
from vae_from_scratch.course.checks.mistakes_05_gaussians import LOG_2PI, LOG_VAR, MEAN, NORMAL, X
from vae_from_scratch.course.checks.mistakes_05_mixtures import IMAGES, LOG_MEAN_EXP, MIXTURE, PARAMS, VALUES

_rng = np.random.default_rng(555)
_APART = VALUES + np.array([0.0, -900.0, 900.0, 0.0, -2000.0])  # columns of very different size
_FAR = VALUES + 1000.0 * np.arange(-10, 1)[:, None]  # and rows; what comes out is small, and seen to all digits
_PIXELS = {"logits": _rng.choice([-900.0, 900.0], (3, 7)), "log_weights": np.array([0.0, -1.0, 0.5])}


# ---- claims of a Gaussian's log-density ----------------------------------------------------------


def _height(f):
    return gives(f(np.array([1.5]), np.array([1.5]), np.array([0.0])), [-0.5 * LOG_2PI])


def _one_std_away(f):
    mean, log_var = np.array([1.0, 1.0]), np.log([4.0, 4.0])
    at, away = f(np.array([1.0, 3.0]), mean, log_var)
    return bool(abs(at - away - 0.5) < 1e-5) or f"With yours it is lower by {shown(at - away, 0.5)}."


def _area(f):
    x = np.linspace(-40, 40, 8001)
    for log_var in (np.log(4.0), 0.0, -2.0):
        area = float(np.sum(np.exp(f(x, np.full(8001, 0.7), np.full(8001, log_var)))) * (x[1] - x[0]))
        if not abs(area - 1) < 1e-4:
            return f"At log_var {log_var:.3g} yours has area {shown(area, 1.0)}."
    return True


def _wide_and_narrow(f):
    x, log_var = np.array([3.0, 3.0, 0.0]), np.array([20.0, -20.0, -20.0])
    got, want = f(x, np.zeros(3), log_var), -0.5 * (LOG_2PI + log_var + x**2 / np.exp(log_var))
    return near_each(got, want) or "There yours is off, or not finite."


# ---- claims of log-mean-exp ----------------------------------------------------------------------


def _of_equals(f):
    return gives(f(np.full((4, 3), -2.5)), np.full(3, -2.5))


def _by_hand(f):
    return gives(f(np.log([[1.0], [2.0], [6.0]])), [np.log(3.0)])


def _shifts(f):
    return near(f(VALUES + 2.0), f(VALUES) + 2.0) or "With yours the result moves by something else."


def _far_down(f):
    return gives(f(np.array([[-1000.0], [-1000.0]])), [-1000.0])


def _far_up(f):
    return gives(f(np.array([[1000.0], [1000.0]])), [1000.0])


# ---- claims of the mixture -----------------------------------------------------------------------


def _one_component(f):
    params = {"logits": PARAMS["logits"][:1], "log_weights": np.zeros(1)}
    return gives(f(params, IMAGES), distributions.bernoulli_log_prob.plain(IMAGES, params["logits"]))


def _all_images(f):
    images = np.array(list(product([0.0, 1.0], repeat=7)))
    total = float(np.sum(np.exp(f(PARAMS, images))))
    return bool(abs(total - 1) < 1e-5) or f"With yours they add up to {shown(total, 1.0)}."


def _between(f):
    apart = [f({"logits": row[None], "log_weights": np.zeros(1)}, IMAGES) for row in PARAMS["logits"]]
    got = f(PARAMS, IMAGES)
    return bool(np.all((got >= np.min(apart, 0) - 1e-9) & (got <= np.max(apart, 0) + 1e-9))) or "Yours lies outside."


def _weights_up(f):
    moved = {**PARAMS, "log_weights": PARAMS["log_weights"] + 3.0}
    return near(f(moved, IMAGES), f(PARAMS, IMAGES)) or "With yours p(x) becomes another."


def _costly(f):
    got, want = f(_PIXELS, IMAGES), distributions.mixture_log_prob(_PIXELS, IMAGES)
    return near(got, want) or "There yours is off, or infinite."


_NORMAL = Task(
    reference=distributions.normal_log_prob,
    lesson=5,
    fixture=(X, MEAN, LOG_VAR),
    axes={5: "examples", 3: "latents", 11: "draws"},
    by_hand=(
        Claim(
            "At its mean, a Gaussian of variance 1 has log-density −½ log 2π.",
            _height,
            "With x = mean the square is 0, and with log_var 0 the width is 1. Which constant makes the area 1?",
        ),
        Claim(
            "One standard deviation away it is lower by ½.",
            _one_std_away,
            "A variance of 4 is a standard deviation of 2: at a distance of 2 the exponent is −½ · (2/2)².",
        ),
    ),
    properties=(
        Claim(
            "The area under its exponential is 1, whatever the width.",
            _area,
            "A wider Gaussian must be lower. Which term with `log_var` alone sees to that?",
        ),
    ),
    extremes=(
        Claim(
            "At log_var ±20 it is finite and right.",
            _wide_and_narrow,
            "Is a logarithm taken of something that has just been exponentiated? `log_var` is that logarithm.",
        ),
    ),
    also=(
        Case(
            "with 11 draws of x: (11, 5, 3) beside (5, 3)",
            (_rng.normal(size=(11, 5, 3)), MEAN, LOG_VAR),
            hint="`-`, `+` and `/` repeat the smaller array by themselves.",
        ),
        Case("with plain numbers for mean and log_var", (X, 0.5, -1.0)),
    ),
    differentiate=(0, 1, 2),
    summands=(
        Summand("`(x - mean)**2 / exp(log_var)`", lambda x, m, v: (x - m) ** 2 / np.exp(v), -0.5),
        Summand("`log_var`", lambda x, m, v: v + 0 * x, -0.5),
        Summand("of a constant", lambda x, m, v: np.ones_like(x), -0.5 * LOG_2PI),
        Summand("`(x - mean)**2`", lambda x, m, v: (x - m) ** 2, 0),
        Summand("`exp(log_var)`", lambda x, m, v: np.exp(v) + 0 * x, 0),
        Summand("`(x - mean)`", lambda x, m, v: x - m, 0),
    ),
    fit_on=(_rng.normal(size=(53, 3)), _rng.normal(size=(53, 3)), _rng.normal(size=(53, 3))),
    lesson_size=lambda: (np.ones((1000, 784), np.float32), np.zeros((1000, 784), np.float32), np.float32(0.0)),
    hints=(
        "Write the density down first: how high is a bell of standard deviation σ, and what stands in its exponent?"
        " What does the logarithm make of a product, a root and an exponential?",
        "log N(x) = −½ log 2π − ½ log σ² − ½ (x − mean)² / σ². And log σ² is `log_var` itself; σ² is its exponential.",
        "A skeleton:\n\n    return -0.5 * (math.log(…) + … + (x - mean) ** 2 / …)",
    ),
    why="The logarithm turns 1/√(2πσ²) into −½ (log 2π + log σ²), and takes the exponential off −½ (x − mean)²/σ²."
    " Nothing is summed: who calls it knows which entries belong to one example.",
    mistakes=NORMAL,
)

_LOG_MEAN_EXP = Task(
    reference=distributions.log_mean_exp,
    lesson=5,
    fixture=(VALUES,),
    axes={11: "draws", 5: "examples", 3: "latents"},
    by_hand=(
        Claim("Of equal values it is that value.", _of_equals, "What is the mean of three equal things, and its log?"),
        Claim(
            "Of log 1, log 2 and log 6 it is log 3.",
            _by_hand,
            "exp makes 1, 2 and 6 of them. Their mean is 3.",
        ),
    ),
    properties=(
        Claim(
            "Two more in every value is two more in the result.",
            _shifts,
            "exp(v + 2) is exp(2) · exp(v): a common factor of the mean, and its logarithm is 2.",
        ),
    ),
    extremes=(
        Claim(
            "Of −1000 and −1000 it is −1000.",
            _far_down,
            "exp(−1000) is 0, and log 0 minus infinity. Take the largest value out before `exp`.",
        ),
        Claim("Of 1000 and 1000 it is 1000.", _far_up, "exp(1000) is infinite. Take the largest value out before."),
    ),
    also=(
        Case(
            "along the last axis, `axis=-1`",
            (VALUES, -1),
            hint="`axis` goes to the maximum and to the mean; `keepdims=True` keeps the maximum's axis for the"
            " subtraction.",
        ),
        Case("with an axis more: (11, 5, 3)", (_rng.normal(size=(11, 5, 3)),)),
        Case(
            "with columns that lie thousands of nats apart",
            (_APART,),
            hint="What is taken out before `exp` must be each column's own.",
        ),
        Case(
            "with values in one column that lie thousands of nats apart",
            (_FAR,),
            hint="After the subtraction no exponent may be above 0: which of the values sees to that?",
        ),
    ),
    differentiate=(0,),
    lesson_size=lambda: (np.zeros((1000, 1000), np.float32),),
    hints=(
        "Values near −200 become 0 in float32 as soon as you exponentiate them. What could you subtract from all of"
        " them first, so that the largest becomes exp(0) = 1, and what does that do to the result?",
        "log mean exp(v) = m + log mean exp(v − m), for any m. With m the largest along the axis, kept by"
        " `keepdims=True`, every column subtracts its own.",
        "A skeleton:\n\n    highest = np.max(values, axis=axis, keepdims=True)\n"
        "    return np.log(np.mean(np.exp(…), axis=axis)) + np.squeeze(…, axis)",
    ),
    why="exp(v) = exp(m) · exp(v − m), and the factor exp(m) leaves the mean and, through the logarithm, becomes + m."
    " After the subtraction the largest exponential is 1, so that the mean is never 0.",
    mistakes=LOG_MEAN_EXP,
)

_MIXTURE = Task(
    reference=distributions.mixture_log_prob,
    lesson=5,
    fixture=(PARAMS, IMAGES),
    axes={3: "components", 5: "examples", 7: "pixels"},
    by_hand=(
        Claim(
            "A mixture of one is that component: independent Bernoulli pixels.",
            _one_component,
            "Leave the mixing aside: with one row of logits it is `bernoulli_log_prob` of lesson 1.",
        ),
    ),
    properties=(
        Claim(
            "More weight on all components alike changes nothing.",
            _weights_up,
            "The weights are exp(log_weights) over their sum: a common factor cancels.",
        ),
        Claim(
            "It lies between the least and the greatest of its components' log-probabilities.",
            _between,
            "A weighted mean of probabilities lies between them, if the weights add up to 1.",
        ),
        Claim(
            "The probabilities of all 2⁷ images of seven pixels add up to 1.",
            _all_images,
            "Each component's do. So does a mean of them, with weights that add up to 1.",
        ),
    ),
    extremes=(
        Claim(
            "Of an image that every component finds all but impossible it is finite.",
            _costly,
            "Stay in logarithms: add log w and log p(x | c), then let `log_mean_exp` do the sum.",
        ),
    ),
    also=(
        Case("with one image alone", (PARAMS, IMAGES[:1])),
        Case("with logits of ±900", (_PIXELS, IMAGES)),
    ),
    differentiate=(0,),
    lesson_size=lambda: (
        {"logits": np.zeros((50, 784), np.float32), "log_weights": np.zeros(50, np.float32)},
        np.ones((200, 784), np.float32),
    ),
    hints=(
        "How probable is x together with component c: which two factors, and what becomes of them in logarithms?"
        " How do you get from there to x alone, whichever c it was?",
        "log joint = log_weights + log p(x | c), an array (N, C): `x @ logits.T` has that shape, and each component's"
        " softplus is summed over its pixels. Then log-mean-exp over the components, less that of the weights alone.",
        'A skeleton:\n\n    logits, log_weights = params["logits"], params["log_weights"]\n'
        "    log_joint = log_weights + x @ … - np.sum(np.logaddexp(0, …), axis=-1)\n"
        "    return log_mean_exp(log_joint, axis=-1) - log_mean_exp(…, axis=-1)",
    ),
    why="p(x) is the sum over c of w_c p(x | c), divided by the sum of the w_c. Both sums are written as means over the"
    " same number of components, which cancels, and both stay in logarithms from end to end.",
    mistakes=MIXTURE,
)

TASKS = (_LOG_MEAN_EXP, _MIXTURE, _NORMAL)
