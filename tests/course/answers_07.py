"""Answers to lesson 7's score function gradient and fit: right in several ways, and wrong with what must be said."""

import autograd
import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from vae_from_scratch import distributions, ops, optimizers
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.distributions import normal_log_prob, reparameterize

# ---- right: the score function gradient -----------------------------------------------------------


def score_in_variances(f_values, z, mean, log_var):
    variance = np.exp(log_var)
    f = f_values[..., np.newaxis]
    return f * (z - mean) / variance, f * 0.5 * ((z - mean) ** 2 / variance - 1)


def score_by_draws(f_values, z, mean, log_var):
    std = np.exp(log_var / 2)
    epsilon = [(draw - mean) / std for draw in z]
    by_mean = [np.expand_dims(f, -1) * e / std for f, e in zip(f_values, epsilon, strict=True)]
    by_log_var = [np.expand_dims(f, -1) * (e * e - 1) / 2 for f, e in zip(f_values, epsilon, strict=True)]
    return np.stack(by_mean), np.stack(by_log_var)


def score_by_autograd(f_values, z, mean, log_var):
    def weighted(q):
        return anp.sum(f_values[..., None] * normal_log_prob(z, *q))

    zeros = 0 * z
    return value_and_grad(weighted)((mean + zeros, log_var + zeros))[1]


def score_as_a_list(f_values, z, mean, log_var):
    scaled = (z - mean) / np.exp(log_var)
    return [(f_values.T * scaled.T).T if z.ndim == 2 else f_values[..., None] * scaled,
            f_values[..., None] * (scaled * (z - mean) - 1) / 2]  # fmt: skip


# ---- right: the fit -------------------------------------------------------------------------------


def fit_plain(log_joint, mean, log_var, epsilons, learning_rate):
    def cost(q, epsilon):
        z = reparameterize(q[0], q[1], epsilon)
        return -np.mean(log_joint(z) + 0.5 * np.sum(q[1], axis=-1))

    q = (mean, log_var)
    optimizer = optimizers.adam(learning_rate)
    state = optimizer.init(q)
    for epsilon in epsilons:
        _, grads = value_and_grad(cost)(q, epsilon)
        q, state = optimizer.update(q, grads, state)
    return q


def fit_with_the_whole_bound(log_joint, mean, log_var, epsilons, learning_rate):
    def minus_bound(q, epsilon):
        mean, log_var = q
        z = mean + np.exp(log_var / 2) * epsilon
        log_q = ops.sum_last(normal_log_prob(z, mean, log_var))
        return -np.mean(log_joint(z) - log_q)

    q, rule = [mean, log_var], optimizers.adam(learning_rate)
    state = rule.init(q)
    for i in range(len(epsilons)):
        _, grads = value_and_grad(minus_bound)(q, epsilons[i])
        q, state = rule.update(q, grads, state)
    return q


def fit_with_a_dict(log_joint, mean, log_var, epsilons, learning_rate):
    def cost(q, epsilon):
        z = distributions.reparameterize(q["mean"], q["log_var"], epsilon)
        return -ops.mean(log_joint(z) + ops.sum_last(q["log_var"]) / 2)

    q, rule = {"mean": mean, "log_var": log_var}, optimizers.adam(learning_rate)
    state = rule.init(q)
    for epsilon in epsilons:
        q, state = rule.update(q, value_and_grad(cost)(q, epsilon)[1], state)
    return q["mean"], q["log_var"]


def fit_with_stock_autograd(log_joint, mean, log_var, epsilons, learning_rate):
    def cost(mean, log_var, epsilon):
        return -anp.mean(log_joint(mean + anp.exp(log_var / 2) * epsilon) + anp.sum(log_var, -1) / 2)

    slopes, rule = autograd.grad(cost, (0, 1)), optimizers.adam(learning_rate)
    state = rule.init((mean, log_var))
    for epsilon in epsilons:
        (mean, log_var), state = rule.update((mean, log_var), slopes(mean, log_var, epsilon), state)
    return mean, log_var


RIGHT = {
    "score_function_gradient": (score_in_variances, score_by_draws, score_by_autograd, score_as_a_list),
    "fit_posterior": (fit_plain, fit_with_the_whole_bound, fit_with_a_dict, fit_with_stock_autograd),
}

# ---- wrong, as students write it ------------------------------------------------------------------


def fitted(cost, rule=optimizers.adam):
    def answer(log_joint, mean, log_var, epsilons, learning_rate):
        q, optimizer = (mean, log_var), rule(learning_rate)
        state = optimizer.init(q)
        for epsilon in epsilons:
            q, state = optimizer.update(q, value_and_grad(cost)(q, epsilon, log_joint)[1], state)
        return q

    return answer


def fit_with_early_return(log_joint, mean, log_var, epsilons, learning_rate):
    q, rule = (mean, log_var), optimizers.adam(learning_rate)
    state = rule.init(q)
    for epsilon in epsilons:
        cost = lambda q, e=epsilon: -np.mean(log_joint(reparameterize(*q, e)) + q[1].sum(-1) / 2)
        q, state = rule.update(q, value_and_grad(cost)(q)[1], state)
        return q


def fit_that_drops_the_update(log_joint, mean, log_var, epsilons, learning_rate):
    q, rule = (mean, log_var), optimizers.adam(learning_rate)
    state = rule.init(q)
    for epsilon in epsilons:
        cost = lambda q, e=epsilon: -np.mean(log_joint(reparameterize(*q, e)) + q[1].sum(-1) / 2)
        rule.update(q, value_and_grad(cost)(q)[1], state)
    return q


def fit_that_drops_the_new_state(log_joint, mean, log_var, epsilons, learning_rate):
    q, rule = (mean, log_var), optimizers.adam(learning_rate)
    state = rule.init(q)
    for epsilon in epsilons:
        cost = lambda q, e=epsilon: -np.mean(log_joint(reparameterize(*q, e)) + q[1].sum(-1) / 2)
        q, _ = rule.update(q, value_and_grad(cost)(q)[1], state)
    return q


def fit_with_value_and_gradient(log_joint, mean, log_var, epsilons, learning_rate):
    q, rule = (mean, log_var), optimizers.adam(learning_rate)
    state = rule.init(q)
    for epsilon in epsilons:
        cost = lambda q, e=epsilon: -np.mean(log_joint(reparameterize(*q, e)) + q[1].sum(-1) / 2)
        q, state = rule.update(q, value_and_grad(cost)(q), state)
    return q


def fit_with_two_arguments(log_joint, mean, log_var, epsilons, learning_rate):
    rule = optimizers.adam(learning_rate)
    state = rule.init((mean, log_var))
    for epsilon in epsilons:
        cost = lambda m, v, e=epsilon: -np.mean(log_joint(reparameterize(m, v, e)) + v.sum(-1) / 2)
        (mean, log_var), state = rule.update((mean, log_var), value_and_grad(cost)(mean, log_var)[1], state)
    return mean, log_var


def fit_that_initializes_inside(log_joint, mean, log_var, epsilons, learning_rate):
    q, rule = (mean, log_var), optimizers.adam(learning_rate)
    for epsilon in epsilons:
        cost = lambda q, e=epsilon: -np.mean(log_joint(reparameterize(*q, e)) + q[1].sum(-1) / 2)
        q, _ = rule.update(q, value_and_grad(cost)(q)[1], rule.init(q))
    return q


WRONG = [
    ("score_function_gradient", "score-without-f", lambda f, z, m, v: score_in_variances(np.ones(len(z)), z, m, v)),
    (
        "score_function_gradient",
        "score-divided-by-std-once",
        lambda f, z, m, v: (f[:, None] * (z - m) / np.sqrt(np.exp(v)), score_in_variances(f, z, m, v)[1]),
    ),
    (
        "score_function_gradient",
        "score-normalizer-forgotten",
        lambda f, z, m, v: (score_in_variances(f, z, m, v)[0], f[:, None] * (z - m) ** 2 / (2 * np.exp(v))),
    ),
    (
        "score_function_gradient",
        "score-half-missing",
        lambda f, z, m, v: (score_in_variances(f, z, m, v)[0], 2 * score_in_variances(f, z, m, v)[1]),
    ),
    (
        "score_function_gradient",
        "score-exp-log-var-as-std",
        lambda f, z, m, v: (
            f[:, None] * ((z - m) / np.exp(v)) / np.exp(v),
            f[:, None] * (((z - m) / np.exp(v)) ** 2 - 1),
        ),
    ),
    (
        "score_function_gradient",
        "score-sign",
        lambda f, z, m, v: score_in_variances(-f, z, m, v),
    ),
    (
        "score_function_gradient",
        "score-with-respect-to-z",
        lambda f, z, m, v: (f[:, None] * (m - z) / np.exp(v), score_in_variances(f, z, m, v)[1]),
    ),
    (
        "score_function_gradient",
        "score-averaged-over-draws",
        lambda f, z, m, v: [part.mean(axis=0) for part in score_in_variances(f, z, m, v)],
    ),
    (
        "score_function_gradient",
        "score-f-averaged-first",
        lambda f, z, m, v: score_in_variances(np.full(len(z), f.mean()), z, m, v) if f.ndim == 1 else f,
    ),
    (
        "score_function_gradient",
        "score-log-var-not-differentiated",
        lambda f, z, m, v: (score_in_variances(f, z, m, v)[0], 0.5 * f[:, None] * ((z - m) ** 2 / np.exp(v) - v)),
    ),
    ("score_function_gradient", "score-baseline", lambda f, z, m, v: score_in_variances(f - f.mean(), z, m, v)),
    ("fit_posterior", "fit-without-entropy", fitted(lambda q, e, f: -np.mean(f(reparameterize(*q, e))))),
    (
        "fit_posterior",
        "fit-without-entropy",
        fitted(lambda q, e, f: -np.mean(f(reparameterize(*q, e))) + 0.0 * anp.sum(q[0])),
    ),
    (
        "fit_posterior",
        "fit-entropy-sign",
        fitted(lambda q, e, f: -np.mean(f(reparameterize(*q, e)) - q[1].sum(axis=-1) / 2)),
    ),
    (
        "fit_posterior",
        "fit-entropy-of-the-whole-batch",
        fitted(lambda q, e, f: -np.mean(f(reparameterize(*q, e)) + q[1].sum() / 2)),
    ),
    (
        "fit_posterior",
        "fit-std-as-entropy",
        fitted(lambda q, e, f: -np.mean(f(reparameterize(*q, e)) + np.sum(np.exp(q[1] / 2), axis=-1))),
    ),
    (
        "fit_posterior",
        "fit-downhill",
        fitted(lambda q, e, f: np.mean(f(reparameterize(*q, e)) + q[1].sum(axis=-1) / 2)),
    ),
    (
        "fit_posterior",
        "fit-at-the-mean",
        fitted(lambda q, e, f: -np.mean(f(q[0]) + q[1].sum(axis=-1) / 2)),
    ),
    (
        "fit_posterior",
        "fit-detached",
        fitted(lambda q, e, f: -np.mean(f(getval(reparameterize(*q, e))) + q[1].sum(axis=-1) / 2)),
    ),
    (
        "fit_posterior",
        "fit-without-adam",
        fitted(lambda q, e, f: -np.mean(f(reparameterize(*q, e)) + q[1].sum(axis=-1) / 2), optimizers.sgd),
    ),
    ("fit_posterior", "fit-first-step-only", fit_with_early_return),
    ("fit_posterior", "fit-nothing-moved", fit_that_drops_the_update),
    ("fit_posterior", "fit-state-forgotten", fit_that_initializes_inside),
    ("fit_posterior", "fit-new-state-dropped", fit_that_drops_the_new_state),
    (
        "score_function_gradient",
        "score-variance-squared-in-log-var",
        lambda f, z, m, v: (
            score_in_variances(f, z, m, v)[0],
            f[:, None] * (0.5 * (z - m) ** 2 / np.exp(v) ** 2 - 0.5),
        ),
    ),
]

# ---- wrong in a way that nobody listed, with words that its message must contain ------------------

UNLISTED = [
    (
        "score_function_gradient",
        lambda f, z, m, v: score_in_variances(3 * f, z, m, v),
        ("The gradient of mean", "3 times"),
    ),
    (
        "score_function_gradient",
        lambda f, z, m, v: (score_in_variances(f, z, m, v)[0], np.cos(z) * f[:, None]),
        ("The gradient of log_var",),
    ),
    ("score_function_gradient", lambda f, z, m, v: np.stack(score_in_variances(f, z, m, v)), ("tuple",)),
    ("fit_posterior", lambda f, m, v, e, r: (m + 1, v), ("mean",)),
    ("fit_posterior", lambda f, m, v, e, r: m, ("tuple",)),
]

RAISED = [
    ("fit_posterior", fit_with_value_and_gradient, ("(value, gradients)", "`[1]`")),
    ("fit_posterior", fit_with_two_arguments, ("*first* argument", "one tuple")),
]
