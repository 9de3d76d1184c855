"""The judge against answers of every kind: right ones pass, wrong ones are named, hostile ones get a verdict."""

import importlib
import itertools
import time
from pathlib import Path

import numpy as np
import pytest

from tests.course import answers, answers_00
from vae_from_scratch import data, distributions
from vae_from_scratch.course import guard, ladder
from vae_from_scratch.course.checks import mistakes_of, task_of, tasks
from vae_from_scratch.course.exercises import check
from vae_from_scratch.course.progress import address
from vae_from_scratch.course.recognize import _alike, ours_of, wrong_outputs
from vae_from_scratch.course.trial import fixture_result
from vae_from_scratch.pytree import tree_leaves

KL = distributions.kl_to_standard_normal
REFERENCES = {
    name: f for f in sorted(tasks(), key=lambda f: address(f).startswith("vae.")) for name in (f.__name__, address(f))
}  # where two have a name, it is that of vae: "loss", and "autoencoder.loss"
LESSONS = [
    importlib.import_module(f"tests.course.{path.stem}") for path in sorted(Path(__file__).parent.glob("answers*.py"))
]
RIGHT = {name: functions for lesson in LESSONS for name, functions in lesson.RIGHT.items()}
WRONG = [row for lesson in LESSONS for row in lesson.WRONG]  # (function, mistake's id, answer)
UNLISTED = [row for lesson in LESSONS for row in lesson.UNLISTED]  # (function, answer, words that the message has)
RAISED = [row for lesson in LESSONS for row in getattr(lesson, "RAISED", ())]  # the same
SPELLINGS = [
    pytest.param(task, mistake, k, id=f"{mistake.id}-{k}")
    for task in tasks().values()
    for mistake in task.mistakes
    for k in range(1 + len(mistake.also))
]
ROWS = {  # rows of the list of known mistakes that apply to each function
    data.to_unit_interval: {
        "pixels-left-at-255", "pixels-standardized", "pixels-divided-by-256", "pixels-integer-division",
        "pixels-over-each-image-s-maximum", "pixels-inverted",
    },
    KL: {
        "kl-sign", "kl-missing-half", "kl-forgot-minus-one", "kl-mean-over-latents", "kl-sum-over-everything",
        "kl-mean-over-examples", "kl-mean-over-everything", "kl-log-sigma", "kl-exp-half-log-var", "kl-turned-round",
        "kl-divided-by-pixels", "kl-missing-mean",
    },
    distributions.bernoulli_log_prob: {
        "bernoulli-sign", "bernoulli-pixel-mean", "bernoulli-sum-over-everything", "bernoulli-sigmoid-twice",
        "bernoulli-logits-as-probabilities", "bernoulli-small-number-inside-log", "bernoulli-exp-overflows",
        "bernoulli-x-turned-round", "bernoulli-squared-error",
    },
    distributions.reparameterize: {
        "z-exp-log-var-as-std", "z-log-var-as-std", "z-halved-twice", "z-one-epsilon-for-the-batch",
        "z-one-epsilon-per-row", "z-detached", "z-own-noise", "z-second-epsilon", "z-frozen-noise", "z-epsilon-dropped",
    },
}  # fmt: skip


@pytest.mark.parametrize("reference", ROWS, ids=lambda f: f.__name__)
def test_known_mistakes_are_registered(reference):
    assert ROWS[reference] <= set(mistakes_of(reference))


@pytest.mark.parametrize("task, mistake, spelling", SPELLINGS)
def test_mistake_is_recognized_under_its_own_id(task, mistake, spelling, counted):
    verdict = check(task.reference, (mistake.wrong, *mistake.also)[spelling])
    assert (verdict.outcome, verdict.mistake) == ("wrong", mistake.id)
    assert verdict.message == mistake.why
    counted("mistakes from the registry")


@pytest.mark.parametrize("name, mistake, answer", WRONG)
def test_mistake_in_a_student_s_spelling_is_recognized(name, mistake, answer, counted):
    verdict = check(REFERENCES[name], answer)
    assert (verdict.outcome, verdict.mistake) == ("wrong", mistake)
    counted("mistakes as students write them")


@pytest.mark.parametrize("task", tasks().values(), ids=lambda task: task.name)
def test_mistakes_and_reference_differ_pairwise_on_the_fixture(task):
    results = {mistake.id: wrong_outputs(task, mistake.id)[0] for mistake in task.mistakes} | {"ours": ours_of(task)}
    for one, other in itertools.combinations(results, 2):
        alike = all(_alike(a, b) for a, b in zip(results[one], results[other], strict=True))
        assert not alike, f"{one} and {other} cannot be told apart"


@pytest.mark.parametrize("task", tasks().values(), ids=lambda task: task.name)
def test_fixture_is_generic(task):
    sizes = sorted(task.axes)
    assert all(np.gcd(a, b) == 1 for a, b in itertools.combinations(sizes, 2)) and all(size % 2 for size in sizes)
    arrays = [leaf for leaf in tree_leaves(task.fixture) if isinstance(leaf, np.ndarray)]
    assert arrays and all(array.dtype in (np.float64, np.uint8) for array in arrays)
    assert {size for array in arrays for size in array.shape} <= set(sizes)


@pytest.mark.parametrize("task", tasks().values(), ids=lambda task: task.name)
def test_hints_rise_and_the_explanations_are_whole_sentences(task):
    assert len(task.hints) >= 2 and "?" in task.hints[0]
    assert len({mistake.id for mistake in task.mistakes}) == len(task.mistakes)
    for mistake in task.mistakes:
        assert not mistake.why[0].islower() and mistake.why[-1] in ".?"


@pytest.mark.parametrize("task", tasks().values(), ids=lambda task: task.name)
def test_right_is_what_the_reference_and_its_plain_definition_are(task, counted):
    for answer in (task.reference, task.plain):
        assert check(task.reference, answer).outcome == "right"
        counted("right answers")


@pytest.mark.parametrize("name, answer", [(name, f) for name, fs in RIGHT.items() for f in fs])
def test_right_variants_pass(name, answer, counted):
    verdict = check(REFERENCES[name], answer)
    assert verdict.accepted, verdict
    counted("right answers")


@pytest.mark.parametrize("name", RIGHT)
def test_at_least_three_variants_of_each_function_are_right_without_remark(name):
    outcomes = [check(REFERENCES[name], answer).outcome for answer in RIGHT[name]]
    assert outcomes.count("right") >= 3


@pytest.mark.parametrize("name, answer, words", UNLISTED)
def test_unlisted_wrong_answer_gets_the_most_specific_true_statement(name, answer, words, counted):
    verdict = check(REFERENCES[name], answer)
    assert (verdict.outcome, verdict.mistake) == ("wrong", None)
    assert all(word in verdict.message for word in words), verdict.message
    counted("unlisted mistakes")


@pytest.mark.parametrize("name, answer, words", RAISED)
def test_error_is_told_with_its_place(name, answer, words):
    verdict = check(REFERENCES[name], answer)
    assert (verdict.outcome, verdict.mistake) == ("raised", None)
    assert all(word in verdict.message for word in words), verdict.message


@pytest.mark.parametrize("answer, outcome", answers.HOSTILE.items(), ids=lambda a: getattr(a, "__name__", str(a)))
def test_hostile_answer_gets_a_verdict(answer, outcome, monkeypatch, counted):
    monkeypatch.setattr(guard, "SECONDS", 0.5)
    verdict = check(KL, answer)
    assert verdict.outcome == outcome
    for text in (repr(verdict), verdict._repr_html_()):
        assert "0x" not in text and "Traceback" not in text
    counted("hostile answers")


def test_blank_stub_is_unwritten():
    def with_docstring(mean, log_var):
        """What it does."""
        ...

    def bare(mean, log_var): ...

    def passing(mean, log_var):
        pass

    for answer in (with_docstring, bare, passing):
        assert check(KL, answer).outcome == "unwritten"


def test_constant_function_is_not_taken_for_a_blank():
    def zero(mean, log_var):
        """What it does."""
        return 0.0

    assert check(KL, zero).outcome == "wrong"


def test_verdict_is_the_same_each_time():
    for name, answer, _ in UNLISTED:
        reference = REFERENCES[name]
        assert repr(check(reference, answer)) == repr(check(reference, answer))


def test_expected_numbers_are_not_shown():
    for name, answer, _ in UNLISTED:
        numbers = np.concatenate([np.ravel(leaf) for leaf in tree_leaves(fixture_result(task_of(REFERENCES[name])))])
        told = (f"{number:.3g}" for number in numbers if number != np.round(number, 2))
        expected = {text for text in told if len(text.strip("-0.")) > 2}  # a bare 1 or 0.5 gives nothing away
        assert not expected & set(check(REFERENCES[name], answer).message.split()), name


def test_slow_answer_is_right_and_stays_out_of_training(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(ladder, "clock", lambda: now[0])

    def slow(mean, log_var):
        now[0] += 1.0
        return answers.right(mean, log_var)

    verdict = check(KL, slow)
    assert (verdict.outcome, verdict.fast) == ("right", False)
    assert "without the loop" in verdict.notes[-1]


def test_right_answer_that_needs_all_the_time_at_lesson_size_is_slow_and_no_error(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.5)

    def crawls(mean, log_var):
        time.sleep(100 if len(mean) == 200 else 0)
        return answers.right(mean, log_var)

    verdict = check(KL, crawls)
    assert (verdict.outcome, verdict.fast) == ("right", False)


def test_a_run_stopped_for_its_time_is_slow_however_soon_it_was_stopped(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.5)
    monkeypatch.setattr(ladder, "SLOWER", 1e9)

    def crawls(mean, log_var):
        time.sleep(100 if len(mean) == 200 else 0)
        return answers.right(mean, log_var)

    assert not check(KL, crawls).fast


def test_one_slow_run_does_not_make_an_answer_slow(monkeypatch):
    now, pauses = [0.0], [1.0]
    monkeypatch.setattr(ladder, "clock", lambda: now[0])

    def once(mean, log_var):
        if len(mean) == 200 and pauses:
            now[0] += pauses.pop()
        return answers.right(mean, log_var)

    verdict = check(KL, once)
    assert not pauses and verdict.fast


def test_time_that_the_guard_takes_does_not_make_an_answer_slow(monkeypatch):
    now, call = [0.0], guard.Guard.call
    monkeypatch.setattr(ladder, "clock", lambda: now[0])

    def waiting(self, *args):
        now[0] += 1.0  # other programs of a busy machine had their turn
        return call(self, *args)

    monkeypatch.setattr(guard.Guard, "call", waiting)
    assert check(KL, answers.right).fast


@pytest.mark.parametrize("answer", answers_00.CLOSE)
def test_float64_out_of_bytes_is_close_and_said_once(answer):
    verdict = check(data.to_unit_interval, answer)
    assert verdict.outcome == "close" and len(verdict.notes) == 1 and "float64" in verdict.notes[0]


def test_dividing_bytes_in_place_is_told_of_by_its_line_and_its_reason():
    verdict = check(data.to_unit_interval, answers_00.divides_in_place)
    assert verdict.outcome == "raised" and "`pixels /= 255`" in verdict.message and "fractions" in verdict.message


def test_float64_out_of_float32_is_close():
    def widened(mean, log_var):
        return answers.right(mean * np.ones(1), log_var * np.ones(1))

    verdict = check(KL, widened)
    assert verdict.outcome == "close" and "float64" in verdict.notes[0]


def test_numbers_near_the_largest_are_judged_in_silence(recwarn):
    def huge(x):
        return np.nan_to_num(np.where(x.mean(axis=0) < 2, -np.inf, 0.0))

    assert check(distributions.mean_image_logits, huge).outcome == "wrong"
    assert not recwarn.list


def test_renamed_and_additional_parameters_are_fine():
    assert check(KL, answers.kl_reordered).outcome == check(KL, answers.kl_with_options).outcome == "right"


def test_what_an_answer_prints_is_kept_short():
    verdict = check(KL, answers.prints_a_megabyte)
    assert 0 < len(verdict.printed) <= guard.PRINTED
    assert "<b>" not in verdict._repr_html_()


def test_time_for_all_calls_together_is_limited(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.3)
    calls = []

    def dawdles(mean, log_var):
        calls.append(1)
        time.sleep(0.1)
        return answers.right(mean, log_var)

    assert check(KL, dawdles).outcome == "raised" and len(calls) < 12
