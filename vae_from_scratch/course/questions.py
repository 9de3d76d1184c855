"""A question, what is said to it, and what it is: how answers are read, judged, told and kept.

A predicted number is right within 10 %, one derived on paper within 1 %. What is said is kept by `progress` under
the question's own words. Questions are shown by `predict`; nothing here knows of controls.
"""

import math
from typing import NamedTuple

from vae_from_scratch.course import cards, progress

RIGHT = {"Predict": 0.1, "On paper": 0.01}  # kinds of numbers: the relative error up to which one is right
TONES = {"○": cards.TONES["unwritten"], "✗": cards.TONES["wrong"], "✓": cards.TONES["right"], "→": cards.BLUE}
ALOUD = {"✗": "not right", "✓": "right"}  # what a screen reader says: no other word on the card does
SLIPS = {-1: "the sign is turned", 2: "twice too large", 0.5: "half of it is missing"}  # yours over the answer
IN_BITS = {1 / math.log(2): "that is in bits", math.log(2): "it was in nats before you multiplied by ln 2"}


class Answer(NamedTuple):
    """What it is, a choice or a number, and one sentence why."""

    value: str | float
    why: str = ""


class Question(NamedTuple):
    """A question: with choices, or without any for a number in `unit`. `kind`: "Predict", "On paper" or "Recall"."""

    text: str
    choices: tuple[str, ...]
    unit: str
    kind: str

    @property
    def asks_for(self):
        """What to commit to, in words."""
        if self.choices:
            return "One of the choices."
        return f"A number, in {self.unit}." if self.unit else "A number."

    def in_words(self, answer):
        """An answer as it is shown."""
        return answer if self.choices else f"{number(answer)} {self.unit}".strip()

    def is_right(self, said, value):
        """Whether a commitment is the answer: the same choice, or near enough as a number."""
        return said == value if self.choices else abs(said - value) <= RIGHT[self.kind] * abs(value)

    def read(self, answer):
        """An answer as one of the choices or as a number. Raises ValueError that says what to do."""
        if not self.choices:
            return read_number(answer)
        if answer is None:
            raise ValueError("Choose one first.")
        if answer not in self.choices:
            raise ValueError(f"{answer!r} is none of the choices; write one of: {', '.join(self.choices)}")
        return answer


class Outcome(NamedTuple):
    """A symbol (→ where nobody predicted), what was said and what it is, and why. Shown as a line or a card."""

    symbol: str
    words: str
    why: str = ""

    def __repr__(self):
        return " ".join(filter(None, self))

    def _repr_html_(self):
        return cards.framed([with_symbol(self.symbol, self.inside())], TONES[self.symbol])

    def inside(self):
        """What it says, as HTML."""
        return f"{cards.inline(self.words)} {cards.inline(self.why)}".strip()


# ------------------------------------------------------------------- judging


def told(question, said, answer):
    """The Outcome of a commitment (None if there is none) and an answer (None while it is not known)."""
    mine = "" if said is None else f"You said: {question.in_words(said)}."
    if answer is None:
        return Outcome("○", mine)
    its = f"It is: {question.in_words(answer.value)}."
    if said is None:
        return Outcome("→", its, answer.why)
    if question.is_right(said, answer.value):
        return Outcome("✓", f"{mine} {its}", answer.why)
    off = "" if question.choices else how_far(said, answer.value, question.unit)
    if question.kind == "On paper":
        return Outcome("✗", f"{mine} {off}".strip(), "Try again, or unfold the answer.")
    return Outcome("✗", f"{mine} {its} {off}".strip(), answer.why)


def how_far(said, value, unit):
    """A sentence about a wrong number: a known slip, or how large it is beside the answer; "" beside zero."""
    if value == 0:
        return ""
    ratio = said / value
    for slip, name in {**SLIPS, **(IN_BITS if unit == "nats" else {})}.items():
        if math.isclose(ratio, slip, rel_tol=RIGHT["On paper"]):
            return f"{name[0].upper()}{name[1:]}."
    if ratio <= 0:
        return "Of the other sign." if ratio else ""
    if 0.5 < ratio < 2:
        return f"{100 * abs(ratio - 1):.0f} % too {'small' if ratio < 1 else 'large'}."
    return f"{number(ratio)} times as large."


def number(value):
    """A number with four digits that count, or all before the point: 0.6931, 543.4, 12,345."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def read_number(text):
    """A finite number, also as a fraction "1/3". Raises ValueError that says how to write one."""
    try:
        top, *bottom = [float(part) for part in str(text).replace("−", "-").split("/")]
        value = top / bottom[0] if bottom else top
    except (ValueError, ZeroDivisionError):
        value = math.nan
    if not math.isfinite(value) or len(bottom) > 1:
        raise ValueError("Write a number with a decimal point, such as 0.25, 2.5e-1 or 1/4.")
    return value


# --------------------------------------------------------------------- keeping


def last_attempt(question):
    """The last thing said to a question, as `progress` keeps it; {} if there is none that fits its choices."""
    fits = [
        attempt
        for attempt in progress.attempts()
        if attempt["name"] == question.text
        and type(attempt.get("said")) in ((str,) if question.choices else (int, float))
    ]
    return fits[-1] if fits and (not question.choices or fits[-1]["said"] in question.choices) else {}


def remember(question, outcome, said):
    """Keep what was said, "predicted", "right" or "wrong", once: "", or why it could not be saved."""
    last = last_attempt(question)
    if (last.get("outcome"), last.get("said")) == (outcome, said):
        return ""
    return progress.record(question.text, outcome, said=said)


# ----------------------------------------------------------------------- shown


def with_symbol(symbol, inside):
    """A line of HTML with its symbol in front."""
    style = f"color:{TONES[symbol]};font-size:1.35em;font-weight:700;line-height:1.1"
    aloud = f'role="img" aria-label="{ALOUD[symbol]}"' if symbol in ALOUD else 'aria-hidden="true"'
    mark = f'<span {aloud} style="{style}">{symbol}</span>'
    return f'<div style="display:flex;gap:8px;align-items:baseline">{mark}<div>{inside}</div></div>'
