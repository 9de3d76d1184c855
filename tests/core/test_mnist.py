"""MNIST's files: damaged ones are refused before anything is allocated, and sorted classes are shuffled."""

import gzip
import hashlib

import numpy as np
import pytest

from vae_from_scratch import archives, data, mnist
from vae_from_scratch.mnist import IMAGES, LABELS, read_idx

PIXELS = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)


def idx(array, magic):
    return bytes(magic) + b"".join(size.to_bytes(4, "big") for size in array.shape) + array.tobytes()


@pytest.mark.parametrize("array, magic", [(PIXELS, IMAGES), (PIXELS[:, 0, 0], LABELS)])
def test_an_idx_file_is_read_as_it_was_written(array, magic):
    assert np.array_equal(read_idx(idx(array, magic), magic), array)


GOOD = idx(PIXELS, IMAGES)
DAMAGED = {
    "empty": (b"", "begins with"),
    "labels for images": (idx(PIXELS[:, 0, 0], LABELS), "begins with 00000803, not 00000801"),
    "ends in the header": (GOOD[:9], "inside its header"),
    "short": (GOOD[:-1], "60 bytes, but 59 follow"),
    "long": (GOOD + b"0", "60 bytes, but 61 follow"),
    "a header of 2^96 bytes": (bytes(IMAGES) + b"\xff" * 12 + b"0", "but 1 follow"),
}


@pytest.mark.parametrize("content, words", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_idx_file_is_refused(content, words):
    with pytest.raises(ValueError, match=words):
        read_idx(content, IMAGES)


def test_a_text_of_zeros_and_ones_is_packed_whatever_its_spaces():
    bits = np.random.default_rng(0).integers(0, 2, (3, 784), dtype=np.uint8)
    for join, end in ((" ", "\n"), (" ", " \r\n"), ("", "")):
        text = "".join(join.join(map(str, row)) + end for row in bits).encode()
        assert mnist.packed_text(text) == np.packbits(bits, axis=1).tobytes()


@pytest.mark.parametrize("text", [b"0 1 2" + b" 0" * 781, b"0 " * 783, b"0.5 " * 784])
def test_any_other_text_is_refused(text):
    with pytest.raises(ValueError, match="no text of zeros and ones"):
        mnist.packed_text(text)


def test_a_damaged_archive_of_bits_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", other=np.zeros(3))
    for file in (b"", b"PK\x03\x04 and no more", (tmp_path / "other.npz").read_bytes()):
        with pytest.raises(ValueError, match="no part 'train'"):
            mnist.part_of_bits("train", file)


# ------------------------------------------------ whole data sets, made small


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A folder of the user's with a data set of made-up images, and the sizes and hashes that go with it."""
    monkeypatch.setenv("VAE_DATA", str(tmp_path))
    monkeypatch.setattr(archives, "cache", lambda: tmp_path / "cache")
    for loader in (data._idx, data._binarized):
        loader.cache_clear()
    yield tmp_path
    for loader in (data._idx, data._binarized):
        loader.cache_clear()


def accept(monkeypatch, name, found):
    """Make the archives of this name those of the content found."""

    def archive(original):
        def changed(*args):
            wanted = original(*args)
            if wanted.name.startswith(name):
                sha256 = hashlib.sha256(found).hexdigest()
                wanted = wanted._replace(sha256=sha256, size=len(found), limit=10**6, mirrors=())
            return wanted

        return changed

    for function in ("idx_archive", "binarized_archive"):
        monkeypatch.setattr(mnist, function, archive(getattr(mnist, function)))


@pytest.mark.parametrize("collection", ["mnist", "fashion_mnist"])
def test_a_data_set_is_made_of_its_four_files(small, monkeypatch, collection):
    rng = np.random.default_rng(0)
    wanted = {}
    for part, count in (("train", 6), ("t10k", 4)):
        images, labels = rng.integers(0, 256, (count, 28, 28), np.uint8), rng.integers(0, 10, count, np.uint8)
        wanted[part] = images, labels
        for kind, array, magic in (("images-idx3", images, IMAGES), ("labels-idx1", labels, LABELS)):
            found = idx(array, magic)
            (small / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(found, 1))
            accept(monkeypatch, f"{part}-{kind}", found)
    loaded = data.load(collection)
    assert np.array_equal(loaded.train, data.to_unit_interval(wanted["train"][0].reshape(6, 784)))
    assert np.array_equal(loaded.test_labels, wanted["t10k"][1])
    assert loaded.test.dtype == np.float32 and not loaded.test.flags.writeable


@pytest.mark.parametrize("form", ["text", "bits"])
def test_binarized_test_images_that_come_sorted_are_shuffled(small, monkeypatch, form):
    parts = {part: np.repeat(np.eye(10, 784, dtype=np.uint8), 20, axis=0) for part in mnist.BINARIZED}
    bits = {part: np.packbits(images, axis=1) for part, images in parts.items()}
    for part, images in parts.items():
        accept(monkeypatch, f"binarized_mnist_{part}", bits[part].tobytes())
        if form == "text":
            text = "\n".join(" ".join(map(str, row)) for row in images)
            (small / f"binarized_mnist_{part}.amat").write_text(text)
    if form == "bits":
        np.savez(small / mnist.BITS, **bits)
    loaded = data.load("binarized_mnist")
    assert np.array_equal(loaded.train, parts["train"]) and loaded.train.dtype == np.float32
    assert np.array_equal(np.sort(loaded.test.argmax(axis=1)), np.sort(parts["test"].argmax(axis=1)))
    assert len(set(loaded.test[:50].argmax(axis=1))) >= 8


def test_sizes_and_hashes_are_those_of_the_real_files():
    for name, count in (("train-images-idx3", 47_040_016), ("t10k-labels-idx1", 10_008)):
        for collection in ("mnist", "fashion_mnist"):
            assert mnist.idx_archive(collection, name).size == count
    hashes = [*mnist.DIGITS.values(), *mnist.FASHION.values(), *(sha256 for _, sha256 in mnist.BINARIZED.values())]
    assert len(set(hashes)) == 11 and all(len(bytes.fromhex(sha256)) == 32 for sha256 in hashes)
