"""Lesson 8's network for later lessons: the student's own first, else trained once, and never a wrong file."""

import numpy as np
import pytest

from vae_from_scratch import training, vae
from vae_from_scratch.course import trained
from vae_from_scratch.optimizers import adam
from vae_from_scratch.pytree import tree_leaves, tree_map


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VAE_REHEARSE", "1")
    return tmp_path / "home"


def kept(path, params, step=20):
    path.parent.mkdir(parents=True, exist_ok=True)
    training.save_checkpoint(path, params, adam(1e-3).init(params), 0, step)


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(tree_leaves(one), tree_leaves(other), strict=True))


def test_it_is_trained_once_and_found_again(home, monkeypatch, capsys):
    first = trained.lesson_8()
    monkeypatch.setattr(trained, "fit", lambda: pytest.fail("trained twice"))
    assert same(trained.lesson_8(), first)
    assert not same(first, trained.beginning())
    assert capsys.readouterr().out == "lesson 8's network, 20 steps on 4,000 digits\n" * 2


def test_the_student_s_own_comes_first(home, capsys):
    own = tree_map(lambda leaf: leaf + 1, trained.beginning())
    kept(home / trained.BY_STUDENT, own)
    assert same(trained.lesson_8(), own)
    assert "as you trained it" in capsys.readouterr().out


@pytest.mark.parametrize("fault", ["damaged", "another network", "hardly trained", "not finite"])
def test_a_file_that_is_no_such_network_is_passed_over(home, monkeypatch, fault):
    params, step = trained.beginning(), 20
    if fault == "another network":
        params = vae.init(np.random.default_rng(0), hidden=(30,), latent_dim=16)
    if fault == "hardly trained":
        step = 3
    if fault == "not finite":
        params = tree_map(lambda leaf: leaf * np.float32(np.nan), params)
    kept(home / trained.BY_STUDENT, params, step)
    if fault == "damaged":
        (home / trained.BY_STUDENT).write_bytes(b"PK and no more")
    assert trained.read(home / trained.BY_STUDENT) is None


def test_a_disk_that_takes_nothing_stops_nothing(home, monkeypatch, capsys):
    def fails(*args):
        raise OSError("no space left")

    monkeypatch.setattr(trained.training, "save_checkpoint", fails)
    assert tree_leaves(trained.lesson_8())
    assert "no space left" in capsys.readouterr().out
