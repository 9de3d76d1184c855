"""Accepted answers come into use, and are carried to the next notebook if they stand alone."""

import functools
import inspect
import math
import sys

import autograd.numpy as anp
import numpy as np
import pytest

from tests.course.carried import KL, NAME, REFERENCE, RIGHT, cell, in_mine, next_notebook
from vae_from_scratch import distributions, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course import exercise, ladder, linking, progress, verdict

pytestmark = pytest.mark.usefixtures("home")

# ---------------------------------------------------------------- accepted, and carried


def test_an_accepted_answer_is_in_use_at_once_and_in_the_next_notebook(home, monkeypatch):
    answer = cell(KL)
    assert linking.accept(REFERENCE, answer, RIGHT) == f"Saved as answers/{NAME}.py, for later lessons."
    assert in_mine() is answer
    next_notebook(monkeypatch)
    carried = in_mine()
    assert carried is not answer
    assert inspect.getsource(carried) == KL[1:]
    assert carried.reference is REFERENCE


def test_the_saved_file_is_readable_and_runs_alone(home):
    linking.accept(REFERENCE, cell("@decorate(\n    lambda f: f\n)" + KL, decorate=lambda f: f), RIGHT)
    text = (home / "answers" / f"{NAME}.py").read_text()
    assert text.startswith(f"# Your answer for {NAME}, saved ")
    assert text.endswith(f"\nimport numpy as np\n\n\n{KL.strip()}\n")
    space = {}
    exec(text, space)
    assert space["kl_to_standard_normal"](np.ones((2, 3)), np.zeros((2, 3))).tolist() == [1.5, 1.5]


@pytest.mark.parametrize("numpy", [np, anp])
def test_a_saved_answer_keeps_the_notebooks_numpy_and_trains(numpy, monkeypatch):
    linking.accept(REFERENCE, cell(KL, np=numpy), RIGHT)
    next_notebook(monkeypatch)
    mine, rng = linking.yours(), np.random.default_rng(0)
    assert mine.distributions.kl_to_standard_normal.__globals__["np"] is numpy
    step = vae.init(rng, 7, (5,), 3), rng.random((4, 7)), rng.standard_normal((4, 3))
    np.testing.assert_allclose(value_and_grad(mine.vae.loss)(*step)[0], value_and_grad(vae.loss)(*step)[0], rtol=1e-6)


def test_names_of_the_core_and_of_accepted_answers_are_carried_as_imports(home, monkeypatch):
    def handed_out(mean, log_var, epsilon):
        return mean

    handed_out.reference = distributions.reparameterize
    source = """
def kl_to_standard_normal(mean, log_var, model=DENSE):
    twice = [m.log(2) for _ in range(2)]
    draw(mean, log_var, 0.0), distributions.mean_image_logits, model.encode
    return kl(mean, log_var) + 0 * sum(twice)
"""
    names = {"m": math, "distributions": distributions, "draw": handed_out, "kl": REFERENCE, "DENSE": vae.DENSE}
    assert linking.accept(REFERENCE, cell(source, **names), RIGHT).startswith("Saved")
    assert set((home / "answers" / f"{NAME}.py").read_text().splitlines()) >= {
        "import vae_from_scratch.distributions as distributions",
        "import math as m",
        "from vae_from_scratch.distributions import kl_to_standard_normal as kl",
        "from vae_from_scratch.distributions import reparameterize as draw",
        "from vae_from_scratch.vae import DENSE",
    }


@pytest.mark.parametrize(
    ("source", "names", "missing"),
    [
        (KL.replace("0.5", "half"), {"half": 0.5}, "half"),
        (KL.replace("np.exp(log_var)", "variance(log_var)"), {"variance": lambda v: np.exp(v)}, "variance"),
        (KL.replace("log_var):", "log_var, axis=last):"), {"last": -1}, "last"),
        (KL.replace("np.sum(", "(lambda v, axis: total(v)[..., half])("), {"total": np.cumsum, "half": 2}, "half"),
    ],
)
def test_an_answer_that_needs_the_notebook_holds_in_it_and_the_note_names_what(home, source, names, missing):
    answer = cell(source, **names)
    note = linking.accept(REFERENCE, answer, RIGHT)
    assert "In use in this notebook only" in note
    assert f" {missing} " in note or f" {missing}," in note
    assert in_mine() is answer
    assert not list(home.rglob("*.py"))


def test_an_answer_without_a_readable_def_holds_in_the_notebook(home):
    space = {"np": np}
    exec(KL, space)
    for answer in (
        space["kl_to_standard_normal"],
        cell("kl_to_standard_normal = lambda mean, log_var: np.sum(mean, -1)"),
    ):
        assert "source cannot be read" in linking.accept(REFERENCE, answer, RIGHT)
        assert in_mine() is answer
    assert not list(home.rglob("*.py"))


class Wrapped:
    """A decorator that is no function, as of some libraries that compile."""

    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function = function

    def __call__(self, *args):
        return self.function(*args)


def test_an_answer_that_is_a_callable_but_no_function_holds_in_the_notebook(home):
    half = cell(KL.replace("normal(", "normal(half, ").replace("0.5", "half"))
    for answer in (
        functools.partial(half, 0.5),
        type("Answer", (), {"__call__": lambda self, *args: half(0.5, *args)})(),
    ):
        assert "source cannot be read" in linking.accept(REFERENCE, answer, RIGHT)
        assert in_mine() is answer
    step = np.ones((2, 3)), np.zeros((2, 3))
    assert linking.yours().vae.kl_to_standard_normal(*step).tolist() == [1.5, 1.5]
    assert not list(home.rglob("*.py"))


@pytest.mark.parametrize("decorator", [Wrapped, functools.singledispatch, functools.lru_cache])
def test_under_a_decorator_the_source_and_its_names_are_those_of_the_def(home, decorator, monkeypatch):
    answer = cell("@decorate" + KL, decorate=decorator)
    assert linking.accept(REFERENCE, answer, RIGHT).startswith("Saved as")
    assert in_mine() is answer
    next_notebook(monkeypatch)
    assert inspect.getsource(in_mine()) == KL[1:]


NAMED = {
    "from math import pi": KL.replace("0.5", "(pi / pi / 2)"),
    "from autograd.numpy import exp": KL.replace("np.exp", "exp"),
    "from numpy.typing import NDArray": KL.replace("(mean, log_var)", "(mean: NDArray, log_var) -> NDArray"),
    "from typing import Any": KL.replace("(mean, log_var)", "(mean: Any, log_var)"),
}


@pytest.mark.parametrize("line", NAMED)
def test_a_name_that_does_not_say_where_it_comes_from_is_carried_too(home, line):
    space = {}
    exec(line, space)
    name = line.split()[-1]
    assert linking.accept(REFERENCE, cell(NAMED[line], **{name: space[name]}), RIGHT).startswith("Saved as")
    assert line in (home / "answers" / f"{NAME}.py").read_text().splitlines()


def test_an_answer_that_is_not_right_alone_is_not_saved(home):
    state = cell(
        """
def kl_to_standard_normal(mean, log_var, seen=[]):
    seen.append(1)
    return (0.5 if len(seen) > 1 else 1.0) * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)
"""
    )
    assert "it is not judged right (The values differ.)" in linking.accept(REFERENCE, state, RIGHT)
    assert not list(home.rglob("*.py"))


def test_a_slow_answer_is_counted_but_not_trained_with(home, monkeypatch):
    slow = verdict.Verdict(NAME, "right", "", fast=False)
    linking.accept(REFERENCE, cell(KL), slow)
    assert in_mine().reference is REFERENCE
    assert in_mine().__code__ is REFERENCE.__code__
    assert repr(linking.yours()).count("ours (yours is right, but slow)") == 1
    assert (home / "answers" / f"{NAME}.py").exists()


def test_a_held_back_answer_is_shown_with_its_reason(home):
    slow = verdict.Verdict(NAME, "right", "", fast=False)
    assert linking.hold_back(REFERENCE, cell(KL), slow) == ""
    assert repr(linking.yours()).splitlines()[0].endswith("ours (yours is right, but slow)")
    linking.hold_back(REFERENCE, cell(KL), slow.noting(ladder.UNTRACED))
    assert repr(linking.yours()).splitlines()[0].endswith("ours (yours is right, but has no slope)")
    assert in_mine().__code__ is REFERENCE.__code__
    assert not list(home.rglob("*.py"))


@pytest.mark.parametrize("carried", [False, True], ids=["of this notebook", "of an earlier one"])
def test_a_held_back_answer_does_not_push_out_an_earlier_one(carried, monkeypatch):
    linking.accept(REFERENCE, cell(KL), RIGHT)
    if carried:
        next_notebook(monkeypatch)
    slow = verdict.Verdict(NAME, "right", "", fast=False)
    assert "earlier answer stays in use" in linking.hold_back(REFERENCE, cell(KL.replace("mine", "slow")), slow)
    assert "# mine" in inspect.getsource(in_mine())
    assert repr(linking.yours()).splitlines()[0].endswith("✓ yours")


# --------------------------------------------------------------------------- in use


def test_where_nothing_is_accepted_the_reference_itself_is_in_use():
    assert linking.in_use(REFERENCE) is REFERENCE


def test_the_reference_in_use_calls_the_students_other_answers():
    calls = []
    answer = cell(KL.replace("# mine", "calls.append(1)"), calls=calls)
    linking.accept(REFERENCE, answer, RIGHT)
    rng = np.random.default_rng(0)
    step = vae.init(rng, 7, (5,), 3), rng.random((4, 7)), rng.standard_normal((4, 3))
    handed_out = linking.in_use(vae.rate_and_distortion)
    rate, _ = handed_out(*step)
    assert calls == [1]
    assert handed_out.reference is vae.rate_and_distortion
    np.testing.assert_allclose(rate, vae.rate_and_distortion(*step)[0], rtol=1e-5)


@pytest.mark.parametrize("carried", [False, True], ids=["of this notebook", "of an earlier one"])
def test_a_worse_answer_does_not_push_out_the_earlier_one_and_says_so(carried, monkeypatch, capsys, real_judge):
    wrong = cell(KL.replace("0.5", "-0.5"))
    exercise(REFERENCE)(wrong)
    assert "your earlier answer" not in capsys.readouterr().out
    exercise(REFERENCE)(cell(KL))
    if carried:
        next_notebook(monkeypatch)
    for worse in (wrong, cell(KL.replace("return", "...\n    #"))):
        assert exercise(REFERENCE)(worse) is REFERENCE
        assert capsys.readouterr().out.endswith("In `yours()` your earlier answer stays in use.\n")
    assert "# mine" in inspect.getsource(in_mine())
    assert REFERENCE in linking.answers()


def test_in_use_for_a_function_is_ours_even_if_an_earlier_answer_to_it_was_right():
    linking.accept(REFERENCE, cell(KL), RIGHT)
    assert linking.in_use(REFERENCE) is REFERENCE


def test_whose_is_whose_is_told_in_a_row_for_each_answer_and_a_line_for_the_rest():
    assert repr(linking.yours()) == "all functions  ours"
    linking.accept(REFERENCE, cell(KL), RIGHT)
    mine = linking.yours()
    assert [line.split("  ")[0].strip() for line in repr(mine).splitlines()] == [NAME, "all other functions"]
    assert repr(mine).splitlines()[0].endswith("✓ yours") and repr(mine).splitlines()[1].endswith("  ours")
    html = mine._repr_html_()
    assert html.count("<tr>") == 3 and html.count("✓ yours") == 1
    assert "0x" not in html + repr(mine)


# ----------------------------------------------------------- with the judge of the course

TAUGHT = {
    distributions.kl_to_standard_normal: KL,
    distributions.reparameterize: """
def reparameterize(mean, log_var, epsilon):
    # mine
    return mean + np.exp(0.5 * log_var) * epsilon
""",
    distributions.bernoulli_log_prob: """
def bernoulli_log_prob(x, logits):
    # mine
    return (x * logits - np.logaddexp(0, logits)).sum(axis=-1)
""",
}


@pytest.mark.parametrize("carried", [False, True], ids=["in this notebook", "in the next"])
def test_one_training_step_runs_every_accepted_answer(carried, monkeypatch, real_judge):
    for reference, source in TAUGHT.items():
        exercise(reference)(cell(source, reference.__name__))
    if carried:
        next_notebook(monkeypatch)
    mine, rng = linking.yours(), np.random.default_rng(0)
    assert repr(mine).count("✓ yours") == 3
    codes = {getattr(mine.distributions, reference.__name__).__code__: reference for reference in TAUGHT}
    ran = set()
    step = vae.init(rng, 7, (5,), 3), rng.random((4, 7)).astype("f"), rng.standard_normal((4, 3)).astype("f")
    before = sys.getprofile()
    sys.setprofile(lambda frame, *_: ran.add(frame.f_code))
    try:
        ((value, _, _),) = mine.training.train(step[0], [step[1:]], mine.optimizers.sgd(0.1))
    finally:
        sys.setprofile(before)
    assert codes.keys() <= ran
    assert not {reference.plain.__code__ for reference in TAUGHT} & ran
    np.testing.assert_allclose(value, vae.loss(*step), rtol=1e-6)


def test_a_wrong_answer_is_logged_and_the_lesson_goes_on_with_ours_linked(real_judge):
    exercise(REFERENCE)(cell(KL))
    name = "reparameterize"
    source = TAUGHT[distributions.reparameterize].replace("0.5 * ", "")
    handed_out = exercise(distributions.reparameterize)(cell(source, name))
    assert handed_out.reference is distributions.reparameterize
    assert handed_out.__code__ is distributions.reparameterize.__code__
    assert [attempt["outcome"] for attempt in progress.attempts()] == ["right", "wrong"]
    assert repr(progress("99_here")).splitlines() == [f"✓ {NAME}", f"✗ distributions.{name}", "1 of 2 right"]
