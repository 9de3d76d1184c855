"""What a student reads: the words that each slip must meet, and those that would mislead."""

import linecache
import math
import re

import autograd.numpy
import numpy as np
import pytest
from autograd import grad
from autograd.tracer import getval

from vae_from_scratch import data, distributions
from vae_from_scratch.course.exercises import check

ARGUMENTS = {
    "reparameterize": "mean, log_var, epsilon",
    "kl_to_standard_normal": "mean, log_var",
    "bernoulli_log_prob": "x, logits",
}
Z, KL, BERNOULLI = ARGUMENTS


def verdict_on(name, body):
    names = {"np": np, "math": math}
    exec(f"def {name}({ARGUMENTS[name]}):\n    {body}\n", names)
    return check(getattr(distributions, name), names[name])


@pytest.mark.parametrize(
    "name, body, words",
    [
        (Z, "return mu + np.exp(log_var / 2) * epsilon", "`mean`, `log_var` and `epsilon`"),
        (Z, "return mean + torch.exp(log_var / 2) * epsilon", "no other framework"),
        (Z, "return mean + math.exp(log_var / 2) * epsilon", "a whole array"),
        (Z, "return mean + np.exp(log_var) ^ 0.5 * epsilon", "`^` is no power"),
        (Z, "return mean + (log_var / 2).exp() * epsilon", "no method of that name"),
        (Z, "return mean + np.exp(log_var / 2) @ epsilon", "matrix products"),
        (Z, "return (mean + np.exp(log_var / 2)) * epsilon", "mean · epsilon enters with +1"),
        (Z, "return mean + 2.718 ** (log_var / 2) * epsilon", "6.999"),
        (Z, "return np.stack([m + np.exp(v / 2) * e for m, v, e in zip(mean, log_var, epsilon)])", "plain case"),
        (Z, "return mean, np.exp(log_var / 2) * epsilon", "comma"),
        (KL, "0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)", "`return` hands it back"),
        (KL, "return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, dim=-1)", "`axis`"),
        (BERNOULLI, "return np.sum(x * l - np.logaddexp(0, l), axis=-1)", "`x` and `logits`"),
        (BERNOULLI, "return np.sum(x * logits - np.softplus(logits), axis=-1)", "NumPy has no function of that name"),
        (
            KL,
            "m = np.where(mean > 0, mean, -mean); return 0.5 * np.sum(m**2 + np.exp(log_var) - 1 - log_var, axis=-1)",
            "multiplying",
        ),
        (KL, "return sigma(mean)", "`mean` and `log_var`. Besides, an answer may use `np`"),
        (Z, "return mlp(mean, log_var)", "write `layers.mlp`"),
        (Z, "for _ in range(2):\n        z = z + epsilon\n    return mean + z", "no value yet"),
        (KL, "return np.sum((mean > 0) & log_var, axis=-1)", "True or False"),
        (KL, "return np.exp * log_var", "parentheses"),
        (KL, "return mean[log_var]", "no whole number"),
        (KL, "a, b = mean; return a + b", "more or fewer names"),
        (KL, "return mean.reshape(200, 20)", "small arrays"),
        (KL, "return sum(mean[:, i] for i in range(20))", "small arrays"),
        (BERNOULLI, "return logits if x == 1 else -logits", "multiplying"),
        (BERNOULLI, "return x @ logits.T - np.sum(np.logaddexp(0, logits), axis=-1)", "a matrix product"),
        (BERNOULLI, "return np.sum(x * logits - np.logaddexp(0, logits), axis=1)", "`axis=-1`"),
        (KL, "return (m * m for m in mean) * 0.5", "one thing after another"),
        (KL, "return len(m for m in mean)", "one thing after another"),
        (KL, "return mean(log_var)", "no function"),
        (KL, "return (mean, log_var).sum()", "A tuple or a list is no array"),
        (KL, "return [mean] - 1", "A tuple or a list is no array"),
        (KL, "return {'mean': mean} + log_var", "A tree of parameters is no array"),
        (KL, "return len(3)", "A single number"),
        (KL, "a, b = 3; return a", "A single number"),
        (KL, "return np.zeros(2.5)", "whole number there"),
        (KL, "return mean.shape[5]", "counts from 0"),
        (KL, "return [a for a, b in zip(mean, mean[0], strict=True)]", "equally long"),
        (KL, "return np.stack([])", "run at all"),
        (KL, "return math.log(0)", "above 0"),
        (KL, "return 1 / 0 * mean", "below the fraction"),
        (KL, "return np.linalg.eigh(mean)", "print the shape"),
        (KL, "return np.float64(1) @ mean", "are matrix products"),
        (Z, "return mean.encode(log_var)", "where `model` belongs"),
    ],
)
def test_slip_meets_its_words(name, body, words):
    verdict = verdict_on(name, body)
    assert not verdict.accepted and words in verdict.message, verdict.message


@pytest.mark.parametrize(
    "name, body, words",
    [
        (KL, "return 0.5 * np.sum(mean**2 + np.exp(log_var) - log_var, axis=-1) - 0.5", "one latent costs"),
        (BERNOULLI, "return np.full(len(x), -784 * np.log(2))", "/"),
        (
            BERNOULLI,
            "p = 1/1 + np.exp(-logits); return np.sum(x*np.log(p) + (1-x)*np.log(1-p), axis=-1)",
            "the sigmoid",
        ),
    ],
)
def test_slip_is_not_told_what_is_untrue_of_it(name, body, words):
    verdict = verdict_on(name, body)
    assert not verdict.accepted and words not in verdict.message, verdict.message


def test_probabilities_by_product_are_told_of_the_sigmoid_and_not_of_the_exponential():
    body = "p = 1 / (1 + np.exp(-logits)); return np.log(np.prod(np.where(x == 1, p, 1 - p), axis=-1))"
    assert verdict_on(BERNOULLI, body).mistake == "bernoulli-log-of-sigmoid"


def test_average_over_draws_is_told_that_it_can_be_taken_on_paper():
    body = "e = np.random.randn(*mean.shape); z = mean + np.exp(log_var / 2) * e"
    body += "; return 0.5 * np.sum(z**2 - e**2 - log_var, axis=-1)"
    assert verdict_on(KL, body).mistake == "kl-by-draws"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "answer, words",
    [
        (lambda pixels: pixels / 255 * 3 / 7, "exactly 3/7 of what it should be"),
        (lambda pixels: pixels / 254, "exactly 255/254 times what it should be"),
        (lambda pixels: pixels / 251.7, "1.013 times as large everywhere"),
        (lambda pixels: pixels / 255 * np.log(2), "proportional to what it should be: a factor ln 2 too much"),
        (lambda pixels: pixels / 255 + 0.25, "larger by exactly 1/4 everywhere"),
    ],
)
def test_factor_and_constant_are_found_where_ours_is_rounded_to_float32(answer, words, dtype):
    assert words in check(data.to_unit_interval, lambda pixels: answer(pixels).astype(dtype)).message


# ------------------------------------------------------------- autograd's errors

TERMS = "0.5 * (mean**2 + np.exp(log_var) - 1 - log_var)"
ROW = "0.5 * sum(m**2 + math.exp(v) - 1 - v for m, v in zip(mean[i], log_var[i]))"
FILLED = f"out = np.zeros(len(mean))\nfor i in range(len(mean)):\n    out[i] = np.sum(({TERMS})[i])\nreturn out"
SLIPS = {  # body; the line that the card shows; words that it must say
    "an array filled": (KL, FILLED, "out[i] = ", "`np.stack` or `np.concatenate`"),
    "an entry assigned": (
        KL,
        f"v = {TERMS}\nv[0] = v[0] + 0\nreturn np.sum(v, axis=-1)",
        "v[0] = v[0] + 0",
        "np.stack",
    ),
    "added in place": (
        KL,
        f"v = np.zeros_like(mean)\nv += {TERMS}\nreturn np.sum(v, axis=-1)",
        f"v += {TERMS}",
        "write `total = total + term`",
    ),
    "float": (
        KL,
        f"return np.stack([float(v) for v in np.sum({TERMS}, axis=-1)])",
        "float(v)",
        "keep it as it is",
    ),
    "math": (
        KL,
        f"return np.stack([{ROW} for i in range(len(mean))])",
        "math.exp(v)",
        "`np.exp`, `np.log`, … take both",
    ),
    "converted": (
        KL,
        f"return np.asarray(np.sum({TERMS}, axis=-1), dtype=float)",
        "np.asarray",
        "leave the conversion out",
    ),
    "integers": (KL, "return grad(lambda v: np.sum(v))(np.arange(3))", "np.arange(3)", "use floats, `1.0`"),
    "a vector's slope": (
        KL,
        "return grad(lambda v: v**2)(mean)",
        "v**2",
        "reduce with a sum or a mean, and decide which",
    ),
    "a draw": (
        Z,
        "np.random.normal(mean)\nreturn mean + np.exp(log_var / 2) * epsilon",
        "random.normal(mean)",
        "no derivative",
    ),
}


def handed_in(name, body):
    """An answer whose lines can be read, as in a notebook."""
    source, file = f"def {name}({ARGUMENTS[name]}):\n    " + body.replace("\n", "\n    "), f"<{body}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    names = {"np": np, "math": math, "grad": grad}
    exec(compile(source, file, "exec"), names)
    return check(getattr(distributions, name), names[name])


@pytest.mark.parametrize("name, body, line, words", SLIPS.values(), ids=SLIPS)
def test_autograd_s_errors_are_translated_and_shown_with_the_line_of_the_answer(name, body, line, words):
    verdict = handed_in(name, body)
    assert verdict.outcome == "raised" and words in verdict.message, verdict.message
    told = re.search(r", in (the line `(.+?)`\.|this line:\n\n    (.+)\n)", verdict.message)
    assert told and line in (told[2] or told[3]), verdict.message
    assert not any(cryptic in verdict.message for cryptic in ("__array", "dtype=object", " object at "))


@pytest.mark.parametrize("cut", ["np.round({}, 9)", "np.asarray(getval({}))"])
def test_a_gradient_that_is_zero_everywhere_is_said_to_be_cut_off(cut):
    names = {"np": np, "getval": getval}
    exec(f"def answer(mean, log_var): return {cut.format(f'np.sum({TERMS}, axis=-1)')}", names)
    verdict = check(distributions.kl_to_standard_normal, names["answer"])
    assert "zero everywhere: the path is cut" in verdict.message and "`np.round`" in verdict.message


def test_a_logarithm_of_what_overflows_is_told_of_logaddexp():
    verdict = verdict_on(BERNOULLI, "return np.sum(x * logits - np.log1p(np.exp(logits)), axis=-1)")
    assert verdict.mistake == "bernoulli-exp-overflows" and "`np.logaddexp(0, l)`" in verdict.message


@pytest.mark.parametrize("numpy", [np, autograd.numpy], ids=["numpy", "autograd.numpy"])
def test_plain_numpy_and_autograd_s_are_as_good(numpy):
    names = {"np": numpy}
    exec(f"def answer(mean, log_var): return np.sum({TERMS}, axis=-1)", names)
    assert check(distributions.kl_to_standard_normal, names["answer"]).outcome == "right"


def test_a_gradient_at_exactly_zero_where_a_maximum_bends_is_not_asked_for():
    body = "return np.sum(x * logits - np.maximum(logits, 0) - np.log1p(np.exp(-np.abs(logits))), axis=-1)"
    assert verdict_on(BERNOULLI, body).outcome == "right"
