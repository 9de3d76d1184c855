"""Lesson 6's two posteriors, against SciPy's densities and quadrature."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from vae_from_scratch.autodiff import check_grads
from vae_from_scratch.course.posteriors import one_hump, two_humps

CASES = [(one_hump, 1.2, lambda z: np.exp(z / 2), 0.3), (two_humps, 2.0, np.square, 0.2)]


@pytest.mark.parametrize("joint, x, middle, std", CASES)
def test_joint_is_prior_times_likelihood(joint, x, middle, std):
    z = np.linspace(-2.5, 2.5, 12).reshape(3, 4)
    np.testing.assert_allclose(joint(z), norm.logpdf(z) + norm.logpdf(x, middle(z), std), rtol=1e-12)
    check_grads(joint, z)


def test_evidence_of_one_hump_is_minus_half_a_nat():
    assert np.log(quad(lambda z: np.exp(one_hump(z)), -8, 8)[0]) == pytest.approx(-0.500, abs=5e-4)


def test_two_humps_are_mirror_images_with_a_valley_between():
    z = np.linspace(0.1, 3, 9)
    np.testing.assert_allclose(two_humps(z), two_humps(-z), rtol=1e-14)
    assert two_humps(np.sqrt(2.0)) - two_humps(0.0) > 40
