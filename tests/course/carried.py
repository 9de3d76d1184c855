"""A student's folder and its notebooks, for the tests of carrying answers forward: `home` is one that is empty."""

import errno
import linecache
import os
from itertools import count

import numpy as np
import pytest

from vae_from_scratch import distributions
from vae_from_scratch.course import linking, progress, saved, verdict

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


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty folder, in which the stand-in judges."""
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path))
    monkeypatch.setattr(linking, "judge", judge)
    next_notebook(monkeypatch)
    return tmp_path


def next_notebook(monkeypatch):
    """From here on it is as in a new kernel."""
    monkeypatch.setattr(linking, "_here", {})
    monkeypatch.setattr(progress, "_met", {})
    monkeypatch.setattr(progress, "_unsaved", [])
    monkeypatch.setattr(saved, "_judged", {})


def put(home, text, name=NAME):
    """The path of a saved answer with this text, written there."""
    progress.replace_file(home / "answers" / f"{name}.py", text)
    return home / "answers" / f"{name}.py"


def in_mine():
    """The function that training would run."""
    return linking.yours().vae.kl_to_standard_normal


def full_disk(*_, **__):
    """What writing does on a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def real_judge(home, monkeypatch):
    """The course's own judge in place of the stand-in."""
    monkeypatch.setattr(linking, "judge", JUDGE)
