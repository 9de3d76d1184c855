"""Accepted answers come into use, are carried to the next notebook if they stand alone, and are believed by nobody."""

import errno
import inspect
import linecache
import math
import os
import pathlib
import subprocess
import sys
import tempfile
from itertools import count

import autograd.numpy as anp
import numpy as np
import pytest

from vae_from_scratch import distributions, vae
from vae_from_scratch.autodiff import value_and_grad
from vae_from_scratch.course import exercise, ladder, linking, progress, saved, verdict

REFERENCE = distributions.kl_to_standard_normal
NAME = "distributions.kl_to_standard_normal"
KL = """
def kl_to_standard_normal(mean, log_var):
    # mine
    return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)
"""
DOUBLED = KL.replace("0.5", "1.0")
JUDGE = linking.judge
RIGHT = verdict.Verdict(NAME, "right", "")

cells = count()


def cell(source, name="kl_to_standard_normal", **names):
    """The function that a notebook's cell defines; its source can be read, as in IPython."""
    filename = f"<cell {next(cells)}>"
    linecache.cache[filename] = len(source), None, source.splitlines(keepends=True), filename
    space = {"__name__": "__main__", "np": np, **names}
    exec(compile(source, filename, "exec"), space)
    return space[name]


def judge(reference, function):
    """A stand-in for the judge: values on one fixture."""
    rng = np.random.default_rng(0)
    arguments = [rng.standard_normal((5, 3)) for _ in range(reference.__code__.co_argcount or 2)]
    try:
        same = np.allclose(function(*arguments), reference(*arguments))
    except Exception as error:
        return verdict.Verdict(NAME, "raised", f"{type(error).__name__}: {error}")
    return RIGHT if same else verdict.Verdict(NAME, "wrong", "The values differ.")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path))
    monkeypatch.setattr(linking, "judge", judge)
    next_notebook(monkeypatch)
    return tmp_path


def next_notebook(monkeypatch):
    monkeypatch.setattr(linking, "_here", {})
    monkeypatch.setattr(progress, "_met", {})
    monkeypatch.setattr(progress, "_unsaved", [])
    monkeypatch.setattr(saved, "_judged", {})


def put(home, text, name=NAME):
    progress.replace_file(home / "answers" / f"{name}.py", text)
    return home / "answers" / f"{name}.py"


def in_mine():
    return linking.yours().vae.kl_to_standard_normal


# ---------------------------------------------------------------- accepted, and carried


def test_an_accepted_answer_is_in_use_at_once_and_in_the_next_notebook(home, monkeypatch):
    answer = cell(KL)
    assert linking.accept(REFERENCE, answer, RIGHT) == f"Saved as answers/{NAME}.py, for later lessons."
    assert in_mine() is answer
    next_notebook(monkeypatch)
    carried = in_mine()
    assert carried is not answer
    assert inspect.getsource(carried) == KL[1:]
    assert carried.reference is REFERENCE


def test_the_saved_file_is_readable_and_runs_alone(home):
    linking.accept(REFERENCE, cell("@decorate(\n    lambda f: f\n)" + KL, decorate=lambda f: f), RIGHT)
    text = (home / "answers" / f"{NAME}.py").read_text()
    assert text.startswith(f"# Your answer for {NAME}, saved ")
    assert text.endswith(f"\nimport numpy as np\n\n\n{KL.strip()}\n")
    space = {}
    exec(text, space)
    assert space["kl_to_standard_normal"](np.ones((2, 3)), np.zeros((2, 3))).tolist() == [1.5, 1.5]


@pytest.mark.parametrize("numpy", [np, anp])
def test_a_saved_answer_keeps_the_notebooks_numpy_and_trains(numpy, monkeypatch):
    linking.accept(REFERENCE, cell(KL, np=numpy), RIGHT)
    next_notebook(monkeypatch)
    mine, rng = linking.yours(), np.random.default_rng(0)
    assert mine.distributions.kl_to_standard_normal.__globals__["np"] is numpy
    step = vae.init(rng, 7, (5,), 3), rng.random((4, 7)), rng.standard_normal((4, 3))
    np.testing.assert_allclose(value_and_grad(mine.vae.loss)(*step)[0], value_and_grad(vae.loss)(*step)[0], rtol=1e-6)


def test_names_of_the_core_and_of_accepted_answers_are_carried_as_imports(home, monkeypatch):
    def handed_out(mean, log_var, epsilon):
        return mean

    handed_out.reference = distributions.reparameterize
    source = """
def kl_to_standard_normal(mean, log_var, model=DENSE):
    twice = [m.log(2) for _ in range(2)]
    draw(mean, log_var, 0.0), distributions.mean_image_logits, model.encode
    return kl(mean, log_var) + 0 * sum(twice)
"""
    names = {"m": math, "distributions": distributions, "draw": handed_out, "kl": REFERENCE, "DENSE": vae.DENSE}
    assert linking.accept(REFERENCE, cell(source, **names), RIGHT).startswith("Saved")
    assert set((home / "answers" / f"{NAME}.py").read_text().splitlines()) >= {
        "import vae_from_scratch.distributions as distributions",
        "import math as m",
        "from vae_from_scratch.distributions import kl_to_standard_normal as kl",
        "from vae_from_scratch.distributions import reparameterize as draw",
        "from vae_from_scratch.vae import DENSE",
    }


@pytest.mark.parametrize(
    ("source", "names", "missing"),
    [
        (KL.replace("0.5", "half"), {"half": 0.5}, "half"),
        (KL.replace("np.exp(log_var)", "variance(log_var)"), {"variance": lambda v: np.exp(v)}, "variance"),
        (KL.replace("log_var):", "log_var, axis=last):"), {"last": -1}, "last"),
        (KL.replace("np.sum(", "(lambda v, axis: total(v)[..., half])("), {"total": np.cumsum, "half": 2}, "half"),
    ],
)
def test_an_answer_that_needs_the_notebook_holds_in_it_and_the_note_names_what(home, source, names, missing):
    answer = cell(source, **names)
    note = linking.accept(REFERENCE, answer, RIGHT)
    assert "In use in this notebook only" in note
    assert f" {missing} " in note or f" {missing}," in note
    assert in_mine() is answer
    assert not list(home.rglob("*.py"))


def test_an_answer_without_a_readable_def_holds_in_the_notebook(home):
    space = {"np": np}
    exec(KL, space)
    for answer in (
        space["kl_to_standard_normal"],
        cell("kl_to_standard_normal = lambda mean, log_var: np.sum(mean, -1)"),
    ):
        assert "source cannot be read" in linking.accept(REFERENCE, answer, RIGHT)
        assert in_mine() is answer
    assert not list(home.rglob("*.py"))


def test_an_answer_that_is_not_right_alone_is_not_saved(home):
    state = cell(
        """
def kl_to_standard_normal(mean, log_var, seen=[]):
    seen.append(1)
    return (0.5 if len(seen) > 1 else 1.0) * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)
"""
    )
    assert "it is not judged right (The values differ.)" in linking.accept(REFERENCE, state, RIGHT)
    assert not list(home.rglob("*.py"))


def test_a_slow_answer_is_counted_but_not_trained_with(home, monkeypatch):
    slow = verdict.Verdict(NAME, "right", "", fast=False)
    linking.accept(REFERENCE, cell(KL), slow)
    assert in_mine().reference is REFERENCE
    assert in_mine().__code__ is REFERENCE.__code__
    assert repr(linking.yours()).count("ours (yours is right, but slow)") == 1
    assert (home / "answers" / f"{NAME}.py").exists()


def test_a_held_back_answer_is_shown_with_its_reason(home):
    slow = verdict.Verdict(NAME, "right", "", fast=False)
    assert linking.hold_back(REFERENCE, cell(KL), slow) == ""
    assert repr(linking.yours()).splitlines()[0].endswith("ours (yours is right, but slow)")
    linking.hold_back(REFERENCE, cell(KL), slow.noting(ladder.UNTRACED))
    assert repr(linking.yours()).splitlines()[0].endswith("ours (yours is right, but has no slope)")
    assert in_mine().__code__ is REFERENCE.__code__
    assert not list(home.rglob("*.py"))


@pytest.mark.parametrize("carried", [False, True], ids=["of this notebook", "of an earlier one"])
def test_a_held_back_answer_does_not_push_out_an_earlier_one(carried, monkeypatch):
    linking.accept(REFERENCE, cell(KL), RIGHT)
    if carried:
        next_notebook(monkeypatch)
    slow = verdict.Verdict(NAME, "right", "", fast=False)
    assert "earlier answer stays in use" in linking.hold_back(REFERENCE, cell(KL.replace("mine", "slow")), slow)
    assert "# mine" in inspect.getsource(in_mine())
    assert repr(linking.yours()).splitlines()[0].endswith("✓ yours")


# --------------------------------------------------------------------------- in use


def test_where_nothing_is_accepted_the_reference_itself_is_in_use():
    assert linking.in_use(REFERENCE) is REFERENCE


def test_the_reference_in_use_calls_the_students_other_answers():
    calls = []
    answer = cell(KL.replace("# mine", "calls.append(1)"), calls=calls)
    linking.accept(REFERENCE, answer, RIGHT)
    rng = np.random.default_rng(0)
    step = vae.init(rng, 7, (5,), 3), rng.random((4, 7)), rng.standard_normal((4, 3))
    handed_out = linking.in_use(vae.rate_and_distortion)
    rate, _ = handed_out(*step)
    assert calls == [1]
    assert handed_out.reference is vae.rate_and_distortion
    np.testing.assert_allclose(rate, vae.rate_and_distortion(*step)[0], rtol=1e-5)


def test_in_use_for_a_function_is_ours_even_if_an_earlier_answer_to_it_was_right():
    linking.accept(REFERENCE, cell(KL), RIGHT)
    assert linking.in_use(REFERENCE) is REFERENCE


def test_whose_is_whose_is_told_in_a_row_for_each_answer_and_a_line_for_the_rest():
    assert repr(linking.yours()) == "all functions  ours"
    linking.accept(REFERENCE, cell(KL), RIGHT)
    mine = linking.yours()
    assert [line.split("  ")[0].strip() for line in repr(mine).splitlines()] == [NAME, "all other functions"]
    assert repr(mine).splitlines()[0].endswith("✓ yours") and repr(mine).splitlines()[1].endswith("  ours")
    html = mine._repr_html_()
    assert html.count("<tr>") == 3 and html.count("✓ yours") == 1
    assert "0x" not in html + repr(mine)


# ----------------------------------------------------------------- nobody believes a file


def test_a_file_is_judged_again_and_once_only(home, monkeypatch):
    judged = []
    monkeypatch.setattr(linking, "judge", lambda *both: judged.append(both) or judge(*both))
    path = put(home, "import numpy as np\n" + KL)
    linking.yours(), linking.yours(), linking.in_use(vae.elbo)
    assert len(judged) == 1
    path.write_text("import numpy as np\n" + KL + "\n\n")
    linking.yours()
    assert len(judged) == 2


def test_nothing_is_loaded_before_a_cell_asks(home, monkeypatch):
    monkeypatch.setattr(linking, "judge", lambda *_: pytest.fail("judged without being asked"))
    put(home, "import numpy as np\n" + KL)
    progress(None)


def test_a_file_that_is_no_longer_right_stays_and_ours_is_used(home, capsys):
    path = put(home, "import numpy as np\n" + DOUBLED)
    assert in_mine().reference is REFERENCE
    out = capsys.readouterr().out
    assert "not judged right, so ours is used: The values differ." in out
    assert path.exists()
    linking.yours()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "text",
    [
        "def kl_to_standard_normal(mean, log_var",
        "\0\0\0",
        "",
        "x = 3\n",
        "import os\n" + KL,
        "from . import other\n" + KL,
        "import numpy as np\nnp.random.seed(0)\n" + KL,
        "import numpy as np\n@staticmethod" + KL,
        "import numpy as np\n" + KL + "\nkl_to_standard_normal(1, 1)\n",
        "def kl_to_standard_normal(mean, log_var, x=nowhere):\n    return mean\n",
        "def kl_to_standard_normal(mean, log_var, x=exit()):\n    return mean\n",
        "def kl_to_standard_normal(mean):\n    nonlocal mean\n",
        "import numpy as np\n" + KL + "#" * 200_000,
    ],
    ids=range(13),
)
def test_a_file_that_is_no_answer_is_set_aside_whole(home, capsys, text):
    path = put(home, text)
    assert in_mine().reference is REFERENCE
    assert path.with_name(f"{NAME}.py.damaged").read_text() == text
    assert not path.exists()
    assert f"set aside as {NAME}.py.damaged" in capsys.readouterr().out


def test_bytes_that_are_no_text_are_set_aside(home):
    put(home, "").write_bytes(b"\xff\xfe\x00")
    linking.yours()
    assert (home / "answers" / f"{NAME}.py.damaged").read_bytes() == b"\xff\xfe\x00"


@pytest.mark.parametrize("name", ["notes", "distributions.nothing", "vae.init", "course.exercises.check"])
def test_a_file_that_answers_nothing_is_set_aside(home, name):
    path = put(home, "import numpy as np\n" + KL, name)
    linking.yours()
    assert path.with_name(f"{name}.py.damaged").exists()


def test_files_set_aside_one_after_another_are_all_kept(home):
    for text in ("first(", "second(", "third("):
        put(home, text)
        linking.yours()
    kept = (home / "answers").iterdir()
    assert sorted(path.read_text() for path in kept) == ["first(", "second(", "third("]


def test_a_file_that_cannot_be_set_aside_is_a_message(home, capsys, monkeypatch):
    path = put(home, "broken(")
    monkeypatch.setattr(type(path), "rename", full_disk)
    linking.yours()
    assert "could not be set aside (No space left on device)" in capsys.readouterr().out
    assert path.read_text() == "broken("


def test_a_file_of_another_user_is_not_read(home, capsys, monkeypatch):
    path = put(home, "import numpy as np\n" + KL)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    assert in_mine().reference is REFERENCE
    assert "not a file of yours" in capsys.readouterr().out
    assert path.exists()


def test_what_is_not_a_regular_file_is_not_read(home, capsys):
    (home / "answers" / f"{NAME}.py").mkdir(parents=True)
    linking.yours()
    assert "not a file of yours" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_a_message(home, capsys, monkeypatch):
    path = put(home, "import numpy as np\n" + KL)
    monkeypatch.setattr(type(path), "read_text", full_disk)
    assert in_mine().reference is REFERENCE
    assert "could not be read" in capsys.readouterr().out


@pytest.mark.parametrize("version", ["0.0.1", "99.0"])
@pytest.mark.parametrize("source, right", [(KL, True), (DOUBLED, False)])
def test_a_file_of_another_version_of_the_course_is_judged_like_any(home, version, source, right):
    put(home, f"# Your answer for {NAME}, saved 2020-01-01, version {version}.\nimport numpy as np\n" + source)
    assert (in_mine().__code__ is not REFERENCE.__code__) == right


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
    others = [f".{NAME}.py.x1.partial", f"{NAME}.py.damaged", "notes.txt", "mine.ipynb"]
    for name in others:
        (home / "answers" / name).write_text("what?")
    (home / "answers" / "__pycache__").mkdir()
    assert in_mine().__code__ is not REFERENCE.__code__
    assert capsys.readouterr().out == ""
    assert {path.name for path in (home / "answers").iterdir()} == {*others, "__pycache__", f"{NAME}.py"}


# -------------------------------------------------------------------------- full disks


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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


# ----------------------------------------------------------- with the judge of the course

TAUGHT = {
    distributions.kl_to_standard_normal: KL,
    distributions.reparameterize: """
def reparameterize(mean, log_var, epsilon):
    # mine
    return mean + np.exp(0.5 * log_var) * epsilon
""",
    distributions.bernoulli_log_prob: """
def bernoulli_log_prob(x, logits):
    # mine
    return (x * logits - np.logaddexp(0, logits)).sum(axis=-1)
""",
}


@pytest.fixture
def real_judge(monkeypatch):
    monkeypatch.setattr(linking, "judge", JUDGE)


@pytest.mark.parametrize("carried", [False, True], ids=["in this notebook", "in the next"])
def test_one_training_step_runs_every_accepted_answer(carried, monkeypatch, real_judge):
    for reference, source in TAUGHT.items():
        exercise(reference)(cell(source, reference.__name__))
    if carried:
        next_notebook(monkeypatch)
    mine, rng = linking.yours(), np.random.default_rng(0)
    assert repr(mine).count("✓ yours") == 3
    codes = {getattr(mine.distributions, reference.__name__).__code__: reference for reference in TAUGHT}
    ran = set()
    step = vae.init(rng, 7, (5,), 3), rng.random((4, 7)).astype("f"), rng.standard_normal((4, 3)).astype("f")
    before = sys.getprofile()
    sys.setprofile(lambda frame, *_: ran.add(frame.f_code))
    try:
        ((value, _, _),) = mine.training.train(step[0], [step[1:]], mine.optimizers.sgd(0.1))
    finally:
        sys.setprofile(before)
    assert codes.keys() <= ran
    assert not {reference.plain.__code__ for reference in TAUGHT} & ran
    np.testing.assert_allclose(value, vae.loss(*step), rtol=1e-6)


def test_a_wrong_answer_is_logged_and_the_lesson_goes_on_with_ours_linked(real_judge):
    exercise(REFERENCE)(cell(KL))
    name = "reparameterize"
    source = TAUGHT[distributions.reparameterize].replace("0.5 * ", "")
    handed_out = exercise(distributions.reparameterize)(cell(source, name))
    assert handed_out.reference is distributions.reparameterize
    assert handed_out.__code__ is distributions.reparameterize.__code__
    assert [attempt["outcome"] for attempt in progress.attempts()] == ["right", "wrong"]
    assert repr(progress("99_here")).splitlines() == [f"✓ {NAME}", f"✗ distributions.{name}", "1 of 2 right"]
