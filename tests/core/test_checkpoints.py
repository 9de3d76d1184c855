"""Checkpoints: whole or not at all, resumed to the same bits, and clear about every kind of damage."""

import errno
import io
import os
from collections import namedtuple
from itertools import islice

import numpy as np
import pytest

from vae_from_scratch import optimizers, training, vae
from vae_from_scratch.pytree import tree_leaves, tree_map

SEED, STEPS = 3, 12


def run(start=0, params=None, state=None):
    x = np.random.default_rng(0).random((17, 6), np.float32)
    params = params or vae.init(np.random.default_rng(0), 6, (4,), 2)
    batches = training.minibatches(x, 5, 2, SEED, STEPS, start=start)
    return training.train(params, batches, optimizers.adam(optimizers.cosine_decay(0.01, 0.001, STEPS)), state=state)


def state_after(steps):
    *_, (_, params, state) = islice(run(), steps)
    return params, state


def assert_same_bits(tree, other):
    assert tree_map(type, tree) == tree_map(type, other)
    for leaf, twin in zip(tree_leaves(tree), tree_leaves(other), strict=True):
        assert np.asarray(leaf).dtype == np.asarray(twin).dtype
        assert np.asarray(leaf).tobytes() == np.asarray(twin).tobytes()


# --------------------------------------------------------------------- resuming


@pytest.mark.parametrize("stop", [1, 3, 4, STEPS - 1])
def test_a_resumed_run_ends_in_the_same_bits_as_one_that_was_never_interrupted(tmp_path, stop):
    training.save_checkpoint(tmp_path / "run.npz", *state_after(stop), SEED, stop)
    params, state, seed, step = training.load_checkpoint(tmp_path / "run.npz")
    assert (seed, step) == (SEED, stop)
    *_, end = run(start=step, params=params, state=state)
    *_, expected = run()
    assert_same_bits(end[1:], expected[1:])


def test_every_container_and_leaf_comes_back_as_it_was(tmp_path):
    params = {
        "list": [np.float32([[1, 2]]), np.array([], np.float64)],
        "tuple": (np.array(0.5), {"empty": {}, "none": []}),
        "a name with spaces, ü and /": np.array([np.inf, np.nan, -0.0]),
    }
    state = (np.zeros(3, np.float32), np.zeros((), np.int8))
    training.save_checkpoint(tmp_path / "run.npz", params, state, 0, 0)
    assert_same_bits(training.load_checkpoint(tmp_path / "run.npz")[:2], (params, state))


def test_whole_numbers_come_back_as_int_of_any_size_and_floats_to_the_last_bit(tmp_path):
    training.save_checkpoint(tmp_path / "run.npz", {}, (5, 2**80, 0.1), 2**100, np.int64(7))
    loaded = training.load_checkpoint(tmp_path / "run.npz")
    assert loaded == ({}, (5, 2**80, 0.1), 2**100, 7)
    assert type(loaded[1][0]) is type(loaded[2]) is type(loaded[3]) is int


def test_named_roles_come_back_as_a_tuple(tmp_path):
    Pair = namedtuple("Pair", "W b")
    training.save_checkpoint(tmp_path / "run.npz", Pair(np.ones(2), np.zeros(2)), (), 0, 0)
    params, *_ = training.load_checkpoint(tmp_path / "run.npz")
    assert_same_bits(params, (np.ones(2), np.zeros(2)))


@pytest.mark.parametrize("leaf", [None, "text", np.array([None, {}]), object()])
def test_a_leaf_that_is_no_array_and_no_number_is_refused_before_anything_is_written(tmp_path, leaf):
    with pytest.raises(TypeError, match="arrays and numbers"):
        training.save_checkpoint(tmp_path / "run.npz", {"W": leaf}, (), 0, 0)
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------ a failing disk


class Failing(io.BufferedWriter):
    """A file whose every call to write or flush is announced first; a write that fails has written half."""

    def __init__(self, handle, announce):
        super().__init__(io.FileIO(handle, "wb"))
        self.announce = announce

    def write(self, data):
        try:
            self.announce("write")
        except BaseException:
            super().write(memoryview(data).cast("B")[: memoryview(data).nbytes // 2])
            raise
        return super().write(data)

    def flush(self):
        self.announce("flush")
        super().flush()


def save_with_failure(monkeypatch, error, at, *args):
    """Saves with `error` raised at one call that touches the disk; returns the calls that were made."""
    calls = []

    def announce(name):
        calls.append(name)
        if len(calls) - 1 == at:
            raise error

    def announced(name, function):
        return lambda *args: (announce(name), function(*args))[1]

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", lambda handle, mode: Failing(handle, announce))
        patch.setattr(os, "fsync", announced("fsync", os.fsync))
        patch.setattr(os, "replace", announced("replace", os.replace))
        if at is None:
            training.save_checkpoint(*args)
        else:
            with pytest.raises(type(error)):
                training.save_checkpoint(*args)
    return calls


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "disk full"), KeyboardInterrupt()], ids=["disk", "interrupt"])
def test_a_failure_at_any_write_flush_fsync_or_replace_leaves_the_old_checkpoint_and_no_litter(
    tmp_path, monkeypatch, error
):
    path = tmp_path / "run.npz"
    training.save_checkpoint(path, *state_after(4), SEED, 4)
    old, later = path.read_bytes(), (*state_after(8), SEED, 8)
    calls = save_with_failure(monkeypatch, error, None, tmp_path / "trial.npz", *later)
    assert {*calls} == {"write", "flush", "fsync", "replace"}
    (tmp_path / "trial.npz").unlink()
    for at in range(len(calls)):
        save_with_failure(monkeypatch, error, at, path, *later)
        assert path.read_bytes() == old
        assert list(tmp_path.iterdir()) == [path]
    params, state, _, step = training.load_checkpoint(path)
    *_, end = run(start=step, params=params, state=state)
    *_, expected = run()
    assert_same_bits(end[1:], expected[1:])


def test_what_is_written_reaches_the_disk_before_it_replaces_the_old_file(tmp_path, monkeypatch):
    calls = save_with_failure(monkeypatch, None, None, tmp_path / "run.npz", *state_after(1), SEED, 1)
    assert calls.index("fsync") < calls.index("replace")
    assert "write" not in calls[calls.index("fsync") :]


def test_the_new_file_is_written_beside_the_old_so_that_replacing_it_never_crosses_disks(tmp_path, monkeypatch):
    moves, replace = [], os.replace
    monkeypatch.setattr(os, "replace", lambda *move: moves.append(move) or replace(*move))
    training.save_checkpoint(tmp_path / "run.npz", *state_after(1), SEED, 1)
    ((partial, path),) = moves
    assert os.path.dirname(partial) == os.path.dirname(path) == str(tmp_path)


# ------------------------------------------------------------- damaged files


@pytest.fixture
def checkpoint(tmp_path):
    """A small checkpoint: its path, and what it holds."""
    path = tmp_path / "run.npz"
    training.save_checkpoint(path, {"W": np.arange(3.0)}, [(np.ones(2, np.float32), 5)], SEED, 5)
    return path, training.load_checkpoint(path)


def assert_refused(path, match="not a checkpoint, or was damaged"):
    with pytest.raises(ValueError, match=match) as caught:
        training.load_checkpoint(path)
    assert str(path) in str(caught.value)


def test_a_file_cut_anywhere_is_refused(checkpoint):
    path, _ = checkpoint
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert_refused(path)


@pytest.mark.filterwarnings("ignore")  # zipfile's own about what it finds in a damaged file
def test_a_file_with_one_changed_byte_is_refused_or_holds_the_same(checkpoint):
    path, expected = checkpoint
    whole = path.read_bytes()
    refused = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert_same_bits(training.load_checkpoint(path), expected)
        except ValueError:
            refused += 1
    assert refused > len(whole) / 2


def test_files_of_another_kind_are_refused(tmp_path):
    path = tmp_path / "run.npz"
    for content in (b"", b"not a checkpoint\n", b"PK\x03\x04", bytes(1000)):
        path.write_bytes(content)
        assert_refused(path)
    for save in (np.save, np.savez):
        with open(path, "wb") as file:
            save(file, np.arange(3))
        assert_refused(path)


@pytest.mark.parametrize(
    "change",
    [
        {"leaf_1": None},
        {"outline": None},
        {"format": None},
        {"format": [1, 1]},
        {"outline": "{"},
        {"outline": "[]"},
        {"outline": '{"set": []}'},
        {"outline": '{"dict": {"params": null}}'},
    ],
    ids=str,
)
def test_a_checkpoint_with_a_part_missing_or_wrong_is_refused(checkpoint, change):
    path, _ = checkpoint
    parts = dict(np.load(path)) | change
    np.savez(path, **{name: part for name, part in parts.items() if part is not None})
    assert_refused(path)


def test_a_checkpoint_of_another_format_says_which_it_has_and_which_is_read(checkpoint):
    path, _ = checkpoint
    np.savez(path, **(dict(np.load(path)) | {"format": 99}))
    assert_refused(path, match=r"format 99; this version of the package reads 1")


def test_a_pickle_inside_is_refused_and_never_run(checkpoint, tmp_path):
    class Trap:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "sprung"),))

    path, _ = checkpoint
    np.savez(path, **(dict(np.load(path)) | {"leaf_0": np.array([Trap()], object)}))
    assert_refused(path)
    assert not (tmp_path / "sprung").exists()


def test_a_missing_file_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        training.load_checkpoint(tmp_path / "never_saved.npz")
