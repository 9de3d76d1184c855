"""Lesson 7: wrong ways to fit one posterior by gradient, and what to say to each."""

import numpy as np
from autograd.tracer import getval

from vae_from_scratch import ops
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.distributions import kl_to_standard_normal, reparameterize
from vae_from_scratch.optimizers import adam, sgd

_rng = np.random.default_rng(73)
MEAN, LOG_VAR = _rng.normal(size=(5, 3)) + 0.3, _rng.normal(size=(5, 3)) * 0.5 - 0.6
EPSILONS = _rng.normal(size=(7, 5, 3))
PEAK, PRECISION = _rng.normal(size=(5, 3)), np.exp(_rng.normal(size=(5, 3)) * 0.4 + 0.5)
RATE = 0.15


def log_joint(z):
    """A log joint that is no Gaussian: one hill for each example, tilted by a wave."""
    return ops.sum_last(np.sin(2 * z) - 0.5 * PRECISION * (z - PEAK) ** 2)


def draw(q, epsilon):
    return q[0] + np.exp(q[1] / 2) * epsilon


def entropy(q):
    """The entropy of q but for a constant: (..., L) -> (...)."""
    return ops.sum_last(q[1]) / 2


def climbing(bound, optimizer=adam, noise=None, remember=True, taken=True, last=None, result=tuple):
    """A fit that climbs `bound(log_joint, q, epsilon)`, (N,), with one of its parts gone wrong."""

    def wrong(log_joint, mean, log_var, epsilons, learning_rate):
        rule = optimizer(learning_rate)
        gradient = value_and_grad(lambda q, epsilon: -ops.mean(bound(log_joint, q, epsilon)))
        q = mean, log_var
        state = rule.init(q)
        for epsilon in epsilons[:last]:
            epsilon = epsilons[0] if noise == "frozen" else epsilon
            state = state if remember else rule.init(q)
            q, after = rule.update(q, gradient(q, epsilon)[1], state)
            state = after if taken else state
        return result(q)

    return wrong


def right(log_joint, q, epsilon):
    return log_joint(draw(q, epsilon)) + entropy(q)


MISTAKES = (
    Mistake(
        "fit-without-entropy",
        climbing(lambda f, q, e: f(draw(q, e))),
        "The draw and the climb are right, but what is climbed is log p(x, z) alone. Nothing rewards a wide q, so it"
        " shrinks onto the most probable z. The bound has a second term: minus the mean of log q.",
    ),
    Mistake(
        "fit-entropy-without-half",
        climbing(lambda f, q, e: f(draw(q, e)) + ops.sum_last(q[1])),
        "The entropy of q is there, but counted twice: log q holds -½ log_var for each latent, the log of the standard"
        " deviation and not of the variance.",
    ),
    Mistake(
        "fit-entropy-sign",
        climbing(lambda f, q, e: f(draw(q, e)) - entropy(q)),
        "The entropy of q enters with the wrong sign: the bound is log p(x, z) *minus* log q, and log q itself holds"
        " -½ log_var. A wide q is to be rewarded.",
    ),
    Mistake(
        "fit-entropy-averaged",
        climbing(lambda f, q, e: f(draw(q, e)) + np.mean(q[1], axis=-1) / 2),
        "The entropy is averaged over the latents where it should be summed: each latent's log q adds to the bound.",
    ),
    Mistake(
        "fit-entropy-of-the-whole-batch",
        climbing(lambda f, q, e: f(draw(q, e)) + np.sum(q[1]) / 2),
        "The entropy is summed over the examples as well, so every example is rewarded for the width of all the"
        " others. Sum over the latents alone, the last axis: one number for each example, as log_joint gives.",
    ),
    Mistake(
        "fit-std-as-entropy",
        climbing(lambda f, q, e: f(draw(q, e)) + ops.sum_last(np.exp(q[1] / 2))),
        "The bound holds *minus log q*, and you add the width of q itself. The log of the standard deviation is"
        " log_var / 2: it stands there without an exponential.",
        also=(
            climbing(lambda f, q, e: f(draw(q, e)) + ops.sum_last(np.exp(q[1])) / 2),
            climbing(lambda f, q, e: f(draw(q, e)) + ops.sum_last(np.exp(q[1]))),
        ),
    ),
    Mistake(
        "fit-prior-counted-twice",
        climbing(lambda f, q, e: f(draw(q, e)) - kl_to_standard_normal(*q)),
        "The KL term is subtracted from log p(x, z), and that joint holds the prior already: it is counted twice."
        " With the joint, what is left of the bound is only minus the mean of log q.",
    ),
    Mistake(
        "fit-downhill",
        climbing(lambda f, q, e: -right(f, q, e)),
        "It goes down where it should go up: Adam lowers what it is given, so give it minus the bound.",
    ),
    Mistake(
        "fit-at-the-mean",
        climbing(lambda f, q, e: f(q[0]) + entropy(q)),
        "The draw is missing: log p(x, z) is taken at the mean, without noise. Then nothing tells log_var that it is"
        " too large, and it grows without end. The bound is a mean over draws.",
    ),
    Mistake(
        "fit-exp-log-var-as-std",
        climbing(lambda f, q, e: f(q[0] + np.exp(q[1]) * e) + entropy(q)),
        "The climb is right, but the draw is stretched by `exp(log_var)`, the variance. `reparameterize` has it right.",
    ),
    Mistake(
        "fit-frozen-noise",
        climbing(right, noise="frozen"),
        "Every step uses the first noise. Then q is fitted to that one draw, and log_var can grow without end while the"
        " printed bound rises. Each step has an epsilon of its own.",
    ),
    Mistake(
        "fit-state-forgotten",
        climbing(right, remember=False),
        "Each step is right by itself, but Adam's state begins anew each time, so every step is as long as the first"
        " and none remembers. `init` once, before the loop, and hand the state on.",
    ),
    Mistake(
        "fit-new-state-dropped",
        climbing(right, taken=False),
        "`update` gives q *and* the state anew, and you take q alone: Adam believes at every step that it is the first"
        " one. `q, state = …` takes both.",
    ),
    Mistake(
        "fit-without-adam",
        climbing(right, optimizer=sgd),
        "The slope is right, and the steps are those of plain gradient descent. Here Adam takes them: `adam` from"
        " `optimizers`.",
    ),
    Mistake(
        "fit-log-var-left",
        climbing(lambda f, q, e: f(q[0] + np.exp(getval(q[1]) / 2) * e)),
        "The mean is moved rightly and log_var is not moved at all: one of the two sliders has no path to the bound.",
        also=(climbing(lambda f, q, e: right(f, (q[0], getval(q[1])), e)),),
    ),
    Mistake(
        "fit-mean-left",
        climbing(lambda f, q, e: right(f, (getval(q[0]), q[1]), e)),
        "`log_var` is moved rightly and the mean is not moved at all: one of the two sliders has no path to the bound.",
    ),
    Mistake(
        "fit-detached",
        climbing(lambda f, q, e: f(getval(draw(q, e))) + entropy(q)),
        "The values are right, but the draw has been taken out of the trace: only the entropy still has a slope, so"
        " log_var grows and the mean stays. Build z from mean and log_var with `reparameterize`.",
    ),
    Mistake(
        "fit-nothing-moved",
        lambda f, m, v, epsilons, rate: (m, v),
        "What came in goes out: no step has moved it. Does `update`'s result take the place of q?",
    ),
    Mistake(
        "fit-first-step-only",
        climbing(right, last=1),
        "Exactly one step was taken: is the `return` inside the loop?",
    ),
    Mistake(
        "fit-last-step-missing",
        climbing(right, last=-1),
        "One step is missing: there are as many steps as epsilons, and the last one counts.",
    ),
    Mistake(
        "fit-std-returned",
        climbing(right, result=lambda q: (q[0], np.exp(q[1] / 2))),
        "The fit is right, but the second part handed back is the standard deviation: the slider is log_var.",
    ),
    Mistake(
        "fit-one-epsilon-for-the-batch",
        climbing(lambda f, q, e: f(reparameterize(*q, e[:1])) + entropy(q)),
        "The first example's noise is used for all of them: every entry of z has an epsilon of its own.",
    ),
)  # fmt: skip
