"""The suspects of the mistake bench: known wrong implementations that train, and train otherwise than the right one.

They are drawn from the registry of `checks`, so a new mistake appears here by itself. Which of them train is found by
trying: two steps of a tiny VAE with the wrong function in place. Left out are those that raise, whose values have
another shape or are not finite, that draw noise of their own, and that change nothing. A student's own wrong answer
is a suspect too, once its mistake is recognized.
"""

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import NamedTuple
from zlib import crc32

import numpy as np

import vae_from_scratch
from vae_from_scratch import data, vae
from vae_from_scratch.course.checks import Mistake, reference_of, tasks
from vae_from_scratch.course.linking import linked
from vae_from_scratch.pytree import tree_leaves

HARMLESS = {"z-minus-epsilon", "dense-W-mean"}  # as good a draw; a factor that Adam undoes: nothing to find
EXAMPLES, LATENTS, STEPS = 5, 3, 2  # of the trial
STEP = 1e-3  # Adam's

_own = {}  # reference -> Suspect with the student's own function, the last one in this notebook


class Suspect(NamedTuple):
    """A mistake, and the function of the core that it stands in for."""

    reference: Callable
    mistake: Mistake

    @property
    def name(self):
        """What is wrong, in the words of its id: "reparameterize: exp log_var as std"."""
        words = " ".join(self.mistake.id.split("-")[1:])
        return f"{self.reference.__name__}: {words.replace('log var', 'log_var')}"

    def core(self):
        """The core with the wrong function in place of the right one."""
        return linked(vae_from_scratch, {self.reference: self.mistake.wrong})


def suspect(mistake_id):
    """The suspect with this id, whether or not it trains. LookupError if there is none."""
    for found in known():
        if found.mistake.id == mistake_id:
            return found
    raise LookupError(f"no mistake is called {mistake_id!r}; see `mistakes_of`")


def line_up(seed, size=4):
    """The culprit of this seed, and `size` suspects that train, in random order, it among them.

    Each suspect's place in the order is drawn for itself, so that a new mistake seldom changes a case.
    """
    chosen = []
    for one in sorted(known(), key=lambda one: drawn(seed, one.mistake.id)):
        if is_fit(one) and not any(is_alike(one, other) for other in chosen):
            chosen.append(one)
        if len(chosen) == size:
            break
    return chosen[int(size * drawn(seed, "culprit"))], chosen


def drawn(seed, name):
    """A number in [0, 1) that only the seed and the name decide."""
    return np.random.default_rng((seed, crc32(name.encode()))).random()


def known():
    """Every mistake of the registry, as a suspect."""
    return [Suspect(reference, mistake) for reference, task in tasks().items() for mistake in task.mistakes]


# ------------------------------------------------------------- the student's own


def remember(reference, answer, mistake_id):
    """Keep a wrong answer whose mistake was recognized, if the mistake trains; whether it was kept."""
    known_one = suspect(mistake_id)
    if is_fit(known_one):
        _own[reference] = Suspect(reference, replace(known_one.mistake, wrong=answer))
    return is_fit(known_one)


def own(function):
    """The student's last wrong answer to a function as a Suspect; None if none was kept."""
    return _own.get(reference_of(function))


# ------------------------------------------------------------------- trying out


def is_fit(suspect):
    """Whether its program trains, alike each time, and prints or learns something other than the right one."""
    run = repeatable_trial(suspect)
    return run is not None and not np.allclose(run, right_trial(), rtol=1e-4, atol=1e-4)


def is_alike(suspect, other):
    """Whether two suspects that train do so in the same way: nobody could tell one from the other."""
    return np.allclose(repeatable_trial(suspect), repeatable_trial(other), rtol=1e-4, atol=1e-4)


@cache
def repeatable_trial(suspect):
    """The trial of its program; None if it raises, or goes otherwise when it is repeated, or is harmless."""
    if suspect.mistake.id in HARMLESS:
        return None
    generator = np.random.get_state()  # noqa: NPY002 (some suspects draw from it; the reader's draws stay as they were)
    try:
        first, again = trial(suspect.core()), trial(suspect.core())
    except Exception:  # whatever a wrong function may raise
        return None
    finally:
        np.random.set_state(generator)  # noqa: NPY002
    return first if np.array_equal(first, again) else None


@cache
def right_trial():
    return trial(linked(vae_from_scratch, {}))


def trial(core):
    """The loss before each step of a tiny VAE, and how far its parameters went, in Adam's steps: (n,).

    Raises what the core raises, and ValueError for shapes that are wrong.
    """
    images = data.load("digits").train[: 2 * EXAMPLES]
    start = vae.init(np.random.default_rng(0), hidden=(7,), latent_dim=LATENTS)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        batches = list(core.training.minibatches(images, EXAMPLES, LATENTS, seed=0, steps=STEPS))
        per_example = *core.vae.rate_and_distortion(start, *batches[0]), core.vae.elbo(start, *batches[0])
        if [np.shape(part) for part in per_example] != 3 * [(EXAMPLES,)] or np.shape(core.vae.loss(start, *batches[0])):
            raise ValueError("a rate, a distortion or a bound is not one number per example")
        adam = core.optimizers.adam(STEP)
        run = core.training.train(start, batches, adam, loss=core.vae.loss, state=adam.init(start))
        losses, trees, _ = zip(*islice(run, STEPS + 1), strict=True)
        if len(losses) != STEPS:
            raise ValueError("train does not take one step for each batch")
    pairs = zip(tree_leaves(trees[-1]), tree_leaves(start), strict=True)
    return np.concatenate([losses, *(np.ravel(leaf - before) / STEP for leaf, before in pairs)])
