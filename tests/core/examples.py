"""Small models that several tests of the core hold against their oracles: all float64, none with a symmetry."""

import numpy as np

from vae_from_scratch import ops, pca, vae
from vae_from_scratch.distributions import normal_log_prob
from vae_from_scratch.layers import dense, mlp
from vae_from_scratch.pytree import tree_map

K, N, D, L = 11, 5, 7, 3  # samples, examples, data, latents: pairwise coprime


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def binary(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 2, shape).astype(float)


def generic(latent_dim=L, hidden=(6,), seed=0):
    """Parameters of a dense VAE: every leaf random, biases too."""
    params = vae.init(np.random.default_rng(seed), D, hidden, latent_dim)
    rng = np.random.default_rng(seed + 1)
    return tree_map(lambda leaf: leaf + 0.5 * rng.standard_normal(leaf.shape), params)


def smooth_encode(params, x):
    h = mlp(params["encoder"]["hidden"], x, ops.tanh)
    return dense(params["encoder"]["mean"], h), dense(params["encoder"]["log_var"], h)


def smooth_decode(params, z):
    return dense(params["decoder"]["logits"], mlp(params["decoder"]["hidden"], z, ops.tanh))


# with no kink, for quadrature and for differences
SMOOTH = vae.Model(smooth_encode, smooth_decode, vae.DENSE.log_likelihood)

# ---------------------------------------------------------- probabilistic PCA


def pca_decode(params, z):
    return dense((params["decoder"]["W"], params["decoder"]["mean"]), z)


def linear_gaussian_model(log_var):
    """The straight decoder with Gaussian pixels of one noise variance, and the core's own encoder."""
    return vae.Model(vae.encode, pca_decode, lambda x, mean: ops.sum_last(normal_log_prob(x, mean, log_var)))


def with_exact_posterior(decoder):
    """Parameters whose encoder is the exact posterior, as far as a diagonal covariance can say it."""
    origin, covariance = pca.posterior(decoder, np.zeros((1, D)))
    slope = pca.posterior(decoder, np.eye(D))[0] - origin
    log_var = np.log(np.diag(covariance))
    encoder = {"hidden": [], "mean": (slope, origin[0]), "log_var": (np.zeros((D, L)), log_var)}
    return {"encoder": encoder, "decoder": decoder}


def fitted():
    """Probabilistic PCA in principal axes, and the examples that it was fitted to."""
    x = normal(50, D) * np.linspace(0.5, 2, D) @ normal(D, D, seed=1) + 3
    return pca.fit_probabilistic(x, L), x
