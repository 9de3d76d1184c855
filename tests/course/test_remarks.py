"""Right answers that are told something: the remark has the reason, and says nothing that is untrue of them."""

import numpy as np
import pytest

from vae_from_scratch import distributions, ops, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course.exercises import check
from vae_from_scratch.optimizers import adam

FEW_DIGITS = "five or six digits"


def fitted(reduce):
    """A fit whose cost is made of the examples' bounds by `reduce`."""

    def fit_posterior(log_joint, mean, log_var, epsilons, learning_rate):
        def cost(q, epsilon):
            return -reduce(log_joint(distributions.reparameterize(*q, epsilon)) + ops.sum_last(q[1]) / 2)

        q, optimizer = (mean, log_var), adam(learning_rate)
        state = optimizer.init(q)
        for epsilon in epsilons:
            q, state = optimizer.update(q, value_and_grad(cost)(q, epsilon)[1], state)
        return q

    return fit_posterior


@pytest.mark.parametrize("reduce, times", [(np.sum, "5 times"), (lambda bounds: 2 * np.mean(bounds), "2 times")])
def test_a_fit_by_a_larger_cost_is_told_by_how_much_and_why_it_hardly_shows(reduce, times):
    verdict = check(vae.fit_posterior, fitted(reduce))
    (said,) = verdict.notes
    assert verdict.outcome == "close" and f"Yours is {times} that." in said and FEW_DIGITS not in said


def test_a_fit_by_the_mean_is_told_nothing():
    assert check(vae.fit_posterior, fitted(np.mean)).outcome == "right"


def test_a_clipped_log_var_is_right_and_told_where_its_slope_ends():
    def encode(params, x):
        mean, log_var = vae.encode(params, x)
        return mean, np.minimum(np.maximum(log_var, -20.0), 20.0)

    verdict = check(vae.encode, encode)
    assert verdict.outcome == "close" and "Your log_var is 20 at index (0, 0)" in verdict.notes[0]
    assert "at extreme values too" not in verdict.message


def test_a_pixel_of_mean_zero_that_may_light_up_is_told_of():
    def generate(params, z, uniforms=None, model=vae.DENSE):
        means = ops.sigmoid(model.decode(params, z))
        return means if uniforms is None else (uniforms <= means).astype(means.dtype)

    verdict = check(vae.generate, generate)
    assert verdict.outcome == "close" and "0 is possible, 1 is not" in verdict.notes[0]


def test_a_result_of_a_smaller_dtype_is_told_of_that():
    def rounded(mean, log_var):
        return (0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)).astype(np.float32)

    def rounds_inside(mean, log_var):
        return 0.5 * np.sum(mean**2 + np.exp(log_var).astype(np.float32) - 1 - log_var, axis=-1)

    verdicts = [check(distributions.kl_to_standard_normal, answer) for answer in (rounded, rounds_inside)]
    assert all(FEW_DIGITS in verdict.notes[0] for verdict in verdicts)
    assert ["smaller dtype" in verdict.notes[0] for verdict in verdicts] == [True, False]
