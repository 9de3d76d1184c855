"""MNIST and what has its format: the files of their images and labels, as arrays of bytes.

The usual split: 60,000 images to train and 10,000 to test; of MNIST binarized once and for all (Larochelle & Murray
2011, after Salakhutdinov & Murray 2008) 50,000, 10,000 to validate and 10,000. Known trap: the binarized test images
come sorted by class, so that their first thousand are no fair sample; here they are shuffled, by a fixed seed.
"""

from functools import partial
from io import BytesIO
from math import prod

import numpy as np

from vae_from_scratch.archives import Archive, content

IMAGES, LABELS = (0, 0, 8, 3), (0, 0, 8, 1)  # how an IDX file begins: unsigned bytes, in three dimensions or in one
HEADER = 4  # bytes of each of its numbers
PIXELS = 784
GZ = "-ubyte.gz"

# name: SHA-256 of the file, unpacked
DIGITS = {
    "train-images-idx3": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
FASHION = {
    "train-images-idx3": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
# part: images, SHA-256 of their pixels, eight to a byte
BINARIZED = {
    "train": (50_000, "727146c35424b019f3e350e1e69faa05644a0abaf787e3f4e1a9632220a13906"),
    "valid": (10_000, "a256ac44ae26be720fad8616a05ed6ecfd1619930d9a208379bb2a4405df5b6d"),
    "test": (10_000, "9fcd8da6f0fdf09b2ba30fe63a0bb784042a0de82563172530229b983e294ff2"),
}
BITS = "binarized_mnist_bits.npz"
MIRRORS = {
    "mnist": (
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ),
    "fashion_mnist": (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
    "binarized_mnist": ("https://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/",),
}
DEBIAN = ("/usr/share/datasets/fashion-mnist",)

# ------------------------------------------------------------------ the files


def idx_archive(collection, name):
    """The Archive of one IDX file of "mnist" or "fashion_mnist"."""
    hashes, folders = {"mnist": (DIGITS, ()), "fashion_mnist": (FASHION, DEBIAN)}[collection]
    count = 60_000 if name.startswith("train") else 10_000
    size = 16 + count * PIXELS if "images" in name else 8 + count
    return Archive(collection, name + GZ, hashes[name], size, size + 2**20, folders, MIRRORS[collection])


def binarized_archive(part):
    """The Archive of one part of the binarized images: a text of zeros and ones, or packed beside the other parts."""
    count, sha256 = BINARIZED[part]
    name = f"binarized_mnist_{part}.amat"
    limit = count * PIXELS * 2 + 2**24  # a digit and a space for each pixel
    also = {BITS: partial(part_of_bits, part)}
    return Archive(
        "binarized_mnist", name, sha256, count * PIXELS // 8, limit, (), MIRRORS["binarized_mnist"], packed_text, also
    )


def idx_images(collection):
    """train and test images, train and test labels, as bytes: (60000, 784), (10000, 784), (60000,), (10000,)."""
    parts = [
        (name, magic) for magic, kind in ((IMAGES, "images-idx3"), (LABELS, "labels-idx1")) for name in kinds(kind)
    ]
    arrays = [read_idx(content(idx_archive(collection, name)), magic) for name, magic in parts]
    return [array.reshape(len(array), -1) if array.ndim == 3 else array for array in arrays]


def kinds(kind):
    """The names of the two files of a kind."""
    return f"train-{kind}", f"t10k-{kind}"


def binarized_images():
    """train, valid and test images, 0 or 1, as bytes: (50000, 784), (10000, 784), (10000, 784); test shuffled."""
    parts = []
    for part in BINARIZED:
        bits = np.frombuffer(content(binarized_archive(part)), np.uint8).reshape(-1, PIXELS // 8)
        parts.append(np.unpackbits(bits, axis=1))
    order = np.random.default_rng(0).permutation(len(parts[-1]))
    return [*parts[:-1], parts[-1][order]]


# ---------------------------------------------------------------- their format


def read_idx(content, magic):
    """The array of an IDX file. Raises ValueError, before anything is allocated, if header and length do not agree."""
    start = HEADER * (1 + magic[3])
    if content[:HEADER] != bytes(magic):
        raise ValueError(f"an IDX file of this kind begins with {bytes(magic).hex()}, not {content[:HEADER].hex()}")
    if len(content) < start:
        raise ValueError(f"the file ends after {len(content)} bytes, inside its header")
    sizes = [int.from_bytes(content[at : at + HEADER], "big") for at in range(HEADER, start, HEADER)]
    if len(content) != start + prod(sizes):
        raise ValueError(f"the header says {sizes}, {prod(sizes):,} bytes, but {len(content) - start:,} follow")
    return np.frombuffer(content, np.uint8, offset=start).reshape(sizes)


def packed_text(text):
    """The pixels of a text of zeros and ones, eight to a byte. Raises ValueError for any other text."""
    characters = np.frombuffer(text, np.uint8)
    pixels = characters[characters > ord(" ")] - ord("0")
    if pixels.size % PIXELS or np.any(pixels > 1):
        raise ValueError(f"it is no text of zeros and ones, {PIXELS} for each image")
    return np.packbits(pixels).tobytes()


def part_of_bits(part, file):
    """One part of the packed images of all three. Raises ValueError for another file."""
    try:
        with np.load(BytesIO(file), allow_pickle=False) as arrays:
            return arrays[part].tobytes()
    except Exception as error:  # what NumPy and zipfile raise for a damaged file is no fixed list
        raise ValueError(f"it holds no part {part!r}: {error!r}") from error
