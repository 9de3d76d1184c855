"""The price ruler: what it touches against known costs, its pictures, and the widget driven as a program."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

import vae_from_scratch
from vae_from_scratch import evaluation, vae
from vae_from_scratch.course.figures import price
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.plots import COLORS
from vae_from_scratch.course.widgets import PriceRuler
from vae_from_scratch.course.widgets.base import image_of

CORE = linked(vae_from_scratch, {})
POINTS = {0.5: (20.0, 80.0), 1.0: (15.0, 83.5), 2.0: (10.0, 91.0), 4.0: (5.0, 106.0)}  # secants 0.7, 1.5, 3
NETWORKS = {beta: vae.init(np.random.default_rng(k), hidden=(3,), latent_dim=5) for k, beta in enumerate(POINTS)}
X = (np.random.default_rng(9).random((12, 784)) < 0.2).astype(np.float32)
RULER = tuple(int(COLORS["rate"][k : k + 2], 16) for k in (1, 3, 5))


def new_ruler(core=CORE, points=POINTS, **options):
    return PriceRuler(core, NETWORKS, points, X, X[:3], "yours", task="Turn.", answer="So it is.", **options)


def ruler_pixels(image):
    """Where a picture has the ruler's color: (n, 2), row and column."""
    return np.argwhere(np.all(np.asarray(image) == RULER, axis=-1))


# -------------------------------------------------------------------- what it touches


@pytest.mark.parametrize(
    "beta, touching", [(0.4, [0.5]), (0.7, [0.5, 1.0]), (1.0, [1.0]), (1.51, [1.0, 2.0]), (3, [2.0, 4.0]), (9, [4.0])]
)
def test_it_touches_the_network_of_least_cost_and_two_at_their_secant(beta, touching):
    ruler = new_ruler()
    ruler.set(beta)
    state = ruler.state()
    assert state["touching"] == touching
    assert state["cost"] == pytest.approx(min(d + state["beta"] * r for r, d in POINTS.values()))
    assert (state["rate"], state["distortion"]) == POINTS[ruler.touched]


def test_every_secant_is_within_reach_of_the_slider():
    ruler, found = new_ruler(), set()
    for exponent in np.arange(-1.2, 1.6, 0.01):
        ruler.set(10**exponent)
        found.add(tuple(ruler.touching))
    assert found >= {(0.5, 1.0), (1.0, 2.0), (2.0, 4.0)}


def test_networks_that_are_all_alike_raise_nothing():
    ruler = new_ruler(points=dict.fromkeys(POINTS, (1.0, 200.0)))
    ruler.set(3.0)
    assert "Error" not in ruler.message_line.value and len(ruler.touching) == 1


# -------------------------------------------------------------------------- pictures


def test_the_ruler_rests_on_the_curve_with_slope_minus_beta():
    paper = price.RulerPicture(POINTS)
    left, right = paper.span(cost := 98.5, beta := 1.0)
    ends = [paper.place(rate, cost - beta * rate) for rate in (left, right)]
    drawn = ruler_pixels(paper.laid(beta, []))
    drawn = drawn[drawn[:, 0] > ends[0][1] - 5]  # not the words above
    for x, y in ends:
        assert np.min(np.abs(drawn - [y, x]).sum(axis=1)) < 8
    (x0, y0), (x1, y1) = ends
    off = np.abs((drawn[:, 0] - y0) * (x1 - x0) - (drawn[:, 1] - x0) * (y1 - y0)) / np.hypot(x1 - x0, y1 - y0)
    assert np.median(off) < 4


def test_each_touched_network_has_its_ring():
    paper = price.RulerPicture(POINTS)
    none, one, two = (len(ruler_pixels(paper.laid(1.5, touching))) for touching in ([], [1.0], [1.0, 2.0]))
    assert none < one < two


def test_bars_are_as_tall_as_the_rates():
    low, high = (len(ruler_pixels(price.unit_bars(np.full(5, nats), 4.0))) for nats in (1.0, 2.0))
    assert high == pytest.approx(2 * low, rel=0.05)


@pytest.mark.parametrize("beta, name", [(0.125, "1/8"), (0.5, "1/2"), (2.0, "2"), (32.0, "32")])
def test_a_price_is_named_as_one_reads_it(beta, name):
    assert price.name_of(beta) == name


def test_the_stills_say_what_they_show():
    assert repr(price.rate_distortion(POINTS)).endswith("trained at beta 1/2, 1, 2, 4")
    assert repr(price.units(np.array([2.0, 0.0]))) == "The rate of each of 2 units as a bar"


# -------------------------------------------------------------------------- the widget


def test_turning_the_ruler_changes_the_line_always_and_the_network_s_pictures_when_another_is_touched():
    ruler = new_ruler()
    before = ruler.curve_shown.value, ruler.bars_shown.value, ruler.digits_shown.value
    ruler.set(1.1)
    assert ruler.curve_shown.value != before[0]
    assert (ruler.bars_shown.value, ruler.digits_shown.value) == before[1:]
    ruler.set(9.0)
    assert ruler.bars_shown.value != before[1] and ruler.digits_shown.value != before[2]
    assert "touches beta <b>4</b>" in ruler.numbers.value and "rate 5.0" in ruler.numbers.value


def test_touching_two_opens_the_answer_and_it_stays_open():
    ruler = new_ruler()
    assert "<details><summary>Answer" in ruler.answer_line.value
    ruler.set(1.5)
    ruler.set(1.0)
    assert "<details open><summary>✓ Reached: at beta 1.5 it touches the networks trained at 1 and 2." in (
        ruler.answer_line.value
    )


def test_it_uses_the_functions_that_it_is_given():
    def silent(params, x, model=vae.DENSE):
        return np.zeros(5)

    ruler = new_ruler(linked(vae_from_scratch, {evaluation.rate_per_unit: silent}))
    assert all(not np.any(rates) for rates in ruler.rates.values())


def test_an_error_is_shown_in_the_widget(monkeypatch):
    ruler = new_ruler()

    def fails(*args):
        raise ValueError("no <such> ruler")

    monkeypatch.setattr(ruler.paper, "laid", fails)
    ruler.set(3.3)
    assert "ValueError: no &lt;such&gt; ruler" in ruler.message_line.value


def test_without_a_kernel_it_is_a_picture_and_words():
    bundle, metadata = new_ruler()._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert "4 networks" in bundle["text/plain"] == metadata["image/png"]["alt"]
    assert Image.open(BytesIO(b64decode(bundle["image/png"]))).width > 1800


def test_every_part_has_its_class_and_the_slider_a_label():
    ruler = new_ruler()
    parts = {"beta": ruler.slider, "numbers": ruler.numbers, "curve": ruler.curve_shown}
    for role, part in {**parts, "bars": ruler.bars_shown, "digits": ruler.digits_shown}.items():
        assert f"vae-ruler-{role}" in part._dom_classes
    assert ruler.slider.description == "beta" and image_of(ruler.curve_shown).width == 1040
    assert "Turn." in ruler.task_line.value and "So it is." in ruler.answer_line.value
