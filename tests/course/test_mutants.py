"""Wrong variants of every taught function: none is accepted unless it is known to be no slip, or told of in a remark.

The variants are made from the syntax trees; so are right ones, and all of those are accepted. How many, and how many of
the rejected are told something specific, stands at the end of the run.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.course import jury, rewrite, variants, written
from vae_from_scratch.course.checks import tasks
from vae_from_scratch.course.progress import address

ACCEPTED = Path(__file__).with_name("accepted.txt")
FEWEST, SPECIFIC = 15, 0.7
MARKS = {"equivalent": "=", "remarked": "~"}
each_task = pytest.mark.parametrize("task", tasks().values(), ids=lambda task: address(task.reference))


def listed():
    """The accepted variants on file: {address: {mark and line without layout: the line as written}}."""
    sections = re.split(r"^\[(.+)\]$", ACCEPTED.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    lines = {
        name: [line for line in text.splitlines() if line] for name, text in zip(*[iter(sections)] * 2, strict=True)
    }
    return {name: {bare(line): line for line in found} for name, found in lines.items()}


def bare(line):
    """A line without its reason and without layout, in which Pythons differ: brackets, quotes and spaces."""
    return re.sub(r"[()\s'\"]", "", line.partition("  # ")[0])


@each_task
def test_every_wrong_variant_is_rejected_or_known(task, counted):
    became, name = variants.judged(task), address(task.reference)
    surviving = [
        f"{variant.line}: it differs in {variant.detail}" for variant in became if variant.became == "surviving"
    ]
    assert not surviving, (
        f"The judge accepts wrong variants of {name}. Strengthen its task in course/checks, by a claim, by a case in"
        " `also` or by a more generic fixture, until they are rejected:\n" + "\n".join(surviving)
    )
    on_file = listed().get(name, {})
    found = {bare(line): line for line in (f"{MARKS[v.became]} {v.line}" for v in became if v.became in MARKS)}
    unlisted, stale = ([a[key] for key in a.keys() - b.keys()] for a, b in ((found, on_file), (on_file, found)))
    assert not unlisted, (
        f"The judge accepts these variants of {name}. If each is right on every argument, add it below [{name}] in"
        f" {ACCEPTED.name}, those marked = with the reason why behind `  # `:\n" + "\n".join(sorted(unlisted))
    )
    assert not stale, (
        f"No longer made or no longer accepted; take out below [{name}] in {ACCEPTED.name}:\n"
        + "\n".join(sorted(stale))
    )
    assert len(became) >= FEWEST
    for variant in became:
        counted(f"wrong variants {variant.became}")


def test_most_rejected_variants_are_told_something_specific(record_property):
    named = Counter(v.detail for task in tasks().values() for v in variants.judged(task) if v.became == "rejected")
    rejected, general, stopped = named.total(), named[""], named["line"]
    assert 1 - general / rejected >= SPECIFIC
    assert (
        1 - general / (rejected - stopped) >= SPECIFIC
    )  # without those that stop with an error, in a line that is told
    said = ", ".join(f"{name or 'nothing specific'} {number / rejected:.0%}" for name, number in named.most_common())
    record_property("said", f"rejected wrong variants are told of: {said}")


@each_task
def test_every_right_variant_is_accepted(task, counted, monkeypatch):
    for way, source, text in variants.right_variants(task):
        verdict = jury.verdict_on(task, written.made(text, source), monkeypatch)
        told = way == rewrite.ROUNDED and "dtype" in verdict.message  # where a claim asks for the argument's
        assert verdict.accepted or told, f"{way}:\n{text}\n{verdict}"
        counted("right variants")


def test_reasons_are_given_for_what_is_equivalent():
    lines = [line for found in listed().values() for line in found.values()]
    assert lines and all(line[:2] in ("= ", "~ ") for line in lines)
    assert [line for line in lines if line[0] == "=" and not line.partition("  # ")[2]] == []


def test_variants_on_file_are_of_functions_that_are_asked_for():
    assert listed().keys() <= {address(reference) for reference in tasks()}
