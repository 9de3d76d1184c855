"""The widget of the bound: its numbers against quadrature, its sliders, its path, driven without a browser."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from scipy import stats
from scipy.integrate import quad
from scipy.optimize import minimize

from vae_from_scratch.course.widgets import Bound
from vae_from_scratch.course.widgets.base import image_of
from vae_from_scratch.distributions import normal_log_prob

LN_2 = np.log(2)


def one_hump(z):
    return normal_log_prob(z, 0.0, 0.0) + normal_log_prob(1.2, np.exp(z / 2), 2 * np.log(0.3))


def two_humps(z):
    return normal_log_prob(z, 0.0, 0.0) + normal_log_prob(2.0, z**2, 2 * np.log(0.2))


def gaussian(z):
    """z ~ N(0, 1), x given z ~ N(z, 1), x = 1: the posterior is N(½, ½), and p(x) is N(0, 2) at 1."""
    return normal_log_prob(z, 0.0, 0.0) + normal_log_prob(1.0, z, 0.0)


def new(joint=one_hump, **options):
    return Bound(joint, **{"task": "Close it.", "answer": "That is why.", **options})


@pytest.mark.parametrize("joint", [one_hump, two_humps], ids=lambda f: f.__name__)
def test_log_px_elbo_and_gap_are_the_integrals_that_define_them(joint):
    bound = new(joint)
    bound.move(0.9, -1.7)
    state, q = bound.state(), stats.norm(0.9, np.exp(-1.7 / 2))
    points = {"points": (-1.42, 0.0, 0.9, 1.42), "limit": 500, "epsabs": 1e-10}
    log_px = np.log(quad(lambda z: np.exp(joint(z)), -9, 9, **points)[0])
    elbo = quad(lambda z: q.pdf(z) * (joint(z) - q.logpdf(z)), -4, 6, **points)[0]
    assert state["log_px"] == pytest.approx(log_px, abs=1e-8)
    assert state["elbo"] == pytest.approx(elbo, abs=1e-6)
    assert state["elbo"] + state["gap"] == pytest.approx(log_px, abs=1e-6)


@pytest.mark.parametrize("corner", [(m, v) for m in (-3, 3) for v in (-7, 1)])
@pytest.mark.parametrize("joint", [one_hump, two_humps, gaussian], ids=lambda f: f.__name__)
def test_elbo_and_gap_add_up_at_the_ends_of_the_sliders_too(joint, corner):
    state = new(joint, start=corner).state()
    assert state["elbo"] + state["gap"] == pytest.approx(state["log_px"], rel=1e-6)


def test_a_gaussian_posterior_is_reached_exactly():
    bound = new(gaussian)
    bound.move(0.5, -LN_2)
    state = bound.state()
    assert state["log_px"] == pytest.approx(stats.norm(0, np.sqrt(2)).logpdf(1.0))
    assert abs(state["gap"]) < 1e-9


def test_one_hump_stops_at_0_026_and_two_at_ln_2():
    smallest = {}
    for joint, start in ((one_hump, (0.3, -1.0)), (two_humps, (1.5, -5.0))):
        case = new(joint).cases[""]
        smallest[joint] = minimize(lambda point, case=case: case.split(*point)[1], start, method="Nelder-Mead").fun
    assert 0.0257 <= smallest[one_hump] < 0.0259
    assert LN_2 <= smallest[two_humps] < LN_2 + 0.003


def test_log_px_does_not_move_with_the_sliders():
    bound = new()
    seen = set()
    for mean, log_var in ((0, 0), (1, -3), (-2, 0.5)):
        bound.move(mean, log_var)
        seen.add(bound.state()["log_px"])
    assert len(seen) == 1


def test_sliders_and_program_do_the_same_and_only_the_program_leaves_a_path():
    by_hand, by_program = new(), new()
    by_hand.mean_slider.value, by_hand.log_var_slider.value = 0.4, -1.1
    by_program.move(0.4, -1.1)
    assert by_hand.state() == by_program.state()
    assert (by_hand.path, by_program.path) == ([], [(0.4, -1.1)])
    assert by_hand.density.value == by_program.density.value
    assert (by_program.mean_slider.value, by_program.log_var_slider.value) == (0.4, -1.1)


def test_q_stays_where_the_sliders_reach():
    bound = new()
    bound.move(99.0, -99.0)
    assert bound.point == (3.0, -7.0) == (bound.mean_slider.max, bound.log_var_slider.min)


def test_a_path_is_drawn_as_a_trail_and_can_be_begun_anew():
    straight, jumped = new(), new()
    straight.follow([(1 - t, -t) for t in np.linspace(0, 1, 30)])
    jumped.place(*straight.point)
    jumped.draw()
    assert len(straight.path) == 30 and straight.state() == jumped.state()
    for role in ("density", "plane"):
        assert getattr(straight, role).value != getattr(jumped, role).value
    straight.forget()
    assert straight.path == [] and straight.plane.value == jumped.plane.value


def test_choosing_a_posterior_keeps_q_and_ends_the_path():
    bound = new({"one": one_hump, "two": two_humps})
    bound.move(1.0, -2.0)
    bound.choose("two")
    assert bound.state()["case"] == "two" and bound.point == (1.0, -2.0) and bound.path == []
    assert bound.state()["log_px"] == new(two_humps).state()["log_px"]
    with pytest.raises(ValueError, match="none of the cases: one, two"):
        bound.choose("three")


def test_the_choice_is_hidden_where_there_is_nothing_to_choose():
    assert new().choice.layout.display == "none"
    assert new({"one": one_hump, "two": two_humps}).choice.layout.display is None


def test_the_task_is_reached_once_opens_the_answer_and_unfolds_the_map():
    bound = new()
    bound.move(0.3, -1.3)
    before = bound.plane.value
    assert not bound.reached and "<details><summary>Answer" in bound.answer_line.value
    bound.mean_slider.value = 0.16
    bound.log_var_slider.value = -1.51
    assert "<details open><summary>✓ Reached at mean 0.16 and log_var -1.51" in bound.answer_line.value
    bound.move(0.3, -1.3)
    assert bound.plane.value != before and bound.reached


def test_a_goal_may_ask_for_one_of_the_cases():
    bound = new({"one": one_hump, "g": gaussian}, goal=lambda s: s["case"] == "one" and s["gap"] < 0.03)
    bound.choose("g")
    bound.move(0.5, -LN_2)
    assert not bound.reached
    bound.choose("one")
    bound.move(0.16, -1.51)
    assert bound.reached


def test_the_map_s_gaps_are_those_of_the_sliders():
    case = new(two_humps).cases[""]
    means, log_vars, gaps = case.gaps()
    for i, j in ((0, 0), (40, 60), (9, 44), (20, 30)):
        assert gaps[i, j] == pytest.approx(case.split(means[j], log_vars[i])[1], rel=1e-6)


def test_the_numbers_come_from_the_functions_that_are_passed_in():
    class Halved:
        normal_log_prob = staticmethod(normal_log_prob)
        log_mean_exp = staticmethod(lambda values: np.log(np.mean(np.exp(values))))
        kl_on_grid = staticmethod(lambda q, p, dz: 0.5 * np.sum(np.exp(q) * (q - p), axis=-1) * dz)

    core = type("core", (), {"distributions": Halved})
    assert new(core=core).state()["gap"] == pytest.approx(new().state()["gap"] / 2)


def test_a_log_joint_that_does_not_give_one_number_for_each_z_is_told_so():
    with pytest.raises(ValueError, match="one number for each z"):
        new(lambda z: 0.0)


def orange_share(bound):
    """Share of the bar's shown stretch that is gap."""
    row = np.asarray(image_of(bound.bar).convert("RGB")).astype(int)[112]
    orange = np.abs(row - [0xE6, 0x9F, 0x00]).max(axis=1) < 30
    return orange.sum() / (2 * (560 - 58) / 1.12)


def test_the_orange_part_of_the_bar_is_as_long_as_the_gap():
    bound = new()
    for mean, log_var in ((0.0, 0.0), (0.3, -1.0), (0.3, -1.3)):
        bound.move(mean, log_var)
        assert orange_share(bound) == pytest.approx(bound.state()["gap"] / 3, abs=0.01)


def test_without_a_kernel_it_is_a_picture_and_words():
    bound = new({"one hump": one_hump, "two humps": two_humps})
    bundle, metadata = bound._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == repr(bound)
    assert "log p(x) = -0.500 is ELBO -1.766 plus gap 1.266" in repr(bound)
    assert Image.open(BytesIO(b64decode(bundle["image/png"]))).width > 1500


def test_every_part_has_its_class_and_every_control_a_label():
    bound = new({"one hump": one_hump, "two humps": two_humps})
    parts = {"choice": bound.choice, "mean": bound.mean_slider, "log-var": bound.log_var_slider}
    for role, part in {**parts, "density": bound.density, "bar": bound.bar, "plane": bound.plane}.items():
        assert f"vae-bound-{role}" in part._dom_classes
    assert all(part.description for part in parts.values())
    assert "Close it." in bound.task_line.value and "That is why." in bound.answer_line.value
