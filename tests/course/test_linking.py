"""`linked`: accepted answers in place of the core's functions, everywhere, and the core as it was."""

import importlib
import pkgutil
import sys
from types import FunctionType

import numpy as np
import pytest

import vae_from_scratch
from vae_from_scratch import distributions, ops, optimizers, training, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course.linking import linked
from vae_from_scratch.pytree import tree_leaves

TAUGHT = (distributions.kl_to_standard_normal, distributions.reparameterize, distributions.bernoulli_log_prob)


@pytest.fixture
def step():
    """Arguments of a loss: params, x, epsilon."""
    rng = np.random.default_rng(0)
    params = vae.init(rng, data_dim=11, hidden=(7,), latent_dim=3)
    return (params, (rng.random((5, 11)) < 0.5).astype(np.float32), rng.standard_normal((5, 3)).astype(np.float32))


def counting(function, calls):
    def answer(*args):
        calls.append(function)
        return function(*args)

    return answer


# ------------------------------------------------- a small package, known by hand

SOURCES = {
    "base": """
def double(x):
    return 2 * x

def triple(x):
    return 3 * x
""",
    "rest": """
from functools import partial, wraps
from typing import Callable, NamedTuple
from small import base
from small.base import double, triple

class Pair(NamedTuple):
    first: Callable
    second: Callable

PAIR = Pair(double, triple)
TABLE = {"double": double, "others": [triple, (double,)]}
CONSTANTS = [1, 2, 3]

def apply(f, x):
    return f(x)

double_of = partial(apply, double)

def by_default(x, f=double, *, g=triple):
    return f(x) + g(x)

def by_pair(x, pair=PAIR):
    return pair.first(x)

def by_module(x):
    return base.double(x)

def by_name(x):
    return double(x)

def by_lambda(x):
    return (lambda y: double(y))(x)

def by_table(x):
    return TABLE["double"](x) + TABLE["others"][1][0](x)

def closing(f):
    def call(x):
        return f(x)
    return call

by_closure = closing(double)

def wrapping(f):
    @wraps(f)
    def call(x):
        return f(x) + 1
    call.plain = f
    return call

@wrapping
def decorated(x):
    return double(x)

def countdown(x):
    return double(x) if x <= 0 else countdown(x - 1)
""",
}


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A package with every way for one function to reach another; double(5) is 10."""
    for name, source in {"__init__": "", **SOURCES}.items():
        (tmp_path / "small").mkdir(exist_ok=True)
        (tmp_path / "small" / f"{name}.py").write_text(source)
    (tmp_path / "small" / "course").mkdir()
    (tmp_path / "small" / "course" / "__init__.py").write_text(
        "raise RuntimeError('the course is no part of the core')"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("small")
    for name in [name for name in sys.modules if name.split(".")[0] == "small"]:
        del sys.modules[name]


def hundred(x):
    return 100 * x


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("by_name", 10, 500),
        ("by_module", 10, 500),
        ("by_default", 25, 515),
        ("by_pair", 10, 500),
        ("by_lambda", 10, 500),
        ("by_table", 20, 1000),
        ("double_of", 10, 500),
        ("by_closure", 10, 500),
        ("decorated", 11, 501),
        ("countdown", 0, 0),
    ],
)
def test_an_answer_is_reached_by_every_way_from_one_function_to_another(small, name, before, after):
    base, rest = (importlib.import_module("small.base"), importlib.import_module("small.rest"))
    mine = linked(small, {base.double: hundred})
    assert getattr(mine.rest, name)(5) == after
    assert getattr(rest, name)(5) == before
    assert getattr(linked(small, {}).rest, name)(5) == before


def test_a_named_tuple_of_functions_keeps_its_type_and_a_constant_its_identity(small):
    base, rest = (importlib.import_module("small.base"), importlib.import_module("small.rest"))
    mine = linked(small, {base.triple: hundred})
    assert type(mine.rest.PAIR) is rest.Pair
    assert (mine.rest.PAIR.first(1), mine.rest.PAIR.second(1)) == (2, 100)
    assert mine.rest.CONSTANTS is rest.CONSTANTS


def test_the_plain_definition_behind_a_decorator_is_linked_too(small):
    base = importlib.import_module("small.base")
    assert linked(small, {base.double: hundred}).rest.decorated.plain(5) == 500


def test_two_linked_copies_know_nothing_of_each_other(small):
    base = importlib.import_module("small.base")
    first, second = (linked(small, {base.double: hundred}), linked(small, {base.double: lambda x: -x}))
    assert (first.rest.by_name(5), second.rest.by_name(5), first.rest.by_name(5)) == (500, -5, 500)


def test_answers_are_linked_to_one_another(small):
    base, rest = (importlib.import_module("small.base"), importlib.import_module("small.rest"))
    answer = eval("lambda x: base.double(x) + double(x)", {"base": base, "double": base.double})
    assert linked(small, {rest.by_name: answer, base.double: hundred}).rest.by_name(5) == 1000
    assert answer(5) == 20


def test_answers_that_call_one_another_are_linked(small):
    base, rest = (importlib.import_module("small.base"), importlib.import_module("small.rest"))
    names = {"rest": rest, "base": base}
    double, by_name = (
        eval("lambda x: 7 if x < 0 else rest.by_name(-x)", names),
        eval("lambda x: 1 + base.double(x)", names),
    )
    mine = linked(small, {base.double: double, rest.by_name: by_name})
    assert (mine.rest.by_name(-5), mine.rest.by_name(5), mine.base.double(5)) == (8, 9, 8)


@pytest.mark.parametrize(
    "source", ["lambda x: 1 + base.double(x)", "lambda x: 1 + ours(x)", "lambda x: 1 + small.base.double(x)"]
)
def test_an_answer_that_calls_what_it_answers_gets_ours(small, source):
    base = importlib.import_module("small.base")
    answer = eval(source, {"base": base, "ours": base.double, "small": small})
    assert linked(small, {base.double: answer}).rest.by_name(5) == 11


def test_an_answer_that_calls_itself_is_linked(small):
    base, rest = importlib.import_module("small.base"), importlib.import_module("small.rest")
    names = {"triple": base.triple}
    names["countdown"] = eval("lambda x: triple(x) if x <= 0 else 1 + countdown(x - 1)", names)
    mine = linked(small, {rest.countdown: names["countdown"], base.triple: lambda x: 100})
    assert (mine.rest.countdown(3), names["countdown"](3)) == (103, 3)


def test_a_function_that_an_exercise_handed_out_is_linked_anew(small):
    base, rest = (importlib.import_module("small.base"), importlib.import_module("small.rest"))
    handed_out = linked(small, {base.triple: hundred}).rest.by_name  # calls our double
    answer = eval("lambda x: by_name(x)", {"by_name": handed_out})
    mine = linked(small, {base.double: hundred, rest.by_pair: answer})
    assert mine.rest.by_pair(5) == 500


def test_attributes_named_reference_that_are_none_of_ours_are_let_be(small):
    base, rest = importlib.import_module("small.base"), importlib.import_module("small.rest")
    other = eval("lambda x: x")
    other.reference = 3
    answer = eval("lambda x: other(x) + double(x)", {"other": other, "double": base.double})
    assert linked(small, {rest.by_name: answer, base.double: hundred}).rest.by_name(5) == 505


# ---------------------------------------------------------------- the core itself


def test_linked_to_nothing_the_core_gives_the_same_bits(step):
    mine = linked(vae_from_scratch, {})
    value, grads = value_and_grad(vae.loss)(*step)
    my_value, my_grads = mine.autodiff.value_and_grad(mine.vae.loss)(*step)
    assert value == my_value
    assert all((a == b).all() for a, b in zip(tree_leaves(grads), tree_leaves(my_grads), strict=True))


def test_answers_equal_to_the_references_give_the_same_bits(step):
    mine = linked(vae_from_scratch, {reference: counting(reference, []) for reference in TAUGHT})
    value, grads = value_and_grad(vae.loss)(*step)
    my_value, my_grads = value_and_grad(mine.vae.loss)(*step)
    assert value == my_value
    assert all((a == b).all() for a, b in zip(tree_leaves(grads), tree_leaves(my_grads), strict=True))


def test_a_training_step_runs_every_accepted_function(step):
    calls = []
    mine = linked(vae_from_scratch, {reference: counting(reference.plain, calls) for reference in TAUGHT})
    value, grads = value_and_grad(mine.vae.loss)(*step)
    assert set(calls) == {reference.plain for reference in TAUGHT}
    expected, expected_grads = value_and_grad(vae.loss)(*step)
    np.testing.assert_allclose(value, expected, rtol=1e-6)
    for ours, theirs in zip(tree_leaves(expected_grads), tree_leaves(grads), strict=True):
        np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-6)


def test_train_takes_the_linked_loss_by_default(step):
    params, *batch = step
    calls = []
    mine = linked(vae_from_scratch, {reference: counting(reference, calls) for reference in TAUGHT})
    ((value, _, _),) = mine.training.train(params, [tuple(batch)], mine.optimizers.sgd(0.1))
    assert value == vae.loss(*step)
    assert set(calls) == set(TAUGHT)


def test_an_answer_that_stands_in_the_model_reaches_the_bounds_and_generate(step):
    params, x, epsilon = step
    calls = []
    mine = linked(vae_from_scratch, {vae.decode: counting(vae.decode, calls)})
    for run in (
        lambda: mine.vae.iwae_bound(params, x, epsilon[None]),
        lambda: mine.vae.generate(params, epsilon),
        lambda: mine.evaluation.nll(params, x, 2, seed=0),
    ):
        calls.clear()
        run()
        assert calls


def test_an_answer_to_a_rule_for_shapes_is_used_inside_the_primitives(step):
    calls = []
    mine = linked(vae_from_scratch, {ops.unbroadcast: counting(ops.unbroadcast, calls)})
    value_and_grad(mine.vae.loss)(*step)
    assert calls


def test_linking_leaves_the_core_as_it_was(step):
    found = [module.name for module in pkgutil.iter_modules(vae_from_scratch.__path__) if not module.ispkg]
    modules = [importlib.import_module(f"vae_from_scratch.{name}") for name in found]
    before = [dict(vars(module)) for module in modules]
    functions = {f for names in before for f in names.values() if isinstance(f, FunctionType)}
    parts = [(f, f.__code__, f.__defaults__, f.__closure__, dict(vars(f))) for f in functions]
    value = vae.loss(*step)
    mine = linked(vae_from_scratch, {reference: lambda *args: np.nan for reference in TAUGHT})
    assert np.isnan(mine.distributions.kl_to_standard_normal())
    for names, module in zip(before, modules, strict=True):
        assert names.keys() == vars(module).keys()
        assert all(vars(module)[name] is value for name, value in names.items())
    for f, code, defaults, closure, attributes in parts:
        assert (f.__code__, f.__defaults__, f.__closure__) == (code, defaults, closure)
        assert vars(f) == attributes
    assert vae.loss(*step) == value


def test_every_copy_names_the_function_it_stands_for():
    mine = linked(vae_from_scratch, {distributions.reparameterize: lambda mean, log_var, epsilon: mean})
    assert mine.vae.loss.reference is vae.loss
    assert mine.distributions.kl_to_standard_normal.reference is distributions.kl_to_standard_normal
    assert mine.vae.loss.__doc__ == vae.loss.__doc__


def test_an_answer_that_needs_nothing_of_the_core_is_itself():
    def kl_to_standard_normal(mean, log_var):
        return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)

    mine = linked(vae_from_scratch, {distributions.kl_to_standard_normal: kl_to_standard_normal})
    assert mine.distributions.kl_to_standard_normal is kl_to_standard_normal
    assert mine.vae.kl_to_standard_normal is kl_to_standard_normal


def test_optimizers_and_batches_of_a_linked_core_are_the_cores(step):
    params, x, _ = step
    mine = linked(vae_from_scratch, {})
    for (value, *_), (my_value, *_) in zip(
        training.train(params, training.minibatches(x, 2, 3, seed=0, steps=4), optimizers.adam(1e-2)),
        mine.training.train(params, mine.training.minibatches(x, 2, 3, seed=0, steps=4), mine.optimizers.adam(1e-2)),
        strict=True,
    ):
        assert value == my_value
