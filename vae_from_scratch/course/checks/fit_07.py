"""Lesson 7: the fit of one posterior by gradient. Claims that are true of it, and hints."""

import numpy as np

from vae_from_scratch import ops, vae
from vae_from_scratch.course.checks import Case, Claim, Task, near, wrong_number
from vae_from_scratch.course.checks.mistakes_07_fit import EPSILONS, LOG_VAR, MEAN, MISTAKES, RATE, log_joint
from vae_from_scratch.optimizers import cosine_decay

_rng = np.random.default_rng(74)
_PAIR = np.array([[[1.0]], [[-1.0]]])  # two draws with mean 0 and variance 1, exactly

# ---- claims ------------------------------------------------------------------------------------


def _hill(center, variance):
    return lambda z: ops.sum_last(-0.5 * (z - center) ** 2 / variance)


def _first_step(f):
    mean, log_var = f(_hill(2.0, 1.0), np.zeros((1, 1)), np.zeros((1, 1)), [np.zeros((1, 1))], 0.25)
    if not near(mean, [[0.25]]):
        return f"With yours the mean goes to {wrong_number(mean, [[0.25]])}."
    gone = wrong_number(log_var, [[0.25]])
    return near(log_var, [[0.25]]) or f"The mean moves rightly; with yours log_var goes to {gone}."


def _no_noise_no_step(f):
    mean, log_var = f(log_joint, MEAN, LOG_VAR, [], RATE)
    return (near(mean, MEAN) and near(log_var, LOG_VAR)) or "Yours moves the mean or log_var."


def _finds_a_gaussian(f):
    rate = cosine_decay(0.2, 0.01, 150)
    mean, log_var = f(_hill(2.0, 0.25), np.zeros((1, 1)), np.zeros((1, 1)), [_PAIR] * 150, rate)
    found = float(np.ravel(mean)[0]), float(np.exp(np.ravel(log_var)[0]))
    arrived = abs(found[0] - 2.0) < 0.05 and abs(found[1] - 0.25) < 0.03
    return arrived or f"Yours arrives at mean {found[0]:.3g} and variance {found[1]:.3g}."


def _alone(f):
    def first(z):
        return log_joint(z + np.zeros((5, 3)))[:1]

    together = f(log_joint, MEAN, LOG_VAR, EPSILONS, RATE)
    alone = f(first, MEAN[:1], LOG_VAR[:1], EPSILONS[:, :1], RATE)
    held = all(np.allclose(a, b[:1], rtol=1e-3) for a, b in zip(alone, together, strict=True))
    return held or "Yours gives the first example another posterior when the other four are left out."


def _cost_is_a_mean(f):
    """Seen by Adam's eps, 1e-8: a slope as small as that makes half a step, one k times as large k / (k + 1) of it."""
    flat = np.zeros((5, 1))
    step, _ = f(lambda z: 5e-8 * ops.sum_last(z), flat, flat, flat[None], 1.0)
    times = np.ravel(step / (1 - step))
    return near(times, np.ones(5)) or f"Yours is {wrong_number(times, np.ones(5))} times that."


def _only_slopes(f):
    raised, plain = (f(lambda z, c=c: log_joint(z) + c, MEAN, LOG_VAR, EPSILONS, RATE) for c in (1000.0, 0.0))
    return all(map(near, raised, plain)) or "With yours another posterior comes out."


TASKS = (
    Task(
        reference=vae.fit_posterior,
        lesson=7,
        fixture=(log_joint, MEAN, LOG_VAR, EPSILONS, RATE),
        axes={5: "examples", 3: "latents", 7: "steps", 11: "samples"},
        parts=("mean", "log_var"),
        by_hand=(
            Claim(
                "No noise, no step: it returns what it was given.",
                _no_noise_no_step,
                "There is one step for each epsilon, and what is returned is q after the last.",
            ),
            Claim(
                "One step up a hill at z = 2, from mean 0 and log_var 0, at rate ¼ and epsilon 0: both rise by ¼.",
                _first_step,
                "Adam's first step has the length of the rate, whatever the slope. The mean goes up the hill; and with"
                " epsilon 0 only the entropy of q, which wants it wide, moves log_var.",
            ),
        ),
        properties=(
            Claim(
                "A posterior that is the Gaussian N(2, ¼) is found.",
                _finds_a_gaussian,
                "Of log p(x, z) - log q(z), averaged over draws, which term keeps q narrow, and which keeps it wide?",
            ),
            Claim(
                "Each example's fit is its own.",
                _alone,
                "A mean or a sum over examples leaves each one's slope to itself. Was something shared between them?",
            ),
            Claim(
                "The cost that Adam lowers is a mean over the examples.",
                _cost_is_a_mean,
                "Adam's step hardly depends on the size of a cost, so that here the last digits alone change. By plain"
                " gradient descent every step would be as many times as long.",
                needed=False,
            ),
            Claim(
                "A constant added to log_joint changes nothing.",
                _only_slopes,
                "Only slopes count: is the cost cut off somewhere, at 0, say?",
            ),
        ),
        also=(
            Case(
                "with 11 draws a step: epsilons (7, 11, 5, 3)",
                (log_joint, MEAN, LOG_VAR, _rng.normal(size=(7, 11, 5, 3)), RATE),
                hint="Then `log_joint(z)` is (11, 5), and the entropy (5,): they add as they are; one mean over all.",
            ),
            Case("with a rate that falls", (log_joint, MEAN, LOG_VAR, EPSILONS, cosine_decay(0.3, 0.01, 7))),
        ),
        hints=(
            "What number says how good a q is? Lesson 6 has it: the mean of log p(x, z) - log q(z) over draws of q."
            " With z = mean + std · epsilon, what is left of log q but constants?",
            "log q(z) = -½ log_var - ½ epsilon² - …, so the bound at one noise is log_joint(z) + ½ Σ log_var and a"
            " constant. `value_and_grad(cost)(q, epsilon)` gives value and grads with q = (mean, log_var);"
            " `adam(learning_rate)` has `init(q)` and `update(q, grads, state)`.",
            "A skeleton:\n\n    def cost(q, epsilon):\n"
            "        return -np.mean(log_joint(reparameterize(…)) + …)\n\n"
            "    q, optimizer = (mean, log_var), adam(learning_rate)\n"
            "    state = optimizer.init(q)\n"
            "    for epsilon in epsilons:\n"
            "        value, grads = value_and_grad(cost)(q, epsilon)\n"
            "        q, state = …\n"
            "    return q",
        ),
        why="Minus the bound is lowered along its pathwise gradient, with new noise at each step; noisy slopes that are"
        " right on average lead to the top. It is what an encoder would say that had all the time for each image.",
        mistakes=MISTAKES,
    ),
)
