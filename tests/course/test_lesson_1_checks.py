"""Lesson 1's tasks beyond what every task is tested for: the rows that apply, and answers that are right but for a
remark.
"""

import pytest

from tests.course import answers_01
from vae_from_scratch import data, distributions, evaluation
from vae_from_scratch.course.checks import mistakes_of, tasks
from vae_from_scratch.course.exercises import check

REFERENCES = {task.name: task.reference for task in tasks().values()}
ROWS = {  # rows of the list of known mistakes that apply to each function
    data.binarize: {"binarize-inverted", "binarize-thresholded", "binarize-own-noise", "binarize-gray-kept"},
    distributions.mean_image_logits: {"mean-image-no-smoothing", "mean-image-clipped", "mean-image-one-number"},
    evaluation.class_means_log_prob: {
        "class-means-pixel-mean", "class-means-already-averaged", "class-means-sigmoid-twice",
        "class-means-exp-overflows", "class-means-squared-distance",
    },
}  # fmt: skip


@pytest.mark.parametrize("reference", ROWS, ids=lambda f: f.__name__)
def test_known_mistakes_are_registered(reference):
    assert ROWS[reference] <= set(mistakes_of(reference))


@pytest.mark.parametrize("name, answer, word", answers_01.CLOSE)
def test_right_but_for_a_remark_is_close_and_goes_into_use(name, answer, word):
    verdict = check(REFERENCES[name], answer)
    assert (verdict.outcome, verdict.accepted) == ("close", True)
    assert word in " ".join(verdict.notes)


@pytest.mark.parametrize("answer", answers_01.UNTRACED)
def test_a_right_answer_that_hides_its_slope_counts_in_lesson_1_and_is_not_trained_with(answer):
    verdict = check(distributions.bernoulli_log_prob, answer)
    assert verdict.accepted and not verdict.fast


def test_no_message_of_lesson_1_speaks_of_what_later_lessons_bring():
    texts = [mistake.why for task in tasks().values() if task.lesson == 1 for mistake in task.mistakes]
    right = [check(task.reference, task.reference) for task in tasks().values() if task.lesson == 1]
    later = ("gradient", "cross-entropy", "the KL", "the loss")
    assert not [text for text in [*texts, *map(str, right)] if any(word in text for word in later)]


def test_the_lesson_asks_in_the_order_in_which_it_tells():
    names = [task.name for task in tasks().values() if task.lesson == 1]
    assert names == ["binarize", "bernoulli_log_prob", "mean_image_logits", "class_means_log_prob"]
