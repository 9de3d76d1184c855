"""All variants of the taught functions, wrong and right, and what became of them.

Their sources are the plain definition and, where that is short, the right answers that are on file for it; the right
variants are made of all of them. Loops without an end are not made: no source with a `while` is taken.
"""

import ast
from functools import cache
from typing import NamedTuple

import pytest

from tests.course import jury, mutate, rewrite, written
from tests.course.test_check_answers import REFERENCES, RIGHT

ENOUGH = 30  # wrong variants, after which no further source is opened


class Judged(NamedTuple):
    """A wrong variant, its class ("rejected", "equivalent", "remarked", "surviving") and what that class tells more:
    what the message names, or where the values differ.
    """

    kind: str
    line: str
    became: str
    detail: str


def sources(task):
    """The plain definition, and the right answers that can be read and come to an end."""
    answers = [f for name, fs in RIGHT.items() if REFERENCES[name] is task.reference for f in fs]
    return [f for f in (task.plain, *answers) if written.is_readable(f) and not _has_while(f)]


def _has_while(f):
    return any(isinstance(node, ast.While) for node in ast.walk(written.tree_of(f)))


def wrong_variants(task):
    """(source, mutant) of a function, each line once: of as many sources as it takes to have enough."""
    seen = {}
    for source in sources(task):
        if len(seen) < ENOUGH:
            for mutant in mutate.mutants(written.tree_of(source), bool(task.differentiate)):
                seen.setdefault(mutant.line, (source, mutant))
    return list(seen.values())


@cache
def judged(task):
    """What became of each wrong variant."""
    with pytest.MonkeyPatch.context() as patch:
        return [_judged(task, source, mutant, patch) for source, mutant in wrong_variants(task)]


def _judged(task, source, mutant, patch):
    answer = written.made(mutant.text, source)
    verdict = jury.verdict_on(task, answer, patch)
    if not verdict.accepted:
        return Judged(mutant.kind, mutant.line, "rejected", jury.what_it_names(verdict))
    if verdict.outcome == "close":
        return Judged(mutant.kind, mutant.line, "remarked", "")
    differs = jury.difference(task, answer)
    return Judged(mutant.kind, mutant.line, "surviving" if differs else "equivalent", differs)


def right_variants(task):
    """(way, source, text) of every source of a function in every way that changes it."""
    for source in sources(task):
        for way, text in rewrite.variants(source):
            if source is task.plain or way not in _only_plain(task):
                yield way, source, text


def _only_plain(task):
    """Ways that serve not everywhere: not every traced array can be cast, and not every array is autograd's."""
    return (rewrite.ROUNDED,) if task.differentiate else (rewrite.ROUNDED, rewrite.OF_AUTOGRAD)
