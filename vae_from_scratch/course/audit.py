"""The audit of a VAE program: three questions that its printed numbers must answer, asked of what it really does.

Is the printed rate the average of log q(z | x) - log p(z) over the z that it draws? Do those z spread as q says? Is
the loss above the model's negative log-likelihood, as a bound must be? The program is a core, right or with a mistake
in it, and its parameters; densities here are the right core's, and the likelihood comes from draws of a q that is
fitted to each image, since an encoder under suspicion is no proposal. In nats per image, with standard errors.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

import vae_from_scratch
from vae_from_scratch import distributions, evaluation, ops, optimizers, training, vae
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.suspects import suspect
from vae_from_scratch.pytree import tree_map

DRAWS = 20  # of z for an image, for rate and spread; and how many are decoded at once
NUM_SAMPLES = 100  # of the fitted q, for the likelihood
FIT_STEPS, START_LOG_VAR = 100, -2.0  # of q
ERRORS = 4  # standard errors beyond which chance is no excuse


class Audit(NamedTuple):
    """What a program prints, and what was found: rates, losses and their errors in nats per image."""

    rate: float  # as printed
    distortion: float
    loss: float
    drawn_rate: float  # log q(z | x) - log p(z), averaged over the z really drawn
    rate_error: float  # standard error of drawn_rate - rate
    spread: float  # root mean square of (z - mean) / exp(log_var / 2)
    spread_error: float
    nll: float
    gap_error: float  # standard error of loss - nll

    @property
    def rate_is_off(self):
        """Whether the printed rate is not that of the z that are drawn."""
        return not abs(self.drawn_rate - self.rate) <= ERRORS * self.rate_error

    @property
    def spread_is_off(self):
        """Whether the z do not spread as q says."""
        return not abs(self.spread - 1) <= ERRORS * self.spread_error

    @property
    def is_below_nll(self):
        """Whether the loss is below the negative log-likelihood, which no bound can be."""
        return not self.loss - self.nll >= -ERRORS * self.gap_error

    @property
    def convicts(self):
        """Whether any of the three questions is answered wrongly."""
        return self.rate_is_off or self.spread_is_off or self.is_below_nll


def audit(core, params, x, epsilon, seed=0):
    """Audit of a program on binarized images x (M, D), its printed numbers with epsilon (M, L).

    A standard error is that of an average over the images given, and over the draws. A program that has run off
    towards infinity may be audited too; what is no number then convicts it.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return audited(core, params, x, epsilon, seed)


def audited(core, params, x, epsilon, seed):
    """What `audit` gives; it may warn of overflow."""
    rate, distortion = core.vae.rate_and_distortion(params, x, epsilon)
    nll = refined_nll(core, params, x, seed)
    gaps = np.broadcast_to(-core.vae.elbo(params, x, epsilon), len(x)) - nll
    wide = tree_map(np.float64, params)  # or the rounding of large numbers would count as spread
    mean, log_var = core.vae.encode(wide, np.float64(x))
    z = drawn(core, wide, np.float64(x), np.float64(noise(seed, 0, (DRAWS, *mean.shape))))
    off_by = log_density(z, mean, log_var) - log_density(z, 0.0, 0.0) - rate
    steps = (z - mean) / np.exp(log_var / 2)
    return Audit(
        rate=average(rate),
        distortion=average(distortion),
        loss=float(core.vae.loss(params, x, epsilon)),
        drawn_rate=average(off_by + rate),
        rate_error=standard_error(off_by),
        spread=average(steps**2) ** 0.5,
        spread_error=(2 * steps.size) ** -0.5,
        nll=average(nll),
        gap_error=standard_error(gaps),
    )


def drawn(core, params, x, epsilons):
    """The z that the decoder is given when the loss is computed with each epsilon: (K, M, L) -> (K, M, L).

    A loss that decodes nothing is taken at its sampler's word.
    """
    seen, dense = [], core.vae.DENSE

    def decode(params, z):
        seen.append(z)
        return dense.decode(params, z)

    for epsilon in epsilons:
        core.vae.loss(params, x, epsilon, 1.0, dense._replace(decode=decode))
    return np.stack(seen) if seen else core.distributions.reparameterize(*core.vae.encode(params, x), epsilons)


def refined_nll(core, params, x, seed, num_samples=NUM_SAMPLES):
    """-log p(x) of the program's decoder by draws from a q fitted to each image: (M, D) -> (M,), in nats.

    The fit begins at the encoder's mean, at a spread of its own. Too high in expectation, by a few tenths of a nat.
    """

    def log_joint(z):
        return log_density(z, 0.0, 0.0) + distributions.bernoulli_log_prob(x, core.vae.decode(params, z))

    mean, _ = core.vae.encode(params, x)
    epsilons = noise(seed, 1, (FIT_STEPS, *mean.shape))
    learning_rate = optimizers.cosine_decay(0.1, 0.005, FIT_STEPS)
    q = vae.fit_posterior(log_joint, mean, np.full_like(mean, START_LOG_VAR), epsilons, learning_rate)
    epsilon = noise(seed, 2, (num_samples, *mean.shape))
    draws = [distributions.reparameterize(*q, epsilon[k : k + DRAWS]) for k in range(0, num_samples, DRAWS)]
    log_weights = [np.concatenate([f(z) for z in draws]) for f in (log_joint, lambda z: log_density(z, *q))]
    return -evaluation.importance_log_prob(*log_weights)


def log_density(z, mean, log_var):
    """log-density of latents z under N(mean, exp(log_var)): (..., L) -> (...), in nats."""
    return ops.sum_last(distributions.normal_log_prob(z, mean, log_var))


def noise(seed, purpose, shape):
    """Standard normal noise, float32; each purpose has its own."""
    return np.random.default_rng((seed, purpose)).standard_normal(shape, np.float32)


def average(values):
    """Mean of all values, in float64."""
    return float(np.mean(values, dtype=np.float64))


def standard_error(values):
    """Standard error of the mean of all values."""
    return float(np.std(values, dtype=np.float64) / np.sqrt(np.size(values)))


# ------------------------------------------------------------ the stated facts

RIGHT, HIDDEN = "right", "kl-exp-half-log-var"
FLATTERED = {
    "z-exp-log-var-as-std": "std = exp(log_var)",
    "z-epsilon-dropped": "z = mean",
    "kl-mean-over-latents": "KL averaged over latents",
}


def cases(train, test, params, steps, seed=0):
    """Audits of the right program and of four mistakes, each trained from params: {id: Audit}.

    train (N, D) in [0, 1], test (M, D) binarized; the same batches and noise for all.
    """
    latent_dim = vae.encode(params, test[:1])[0].shape[-1]
    epsilon = noise(seed, 3, (len(test), latent_dim))
    found = {}
    for name in (RIGHT, *FLATTERED, HIDDEN):
        core = linked(vae_from_scratch, {}) if name == RIGHT else suspect(name).core()
        batches = training.minibatches(train, 50, latent_dim, seed, steps)
        training_run = core.training.train(params, batches, core.optimizers.adam(1e-3), core.vae.loss)
        ((_, trained, _),) = deque(training_run, maxlen=1)
        found[name] = audit(core, trained, test, epsilon, seed)
    return found


def facts(found):
    """Sentences about the `cases`, and whether they hold: {sentence: bool}."""
    right, hidden = found[RIGHT], found[HIDDEN]
    told = {"the right program passes the audit": not right.convicts and right.loss > right.nll}
    for name, words in FLATTERED.items():
        told[f"{words} prints a lower loss than the right program"] = found[name].loss < right.loss
        told[f"{words} prints less than its own NLL, which no bound can do"] = found[name].is_below_nll
    told["exp(log_var/2) in the KL: no lower loss, spread 1, and above its NLL"] = (
        hidden.loss > right.loss and not hidden.spread_is_off and hidden.loss > hidden.nll
    )
    told["its printed rate is wrong all the same, by less than 2 nats"] = (
        hidden.rate_is_off and abs(hidden.drawn_rate - hidden.rate) < 2
    )
    return told
