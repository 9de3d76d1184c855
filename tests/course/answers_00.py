"""Answers to lesson 0's exercise: right in many ways, and wrong as students write it, with the id each must get."""

import numpy as np

# ---- right, each in its own way -----------------------------------------------------------------


def cast_first(pixels):
    return np.float32(pixels) / 255.0


def divide_by_float32(pixels):
    return pixels / np.float32(255)


def times_the_inverse(pixels):
    return pixels.astype("float32") * np.float32(1 / 255)


def divide_in_float32(pixels):
    return np.divide(pixels, 255, dtype=np.float32)


def divide_and_round(pixels):
    return (pixels / 255).astype(np.float32)


def by_a_table(pixels):
    return np.linspace(0, 1, 256, dtype=np.float32)[pixels]


def in_place_on_its_own_copy(pixels):
    pixels = pixels.astype(np.float32)
    pixels /= 255
    return pixels


RIGHT = {
    "to_unit_interval": (
        cast_first, divide_by_float32, times_the_inverse, divide_in_float32, divide_and_round, by_a_table,
        in_place_on_its_own_copy,
    )
}  # fmt: skip

CLOSE = (lambda p: p / 255, lambda p: p.astype(float) / 255.0)  # float64

# ---- wrong, as students write it, with the id that each must be recognized under ----------------

WRONG = [
    ("to_unit_interval", "pixels-left-at-255", lambda p: p),
    ("to_unit_interval", "pixels-left-at-255", lambda p: p.astype(float)),
    ("to_unit_interval", "pixels-left-at-255", lambda p: np.clip(p, 0, 255).astype(np.float32)),
    ("to_unit_interval", "pixels-divided-by-256", lambda p: p.astype(np.float32) / 256),
    ("to_unit_interval", "pixels-integer-division", lambda p: (p / 255).astype(int)),
    ("to_unit_interval", "pixels-integer-division", lambda p: (p / 255).astype(p.dtype)),
    ("to_unit_interval", "pixels-integer-division", lambda p: (p // 255).astype(np.float32)),
    ("to_unit_interval", "pixels-standardized", lambda p: (p / 255 - 0.1307) / 0.3081),
    ("to_unit_interval", "pixels-standardized-by-the-batch", lambda p: (p - np.mean(p)) / np.std(p)),
    ("to_unit_interval", "pixels-over-each-image-s-maximum", lambda p: np.stack([image / image.max() for image in p])),
    ("to_unit_interval", "pixels-over-the-batch-s-maximum", lambda p: p.astype(np.float32) / np.max(p)),
    ("to_unit_interval", "pixels-stretched", lambda p: (p - p.min()) / (p.max() - p.min())),
    ("to_unit_interval", "pixels-inverted", lambda p: (255 - p) / 255),
    ("to_unit_interval", "pixels-left-and-inverted", lambda p: 255.0 - p),
    ("to_unit_interval", "pixels-from-minus-one-to-one", lambda p: 2 * p.astype(float) / 255 - 1),
    ("to_unit_interval", "pixels-from-minus-one-to-one", lambda p: (p.astype(np.float32) - 127.5) / 127.5),
    ("to_unit_interval", "pixels-centered", lambda p: p / 255 - 0.5),
    ("to_unit_interval", "pixels-over-128", lambda p: p.astype(np.float32) / 128),
    ("to_unit_interval", "pixels-in-percent", lambda p: p / 100.0),
    ("to_unit_interval", "pixels-divided-twice", lambda p: p / 255**2),
    ("to_unit_interval", "pixels-thresholded", lambda p: np.round(p / 255)),
    ("to_unit_interval", "pixels-thresholded", lambda p: (p > 128).astype(np.float32)),
    ("to_unit_interval", "pixels-clipped", lambda p: np.clip(p, 0, 1)),
    ("to_unit_interval", "pixels-that-sum-to-one", lambda p: p / p.sum(axis=1, keepdims=True)),
    ("to_unit_interval", "pixels-in-float16", lambda p: np.float16(p) / np.float16(255)),
    ("to_unit_interval", "pixels-flattened", lambda p: (p / 255).flatten()),
]

# ---- wrong in a way that nobody listed, with words that its message must contain ----------------

UNLISTED = [
    ("to_unit_interval", lambda p: p / 1000, ("255, full ink, becomes 1", "becomes 0.255")),
    ("to_unit_interval", lambda p: (p / 255) ** 2, ("Twice the ink becomes twice the number", "40 becomes 0.0246")),
    ("to_unit_interval", lambda p: (p / 255).T, ("shape", "pixels, images")),
    ("to_unit_interval", lambda p: np.add(p, 0.5) / 255, ("255, full ink, becomes 1",)),
]


def divides_in_place(pixels):
    pixels /= 255
    return pixels
