"""A recognized mistake of the student's own can be trained with: the card says how, and a bench shows what it does."""

import numpy as np
import pytest

from vae_from_scratch import data, distributions, training, vae
from vae_from_scratch.course import exercise, exercises, suspects, train_anyway
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.widgets import MistakeBench

KL = distributions.kl_to_standard_normal
OFFER = "train_anyway(distributions.kl_to_standard_normal)"


def averaged(mean, log_var):
    return 0.5 * np.mean(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)


def unlisted(mean, log_var):
    return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - 1.07 * log_var, axis=-1)


def summed_over_all(mean, log_var):
    return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var)


def right(mean, log_var):
    return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(suspects, "_own", {})
    yield
    MistakeBench.latest = None


@pytest.fixture
def shown(monkeypatch):
    """The verdicts that `exercise` shows."""
    seen = []
    monkeypatch.setattr(exercises, "show", seen.append)
    return seen


def test_the_card_of_a_recognized_mistake_tells_how_to_train_with_it(shown):
    exercise(KL)(averaged)
    html = shown[0]._repr_html_()
    assert "Train with mine anyway" in html and OFFER in html
    assert OFFER not in repr(shown[0])


@pytest.mark.parametrize("answer", [unlisted, summed_over_all, right, ..., lambda mean, log_var: mean.no_such])
def test_no_other_card_does(answer, shown):
    exercise(KL)(answer)
    assert "anyway" not in shown[0]._repr_html_()
    assert suspects.own(KL) is None


def test_a_mistake_outside_the_vae_is_not_offered(shown):
    exercise(data.to_unit_interval)(lambda pixels: pixels.astype(np.float32) / 256)
    assert shown[0].mistake and not shown[0].anyway


def test_check_offers_nothing_since_it_keeps_nothing():
    assert not exercises.check(KL, averaged).anyway


def test_the_right_hand_program_runs_the_students_function_itself(shown):
    calls = []

    def counted(mean, log_var):
        calls.append(1)
        return averaged(mean, log_var)

    bound = exercise(KL)(counted)
    bench = train_anyway(bound)
    state, before = bench.state(), len(calls)
    assert state["right_rate"] == pytest.approx(state["left_rate"] / 16, rel=1e-5)
    bench.advance(3)
    assert len(calls) >= before + 3
    assert bench.state()["step"] == 3


def test_it_begins_as_the_lessons_program_and_the_left_side_stays_that(shown):
    exercise(KL)(averaged)
    bench, images = train_anyway(KL), data.load("digits").train
    bench.advance(2)
    core, start = linked(suspects.vae_from_scratch, {}), bench.runs["left"].start.params
    batches = training.minibatches(images, 50, 16, seed=0, steps=2)
    *_, (_, params, _) = core.training.train(start, batches, core.optimizers.adam(1e-3), core.vae.loss)
    x, epsilon = bench.runs["left"].x, bench.runs["left"].epsilon
    assert bench.state()["left_loss"] == pytest.approx(vae.loss(params, x, epsilon), rel=1e-6)


def test_the_audit_needs_no_pick_and_says_why_it_is_wrong(shown):
    exercise(KL)(averaged)
    bench = train_anyway(KL)
    assert "kl_to_standard_normal</code>" in bench.task_line.value and not hasattr(bench, "choice")
    bench.audit_button.click()
    assert "the printed rate is not that of the z it draws" in bench.answer_line.value
    assert "<details open>" in bench.answer_line.value and "a program with your function" in repr(bench)
    bench.reset_button.click()
    assert bench.steps_taken == 0 and not bench.audits


def test_without_a_wrong_answer_a_sentence_says_so_and_nothing_stops(capsys, shown):
    assert train_anyway(KL) is None
    assert "No wrong answer to distributions.kl_to_standard_normal" in capsys.readouterr().out
    with pytest.raises(LookupError, match="not one of the functions"):
        train_anyway(sorted)


def test_the_last_wrong_answer_stays_to_be_looked_at_when_a_right_one_has_come(shown):
    exercise(KL)(averaged)
    exercise(KL)(right)
    assert suspects.own(KL).mistake.wrong is averaged
