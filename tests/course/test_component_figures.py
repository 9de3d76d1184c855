"""Lesson 3's figures: what is drawn where, and in which color."""

from io import BytesIO

import numpy as np
from PIL import Image

from vae_from_scratch.course import plots
from vae_from_scratch.course.figures import components

CLOUD = np.random.default_rng(0).normal(size=(1000, 2)) * [2, 0.5]


def shown(picture):
    return Image.open(BytesIO(picture.png)).convert("RGB")


def share_of(picture, color, tolerance=30):
    """Share of the picture's pixels that are of about this color."""
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    return np.mean(np.abs(np.asarray(shown(picture)).astype(int) - wanted).max(axis=-1) < tolerance)


def test_zero_is_white_plus_is_blue_and_minus_is_orange_each_image_on_its_own_scale():
    image = np.zeros((28, 28))
    image[0, 0], image[0, 1] = 3.0, -3.0
    for scale in (1.0, 1e-3):
        colors = components.signed(scale * image)
        assert (colors[5, 5] > 250).all()
        assert colors[0, 0, 2] > colors[0, 0, 0] and colors[0, 1, 0] > colors[0, 1, 2]
    assert (components.signed(np.zeros(784)) > 250).all()


def test_rows_of_signed_images_keep_their_colors_beside_their_captions():
    image = np.where(np.arange(784) < 392, 1.0, -1.0)
    picture = components.signed_images({"halves": np.stack([image] * 3)})
    assert share_of(picture, components.KEPT) > 0.2 and share_of(picture, components.LOST) > 0.2
    assert repr(picture) == "3 signed images: halves"


def test_of_a_large_cloud_only_some_points_are_drawn():
    few, many = (components.clouds({"a": np.concatenate([CLOUD[:50]] * n)}) for n in (1, 1000))
    assert len(many.png) < 2 * len(few.png)


def test_clouds_share_a_scale_and_arrows_are_on_the_last():
    plain, arrows = (
        components.clouds({"a": CLOUD, "b": CLOUD}, arrows=a) for a in ((), np.array([[2.0, 0], [0, 1.0]]))
    )
    before, after = (np.asarray(shown(picture)) for picture in (plain, arrows))
    changed = np.argwhere(np.abs(before.astype(int) - after).max(axis=-1) > 60)  # more than another palette
    assert changed[:, 1].min() > before.shape[1] / 2


def test_the_triangle_and_the_curves_use_one_color_for_kept_and_one_for_lost():
    direction = np.array([1.0, 0.0])
    triangle = components.right_triangle(CLOUD, direction, np.array([4.0, 3.0]))
    angles = np.arange(0, 181, 5)
    curves = components.turning(angles, 2 + np.cos(np.radians(2 * angles)), 2 - np.cos(np.radians(2 * angles)))
    for picture in (triangle, curves):
        assert share_of(picture, components.KEPT) > 1e-4 and share_of(picture, components.LOST) > 1e-4
    assert "right triangle" in repr(triangle) and "flat" in repr(curves)


def test_the_stretched_circle_names_its_directions_and_stays_in_its_frame():
    C = np.array([[2.0, 1.0], [1.0, 2.0]])
    picture = components.stretched(C, {"a": np.array([1.0, 0.0])}, np.linalg.eigh(C)[1].T[::-1])
    assert share_of(picture, plots.COLORS["yours"]) > 1e-4
    edge = np.asarray(shown(picture))[:40]
    assert not np.any(np.abs(edge.astype(int) - [0, 114, 178]).max(axis=-1) < 30)
