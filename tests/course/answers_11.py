# ruff: noqa: NPY002 (students draw from the global generator)
"""Answers to lesson 11's exercises that students might hand in: right in many ways, wrong with what must be said."""

import math

import autograd.numpy as anp
import numpy as np

from vae_from_scratch import distributions, evaluation, vae
from vae_from_scratch.distributions import kl_to_standard_normal, log_mean_exp, normal_log_prob, reparameterize
from vae_from_scratch.vae import DENSE

LOG_2PI = math.log(2 * math.pi)

# ---- right, each in its own way ------------------------------------------------------------------


def weights_in_three_parts(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = mean + anp.exp(0.5 * log_var) * epsilon
    log_prior = anp.sum(normal_log_prob(z, 0.0, 0.0), axis=-1)
    log_q = anp.sum(normal_log_prob(z, mean, log_var), axis=-1)
    return log_prior + model.log_likelihood(x, model.decode(params, z)) - log_q


def weights_on_paper(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    log_ratio = 0.5 * anp.sum(epsilon**2 + log_var - z**2, axis=-1)
    return log_ratio + model.log_likelihood(x, model.decode(params, z))


def weights_draw_by_draw(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    rows = []
    for noise in epsilon:
        z = reparameterize(mean, log_var, noise)
        log_joint = normal_log_prob(z, 0.0, 0.0).sum(-1) + model.log_likelihood(x, model.decode(params, z))
        rows.append(log_joint - normal_log_prob(z, mean, log_var).sum(-1))
    return anp.stack(rows)


def bound_by_hand(params, x, epsilon, model=DENSE):
    w = vae.log_weights(params, x, epsilon, model)
    highest = anp.max(w, axis=0)
    return highest + anp.log(anp.mean(anp.exp(w - highest), axis=0))


def bound_by_logaddexp(params, x, epsilon, model=DENSE):
    w = vae.log_weights(params, x, epsilon, model)
    total = w[0]
    for row in w[1:]:
        total = anp.logaddexp(total, row)
    return total - math.log(len(w))


def bound_of_joint_and_proposal(params, x, epsilon, model=DENSE):
    return evaluation.importance_log_prob(vae.log_weights(params, x, epsilon, model), 0.0)


def nll_at_once(params, x, num_samples, seed, model=DENSE):
    shape = (num_samples, *model.encode(params, x)[0].shape)
    epsilon = np.random.default_rng(seed).standard_normal(shape)
    return -vae.iwae_bound(params, x, epsilon, model)


def nll_draw_by_draw(params, x, num_samples, seed, model=DENSE):
    rng, log_sum = np.random.default_rng(seed), -np.inf
    for _ in range(num_samples):
        epsilon = rng.standard_normal((1, *model.encode(params, x)[0].shape), np.float32)
        log_sum = np.logaddexp(log_sum, vae.log_weights(params, x, epsilon, model)[0])
    return np.log(num_samples) - log_sum


def nll_image_by_image(params, x, num_samples, seed, model=DENSE):
    found = []
    for i in range(len(x)):
        rng = np.random.default_rng((seed, i))
        epsilon = rng.standard_normal((num_samples, 1, model.encode(params, x[i : i + 1])[0].shape[-1]))
        found.append(-log_mean_exp(vae.log_weights(params, x[i : i + 1], epsilon, model), axis=0)[0])
    return np.array(found)


def nll_in_pieces(params, x, num_samples, seed, model=DENSE):
    rng, pieces, L = np.random.default_rng(seed), [], model.encode(params, x)[0].shape[1]
    while num_samples > 0:
        k = min(4, num_samples)
        pieces.append(vae.log_weights(params, x, rng.standard_normal((k, len(x), L)), model))
        num_samples -= k
    return -distributions.log_mean_exp(np.concatenate(pieces), axis=0)


def nll_of_a_seeded_global_generator(params, x, num_samples, seed, model=DENSE):
    np.random.seed(seed)
    epsilon = np.random.randn(num_samples, *model.encode(params, x)[0].shape)
    return -vae.iwae_bound(params, x, epsilon, model)


RIGHT = {
    "log_weights": (weights_in_three_parts, weights_on_paper, weights_draw_by_draw),
    "iwae_bound": (bound_by_hand, bound_by_logaddexp, bound_of_joint_and_proposal),
    "nll": (
        nll_at_once, nll_draw_by_draw, nll_image_by_image, nll_in_pieces, nll_of_a_seeded_global_generator,
    ),
}  # fmt: skip

# ---- wrong, as students write it -----------------------------------------------------------------


def weights_of_all_parts_added(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    parts = normal_log_prob(z, 0.0, 0.0) + normal_log_prob(z, mean, log_var)
    return parts.sum(-1) + model.log_likelihood(x, model.decode(params, z))


def weights_of_the_joint(params, x, epsilon, model=DENSE):
    z = reparameterize(*model.encode(params, x), epsilon)
    return -0.5 * anp.sum(z**2 + LOG_2PI, axis=-1) + model.log_likelihood(x, model.decode(params, z))


def weights_by_the_closed_form(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    logits = model.decode(params, mean + np.exp(log_var / 2) * epsilon)
    return model.log_likelihood(x, logits) - kl_to_standard_normal(mean, log_var)


def weights_of_wide_draws(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = mean + np.exp(log_var) * epsilon
    log_ratio = (normal_log_prob(z, 0.0, 0.0) - normal_log_prob(z, mean, log_var)).sum(axis=2)
    return log_ratio + model.log_likelihood(x, model.decode(params, z))


def bound_of(change):
    return lambda params, x, epsilon, model=DENSE: change(vae.log_weights(params, x, epsilon, model))


def report_of(change):
    def nll(params, x, num_samples, seed, model=DENSE):
        rng = np.random.default_rng(seed)
        epsilon = rng.standard_normal((num_samples, len(x), model.encode(params, x)[0].shape[1]))
        return change(vae.log_weights(params, x, epsilon, model))

    return nll


def nll_with_a_new_generator_each_time(params, x, num_samples, seed, model=DENSE):
    rows = []
    for _ in range(num_samples):
        rng = np.random.default_rng(seed)
        rows.append(vae.log_weights(params, x, rng.standard_normal((1, len(x), 3)), model)[0])
    return -log_mean_exp(np.stack(rows), axis=0)


def nll_averaged_draw_by_draw(params, x, num_samples, seed, model=DENSE):
    rng, total = np.random.default_rng(seed), 0.0
    for _ in range(num_samples):
        epsilon = rng.standard_normal((1, *model.encode(params, x)[0].shape))
        total = total + vae.iwae_bound(params, x, epsilon, model)
    return -total / num_samples


def weights_of(log_prior, log_q, draw=reparameterize):
    def weights(params, x, epsilon, model=DENSE):
        mean, log_var = model.encode(params, x)
        z = draw(mean, log_var, epsilon)
        log_ratio = np.sum(log_prior(z, epsilon), axis=-1) - np.sum(log_q(z, epsilon, mean, log_var), axis=-1)
        return log_ratio + model.log_likelihood(x, model.decode(params, z))

    return weights


def standard(z, epsilon):
    return -0.5 * (z**2 + LOG_2PI)


def own_q(z, epsilon, mean, log_var):
    return -0.5 * ((z - mean) ** 2 / np.exp(log_var) + log_var + LOG_2PI)


def weights_with_one_sum(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    log_ratio = np.sum(normal_log_prob(z, 0.0, 0.0)) - np.sum(normal_log_prob(z, mean, log_var))
    return log_ratio + model.log_likelihood(x, model.decode(params, z))


def weights_with_swapped_arguments(params, x, epsilon, model=DENSE):
    mean, log_var = model.encode(params, x)
    z = reparameterize(mean, log_var, epsilon)
    log_ratio = (standard(z, epsilon) - own_q(z, epsilon, mean, log_var)).sum(-1)
    return log_ratio + model.log_likelihood(model.decode(params, z), x)


def nll_from_zero(params, x, num_samples, seed, model=DENSE):
    rng, log_sum = np.random.default_rng(seed), 0
    for _ in range(num_samples):
        epsilon = rng.standard_normal((1, *model.encode(params, x)[0].shape))
        log_sum = np.logaddexp(log_sum, vae.log_weights(params, x, epsilon, model)[0])
    return np.log(num_samples) - log_sum


def nll_leaves_at_once(params, x, num_samples, seed, model=DENSE):
    rng, log_sum = np.random.default_rng(seed), -np.inf
    for _ in range(num_samples):
        epsilon = rng.standard_normal((1, *model.encode(params, x)[0].shape))
        log_sum = np.logaddexp(log_sum, vae.log_weights(params, x, epsilon, model)[0])
        return np.log(num_samples) - log_sum


WRONG = [
    ("log_weights", "weights-prior-at-the-noise", weights_of(lambda z, e: standard(e, e), own_q)),
    ("log_weights", "weights-q-at-the-noise", weights_of(standard, lambda z, e, m, v: own_q(e, e, m, v))),
    ("log_weights", "weights-density-of-the-noise", weights_of(standard, lambda z, e, m, v: standard(e, e))),
    ("log_weights", "weights-draws-of-the-prior", weights_of(standard, own_q, draw=lambda mean, log_var, e: e)),
    ("log_weights", "weights-at-the-mean", weights_of(standard, own_q, draw=lambda mean, log_var, e: mean)),
    ("log_weights", "weights-another-q", weights_of(standard, lambda z, e, m, v: own_q(z, e, m, np.exp(v)))),
    ("log_weights", "weights-another-prior", weights_of(lambda z, e: normal_log_prob(z, 0.0, 1.0), own_q)),
    ("log_weights", "weights-summed-over-everything", weights_with_one_sum),
    ("log_weights", "weights-likelihood-arguments-swapped", weights_with_swapped_arguments),
    ("log_weights", "weights-model-ignored", lambda p, x, e, model=DENSE: weights_in_three_parts(p, x, e)),
    (
        "log_weights",
        "weights-likelihood-subtracted",
        lambda p, x, e, model=DENSE: (
            vae.log_weights(p, x, e, model)
            - 2 * model.log_likelihood(x, model.decode(p, reparameterize(*model.encode(p, x), e)))
        ),
    ),
    (
        "log_weights",
        "weights-largest-taken-off",
        lambda p, x, e, model=DENSE: (lambda w: w - w.max(axis=0))(vae.log_weights(p, x, e, model)),
    ),
    ("iwae_bound", "iwae-log-divided-by-k", bound_of(lambda w: np.log(np.exp(w).sum(0)) / w.shape[0])),
    ("iwae_bound", "iwae-log-n-for-log-k", bound_of(lambda w: np.logaddexp.reduce(w) - np.log(w.shape[1]))),
    (
        "iwae_bound",
        "iwae-of-closed-form-kl",
        lambda p, x, e, model=DENSE: log_mean_exp(np.stack([vae.elbo(p, x, one, model=model) for one in e])),
    ),
    (
        "iwae_bound",
        "iwae-logs-averaged-by-weight",
        bound_of(lambda w: np.sum(np.exp(w) * w, axis=0) / np.sum(np.exp(w), axis=0)),
    ),
    ("iwae_bound", "iwae-largest-not-added-again", bound_of(lambda w: log_mean_exp(w - w.max(axis=0)))),
    ("iwae_bound", "iwae-model-ignored", lambda p, x, e, model=DENSE: bound_by_hand(p, x, e)),
    ("nll", "nll-starts-at-zero", nll_from_zero),
    ("nll", "nll-return-inside-the-loop", nll_leaves_at_once),
    ("nll", "nll-log-divided-by-k", report_of(lambda w: -np.logaddexp.reduce(w) / len(w))),
    ("log_weights", "weights-q-added", weights_of_all_parts_added),
    ("log_weights", "weights-q-forgotten", weights_of_the_joint),
    ("log_weights", "weights-closed-form-kl", weights_by_the_closed_form),
    ("log_weights", "weights-exp-log-var-as-std", weights_of_wide_draws),
    ("log_weights", "weights-averaged-already", lambda p, x, e, model=DENSE: vae.iwae_bound(p, x, e, model)),
    ("iwae_bound", "iwae-mean-of-logs", bound_of(lambda w: w.mean(0))),
    ("iwae_bound", "iwae-log-k-forgotten", bound_of(lambda w: w.max(0) + np.log(np.exp(w - w.max(0)).sum(0)))),
    ("iwae_bound", "iwae-overflow", bound_of(lambda w: np.log(np.exp(w).sum(axis=0)) - np.log(w.shape[0]))),
    ("iwae_bound", "iwae-over-the-examples", bound_of(lambda w: log_mean_exp(w.T, axis=0))),
    ("iwae_bound", "iwae-sign", bound_of(lambda w: np.log(len(w)) - np.logaddexp.reduce(w))),
    ("nll", "nll-elbo-reported", nll_averaged_draw_by_draw),
    ("nll", "nll-log-k-forgotten", report_of(lambda w: -np.logaddexp.reduce(w))),
    ("nll", "nll-overflow", report_of(lambda w: -np.log(np.exp(w).mean(axis=0)))),
    ("nll", "nll-sign", report_of(log_mean_exp)),
    ("nll", "nll-averaged-over-the-batch", report_of(lambda w: -log_mean_exp(w).mean())),
    ("nll", "nll-one-draw", nll_with_a_new_generator_each_time),
]

# ---- wrong in a way that nobody listed, with words that its message must contain -----------------


def weights_without_two_pi(params, x, epsilon, model=DENSE):
    return vae.log_weights(params, x, epsilon, model) - 1.5 * LOG_2PI


def nll_of_uniform_noise(params, x, num_samples, seed, model=DENSE):
    shape = (num_samples, *model.encode(params, x)[0].shape)
    return -vae.iwae_bound(params, x, np.random.default_rng(seed).random(shape), model)


def nll_of_the_prior(params, x, num_samples, seed, model=DENSE):
    shape = (num_samples, *model.encode(params, x)[0].shape)
    z = np.random.default_rng(seed).standard_normal(shape)
    return -log_mean_exp(model.log_likelihood(x, model.decode(params, z)), axis=0)


UNLISTED = [
    ("log_weights", weights_without_two_pi, ("-7 ln 2",)),
    ("log_weights", lambda p, x, e, model=DENSE: 2 * vae.log_weights(p, x, e, model), ("-7 ln 2",)),
    ("log_weights", lambda p, x, e, model=DENSE: vae.log_weights(p, x, e, model).T, ("shape",)),
    ("iwae_bound", bound_of(lambda w: log_mean_exp(w) / np.log(2)), ("7 ln ½",)),
    ("iwae_bound", bound_of(lambda w: np.median(w, axis=0)), ("below their mean",)),
    ("iwae_bound", bound_of(lambda w: log_mean_exp(w)[:, None]), ("shape",)),
    ("nll", lambda p, x, k, s, model=DENSE: evaluation.nll(p, x, k, s, model) / np.log(2), ("7 ln 2",)),
    ("nll", nll_of_uniform_noise, ("standard errors away",)),
    ("nll", nll_of_the_prior, ("-log p(x)",)),
]  # fmt: skip
