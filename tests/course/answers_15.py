"""Answers to lesson 15's exercises that students might hand in: right in many ways, and wrong as students write it."""

import autograd.numpy as anp
import numpy as np

from vae_from_scratch import conditional, distributions, vae

# ---- right, each in its own way ------------------------------------------------------------------


def told_by_hand(params, x, y, epsilon):
    mean, log_var = conditional.encode(params, x, y)
    z = mean + anp.exp(0.5 * log_var) * epsilon
    logits = conditional.decode(params, z, y)
    kl = -0.5 * anp.sum(1 + log_var - mean**2 - anp.exp(log_var), axis=-1)
    return anp.sum(x * logits - anp.logaddexp(0, logits), axis=-1) - kl


def told_with_the_core(params, x, y, epsilon):
    mean, log_var = conditional.encode(params, x, y)
    z = distributions.reparameterize(mean, log_var, epsilon)
    kl = distributions.kl_to_standard_normal(mean, log_var)
    return distributions.bernoulli_log_prob(x, conditional.decode(params, z, y)) - kl


def told_through_rate_and_distortion(params, x, y, epsilon):
    rate, distortion = vae.rate_and_distortion(params, x, epsilon, model=conditional.given(y))
    return -(rate + distortion)


def told_image_by_image(params, x, y, epsilon):
    return anp.concatenate(
        [
            vae.elbo(params, x[i : i + 1], epsilon[i : i + 1], 1.0, conditional.given(y[i : i + 1]))
            for i in range(len(x))
        ]
    )


def gap_by_max(information, entropy):
    best = np.argmax(information, axis=1)
    rest = information.copy()
    rest[np.arange(len(rest)), best] = -np.inf
    return (information.max(axis=1) - rest.max(axis=1)) / entropy


def gap_by_partition(information, entropy):
    second, first = np.partition(information, (-2, -1), axis=1)[:, -2:].T
    return first / entropy - second / entropy


def gap_row_by_row(information, entropy):
    gaps = []
    for row, total in zip(information, entropy, strict=True):
        first, second, *_ = sorted(row, reverse=True)
        gaps.append((first - second) / total)
    return np.array(gaps)


RIGHT = {
    "conditional.elbo": (
        told_by_hand, told_with_the_core, told_through_rate_and_distortion, told_image_by_image,
    ),
    "mig": (gap_by_max, gap_by_partition, gap_row_by_row),
}  # fmt: skip

# ---- wrong, as students write it, with the id that each must be recognized under -----------------


def _told(encode=conditional.encode, decode=conditional.decode, combine=lambda log_p, kl: log_p - kl, std=None):
    def elbo(params, x, y, epsilon):
        mean, log_var = encode(params, x, y)
        spread = anp.exp(log_var / 2) if std is None else std(log_var)
        logits = decode(params, mean + spread * epsilon, y)
        log_p = anp.sum(x * logits - anp.logaddexp(0, logits), axis=-1)
        return combine(log_p, 0.5 * anp.sum(mean**2 + anp.exp(log_var) - 1 - log_var, axis=-1))

    return elbo


def _first_label(network):
    return lambda params, inputs, y: network(params, inputs, y[0])


def _prior_decoded(params, x, y, epsilon):
    kl = distributions.kl_to_standard_normal(*conditional.encode(params, x, y))
    return distributions.bernoulli_log_prob(x, conditional.decode(params, epsilon, y)) - kl


def _kl_by_a_draw(params, x, y, epsilon):
    mean, log_var = conditional.encode(params, x, y)
    z = distributions.reparameterize(mean, log_var, epsilon)
    log_q = anp.sum(distributions.normal_log_prob(z, mean, log_var), axis=-1)
    log_p = anp.sum(distributions.normal_log_prob(z, 0.0, 0.0), axis=-1)
    return distributions.bernoulli_log_prob(x, conditional.decode(params, z, y)) + log_p - log_q


def _swapped(params, x, y, epsilon):
    mean, log_var = conditional.encode(params, x, y)
    logits = conditional.decode(params, distributions.reparameterize(mean, log_var, epsilon), y)
    return distributions.bernoulli_log_prob(logits, x) - distributions.kl_to_standard_normal(mean, log_var)


TOLD, GAP = "conditional.elbo", "mig"
WRONG = [
    (TOLD, "told-nobody", lambda p, x, y, e: vae.elbo(p, x, e)),
    (TOLD, "told-decoder-not", _told(decode=lambda p, z, y: vae.decode(p, z))),
    (TOLD, "told-encoder-not", _told(encode=lambda p, x, y: vae.encode(p, x))),
    (TOLD, "told-one-label-for-all", _told(_first_label(conditional.encode), _first_label(conditional.decode))),
    (TOLD, "told-joint", _told(combine=lambda log_p, kl: log_p - kl - np.log(11))),
    (TOLD, "told-sign", _told(combine=lambda log_p, kl: kl - log_p)),
    (TOLD, "told-rate-rewarded", _told(combine=lambda log_p, kl: log_p + kl)),
    (TOLD, "told-rate-missing", _told(combine=lambda log_p, kl: log_p)),
    (TOLD, "told-averaged-over-the-batch", _told(combine=lambda log_p, kl: anp.mean(log_p - kl))),
    (TOLD, "told-no-noise", _told(std=lambda log_var: 0.0)),
    (TOLD, "told-variance-as-std", _told(std=anp.exp)),
    (TOLD, "told-latent-mean", _told(combine=lambda log_p, kl: log_p - kl / 3)),
    (TOLD, "told-pixel-mean", _told(combine=lambda log_p, kl: log_p / 7 - kl)),
    (TOLD, "told-means-for-sums", _told(combine=lambda log_p, kl: log_p / 7 - kl / 3)),
    (TOLD, "told-joint", _told(combine=lambda log_p, kl: log_p - kl - np.log(10))),
    (TOLD, "told-every-label", lambda p, x, y, e: conditional.label_log_probs(p, x, e, 11).max(axis=1)),
    (TOLD, "told-is-the-loss", lambda p, x, y, e: vae.loss(p, x, e, model=conditional.given(y))),
    (TOLD, "told-log-var-as-std", _told(std=lambda log_var: log_var)),
    (TOLD, "told-noise-as-z", _prior_decoded),
    (TOLD, "told-one-noise-for-the-batch", lambda p, x, y, e: conditional.elbo(p, x, y, np.ones((5, 1)) * e[0])),
    (TOLD, "told-rate-estimated", lambda p, x, y, e: vae.iwae_bound(p, x, e[None], conditional.given(y))),
    (TOLD, "told-rate-estimated", _kl_by_a_draw),
    (TOLD, "told-image-and-logits-swapped", _swapped),
    (GAP, "mig-in-nats", lambda i, h: np.diff(np.sort(i, axis=1), axis=1)[:, -1]),
    (GAP, "mig-over-the-largest", lambda i, h: 1 - np.sort(i)[:, -2] / i.max(axis=1)),
    (GAP, "mig-largest-alone", lambda i, h: i.max(axis=-1) / h),
    (GAP, "mig-largest-less-smallest", lambda i, h: np.ptp(i, axis=1) / h),
    (GAP, "mig-two-smallest", lambda i, h: (np.sort(i)[:, 1] - np.sort(i)[:, 0]) / h),
    (GAP, "mig-sign", lambda i, h: (np.sort(i)[:, -2] - np.sort(i)[:, -1]) / h),
    (GAP, "mig-not-ranked", lambda i, h: (i[:, 0] - i[:, 1]) / h),
    (GAP, "mig-of-each-latent", lambda i, h: np.sort(i.T / h)[:, -1] - np.sort(i.T / h)[:, -2]),
    (GAP, "mig-averaged", lambda i, h: ((np.sort(i)[:, -1] - np.sort(i)[:, -2]) / h).mean()),
    (GAP, "mig-largest-less-all-others", lambda i, h: (2 * i.max(axis=1) - i.sum(axis=1)) / h),
    (GAP, "mig-entropy-less-second", lambda i, h: (h - np.sort(i)[:, -2]) / h),
    (GAP, "mig-second-less-third", lambda i, h: (np.sort(i)[:, -2] - np.sort(i)[:, -3]) / h),
    (GAP, "mig-parentheses", lambda i, h: np.sort(i)[:, -1] - np.sort(i)[:, -2] / h),
    (GAP, "mig-rows-turned-round", lambda i, h: (np.sort(i)[::-1, -1] - np.sort(i)[::-1, -2]) / h),
    (GAP, "mig-rows-for-columns", lambda i, h: np.sort(i)[-1] - np.sort(i)[-2]),
    (GAP, "mig-places-for-values", lambda i, h: np.diff(np.argsort(i))[:, -1] / h),
    (GAP, "mig-not-ranked", lambda i, h: abs(i[:, 0] - i[:, 1]) / h),
    (GAP, "mig-over-the-largest-entropy", lambda i, h: np.diff(np.sort(i))[:, -1] / h.max()),
    (GAP, "mig-over-what-all-tell", lambda i, h: np.diff(np.sort(i))[:, -1] / i.sum(axis=1)),
    (GAP, "mig-over-the-whole-table", lambda i, h: np.diff(np.sort(i.ravel()))[-1] / h),
]


def _taken_out_by_value(information, entropy):
    first = information.max(axis=1, keepdims=True)
    rest = np.where(information < first, information, -np.inf)
    return (first[:, 0] - rest.max(axis=1)) / entropy


# ---- wrong in a way that nobody listed, with words that its message must contain -----------------

UNLISTED = [
    (GAP, _taken_out_by_value, ("Two latents that tell equally much leave no gap. Yours gives 0.6",)),
    (TOLD, _told(combine=lambda log_p, kl: log_p - 2 * kl), ("term KL enters with -2",)),
    (TOLD, _told(combine=lambda log_p, kl: (log_p - kl) / np.log(2)), ("Yours gives -7",)),
    (TOLD, lambda p, x, y, e: conditional.loss(p, x, y, e) * np.ones(5), ("Yours gives 4.852",)),
    (GAP, lambda i, h: (np.sort(i)[:, -1] - np.sort(i)[:, -2]) / np.sqrt(h), ("Yours gives 0.5477",)),
    (GAP, lambda i, h: (np.sort(i)[:, -1] - np.sort(i)[:, -3]) / h, ("Yours gives",)),
]
