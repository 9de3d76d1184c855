"""Two notebooks that save at once, and disks that are full: nothing is lost, and what went wrong is said once."""

import errno
import inspect
import os
import pathlib
import subprocess
import sys
import tempfile

import pytest

from tests.course.carried import KL, NAME, REFERENCE, RIGHT, cell, full_disk, in_mine, put
from vae_from_scratch.course import exercise, linking, progress

pytestmark = pytest.mark.usefixtures("home")

# --------------------------------------------------------------- two notebooks at once

ANOTHER = """
import linecache, sys
import numpy as np
from vae_from_scratch import distributions
from vae_from_scratch.course import exercise
source = sys.stdin.read()
linecache.cache["<cell>"] = len(source), None, source.splitlines(keepends=True), "<cell>"
exec(compile(source, "<cell>", "exec"))
exercise(distributions.kl_to_standard_normal)(kl_to_standard_normal)
"""


def test_an_answer_given_in_another_notebook_is_in_use_here_and_this_one_s_own_goes_first(home, real_judge):
    assert in_mine().reference is REFERENCE and in_mine().__code__ is REFERENCE.__code__
    run = [sys.executable, "-c", ANOTHER]
    done = subprocess.run(run, input=KL.replace("mine", "theirs"), capture_output=True, text=True, check=True)
    assert f"Saved as answers/{NAME}.py" in done.stdout
    assert "# theirs" in inspect.getsource(in_mine())
    own = exercise(REFERENCE)(cell(KL))
    assert in_mine() is own
    subprocess.run(run, input=KL.replace("mine", "newer"), capture_output=True, text=True, check=True)
    assert in_mine() is own
    assert "# newer" in (home / "answers" / f"{NAME}.py").read_text()


def test_a_damaged_file_that_another_notebook_has_set_aside_is_none_of_ours(home, capsys, monkeypatch):
    path = put(home, "broken(")
    rename = type(path).rename

    def twice(path, target):
        rename(path, target)
        return rename(path, target)

    monkeypatch.setattr(type(path), "rename", twice)
    assert in_mine().reference is REFERENCE
    assert capsys.readouterr().out == ""
    assert path.with_name(f"{NAME}.py.damaged").read_text() == "broken("


def test_a_file_that_goes_away_while_it_is_read_is_no_error(home, capsys, monkeypatch):
    path = put(home, "import numpy as np\n" + KL)

    def gone(*_, **__):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    monkeypatch.setattr(type(path), "read_text", gone)
    assert in_mine().reference is REFERENCE
    assert capsys.readouterr().out == ""


def test_what_else_lies_among_the_answers_is_let_be(home, capsys):
    put(home, "import numpy as np\n" + KL)
    others = [f".{NAME}.py.x1.partial", f"._{NAME}.py", f"{NAME}.py.damaged", "notes.txt", "mine.ipynb"]
    for name in others:
        (home / "answers" / name).write_text("what?")
    (home / "answers" / "__pycache__").mkdir()
    assert in_mine().__code__ is not REFERENCE.__code__
    assert capsys.readouterr().out == ""
    assert {path.name for path in (home / "answers").iterdir()} == {*others, "__pycache__", f"{NAME}.py"}


# -------------------------------------------------------------------------- full disks


@pytest.mark.parametrize("step", ["fdopen", "fsync", "replace"])
def test_on_a_full_disk_the_answer_holds_and_the_older_one_stays(home, monkeypatch, step):
    linking.accept(REFERENCE, cell(KL), RIGHT)
    before = (home / "answers" / f"{NAME}.py").read_text()
    monkeypatch.setattr(os, step, full_disk)
    newer = cell(KL.replace("# mine", "# newer"))
    note = linking.accept(REFERENCE, newer, RIGHT)
    assert "No space left on device" in note
    assert str(home) in note
    assert in_mine() is newer
    assert (home / "answers" / f"{NAME}.py").read_text() == before


def test_a_home_that_cannot_be_made_is_a_note(home, monkeypatch):
    (home / "a_file").write_text("")
    monkeypatch.setenv("VAE_COURSE_HOME", str(home / "a_file" / "home"))
    answer = cell(KL)
    assert "could not be saved" in linking.accept(REFERENCE, answer, RIGHT)
    assert in_mine() is answer


@pytest.mark.parametrize(
    ("module", "step"),
    [(pathlib.Path, "mkdir"), (tempfile, "mkstemp"), (os, "fdopen"), (os, "fsync"), (os, "replace"), (os, "write")],
)
def test_on_a_full_disk_an_exercise_says_so_once_and_the_answer_holds(home, monkeypatch, capsys, module, step):
    exercise(REFERENCE)(cell(KL.replace("mine", "older")))
    capsys.readouterr()
    monkeypatch.setattr(module, step, full_disk)
    answer = exercise(REFERENCE)(cell(KL))
    told = capsys.readouterr().out
    assert told.count("No space left on device") == 1 and told.startswith("✓")
    assert in_mine() is answer
    assert [attempt["outcome"] for attempt in progress.attempts()] == ["right", "right"]
    monkeypatch.undo()
    assert [path.name for path in (home / "answers").iterdir()] == [f"{NAME}.py"]
    assert ("# older" if step != "write" else "# mine") in (home / "answers" / f"{NAME}.py").read_text()
