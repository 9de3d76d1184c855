"""The sampler and the KL against each other, by Monte-Carlo."""

import pytest

from vae_from_scratch.course.checks import mistakes_of
from vae_from_scratch.course.pairs import check_pair
from vae_from_scratch.distributions import kl_to_standard_normal, reparameterize

UNSEEN = {"kl-divided-by-examples"}  # one example alone: nothing to divide by


@pytest.mark.parametrize("seed", range(5))
def test_sampler_and_kl_agree(seed):
    assert check_pair(reparameterize, kl_to_standard_normal, seed).outcome == "right"


@pytest.mark.parametrize("mistake", ["z-exp-log-var-as-std", "z-log-var-as-std", "z-halved-twice", "z-epsilon-dropped"])
def test_wrong_standard_deviation_in_the_sampler_is_convicted(mistake):
    verdict = check_pair(mistakes_of(reparameterize)[mistake].wrong, kl_to_standard_normal)
    assert verdict.outcome == "wrong" and "sampler is off" in verdict.message and "spread" in verdict.claim


@pytest.mark.parametrize("mistake", sorted(set(mistakes_of(kl_to_standard_normal)) - UNSEEN))
def test_wrong_kl_is_convicted_by_the_draws(mistake):
    assert check_pair(reparameterize, mistakes_of(kl_to_standard_normal)[mistake].wrong).outcome == "wrong"


def test_one_head_read_in_two_ways_is_convicted():
    """The published mix-up: log-variance in the KL, log of the standard deviation in the sampler."""
    assert (
        check_pair(mistakes_of(reparameterize)["z-exp-log-var-as-std"].wrong, kl_to_standard_normal).outcome == "wrong"
    )
    both = (
        mistakes_of(reparameterize)["z-exp-log-var-as-std"].wrong,
        mistakes_of(kl_to_standard_normal)["kl-log-sigma"].wrong,
    )
    assert check_pair(*both).outcome == "wrong"


def test_sampler_that_raises_gets_a_verdict():
    assert check_pair(lambda mean, log_var, epsilon: 1 / 0, kl_to_standard_normal).outcome == "raised"
