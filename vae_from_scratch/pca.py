"""Principal components, and probabilistic PCA, the latent-variable model whose likelihood is exact.

Parameters come first and are trees: {"components" (L, D), "mean" (D,), "variances" (L,)} for PCA and
{"W" (L, D), "mean" (D,), "log_var" ()} for probabilistic PCA, log_var being the log of the noise variance.
A row of components or W is an image: codes are multiplied from the left, as everywhere. Rows of components
are orthonormal, those of a fitted W orthogonal; the sign of each is arbitrary.
"""

import numpy as np

from vae_from_scratch.ops import LOG_2PI

# ------------------------------------------------------- principal components


def pca(x, num_components):
    """The directions of greatest variance, greatest first: (N, D) -> components (L, D), mean (D,), variances (L,)."""
    mean = x.mean(axis=0)
    centered = x - mean
    variances, directions = np.linalg.eigh(centered.T @ centered / len(x))  # in ascending order, directions as columns
    largest = slice(None, -num_components - 1, -1)
    return {"components": directions.T[largest], "mean": mean, "variances": variances[largest]}


def reconstruct(params, x):
    """Nearest points to x in the plane through the mean along the components: (N, D) -> (N, D)."""
    code = (x - params["mean"]) @ params["components"].T
    return code @ params["components"] + params["mean"]


def subspace_distance(A, B):
    """Sine of the largest angle between two subspaces, each spanned by rows: (L, D), (L, D) -> (), in [0, 1].

    0 if they are the same subspace, whatever its axes; 1 if some direction of one is
    orthogonal to the other.
    """
    A, B = np.linalg.qr(A.T)[0], np.linalg.qr(B.T)[0]
    return np.linalg.norm(B - A @ (A.T @ B), ord=2)


# ---------------------------------------------------------- probabilistic PCA


def fit_probabilistic(x, latent_dim):
    """Parameters of greatest likelihood for x (N, D) = z W + mean + noise, with z from N(0, I).

    Closed form: Tipping & Bishop 1999, section 3. The noise variance is the mean of the
    variances left out; W is in principal axes, where the posterior's covariance is diagonal.
    """
    fit = pca(x, latent_dim)
    left_out = x.var(axis=0).sum() - fit["variances"].sum()
    noise = left_out / (x.shape[1] - latent_dim)
    W = np.sqrt(fit["variances"] - noise)[:, None] * fit["components"]
    return {"W": W, "mean": fit["mean"], "log_var": np.log(noise)}


def log_prob(params, x):
    """log-density of each example under N(mean, Wᵀ W + exp(log_var) I), z integrated out: (N, D) -> (N,), in nats."""
    W, log_var = params["W"], params["log_var"]
    (L, D), centered = W.shape, x - params["mean"]
    inner = W @ W.T + np.exp(log_var) * np.eye(L, dtype=W.dtype)
    explained = ((centered @ W.T) * posterior(params, x)[0]).sum(axis=-1)
    squares = ((centered**2).sum(axis=-1) - explained) / np.exp(log_var)
    log_det = np.linalg.slogdet(inner)[1] + (D - L) * log_var
    return -0.5 * (D * LOG_2PI + log_det + squares)


def posterior(params, x):
    """p(z | x): mean (N, L) and the covariance (L, L) that all examples share. Tipping & Bishop 1999, section 3."""
    W, noise = params["W"], np.exp(params["log_var"])
    inner = np.linalg.inv(W @ W.T + noise * np.eye(len(W), dtype=W.dtype))
    return (x - params["mean"]) @ W.T @ inner, noise * inner
