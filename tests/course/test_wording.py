"""What every text of the exercises keeps to: nothing that does not render, scolds or shouts, American spelling, and one
word for one thing.
"""

import re

import pytest

from vae_from_scratch.course import advice
from vae_from_scratch.course.checks import tasks
from vae_from_scratch.course.progress import address


def texts():
    """(where, text) of all mistakes, claims, cases, hints and explanations, and of all advice."""
    for task in tasks().values():
        name = address(task.reference)
        yield from ((mistake.id, mistake.why) for mistake in task.mistakes)
        for claim in (*task.by_hand, *task.properties, *task.extremes):
            yield from ((name, text) for text in (claim.sentence, claim.hint))
        yield from ((name, text) for case in task.also for text in (case.sentence, case.hint))
        yield from ((name, text) for text in (*task.hints, task.why))
    yield from ((pattern, said) for _, pattern, said in advice.TABLE)


def prose(text):
    """A text without its code: what stands between backticks, and indented lines."""
    lines = [line for line in text.split("\n") if not line.startswith("    ")]
    return re.sub(r"`[^`]*`", "``", "\n".join(lines))


TEXTS = list(texts())
AVOIDED = {
    "emphasis that a card does not render": r"\*\*[A-Za-z ]+\*\*",
    "scolding": r"\b(try again|stupid|silly|obviously|of course|trivial)\b",
    "shouting": r"!(?!=)",
    "British spelling": r"\b(colour|grey|behaviour|centre[ds]?|neighbour|\w+(al|ar|ard|tim)is(e|ed|es|ing)\b|learnt)",
    "a second word for a thing": r"\b(data points?|embedding|sigma|logvar|recon|kld|mse|bce|z_dim|noise_dim)\b",
}


@pytest.mark.parametrize("what", AVOIDED)
def test_no_text_of_an_exercise_has(what):
    found = [(where, text) for where, text in TEXTS if re.search(AVOIDED[what], prose(text), re.IGNORECASE)]
    assert not found


def test_backticks_come_in_pairs_and_no_space_comes_twice():
    assert len(TEXTS) > 1500
    assert not [text for _, text in TEXTS if text.count("`") % 2 or "  " in prose(text).strip()]
