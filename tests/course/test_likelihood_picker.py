"""The widget of three likelihoods, driven as a program: its costs, its task, its picture; and the result card."""

import numpy as np
import pytest
from scipy import stats

from vae_from_scratch import distributions
from vae_from_scratch.course.figures import gray as pictures
from vae_from_scratch.course.result_card import Result, lines, result_card, wrapped
from vae_from_scratch.course.widgets import LikelihoodPicker


def new_widget(**options):
    return LikelihoodPicker(task="Do this.", answer="So it is.", **options)


def test_costs_are_those_of_scipy():
    widget = new_widget()
    widget.logit_slider.value, widget.mean_slider.value, widget.std_slider.value = 2.0, 0.4, 0.2
    p, costs = 1 / (1 + np.exp(-2.0)), widget.costs()
    assert costs["Bernoulli"] == pytest.approx(-(0.3 * np.log(p) + 0.7 * np.log(1 - p)))
    assert costs["continuous Bernoulli"] == pytest.approx(-stats.truncexpon(b=2, scale=0.5).logpdf(0.7))
    assert costs["Gaussian"] == pytest.approx(-stats.norm(0.4, 0.2).logpdf(0.3))


def test_least_is_the_entropy_for_the_bernoulli_and_below_zero_for_the_continuous_one():
    least = new_widget().least()
    assert least["Bernoulli"] == pytest.approx(-(0.3 * np.log(0.3) + 0.7 * np.log(0.7)), abs=1e-4)
    assert least["continuous Bernoulli"] == pytest.approx(-0.2528, abs=1e-3)


def test_task_is_reached_when_all_three_are_found_as_the_answer_says():
    widget = new_widget()
    assert widget.state()["found"] == []
    for slider, value, found in (
        (widget.logit_slider, -0.85, 1),
        (widget.logit_slider, -2.65, 2),
        (widget.mean_slider, 0.3, 2),
        (widget.std_slider, 0.05, 3),
    ):
        assert not widget.reached
        slider.value = value
        assert len(widget.state()["found"]) == found
    assert widget.reached and "✓ All three found." in widget.answer_line.value


def test_every_slider_changes_the_picture_the_words_and_has_a_label():
    widget = new_widget()
    for slider in widget.sliders:
        before = widget.picture_shown.value, widget.alt()
        slider.value = slider.value + 0.1
        assert widget.picture_shown.value != before[0] and widget.alt() != before[1]
        assert slider.description
    assert widget.still().width > 600 and repr(widget) == widget.alt()


def test_draws_are_of_the_likelihoods():
    samples = new_widget().samples()
    assert set(np.unique(samples["Bernoulli"])) <= {0.0, 1.0}
    assert 0 <= samples["continuous Bernoulli"].min() and samples["continuous Bernoulli"].max() <= 1


def test_the_functions_that_come_in_are_the_ones_that_count():
    class Core:
        class distributions:
            bernoulli_log_prob = staticmethod(lambda x, logits: 0 * np.sum(x + logits, -1) - 7.0)
            continuous_bernoulli_log_prob = staticmethod(distributions.continuous_bernoulli_log_prob)
            continuous_bernoulli_mean = staticmethod(distributions.continuous_bernoulli_mean)
            continuous_bernoulli_draw = staticmethod(distributions.continuous_bernoulli_draw)
            normal_log_prob = staticmethod(distributions.normal_log_prob)
            reparameterize = staticmethod(distributions.reparameterize)

    assert new_widget(core=Core).costs()["Bernoulli"] == 7.0


def test_a_density_beyond_the_axis_stays_inside_the_picture():
    places = np.linspace(0, 1, 9)
    curves = {"one": (places, 0 * places + 1), "other": (places, 0 * places + 400)}
    image = pictures.likelihoods(curves, (0.5, 0.5), 0.3, {"one": places, "other": places})
    assert image.width < 1400


# ---- the result card -----------------------------------------------------------------------------


def test_result_card_states_everything_and_its_words_wrap():
    images = np.zeros((12, 784))
    facts = {"likelihood": "L", "cost": "1 ± 2", "num_samples": 5, "protocol": "long " * 60, "seeds": "0", "steps": 600}
    card = result_card(Result("a title", images, images, images, **facts))
    named = ("a title", "held out", "samples", "likelihood", "estimated with", "protocol", "seeds", "steps")
    assert all(word in card.alt for word in named)
    assert [name for name, _ in wrapped("protocol", "long " * 60)] == ["protocol", "", ""] + [""] * (
        len(wrapped("protocol", "long " * 60)) - 3
    )
    assert lines({"a": "b"}).height < lines({"a": "b " * 200}).height


def test_result_card_is_not_made_without_its_protocol():
    with pytest.raises(TypeError, match="protocol"):
        Result("a title", *[np.zeros((1, 784))] * 3, likelihood="L", cost="1", num_samples=5, seeds="0", steps=1)
