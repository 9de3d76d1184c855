"""The traced graph is driven as a program and as a student does: by what is typed, and by its buttons."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch import ops
from vae_from_scratch.autodiff import numeric_gradient
from vae_from_scratch.course.widgets import TracedGraph

NAMES = ["x", "w", "b", "a", "s", "q", "y"]


class Entry:
    def __init__(self, value, parents=(), products=(), op=""):
        self.value, self.parents, self.products, self.op = np.float64(value), parents, products, op


def made(op, value, *parts):
    parents, products = zip(*parts, strict=True)
    return Entry(value, parents, products, op)


def multiply(a, b):
    return made("multiply", a.value * b.value, (a, lambda g: g * b.value), (b, lambda g: g * a.value))


def small_tape(x=2.0, w=3.0, b=-4.0):
    """(x · w + b)² · x: s is used twice by one step, x by two."""
    x, w, b = Entry(x), Entry(w), Entry(b)
    a = multiply(x, w)
    s = made("add", a.value + b.value, (a, lambda g: g), (b, lambda g: g))
    q = multiply(s, s)
    return [x, w, b, a, s, q, multiply(q, x)]


def graph(**inputs):
    return TracedGraph(small_tape(**inputs), NAMES, task="Task", answer="Answer")


def said(board):
    return board.message_line.value


def test_cotangents_of_the_inputs_are_the_slopes_by_differences():
    board = graph(x=1.3, w=-0.7, b=0.4)
    board.advance(7)
    slopes = numeric_gradient(lambda v: (v[0] * v[1] + v[2]) ** 2 * v[0], np.array([1.3, -0.7, 0.4]))
    found = [board.known[node] for node in board.tape[:3]]
    np.testing.assert_allclose(found, slopes, rtol=1e-8)


def test_right_numbers_lead_back_to_the_inputs_and_unfold_the_answer():
    board = graph()
    for number in ("1", "2", "8", "8.0", "16/2", "16", "28"):
        assert board.commit(number) is True
    assert board.state() == {"known": 7, "predicted": 7, "wrong": 0, "asked": None}
    assert "all 7 predicted" in board.answer_line.value and "<details open>" in board.answer_line.value
    assert board.step_button.disabled and board.reveal_button.disabled
    with pytest.raises(ValueError, match="Reset"):
        board.commit("1")


@pytest.mark.parametrize(
    ("known", "number", "words"),
    [
        (0, "8", "the end itself"),
        (1, "-2", "the sign is turned"),
        (1, "1", "the cotangent of y, unchanged"),
        (2, "4", "what one use of s hands back"),
        (2, "16", "by two paths"),
        (6, "24", "what one use of x hands back"),
        (6, "14", "the mean"),
        (5, "2", "the slope of a in w"),
        (5, "3", "the value of w"),
        (5, "17", "17 is too large"),
        (5, "0", "0 is too small"),
        (5, "-3.5", "of the other sign"),
    ],
)
def test_a_wrong_number_is_told_what_is_off_and_goes_nowhere(known, number, words):
    board = graph()
    board.advance(known)
    before = board.graph.value
    assert board.commit(number) is False
    assert words in said(board)
    assert (board.state()["known"], board.state()["wrong"], board.graph.value) == (known, 1, before)


def test_what_is_no_number_is_said_in_the_widget():
    board = graph()
    board.field.value = "two"
    board.step_button.click()
    assert "Write a number" in said(board) and "vae-message-error" in said(board)
    assert board.state()["wrong"] == 0


def test_button_and_field_do_what_the_program_does():
    board = graph()
    board.field.value = "1"
    board.step_button.click()
    assert (board.state()["asked"], board.field.value) == ("q", "")
    board.reveal_button.click()
    assert board.state() == {"known": 2, "predicted": 1, "wrong": 0, "asked": "s"}
    board.reveal_button.click()
    assert "2 · 2 from q + 2 · 2 from q = 8" in said(board)
    board.reset_button.click()
    assert board.state() == {"known": 0, "predicted": 0, "wrong": 0, "asked": "y"}


def test_the_picture_changes_with_each_cotangent_and_the_alt_text_names_them():
    board, seen = graph(), []
    for _ in range(8):
        seen.append((board.graph.value, board.alt()))
        board.reveal()
    assert len(set(seen)) == 8
    assert seen[2][1].endswith("cotangents known: y, q.")
    image = Image.open(BytesIO(seen[0][0]))
    assert image.size == board.still().size


def test_a_primitive_of_the_core_is_a_step_like_any_other():
    x = Entry(0.0)
    value, products = ops.softplus.body(x.value)
    y = Entry(value, [x], products, "softplus")
    board = TracedGraph([x, y], ["x", "y"], task="", answer="")
    assert board.formula(y) == "y = softplus(x)"
    board.advance(1)
    assert board.commit("1/2")


def test_arrays_and_missing_names_are_refused():
    with pytest.raises(ValueError, match="one name for each node"):
        TracedGraph(small_tape(), NAMES[:-1], task="", answer="")
    wide = Entry(0.0)
    wide.value = np.zeros(3)
    with pytest.raises(ValueError, match=r"\(3,\)"):
        TracedGraph([wide], ["x"], task="", answer="")
