"""Pictures show the arrays they are given, in PNG that others can read, in frames that fit."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch.course import plots
from vae_from_scratch.course.plots import GAP, SIDE, ZOOM, Curve


def decoded(data):
    """PNG bytes as an array, by Pillow."""
    return np.asarray(Image.open(BytesIO(data)))


def random_images(count):
    return np.random.default_rng(0).random((count, SIDE * SIDE), np.float32)


@pytest.mark.parametrize("shape", [(5, 7), (5, 7, 3)])
def test_png_bytes_decode_to_the_same_pixels(shape):
    pixels = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(decoded(plots.png(Image.fromarray(pixels))), pixels)


def test_each_digit_lies_in_its_place_with_ink_dark_on_white():
    images, cell = random_images(7), SIDE * ZOOM + GAP
    grid = plots.digit_grid(images, columns=3)
    assert grid.shape == (3 * cell - GAP, 3 * cell - GAP)
    for i, image in enumerate(images):
        top, left = cell * (i // 3), cell * (i % 3)
        seen = grid[top : top + SIDE * ZOOM : ZOOM, left : left + SIDE * ZOOM : ZOOM]
        np.testing.assert_allclose(1 - seen / 255, image.reshape(SIDE, SIDE), atol=0.5 / 255 + 1e-6)
    assert (grid[2 * cell :, cell:] == 255).all(), "places without an image stay white"


def test_pixels_that_are_no_numbers_or_out_of_range_are_drawn_without_a_warning():
    images = np.full((1, SIDE * SIDE), np.nan)
    images[0, :2] = 7, -7
    grid = plots.digit_grid(images, columns=1)
    assert (grid[0, 0], grid[0, ZOOM], grid[-1, -1]) == (0, 255, 255)


def test_rows_and_blocks_hold_all_their_grids():
    grid = Image.fromarray(plots.digit_grid(random_images(10), 10))
    rows = plots.digit_rows({"a": random_images(10), "b": random_images(10)})
    assert rows.mode == "L" and rows.width == grid.width and rows.height > 2 * grid.height
    blocks = plots.digit_blocks({"before": random_images(4), "after": random_images(4)}, columns=2)
    pixels = np.asarray(blocks)
    np.testing.assert_array_equal(pixels[-100:, :100], pixels[-100:, -(2 * (SIDE * ZOOM + GAP) - GAP) :][:, :100])


def test_a_picture_is_its_png_at_half_size_and_its_words():
    picture = plots.still(plots.rate_plot([0.5, 1.5]), "two bars")
    bundle, metadata = picture._repr_mimebundle_()
    width, height = Image.open(BytesIO(picture.png)).size
    assert repr(picture) == bundle["text/plain"] == "two bars"
    assert metadata["image/png"] == {"width": width // 2, "height": height // 2, "alt": "two bars"}


def test_a_still_picture_keeps_gray_gray_and_colors_near():
    rng = np.random.default_rng(2)
    pixels = rng.integers(0, 256, (40, 50, 1), np.uint8).repeat(3, axis=2)
    pixels[:, 25:] = [[0, 114, 178], [213, 94, 0], [250, 240, 238]] * 8 + [[170, 68, 153]]
    seen = np.asarray(Image.open(BytesIO(plots.still(Image.fromarray(pixels), "").png)).convert("RGB")).astype(int)
    assert (np.ptp(seen[:, :25], axis=-1) == 0).all(), "no tinted gray"
    assert np.abs(seen - pixels).max() <= 5
    assert (seen[pixels == 255] == 255).all() and (seen[:, :25][pixels[:, :25] == 0] == 0).all()


def test_a_still_picture_of_grays_alone_may_be_in_color_mode():
    sheet = Image.new("RGB", (8, 4), "white")
    assert np.all(decoded(plots.png(Image.open(BytesIO(plots.still(sheet, "").png)).convert("RGB"))) == 255)


def test_a_matted_sheet_lies_in_the_middle_of_white_paper():
    sheet = Image.fromarray(np.zeros((5, 7), np.uint8))
    seen = np.asarray(plots.matted(sheet, margin=3))
    assert seen.shape == (11, 13) and (seen[3:-3, 3:-3] == 0).all() and seen.sum() == 255 * (11 * 13 - 5 * 7)


def colored(image, color):
    """Which pixels (H, W) have nearly this color."""
    target = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    return np.abs(np.asarray(image).astype(int) - target).max(axis=2) < 12


def test_the_bar_of_twice_the_nats_has_twice_the_ink():
    heights = colored(plots.rate_plot([1.0, 2.0]), plots.COLORS["rate"]).sum(axis=0)
    half = len(heights) // 2
    assert heights[half:].max() == pytest.approx(2 * heights[:half].max(), abs=3)


def test_a_higher_curve_is_drawn_higher_and_only_labeled_curves_are_thick():
    def rows(value, label):
        curve = Curve(np.array([0, 100]), np.array([value, value]), "#0072B2", label)
        image = plots.curve_plot([curve], {"floor": 46.26, "mean image": 206.9})
        line = colored(image, curve.color)[:, 200:400].all(axis=1)
        return np.flatnonzero(line)

    low, high = rows(60.0, "a"), rows(180.0, "a")
    assert high.mean() < low.mean()
    assert len(high) > 1 >= len(rows(180.0, ""))


def test_a_span_shows_a_small_difference_large_and_names_the_line_above_it():
    curve = Curve(np.array([0, 100]), np.array([107.0, 107.0]), "#0072B2", "a")

    def height_under_the_line(**span):
        image = plots.curve_plot([curve], {"far": 207.0, "near": 110.0}, **span)
        return np.flatnonzero(colored(image, curve.color)[:, 200:400].all(axis=1)).mean() / image.height

    assert 0.45 < height_under_the_line() < 0.55 < 0.7 < height_under_the_line(span=(104.0, 125.0)) < 0.8


def test_curves_that_are_no_numbers_are_left_out_without_a_warning():
    nothing = Curve(np.array([0.0, 1.0]), np.array([np.nan, np.nan]), "#0072B2", "nothing")
    figure, axes = plots.curve_axes(10, 200.0, {})
    plots.add_curves(axes, [nothing, Curve(np.array([]), np.array([]), "#222222", "empty")])
    assert not colored(plots.drawn(figure), "#0072B2").any()


def test_labels_keep_their_distance_and_their_order():
    places = [50.0, 49.0, 10.0, 300.0, 300.0]
    moved = plots.spread(places, gap=8.0, top=200.0)
    order = np.argsort(moved)
    assert np.diff(moved[order]).min() >= 8.0 - 1e-12
    assert moved.max() == 200.0 and moved[0] == 50.0 and moved[2] == 10.0
    assert moved[4] > moved[3] > moved[0] > moved[1]


def test_the_axis_ends_just_above_the_nearest_named_line():
    lines = [543.43, 206.9, 148.0, 46.26]
    assert 206.9 < plots.top_for(180.0, lines) < 543.43
    assert 148.0 < plots.top_for(112.0, lines) < 206.9
    assert plots.top_for(1000.0, lines) >= 1000.0
    assert plots.top_for(np.nan, lines) > 0


@pytest.mark.parametrize(
    ("highest", "top"), [(0.0, 2.0), (1.9, 2.0), (2.1, 4.0), (4.0, 4.0), (37.0, 64.0), (np.nan, 2.0)]
)
def test_tops_double_so_that_axes_seldom_change(highest, top):
    assert plots.round_top(highest) == top


def test_drawing_leaves_pyplot_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    plots.rate_plot([1.0])
    assert dict(matplotlib.rcParams) == before
