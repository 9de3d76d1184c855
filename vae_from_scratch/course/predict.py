"""Questions that one commits to before the answer is seen: predictions, derivations on paper, retrieval.

    predict("Which is larger?", ["log of the mean", "mean of the logs"], answer_from="two_lines")
    reveal("two_lines", "log of the mean", "The log is concave.")      # in the cell that answers

    predict("KL of N(1, 1) from N(0, 1)?", unit="nats", answer=0.5, why="It is mean² / 2.")

What was committed is kept by `progress` under the question's own words. Nothing waits: a card that nobody touched,
and the answer to it, look the same on every run. Where no kernel runs, a card is its question, a given answer folded.
"""

import html
import sys

from ipywidgets import HTML, Button, HBox, Label, Layout, Text, ToggleButtons, VBox

from vae_from_scratch.course import CallableModule, cards
from vae_from_scratch.course.questions import TONES, Answer, Question, last_attempt, remember, told, with_symbol

STYLE = f"""<style>
.vae-predict {{ {cards.FRAME.format(tone=TONES["○"])} }}
.vae-predict :is(.widget-html, .widget-html-content) {{ height: auto; overflow: visible; }}
.vae-predict .widget-html-content {{ font-size: 14px; line-height: 1.5; white-space: normal; }}
.vae-predict :is(.widget-toggle-buttons, .vae-predict-field .widget-toggle-button) {{ height: auto; }}
.vae-predict .widget-toggle-buttons > div {{ display: flex; flex-direction: column; gap: 3px; width: 100%; }}
.vae-predict .widget-toggle-button {{
  display: flex; gap: 8px; width: 100%; margin: 0; padding: 3px 8px; font-size: 14px; line-height: 1.4;
  text-align: left; white-space: normal; color: inherit; background: transparent; box-shadow: none;
  border: 1px solid transparent; border-radius: 4px; opacity: 1; }}
.vae-predict .widget-toggle-button::before {{ content: "○"; }}
.vae-predict .widget-toggle-button.mod-active::before {{ content: "●"; }}
.vae-predict .widget-toggle-button.mod-active {{ background: var(--jp-layout-color2, rgba(128,128,128,.2)); }}
.vae-predict .widget-toggle-button:enabled:hover {{ border-color: var(--jp-border-color1, #888); }}
.vae-predict :is(button, input):focus-visible {{ outline: 2px solid {cards.BLUE}; outline-offset: 1px; }}
{cards.sheet("cards")}
</style>"""

_cards = {}  # name of an answering cell -> the card that was shown last for it
_answers = {}  # name of an answering cell -> what it revealed


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
            self.field = ToggleButtons(options=options, value=self.said, layout=Layout(width="auto"))
        else:
            shown = "" if self.said is None else f"{self.said:.12g}"
            self.field = Text(shown, placeholder="a number", layout=Layout(width="9em"))
            self.field.on_msg(lambda field, content, buffers: content.get("event") == "submit" and self.press())
        self.button = Button(layout=Layout(width="7em", margin="6px 2px" if question.choices else None))
        self.button.on_click(lambda button: self.press())
        self.head, self.status = HTML(), HTML()
        for part, role in (self.head, "head"), (self.field, "field"), (self.button, "button"), (self.status, "status"):
            part.add_class(f"vae-predict-{role}")
        self.field.tooltip = question.asks_for
        row = [self.field, self.button] if question.choices else [HBox([self.field, Label(question.unit), self.button])]
        body = VBox([*row, self.status], layout=Layout(margin="0 0 0 22px"))
        self.view = VBox([self.head, body])
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
        words = f"{self.question.in_words(self.given.value)}. {self.given.why}"
        return cards.folded("Answer", cards.prose(words.strip()))

    def __repr__(self):
        question, outcome = self.question, told(self.question, self.said, self.answer)
        asked = " · ".join(question.choices) or question.asks_for
        return f"{outcome.symbol} {question.kind}: {question.text} {repr(outcome)[2:] or asked}"

    def _repr_html_(self):
        """The card where no kernel runs: to be read, answered aloud and, if its answer is given, unfolded."""
        question, outcome = self.question, told(self.question, self.said, self.answer)
        choices = "".join(f"<li>{cards.inline(choice)}</li>" for choice in question.choices)
        asked = f'<ul style="margin:4px 0">{choices}</ul>' if choices else f"<div>{question.asks_for}</div>"
        body = f'<div style="margin-left:22px">{asked}<div>{outcome.inside()}</div>{self.folded_answer()}</div>'
        return cards.framed([heading(question, outcome.symbol), body], TONES[outcome.symbol])

    def _repr_mimebundle_(self, **kwargs):
        return self.view._repr_mimebundle_(**kwargs) | {"text/html": self._repr_html_(), "text/plain": repr(self)}


def heading(question, symbol):
    """The question under its symbol and kind, as HTML."""
    kind = f'<span style="{cards.QUIET}">{question.kind}</span>'
    return with_symbol(symbol, f"{kind}<br>{cards.inline(question.text)}")


sys.modules[__name__].__class__ = CallableModule
