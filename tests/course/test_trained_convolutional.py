"""Lesson 12's network, kept for the table of nats: found again, and no other file is taken for it."""

import numpy as np
import pytest

from vae_from_scratch import convolutional, training
from vae_from_scratch.course import nats, progress, trained
from vae_from_scratch.pytree import tree_leaves


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VAE_REHEARSE", "1")


def network():
    return convolutional.init(np.random.default_rng(3), output_bias=-1.0)


def row():
    (line,) = (line for line in nats.table(upto=12) if line.model == nats.CONVOLUTIONAL_VAE)
    return line


def test_its_row_waits_for_it_and_then_gives_its_bound():
    assert row().test == "" and row().why == "trained in lesson 12"
    trained.keep_lesson_12(network(), {})
    assert all(
        np.array_equal(a, b) for a, b in zip(tree_leaves(trained.kept_lesson_12()), tree_leaves(network()), strict=True)
    )
    x = nats.test_digits()
    bound = convolutional_bound(x)
    assert row().test == f"{-np.mean(bound):.0f}"
    assert nats.CONVOLUTIONAL_VAE not in repr(nats.table(upto=11))


def convolutional_bound(x):
    mean, log_var = convolutional.encode(network(), x)
    z = mean + np.exp(log_var / 2) * nats.noise(x)
    logits = convolutional.decode(network(), z)
    log_prob = np.sum(x * logits - np.logaddexp(0, logits), axis=-1)
    return log_prob - 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)


def test_another_network_or_one_hardly_trained_is_passed_over():
    file = progress.home() / trained.CONVOLUTIONAL_FILE
    trained.keep_lesson_12(convolutional.init(np.random.default_rng(0), channels=(3, 5)), {})
    assert trained.kept_lesson_12() is None
    training.save_checkpoint(file, network(), {}, 0, 3)
    assert trained.kept_lesson_12() is None


def test_a_disk_that_takes_nothing_stops_nothing(monkeypatch, capsys):
    def fails(*args):
        raise OSError("no space left")

    monkeypatch.setattr(trained.training, "save_checkpoint", fails)
    trained.keep_lesson_12(network(), {})
    assert "no space left" in capsys.readouterr().out
