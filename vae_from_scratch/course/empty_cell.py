"""The empty cell: a VAE that a student wrote from nothing, put to five tests that know no line of its code.

Handed over are six functions and the trained parameters. Each test is a sentence that is true of every right VAE of
784 binary pixels: what the loss is where all parameters are zero; that the sampler and the KL speak of one
distribution; that the loss is made of the parts; that its gradient is its slope; and that the bound, computed here
from encode and decode alone, is under 116 nats. A test whose parts are still blank waits; where nothing has been
written yet, our own VAE is judged in its place.
"""

from typing import NamedTuple

import numpy as np

from vae_from_scratch import distributions, ops, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course import cards, nats, trained
from vae_from_scratch.course.exercises import is_blank
from vae_from_scratch.course.guard import Guard
from vae_from_scratch.course.pairs import check_pair
from vae_from_scratch.course.translate import translated
from vae_from_scratch.pytree import tree_leaves, tree_map, tree_paths, tree_unflatten

NATS, PIXELS = 784 * np.log(2), 784
GOAL = 116.0
SECONDS = 30.0  # for one test
IMAGES = 20  # that the tests before the last one look at
STEP = 1e-5  # of the differences
OFF = np.tile([0.5, -0.8, 0.3], (5, 1)), np.tile([-1.2, 0.7, 1.4], (5, 1))  # mean and log_var, generic


class Finding(NamedTuple):
    """One test: ✓, ✗, or ○ if it waits; what it asks; what was found."""

    symbol: str
    test: str
    found: str


class Report(tuple):
    """Findings, shown as a card, and elsewhere line by line."""

    def failing(self):
        """The tests that fail."""
        return [finding.test for finding in self if finding.symbol == "✗"]

    def __repr__(self):
        return "\n".join(f"{symbol} {test}: {found}" for symbol, test, found in self)

    def _repr_html_(self):
        tone = cards.TONES["wrong" if self.failing() else "right"]
        rows = (f"<div>{symbol} <strong>{test}</strong>: {cards.inline(found)}</div>" for symbol, test, found in self)
        return cards.framed(list(rows), tone)


def judge(*, init, encode, draw, kl, decode, loss, params):
    """A Report on a VAE: init(rng), encode(params, x), draw(mean, log_var, epsilon), kl(mean, log_var),
    decode(params, z), loss(params, x, epsilon), and the trained params. Raises nothing that its code raises.
    """
    parts = {"init": init, "encode": encode, "draw": draw, "kl": kl, "decode": decode, "loss": loss}
    blank = [name for name, part in parts.items() if is_blank(part)]
    if len(blank) == len(parts):
        head = Finding("○", "your VAE", "not written yet. Until then ours is judged, so that you see the five tests.")
        return Report([head, *(tried(test, ours()) for test in TESTS)])
    parts["params"] = None if is_blank(params) else params
    waiting = {*blank, *(["params"] if parts["params"] is None else [])}
    return Report(tried(test, parts, waiting) for test in TESTS)


def ours():
    """Lesson 8's VAE, as the parts that a student hands over."""
    params = trained.kept() or trained.lesson_8()
    core = {"encode": vae.encode, "decode": vae.decode, "loss": vae.loss, "kl": distributions.kl_to_standard_normal}
    return core | {"init": lambda _: trained.beginning(), "draw": distributions.reparameterize, "params": params}


def tried(test, parts, waiting=()):
    """The Finding of one test; what the student's code raises is told."""
    name, needed, run = test
    missing = [part for part in needed if part in waiting]
    if missing:
        return Finding("○", name, f"waits for {', '.join(f'`{part}`' for part in missing)}.")
    call = Guard(parts["loss"], SECONDS).call(run, parts)
    if call.error is not None:
        return Finding("✗", name, translated(call.error, parts["loss"]))
    holds, found = call.value
    return Finding("✓" if holds else "✗", name, found)


# ------------------------------------------------------------------- what the tests stand on


def some_images(parts):
    """A few binary digits and noise of the right size: (N, 784), (N, L)."""
    x = nats.test_digits()[:IMAGES]
    mean, log_var = parts["encode"](parts["init"](np.random.default_rng(0)), x)
    if np.ndim(mean) != 2 or len(mean) != IMAGES or np.shape(log_var) != np.shape(mean):
        raise ValueError(f"encode gives {np.shape(mean)} and {np.shape(log_var)}: wanted (N, L) twice, N = {IMAGES}")
    return x, np.random.default_rng(1).standard_normal(np.shape(mean))


def off_the_beginning(parts):
    """Parameters in float64, near the beginning, with every entry moved."""
    rng = np.random.default_rng(2)
    start = parts["init"](np.random.default_rng(0))
    return tree_map(lambda leaf: leaf + 0.03 * rng.standard_normal(np.shape(leaf)), start)


def near(got, value):
    """Whether two losses are one, but for rounding in float32."""
    return abs(got - value) < 1e-5 * abs(value)


def named(got, known):
    """The words of the first value in {words: value} that a loss comes to, or ""."""
    return next((words for words, value in known.items() if near(got, value)), "")


# ------------------------------------------------------------------- the five tests


def loss_of_nothing(parts):
    """With every parameter zero, the logits are 0 and q is the prior: 784 ln 2."""
    x, epsilon = some_images(parts)
    L = epsilon.shape[-1]
    zeros = tree_map(np.zeros_like, parts["init"](np.random.default_rng(0)))
    got = parts["loss"](zeros, x, epsilon)
    if np.shape(got) != ():
        return False, f"The loss has shape {np.shape(got)}; it must be one number, the mean over the images."
    if abs(got - NATS) < 0.01:
        return True, "with all parameters zero the loss is 784 ln 2 = 543.43."
    halves = -distributions.bernoulli_log_prob(x, np.full(PIXELS, 0.5))
    known = {
        "the sign is turned: training goes down, so the loss is minus the bound": -NATS,
        "the pixels are averaged where they must be summed": NATS / PIXELS,
        "the images are summed where they must be averaged": NATS * IMAGES,
        "it is divided by the number of images once too often": NATS / IMAGES,
        "it is in bits": NATS / np.log(2),
        "decode gives probabilities, and the loss takes them for logits": np.mean(halves),
        "that is a squared error, not minus the log of a probability": PIXELS / 4,
        "encode gives the standard deviation, or the variance: its log is wanted": NATS + L * (np.e / 2 - 1),
    }
    why = named(got, known) or ("look for the log of 0, or of something negative" if not np.isfinite(got) else "")
    return False, f"With all parameters zero it is {got:.2f}, not 543.43" + (f": {why}." if why else ".")


def sampler_and_kl(parts):
    """Monte-Carlo: do the draws spread as the KL believes?"""
    sizes = np.shape(parts["draw"](*OFF, np.ones((5, 3)))), np.shape(parts["kl"](*OFF))
    if sizes != ((5, 3), (5,)):
        return False, (
            f"For 5 images and 3 latents draw gives {sizes[0]} and kl {sizes[1]}. Wanted are (5, 3), a z for each"
            " image, and (5,), the KL of each, summed over its latents."
        )
    verdict = check_pair(parts["draw"], parts["kl"])
    return verdict.accepted, verdict.message[0].lower() + verdict.message[1:] if verdict.accepted else verdict.message


def made_of_its_parts(parts):
    """The loss against distortion + KL, put together here from encode, draw, kl and decode."""
    x, epsilon = some_images(parts)
    params = off_the_beginning(parts)
    mean, log_var = parts["encode"](params, x)
    rate = parts["kl"](mean, log_var)

    def distortion(z):
        return -distributions.bernoulli_log_prob(x, parts["decode"](params, z))

    cost, quiet = distortion(parts["draw"](mean, log_var, epsilon)), distortion(mean)
    got, again = (float(parts["loss"](params, x, epsilon)) for _ in range(2))
    if got != again and np.isfinite(got):
        return (
            False,
            f"Called twice with the same epsilon, your loss is {got:.2f} and {again:.2f}: draw z with epsilon.",
        )
    if near(got, np.mean(cost + rate)):
        return True, "the loss is the mean of distortion + KL, at the z that is drawn."
    known = {
        "the KL is left out, or as good as (divided by the pixels?)": np.mean(cost),
        "it decodes the mean, without noise": np.mean(quiet + rate),
        "the KL is averaged over the latents": np.mean(cost + rate / np.shape(mean)[-1]),
        "the KL is summed over the images": np.mean(cost) + np.sum(rate),
        "the KL counts twice": np.mean(cost + 2 * rate),
        "the KL counts half": np.mean(cost + rate / 2),
        "the KL enters with a minus": np.mean(cost - rate),
        "the pixels are averaged": np.mean(cost / PIXELS + rate),
        "the images are summed": np.sum(cost + rate),
        "the sign is turned": -np.mean(cost + rate),
    }
    why = named(got, known)
    found = f"Your parts put together give {np.mean(cost + rate):.2f} nats, your loss {got:.2f}"
    return False, found + (f": {why}." if why else ". Does decode give logits, and the loss sum over the pixels?")


def gradient_is_the_slope(parts):
    """Each leaf's gradient along one direction against a central difference."""
    x, epsilon = some_images(parts)
    params = off_the_beginning(parts)
    grads = tree_leaves(value_and_grad(parts["loss"])(params, x, epsilon)[1])
    leaves, rng = tree_leaves(params), np.random.default_rng(3)
    for i, (path, leaf, grad) in enumerate(zip(tree_leaves(tree_paths(params)), leaves, grads, strict=True)):
        if not np.any(grad):
            return False, f"No gradient reaches {path}: something on the way from it to the loss is cut off."
        way = rng.standard_normal(leaf.shape)
        ends = [[*leaves[:i], leaf + step * way, *leaves[i + 1 :]] for step in (STEP, -STEP)]
        ahead, back = (parts["loss"](tree_unflatten(params, end), x, epsilon) for end in ends)
        slope, claimed = (ahead - back) / (2 * STEP), np.sum(grad * way)
        if not abs(slope - claimed) < 1e-3 * (abs(slope) + np.linalg.norm(grad)):
            return False, f"In a direction of {path} the loss has slope {slope:.4g}; its gradient says {claimed:.4g}."
    return True, "of every parameter it is the slope that differences show."


def bound(parts):
    """Distortion + KL of the test digits, from encode and decode alone: (), in nats."""
    x = nats.test_digits()
    mean, log_var = parts["encode"](parts["params"], x)
    z = distributions.reparameterize(mean, log_var, np.random.default_rng(1).standard_normal(np.shape(mean)))
    distortion = -distributions.bernoulli_log_prob(x, parts["decode"](parts["params"], z))
    return float(ops.mean(distortion + distributions.kl_to_standard_normal(mean, log_var)))


def trained_below_the_goal(parts):
    """The bound on the thousand test digits."""
    got = bound(parts)
    if got < GOAL:
        return True, f"on the 1,000 test digits it is under {GOAL:.0f} nats."
    why = "Train longer, or with a smaller rate at the end."
    if got > 300:
        why = "These look untrained: were they what training returned?"
    elif 195 < got < 215:
        why = "That is the mean image's cost: z is not used. Has it collapsed?"
    return False, f"On the 1,000 test digits it is {got:.1f} nats. {why}"


TESTS = (
    ("543.43", ("init", "encode", "loss"), loss_of_nothing),
    ("sampler and KL", ("draw", "kl"), sampler_and_kl),
    ("one loss of its parts", ("init", "encode", "draw", "kl", "decode", "loss"), made_of_its_parts),
    ("gradient", ("init", "encode", "loss"), gradient_is_the_slope),
    ("bound", ("encode", "decode", "params"), trained_below_the_goal),
)
