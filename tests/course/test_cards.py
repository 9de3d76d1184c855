"""Verdicts, hints and solutions as text and as cards."""

import re
from html.parser import HTMLParser

import pytest

from tests.course import answers
from vae_from_scratch import distributions
from vae_from_scratch.course import cards
from vae_from_scratch.course.exercises import check, hint, solution
from vae_from_scratch.course.verdict import Verdict

KL = distributions.kl_to_standard_normal
VERDICTS = [check(KL, f) for f in (..., answers.raises, answers.right, answers.rounds_to_float32, lambda m, v: m)]
SHOWN = [*VERDICTS, hint(KL), solution(KL)]


class Tags(HTMLParser):
    """Checks that tags are closed in order; keeps names, attributes and text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.names, self.attributes, self.text = [], set(), set(), ""
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("shown", SHOWN)
def test_card_needs_no_style_sheet_no_script_and_no_ids(shown):
    tags = Tags(shown._repr_html_())
    assert tags.names <= {"div", "span", "strong", "em", "details", "summary", "pre", "code"}
    assert tags.attributes <= {"style", "aria-hidden"}


@pytest.mark.parametrize("shown", SHOWN)
def test_card_has_no_address_and_no_time(shown):
    for text in (repr(shown), shown._repr_html_()):
        assert not re.search(r"0x[0-9a-f]{6,}|\d\d:\d\d:\d\d|/home/|ipykernel", text)


def test_student_s_text_is_escaped():
    def shouts(mean, log_var):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x onerror=alert(1)> `code` & more")

    html = check(KL, shouts)._repr_html_()
    assert "<script" not in html and "<img" not in html and "&lt;img" in html
    Tags(html)


def test_outcome_is_told_by_symbol_and_words():
    told = {verdict.outcome: Tags(verdict._repr_html_()).text for verdict in VERDICTS}
    assert told["unwritten"].startswith("○") and "not written yet" in told["unwritten"]
    assert told["raised"].startswith("✗") and "error" in told["raised"]
    assert told["wrong"].startswith("✗") and "not yet right" in told["wrong"]
    assert told["close"].startswith("✓") and told["right"].startswith("✓")
    assert all(repr(verdict)[0] == Tags(verdict._repr_html_()).text[0] for verdict in VERDICTS)


def test_mistake_s_id_stands_on_the_card_and_in_the_line():
    verdict = check(KL, lambda m, v: 2 * answers.right(m, v))
    assert "[kl-missing-half]" in repr(verdict) and "kl-missing-half" in verdict._repr_html_()


def test_hints_and_solution_are_folded():
    html = VERDICTS[0]._repr_html_()
    folded = html[html.index("<details") : html.rindex("</details>")]
    assert html.count("<details") == 4 and re.findall(r"<summary[^>]*>(.*?)</summary>", html)[-1] == "Solution"
    assert "def kl_to_standard_normal" in folded and "def kl_to_standard_normal" not in html.replace(folded, "")
    assert "open" not in Tags(html).attributes


def test_right_answer_is_not_given_hints():
    html = check(KL, answers.right)._repr_html_()
    assert "Hint" not in html and "Ours, to compare" in html


def test_line_of_the_student_s_code_is_shown():
    assert 'raise ValueError(f"a secret' in repr(VERDICTS[1]) and "Traceback" not in repr(VERDICTS[1])


def test_hints_come_one_by_one_for_reference_and_answer_and_the_last_stays():
    def mine(mean, log_var, epsilon): ...

    mine.reference = distributions.reparameterize
    given = [hint(f).number for f in (distributions.reparameterize, mine, mine, mine)]
    assert given == [1, 2, 3, 3]
    assert repr(hint(mine)).startswith("Hint 3 of 3")


def test_solution_is_the_plain_definition_without_decorators():
    text = solution(KL).code
    assert text.startswith("def kl_to_standard_normal(mean, log_var):") and "@" not in text and "np.sum" in text


def test_function_that_is_not_taught_is_named():
    with pytest.raises(LookupError, match="'sorted' is not one of the functions"):
        hint(sorted)


def test_notes_are_added_to_a_copy():
    verdict = Verdict("f", "right", "Good.")
    assert verdict.noting("More.").notes == ("More.",) and verdict.notes == () and verdict.noting("") is verdict


@pytest.mark.parametrize(
    "text, html",
    [
        ("print a *lower* loss", "print a <em>lower</em> loss"),
        ("*one*, and *two words*.", "<em>one</em>, and <em>two words</em>."),
        ("2 * 3 * 4 and a*b*c and x**2 + y**2", "2 * 3 * 4 and a*b*c and x**2 + y**2"),
        ("(*args, **kwargs)", "(*args, **kwargs)"),
        ("*<b>*", "<em>&lt;b&gt;</em>"),
    ],
)
def test_stress_is_shown_and_products_stay_products(text, html):
    assert cards.inline(text) == html


def test_code_is_left_as_it_is():
    assert "<em>" not in cards.inline("`a *b* c` and `mean**2 * 3`")
