"""The decorator: judges, shows, and binds the name to a function that works, the student's or ours."""

import numpy as np
import pytest

from tests.course import answers
from vae_from_scratch import distributions
from vae_from_scratch.course import exercises, linking, progress
from vae_from_scratch.course.exercises import exercise

KL = distributions.kl_to_standard_normal


@pytest.fixture
def notebook(monkeypatch):
    """Neighbors of the decorator replaced by a list of what was asked of them."""
    asked = []
    monkeypatch.setattr(progress, "log_attempt", lambda f, verdict: asked.append(("logged", verdict.outcome)) or "")
    monkeypatch.setattr(linking, "accept", lambda f, answer, verdict: asked.append(("accepted", answer)) or "Kept.")
    monkeypatch.setattr(linking, "hold_back", lambda f, answer, verdict: asked.append(("held back", answer)) or "")
    monkeypatch.setattr(linking, "in_use", lambda f: asked.append(("in use", f)) or (lambda *args: f(*args)))
    return asked


def test_right_answer_stays_the_student_s_own(notebook, capsys):
    answer = exercise(KL)(answers.right)
    assert answer is answers.right and answer.reference is KL
    assert notebook == [("logged", "right"), ("accepted", answers.right)]
    line = capsys.readouterr().out
    assert line.startswith("✓ kl_to_standard_normal") and "in use from here on" in line and "Kept." in line


def test_wrong_answer_gives_ours(notebook, capsys):
    answer = exercise(KL)(lambda mean, log_var: mean)
    assert answer.reference is KL and np.allclose(answer(np.ones((5, 3)), np.zeros((5, 3))), 1.5)
    assert notebook == [("logged", "wrong"), ("in use", KL)]
    assert "goes on with ours" in capsys.readouterr().out


def test_blank_gives_ours(notebook, capsys):
    @exercise(KL)
    def kl_to_standard_normal(mean, log_var):
        """What it does."""
        ...

    assert kl_to_standard_normal(np.zeros((2, 3)), np.zeros((2, 3))).tolist() == [0.0, 0.0]
    assert capsys.readouterr().out.startswith("○ kl_to_standard_normal: not written yet.")


def test_slow_answer_is_the_student_s_own_and_not_handed_on(notebook, monkeypatch):
    monkeypatch.setattr(exercises, "check", lambda f, answer: exercises.Verdict("kl", "right", "Good.", fast=False))
    assert exercise(KL)(answers.right) is answers.right
    assert notebook == [("logged", "right"), ("held back", answers.right)]


def test_close_answer_goes_into_use(notebook):
    assert exercise(KL)(answers.rounds_to_float32) is answers.rounds_to_float32
    assert notebook[-1] == ("accepted", answers.rounds_to_float32)


@pytest.mark.parametrize("answer", [7, "text", ..., None, answers.Rude()])
def test_things_that_are_no_functions_do_not_stop_the_notebook(notebook, answer):
    assert callable(exercise(KL)(answer))


def test_keyboard_interrupt_stops_the_cell(notebook):
    def interrupted(mean, log_var):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercise(KL)(interrupted)
    assert not notebook
