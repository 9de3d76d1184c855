"""What a student reads: the words that each slip must meet, and those that would mislead."""

import math

import numpy as np
import pytest

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
        (lambda pixels: pixels / 255 * 3 / 7, "exactly 3/7 of it"),
        (lambda pixels: pixels / 254, "exactly 255/254 times it"),
        (lambda pixels: pixels / 251.7, "1.013 times as large everywhere"),
        (lambda pixels: pixels / 255 * np.log(2), "proportional to it: a factor ln 2 too much"),
        (lambda pixels: pixels / 255 + 0.25, "larger by exactly 1/4 everywhere"),
    ],
)
def test_factor_and_constant_are_found_where_ours_is_rounded_to_float32(answer, words, dtype):
    assert words in check(data.to_unit_interval, lambda pixels: answer(pixels).astype(dtype)).message
