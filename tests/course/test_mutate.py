"""The makers of variants: each slip at each place, and each right way of writing."""

import ast

import numpy as np
import pytest

from tests.course import jury, mutate, rewrite, written
from tests.course.slips_in_results import RESULTS
from vae_from_scratch import distributions, optimizers
from vae_from_scratch.course.checks import task_of
from vae_from_scratch.course.verdict import Verdict


def definition(text):
    return ast.parse(text).body[0]


def lines(text, kind, traced=True):
    """The changed lines of one kind's mutants."""
    return [mutant.line for mutant in mutate.mutants(definition(text), traced) if mutant.kind == kind]


def rewritten(text, way):
    return ast.unparse(ast.fix_missing_locations(way.visit(definition(text))))


@pytest.mark.parametrize(
    "kind, body, slips",
    [
        ("sign", "-a - b", ["a - b", "-a + b"]),
        ("factor", "0.5 * a", ["0.5 / a", "1.0 * a", "0.25 * a"]),
        ("factor", "1e-08 * a", ["1e-08 / a"]),  # what only keeps off zero may be of any size
        ("missing term", "a - b", ["a", "-b"]),
        ("transposed operands", "a @ b", ["b @ a", "a * b", "a.T @ b", "a @ b.T"]),
        ("transposed operands", "a.T", ["a"]),
        ("swapped sides", "a / b", ["b / a"]),
        ("swapped sides", "a < b", ["b < a", "a <= b", "a >= b", "a != b"]),
        ("off by one", "a + len(b)", ["a + (len(b) - 1)", "a + (len(b) + 1)"]),
        ("exp, log, sqrt", "np.exp(a)", ["np.log(a)", "np.expm1(a)"]),
        ("mean for sum", "np.sum(a, axis=-1)", ["np.mean(a, axis=-1)", "np.max(a, axis=-1)"]),
        ("mean for sum", "ops.sum_last(a)", ["anp.mean(a, axis=-1)"]),
        ("not applied", "np.exp(a)", ["a"]),
        ("not applied", "a.astype(float, b)", ["a"]),
        ("axis", "np.sum(a, axis=0)", ["np.sum(a)", "np.sum(a, axis=-2)"]),
        ("swapped arguments", "f(a, b)", ["f(b, a)"]),
        ("wrong broadcasting", "a[:, None]", ["a", "a[None, :]"]),
        ("wrong broadcasting", "a[1:]", ["a[:]"]),
        ("detached gradient", "np.exp(a)", ["np.exp(detached(a))"]),
        ("sign or factor of a result", "a", ["-a", "2 * a"]),
        ("constant added", "(a, b)", ["(a + 1, b)", "(a + 0.001, b)", "(a, b + 1)", "(a, b + 0.001)"]),
        ("clipped", "a", ["np.maximum(a, 0.0)", "np.minimum(a, 1.0)"]),
        ("wrong dtype", "a", ["a.astype(np.int64)", "a.astype(np.float32)"]),
        ("guarded", "np.log(a)", ["np.log(a + 1e-08)", "np.log(np.maximum(a, 0.1))"]),
        ("one branch", "a if c else b", ["a", "b", "b if c else a"]),
        ("another name", "a", ["b"]),
    ],
)
def test_slips_of_a_kind(kind, body, slips):
    made = lines(f"def f(a, b):\n    return {body}", kind)
    written_out = [ast.unparse(ast.parse(f"return {slip}")) for slip in slips]
    assert made[: len(slips)] == written_out or set(written_out) <= set(made)


def test_lines_are_forgotten_and_loops_left_early():
    text = "def f(a):\n    total = 0\n    for i in a:\n        total = total + i\n    return total"
    assert lines(text, "line forgotten") == ["without total = 0"]
    assert lines(text, "loop left early") == ["return total", "for i in list(a)[1:]:", "for i in list(a)[:-1]:"]


def test_noise_arguments_and_untraced_gradients_are_left_alone():
    text = "def f(a, b=1):\n    return a + np.random.default_rng((2, b)).normal()"
    made = [mutant.text for mutant in mutate.mutants(definition(text), traced=False)]
    assert made and all("default_rng((2, b))" in one or "default_rng" not in one for one in made)
    assert not any("detached" in one for one in made) and all("b=1" in one for one in made)


def test_each_mutant_is_another_text_that_can_be_called():
    texts = [mutant.text for mutant in mutate.mutants(written.tree_of(optimizers.adam_step.plain), traced=False)]
    assert len(set(texts)) == len(texts) >= 100
    assert all(callable(written.made(text, optimizers.adam_step.plain)) for text in texts)


@pytest.mark.parametrize(
    "way, body, text",
    [
        (rewrite.Renamed({"a", "f"}), "a + f(c)", "return my_a + my_f(c)"),
        (rewrite.Reordered(), "a - b * c", "return -(c * b) + a"),
        (rewrite.Reordered(), "(1,) + tuple(a)", "return (1,) + tuple(a)"),
        (rewrite.Worked(), "a ** 2 / b", "return a * a * (1 / b)"),
        (rewrite.Looped(), "np.sum(a, axis=-1)", "return sum((a[..., i] for i in range(a.shape[-1])))"),
        (rewrite.Looped(), "a.sum(axis=0)", "return sum((row for row in a))"),
        (rewrite.Contracted(), "np.sum(a * b, axis=-1)", "return anp.einsum('...i,...i->...', a, b)"),
        (rewrite.Contracted(), "a @ W", "return anp.einsum('...i,ij->...j', a, W)"),
        (rewrite.Methods(), "np.sum(a, axis=0)", "return a.sum(axis=0)"),
        (rewrite.Methods(), "a.mean()", "return np.mean(a)"),
        (rewrite.Positional(), "np.max(a, axis=1, keepdims=True)", "return np.max(a, 1, keepdims=True)"),
        (rewrite.OfAutograd(), "np.exp(a)", "return anp.exp(a)"),
        (rewrite.Single(), "0.5 * a + 0.1", "return np.float32(0.5) * a + 0.1"),
        (rewrite.Stepwise(), "a + b", "first = a ¶ second = b ¶ result = first + second ¶ return result"),
        (rewrite.Rounded(), "a + b", "return (a + b).astype(np.float32)"),
    ],
)
def test_ways_of_writing(way, body, text):
    made = rewritten(f"def f(a, b):\n    return {body}", way).splitlines()[1:]
    wanted = [ast.unparse(ast.parse(line)) for line in text.split(" ¶ ")]
    assert [ast.unparse(ast.parse(line.strip())) for line in made] == wanted


def test_keywords_are_the_names_of_the_package_s_own_functions():
    way = rewrite.ByKeyword({"kl": distributions.kl_to_standard_normal, "len": len})
    made = rewritten("def f(a, b):\n    return kl(a, b) + len(a)", way)
    assert "kl(mean=a, log_var=b) + len(a)" in made


def test_a_function_is_made_of_its_text_among_its_names():
    plain = distributions.kl_to_standard_normal.plain
    text = written.text_of(plain)
    again = written.made(text.replace("np.exp", "anp.exp"), plain)
    mean, log_var = np.random.default_rng(0).normal(size=(2, 5, 3))
    assert '"""' not in text and "@" not in text
    np.testing.assert_allclose(again(mean, log_var), plain(mean, log_var))


@pytest.mark.parametrize(
    "message, named",
    [
        ("Yours is exactly 1/3 of what it should be. Is there a mean over the 3 latents where a sum belongs?", "ratio"),
        ("Yours is larger by exactly 1 everywhere: a constant term is missing or too much.", "difference"),
        ("The term `mean**2` is missing.", "term"),
        ("It does not depend on `log_var` at all.", "argument"),
        ("It is right for 4 of the 5 examples, and off at index 2: what is different there?", "place"),
        ("The result should have shape `(5,)` (examples); yours has `()` (a single number).", "shape"),
        ("Python says `NameError`, in the line `return a`.", "line"),
        ("Python says `NameError`, in this line:\n\n    return a", "line"),
        ("Every one of the 5 numbers is too large.", ""),
    ],
)
def test_what_a_message_names(message, named):
    assert jury.what_it_names(Verdict("f", "wrong", message)) == named
    assert jury.what_it_names(Verdict("f", "wrong", message, mistake="f-half")) == "id"


@pytest.mark.parametrize(
    "change, where",
    [
        (lambda text: text, ""),
        (lambda text: text.replace("mean ** 2", "mean * mean"), ""),
        (lambda text: text.replace("0.5", "0.50001"), "values of declared input 0"),
        (lambda text: text.replace("axis=-1)", "axis=-1) * np.ones(1)[0]"), "in float32"),
        (lambda text: text.replace("- log_var", "- detached(log_var)"), "gradient of declared input 0"),
        (lambda text: text.replace("np.exp(log_var)", "np.exp(np.maximum(log_var, -5.0))"), "values"),
    ],
)
def test_variants_differ_where_they_do(change, where):
    task = task_of(distributions.kl_to_standard_normal)
    answer = written.made(change(written.text_of(task.plain)), task.plain)
    found = jury.difference(task, answer)
    assert where in found if where else found == ""


def test_declared_inputs_hold_fixture_cases_and_extremes():
    task = task_of(distributions.kl_to_standard_normal)
    inputs = jury.declared(task)
    shapes = {np.shape(args[0]) for args in inputs}
    assert {(5, 3), (1, 3), (11, 5, 3)} <= shapes and max(np.max(args[1]) for args in inputs) == 20.0


def test_results_are_changed_one_by_one():
    assert set(RESULTS) <= set(mutate.KINDS)
    made = lines("def f(a):\n    return {'b': a, 'c': -a}", "clipped")
    assert len(made) == 4 and all(line.count("np.m") == 1 for line in made)
