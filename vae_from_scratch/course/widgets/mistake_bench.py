"""The mistake bench: the right program and one with a mistake train side by side; which mistake is it?

The suspects come from the registry of known mistakes. `TrainAnyway` is the same bench for a mistake of the student's
own, which needs no guessing: what does it do to a VAE?
"""

from html import escape

import numpy as np
from ipywidgets import Layout, ToggleButtons

from vae_from_scratch import data, distributions, vae
from vae_from_scratch.course import nats
from vae_from_scratch.course.checks import task_of
from vae_from_scratch.course.progress import address
from vae_from_scratch.course.suspects import line_up, own
from vae_from_scratch.course.widgets.side_by_side import SideBySide

TASK = (
    "Two programs train on the same digits with the same noise. The left one is right; the right one has one mistake."
    " Press Run; at its end pick the mistake from the four, then press Audit."
)
OWN_TASK = (
    "Two programs train on the same digits with the same noise. The left one is right; in the right one runs your own"
    " <code>{name}</code>. Press Run. Which side looks better, in its numbers and in its pictures? Then press Audit."
)


class MistakeBench(SideBySide):
    """Two programs in training, one with an unknown mistake. `pick(id)` names it, `audit()` tells.

    train (N, 784) in [0, 1], test (M, 784), M at least 10; params where both start; seed chooses the mistake;
    steps: how far Run goes at one press.
    """

    def __init__(self, train, test, params, *, seed=0, steps=800):
        super().__init__(TASK, train, test, params, steps)
        self.open(seed)

    def open(self, seed):
        """The case of this seed, from step 0, with nothing picked and nothing audited."""
        self.seed, (culprit, self.line_up) = seed, line_up(seed)
        self.choice.options = [(suspect.name, suspect.mistake.id) for suspect in self.line_up]
        self.choice.value, self.choice.disabled = None, False
        self.begin(culprit)

    def pick(self, mistake_id):
        """Name one of the four, by its id. Raises ValueError for another."""
        if mistake_id not in (ids := [suspect.mistake.id for suspect in self.line_up]):
            raise ValueError(f"{mistake_id!r} is none of the four: {', '.join(ids)}")
        self.choice.value = mistake_id

    def audit(self):
        """Audit both sides as they are, and tell which mistake it was. Raises ValueError before one is picked."""
        if self.choice.value is None:
            raise ValueError("first pick one of the four")
        super().audit()
        self.choice.disabled = True

    def verdict(self):
        """Whether what was picked is it."""
        right = self.choice.value == self.culprit.mistake.id
        return "✓ Found." if right else f"✗ You picked <i>{escape(self.choice.label)}</i>. It was another."

    def state(self):
        """Plain numbers, what is picked, and after the audit which mistake it was."""
        told = {"mistake": self.culprit.mistake.id} if self.audits else {}
        return super().state() | {"picked": self.choice.value} | told

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The four suspects below the pictures."""
        choice = ToggleButtons(options=[], description="the mistake:", layout=Layout(max_width="860px", height="96px"))
        choice.style.button_width = "360px"
        self.choice = self.part(choice, "choice")
        return [*super().make_parts(), self.choice]

    def buttons(self):
        """Next case before Audit."""
        *run, audit = super().buttons()
        return [*run, self.button("next", "Next case", "forward", "another mistake, step 0", self.next, "112px"), audit]

    def on_audit(self):
        """Audit, or say what is to be done before."""
        if self.choice.value is None:
            self.say("First pick one of the four.")
        else:
            self.audit()

    def reset(self):
        """The same case from step 0."""
        self.open(self.seed)

    def next(self):
        """Another case: that of the next seed."""
        self.open(self.seed + 1)


class TrainAnyway(SideBySide):
    """The right program beside one in which a wrong function of the student's own runs: a Suspect."""

    shown_right = "a program with your function"

    def __init__(self, suspect, *, steps=800):
        name = suspect.reference.__name__
        self.sides = {"left": "left: the right program", "right": f"right: with your {name}"}
        start = small_vae(distributions.mean_image_logits(nats.train_digits()))
        super().__init__(OWN_TASK.format(name=name), data.load("digits").train, nats.test_digits()[:250], start, steps)
        self.begin(suspect)

    def verdict(self):
        """What the audit is for."""
        return "What gives it away, and why it is wrong"


def small_vae(output_bias):
    """Parameters of a VAE that trains in seconds, before it has learned anything."""
    return vae.init(np.random.default_rng(0), hidden=(200,), latent_dim=16, output_bias=output_bias)


def train_anyway(function):
    """A bench on which a VAE trains with the student's last recognized wrong answer to this function.

    Where there is none in this notebook, a sentence says so, and nothing stops. LookupError for a function that the
    course does not ask for.
    """
    name, suspect = address(task_of(function).reference), own(function)
    if suspect is not None:
        return TrainAnyway(suspect)
    print(f"No wrong answer to {name} that could be trained with was given here since the kernel started.")
    return None
