"""Lesson 10: what the rate buys, and at what price. Claims that are true of its functions, and hints."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from vae_from_scratch import evaluation, training, vae
from vae_from_scratch.course.checks import Case, Claim, Task, furthest, gives, near, shown, wrong_number
from vae_from_scratch.course.checks.fixture_08 import (
    AXES,
    OTHER_MODEL,
    PARAMS,
    SURE,
    ZEROS,
    X,
    lesson_batch,
    lesson_params,
    with_head,
)
from vae_from_scratch.course.checks.loops_08 import three
from vae_from_scratch.course.checks.mistakes_10 import AGGREGATE, RATE_PER_UNIT
from vae_from_scratch.course.checks.mistakes_10_training import WARM_UP
from vae_from_scratch.pytree import tree_leaves

_rng = np.random.default_rng(10)
Z, MEAN, LOG_VAR = _rng.normal(size=(11, 3)), _rng.normal(size=(5, 3)) + 0.3, _rng.normal(size=(5, 3)) * 0.8 - 0.6
BATCHES = [(_rng.normal(size=(5, 7)), _rng.normal(size=(5, 3))) for _ in range(11)]
_LN_2PI = np.log(2 * np.pi)


def as_precise_as_params(rate_per_unit, params, x, *model):
    """A rate per unit in the dtype of the parameters: an average may be taken in float64, or not."""
    got, dtype = rate_per_unit(params, x, *model), tree_leaves(params)[0].dtype
    return got.astype(dtype) if getattr(got, "dtype", None) == np.float64 else got


def streamed(warm_up, batches, beta, steps):
    """What a schedule hands out, as arrays: x (S, ·), epsilon (S, ·), prices (S,), and how many batches had been taken
    when each came (S,); 0 where they came all at once.
    """
    dtype, taken = batches[0][0].dtype, 0

    def stream():
        nonlocal taken
        for batch in batches:
            taken += 1
            yield batch

    made = warm_up(stream(), beta, steps)
    if isinstance(made, Iterator):
        rows = [(*three(_in_three(step), dtype), taken) for step in islice(made, len(batches) + 1)]
    else:
        rows = [(*three(step, dtype), 0) for step in (made if isinstance(made, list) else [made] if made else [])]
    x, epsilon, prices, taken = zip(*rows, strict=True) if rows else ([np.zeros(0, dtype)],) * 3 + ([0],)
    prices = np.stack(prices)
    return np.stack(x), np.stack(epsilon), prices[:, 0] if prices.shape[1] == 1 else prices, np.array(taken, dtype)


def _in_three(step):
    """What was handed out at a step; in place of all that is beyond three parts, a 0 beside the third."""
    return (*step[:2], (step[2], 0.0)) if isinstance(step, (tuple, list)) and len(step) > 3 else step


# ---- claims of the rate per unit -------------------------------------------------------------------


def _silent(f):
    got = f(ZEROS, X)
    return bool(np.allclose(got, 0.0, atol=1e-6)) or f"Yours gives {wrong_number(got, np.zeros(3))}."


def _half_a_nat_each(f):
    return gives(f(with_head(ZEROS, "encoder", "mean", b=1.0), X), np.full(3, 0.5))


def _adds_up_to_the_rate(f):
    rate = np.mean(vae.rate_and_distortion(PARAMS, X, np.zeros((5, 3)))[0])
    total = np.sum(f(PARAMS, X))
    return near(total, rate) or f"Yours add up to {shown(total / rate, 1.0)} times the rate."


def _more_of_the_same_images(f):
    return near(f(PARAMS, np.tile(X, (3, 1))), f(PARAMS, X)) or "With every image three times, yours is another."


def _sure(f):
    with np.errstate(over="ignore"):
        return near(f(SURE, X), evaluation.rate_per_unit(SURE, X)) or "There yours is off, or not finite."


# ---- claims of the aggregate -----------------------------------------------------------------------


def _one_standard_posterior(f):
    return gives(f(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1))), [-_LN_2PI / 2])


def _between_two(f):
    return gives(f(np.zeros((1, 1)), np.array([[-1.0], [1.0]]), np.zeros((2, 1))), [-0.5 - _LN_2PI / 2])


def _all_alike(f):
    alone = f(Z, MEAN[:1], LOG_VAR[:1])
    got = f(Z, np.tile(MEAN[:1], (5, 1)), np.tile(LOG_VAR[:1], (5, 1)))
    return near(got, alone) or "With yours five equal posteriors are something else than one."


def _integrates_to_one(f):
    z = np.linspace(-12, 12, 4001)[:, None]
    total = np.sum(np.exp(f(z, MEAN[:, :1], LOG_VAR[:, :1]))) * (z[1, 0] - z[0, 0])
    return bool(abs(total - 1) < 1e-4) or f"The integral of yours over one latent is {shown(total, 1.0)}."


def _far_away(f):
    got = f(np.full((1, 3), 100.0), MEAN, np.full((5, 3), -4.0))
    want = evaluation.log_aggregate_posterior(np.full((1, 3), 100.0), MEAN, np.full((5, 3), -4.0))
    return near(got, want) or "There yours is off, or infinite."


# ---- claims of the schedule ------------------------------------------------------------------------


def _quarter_by_quarter(f):
    _, _, prices, _ = f(BATCHES[:6], 4.0, 4)
    seen = ", ".join(f"{price:.4g}" for price in np.ravel(prices))
    return near(prices, [0.0, 1.0, 2.0, 3.0, 4.0, 4.0]) or f"With yours they are {seen or 'none'}."


def _batches_untouched(f):
    x, epsilon, *_ = f(BATCHES, 0.8, 6)
    if not near(x, np.stack([np.ravel(batch[0]) for batch in BATCHES])):
        return "With yours x does not come out as it went in."
    same = near(epsilon, np.stack([np.ravel(batch[1]) for batch in BATCHES]))
    return same or "With yours epsilon does not come out as it went in."


def _one_at_a_time(f):
    (*_, taken), want = f(BATCHES, 0.8, 6), np.arange(1.0, 12.0)
    if near(taken, want):
        return True
    if not taken[0]:
        return "Yours hands out everything at once, or nothing."
    if len(taken) != 11:
        return f"Of 11 batches yours hands out {len(taken)}."
    (i,) = furthest(taken, want)
    return f"When yours hands out batch number {i + 1}, {taken[i]:.0f} have been taken."


TASKS = (
    Task(
        reference=evaluation.rate_per_unit,
        lesson=10,
        fixture=(PARAMS, X),
        axes={size: AXES[size] for size in (5, 3, 7, 13)},
        by_hand=(
            Claim(
                "Where every posterior is the prior, every unit's share is 0.",
                _silent,
                "The KL of the prior from itself is 0 in each latent. What else do you add?",
            ),
            Claim(
                "Units with mean 1 and log_var 0 have half a nat each.",
                _half_a_nat_each,
                "Each latent's own KL is asked for: which axis has to stay?",
            ),
        ),
        properties=(
            Claim(
                "The shares add up to the mean rate.",
                _adds_up_to_the_rate,
                "The rate sums over latents and averages over images. You only leave the sum out.",
            ),
            Claim(
                "The same images three times over change nothing.",
                _more_of_the_same_images,
                "A mean over the images does not grow with their number.",
            ),
        ),
        extremes=(Claim("At log_var ±20 it is finite and right.", _sure, "Where does something overflow?"),),
        also=(
            Case("with one image alone", (PARAMS, X[:1])),
            Case("with another model in place of DENSE", (PARAMS, X, OTHER_MODEL), hint="Use `model.encode`."),
        ),
        lesson_size=lambda: (lesson_params(), lesson_batch()[0]),
        use=as_precise_as_params,
        hints=(
            "`kl_to_standard_normal` sums over the last axis, and the last axis are the latents. How can you make each"
            " latent an axis of its own, of length 1?",
            "mean and log_var, (N, L), become (N, L, 1) by `[..., None]`. Their KL is then (N, L): a number for each"
            " image and latent. Average over the images.",
            "A skeleton:\n\n    mean, log_var = model.encode(params, x)\n"
            "    return kl_to_standard_normal(mean[…], log_var[…]).mean(axis=…)",
        ),
        why="A latent alone is a posterior of one latent: with an axis of length 1 at the end, the function that sums"
        " over latents has nothing to sum, and gives each its own KL. The mean over images is the only reduction left.",
        mistakes=RATE_PER_UNIT,
    ),
    Task(
        reference=evaluation.log_aggregate_posterior,
        lesson=10,
        fixture=(Z, MEAN, LOG_VAR),
        axes={11: "draws", 5: "examples", 3: "latents"},
        by_hand=(
            Claim(
                "One standard normal posterior has log-density −½ ln 2π at 0.",
                _one_standard_posterior,
                "With N = 1 the mean is the density itself.",
            ),
            Claim(
                "Halfway between two posteriors, of mean −1 and 1, the log-density is −½ − ½ ln 2π.",
                _between_two,
                "Both have the same density there, so their mean is that density: adding them up would double it.",
            ),
        ),
        properties=(
            Claim("Five equal posteriors are one.", _all_alike, "A mean, or a sum?"),
            Claim(
                "Over one latent it integrates to 1.",
                _integrates_to_one,
                "Each posterior does, with its ln 2π and its log_var in place; then so does their mean.",
            ),
        ),
        extremes=(
            Claim(
                "Far from every posterior it is finite.",
                _far_away,
                "There every density underflows to 0. `np.logaddexp(a, b)` is log(exp(a) + exp(b)), with no `exp` to be"
                " afraid of.",
            ),
        ),
        also=(
            Case("with one draw alone", (Z[:1], MEAN, LOG_VAR)),
            Case("with one posterior alone", (Z, MEAN[:1], LOG_VAR[:1])),
            Case("far from every posterior", (np.full((1, 3), 100.0), MEAN, np.full((5, 3), -4.0))),
            Case("inside a narrow posterior, where a density is above 1", (MEAN, MEAN, np.full((5, 3), -6.0))),
        ),
        lesson_size=lambda: (np.zeros((200, 16)), np.zeros((500, 16)), np.zeros((500, 16))),
        hints=(
            "At one z: how large is the density of one image's posterior, and what is then done over the images? And"
            " where does the logarithm go?",
            "`normal_log_prob(z, mean[n], log_var[n])` summed over latents is posterior n's log-density at all z, (M,)."
            " Keep a running log of the sum with `np.logaddexp`, from −inf on, and take ln N off at the end. Or all at"
            " once, (M, N, L), with log-mean-exp over the images.",
            "A skeleton:\n\n    log_sum = np.full(len(z), -np.inf, z.dtype)\n"
            "    for center, spread in zip(mean, log_var):\n"
            "        log_sum = np.logaddexp(log_sum, np.sum(…, axis=-1))\n    return log_sum - …",
        ),
        why="Latents multiply within a posterior: a sum of logs. Posteriors mix: a mean of densities. `logaddexp` adds"
        " densities while they stay logarithms, and one posterior at a time needs (M,) numbers of memory, not M N L.",
        mistakes=AGGREGATE,
    ),
    Task(
        reference=training.warm_up,
        lesson=10,
        fixture=(BATCHES, 0.8, 6),
        axes={5: "examples", 7: "pixels", 3: "latents"},
        parts=("x", "epsilon", "beta", "the number of batches taken"),
        by_hand=(
            Claim(
                "To beta 4 in 4 steps, the prices of six batches are 0, 1, 2, 3, 4, 4.",
                _quarter_by_quarter,
                "Which fraction of the way has been gone after `step` batches of `steps`, and when does it stop?",
            ),
        ),
        properties=(
            Claim(
                "The batches come out as they went in.",
                _batches_untouched,
                "`yield x, epsilon, price`: the first two as they are.",
            ),
            Claim(
                "One batch is taken for each that is handed out.",
                _one_at_a_time,
                "A `for` loop with a `yield` inside takes a batch when its turn has come. `list(batches)` would take"
                " all, and a stream may have no end.",
            ),
        ),
        also=(Case("for a beta above 1", (BATCHES, 3.0, 4)), Case("with one step of rise", (BATCHES, 0.8, 1))),
        use=streamed,
        hints=(
            "At batch number `step`, counted from 0, which fraction of the rise lies behind? And when that fraction is"
            " above 1?",
            "price = beta · min(step / steps, 1). A generator: loop over `enumerate(batches)`, unpack the pair,"
            " `yield` the triple.",
            "A skeleton:\n\n    for step, (x, epsilon) in enumerate(batches):\n        yield x, epsilon, beta * min(…)",
        ),
        why="A schedule is one more number in the batch: train hands it on to the loss and need not know. The price"
        " rises by beta / steps a step, and min holds it at beta.",
        mistakes=WARM_UP,
    ),
)
