"""A rate that is held above a floor, of whatever size and however it is written, is recognized by that."""

import numpy as np
import pytest

from vae_from_scratch import vae
from vae_from_scratch.course.exercises import check
from vae_from_scratch.distributions import kl_to_standard_normal, reparameterize
from vae_from_scratch.vae import DENSE


def of_each_latent(nats):
    return lambda mean, log_var: np.sum(np.maximum(0.5 * (mean**2 + np.exp(log_var) - 1 - log_var), nats), axis=-1)


def in_all(nats):
    return lambda mean, log_var: np.maximum(kl_to_standard_normal(mean, log_var), nats)


def costs(rate):
    """rate_and_distortion with this rate."""

    def rate_and_distortion(params, x, epsilon, model=DENSE):
        mean, log_var = model.encode(params, x)
        z = reparameterize(mean, log_var, epsilon)
        return rate(mean, log_var), -model.log_likelihood(x, model.decode(params, z))

    return rate_and_distortion


def elbo(rate):
    def elbo(params, x, epsilon, beta=1.0, model=DENSE):
        held, distortion = costs(rate)(params, x, epsilon, model)
        return -distortion - beta * held

    return elbo


def loss(rate):
    return lambda *args, **kwargs: -np.mean(elbo(rate)(*args, **kwargs))


def kingma(params, x, epsilon, beta=1.0, model=DENSE):
    """The maximum after the mean over the batch, and before the sum over latents."""
    mean, log_var = model.encode(params, x)
    rates = np.mean(0.5 * (mean**2 + np.exp(log_var) - 1 - log_var), axis=0)
    _, distortion = costs(kl_to_standard_normal)(params, x, epsilon, model)
    return np.mean(distortion) + beta * np.sum(np.maximum(rates, 0.25))


@pytest.mark.parametrize("rate", [of_each_latent(0.1), of_each_latent(2.0), in_all(0.05), in_all(3.0)])
@pytest.mark.parametrize(
    "reference, made, mistake",
    [
        (vae.rate_and_distortion, costs, "rate-free-bits"),
        (vae.elbo, elbo, "elbo-free-bits"),
        (vae.loss, loss, "loss-free-bits"),
    ],
)
def test_free_bits_are_recognized_whatever_the_floor(reference, made, mistake, rate):
    verdict = check(reference, made(rate))
    assert (verdict.outcome, verdict.mistake) == ("wrong", mistake), verdict


def test_free_bits_as_published_are_recognized_in_the_loss():
    assert check(vae.loss, kingma).mistake == "loss-free-bits"


def test_a_floor_of_zero_is_none():
    assert check(vae.rate_and_distortion, costs(in_all(0.0))).accepted
