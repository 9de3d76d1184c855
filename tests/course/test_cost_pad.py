"""The cost pad, driven as a program and through the traits that the browser sets."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch.course import nats
from vae_from_scratch.course.widgets import CostPad
from vae_from_scratch.course.widgets.cost_pad import lit_pixels
from vae_from_scratch.course.widgets.cost_pictures import HIGHEST, LOWEST, heat, ruler
from vae_from_scratch.distributions import bernoulli_log_prob, mean_image_logits

LOGITS = np.linspace(-4, 1, 784)
RNG = np.random.default_rng(0)
OTHERS = {"some": (RNG.random((60, 784)) < 0.2).astype(float), "more": (RNG.random((60, 784)) < 0.3).astype(float)}
DOT, LINE = [(0.5, 0.5)], [(0.2, 0.5), (0.8, 0.5)]


def new_pad(log_prob=bernoulli_log_prob, goal=lambda state: False, **options):
    return CostPad(log_prob, LOGITS, OTHERS, task="Paint.", answer="That is why.", goal=goal, **options)


def pixels(png):
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def test_a_pixel_is_lit_where_the_line_on_the_canvas_covers_its_middle():
    assert lit_pixels([]).sum() == 0
    lit = lit_pixels([[(14.5 / 28, 3.5 / 28)]]).reshape(28, 28)  # a dot on the middle of row 3, column 14
    assert np.argwhere(lit).tolist() == [[2, 14], [3, 13], [3, 14], [3, 15], [4, 14]]
    lit = lit_pixels([LINE]).reshape(28, 28)  # on the border of rows 13 and 14, 0.075 pad widths thick
    assert set(np.argwhere(lit)[:, 0]) == {13, 14} and lit.dtype == np.float32
    assert lit[13].sum() == pytest.approx(28 * (0.6 + 0.075), abs=1.5)


def test_what_is_painted_is_scored_by_the_function_that_was_given():
    calls = []

    def log_prob(x, logits):
        calls.append(np.shape(x))
        return bernoulli_log_prob(x, logits)

    pad = new_pad(log_prob)
    before = len(calls)
    pad.canvas.strokes = [LINE]
    assert len(calls) > before
    np.testing.assert_allclose(pad.state()["cost"], -bernoulli_log_prob(lit_pixels([LINE]), LOGITS))
    assert pad.state()["lit"] == lit_pixels([LINE]).sum() and f"{pad.cost:,.1f} nats" in pad.numbers.value


def test_the_cheapest_so_far_stays_while_dearer_ones_are_painted():
    pad = new_pad()
    pad.clear_button.click()
    blank = pad.state()
    assert blank["lit"] == 0 and blank["cheapest"] == blank["cost"]
    pad.draw([[(0.1, 0.1), (0.9, 0.1)]])
    assert pad.state()["cost"] > pad.state()["cheapest"] == blank["cost"]


def test_under_the_lessons_mean_image_blank_paper_and_a_dot_in_the_right_spot_are_cheaper_than_every_digit():
    logits = mean_image_logits(nats.train_digits())
    pad = CostPad(bernoulli_log_prob, logits, OTHERS, task="", answer="", goal=lambda state: False)
    pad.clear()
    blank = pad.cost
    assert blank < -bernoulli_log_prob(nats.test_digits(), logits).max()
    pad.draw([[(0.57, 0.54)]])
    cheapest = -bernoulli_log_prob((logits > 0).astype(float), logits)
    assert cheapest < pad.cost < blank - 0.5 and 1 < blank - cheapest < 1.5
    pad.undo()
    pad.draw([DOT])
    assert pad.cost > blank


def test_undo_goes_back_to_what_was_painted_at_first():
    pad = new_pad(strokes=[LINE])
    first = pad.x
    pad.clear()
    pad.draw([DOT])
    pad.undo()
    pad.undo_button.click()
    np.testing.assert_array_equal(pad.x, first)


def test_the_goal_opens_the_answer_once_and_says_at_what_cost():
    pad = new_pad(goal=lambda state: state["lit"] < 6)
    assert "<details><summary>Answer" in pad.answer_line.value
    pad.canvas.strokes = [DOT]
    reached = f"✓ Reached: {pad.cost:.1f} nats, with {pad.x.sum():.0f} pixels lit."
    assert f"<details open><summary>{reached}" in pad.answer_line.value
    pad.clear()
    assert reached in pad.answer_line.value


def test_costs_are_shown_as_color_blue_where_dark_and_orange_where_lit():
    x, cost = np.zeros(784), np.zeros(784)
    x[:28], cost[28:] = 1, 9.0
    cost[:14] = 9.0
    sheet = np.asarray(heat(x, cost)).astype(int)[4::20, 4::20]
    assert (sheet[0, 20] == 255).all() and sheet[0, 1, 0] > sheet[0, 1, 2] and sheet[5, 5, 2] > sheet[5, 5, 0]
    small = np.asarray(heat(np.zeros(784), np.full(784, 0.5)))[5, 5].astype(int)
    assert 30 < np.abs(small - 255).max() < np.abs(sheet[5, 5] - 255).max()


def test_the_pointer_stands_at_the_cost_and_keeps_to_the_ruler_beyond_its_ends():
    drawn = ruler({name: -bernoulli_log_prob(x, LOGITS) for name, x in OTHERS.items()})
    for cost, share in ((LOWEST, 0), (HIGHEST, 1), (7, 0), (1e6, 1), (np.inf, 1), (0.5 * (LOWEST + HIGHEST), 0.5)):
        changed = np.argwhere((np.asarray(drawn.marked(cost)) != np.asarray(drawn.picture)).any(axis=-1))
        column = drawn.left + share * (drawn.right - drawn.left)
        rows_at_column = changed[np.abs(changed[:, 1] - column) <= 2]
        assert len(rows_at_column) > 100 and changed[:, 1].max() < drawn.picture.width - 1


def test_an_error_in_the_given_function_is_shown_in_the_widget():
    broken = []

    def log_prob(x, logits):
        if broken:
            raise ValueError("shapes do not match")
        return bernoulli_log_prob(x, logits)

    pad = new_pad(log_prob)
    broken.append(True)
    pad.canvas.strokes = [DOT]
    assert "ValueError: shapes do not match" in pad.message_line.value
    broken.clear()
    pad.canvas.strokes = [DOT, LINE]
    assert "ValueError" not in pad.message_line.value


def test_without_a_kernel_it_is_a_picture_and_words():
    pad = new_pad()
    bundle, _ = pad._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == repr(pad) and "some and more" in repr(pad)
    first = pixels(b64decode(bundle["image/png"]))
    pad.clear()
    assert "0 of 784 pixels lit" in repr(pad)
    assert (pixels(b64decode(pad._repr_mimebundle_()[0]["image/png"])) != first).any()


def test_every_part_has_its_class_and_every_control_a_label():
    pad = new_pad()
    parts = {"canvas": pad.canvas, "tool": pad.tool, "heat": pad.heat, "ruler": pad.ruler_picture}
    for role, part in {**parts, "numbers": pad.numbers, "undo": pad.undo_button, "clear": pad.clear_button}.items():
        assert f"vae-cost-{role}" in part._dom_classes
    assert all(button.description and button.tooltip for button in (pad.undo_button, pad.clear_button))
    assert "Paint." in pad.task_line.value and "That is why." in pad.answer_line.value
