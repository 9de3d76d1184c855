"""The dartboard: its throws against numbers known exactly, and the widget driven as a program and by its sliders."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from scipy.stats import multivariate_normal

import vae_from_scratch
from vae_from_scratch import distributions, pca
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.plots import PIXELS
from vae_from_scratch.course.widgets import Darts, dart_board
from vae_from_scratch.course.widgets.dart_throw import throw

CORE = linked(vae_from_scratch, {})
RNG = np.random.default_rng(0)
DATA = RNG.standard_normal((60, 784)) @ np.diag(np.linspace(3, 0.3, 784) ** 2) + 0.2
MODELS = {L: pca.fit_probabilistic(DATA, L) for L in range(1, 6)}
X = DATA[0]


def log_joint(params, x, z):
    log_likelihood = distributions.normal_log_prob(x, z @ params["W"] + params["mean"], params["log_var"])
    return log_likelihood.sum(axis=-1) + distributions.normal_log_prob(z, 0.0, 0.0).sum(axis=-1)


def new_darts(**options):
    options = {"task": "Throw.", "answer": "So it is.", "goal": lambda state: False, **options}
    return Darts(CORE, log_joint, MODELS, X, **options)


def one_throw(latents=3, count=200, aim=0.5):
    epsilon = np.random.default_rng(1).standard_normal((count, latents))
    return throw(CORE, log_joint, MODELS[latents], X, epsilon, aim)


# ------------------------------------------------------------------------- a throw


def test_darts_drawn_from_the_posterior_all_work_and_say_the_exact_value():
    thrown = one_throw(aim=1.0)
    assert thrown.off == pytest.approx(0, abs=1e-8)
    assert thrown.working == pytest.approx(200, rel=1e-9) and thrown.error < 1e-6 and thrown.log_needed < 1e-12
    np.testing.assert_allclose(thrown.shares, 1 / 200, rtol=1e-6)


def test_the_estimate_is_within_its_standard_errors_where_many_darts_work():
    thrown = one_throw(latents=1, count=20_000, aim=0.9)
    assert thrown.working > 1000 and abs(thrown.off) < 4 * thrown.error < 0.2


def test_with_the_prior_as_proposal_darts_are_standard_normal_and_weigh_by_the_likelihood():
    thrown, params = one_throw(aim=0.0), MODELS[3]
    np.testing.assert_array_equal(thrown.z, np.random.default_rng(1).standard_normal((200, 3)))
    residuals = X - thrown.z @ params["W"] - params["mean"]
    noise = multivariate_normal(np.zeros(784), np.exp(params["log_var"])).logpdf(residuals)
    np.testing.assert_allclose(np.log(thrown.shares / thrown.shares.max()), noise - noise.max(), atol=1e-6)
    assert thrown.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("aim", [0.0, 0.4, 0.9])
def test_the_darts_needed_are_the_mean_log_ratio_of_posterior_to_proposal(aim):
    thrown = one_throw(aim=aim)
    q = multivariate_normal(thrown.mean, np.diag(thrown.std**2), seed=np.random.default_rng(2))
    r = multivariate_normal(aim * thrown.mean, np.diag(thrown.std ** (2 * aim)))
    ratios = q.logpdf(z := q.rvs(20_000)) - r.logpdf(z)
    assert abs(ratios.mean() - thrown.log_needed) < 4 * ratios.std() / np.sqrt(20_000)


# ---------------------------------------------------------------------- the widget


def test_sliders_move_the_throw_and_the_same_darts_stay_in_hand():
    darts = new_darts()
    two = darts.thrown.z
    darts.latents_slider.value = 4
    np.testing.assert_array_equal(darts.thrown.z[:, :2], two)
    darts.darts_slider.value = 100
    np.testing.assert_array_equal(darts.thrown.z[:, :2], two[:100])
    darts.aim_slider.value = 1.0
    state = darts.state()
    assert (state["latents"], state["darts"], state["aim"]) == (4, 100, 1.0)
    assert state["working"] == pytest.approx(100) and state["off"] == pytest.approx(0, abs=1e-8)
    assert all(isinstance(value, (int, float)) for value in state.values())


def test_throwing_again_takes_new_darts_and_keeps_earlier_estimates_until_a_slider_moves():
    darts = new_darts()
    first = darts.state()["off"]
    for _ in range(14):
        darts.again_button.click()
    assert darts.state()["off"] != first and len(darts.before) == 12
    darts.set(aim=0.3)
    assert darts.before == []


def test_every_setting_gives_another_picture_and_the_numbers_in_words():
    darts, seen = new_darts(), set()
    for settings in ({"latents": 1}, {"latents": 5}, {"darts": 10}, {"darts": 10_000}, {"aim": 0.8}, {"aim": 1.0}):
        darts.set(**settings)
        seen.add(darts.picture_shown.value)
    assert len(seen) == 6
    state = darts.state()
    assert f"{state['exact']:.1f}" in darts.numbers.value and "10,000" in darts.numbers.value


def test_the_goal_opens_the_answer_once_and_says_how_many_worked():
    darts = new_darts(goal=lambda state: state["latents"] == 5 and state["working"] > 500)
    darts.set(latents=5)
    assert "<details><summary>Answer" in darts.answer_line.value
    darts.set(aim=1.0)
    darts.set(aim=0.0)
    assert "<details open><summary>✓ Reached with 1,000 of 1,000" in darts.answer_line.value


def test_it_uses_the_functions_that_it_is_given():
    def half(log_weights):
        return np.full(log_weights.shape[1], 7.5)

    evaluation = vae_from_scratch.evaluation
    darts = Darts(
        linked(vae_from_scratch, {evaluation.effective_sample_size: half}), log_joint, MODELS, X,
        task="", answer="", goal=lambda state: False,
    )  # fmt: skip
    assert darts.state()["working"] == 7.5


def test_an_error_in_the_joint_is_shown_in_the_widget():
    def fails(params, x, z):
        if z.shape[1] == 3:
            raise ValueError("shapes <do> not match")
        return log_joint(params, x, z)

    darts = Darts(CORE, fails, MODELS, X, task="", answer="", goal=lambda state: False)
    darts.latents_slider.value = 3
    assert "ValueError: shapes &lt;do&gt; not match" in darts.message_line.value
    darts.latents_slider.value = 2
    assert "ValueError" not in darts.message_line.value


def test_without_a_kernel_it_is_a_picture_and_words():
    bundle, metadata = new_darts()._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert "1,000 draws" in bundle["text/plain"] == metadata["image/png"]["alt"]
    assert Image.open(BytesIO(b64decode(bundle["image/png"]))).width > 1800


def test_every_part_has_its_class_and_every_control_a_label():
    darts = new_darts()
    roles = {"latents": darts.latents_slider, "count": darts.darts_slider, "aim": darts.aim_slider}
    for role, part in {**roles, "numbers": darts.numbers, "picture": darts.picture_shown}.items():
        assert f"vae-darts-{role}" in part._dom_classes
    assert all(slider.description for slider in roles.values()) and darts.again_button.tooltip
    assert "Throw." in darts.task_line.value and "So it is." in darts.answer_line.value


# --------------------------------------------------------------------- the picture


def test_darts_lie_at_their_places_and_the_heavy_one_in_color():
    z = np.array([[1.0, 2.0], [-2.0, -1.5]])
    thrown = one_throw(latents=2)._replace(z=z, shares=np.array([1.0, 0.0]))
    picture = np.asarray(dart_board.plane(thrown)).astype(int)
    (x, y), (u, v) = dart_board.pixels(z).astype(int)
    np.testing.assert_array_equal(picture[y, x], [0xD5, 0x5E, 0x00])
    assert picture[v, u].max() < 200


def test_the_scale_of_errors_is_even_and_ordered_and_holds_everything():
    places = [dart_board.place_of(nats) for nats in (-1e9, -1000, -100, -10, -1, 0, 1, 1e9)]
    assert np.all(np.diff(places) > 0)
    assert places[0] >= dart_board.LEFT and places[-1] <= dart_board.RIGHT
    assert dart_board.empty_scales().width == PIXELS * dart_board.SCALES[0]


@pytest.mark.parametrize("log_count, words", [(0.0, "1"), (np.log(112), "112"), (36.8, "10¹⁶")])
def test_counts_are_told_as_numbers_or_powers_of_ten(log_count, words):
    assert dart_board.rounded(log_count) == words
