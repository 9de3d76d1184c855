"""The widget of the two estimators, driven as a program: what its histograms hold, and when its task is reached."""

import numpy as np
import pytest

from vae_from_scratch import evaluation
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course.widgets import Estimators
from vae_from_scratch.course.widgets.estimators import REPEATS, round_up
from vae_from_scratch.distributions import reparameterize


def square(z):
    return np.sum(z**2, axis=-1)


def pathwise(f, mean, log_var, epsilon):
    copies = mean + 0 * epsilon, log_var + 0 * epsilon
    return value_and_grad(lambda q: np.sum(f(reparameterize(*q, epsilon))))(copies)[1]


def sharp(state):
    return state["dimension"] == 8 and state["score_spread"] <= state["one_pathwise_draw"]


def new_widget(f=square, goal=sharp, **options):
    return Estimators(f, pathwise, 2.0, task="Do this.", answer="About 95.", goal=goal, **options)


@pytest.mark.parametrize("dimension", [1, 8])
def test_both_estimates_find_the_slope_and_have_the_variance_that_the_moments_give(dimension):
    widget = new_widget()
    widget.dimension_slider.value, rest = dimension, dimension - 1
    exact = {"pathwise": 4, "score function": 4 * rest**2 + 22 * rest + 30}
    for name, single in widget.pool().items():
        error = np.std(single) / np.sqrt(len(single))
        assert abs(np.mean(single) - 2) < 4 * error
        assert np.var(single) == pytest.approx(exact[name], rel=0.1)


def test_each_entry_of_a_histogram_is_a_mean_of_k_draws():
    widget = new_widget()
    single = widget.pool()["score function"]
    widget.draws_slider.value = 4
    assert widget.estimates()["score function"].shape == (REPEATS,)
    np.testing.assert_allclose(widget.estimates()["score function"][3], np.mean(single[12:16]))


def test_a_constant_changes_no_pathwise_estimate_and_ruins_the_other():
    widget = new_widget()
    before = widget.estimates()
    widget.shift_box.value = True
    after = widget.estimates()
    np.testing.assert_allclose(after["pathwise"], before["pathwise"], rtol=1e-9)
    assert np.var(after["score function"]) > 1e5 > 1e3 > np.var(before["score function"])
    assert widget.state()["shift"] == 1000


def test_task_is_reached_at_128_draws_and_not_at_64():
    widget = new_widget()
    widget.dimension_slider.value, widget.draws_slider.value = 8, 64
    assert not widget.reached and "open" not in widget.answer_line.value
    widget.draws_slider.value = 128
    assert widget.reached and "Reached at K = 128, dimension 8." in widget.answer_line.value


def test_every_control_changes_the_picture_and_the_words():
    widget = new_widget()
    for control, value in (
        (widget.draws_slider, 16),
        (widget.dimension_slider, 4),
        (widget.shift_box, True),
    ):
        before = widget.picture_shown.value, widget.alt()
        control.value = value
        assert widget.picture_shown.value != before[0] and widget.alt() != before[1]
        assert control.description
    assert "K = 16, dimension 4, f plus 1000" in widget.alt()


def test_the_same_seed_gives_the_same_histograms():
    one, same, other = new_widget(), new_widget(), new_widget(seed=1)
    assert one.state() == same.state() and one.picture_shown.value == same.picture_shown.value
    assert one.state() != other.state()


def test_the_functions_that_come_in_are_the_ones_that_count():
    class Core:
        class distributions:
            reparameterize = staticmethod(reparameterize)

        class evaluation:
            @staticmethod
            def score_function_gradient(*args):
                return tuple(2 * part for part in evaluation.score_function_gradient(*args))

    ours, theirs = new_widget().estimates(), new_widget(core=Core).estimates()
    np.testing.assert_allclose(theirs["score function"], 2 * ours["score function"])
    np.testing.assert_array_equal(theirs["pathwise"], ours["pathwise"])


def test_an_error_in_a_function_is_shown_in_the_widget_once_a_control_moves():
    def brittle(z):
        if z.shape[-1] > 1:
            raise ValueError("no more than one")
        return square(z)

    widget = new_widget(f=brittle)
    widget.dimension_slider.value = 4
    assert "no more than one" in widget.message_line.value


@pytest.mark.parametrize(("reach", "axis"), [(0.7, 1), (1.0, 1), (1.01, 2), (7, 10), (210, 500)])
def test_axis_is_the_next_round_number(reach, axis):
    assert round_up(reach) == pytest.approx(axis)
