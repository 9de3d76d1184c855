"""Lesson 11: weights of draws, the bound they make, the likelihood one reports. Claims that are true, and hints."""

import numpy as np

from vae_from_scratch import evaluation, ops, pca, vae
from vae_from_scratch.course.checks import Case, Claim, Task, gives, near
from vae_from_scratch.course.checks.dealt_11 import LOGITS, dealt
from vae_from_scratch.course.checks.fixture_08 import (
    AXES,
    CERTAIN,
    DRAWS,
    OTHER_MODEL,
    PARAMS,
    SURE,
    ZEROS,
    X,
    lesson_batch,
    lesson_params,
    with_head,
)
from vae_from_scratch.course.checks.mistakes_11 import BOUND
from vae_from_scratch.course.checks.mistakes_11_nll import NLL
from vae_from_scratch.course.checks.mistakes_11_weights import WEIGHTS
from vae_from_scratch.distributions import log_mean_exp, normal_log_prob
from vae_from_scratch.layers import dense

_rng = np.random.default_rng(11)
_COIN = 7 * np.log(2)
_STEEP = with_head(PARAMS, "decoder", "logits", W=2000.0 * PARAMS["decoder"]["logits"][0])  # draws far apart
_BROAD = with_head(  # near the prior, so that no few draws outweigh the others, and a standard error means what it says
    with_head(PARAMS, "encoder", "mean", W=0.3 * PARAMS["encoder"]["mean"][0]),
    *("encoder", "log_var"),
    W=0.3 * PARAMS["encoder"]["log_var"][0],
    b=0.0,
)
_ANOTHER = "with another model in place of DENSE"
_MODEL_HINT = (
    "The networks and the likelihood come from `model`: `model.encode`, `model.decode`, `model.log_likelihood`."
)

# ---- a model whose log p(x) is known: probabilistic PCA, its exact posterior written into the encoder ----

_IMAGES = _rng.standard_normal((53, 7)) * np.linspace(0.05, 0.2, 7) @ _rng.standard_normal((7, 7)) + 1.0
_DECODER = pca.fit_probabilistic(_IMAGES, 3)
_ORIGIN, _COVARIANCE = pca.posterior(_DECODER, np.zeros((1, 7)))
_SLOPE = pca.posterior(_DECODER, np.eye(7))[0] - _ORIGIN
_HEADS = {"mean": (_SLOPE, _ORIGIN[0]), "log_var": (np.zeros((7, 3)), np.log(np.diag(_COVARIANCE)))}
_STRAIGHT = {**_DECODER, "hidden": [], "logits": (_DECODER["W"], _DECODER["mean"])}  # what `vae.decode` would look for
EXACT, SEEN = {"encoder": {"hidden": [], **_HEADS}, "decoder": _STRAIGHT}, _IMAGES[:5]
LOG_PX = pca.log_prob(_DECODER, SEEN)
LINEAR = vae.Model(
    vae.encode,
    lambda params, z: dense((params["decoder"]["W"], params["decoder"]["mean"]), z),
    lambda x, mean: ops.sum_last(normal_log_prob(x, mean, _DECODER["log_var"])),
)

# ---- claims of the weights -------------------------------------------------------------------------


def _nothing_known(f):
    return gives(f(ZEROS, X, DRAWS), np.full((11, 5), -_COIN))


def _every_weight_is_exact(f):
    got = f(EXACT, SEEN, DRAWS, LINEAR)
    if near(got, np.broadcast_to(LOG_PX, (11, 5))):
        return True
    spread = float(np.max(np.ptp(got, axis=0))) if np.ndim(got) == 2 else 0.0
    return f"Yours differ from draw to draw, by up to {spread:.2g}." if spread > 1e-6 else "Yours are something else."


def _sure(f):
    with np.errstate(over="ignore"):
        return near(f(SURE, X, DRAWS), vae.log_weights(SURE, X, DRAWS)) or "There yours is off, or not finite."


# ---- claims of the bound ---------------------------------------------------------------------------


def _bound_of_nothing(f):
    return gives(f(ZEROS, X, DRAWS), np.full(5, -_COIN))


def _exact(f):
    return gives(f(EXACT, SEEN, DRAWS, LINEAR), LOG_PX)


def _between(f):
    got, weights = f(PARAMS, X, DRAWS), vae.log_weights(PARAMS, X, DRAWS)
    if np.any(got > np.max(weights, axis=0) + 1e-6):
        return "For one image at least, yours lies above its largest log weight."
    return not np.any(got < np.mean(weights, axis=0) - 1e-6) or "For one image at least, yours lies below their mean."


def _twice(f):
    twice = f(PARAMS, X, np.concatenate([DRAWS, DRAWS]))
    return near(twice, f(PARAMS, X, DRAWS)) or "With every draw counted twice, yours is another."


# ---- claims of the likelihood ----------------------------------------------------------------------


def _nll_of_nothing(f):
    return gives(f(ZEROS, X, 11, 0), np.full(5, _COIN))


def _nll_exact(f):
    return gives(f(EXACT, SEEN, 11, 0, LINEAR), -LOG_PX)


def _within_its_error(f):
    draws = np.random.default_rng(0).standard_normal((20_000, 5, 3))
    weights = vae.log_weights(_BROAD, X, draws)
    want, share = -log_mean_exp(weights, axis=0), 1 / evaluation.effective_sample_size(weights)
    error = np.sqrt(share * (1 + len(draws) / 2000))  # of two estimates, one with 2,000 draws
    off = np.abs(f(_BROAD, X, 2000, 3) - want) / error
    return bool(np.all(off < 5)) or f"Yours is {float(np.max(off)):.0f} standard errors away."


def _addressed(f):
    one, again, other = (f(PARAMS, X, 3, seed) for seed in (1, 1, 2))
    if not near(one, again):
        return "With yours two calls with one seed differ."
    return not near(one, other) or "With yours every seed gives the same."


def _size():
    x, _ = lesson_batch()
    return lesson_params(), x, np.random.default_rng(1).standard_normal((20, len(x), 16), np.float32)


TASKS = (
    Task(
        reference=vae.log_weights,
        lesson=11,
        fixture=(PARAMS, X, DRAWS),
        axes=AXES,
        by_hand=(
            Claim(
                "With all parameters zero every log weight is -7 ln 2: seven pixels, each a fair coin.",
                _nothing_known,
                "Then q is the prior, so p(z) / q(z) is 1, and what remains is p(x | z).",
            ),
        ),
        properties=(
            Claim(
                "Where the encoder is the exact posterior, every draw weighs p(x).",
                _every_weight_is_exact,
                "p(x, z) / p(z | x) is p(x), whatever z. So all weights of an image are equal there, draw by draw: each"
                f" of the three densities must be taken at that very z. {_MODEL_HINT}",
            ),
        ),
        extremes=(
            Claim("At log_var ±20 the weights are finite and right.", _sure, "`log_var` is a logarithm already."),
        ),
        also=(
            Case(_ANOTHER, (PARAMS, X, DRAWS, OTHER_MODEL), hint=_MODEL_HINT),
            Case("with one image alone", (PARAMS, X[:1], DRAWS[:, :1])),
            Case("with one draw alone", (PARAMS, X, DRAWS[:1])),
        ),
        differentiate=(0,),
        lesson_size=_size,
        hints=(
            "A weight is p(x, z) / q(z), at a z that was drawn from q. Which three densities does that take, and which"
            " of them does lesson 6's closed form replace, so that you cannot use it here?",
            "log w = log p(z) + log p(x | z) - log q(z), shape (K, N). The first and the last are sums over latents of"
            " `normal_log_prob(z, mean, log_var)`, elementwise; for the prior mean and log_var are 0. mean and log_var"
            " (N, L) broadcast against epsilon (K, N, L).",
            "A skeleton:\n\n    mean, log_var = model.encode(params, x)\n    z = reparameterize(…)\n"
            "    log_ratio = np.sum(normal_log_prob(z, 0.0, 0.0) - …, axis=-1)\n"
            "    return log_ratio + model.log_likelihood(x, …)",
        ),
        why="A draw from q stands for fewer of its kind where q draws often, so it is weighed by p / q. Everything is"
        " taken at the z that was really drawn; that is what makes the mean weight p(x) on average, whatever q is.",
        mistakes=WEIGHTS,
    ),
    Task(
        reference=vae.iwae_bound,
        lesson=11,
        fixture=(PARAMS, X, DRAWS),
        axes=AXES,
        by_hand=(
            Claim(
                "With all parameters zero it is 7 ln ½, however many draws.",
                _bound_of_nothing,
                "Eleven equal weights: their mean is each of them.",
            ),
        ),
        properties=(
            Claim(
                "Where every weight is p(x), it is log p(x).",
                _exact,
                "Equal weights leave no gap: their mean is each of them. This is another model: is `model` handed on?",
            ),
            Claim(
                "It lies between the mean and the largest of the log weights.",
                _between,
                "The log of a mean is never below the mean of the logs, and no mean passes its largest term.",
            ),
            Claim(
                "Counting every draw twice changes nothing.",
                _twice,
                "It is a *mean* weight: divide by the number of draws, inside the log.",
            ),
        ),
        also=(
            Case(_ANOTHER, (PARAMS, X, DRAWS, OTHER_MODEL), hint=_MODEL_HINT),
            Case("with one draw alone", (PARAMS, X, DRAWS[:1])),
            Case(
                "for images that cost thousands of nats",
                (CERTAIN, X, DRAWS),
                hint="`np.exp` of -1000 is 0. Take the largest log weight out first, and add it again at the end.",
            ),
            Case(
                "where draws lie thousands of nats apart",
                (_STEEP, X, DRAWS),
                hint="After the subtraction no exponent may be above 0: which of the log weights sees to that?",
            ),
        ),
        differentiate=(0,),
        lesson_size=_size,
        hints=(
            "The mean weight estimates p(x); you want a bound on its log. In which order come mean and log? And which"
            " function of lesson 5 does that without overflow?",
            "log (1/K Σ_k w_k), over axis 0: `log_mean_exp` of the log weights. (K, N) becomes (N,).",
            "A skeleton:\n\n    return log_mean_exp(log_weights(…), axis=…)",
        ),
        why="The log of a mean of K weights: one draw gives the ELBO, infinitely many give log p(x), and in expectation"
        " it never falls in between.",
        mistakes=BOUND,
    ),
    Task(
        reference=evaluation.nll,
        lesson=11,
        fixture=(PARAMS, X, 11, 0, LOGITS),
        axes=AXES,
        use=dealt,
        by_hand=(
            Claim(
                "With all parameters zero it is 7 ln 2, whatever the noise.",
                _nll_of_nothing,
                "Every weight is 2⁻⁷ then. A negative log-likelihood is a cost: which sign?",
            ),
        ),
        properties=(
            Claim(
                "Where the encoder is the exact posterior, it is -log p(x), whatever the noise.",
                _nll_exact,
                "There every weight is p(x). Do you weigh draws of the *encoder*, by `log_weights`, and is `model`"
                " handed on?",
            ),
            Claim(
                "On a small model 2,000 draws of yours agree with 20,000 of ours, within the error of both.",
                _within_its_error,
                "The noise is standard normal, new for each draw and each image: shape (K, N, L).",
            ),
            Claim(
                "A seed is an address: the same gives the same number, another seed another.",
                _addressed,
                "`rng = np.random.default_rng(seed)` makes a generator; draw with it and with nothing else.",
                needed=False,
            ),
        ),
        also=(
            Case("with one draw alone", (PARAMS, X, 1, 0, LOGITS[:1])),
            Case("with one image alone", (PARAMS, X[:1], 11, 0, LOGITS)),
            Case(
                "for images that cost thousands of nats",
                (PARAMS, X, 11, 0, LOGITS * 1000.0),
                hint="`np.exp` of -1000 is 0. Stay with the logs: `log_mean_exp`, or `np.logaddexp` draw by draw.",
            ),
        ),
        lesson_size=lambda: (*_size()[:2], 20, 0),
        hints=(
            "You have a bound that gets better with every draw; a report wants it as a cost. What must you make"
            " yourself, that came in as an argument until now? And what if 5,000 draws of 1,000 images do not fit into"
            " memory?",
            "NLL = -log (1/K Σ_k w_k) = log K - log Σ_k w_k. The noise: (K, N, L) from `np.random.default_rng(seed)`;"
            " the L is that of `model.encode(params, x)[0]`. All K at once, or a few at a time with `np.logaddexp`.",
            "A skeleton:\n\n    rng = np.random.default_rng(seed)\n    shape = model.encode(params, x)[0].shape\n"
            "    log_sum = -np.inf\n    for _ in range(num_samples):\n"
            "        epsilon = rng.standard_normal((1, *shape), np.float32)\n"
            "        log_sum = np.logaddexp(log_sum, …)\n    return …",
        ),
        why="The bound with many draws, as a cost, for each image. Summing weights in logs, draw by draw, needs the"
        " memory of one draw, however many there are. Ours seeds each draw by its number, so that 500 draws are the"
        " first 500 of 5,000.",
        mistakes=NLL,
    ),
)
