"""Mutual information against scipy's entropies and the Gaussian's closed form; the gap against cases known by hand."""

import numpy as np
import pytest
from scipy import stats

from vae_from_scratch import evaluation


def joint_draws(table, num_examples, seed=0):
    """Pairs of integers drawn from a table of joint probabilities (A, B)."""
    picked = np.random.default_rng(seed).choice(table.size, num_examples, p=table.ravel())
    return np.unravel_index(picked, table.shape)


def test_levels_are_equally_full_and_keep_the_order():
    values = np.random.default_rng(0).standard_normal(1000)
    level = evaluation.levels(values, 8)
    assert np.array_equal(np.bincount(level), np.full(8, 125))
    assert np.all(np.diff(level[np.argsort(values)]) >= 0)


def test_a_variable_tells_its_entropy_about_itself():
    v = np.random.default_rng(0).integers(0, 5, 700) ** 2
    entropy = stats.entropy(np.bincount(v))
    assert evaluation.mutual_information(v, v) == pytest.approx(entropy, rel=1e-12)


def test_mutual_information_is_two_entropies_less_the_joint_one():
    rng = np.random.default_rng(1)
    a = rng.integers(0, 4, 500)
    b = (a + rng.integers(0, 3, 500)) % 5
    joint = np.histogram2d(a, b, bins=[np.arange(5) - 0.5, np.arange(6) - 0.5])[0]
    expected = stats.entropy(joint.sum(1)) + stats.entropy(joint.sum(0)) - stats.entropy(joint.ravel())
    assert evaluation.mutual_information(a, b) == pytest.approx(expected, rel=1e-10)
    assert evaluation.mutual_information(b, a) == pytest.approx(expected, rel=1e-10)


def test_of_independent_levels_the_expected_chance_remains():
    rng = np.random.default_rng(2)
    seen = [evaluation.mutual_information(rng.integers(0, 10, 4000), rng.integers(0, 10, 4000)) for _ in range(200)]
    error = np.std(seen) / np.sqrt(len(seen))
    assert abs(np.mean(seen) - 81 / 8000) < 4 * error + 1e-4  # to the first order in 1 / N


def test_finely_cut_gaussians_come_near_the_closed_form():
    rng, rho = np.random.default_rng(3), 0.8
    a = rng.standard_normal(200_000)
    b = rho * a + np.sqrt(1 - rho**2) * rng.standard_normal(200_000)
    counted = evaluation.mutual_information(evaluation.levels(a, 40), evaluation.levels(b, 40))
    exact = -np.log(1 - rho**2) / 2
    assert exact - 0.02 < counted < exact  # cutting loses a little, and cannot gain beyond the chance term


def test_mig_is_one_for_one_latent_per_factor_and_zero_for_two_that_say_the_same():
    entropy = np.array([1.5, 0.7])
    assert np.array_equal(evaluation.mig(np.array([[0.0, 1.5, 0.0], [0.7, 0.0, 0.0]]), entropy), [1, 1])
    assert np.array_equal(evaluation.mig(np.array([[0.9, 0.9, 0.1], [0.0, 0.0, 0.0]]), entropy), [0, 0])


def test_mig_does_not_ask_which_number_a_latent_has():
    rng = np.random.default_rng(4)
    information, entropy = rng.random((5, 8)), 1 + rng.random(5)
    shuffled = information[:, rng.permutation(8)]
    assert np.array_equal(evaluation.mig(shuffled, entropy), evaluation.mig(information, entropy))
    first, second = np.partition(information, -2, axis=1)[:, [-1, -2]].T
    np.testing.assert_allclose(evaluation.mig(information, entropy), (first - second) / entropy)


def test_mig_of_counted_information_finds_the_known_pairs():
    rng = np.random.default_rng(5)
    factors = rng.integers(0, 4, (3000, 3))
    latents = [factors[:, 2], rng.integers(0, 4, 3000), factors[:, 0], factors[:, 1] // 2, (factors[:, 1] + 1) % 4 // 2]
    table = np.array([[evaluation.mutual_information(z, v) for z in latents] for v in factors.T])
    entropy = np.array([evaluation.mutual_information(v, v) for v in factors.T])
    gaps = evaluation.mig(table, entropy)
    assert np.all(gaps[[0, 2]] > 0.97) and gaps[1] < 0.03  # two latents share the second factor equally
