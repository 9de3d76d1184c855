"""What the student has done survives full disks, other processes and torn lines, and shows as ○ ✗ ✓."""

import errno
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from vae_from_scratch import distributions
from vae_from_scratch.course import linking, progress
from vae_from_scratch.course.verdict import Verdict

KL = "distributions.kl_to_standard_normal"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(progress, "_unsaved", [])
    monkeypatch.setattr(progress, "_met", {})
    monkeypatch.setattr(linking, "_here", {})
    return tmp_path / "home"


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# --------------------------------------------------------------------------- home


@pytest.mark.parametrize(
    ("working_folder", "expected"),
    [
        ("checkout/my_course", "checkout/my_course"),
        ("checkout/my_course/extra/deep", "checkout/my_course"),
        ("checkout/notebooks", "checkout/my_course"),
        ("anywhere", "anywhere/my_course"),
    ],
)
def test_home_is_my_course_around_the_notebook_or_beside_it(tmp_path, monkeypatch, working_folder, expected):
    monkeypatch.delenv("VAE_COURSE_HOME")
    (tmp_path / working_folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / working_folder)
    assert progress.home() == tmp_path / expected
    assert not list(tmp_path.rglob("answers"))


def test_vae_course_home_goes_first(tmp_path, monkeypatch):
    (tmp_path / "my_course").mkdir()
    monkeypatch.chdir(tmp_path / "my_course")
    assert progress.home() == tmp_path / "home"
    monkeypatch.setenv("VAE_COURSE_HOME", "~/mine")
    assert progress.home() == Path.home() / "mine"
    monkeypatch.setenv("VAE_COURSE_HOME", "here")
    assert progress.home() == tmp_path / "my_course" / "here"
    monkeypatch.setenv("VAE_COURSE_HOME", "~nobody_of_this_name/mine")
    assert "~nobody_of_this_name" in str(progress.home())


def test_a_deleted_working_folder_is_no_error(tmp_path, monkeypatch):
    monkeypatch.delenv("VAE_COURSE_HOME")
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert progress.home() == Path.home() / "my_course"
    monkeypatch.setenv("VAE_COURSE_HOME", "mine")
    assert progress.home() == Path.home() / "mine"


# ------------------------------------------------------------------------ writing


@pytest.mark.parametrize(
    ("module", "step"), [(Path, "mkdir"), (tempfile, "mkstemp"), (os, "fdopen"), (os, "fsync"), (os, "replace")]
)
def test_a_disk_full_at_any_step_of_a_replacement_leaves_the_old_file(home, monkeypatch, module, step):
    progress.replace_file(home / "answers" / "a.py", "old")
    monkeypatch.setattr(module, step, full_disk)
    with pytest.raises(OSError, match="No space left"):
        progress.replace_file(home / "answers" / "a.py", "new")
    assert [(path.name, path.read_text()) for path in (home / "answers").iterdir()] == [("a.py", "old")]


@pytest.mark.parametrize(("module", "step"), [(Path, "mkdir"), (os, "open"), (os, "write")])
def test_an_attempt_on_a_full_disk_holds_in_this_process_and_says_so(home, monkeypatch, module, step):
    assert progress.record(KL, "wrong") == ""
    monkeypatch.setattr(module, step, full_disk)
    note = progress.record(KL, "right")
    assert "No space left" in note
    assert str(home) in note
    assert [attempt["outcome"] for attempt in progress.attempts()] == ["wrong", "right"]


def test_a_line_cut_short_by_a_full_disk_does_not_swallow_the_next(monkeypatch):
    write = os.write
    progress.record(KL, "wrong")
    monkeypatch.setattr(os, "write", lambda handle, line: write(handle, line[:20]))
    assert "the disk is full" in progress.record(KL, "raised")
    monkeypatch.setattr(os, "write", write)
    progress.record(KL, "right")
    assert [attempt["outcome"] for attempt in progress.attempts()] == ["wrong", "raised", "right"]
    assert not progress._unsaved


def test_what_a_full_disk_did_not_take_is_saved_as_soon_as_there_is_room(monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", full_disk)
    for outcome in ("wrong", "raised", "right"):
        assert "run this cell again" in progress.record(KL, outcome)
    monkeypatch.setattr(os, "write", write)
    assert progress.record(KL, "close") == ""
    monkeypatch.setattr(progress, "_unsaved", [])
    assert [attempt["outcome"] for attempt in progress.attempts()] == ["wrong", "raised", "right", "close"]


def test_a_home_that_cannot_be_made_is_a_note_not_an_error(tmp_path, monkeypatch):
    (tmp_path / "a_file").write_text("")
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "a_file" / "home"))
    assert "VAE_COURSE_HOME" in progress.record(KL, "wrong", mistake="sign")
    assert progress.attempts()[0]["mistake"] == "sign"


def test_lines_that_are_no_attempts_are_passed_over(home):
    progress.record(KL, "wrong", mistake="sign")
    with open(home / "attempts.jsonl", "ab") as file:
        file.write(b'\n{"name": 3\n[1]\n{"name": "x"}\n\xff\xfe\n' + b"[" * 100_000 + b"\n" + b'{"name":' * 100_000)
    progress.record(KL, "right")
    assert [(attempt["outcome"], attempt.get("mistake")) for attempt in progress.attempts()] == [
        ("wrong", "sign"),
        ("right", None),
    ]


def test_attempts_of_the_wrong_types_count_for_nothing(home):
    lesson, names = lesson_and_names()
    home.mkdir()
    lines = [[KL], KL, {"name": {KL: 1}, "outcome": ["right"]}, {"name": KL, "outcome": {"right": 1}, "fast": "no"}]
    (home / "attempts.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert repr(progress(lesson)).endswith(f"0 of {len(names)} right")
    assert line_of(KL).endswith(": ours")


@pytest.mark.parametrize("name", ["a\u2028b", "a\x85b", "a\x0cb"])
def test_a_name_with_another_kind_of_line_break_is_found_again(name):
    progress.record(name, "right")
    assert [attempt["name"] for attempt in progress.attempts()] == [name]


def test_text_that_is_no_unicode_is_kept_as_far_as_it_goes():
    assert progress.record("a\udcffb", "right") == ""
    assert [attempt["name"] for attempt in progress.attempts()] == ["a?b"]


WRITER = """
import sys, time
from vae_from_scratch.course import linking, progress
from vae_from_scratch.course.verdict import Verdict
who, go = sys.argv[1], progress.home() / "go"
(progress.home() / f"ready_{who}").touch()
while not go.exists():
    time.sleep(0.001)
for i in range(25):
    progress.replace_file(progress.home() / "answers" / f"own.{who}_{i}.py", f"{who} {i}\\n" * 500)
    progress.replace_file(progress.home() / "answers" / "shared.py", f"{who} {i}\\n" * 500)
    assert progress.record(f"{who} {i}", "right") == ""
"""


def test_eight_processes_writing_at_once_lose_nothing(home):
    home.mkdir()
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(who)]) for who in range(8)]
    while len(list(home.glob("ready_*"))) < 8 and all(writer.poll() is None for writer in writers):
        time.sleep(0.005)
    (home / "go").touch()
    assert [writer.wait() for writer in writers] == [0] * 8
    everything = {f"{who} {i}" for who in range(8) for i in range(25)}
    assert sorted(attempt["name"] for attempt in progress.attempts()) == sorted(everything)
    own = {path.read_text() for path in (home / "answers").glob("own.*.py")}
    assert own == {f"{name}\n" * 500 for name in everything}
    assert (home / "answers" / "shared.py").read_text() in own
    assert len(list((home / "answers").iterdir())) == 201


def test_an_attempt_keeps_the_mistake_and_a_blank_is_none(home):
    reference = distributions.kl_to_standard_normal
    assert progress.log_attempt(reference, Verdict("kl_to_standard_normal", "unwritten", "")) == ""
    assert not home.exists()
    assert progress.log_attempt(reference, Verdict("kl_to_standard_normal", "wrong", "", mistake="sign")) == ""
    ((name, outcome, mistake),) = [(a["name"], a["outcome"], a["mistake"]) for a in progress.attempts()]
    assert (name, outcome, mistake) == (KL, "wrong", "sign")


# ------------------------------------------------------------------------ showing


def lesson_and_names():
    """The lesson that asks for the KL term, named as a notebook is, and what it asks for."""
    reference = distributions.kl_to_standard_normal
    lesson = next(lesson for lesson, functions in progress.taught().items() if reference in functions)
    return f"{lesson:02}_a_lesson", [progress.address(function) for function in progress.taught()[lesson]]


def test_progress_goes_from_untried_to_wrong_to_right_and_stays(home):
    lesson, names = lesson_and_names()
    others = [f"○ {name}" for name in names if name != KL]

    def shown():
        *lines, summary = repr(progress(lesson)).splitlines()
        assert [line for line in lines if KL not in line] == others
        return next(line for line in lines if KL in line), summary

    assert shown() == (f"○ {KL}", f"0 of {len(names)} right")
    for outcome, mark, right in [("wrong", "✗", 0), ("close", "✓", 1), ("raised", "✓", 1)]:
        progress.record(KL, outcome)
        assert shown() == (f"{mark} {KL}", f"{right} of {len(names)} right")


def test_a_saved_answer_counts_without_its_attempts(home):
    lesson, _ = lesson_and_names()
    progress.replace_file(home / "answers" / f"{KL}.py", "")
    assert f"✓ {KL}" in repr(progress(lesson))


def test_the_table_says_in_words_what_the_marks_mean():
    lesson, names = lesson_and_names()
    html = progress(lesson)._repr_html_()
    assert html.count("<tr>") == len(names) + 1
    assert 'title="not tried yet"' in html
    assert "id=" not in html


def test_a_lesson_shows_what_its_notebook_asked_for_too():
    blank = Verdict("reparameterize", "unwritten", "")
    progress.log_attempt(distributions.reparameterize, blank)
    progress.log_attempt(distributions.reparameterize, blank)
    assert repr(progress("99_another")) == "○ distributions.reparameterize\n0 of 1 right"


def test_without_a_lesson_every_exercise_is_shown():
    count = sum(map(len, progress.taught().values()))
    assert len(repr(progress()).splitlines()) == count + 1


def line_of(name):
    return next(line for line in repr(progress()).splitlines() if name in line)


def test_all_lessons_show_whose_function_they_go_on_with(home):
    assert line_of(KL).startswith("○") and line_of(KL).endswith("kl_to_standard_normal: ours")
    progress.record(KL, "wrong")
    assert line_of(KL).startswith("✗") and line_of(KL).endswith(": ours")
    progress.record(KL, "right")
    assert line_of(KL).startswith("✓") and line_of(KL).endswith("ours (yours holds in its own notebook only)")
    slow = Verdict("kl_to_standard_normal", "right", "", fast=False)
    progress.log_attempt(distributions.kl_to_standard_normal, slow)
    assert line_of(KL).endswith("ours (yours is right, but slow)")
    progress.replace_file(home / "answers" / f"{KL}.py", "")
    assert line_of(KL).endswith("✓ yours")
    assert (
        repr(progress()).splitlines()[-1] == f"1 of {len(repr(progress()).splitlines()) - 1} right; 1 of yours in use"
    )


def test_an_answer_that_this_notebook_holds_is_in_use(monkeypatch):
    held = {distributions.kl_to_standard_normal: (None, Verdict("kl_to_standard_normal", "right", ""))}
    monkeypatch.setattr(linking, "_here", held)
    assert line_of(KL).endswith("✓ yours")


def test_all_lessons_link_the_notebooks_that_are_there(tmp_path, monkeypatch, home):
    monkeypatch.chdir(tmp_path)
    home.mkdir()
    (home / "06_the_elbo.ipynb").touch()
    (home / '07_what "I" wrote <b>.ipynb').touch()
    html = progress()._repr_html_()
    assert '<a href="home/06_the_elbo.ipynb">06_the_elbo</a>' in html
    assert '<a href="home/07_what%20%22I%22%20wrote%20%3Cb%3E.ipynb">07_what &quot;I&quot; wrote &lt;b&gt;</a>' in html
    assert html.count("<a ") == 2 and "<strong>08</strong>" in html
    (tmp_path / "06_copy.ipynb").touch()
    assert '<a href="06_copy.ipynb">06_copy</a>' in progress()._repr_html_()
    lessons = progress.taught()
    assert html.count("<tr>") == 1 + len(lessons) + sum(map(len, lessons.values()))
    assert f"0 of {len(lessons[6])} right" in html


def test_a_lesson_without_exercises_shows_none_and_a_name_without_a_number_is_refused():
    assert repr(progress("99_nothing")) == "0 of 0 right"
    with pytest.raises(ValueError, match="08_the_vae"):
        progress("the_vae")
