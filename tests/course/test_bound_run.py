"""Lesson 6's widget, run by a fit: as a program, by its buttons, and on an event loop."""

import asyncio

import pytest

from vae_from_scratch.course.widgets import BoundRun, bound_run
from vae_from_scratch.distributions import normal_log_prob


def left(z):
    return normal_log_prob(z, -1.0, -2.0)


def right(z):
    return normal_log_prob(z, 1.0, -2.0)


def halfway(log_joint, mean, log_var, steps):
    """A fit that needs no gradient: half of the remaining way at each step, to the peak."""
    peak = 1.0 if log_joint is right else -1.0
    return peak + (mean - peak) / 2**steps, -2 + (log_var + 2) / 2**steps


def new_board(fit=halfway, steps=12, **options):
    options = {"task": "Do this.", "answer": "That is why.", "goal": lambda state: False, **options}
    return BoundRun({"left": left, "right": right}, fit, steps=steps, **options)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(bound_run, "BREATH", 0.0)


def test_advance_goes_where_the_fit_says_and_no_further_than_the_last_step():
    board = new_board()
    board.advance(3)
    assert board.state()["step"] == 3
    assert (board.state()["mean"], board.state()["log_var"]) == pytest.approx(halfway(left, 0.0, 0.0, 3), abs=0.0051)
    board.advance(100)
    assert board.state()["step"] == 12 and board.state()["gap"] < 0.001
    assert "Step 12 of 12" in board.message_line.value
    assert board.path[0] == (0.0, 0.0) and board.path[-1] == pytest.approx((-1.0, -2.0))


def test_steps_in_portions_and_at_once_end_in_the_same_place():
    portions, at_once = new_board(), new_board()
    for _ in range(10):
        portions.advance(1)
    at_once.advance(10)
    assert portions.state() == at_once.state()


def test_a_hand_on_a_slider_begins_a_new_run_there():
    board = new_board()
    board.advance(4)
    board.mean_slider.value = 0.5
    log_var = board.state()["log_var"]
    assert board.state()["step"] == 0 and board.path == [board.point]
    board.advance(2)
    assert board.state()["mean"] == pytest.approx(halfway(left, 0.5, log_var, 2)[0], abs=0.0051)
    board.back_button.click()
    assert board.state()["step"] == 0 and board.state()["mean"] == 0.5


def test_a_slider_that_sends_back_what_it_shows_ends_no_run():
    board = new_board()
    board.advance(5)
    for slider in board.mean_slider, board.log_var_slider:
        slider.value += 4e-16  # as a browser's own arithmetic would have it
    assert board.state()["step"] == 5 and len(board.path) > 1


def test_a_program_s_moves_are_not_sent_back_by_the_browser():
    board, seen = new_board(), []
    board.mean_slider.observe(lambda change: seen.append(board.mean_slider.continuous_update), "value")
    board.advance(3)
    board.back_button.click()
    assert seen and not any(seen)
    assert board.mean_slider.continuous_update and board.log_var_slider.continuous_update


def test_another_posterior_begins_a_new_run_up_its_own_hill():
    board = new_board()
    board.advance(12)
    board.choose("right")
    assert board.state()["step"] == 0 and board.state()["case"] == "right"
    board.advance(12)
    assert board.state()["mean"] == pytest.approx(1.0, abs=0.01)


def test_step_button_takes_one_step():
    board = new_board()
    board.step_button.click()
    assert board.state()["step"] == 1


def test_run_goes_to_the_end_and_then_begins_anew():
    async def press():
        board.run_button.click()
        assert board.running
        while board.running:
            await asyncio.sleep(0)

    board = new_board()
    asyncio.run(press())
    assert board.state()["step"] == 12
    asyncio.run(press())
    assert board.state()["step"] == 12 and board.path[0] == (0.0, 0.0)


def test_pause_stops_a_run_between_two_portions():
    async def press():
        board.run_button.click()
        await asyncio.sleep(0)
        board.pause_button.click()
        await asyncio.sleep(0.01)

    board = new_board()
    asyncio.run(press())
    assert not board.running and 0 < board.state()["step"] < 12


def test_an_error_in_the_fit_is_shown_and_ends_the_run():
    def brittle(log_joint, mean, log_var, steps):
        raise ValueError("a slip")

    async def press():
        board.run_button.click()
        await asyncio.sleep(0.01)

    board = new_board(fit=brittle)
    asyncio.run(press())
    assert not board.running and "a slip" in board.message_line.value


def test_every_button_has_its_class_and_words():
    board = new_board()
    for role in ("step", "run", "pause", "back"):
        button = getattr(board, f"{role}_button")
        assert f"vae-bound-{role}" in button._dom_classes and button.description and button.tooltip
