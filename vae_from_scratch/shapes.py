"""Sprites with known factors, rendered from signed distances.

A sprite is one shape on a 28 x 28 image: x to the right and y up, in pixels from the center of the image; angle
counterclockwise from upright, in radians; scale the side, in pixels, of the square with the sprite's area. Every shape
is centered on its centroid and taller than wide, so ink, center of mass and principal axis of an image give its scale,
position and angle back. No sprite leaves the image, and with angles within 45 degrees of upright no two look alike.
"""

import numpy as np

SIDE = 28
SHAPES = ("rectangle", "ellipse", "triangle")
FACTORS = np.dtype([("shape", int), ("scale", float), ("angle", float), ("x", float), ("y", float)])
RANGES = {
    "scale": (5.5, 10.0),
    "angle": (-np.pi / 4, np.pi / 4),
    "x": (-4.0, 4.0),
    "y": (-4.0, 4.0),
}


def random_factors(rng, num_examples):
    """Factors (N,) with the fields of FACTORS, each drawn uniformly and independently: "shape" indexes SHAPES."""
    factors = np.empty(num_examples, dtype=FACTORS)
    factors["shape"] = rng.integers(len(SHAPES), size=num_examples)
    for name, (low, high) in RANGES.items():
        factors[name] = rng.uniform(low, high, size=num_examples)
    return factors


def render_shapes(factors):
    """Images of sprites: (N,) with the fields of FACTORS -> (N, 784), float32 in [0, 1]."""
    images = np.empty((len(factors), SIDE * SIDE), dtype=np.float32)
    for shape, distance in enumerate((_rectangle, _ellipse, _triangle)):
        chosen = np.flatnonzero(factors["shape"] == shape)
        for start in range(0, len(chosen), 64):  # 64 images at a time stay in the processor's cache
            block = chosen[start : start + 64]
            images[block] = _render(distance, factors[block])
    return images


def _render(distance, factors):
    """Images (N, 784) of one shape: a pixel's ink is the part of it inside, as if the edge crossed it squarely."""
    scale, angle, x, y = (factors[name].astype(np.float32)[:, None, None] for name in ("scale", "angle", "x", "y"))
    pixels = np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2
    right, up = pixels[None, None, :] - x, -pixels[None, :, None] - y
    cos, sin = np.cos(angle) / scale, np.sin(angle) / scale
    u, v = right * cos + up * sin, up * cos - right * sin
    return np.clip(0.5 - scale * distance(u, v), 0, 1).reshape(len(factors), -1)


# Signed distances to upright shapes of area 1, negative inside: u to the right of the centroid, v above it.


def _rectangle(u, v):
    """Twice as tall as wide."""
    width, height = 0.5**0.5, 2**0.5
    return np.maximum(np.abs(u) - width / 2, np.abs(v) - height / 2)


def _ellipse(u, v):
    """Twice as tall as wide; to first order f / |∇f| for an f that is 0 on the ellipse, the slope held off 0 inside."""
    a, b = (2 * np.pi) ** -0.5, (2 / np.pi) ** 0.5
    f = ((u / a) ** 2 + (v / b) ** 2 - 1) / 2
    slope = np.sqrt((u / a**2) ** 2 + (v / b**2) ** 2)
    return f / np.maximum(slope, 1)


def _triangle(u, v):
    """Apex up, 3/2 tall on a base of 4/3, so that the base lies 1/2 below the centroid and the apex 1 above."""
    base = -v - 1 / 2
    side = (3 / 2 * np.abs(u) + 2 / 3 * (v - 1)) / np.hypot(3 / 2, 2 / 3)
    return np.maximum(base, side)
