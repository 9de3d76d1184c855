"""The ledger of terms: which lesson defines a word, in bold, and so from which lesson on it may be used.

A term stands as the lessons write it; its plural is the same term. EVERYDAY words have a plain meaning as well
and may stand in earlier prose with that.
"""

TERMS = {
    0: ("variational autoencoder", "encoder", "decoder", "latents"),
    1: (
        "unsupervised learning", "supervised learning", "example", "binarize", "dynamic binarization", "nat",
        "logit", "sigmoid", "negative log-likelihood", "mean image", "held out", "entropy",
    ),
    2: (
        "gradient", "central difference", "cotangent", "reverse mode", "tape", "fan-out", "primitive",
        "learning rate", "gradient descent",
    ),
    3: (
        "covariance", "eigenvector", "eigenvalue", "singular value decomposition", "principal component",
        "reconstruction", "dimensionality reduction",
    ),
    4: (
        "layer", "hidden unit", "activation", "ReLU", "initialization", "batch", "epoch", "Adam",
        "bias correction", "autoencoder", "code", "bottleneck", "bit", "quantize", "lossy compression",
        "rate-distortion curve", "overfitting",
    ),
    5: (
        "latent variable", "prior", "likelihood", "marginal", "posterior", "mixture", "responsibility",
        "probabilistic PCA", "Monte-Carlo", "standard error", "importance sampling", "proposal",
        "effective sample size", "Kullback-Leibler divergence",
    ),
    6: ("Jensen's inequality", "evidence lower bound", "ELBO", "approximate posterior", "rate", "distortion"),
    7: ("score function", "pathwise", "reparameterization"),
    8: ("amortized inference", "collapsed"),
    9: ("ancestral sampling", "quantile function", "aggregate posterior", "hole"),
    10: ("unit", "secant", "information", "warm-up"),
    11: ("importance-weighted bound", "IWAE bound", "nested", "bias", "amortization gap", "approximation gap"),
    12: ("convolution", "kernel", "stride", "padding", "channel", "transposed convolution", "dot-product test"),
    13: (
        "host", "device", "stand-in", "dispatch", "launch", "asynchronous", "synchronize", "launch-bound",
        "compute-bound", "parity", "TF32",
    ),
    14: ("continuous Bernoulli", "dequantization", "bits per pixel", "result card"),
    15: (
        "one-hot", "conditional VAE", "disentangled", "mutual information", "mutual information gap", "traversal",
        "anomaly score", "normalizing flow", "vector quantization", "hierarchy", "diffusion",
    ),
}  # fmt: skip
EVERYDAY = {
    "example", "tape", "batch", "code", "layer", "prior", "rate", "likelihood", "proposal", "mixture", "collapsed",
    "bit", "distortion", "gradient", "latents", "binarize", "primitive", "hole", "nested", "bias", "convolution",
    "kernel", "channel", "padding", "unit", "information", "host", "device", "launch", "dispatch", "stand-in", "parity",
}  # fmt: skip
