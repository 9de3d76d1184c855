"""No lesson uses a term before the one that defines it, and each term is defined, in bold, where the ledger says."""

import re

import pytest

from tests.notebooks.ledger import EVERYDAY, TERMS
from tests.notebooks.lessons import LESSONS, read

LESSON_OF = {path: int(path.stem[:2]) for path in LESSONS}
DEFINED = [(lesson, term) for lesson, terms in TERMS.items() for term in terms if lesson in LESSON_OF.values()]


def prose(path):
    """A lesson's visible prose: markdown without what is folded away, formulas, code, tables and citations."""
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    return re.sub(r"<details>.*?</details>|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|^\|.*\|$", " ", text, flags=re.DOTALL | re.M)


def pattern(term):
    """The term as a word, or its plural, whatever its case, and however its line breaks."""
    return re.compile(rf"\b{re.escape(term)}(s|es)?\b".replace(r"\ ", r"\s+"), re.IGNORECASE)


def without_longer(term, text, lesson):
    """The text without earlier lessons' terms that contain this one: "variational autoencoder" is a word of its own."""
    known = [longer for number in range(lesson) for longer in TERMS.get(number, ()) if pattern(term).search(longer)]
    for longer in known:
        text = pattern(longer).sub(" ", text)
    return text


def bold(text):
    """All that stands in bold."""
    return "\n".join(re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL))


@pytest.mark.parametrize("lesson, term", DEFINED)
def test_a_term_is_in_bold_where_it_is_defined(lesson, term):
    (path,) = (path for path, number in LESSON_OF.items() if number == lesson)
    assert pattern(term).search(bold(prose(path)))


@pytest.mark.parametrize("lesson, term", [pair for pair in DEFINED if pair[1] not in EVERYDAY])
def test_a_term_is_not_used_in_an_earlier_lesson(lesson, term):
    for path, number in LESSON_OF.items():
        if number < lesson:
            text = without_longer(term, prose(path), lesson)
            used = pattern(term).search(text)
            assert not used, f"{path.stem}: …{text[max(0, used.start() - 60) : used.end() + 40]}…"


def test_a_term_has_one_home():
    terms = [term for terms in TERMS.values() for term in terms]
    assert len(terms) == len(set(terms)) and set(terms) >= EVERYDAY
