"""Lesson 8: wrong ways to write the training loop, and what to say to each."""

from itertools import islice

from vae_from_scratch import training, vae
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.checks.wrong_loops_08 import (
    all_batches_first,
    calling,
    cannot_unpack,
    first_batch_for_ever,
    giving,
    gradients_become_parameters,
    handing_out,
    minus,
    own_optimizer,
    own_step,
    starts_over,
    stepping,
    update_arguments_swapped,
    updates_in_vain,
    updates_twice,
    uphill,
    value_after_the_step,
    yields_before_the_step,
    yields_once,
)

MISTAKES = (
    Mistake(
        "train-list",
        giving(lambda steps: steps),
        "Every step is right, but they come all at once, at the end, in a list. Then nobody can watch, break off, or"
        " train for a day: hand out each step when it is done, with `yield` in the loop in place of a `return` behind"
        " it.",
    ),
    Mistake(
        "train-last-only",
        giving(lambda steps: steps[-1]),
        "The training is right, and only its end comes back. `yield value, params, state` inside the loop hands out"
        " every step: whoever calls it can then look on, and stop.",
        also=(giving(lambda steps: steps[-1][1]), giving(lambda steps: steps[-1][1:])),
    ),
    Mistake(
        "train-nothing-handed-out",
        giving(lambda steps: None),
        "Nothing comes out. Whatever the loop does, its caller sees none of it: `yield value, params, state` as the"
        " last line inside.",
    ),
    Mistake(
        "train-return-inside-the-loop",
        lambda *args: next(iter(training.train(*args))),
        "The first step is right, and it is the only one: a `return` inside the loop leaves after the first batch. With"
        " `yield` in its place the loop goes on where it was.",
    ),
    Mistake(
        "train-yield-after-the-loop",
        yields_once,
        "The training is right, but there is a single `yield`, behind the loop. One step to the right, inside, and"
        " every step is handed out.",
    ),
    Mistake(
        "train-all-batches-first",
        all_batches_first,
        "Every step is right, but all batches are taken before the first one is made. Batches are a stream that may"
        " never end: `for batch in batches:` takes one, when its turn has come.",
    ),
    Mistake(
        "train-values-only",
        handing_out(lambda value, params, state, before: value),
        "The values are right, but nobody gets the trained parameters: `yield value, params, state`.",
        also=(handing_out(lambda value, params, state, before: (value,)),),
    ),
    Mistake(
        "train-state-kept-back",
        handing_out(lambda value, params, state, before: (value, params)),
        "Value and parameters are right, but the optimizer's state is not handed out. A run that is to be continued"
        " tomorrow needs it: `yield value, params, state`.",
    ),
    Mistake(
        "train-handed-out-in-another-order",
        handing_out(lambda value, params, state, before: (value, state, params)),
        "All three are right, but not in their order: value, params, state.",
        also=(
            handing_out(lambda value, params, state, before: (params, state, value)),
            handing_out(lambda value, params, state, before: (params, value, state)),
            handing_out(lambda value, params, state, before: (params, state)),
        ),
    ),
    Mistake(
        "train-hands-out-the-old-parameters",
        yields_before_the_step,
        "The training is right, but what is handed out are the parameters from *before* the step: after the last"
        " batch one step would be lost. First the update, then the `yield`.",
        also=(
            handing_out(lambda value, params, state, before: (value, *before)),
            handing_out(lambda value, params, state, before: (value, before[0], state)),
            handing_out(lambda value, params, state, before: (value, params, before[1])),
        ),
    ),
    Mistake(
        "train-gradient-without-update",
        stepping(lambda optimizer, params, grads, state: (params, state)),
        "The gradient is computed and not used: the parameters stay as they were. `optimizer.update(params, grads,"
        " state)` changes nothing in place, but *returns* new parameters and a new state: give them the old names.",
        also=(
            stepping(updates_in_vain),
            stepping(lambda optimizer, params, grads, state: (params, optimizer.update(params, grads, state)[1])),
        ),
    ),
    Mistake(
        "train-starts-over",
        starts_over,
        "Each step is right, but the next one does not begin where it ended: always from the first parameters. `params,"
        " state = optimizer.update(…)` gives the new ones the old name.",
    ),
    Mistake(
        "train-state-reset",
        stepping(lambda optimizer, params, grads, state: optimizer.update(params, grads, optimizer.init(params))),
        "The first step is right. But the optimizer's state is made anew at each step, so that it remembers nothing:"
        " every step of Adam is its first. `optimizer.init` belongs in front of the loop.",
    ),
    Mistake(
        "train-state-forgotten",
        stepping(lambda optimizer, params, grads, state: (optimizer.update(params, grads, state)[0], state)),
        "The first step is right. But the new state that `optimizer.update` returns is thrown away: momentum never"
        " builds up, and Adam takes every step for its first. Keep both: `params, state = optimizer.update(…)`.",
    ),
    Mistake(
        "train-updates-twice",
        stepping(updates_twice),
        "`optimizer.update` is called twice in a step, once for the parameters and once for the state. It uses up the"
        " state it is given, so that Adam's averages move on twice. One call gives both: `params, state ="
        " optimizer.update(params, grads, state)`.",
    ),
    Mistake(
        "train-uphill",
        stepping(uphill),
        "The steps have the right length and the wrong direction: the loss rises. The optimizer takes the gradient as"
        " it is and goes against it.",
    ),
    Mistake(
        "train-ascends-on-minus-the-loss",
        calling(lambda params, batches, optimizer, loss, state: (params, batches, optimizer, minus(loss), state)),
        "The sign of the loss has been turned, so that training raises it. A loss is lowered as it is; its sign is"
        " turned only for what should rise, such as an ELBO.",
    ),
    Mistake(
        "train-value-after-the-step",
        value_after_the_step,
        "The training is right, but the value is computed again with the new parameters: one more pass for each step,"
        " and a flattered number, since the step was fitted to this very batch. `value_and_grad` has it already.",
    ),
    Mistake(
        "train-first-batch-for-ever",
        first_batch_for_ever,
        "Every step uses the first batch: the network would learn fifty images by heart. The loop takes a new one each"
        " time.",
    ),
    Mistake(
        "train-first-batch-thrown-away",
        calling(lambda params, batches, *rest: (params, islice(batches, 1, None), *rest)),
        "The first batch is taken and not trained on. Is there a `next(batches)` in front of the loop?",
    ),
    Mistake(
        "train-update-arguments-swapped",
        stepping(update_arguments_swapped),
        "Parameters and gradients have changed places on their way to the optimizer: the gradients are moved by the"
        " parameters. It is `optimizer.update(params, grads, state)`.",
        detect=gradients_become_parameters,
    ),
    Mistake(
        "train-own-optimizer",
        stepping(own_step(1e-3)),
        "It makes steps of its own, `params - rate * gradient`, whatever optimizer it is given. How to step is the"
        " optimizer's business: `params, state = optimizer.update(params, grads, state)`.",
        also=tuple(stepping(own_step(rate)) for rate in (0.1, 0.01, 1e-4)),
        detect=own_optimizer,
    ),
    Mistake(
        "train-own-loss",
        calling(lambda params, batches, optimizer, loss, state: (params, batches, optimizer, vae.loss, state)),
        "With the default loss it is right, but the argument `loss` is not used: it always lowers `vae.loss`. The"
        " lesson trains a mixture, and wrong losses, with the same loop.",
    ),
    Mistake(
        "train-state-not-taken-up",
        calling(lambda params, batches, optimizer, loss, state: (params, batches, optimizer, loss, None)),
        "A run from the start is right. But a `state` that is handed in is not used: a run that is continued would"
        " begin with an empty memory. Make a new one only if `state is None`.",
    ),
    Mistake(
        "train-two-of-the-batch",
        calling(lambda params, batches, *rest: (params, (batch[:2] for batch in batches), *rest)),
        "With batches (x, epsilon) it is right. But what a batch holds is between it and the loss: (x,) for a"
        " mixture, or (x, epsilon, beta) while a slider moves. `loss(params, *batch)` hands over however many there"
        " are.",
        detect=cannot_unpack,
    ),
)  # fmt: skip
