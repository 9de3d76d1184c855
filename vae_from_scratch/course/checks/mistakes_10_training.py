"""Lesson 10: wrong ways to raise a price while training goes on, and what to say to each."""

from itertools import islice

from vae_from_scratch import training
from vae_from_scratch.course.checks import Mistake


def _at(price):
    """warm_up with another price at each step: price(step, beta, steps)."""

    def warm_up(batches, beta, steps):
        for step, (x, epsilon) in enumerate(batches):
            yield x, epsilon, price(step, beta, steps)

    return warm_up


def _handing_out(change):
    """warm_up that hands out something else at each step."""

    def warm_up(batches, beta, steps):
        for batch in training.warm_up(batches, beta, steps):
            yield change(*batch)

    return warm_up


def _all_first(batches, beta, steps):
    return iter(list(training.warm_up(batches, beta, steps)))


def _only_the_rise(batches, beta, steps):
    return islice(training.warm_up(batches, beta, steps), steps)


def _only_the_rise_and_its_end(batches, beta, steps):
    return islice(training.warm_up(batches, beta, steps), steps + 1)


def _a_rise_for_each_batch(batches, beta, steps):
    for x, epsilon in batches:
        for step in range(steps + 1):
            yield x, epsilon, beta * step / steps


def _counts_again(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches):
        yield x, epsilon, beta * ((step % steps) / steps)


def _computes_in_vain(batches, beta, steps):
    for step, (_, _) in enumerate(batches):
        beta * min(step / steps, 1.0)


WARM_UP = (
    Mistake(
        "warm-up-never-stops",
        _at(lambda step, beta, steps: beta * step / steps),
        "The rise is right, but it never ends: after `steps` steps the price must stay at beta. `min` caps it.",
    ),
    Mistake(
        "warm-up-one-step-early",
        _at(lambda step, beta, steps: beta * min((step + 1) / steps, 1)),
        "Right but for one step: yours begins at beta / steps, and arrives one batch early. The first batch is step 0"
        " and has price 0.",
    ),
    Mistake(
        "warm-up-one-step-late",
        _at(lambda step, beta, steps: beta * min(step / (steps + 1), 1)),
        "Begin and end are right, but the rise takes one step more than `steps`.",
    ),
    Mistake(
        "warm-up-one-step-short",
        _at(lambda step, beta, steps: beta * min(step / (steps - 1), 1)),
        "Begin and end are right, but the price arrives one step early: at step number `steps` it is to be beta, not"
        " before.",
    ),
    Mistake(
        "warm-up-jump",
        _at(lambda step, beta, steps: beta * min(step // steps, 1)),
        "The price stays 0 and then jumps: `//` divides and drops the fraction. A rise needs `/`.",
        also=(_at(lambda step, beta, steps: 0.0 if step < steps else beta),),
    ),
    Mistake(
        "warm-up-constant",
        _at(lambda step, beta, steps: beta),
        "The batches are right, but the price is beta from the first step on. It begins at 0.",
    ),
    Mistake(
        "warm-up-falls",
        _at(lambda step, beta, steps: beta * max(1 - step / steps, 0)),
        "The price falls from beta to 0. It is to rise: at first z costs nothing, later it pays its price.",
    ),
    Mistake(
        "warm-up-to-one",
        _at(lambda step, beta, steps: min(step / steps, 1)),
        "The rise is right, and ends at 1 whatever beta is. Where does beta come in?",
    ),
    Mistake(
        "warm-up-capped-at-beta-only",
        _at(lambda step, beta, steps: min(step / steps, beta)),
        "It ends at beta, but rises by 1 / steps a step whatever beta is. What is to be capped at 1 is the *fraction*"
        " of the way: and of what is the price that fraction?",
    ),
    Mistake(
        "warm-up-capped-at-one",
        _at(lambda step, beta, steps: min(beta * step / steps, 1)),
        "The rise is right as long as the price is below 1, and there it stops. What may not pass 1 is the *fraction*,"
        " step / steps; the price may, and ends at beta.",
    ),
    Mistake(
        "warm-up-rises-within-each-batch",
        _a_rise_for_each_batch,
        "Each batch comes again and again, at every price in turn. One batch, one price: the loop over batches is the"
        " only loop.",
    ),
    Mistake(
        "warm-up-starts-over",
        _counts_again,
        "The first rise is right. Then the price falls back to 0 and rises again. After `steps` steps it is to stay at"
        " beta.",
    ),
    Mistake(
        "warm-up-ends-with-the-rise",
        _only_the_rise,
        "The rise is right, and then no more batches come: training would end there. Batches go on at the full price."
        " If there is a `zip`: it stops with the shorter of its two.",
        also=(_only_the_rise_and_its_end,),
    ),
    Mistake(
        "warm-up-prices-only",
        _handing_out(lambda x, epsilon, beta: beta),
        "The prices are right, but the batches are gone: `yield x, epsilon, price`, as the loss takes them.",
        also=(_handing_out(lambda x, epsilon, beta: (beta,)),),
    ),
    Mistake(
        "warm-up-another-order",
        _handing_out(lambda x, epsilon, beta: (beta, x, epsilon)),
        "All three are there, in another order. The loss takes x, epsilon, beta.",
        also=(
            _handing_out(lambda x, epsilon, beta: (x, beta, epsilon)),
            _handing_out(lambda x, epsilon, beta: (epsilon, x, beta)),
        ),
    ),
    Mistake(
        "warm-up-more-than-three",
        _handing_out(lambda x, epsilon, beta: (x, epsilon, beta, beta)),
        "The first three are right, and there is a fourth. `train` hands everything on to the loss, which would take it"
        " for its `model`.",
    ),
    Mistake(
        "warm-up-pair-kept-together",
        _handing_out(lambda x, epsilon, beta: ((x, epsilon), beta)),
        "The price is right, but the batch inside is still a pair: unpack it, so that three things come out.",
    ),
    Mistake(
        "warm-up-scales-the-noise",
        _handing_out(lambda x, epsilon, beta: (x, beta * epsilon, beta)),
        "The noise is multiplied by the price. Noise stays as it is; the price is weighed in the loss.",
    ),
    Mistake(
        "warm-up-list",
        lambda *args: list(training.warm_up(*args)),
        "The triples are right, but all batches are made before the first is handed out: a list. Batches are a stream"
        " that may never end: `yield` in the loop hands out one at a time.",
        also=(_all_first,),
    ),
    Mistake(
        "warm-up-return-inside-the-loop",
        lambda *args: next(iter(training.warm_up(*args))),
        "The first triple is right, and it is the only one: a `return` inside the loop leaves after the first batch."
        " With `yield` in its place the loop goes on.",
    ),
    Mistake(
        "warm-up-nothing-handed-out",
        _computes_in_vain,
        "Nothing comes out. `yield x, epsilon, price` as the last line inside the loop hands out each batch.",
    ),
)  # fmt: skip
