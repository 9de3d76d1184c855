# ruff: noqa: NPY002, B012 (students draw from the global generator, and worse)
"""Answers that students might hand in: right in many ways, and hostile in many ways, with the outcome each must get."""

import io
import random
import signal
import sys
import time
import warnings

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

# ---- right, each in its own way -----------------------------------------------------------------


def kl_by_rows(mean, log_var):
    rows = []
    for m, v in zip(mean, log_var, strict=True):
        rows.append(0.5 * np.sum(m**2 + np.exp(v) - 1 - v))
    return anp.stack(rows)


def kl_by_latents(mean, log_var):
    total = 0.0
    for i in range(mean.shape[-1]):
        total = total + 0.5 * (mean[..., i] ** 2 + np.exp(log_var[..., i]) - log_var[..., i] - 1)
    return total


def kl_einsum(mean, log_var):
    ones = anp.ones_like(mean)
    return 0.5 * anp.einsum("...l,...l->...", mean**2 + anp.exp(log_var) - log_var - 1, ones)


def kl_reordered(mu, logvar):
    return -0.5 * (1 + logvar - mu * mu - np.exp(logvar)).sum(-1)


def kl_from_std(mean, log_var):
    std = anp.exp(0.5 * log_var)
    return anp.sum(std**2 / 2 + mean**2 / 2 - 0.5 - anp.log(std), axis=-1)


def kl_with_options(mean, log_var, beta=1.0, *, axis=-1):
    return beta * np.sum(np.exp(log_var) / 2 + mean**2 / 2 - (1 + log_var) / 2, axis=axis)


def bernoulli_stable(x, logits):
    return np.sum(x * logits - np.maximum(logits, 0) - np.log1p(np.exp(-np.abs(logits))), axis=-1)


def bernoulli_two_terms(x, logits):
    return -anp.sum(x * anp.logaddexp(0, -logits) + (1 - x) * anp.logaddexp(0, logits), axis=-1)


def bernoulli_by_choice(x, logits):
    return anp.sum(anp.where(x == 1, -anp.logaddexp(0, -logits), -anp.logaddexp(0, logits)), axis=-1)


def bernoulli_turned_sign(x, logits):
    return -np.logaddexp(0, (1 - 2 * x) * logits).sum(axis=-1)


def bernoulli_by_pixels(x, logits):
    total = 0.0
    for d in range(logits.shape[-1]):
        total = total + x[..., d] * logits[..., d] - np.logaddexp(0, logits[..., d])
    return total


def bernoulli_einsum(x, logits):
    return anp.einsum("...d,...d->...", x, logits) - anp.sum(anp.logaddexp(0, logits), -1)


def z_plain(mean, log_var, epsilon):
    return np.exp(0.5 * log_var) * epsilon + mean


def z_by_root(mean, log_var, epsilon):
    return mean + anp.sqrt(anp.exp(log_var)) * epsilon


def z_multiply(mu, logvar, eps):
    return anp.add(mu, anp.multiply(eps, anp.exp(logvar / 2)))


def z_by_latents(mean, log_var, epsilon):
    columns = [mean[..., i] + np.exp(log_var[..., i] / 2) * epsilon[..., i] for i in range(mean.shape[-1])]
    return anp.stack(columns, axis=-1)


def z_power(mean, log_var, epsilon):
    return mean + anp.exp(log_var) ** 0.5 * epsilon


RIGHT = {
    "kl_to_standard_normal": (kl_by_rows, kl_by_latents, kl_einsum, kl_reordered, kl_from_std, kl_with_options),
    "bernoulli_log_prob": (
        bernoulli_stable,
        bernoulli_two_terms,
        bernoulli_by_choice,
        bernoulli_turned_sign,
        bernoulli_by_pixels,
        bernoulli_einsum,
    ),
    "reparameterize": (z_plain, z_by_root, z_multiply, z_by_latents, z_power),
}

# ---- hostile ------------------------------------------------------------------------------------


def right(mean, log_var):
    return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)


def raises(mean, log_var):
    raise ValueError(f"a secret in {object()}")


def asserts(mean, log_var):
    assert False  # noqa: B011


def names_nothing(mean, log_var):
    return 0.5 * np.sum(means**2)  # noqa: F821


def loops(mean, log_var):
    while True:
        pass


def sleeps(mean, log_var):
    time.sleep(1000)


def recurses(mean, log_var):
    return recurses(mean, log_var)


def recurses_without_limit(mean, log_var):
    sys.setrecursionlimit(10**9)
    return recurses_without_limit(mean, log_var)


def swallows(mean, log_var):
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass


def swallows_twice(mean, log_var):
    while True:
        try:
            while True:
                try:
                    time.sleep(1000)
                except BaseException:
                    continue
        except BaseException:
            continue


def swallows_finally(mean, log_var):
    while True:
        try:
            time.sleep(1000)
        finally:
            continue


def exits(mean, log_var):
    exit()


def quits(mean, log_var):
    quit(1)


def exits_by_sys(mean, log_var):
    sys.exit("bye")


def raises_base(mean, log_var):
    class Mine(BaseException):
        def __str__(self):
            raise RuntimeError("no")

    raise Mine("gone")


def exhausts(mean, log_var):
    raise MemoryError


def returns_none(mean, log_var):
    0.5 * np.sum(mean**2, axis=-1)


def returns_list(mean, log_var):
    return list(right(mean, log_var))


def returns_string(mean, log_var):
    return "0.5"


def returns_itself(mean, log_var):
    return returns_itself


def returns_objects(mean, log_var):
    return np.array([object()] * len(mean))


def returns_texts(mean, log_var):
    return np.array(["0.5"] * len(mean))


def returns_complex(mean, log_var):
    return right(mean, log_var) + 0j


def returns_integers(mean, log_var):
    return np.zeros(len(mean), dtype=int)


def returns_booleans(mean, log_var):
    return np.ones(len(mean), dtype=bool)


def returns_masked(mean, log_var):
    return np.ma.masked_array(right(mean, log_var), mask=True)


class Rude:
    def __array__(self, *_, **__):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __len__ = __iter__ = __bool__ = __float__ = __repr__
    __hash__ = None


def returns_rude_object(mean, log_var):
    return Rude()


def returns_generator(mean, log_var):
    yield right(mean, log_var)


def returns_transposed_shape(mean, log_var):
    return np.zeros((3, 5))


def returns_nan(mean, log_var):
    return np.full(len(mean), np.nan)


def returns_infinity(mean, log_var):
    return np.full(len(mean), np.inf)


def returns_a_gigabyte(mean, log_var):
    return np.zeros(2**27)


def returns_an_endless_view(mean, log_var):
    return np.broadcast_to(1.0, (2**20, 2**20))


def asks_for_too_much(mean, log_var):
    return np.zeros((2**40, 2**10))


def changes_arguments(mean, log_var):
    mean *= 2
    return 0.5 * np.sum(mean**2 / 4 + np.exp(log_var) - 1 - log_var, axis=-1)


def prints_a_megabyte(mean, log_var):
    print("<b>loud</b>" * 100_000)
    return 2 * right(mean, log_var)


def reseeds(mean, log_var):
    np.random.seed(0)
    random.seed(0)
    return right(mean, log_var)


def draws(mean, log_var):
    return right(mean, log_var) + 0.1 * np.random.normal(size=len(mean)) + random.random()


def changes_settings(mean, log_var):
    np.seterr(all="raise")
    warnings.simplefilter("error")
    sys.setrecursionlimit(5000)
    return right(mean, log_var)


def takes_the_alarm(mean, log_var):
    signal.signal(signal.SIGALRM, lambda *_: None)
    return right(mean, log_var)


def takes_the_output(mean, log_var):
    sys.stdout = sys.stderr = io.StringIO()
    return right(mean, log_var)


def takes_one_argument(mean):
    return mean


def changes_order(log_var, mean):
    return right(mean, log_var)


def remembers(mean, log_var, seen=[]):  # noqa: B006
    seen.append(1)
    return right(mean, log_var) + len(seen)


def divides_by_zero(mean, log_var):
    return 1 / 0


def fills_in_place(mean, log_var):
    out = np.zeros(len(mean))
    for n in range(len(mean)):
        out[n] = 0.5 * np.sum(mean[n] ** 2 + np.exp(log_var[n]) - 1 - log_var[n])
    return out


def rounds_to_float32(mean, log_var):
    return right(mean.astype(np.float32), log_var.astype(np.float32))


def half_filled(mean, log_var):
    return 0.5 * np.sum(... + np.exp(log_var) - 1 - log_var, axis=-1)


HOSTILE = {
    raises: "raised", asserts: "raised", names_nothing: "raised", divides_by_zero: "raised", exhausts: "raised",
    raises_base: "raised", loops: "raised", sleeps: "raised", recurses: "raised", recurses_without_limit: "raised",
    swallows: "raised", swallows_twice: "raised", swallows_finally: "raised", exits: "raised", quits: "raised",
    exits_by_sys: "raised", asks_for_too_much: "raised", fills_in_place: "raised",
    returns_none: "wrong", returns_list: "wrong", returns_string: "wrong", returns_itself: "wrong",
    returns_objects: "wrong", returns_texts: "wrong", returns_complex: "wrong", returns_integers: "wrong",
    returns_booleans: "wrong", returns_masked: "wrong", returns_rude_object: "wrong", returns_generator: "wrong",
    returns_transposed_shape: "wrong", returns_nan: "wrong", returns_infinity: "wrong", returns_a_gigabyte: "wrong",
    returns_an_endless_view: "wrong", changes_arguments: "wrong", prints_a_megabyte: "wrong", draws: "wrong",
    takes_one_argument: "wrong", changes_order: "wrong", remembers: "wrong", Rude: "wrong", 7: "wrong", "text": "wrong",
    rounds_to_float32: "close", half_filled: "unwritten", ...: "unwritten", None: "unwritten",
    reseeds: "right", changes_settings: "right", takes_the_alarm: "right", takes_the_output: "right",
}  # fmt: skip

# ---- wrong, as students write it, with the id that each must be recognized under ----------------


def sigmoid(x):
    return 1 / (1 + anp.exp(-x))


def kl_loop_with_early_return(mean, log_var):
    total = 0.0
    for i in range(mean.shape[-1]):
        total = total + 0.5 * (mean[..., i] ** 2 + np.exp(log_var[..., i]) - log_var[..., i] - 1)
        return total


def z_reseeded(mean, log_var, epsilon):
    np.random.seed(42)
    return mean + np.exp(log_var / 2) * np.random.randn(*np.shape(mean))


def z_fresh_generator(mean, log_var, epsilon):
    return mean + np.exp(log_var / 2) * np.random.default_rng().normal(size=np.shape(mean))


def z_normal_of_numpy(mean, log_var, epsilon):
    return np.random.normal(mean, np.exp(log_var / 2))


def z_more_noise(mean, log_var, epsilon):
    return mean + np.exp(log_var / 2) * (epsilon + np.random.randn(*np.shape(mean)))


WRONG = [
    ("kl_to_standard_normal", "kl-sign", lambda m, v: 0.5 * (1 + v - m**2 - np.exp(v)).sum(axis=1)),
    ("kl_to_standard_normal", "kl-missing-half", lambda m, v: -(1 + v - m * m - np.exp(v)).sum(1)),
    ("kl_to_standard_normal", "kl-forgot-minus-one", lambda m, v: 0.5 * (m**2 + np.exp(v) - v).sum(1)),
    ("kl_to_standard_normal", "kl-mean-over-latents", lambda m, v: -0.5 * (1 + v - m**2 - np.exp(v)).mean(axis=1)),
    ("kl_to_standard_normal", "kl-sum-over-everything", lambda m, v: -0.5 * np.sum(1 + v - m**2 - np.exp(v))),
    (
        "kl_to_standard_normal",
        "kl-mean-over-examples",
        lambda m, v: np.mean(-0.5 * np.sum(1 + v - m**2 - np.exp(v), 1)),
    ),
    ("kl_to_standard_normal", "kl-mean-over-everything", lambda m, v: -0.5 * np.mean(1 + v - m**2 - np.exp(v))),
    ("kl_to_standard_normal", "kl-sum-over-examples", lambda m, v: -0.5 * np.sum(1 + v - m**2 - np.exp(v), axis=0)),
    ("kl_to_standard_normal", "kl-kept-per-latent", lambda m, v: -0.5 * (1 + v - m**2 - np.exp(v))),
    ("kl_to_standard_normal", "kl-log-sigma", lambda m, s: -s.sum(1) + ((np.exp(s) ** 2 + m**2) / 2 - 0.5).sum(1)),
    ("kl_to_standard_normal", "kl-exp-half-log-var", lambda m, v: -0.5 * (1 + v - m**2 - np.exp(0.5 * v)).sum(1)),
    ("kl_to_standard_normal", "kl-turned-round", lambda m, v: 0.5 * (v - 1 + (1 + m**2) / np.exp(v)).sum(1)),
    ("kl_to_standard_normal", "kl-missing-mean", lambda m, v: -0.5 * (1 + v - np.exp(v)).sum(1)),
    ("kl_to_standard_normal", "kl-log-var-taken-as-variance", lambda m, v: 0.5 * (m**2 + v - np.log(v) - 1).sum(1)),
    ("kl_to_standard_normal", "kl-divided-by-pixels", lambda m, v: -0.5 * (1 + v - m**2 - np.exp(v)).sum(1) / 784),
    ("kl_to_standard_normal", "kl-divided-by-pixels", lambda m, v: -0.5 * np.sum(1 + v - m**2 - np.exp(v)) / (5 * 784)),
    ("kl_to_standard_normal", "kl-return-inside-the-loop", kl_loop_with_early_return),
    ("bernoulli_log_prob", "bernoulli-sign", lambda x, v: (anp.logaddexp(0, v) - x * v).sum(1)),
    ("bernoulli_log_prob", "bernoulli-pixel-mean", lambda x, v: (x * v - anp.logaddexp(0, v)).mean(axis=1)),
    ("bernoulli_log_prob", "bernoulli-sum-over-everything", lambda x, v: (x * v).sum() - anp.logaddexp(0, v).sum()),
    ("bernoulli_log_prob", "bernoulli-mean-over-everything", lambda x, v: anp.mean(x * v - anp.logaddexp(0, v))),
    ("bernoulli_log_prob", "bernoulli-kept-per-pixel", lambda x, v: x * v - anp.logaddexp(0, v)),
    (
        "bernoulli_log_prob",
        "bernoulli-sigmoid-twice",
        lambda x, v: (x * sigmoid(v) - anp.log1p(anp.exp(sigmoid(v)))).sum(1),
    ),
    (
        "bernoulli_log_prob",
        "bernoulli-small-number-inside-log",
        lambda x, v: anp.sum(x * anp.log(sigmoid(v) + 1e-8) + (1 - x) * anp.log(1 - sigmoid(v) + 1e-8), 1),
    ),
    (
        "bernoulli_log_prob",
        "bernoulli-small-number-inside-log",
        lambda x, v: anp.sum(x * anp.log(sigmoid(v) + 3e-11) + (1 - x) * anp.log(1 - sigmoid(v) + 3e-11), 1),
    ),
    (
        "bernoulli_log_prob",
        "bernoulli-small-number-inside-log",
        lambda x, v: anp.sum(anp.log(anp.clip(anp.where(x == 1, sigmoid(v), 1 - sigmoid(v)), 1e-7, 1)), 1),
    ),
    (
        "bernoulli_log_prob",
        "bernoulli-log-of-sigmoid",
        lambda x, v: (x * anp.log(sigmoid(v)) + (1 - x) * anp.log(1 - sigmoid(v))).sum(-1),
    ),
    ("bernoulli_log_prob", "bernoulli-exp-overflows", lambda x, v: (x * v).sum(-1) - anp.log(1 + anp.exp(v)).sum(-1)),
    ("bernoulli_log_prob", "bernoulli-x-turned-round", lambda x, v: -(x * v + anp.logaddexp(0, -v)).sum(-1)),
    (
        "bernoulli_log_prob",
        "bernoulli-logits-as-probabilities",
        lambda x, v: (x * anp.log(v) + (1 - x) * anp.log(1 - v)).sum(-1),
    ),
    ("bernoulli_log_prob", "bernoulli-lit-pixels-only", lambda x, v: (x * anp.log(sigmoid(v))).sum(-1)),
    ("bernoulli_log_prob", "bernoulli-squared-error", lambda x, v: -((sigmoid(v) - x) ** 2).sum(-1)),
    ("reparameterize", "z-exp-log-var-as-std", lambda m, v, e: m + e * np.exp(v)),
    ("reparameterize", "z-log-var-as-std", lambda m, v, e: e * v + m),
    ("reparameterize", "z-halved-twice", lambda m, v, e: m + np.sqrt(np.exp(0.5 * v)) * e),
    ("reparameterize", "z-one-epsilon-for-the-batch", lambda m, v, e: m + np.exp(v / 2) * e[0]),
    ("reparameterize", "z-one-epsilon-per-row", lambda m, v, e: m + np.exp(v / 2) * e[:, [0]]),
    ("reparameterize", "z-own-noise", lambda m, v, e: m + np.exp(v / 2) * np.random.randn(*np.shape(m))),
    ("reparameterize", "z-own-noise", z_fresh_generator),
    ("reparameterize", "z-own-noise", z_normal_of_numpy),
    ("reparameterize", "z-own-noise", lambda m, v, e: m + np.exp(v / 2) * random.gauss(0, 1)),
    ("reparameterize", "z-second-epsilon", z_more_noise),
    ("reparameterize", "z-frozen-noise", z_reseeded),
    (
        "reparameterize",
        "z-frozen-noise",
        lambda m, v, e: m + np.exp(v / 2) * np.random.default_rng(7).normal(size=m.shape),
    ),
    ("reparameterize", "z-detached", lambda m, v, e: getval(m) + np.exp(getval(v) / 2) * e),
    ("reparameterize", "z-std-detached", lambda m, v, e: m + np.exp(getval(v) / 2) * e),
    ("reparameterize", "z-mean-dropped", lambda m, v, e: e * np.exp(v / 2)),
    ("reparameterize", "z-epsilon-dropped", lambda m, v, e: m),
    ("reparameterize", "z-minus-epsilon", lambda m, v, e: m - e * np.exp(v / 2)),
    ("reparameterize", "z-mean-squared", lambda m, v, e: np.exp(v / 2) * e + m * m),
]

# ---- wrong in a way that nobody listed, with words that its message must contain ----------------

UNLISTED = [
    (
        "kl_to_standard_normal",
        lambda m, v: right(m, v) / 15,
        ("1/15", "divided by the number of examples times that of latents"),
    ),
    ("kl_to_standard_normal", lambda m, v: 15 * right(m, v), ("15 times", "the number of examples times")),
    ("kl_to_standard_normal", lambda m, v: -2 * right(m, v), ("-2 times", "a factor ½ too few", "sign is turned")),
    ("kl_to_standard_normal", lambda m, v: right(m, v) / np.log(2), ("in bits",)),
    ("kl_to_standard_normal", lambda m, v: right(m, v) + 3.5, ("larger by exactly 7/2",)),
    (
        "kl_to_standard_normal",
        lambda m, v: right(m, v) + 1.5 * np.log(2 * np.pi),
        ("3/2 ln 2π", "each of the 3 latents"),
    ),
    (
        "kl_to_standard_normal",
        lambda m, v: right(m, v) + np.sum(m**2, -1),
        ("`mean**2` enters with +3/2, which is 3 times what it should be.",),
    ),
    (
        "kl_to_standard_normal",
        lambda m, v: 0.5 * np.sum(np.exp(-v) + m**2 + v - 1, -1),
        (
            "`log_var` enters with +1/2: its sign is turned.",
            "`exp(-log_var)` enters with +1/2; it does not belong there",
        ),
    ),
    ("kl_to_standard_normal", lambda m, v: right(m, 0 * v) + np.sin(m).sum(-1), ("does not depend on `log_var`",)),
    ("kl_to_standard_normal", lambda m, v: right(m, v)[::-1], ("not in their places",)),
    ("kl_to_standard_normal", lambda m, v: np.exp(right(m, v)), ("exponential",)),
    ("kl_to_standard_normal", lambda m, v: right(m, v) * np.where(np.arange(len(m)) == 3, 2, 1), ("index 3",)),
    ("bernoulli_log_prob", lambda x, v: bernoulli_stable(x, v) / 35, ("1/35", "examples times that of pixels")),
    ("bernoulli_log_prob", lambda x, v: bernoulli_stable(x, v) + x.sum(-1), ("x alone enters with +1",)),
    ("reparameterize", lambda m, v, e: 3 * z_plain(m, v, e), ("exactly 3 times",)),
    ("reparameterize", lambda m, v, e: z_plain(m, v, e) + 0.5, ("larger by exactly 1/2",)),
    ("reparameterize", lambda m, v, e: np.tanh(m) + 0 * v + np.sin(e), ("does not depend on `log_var`",)),
]
