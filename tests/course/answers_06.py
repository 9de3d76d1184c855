"""Answers to lesson 6 that students might hand in: right in many ways, and wrong with what must be said to each."""

import autograd.numpy as anp
import numpy as np

from vae_from_scratch.distributions import kl_on_grid, log_mean_exp
from vae_from_scratch.evaluation import importance_log_prob, lower_bound

# ---- right -----------------------------------------------------------------------------------------


def bound_by_loop(log_joint, log_q):
    K, N = log_joint.shape
    return anp.array([sum(log_joint[k, n] - log_q[k, n] for k in range(K)) / K for n in range(N)])


def bound_by_two_means(log_joint, log_q):
    return log_joint.mean(axis=0) - log_q.mean(axis=0)


def bound_einsum(log_joint, log_q):
    return anp.einsum("kn->n", log_joint - log_q) / len(log_q)


def bound_running(a, b):
    total = 0.0
    for row_p, row_q in zip(a, b, strict=True):
        total = total + row_p - row_q
    return total / len(a)


def grid_by_trapezoid(log_q, log_p, dz):
    return np.trapezoid(np.exp(log_q) * (log_q - log_p), dx=dz, axis=-1)


def grid_by_matmul(log_q, log_p, dz):
    return anp.einsum("...g,...g->...", anp.exp(log_q), log_q - log_p) * dz


def grid_by_two_sums(log_q, log_p, dz):
    q = anp.exp(log_q) * dz
    return (q * log_q).sum(-1) - (q * log_p).sum(-1)


def grid_as_minus_log_ratio(log_q, log_p, h):
    return -anp.sum(h * anp.exp(log_q) * (log_p - log_q), -1)


def grid_by_shares(log_q, log_p, dz):
    shares = np.exp(log_q) / np.sum(np.exp(log_q), axis=-1, keepdims=True)
    return np.sum(shares * (log_q - log_p), axis=-1)


RIGHT = {
    "lower_bound": (bound_by_loop, bound_by_two_means, bound_einsum, bound_running),
    "kl_on_grid": (grid_by_trapezoid, grid_by_matmul, grid_by_two_sums, grid_as_minus_log_ratio, grid_by_shares),
}

# ---- wrong, as students write it, with the id that each must be recognized under ---------------------


def bound_return_in_loop(log_joint, log_q):
    for row_p, row_q in zip(log_joint, log_q, strict=True):
        return row_p - row_q


def bound_shares(log_joint, log_q):
    log_w = log_joint - log_q
    w = np.exp(log_w)
    return (w / w.sum(0) * log_w).sum(0)


def grid_of_densities(log_q, log_p, dz):
    q, p = np.exp(log_q), np.exp(log_p)
    return np.sum(q * (q - p), axis=-1) * dz


WRONG = [
    ("lower_bound", "bound-log-of-the-mean", lambda j, q: np.log(np.mean(np.exp(j) / np.exp(q), axis=0))),
    ("lower_bound", "bound-log-of-the-mean", importance_log_prob),
    ("lower_bound", "bound-log-of-the-mean", lambda j, q: log_mean_exp(j - q)),
    ("lower_bound", "bound-sign", lambda j, q: (q - j).mean(0)),
    ("lower_bound", "bound-log-q-forgotten", lambda j, q: j.mean(0)),
    ("lower_bound", "bound-log-q-added", lambda j, q: (q + j).mean(0)),
    ("lower_bound", "bound-ratio-of-logs", lambda j, q: (j / q).mean(0)),
    ("lower_bound", "bound-log-of-a-log", lambda j, q: np.mean(np.log(j / q), axis=0)),
    ("lower_bound", "bound-log-of-a-log", lambda j, q: np.mean(np.log(j) - np.log(q), axis=0)),
    ("lower_bound", "bound-sum-over-draws", lambda j, q: (j - q).sum(0)),
    ("lower_bound", "bound-mean-over-examples", lambda j, q: (j - q).mean(1)),
    ("lower_bound", "bound-mean-over-everything", lambda j, q: (j - q).mean()),
    ("lower_bound", "bound-kept-per-draw", lambda j, q: j - q),
    ("lower_bound", "bound-mean-of-weights", lambda j, q: np.mean(np.exp(j) / np.exp(q), axis=0)),
    ("lower_bound", "bound-weighted-by-q", lambda j, q: (np.exp(q) * (j - q)).sum(0)),
    ("lower_bound", "bound-weighted-by-the-weights", bound_shares),
    ("lower_bound", "bound-first-draw-only", bound_return_in_loop),
    ("lower_bound", "bound-axis-kept", lambda j, q: np.mean(j - q, axis=0, keepdims=True)),
    ("kl_on_grid", "grid-kl-turned-round", lambda q, p, dz: (np.exp(p) * (p - q)).sum(-1) * dz),
    ("kl_on_grid", "grid-kl-sign", lambda q, p, dz: (np.exp(q) * (p - q)).sum(-1) * dz),
    ("kl_on_grid", "grid-kl-weighted-by-p", lambda q, p, dz: (np.exp(p) * (q - p)).sum(-1) * dz),
    ("kl_on_grid", "grid-kl-not-weighted", lambda q, p, dz: (q - p).sum(-1) * dz),
    ("kl_on_grid", "grid-kl-weighted-by-log-q", lambda q, p, dz: (q * (q - p) * dz).sum(-1)),
    ("kl_on_grid", "grid-kl-logs-taken-for-densities", lambda q, p, dz: (dz * q * np.log(q / p)).sum(-1)),
    ("kl_on_grid", "grid-kl-log-of-a-log", lambda q, p, dz: (np.exp(q) * np.log(q / p) * dz).sum(-1)),
    ("kl_on_grid", "grid-kl-dz-twice", lambda q, p, dz: (np.exp(q) * dz * (q - p) * dz).sum(-1)),
    ("kl_on_grid", "grid-kl-dz-forgotten", lambda q, p, dz: (np.exp(q) * (q - p)).sum(-1)),
    ("kl_on_grid", "grid-kl-divided-by-dz", lambda q, p, dz: (np.exp(q) * (q - p)).sum(-1) / dz),
    ("kl_on_grid", "grid-kl-mean-over-the-grid", lambda q, p, dz: (np.exp(q) * (q - p)).mean(-1)),
    ("kl_on_grid", "grid-kl-difference-of-densities", grid_of_densities),
    ("kl_on_grid", "grid-kl-log-p-forgotten", lambda q, p, dz: (np.exp(q) * q).sum(-1) * dz),
    ("kl_on_grid", "grid-kl-log-q-forgotten", lambda q, p, dz: -(np.exp(q) * p).sum(-1) * dz),
    ("kl_on_grid", "grid-kl-sum-over-everything", lambda q, p, dz: np.sum(np.exp(q) * (q - p)) * dz),
    ("kl_on_grid", "grid-kl-sum-over-pairs", lambda q, p, dz: np.sum(np.exp(q) * (q - p), 0) * dz),
    ("kl_on_grid", "grid-kl-kept-per-point", lambda q, p, dz: np.exp(q) * (q - p) * dz),
    ("kl_on_grid", "grid-kl-absolute", lambda q, p, dz: np.sum(np.exp(q) * abs(q - p), -1) * dz),
]  # fmt: skip

# ---- wrong in a way that nobody listed, with words that its message must contain ---------------------

UNLISTED = [
    ("lower_bound", lambda j, q: lower_bound(j, q) / 5, ("1/5",)),
    (
        "lower_bound",
        lambda j, q: np.mean(j - 2 * q, axis=0),
        ("`log_q` enters with -2, which is 2 times what it should be",),
    ),
    ("lower_bound", lambda j, q: lower_bound(j, q) / np.log(2), ("in bits",)),
    ("lower_bound", lambda j, q: np.max(j - q, axis=0), ("weights 1 and 4",)),
    ("lower_bound", lambda j, q: lower_bound(j, q) - np.log(len(j)), ("ln 11, the log of the number of draws",)),
    ("kl_on_grid", lambda q, p, dz: 2 * kl_on_grid(q, p, dz), ("twice",)),
    ("kl_on_grid", lambda q, p, dz: kl_on_grid(q, p, dz) / np.log(2), ("in bits",)),
    ("kl_on_grid", lambda q, p, dz: np.sum((np.exp(q) - np.exp(p)) ** 2, -1) * dz, ("ln 2",)),
]
