"""Answers to lesson 5's exercises that students might hand in: right in many ways, and wrong with what must be said."""

import math

import autograd.numpy as anp
import numpy as np

from vae_from_scratch import distributions, evaluation

LME, normal = distributions.log_mean_exp.plain, distributions.normal_log_prob.plain
LOG_2PI = math.log(2 * math.pi)

# ---- right, each in its own way ------------------------------------------------------------------


def normal_in_three_terms(x, mean, log_var):
    std = np.exp(log_var / 2)
    return -0.5 * math.log(2 * math.pi) - anp.log(std) - 0.5 * ((x - mean) / std) ** 2


def normal_by_the_inverse(x, mean, log_var):
    return -(log_var + LOG_2PI + np.exp(-log_var) * (x - mean) * (x - mean)) / 2


def normal_of_the_density(x, mean, log_var):
    variance = anp.exp(log_var)
    return -((x - mean) ** 2) / (2 * variance) - anp.log(anp.sqrt(2 * anp.pi * variance))


def lme_by_logaddexp(values, axis=0):
    parts = anp.moveaxis(values, axis, 0)
    total = parts[0]
    for part in parts[1:]:
        total = anp.logaddexp(total, part)
    return total - math.log(len(parts))


def lme_shift_by_the_mean_too(values, axis=0):
    highest = anp.max(values, axis=axis)
    shifted = anp.exp(values - anp.expand_dims(highest, axis))
    return highest + anp.log(anp.sum(shifted, axis=axis) / values.shape[axis])


def lme_squeezed_at_the_end(values, axis=0):
    m = values.max(axis=axis, keepdims=True)
    return (np.log(np.exp(values - m).mean(axis=axis, keepdims=True)) + m).squeeze(axis)


def mixture_by_components(params, x):
    logits, log_weights = params["logits"], params["log_weights"]
    log_joint = anp.stack(
        [log_weights[c] + distributions.bernoulli_log_prob(x, logits[c]) for c in range(len(logits))], axis=1
    )
    return LME(log_joint, -1) - LME(log_weights, -1)


def mixture_of_shares(params, x):
    C = len(params["log_weights"])
    shares = params["log_weights"] - LME(params["log_weights"]) - math.log(C)
    log_probs = x @ params["logits"].T - anp.sum(anp.logaddexp(0, params["logits"]), axis=1)
    return LME(shares + log_probs, 1) + math.log(C)


def mixture_by_broadcasting(params, x):
    log_probs = distributions.bernoulli_log_prob(x[:, None, :], params["logits"])
    return LME(params["log_weights"] + log_probs, axis=-1) - LME(params["log_weights"])


def importance_by_hand(log_joint, log_proposal):
    log_weights = log_joint - log_proposal
    highest = anp.max(log_weights, axis=0)
    return highest + anp.log(anp.mean(anp.exp(log_weights - highest), axis=0))


def importance_by_example(log_joint, log_proposal):
    columns = range(log_joint.shape[1])
    return anp.stack([LME(log_joint[:, n] - log_proposal[:, n]) for n in columns])


def importance_by_lme(log_joint, log_proposal):
    return distributions.log_mean_exp(log_joint - log_proposal)


def effective_of_the_shares(log_weights):
    weights = np.exp(log_weights - log_weights.max(axis=0))
    shares = weights / weights.sum(axis=0)
    return 1 / (shares**2).sum(axis=0)


def effective_in_logs(log_weights):
    K = len(log_weights)
    return K * np.exp(2 * LME(log_weights) - LME(2 * log_weights))


def effective_by_example(log_weights):
    sizes = []
    for column in log_weights.T:
        w = np.exp(column - max(column))
        sizes.append(sum(w) ** 2 / sum(w * w))
    return np.array(sizes)


def effective_of_the_variance(log_weights):
    w = np.exp(log_weights - np.max(log_weights, axis=0, keepdims=True))
    return len(w) / (1 + np.var(w, axis=0) / np.mean(w, axis=0) ** 2)


def normal_that_widens(x, mean, log_var):
    return -0.5 * (np.log(2 * np.pi) + log_var + (x - mean) ** 2 / np.exp(log_var))


RIGHT = {
    "normal_log_prob": (normal_in_three_terms, normal_by_the_inverse, normal_of_the_density, normal_that_widens),
    "log_mean_exp": (lme_by_logaddexp, lme_shift_by_the_mean_too, lme_squeezed_at_the_end),
    "mixture_log_prob": (mixture_by_components, mixture_of_shares, mixture_by_broadcasting),
    "importance_log_prob": (importance_by_hand, importance_by_example, importance_by_lme),
    "effective_sample_size": (
        effective_of_the_shares, effective_in_logs, effective_by_example, effective_of_the_variance,
    ),
}  # fmt: skip

# ---- wrong, as students write it -----------------------------------------------------------------


def _joint(params, x):
    return params["log_weights"] + distributions.bernoulli_log_prob(x[:, None, :], params["logits"])


def density(x, m, v):
    return np.exp(-0.5 * (x - m) ** 2 / np.exp(v)) / np.sqrt(2 * np.pi * np.exp(v))


def along_axis_0(values, axis=0):
    return values.max(0) + np.log(np.mean(np.exp(values - values.max(0)), 0))


def one_shift(values, axis=0):
    return values.max() + np.log(np.mean(np.exp(values - values.max()), axis))


def best_only(p, x):
    return np.max(_joint(p, x), 1) - np.log(np.sum(np.exp(p["log_weights"])))


def one_softplus(p, x):
    log_joint = p["log_weights"] + x @ p["logits"].T - np.sum(np.logaddexp(0, p["logits"]))
    return LME(log_joint, -1) - LME(p["log_weights"])


def underflows(p, x):
    return np.log(np.exp(_joint(p, x)).sum(1)) - np.log(np.exp(p["log_weights"]).sum())


def shift_by_the_mean(values, axis=0):
    m = values.mean(axis=axis, keepdims=True)
    return m.squeeze(axis) + np.log(np.exp(values - m).mean(axis=axis))


def effective_shifted_by_the_mean(log_weights):
    w = np.exp(log_weights - log_weights.mean(axis=0))
    return w.sum(0) ** 2 / (w * w).sum(0)


WRONG = [
    ("log_mean_exp", "log-mean-exp-shift-not-the-largest", shift_by_the_mean),
    ("log_mean_exp", "log-mean-exp-shift-added-only", lambda v, axis=0: v.max(axis) + np.log(np.exp(v).mean(axis))),
    ("log_mean_exp", "log-mean-exp-tiny-number-added", lambda v, axis=0: np.log(1e-8 + np.mean(np.exp(v), axis))),
    ("mixture_log_prob", "mixture-not-added-up", lambda p, x: _joint(p, x)),
    ("mixture_log_prob", "mixture-not-added-up", lambda p, x: _joint(p, x) - LME(p["log_weights"])),
    ("mixture_log_prob", "mixture-mean-of-the-logs", lambda p, x: _joint(p, x).mean(axis=1)),
    ("normal_log_prob", "normal-log-var-as-log-std", lambda x, m, v: -v - ((x - m) / np.exp(v)) ** 2 / 2 - LOG_2PI / 2),
    ("normal_log_prob", "normal-std-squared-twice", lambda x, m, v: -(LOG_2PI + v + ((x - m) / np.exp(v)) ** 2) / 2),
    ("normal_log_prob", "normal-log-var-not-halved", lambda x, m, v: -LOG_2PI / 2 - v - (x - m) ** 2 / (2 * np.exp(v))),
    ("normal_log_prob", "normal-without-two-pi", lambda x, m, v: -0.5 * v - (x - m) ** 2 / (2 * np.exp(v))),
    ("normal_log_prob", "normal-density", density),
    ("normal_log_prob", "normal-summed-over-latents", lambda x, m, v: normal(x, m, v).sum(axis=1)),
    ("normal_log_prob", "normal-sign", lambda x, m, v: 0.5 * (LOG_2PI + v + (x - m) ** 2 * np.exp(-v))),
    ("log_mean_exp", "log-mean-exp-unstable", lambda values, axis=0: np.log(np.exp(values).mean(axis))),
    ("log_mean_exp", "log-mean-exp-mean-of-the-logs", lambda values, axis=0: values.mean(axis)),
    ("log_mean_exp", "log-mean-exp-sum-for-mean", lambda v, axis=0: LME(v, axis) + np.log(np.size(v, axis))),
    ("log_mean_exp", "log-mean-exp-axis-ignored", along_axis_0),
    ("log_mean_exp", "log-mean-exp-one-shift-for-all", one_shift),
    ("mixture_log_prob", "mixture-weights-not-normalized", lambda p, x: LME(_joint(p, x), -1) + np.log(3)),
    ("mixture_log_prob", "mixture-weights-not-normalized", lambda p, x: LME(_joint(p, x), -1)),
    ("mixture_log_prob", "mixture-best-component-only", best_only),
    ("mixture_log_prob", "mixture-posterior", lambda p, x: _joint(p, x) - LME(_joint(p, x), -1)[:, None] - np.log(3)),
    ("mixture_log_prob", "mixture-unstable", underflows),
    ("mixture_log_prob", "mixture-softplus-of-all-components", one_softplus),
    ("importance_log_prob", "importance-logs-divided", lambda j, p: LME(j / p)),
    ("importance_log_prob", "importance-mean-of-the-logs", lambda j, p: np.mean(j, 0) - np.mean(p, 0)),
    ("importance_log_prob", "importance-sum-for-mean", lambda j, p: np.log(np.sum(np.exp(j - p), 0))),
    ("importance_log_prob", "importance-proposal-forgotten", lambda j, p: LME(j)),
    ("importance_log_prob", "importance-unstable", lambda j, p: np.log((np.exp(j) / np.exp(p)).mean(0))),
    ("effective_sample_size", "effective-of-the-log-weights", lambda w: w.sum(0) ** 2 / (w**2).sum(0)),
    ("effective_sample_size", "effective-mean-for-sum", lambda w: np.exp(w).mean(0) ** 2 / (np.exp(w) ** 2).mean(0)),
    ("effective_sample_size", "effective-unstable", lambda w: np.exp(w).sum(0) ** 2 / np.exp(2 * w).sum(0)),
    ("effective_sample_size", "effective-number-of-draws", lambda w: np.full(w.shape[1], 1.0 * len(w))),
    ("effective_sample_size", "effective-one-number-for-all", lambda w: np.exp(w).sum() ** 2 / np.exp(2 * w).sum()),
]  # fmt: skip

# ---- wrong in a way that nobody listed, with words that its message must contain -----------------

UNLISTED = [
    ("importance_log_prob", lambda j, p: shift_by_the_mean(j - p), ("no exponent may be above 0",)),
    ("effective_sample_size", effective_shifted_by_the_mean, ("no exponent may be above 0",)),
    ("normal_log_prob", lambda x, m, v: normal(x, m, v) / np.log(2), ("in bits",)),
    ("normal_log_prob", lambda x, m, v: 2 * normal(x, m, v), ("2 times",)),
    ("normal_log_prob", lambda x, m, v: normal(x, m, v) - 0.25 * v, ("`log_var` enters with -3/4",)),
    ("normal_log_prob", lambda x, m, v: normal(x, m, v) - 1.0, ("smaller by exactly 1",)),
    ("log_mean_exp", lambda values, axis=0: LME(values, axis) / np.log(2), ("in bits",)),
    ("log_mean_exp", lambda values, axis=0: np.median(values, axis=axis), ("Of log 1, log 2 and log 6",)),
    ("log_mean_exp", lambda values, axis=0: values - LME(values, axis), ("shape",)),
    ("mixture_log_prob", lambda p, x: 0.5 * (_joint(p, x).max(1) + LME(_joint(p, x), -1)), ("More weight",)),
    ("mixture_log_prob", lambda p, x: distributions.mixture_log_prob(p, x)[:, None], ("shape",)),
    ("mixture_log_prob", lambda p, x: distributions.mixture_log_prob(p, 1 - x), ("A mixture of one",)),
    ("importance_log_prob", lambda j, p: LME(j - 2 * p), ("−3",)),
    ("importance_log_prob", lambda j, p: evaluation.importance_log_prob(j, p) / np.log(2), ("in bits",)),
    ("importance_log_prob", lambda j, p: np.median(j - p, axis=0), ("Not so yet",)),
    ("effective_sample_size", lambda w: evaluation.effective_sample_size(w) / 2, ("½ too much",)),
    ("effective_sample_size", lambda w: np.sqrt(evaluation.effective_sample_size(w)), ("Eleven equal weights",)),
    ("effective_sample_size", lambda w: evaluation.effective_sample_size(2 * w), ("too",)),
]  # fmt: skip
