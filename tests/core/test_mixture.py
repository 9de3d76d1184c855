"""The mixture of Bernoulli images against scipy, one component and one image at a time."""

import numpy as np
import pytest
from scipy.special import expit, logsumexp, softmax
from scipy.stats import bernoulli

from vae_from_scratch.autodiff import check_grads
from vae_from_scratch.distributions import mixture_log_prob


@pytest.fixture
def params():
    rng = np.random.default_rng(0)
    return {"logits": rng.normal(size=(3, 7)), "log_weights": rng.normal(size=3)}


def test_mixture_is_the_weighted_sum_of_its_components(params):
    x = (np.random.default_rng(1).random((5, 7)) < 0.5).astype(float)
    weights = softmax(params["log_weights"])
    log_probs = [[bernoulli.logpmf(image, expit(logits)).sum() for logits in params["logits"]] for image in x]
    expected = logsumexp(log_probs, b=weights, axis=1)
    np.testing.assert_allclose(mixture_log_prob(params, x), expected, rtol=1e-12)


def test_mixture_probabilities_of_all_images_add_up_to_one(params):
    images = (np.arange(128)[:, None] >> np.arange(7) & 1).astype(float)
    assert np.exp(mixture_log_prob(params, images)).sum() == pytest.approx(1, abs=1e-12)


def test_mixture_gradient_equals_central_differences(params):
    x = (np.random.default_rng(1).random((5, 7)) < 0.5).astype(float)
    check_grads(lambda params: mixture_log_prob(params, x), params)
