"""Questions that one commits to before the answer is seen: predictions, derivations on paper, retrieval.

    predict("Which is larger?", ["log of the mean", "mean of the logs"], answer_from="two_lines")
    reveal("two_lines", "log of the mean", "The log is concave.")      # in the cell that answers

    predict("KL of N(1, 1) from N(0, 1)?", unit="nats", answer=0.5, why="It is mean² / 2.")

What was committed is kept by `progress` under the question's own words. Nothing waits: a card that nobody touched,
and the answer to it, look the same on every run. Where no kernel runs, a card is its question, a given answer folded.
"""

import html
import math
import sys
from typing import NamedTuple

from ipywidgets import HTML, Button, HBox, Label, Layout, RadioButtons, Text, VBox

from vae_from_scratch.course import CallableModule, cards, progress

RIGHT = {"Predict": 0.1, "On paper": 0.01}  # kinds of numbers: the relative error up to which one is right
TONES = {"○": cards.TONES["unwritten"], "✗": cards.TONES["wrong"], "✓": cards.TONES["right"], "→": cards.BLUE}
SLIPS = {-1: "the sign is turned", 2: "twice too large", 0.5: "half of it is missing"}  # yours over the answer
IN_BITS = {1 / math.log(2): "that is in bits", math.log(2): "it was in nats before you multiplied by ln 2"}
STYLE = f"""<style>
.vae-predict {{ {cards.FRAME.format(tone=TONES["○"])} }}
.vae-predict :is(.widget-html, .widget-html-content) {{ height: auto; overflow: visible; }}
.vae-predict .widget-html-content {{ font-size: 14px; line-height: 1.5; white-space: normal; }}
.vae-predict .widget-radio {{ height: auto; }}
.vae-predict .widget-radio-box label {{
  display: flex; height: auto; padding: 2px 0; font-size: 14px; line-height: 1.4; white-space: normal; }}
.vae-predict .widget-radio-box input {{ flex: none; height: 1.4em; }}
</style>"""

_cards = {}  # name of an answering cell -> the card that was shown last for it
_answers = {}  # name of an answering cell -> what it revealed


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


# --------------------------------------------------------------- for lessons


def predict(question, choices=(), unit="", *, answer_from=None, answer=None, why=""):
    """The card of a question with choices, or for a number in a unit.

    answer_from: the name under which a later cell calls `reveal`. For questions on paper and for retrieval instead
    the answer itself and why, told after the commitment; a wrong number may be mended. Raises ValueError unless
    exactly one of the two is given, and if the answer is none of the choices.
    """
    if (answer_from is None) == (answer is None):
        raise ValueError("give either answer_from, the name under which a later cell calls reveal, or the answer")
    kind = "Predict" if answer is None else "Recall" if choices else "On paper"
    asked = Question(question, tuple(choices), unit, kind)
    card = Card(asked, answer_from, None if answer is None else Answer(asked.read(answer), why))
    if answer_from is not None:
        _cards[answer_from] = card
    return card


def reveal(answer_from, value, why=""):
    """The answer to the prediction of that name, beside what was predicted; its card then shows both, too.

    Raises ValueError if the value is none of the question's choices.
    """
    card = _cards.get(answer_from)
    if card is None:  # the cell with the question was not run
        return told(Question(answer_from, (value,) * isinstance(value, str), "", "Predict"), None, Answer(value, why))
    _answers[answer_from] = Answer(card.question.read(value), why)
    card.refresh()
    return told(card.question, card.said, _answers[answer_from])


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
    return (
        f"{number(ratio)} times as large."
        if not 0.5 < ratio < 2
        else f"{abs(ratio - 1):.0%} too {'small' if ratio < 1 else 'large'}."
    )


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


class Card:
    """A question to commit to, by its controls or by `commit`. `.said` is None, a choice or a number."""

    def __init__(self, question, answer_from, given):
        self.question, self.answer_from, self.given = question, answer_from, given
        self.said = last_attempt(question).get("said")
        self.make_parts()
        self.refresh()

    @property
    def answer(self):
        """The answer, as soon as it may be shown on this card: after the commitment, and once it is known."""
        return None if self.said is None else self.given or _answers.get(self.answer_from)

    @property
    def is_right(self):
        """Whether the commitment is the answer. Only for a card whose answer may be shown."""
        return self.question.is_right(self.said, self.answer.value)

    @property
    def is_open(self):
        """Whether one may commit or change a commitment: until the answer is shown; on paper, until it is right."""
        return self.answer is None or (self.question.kind == "On paper" and not self.is_right)

    def commit(self, answer):
        """Commit to a choice or a number. Raises ValueError for what is neither, and once the answer is shown."""
        if not self.is_open:
            raise ValueError("The answer is known: what you said stays.")
        self.said = self.question.read(answer)
        note = "" if self.answer else remember(self.question, "predicted", self.said)
        self.refresh(note)

    def again(self):
        """Ask anew, as on another day; what was said before stays in the log."""
        self.said = None
        self.field.value = None if self.question.choices else ""
        self.refresh()

    def make_parts(self):
        """The controls, from top to bottom, as `.view`."""
        question = self.question
        if question.choices:
            options = [(choice.replace("`", ""), choice) for choice in question.choices]
            self.field = RadioButtons(options=options, value=self.said, layout=Layout(width="auto"))
        else:
            shown = "" if self.said is None else f"{self.said:g}"
            self.field = Text(shown, placeholder="a number", layout=Layout(width="9em"))
            self.field.on_msg(lambda field, content, buffers: content.get("event") == "submit" and self.press())
        self.button = Button(layout=Layout(width="7em"))
        self.button.on_click(lambda button: self.press())
        self.head, self.status = HTML(), HTML()
        for part, role in (self.head, "head"), (self.field, "field"), (self.button, "button"), (self.status, "status"):
            part.add_class(f"vae-predict-{role}")
        controls = (
            [self.field, self.button] if question.choices else [HBox([self.field, Label(question.unit), self.button])]
        )
        self.view = VBox([self.head, *controls, self.status])
        self.view.add_class("vae-predict")

    def press(self):
        """The button, or Enter: commit, or ask again. What is wrong with an answer is said on the card."""
        try:
            if self.is_open:
                self.commit(self.field.value)
            else:
                self.again()
        except ValueError as error:
            self.refresh(str(error))

    def refresh(self, note=""):
        """Bring the card up to date, with a note at its foot; what comes out right or wrong is remembered."""
        if self.answer:
            note = remember(self.question, "right" if self.is_right else "wrong", self.said) or note
        outcome = told(self.question, self.said, self.answer)
        self.head.value = STYLE + heading(self.question, outcome.symbol)
        self.view.layout.border_left = f"5px solid {TONES[outcome.symbol]}"
        self.field.disabled = not self.is_open
        self.button.description = "Commit" if self.said is None else "Change" if self.is_open else "Again"
        self.button.layout.display = None if self.is_open or self.given else "none"
        lines = [outcome.inside()]
        if self.said is not None and not self.answer:
            lines.append("You can change it until the cell that answers has run.")
        folded = self.folded_answer() if self.answer and self.is_open else ""
        said = "".join(f"<div>{line}</div>" for line in (*lines, html.escape(note)) if line)
        self.status.value = f'<div role="status">{said}</div>{folded}'

    def folded_answer(self):
        """A given answer, folded; "" where another cell gives it."""
        if not self.given:
            return ""
        return cards.folded(
            "Answer", cards.prose(f"{self.question.in_words(self.given.value)}. {self.given.why}".strip())
        )

    def __repr__(self):
        question, outcome = self.question, told(self.question, self.said, self.answer)
        asked = " · ".join(question.choices) or f"A number, in {question.unit}.".replace(", in .", ".")
        return f"{outcome.symbol} {question.kind}: {question.text} {repr(outcome)[2:] or asked}"

    def _repr_html_(self):
        """The card where no kernel runs: to be read, answered aloud and, if its answer is given, unfolded."""
        question, outcome = self.question, told(self.question, self.said, self.answer)
        choices = "".join(f"<li>{cards.inline(choice)}</li>" for choice in question.choices)
        asked = f'<ul style="margin:4px 0">{choices}</ul>' if choices else ""
        parts = [
            heading(question, outcome.symbol),
            asked,
            f"<div>{outcome.inside()}</div>" if self.said is not None else "",
        ]
        return cards.framed([*filter(None, parts), self.folded_answer()], TONES[outcome.symbol])

    def _repr_mimebundle_(self, **kwargs):
        return self.view._repr_mimebundle_(**kwargs) | {"text/html": self._repr_html_(), "text/plain": repr(self)}


def heading(question, symbol):
    """The question under its symbol and kind, as HTML."""
    kind = question.kind if question.choices or not question.unit else f"{question.kind}, in {question.unit}"
    return with_symbol(
        symbol, f'<span style="{cards.QUIET}">{html.escape(kind)}</span><br>{cards.inline(question.text)}'
    )


def with_symbol(symbol, inside):
    """A line of HTML with its symbol in front."""
    style = f"color:{TONES[symbol]};font-size:1.35em;font-weight:700;line-height:1.1"
    mark = f'<span aria-hidden="true" style="{style}">{symbol}</span>'
    return f'<div style="display:flex;gap:8px;align-items:baseline">{mark}<div>{inside}</div></div>'


sys.modules[__name__].__class__ = CallableModule
