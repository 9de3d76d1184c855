"""Two answers checked against each other: does the sampler draw from the distribution whose KL is computed?

Each may look right alone: a published solution reads one head as log-variance in the KL and as log-std in the sampler.
Noise comes from a seed in here and is passed in; log_var stays off 0, where the confusions cannot be seen.
"""

import numpy as np

from vae_from_scratch import distributions
from vae_from_scratch.course.checks import task_of
from vae_from_scratch.course.trial import Stop, Trial
from vae_from_scratch.course.verdict import Verdict

MEAN, LOG_VAR = np.array([0.5, -0.8, 0.3]), np.array([-1.2, 0.7, np.log(4.0)])
DRAWS = 20_000


def check_pair(sampler, kl, seed=0) -> Verdict:
    """Verdict on a `reparameterize` and a `kl_to_standard_normal` together, by Monte-Carlo, to four standard errors.

    The spread of (z - mean) / exp(log_var / 2) must be 1, and the average of log q(z) - log p(z) must be the KL.
    """
    name = "reparameterize and kl_to_standard_normal"
    mean, log_var = np.tile(MEAN, (DRAWS, 1)), np.tile(LOG_VAR, (DRAWS, 1))
    epsilon = np.random.default_rng(seed).standard_normal(mean.shape)
    try:
        z = Trial(task_of(distributions.reparameterize), sampler).f(mean, log_var, epsilon)
        claimed = Trial(task_of(distributions.kl_to_standard_normal), kl).f(mean[:1], log_var[:1])
    except Stop as stop:
        return Verdict(name, stop.outcome, stop.message, stop.claim)
    if np.shape(z) != mean.shape or np.shape(claimed) != (1,):
        return Verdict(
            name, "wrong", "Their shapes do not fit together yet: check each one alone.", "The shapes are right."
        )
    steps = (z - mean) / np.exp(log_var / 2)
    center, spread = np.mean(steps, axis=0), np.std(steps, axis=0)
    if not np.all(np.abs(center) <= 4 / np.sqrt(DRAWS)):
        message = (
            f"The sampler is off: its {DRAWS:,} draws do not lie around the mean, further from it than chance allows."
        )
        return Verdict(name, "wrong", message, "The average of z is the mean.")
    if not np.all(np.abs(spread - 1) <= 4 / np.sqrt(2 * DRAWS)):
        said = ", ".join(f"{s:.2f}" for s in spread)
        message = f"The sampler is off: over {DRAWS:,} draws the spreads of (z - mean) / exp(log_var / 2) are {said}."
        return Verdict(name, "wrong", message, "The spread of (z - mean) / exp(log_var / 2) is 1.")
    ratios = 0.5 * np.sum(z**2 - log_var - steps**2, axis=-1)  # log q(z) - log p(z), nats
    average, error = np.mean(ratios), np.std(ratios) / np.sqrt(DRAWS)
    if not abs(average - claimed[0]) <= 4 * error:
        message = (
            "The sampler draws as it should, and the KL does not belong to it: the average of log q(z) - log p(z) over"
            f" {DRAWS:,} draws is further from your KL than four standard errors ({4 * error:.2f} nats)."
        )
        return Verdict(name, "wrong", message, "The average of log q(z) - log p(z) is the KL.")
    message = f"Over {DRAWS:,} draws the spread is 1, and the average of log q(z) - log p(z) is the KL"
    return Verdict(name, "right", f"{message}, to four standard errors.")
