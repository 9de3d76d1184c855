"""Questions are committed to before they are answered: driven as a student does, as a program, and not at all."""

import errno
import math
import os
import re
import subprocess
import sys

import pytest

from vae_from_scratch.course import predict, progress, questions, reveal
from vae_from_scratch.course.questions import Answer, Question, how_far, number, read_number, told

CHOICES = ["log of the mean", "mean of the logs", "it depends"]
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(progress, "_unsaved", [])
    restart(monkeypatch)
    return tmp_path / "home"


def restart(monkeypatch):
    """What a kernel forgets when it is restarted."""
    monkeypatch.setattr(predict, "_cards", {})
    monkeypatch.setattr(predict, "_answers", {})


def which():
    return predict("Which is larger?", CHOICES, answer_from="two_lines")


def tell():
    return reveal("two_lines", CHOICES[0], "The log is concave.")


def paper():
    return predict("KL of N(1, 1)?", unit="nats", answer=0.5, why="It is mean² / 2.")


def recall():
    return predict("Who does the work?", ["all", "one"], answer="one", why="One weight carries the sum.")


def press(card, answer):
    """Answers as a student does, by the controls."""
    card.field.value = answer
    card.button.click()


def status(card):
    """What the card says below its controls."""
    return re.sub(r"<details.*</details>|<[^>]+>", " ", card.status.value, flags=re.DOTALL).split()


def says(card, text):
    return text in " ".join(status(card))


def log():
    return [(attempt["name"], attempt["outcome"], attempt["said"]) for attempt in progress.attempts()]


# ------------------------------------------------------------ before and after


def test_a_prediction_shows_both_and_why_once_the_cell_that_answers_has_run():
    card = which()
    press(card, CHOICES[1])
    assert says(card, "You said: mean of the logs.") and not says(card, "It is")
    outcome = tell()
    assert repr(outcome) == "✗ You said: mean of the logs. It is: log of the mean. The log is concave."
    assert says(card, "You said: mean of the logs. It is: log of the mean. The log is concave.")
    assert "✗" in card.head.value and "✗" in outcome._repr_html_()


def test_a_right_prediction_is_told_so():
    card = which()
    press(card, CHOICES[0])
    assert repr(tell()) == "✓ You said: log of the mean. It is: log of the mean. The log is concave."
    assert "✓" in card.head.value


def test_a_commitment_can_be_changed_until_the_answer_is_known_and_then_stays():
    card = which()
    press(card, CHOICES[1])
    assert card.button.description == "Change"
    press(card, CHOICES[2])
    assert card.said == CHOICES[2]
    tell()
    assert card.field.disabled and card.button.layout.display == "none"
    with pytest.raises(ValueError, match="stays"):
        card.commit(CHOICES[0])
    assert card.said == CHOICES[2]


def test_after_run_all_a_card_is_still_blank_and_answers_as_soon_as_one_commits():
    card = which()
    outcome = tell()
    assert repr(outcome) == "→ It is: log of the mean. The log is concave."
    assert card.said is None and not card.field.disabled and "It is" not in card.status.value
    press(card, CHOICES[0])
    assert says(card, "It is: log of the mean. The log is concave.")


def test_a_choice_that_is_not_yet_committed_survives_the_answering_cell():
    card = which()
    card.field.value = CHOICES[2]
    tell()
    assert card.field.value == CHOICES[2] and card.said is None


def test_an_answer_that_comes_out_otherwise_in_a_second_run_is_told_anew():
    card = which()
    card.commit(CHOICES[1])
    tell()
    reveal("two_lines", CHOICES[1])
    assert says(card, "It is: mean of the logs.") and "✓" in card.head.value


def test_nothing_chosen_is_a_sentence_on_the_card():
    card = which()
    card.button.click()
    assert status(card) == ["Choose", "one", "first."] and card.said is None and log() == []


def test_a_predicted_number_is_compared_with_what_came_out():
    card = predict("The first loss?", unit="nats", answer_from="start")
    press(card, "600")
    assert repr(reveal("start", 784 * math.log(2), "A fair coin each.")) == (
        "✗ You said: 600 nats. It is: 543.4 nats. 10 % too large. A fair coin each."
    )


def test_a_question_that_was_not_run_leaves_its_answer():
    assert repr(reveal("never", 0.25, "So it is.")) == "→ It is: 0.25. So it is."
    assert repr(reveal("never", "yes")) == "→ It is: yes."


# ------------------------------------------------------- on paper and retrieval


@pytest.mark.parametrize(("typed", "right"), [("0.5", True), ("1/2", True), ("0.5049", True), ("0.506", False)])
def test_a_number_on_paper_is_right_within_one_percent(typed, right):
    card = paper()
    press(card, typed)
    assert card.is_right is right


def test_a_wrong_number_on_paper_can_be_mended_and_the_answer_stays_folded_meanwhile():
    card = paper()
    press(card, "1.0")
    assert says(card, "You said: 1 nats. Twice too large. Try again, or unfold the answer.")
    assert "<details" in card.status.value and "0.5 nats. It is mean² / 2." in card.status.value
    press(card, "0.5")
    assert says(card, "You said: 0.5 nats. It is: 0.5 nats. It is mean² / 2.") and "<details" not in card.status.value
    assert [outcome for _, outcome, _ in log()] == ["wrong", "right"]


def test_retrieval_is_answered_at_once_and_can_be_asked_again():
    card = recall()
    press(card, "all")
    assert says(card, "You said: all. It is: one. One weight carries the sum.") and card.field.disabled
    assert card.button.description == "Again"
    card.button.click()
    assert card.said is None and card.field.value is None and not card.field.disabled and status(card) == []
    press(card, "one")
    assert log() == [("Who does the work?", "wrong", "all"), ("Who does the work?", "right", "one")]


def test_enter_in_the_field_commits():
    card = paper()
    card.field.value = "0.5"
    card.field._handle_custom_msg({"event": "submit"}, [])
    assert card.said == 0.5


@pytest.mark.parametrize("typed", ["", "half", "1e999", "nan", "1/0", "1/2/3", "0,5"])
def test_what_is_no_number_is_a_sentence_on_the_card(typed):
    card = paper()
    press(card, typed)
    assert says(card, "Write a number with a decimal point, such as 0.25, 2.5e-1 or 1/4.")
    assert card.said is None and card.field.value == typed


@pytest.mark.parametrize(("typed", "value"), [("−2", -2), (" 1e3 ", 1000), ("-1/4", -0.25), (7, 7), (0.5, 0.5)])
def test_numbers_are_read_as_they_are_written(typed, value):
    assert read_number(typed) == value


@pytest.mark.parametrize(
    ("said", "value", "sentence"),
    [
        (-0.5, 0.5, "The sign is turned."),
        (0.25, 0.5, "Half of it is missing."),
        (1.0, 0.5, "Twice too large."),
        (1 / math.log(2), 1.0, "That is in bits."),
        (math.log(2), 1.0, "It was in nats before you multiplied by ln 2."),
        (-3.0, 1.0, "Of the other sign."),
        (0.0, 1.0, ""),
        (3.0, 0.0, ""),
        (1.2, 1.0, "20 % too large."),
        (0.8, 1.0, "20 % too small."),
        (-1.2, -1.0, "20 % too large."),
        (30.0, 1.0, "30 times as large."),
    ],
)
def test_a_wrong_number_is_told_how_far_it_is_off(said, value, sentence):
    assert how_far(said, value, "nats") == sentence


def test_bits_are_a_slip_of_nats_only():
    assert how_far(1 / math.log(2), 1.0, "pixels") == "44 % too large."


@pytest.mark.parametrize(
    ("value", "shown"), [(543.4274, "543.4"), (0.000123456, "0.0001235"), (12345.6, "12,346"), (0, "0"), (-1.5, "-1.5")]
)
def test_numbers_are_shown_with_four_digits_that_count(value, shown):
    assert number(value) == shown


def test_zero_is_right_only_for_zero():
    question = Question("How much?", (), "", "On paper")
    assert question.is_right(0.0, 0) and not question.is_right(1e-9, 0)


# --------------------------------------------------------------------- keeping


def test_after_a_restart_the_commitment_is_shown_and_open_until_the_answer_is_known(monkeypatch):
    press(which(), CHOICES[1])
    tell()
    restart(monkeypatch)
    card = which()
    assert card.said == card.field.value == CHOICES[1] and not card.field.disabled and not says(card, "It is")
    assert repr(tell()).startswith("✗ You said: mean of the logs. It is")


def test_a_cell_run_again_shows_what_was_said_and_what_came_out():
    press(which(), CHOICES[1])
    tell()
    again = which()
    assert again.field.disabled and says(again, "You said: mean of the logs. It is: log of the mean.")


def test_after_a_restart_a_number_is_shown_as_it_was_said(monkeypatch):
    press(paper(), "0.1234567")
    restart(monkeypatch)
    card = paper()
    assert card.field.value == "0.1234567" and says(card, "You said: 0.1235 nats.")


def test_each_answer_is_kept_once_however_often_cells_run(monkeypatch):
    press(which(), CHOICES[1])
    for _ in range(3):
        tell()
        which()
        restart(monkeypatch)
        which()
    name = "Which is larger?"
    assert log() == [(name, "predicted", CHOICES[1]), (name, "wrong", CHOICES[1])]


def test_the_choice_of_another_edition_and_a_damaged_record_are_passed_over():
    for said in ("a choice of old", 3, None, ["log of the mean"], True):
        progress.record("Which is larger?", "predicted", said=said)
        progress.record("KL of N(1, 1)?", "predicted", said=str(said))
    assert which().said is None and paper().said is None


def test_a_number_in_the_record_that_is_too_large_for_a_float_does_not_stop_the_card():
    progress.record("KL of N(1, 1)?", "predicted", said=10**400)
    assert paper().said == float("inf")


def test_a_full_disk_is_said_on_the_card_and_the_commitment_holds(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    card = which()
    press(card, CHOICES[0])
    assert card.said == CHOICES[0] and says(card, "No space left")
    assert which().said == CHOICES[0]


# ----------------------------------------------------------------------- shown


@pytest.mark.parametrize("make", [which, paper, recall])
def test_untouched_cards_write_nothing_and_read_the_same_each_time(make, home):
    first, second = make()._repr_mimebundle_(), make()._repr_mimebundle_()
    assert set(first) == {VIEW, "text/html", "text/plain"}
    assert [first[kind] for kind in ("text/html", "text/plain")] == [second[k] for k in ("text/html", "text/plain")]
    assert first["text/plain"].startswith("○ ") and "id=" not in first["text/html"]
    assert not home.exists()


def test_without_a_kernel_the_choices_are_read_and_only_given_answers_lie_folded():
    assert all(f"<li>{choice}</li>" in which()._repr_html_() for choice in CHOICES)
    assert "<details" not in which()._repr_html_()
    open_part, folded = recall()._repr_html_().split("<details")
    assert "One weight carries the sum." in folded and "carries" not in open_part
    open_part, folded = paper()._repr_html_().split("<details")
    assert "0.5 nats" in folded and "A number, in nats." in open_part and "0.5" not in open_part


def test_before_the_commitment_no_control_knows_the_answer():
    for card in (paper(), recall()):
        assert "mean²" not in card.head.value + card.status.value and "carries" not in card.status.value
        assert "mean²" not in repr(card) and "carries" not in repr(card)


def test_plain_lines_of_the_three_kinds():
    assert repr(which()) == "○ Predict: Which is larger? log of the mean · mean of the logs · it depends"
    assert repr(paper()) == "○ On paper: KL of N(1, 1)? A number, in nats."
    assert repr(recall()) == "○ Recall: Who does the work? all · one"
    assert repr(predict("How many?", answer_from="x")) == "○ Predict: How many? A number."
    card = recall()
    card.commit("one")
    assert repr(card) == "✓ Recall: Who does the work? You said: one. It is: one. One weight carries the sum."


def test_text_is_escaped_and_backticks_are_code():
    card = predict("Is `z` < 1?", ["`z` < 1 & more", "no"], answer="`z` < 1 & more", why="Since `z` <b>.")
    card.commit("`z` < 1 & more")
    for text in (card.head.value, card.status.value, card._repr_html_()):
        assert "<b>" not in text and "&lt;" in text and "<code" in text and "`" not in text
    assert card.field.options[0][0] == "z < 1 & more"


def test_parts_have_class_names_and_what_is_typed_has_a_name():
    card = paper()
    assert "vae-predict" in card.view._dom_classes
    parts = {"head": card.head, "field": card.field, "button": card.button, "status": card.status}
    assert all(f"vae-predict-{role}" in part._dom_classes for role, part in parts.items())
    assert card.field.tooltip == "A number, in nats." and 'role="status"' in card.status.value


# --------------------------------------------------------------------- authors


@pytest.mark.parametrize("given", [{}, {"answer": "all", "answer_from": "cell"}])
def test_a_question_has_one_source_of_its_answer(given):
    with pytest.raises(ValueError, match="either answer_from"):
        predict("Who?", ["all", "one"], **given)


def test_an_answer_that_is_no_choice_is_an_error_for_its_author():
    with pytest.raises(ValueError, match="write one of: all, one"):
        predict("Who?", ["all", "one"], answer="nobody")
    which()
    with pytest.raises(ValueError, match="write one of: log of the mean"):
        reveal("two_lines", "the larger one")


def test_predict_is_the_same_name_in_whatever_order_it_is_imported():
    code = (
        "from vae_from_scratch.course import reveal\n"
        "from vae_from_scratch.course import predict\n"
        "import vae_from_scratch.course.predict\n"
        "from vae_from_scratch.course import predict, doctor, progress\n"
        "print(callable(predict), callable(doctor), callable(progress), predict('?', answer_from='x'))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert run.stdout == "True True True ○ Predict: ? A number.\n"


def test_questions_know_no_controls():
    assert "ipywidgets" not in vars(questions)


@pytest.mark.parametrize(("said", "heard"), [("this", 'aria-label="right"'), ("that", 'aria-label="not right"')])
def test_a_symbol_that_says_more_than_the_words_is_read_aloud(said, heard):
    asked = Question("Which?", ("this", "that"), "", "Recall")
    assert heard in told(asked, said, Answer("this"))._repr_html_()
    assert "aria-label" not in told(asked, None, Answer("this"))._repr_html_()
