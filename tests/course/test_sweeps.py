"""Lesson 10's sweep: each network once, at its own beta, kept under a name made of all that decides it."""

import numpy as np
import pytest

from vae_from_scratch import training, vae
from vae_from_scratch.course import jobs, sweeps
from vae_from_scratch.pytree import tree_leaves


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VAE_REHEARSE", "1")
    monkeypatch.setattr(jobs, "cpu_count", lambda: 1)  # in this process
    return tmp_path / "home"


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(tree_leaves(one), tree_leaves(other), strict=True))


def test_each_network_is_trained_once_and_found_again(monkeypatch, capsys):
    first = sweeps.over_beta((0.5, 2.0))
    assert list(first) == [0.5, 2.0]
    assert capsys.readouterr().out.splitlines()[1:] == ["beta 0.5 is trained", "beta 2 is trained"]
    monkeypatch.setattr(sweeps, "trained", lambda *args, **options: pytest.fail("trained twice"))
    again = sweeps.over_beta((0.5, 2.0))
    assert all(same(first[beta], again[beta]) for beta in first)
    assert capsys.readouterr().out == "2 networks, each 20 steps in common and 20 at its own beta\n"


def test_only_the_missing_one_is_trained(capsys):
    sweeps.over_beta((0.5,))
    capsys.readouterr()
    sweeps.over_beta((0.5, 4.0))
    assert capsys.readouterr().out.splitlines()[1:] == ["beta 4 is trained"]


def test_a_network_is_what_training_at_its_own_beta_makes_of_the_common_beginning():
    network = sweeps.over_beta((3.0,))[3.0]
    expected = sweeps.trained_on(sweeps.common(), 3.0, 20)
    assert same(network, expected)
    assert not same(network, sweeps.trained_on(sweeps.common(), 1.0, 20))


def test_beta_reaches_the_loss(monkeypatch):
    seen = []

    def train(params, batches, optimizer):
        seen.extend(beta for _, _, beta in batches)
        yield 0.0, params, None

    monkeypatch.setattr(training, "train", train)
    sweeps.trained_on({}, 7.0, 3)
    assert seen == [7.0] * 3


def test_a_dearer_rate_is_a_lower_one(monkeypatch):
    monkeypatch.setenv("VAE_REHEARSE", "0")
    monkeypatch.setattr(sweeps, "LEAD", 60)
    monkeypatch.setattr(sweeps, "STEPS", 60)
    x = np.random.default_rng(0).integers(0, 2, (50, 784)).astype(np.float32)
    networks = sweeps.over_beta((0.125, 32.0))
    rates = [vae.rate_and_distortion(p, x, np.zeros((50, 16), np.float32))[0].mean() for p in networks.values()]
    assert rates[0] > 2 * rates[1]


@pytest.mark.parametrize("change", ["settings", "code"])
def test_another_setting_or_another_version_of_the_code_has_another_name(monkeypatch, change):
    before = sweeps.path(beta=1.0, steps=20, lead=20)
    if change == "settings":
        monkeypatch.setattr(sweeps, "BATCH", 25)
    else:
        monkeypatch.setattr(sweeps, "code_version", lambda: "another")
    assert sweeps.path(beta=1.0, steps=20, lead=20) != before
    assert sweeps.path(beta=2.0, steps=20, lead=20) != sweeps.path(beta=1.0, steps=20, lead=20)


@pytest.mark.parametrize("fault", ["damaged", "another network"])
def test_a_file_that_is_no_such_network_is_passed_over(fault):
    file = sweeps.path(beta=1.0, steps=20, lead=20)
    file.parent.mkdir(parents=True)
    if fault == "damaged":
        file.write_bytes(b"PK and no more")
    else:
        training.save_checkpoint(file, {"W": np.zeros(3)}, (), 0, 0)
    assert sweeps.read(file) is None


def test_a_disk_that_takes_nothing_stops_nothing(monkeypatch, capsys):
    def fails(*args):
        raise OSError("no space left")

    monkeypatch.setattr(training, "save_checkpoint", fails)
    assert list(sweeps.over_beta((1.0,))) == [1.0]
    assert "no space left" in capsys.readouterr().out


def test_other_processes_give_the_same_bits(monkeypatch):
    here = sweeps.over_beta((0.5, 2.0))
    monkeypatch.setattr(jobs, "cpu_count", lambda: 2)
    monkeypatch.setattr(sweeps, "read", lambda file: None)
    beside = sweeps.over_beta((0.5, 2.0))
    assert all(same(here[beta], beside[beta]) for beta in here)
