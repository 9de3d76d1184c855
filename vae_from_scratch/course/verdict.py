"""What the judge says about an answer: a `Verdict`, shown as one stable line and, in a notebook, as a card.

A verdict never contains the expected numbers, an id, a time or an address, so that a stored notebook compares equal.
In its texts, words between backticks are code.
"""

from dataclasses import dataclass, field, replace

from vae_from_scratch.course import cards

SYMBOLS = {"unwritten": "○", "raised": "✗", "wrong": "✗", "close": "✓", "right": "✓"}
WORDS = {
    "unwritten": "not written yet",
    "raised": "stopped with an error",
    "wrong": "not yet right",
    "close": "right, with a remark",
    "right": "right",
}


@dataclass(frozen=True, repr=False)
class Verdict:
    """`outcome` is a key of SYMBOLS; `claim` the first sentence that did not hold, `mistake` the id of a recognized
    mistake.

    `fast` is False for an answer that is right but slower than five times ours, or, in a lesson before gradients, has
    none: it is counted, but not trained with.
    `anyway` is code that trains a VAE with an answer that is wrong, or "". `picture` is HTML: the target beside yours.
    """

    name: str
    outcome: str
    message: str
    claim: str | None = None
    mistake: str | None = None
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    printed: str = ""
    fast: bool = True
    anyway: str = ""
    picture: str = field(default="", compare=False)
    solution: "Solution | None" = field(default=None, compare=False)

    @property
    def accepted(self):
        """True if the answer may be used in place of ours."""
        return self.outcome in ("right", "close")

    def noting(self, note):
        """The same verdict with one more note, or itself if there is nothing new to note."""
        return replace(self, notes=(*self.notes, note)) if note and note not in self.notes else self

    def __repr__(self):
        recognized = f" [{self.mistake}]" if self.mistake else ""
        return " ".join(
            [f"{SYMBOLS[self.outcome]} {self.name}: {WORDS[self.outcome]}{recognized}.", self.message, *self.notes]
        )

    def _repr_html_(self):
        return cards.verdict_card(self, SYMBOLS[self.outcome], WORDS[self.outcome])


@dataclass(frozen=True, repr=False)
class Hint:
    """Hint `number` of `total` for a function."""

    name: str
    number: int
    total: int
    text: str

    def __repr__(self):
        return f"Hint {self.number} of {self.total} for {self.name}: {self.text}"

    def _repr_html_(self):
        return cards.hint_card(self)


@dataclass(frozen=True, repr=False)
class Solution:
    """The plain definition of a function and why it is so."""

    name: str
    code: str
    why: str

    def __repr__(self):
        return f"{self.code}\n\n{self.why}"

    def _repr_html_(self):
        return cards.solution_card(self)
