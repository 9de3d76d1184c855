"""A submission is read as data: only what an answer needs runs, wherever it stands."""

import json

import pytest

from tests.course.submitted import BLANK, DRAW, IMPORTS, KL, RIGHT_DRAW, RIGHT_KL, SIGN, answer, draw, kl, notebook
from vae_from_scratch import distributions, vae
from vae_from_scratch.course import submission
from vae_from_scratch.course.confined import judged
from vae_from_scratch.course.progress import address

HALF_OUTSIDE = RIGHT_KL.replace("0.5", "half")


def outcomes(*cells):
    """{exercise's address: outcome or recognized mistake} of a notebook of these cells."""
    read = submission.read(notebook(*cells))
    told = [judged(reference, read) for reference in read.answers]
    return {one["name"]: one["mistake"] or one["outcome"] for one in told}


def message(*cells):
    """What is said of the notebook's only exercise."""
    read = submission.read(notebook(*cells))
    (reference,) = read.answers
    return judged(reference, read)["message"]


def test_each_exercise_gets_its_own_outcome():
    assert outcomes(IMPORTS, kl(RIGHT_KL), draw(BLANK)) == {KL: "right", DRAW: "unwritten"}
    assert outcomes(IMPORTS, kl(SIGN)) == {KL: "kl-sign"}


def test_cells_that_no_answer_needs_do_not_run():
    assert outcomes(IMPORTS, "raise SystemExit", "while True: pass", kl(RIGHT_KL), "1 / 0") == {KL: "right"}


@pytest.mark.parametrize(
    "cells",
    [
        (IMPORTS, "half = 0.5", kl(HALF_OUTSIDE)),
        (kl(HALF_OUTSIDE), "half = 0.5", IMPORTS),
        ("half = whole / 2", "whole = 1.0", kl(HALF_OUTSIDE)),
        ("half = 3.0", kl("return 7.0"), "half = 0.5", kl(HALF_OUTSIDE), "half = 4.0"),
        ("def take_half(x): return take_half(x - 2) if x > 1 else x / 2\nhalf = take_half(1)", kl(HALF_OUTSIDE)),
        ("from math import *", kl(RIGHT_KL.replace("0.5", "(pi / pi / 2)"))),
        ("class Numbers:\n    half = 0.5", kl(RIGHT_KL.replace("0.5", "Numbers.half"))),
    ],
    ids=["in order", "reordered", "behind one another", "the last before it", "recursive", "star", "class"],
)
def test_what_an_answer_needs_is_found_wherever_it_stands(cells):
    assert outcomes(*cells) == {KL: "right"}


def test_the_lesson_s_imports_and_other_exercises_stand_in_for_deleted_cells():
    body = "rate, distortion = rate_and_distortion(params, x, epsilon, model)\nreturn -(beta * rate + distortion)"
    elbo = answer("vae.elbo", "params, x, epsilon, beta=1.0, model=DENSE", body)
    assert outcomes(elbo) == {"vae.elbo": "right"}


def test_another_exercise_answered_wrongly_does_no_harm():
    rate = answer("vae.rate_and_distortion", "params, x, epsilon, model=DENSE", "return 0.0")
    body = "rate, distortion = rate_and_distortion(params, x, epsilon, model)\nreturn -(beta * rate + distortion)"
    elbo = answer("vae.elbo", "params, x, epsilon, beta=1.0, model=DENSE", body)
    assert outcomes("from vae_from_scratch.vae import DENSE", rate, elbo)["vae.elbo"] == "right"


def test_a_cell_that_is_not_python_costs_its_own_exercise_only():
    told = outcomes(IMPORTS, kl("return 0.5 * np.sum("), "print('half a cell", draw(RIGHT_DRAW))
    assert told == {KL: "not Python", DRAW: "right"}
    assert "return 0.5 * np.sum(" in message(kl("return 0.5 * np.sum("))


@pytest.mark.parametrize("body", ["nonlocal mean", "break", "return mean\n  return log_var", "x = (yield) = 3"])
def test_an_answer_that_python_does_not_compile_is_told_of(body):
    told = outcomes(IMPORTS, kl(body), draw(RIGHT_DRAW))
    assert told[KL] in ("not Python", "raised") and told[DRAW] == "right"
    assert "Error" in message(kl(body)) or "not Python" in message(kl(body))


def test_the_last_written_answer_counts():
    assert outcomes(kl(RIGHT_KL), kl(SIGN)) == {KL: "kl-sign"}
    assert outcomes(kl(SIGN), kl(RIGHT_KL)) == {KL: "right"}
    assert outcomes(kl(RIGHT_KL), kl(BLANK), kl("return (")) == {KL: "right"}
    assert outcomes(kl(BLANK), kl("return (")) == {KL: "not Python"}


def test_magics_do_not_hide_an_answer():
    assert outcomes("%matplotlib inline\n!ls\n" + kl(RIGHT_KL)) == {KL: "right"}
    assert outcomes("%%time\n" + kl(RIGHT_KL)) == {KL: "right"}


def test_a_reference_may_be_named_in_full_or_through_another_name():
    for name in ("vae_from_scratch.distributions.kl_to_standard_normal", "d.kl_to_standard_normal", KL):
        assert outcomes(kl(RIGHT_KL).replace(KL, name)) == {KL: "right"}
    read = submission.read(notebook(kl(RIGHT_KL).replace(KL, "something.loss")))  # lessons 4 and 8 ask for a loss
    assert (read.answers, read.missing) == ({}, [])


def test_an_exercise_without_a_cell_is_missing_in_the_lesson_that_the_notebook_is_of():
    read = submission.read(notebook(draw(RIGHT_DRAW)))
    assert [*read.answers] == [distributions.reparameterize]
    assert [address(f) for f in read.missing] == ["evaluation.score_function_gradient", "vae.fit_posterior"]


def test_an_answer_that_lost_its_decorator_is_found_by_its_name():
    told = outcomes(draw(RIGHT_DRAW), answer("vae.fit_posterior", "log_joint", "return 0.0").partition("\n")[2])
    assert told == {DRAW: "right", "vae.fit_posterior": "wrong"}
    assert vae.fit_posterior.__name__ == "fit_posterior"


def test_a_notebook_of_something_else_has_no_exercises():
    assert submission.read(notebook("def loss(x): return x", ("markdown", "# Not the course"))).answers == {}


def test_what_an_answer_needs_and_cannot_have_is_said():
    defaulting = kl("return g").replace("log_var)", "log_var, g=half)", 1)
    assert "`half = 1 / 0` stops with `ZeroDivisionError" in message("half = 1 / 0", defaulting)


def test_what_an_answer_needs_is_ended_in_time(monkeypatch):
    monkeypatch.setattr(submission, "SECONDS", 0.1)
    assert outcomes("while True:\n    pass\nelse:\n    half = 0.5", kl(HALF_OUTSIDE)) == {KL: "raised"}


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "[" * 100_000, "[1, 2]", '{"cells": 3}', '"cells"', "{}"],
    ids=["empty", "text", "deep", "list", "number", "string", "object"],
)
def test_what_is_no_notebook_is_said_to_be_none(text):
    with pytest.raises(submission.NotANotebook):
        submission.read(text)


def test_a_notebook_of_the_old_format_is_said_to_be_one():
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": kl(RIGHT_KL)}]}]}
    with pytest.raises(submission.NotANotebook, match="nbformat 3"):
        submission.read(json.dumps(old))


def test_odd_cells_are_passed_over():
    cells = [None, 3, {"cell_type": "code"}, {"cell_type": "code", "source": [1, None]}, {"source": "x"}]
    odd = json.dumps({"cells": [*cells, {"cell_type": "code", "source": kl(RIGHT_KL)}]})
    assert [*submission.read(odd).answers] == [distributions.kl_to_standard_normal]


def test_statements_outside_of_python_s_grammar_are_passed_over():
    assert outcomes("return 3", "await something", "yield 1", "from . import x", kl(RIGHT_KL)) == {KL: "right"}
