"""Your digit: what is drawn becomes an image as MNIST's are, wherever and however large; it is kept, and never lost."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from vae_from_scratch import data
from vae_from_scratch.course import your_digit
from vae_from_scratch.course.your_digit import from_strokes

SEVEN = [[(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)], [(0.35, 0.5), (0.6, 0.52)]]
ROUNDING = 1 / 255 + 1e-6


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "course"))
    monkeypatch.setattr(your_digit, "_held", {})


def moved(strokes, scale, dx, dy):
    return [[(scale * x + dx, scale * y + dy) for x, y in stroke] for stroke in strokes]


def box(image):
    """Rows and columns between the first and the last inked pixel."""
    return [part.stop - part.start for part in ndimage.find_objects((image.reshape(28, 28) > 0).astype(int))[0]]


# ------------------------------------------------------------------- drawing

places = st.tuples(st.floats(0, 1), st.floats(0, 1))
drawings = st.lists(st.lists(places, min_size=1, max_size=6), min_size=1, max_size=4).filter(
    lambda strokes: np.ptp([point for stroke in strokes for point in stroke], axis=0).max() > 0.1
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(drawings)
def test_every_drawing_fills_a_box_of_20_pixels_and_is_centered_by_mass_to_half_a_pixel(strokes):
    image = from_strokes(strokes)
    assert image.shape == (784,) and image.dtype == np.float32 and 0 <= image.min() < image.max() <= 1
    rows = np.flatnonzero(image.reshape(28, 28).any(axis=1))
    columns = np.flatnonzero(image.reshape(28, 28).any(axis=0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    mass = ndimage.center_of_mass(image.reshape(28, 28))
    for center, inked in zip(mass, (rows, columns), strict=True):
        at_the_edge = inked[0] == 0 or inked[-1] == 27
        assert abs(center - 14) <= 0.51 or at_the_edge


def test_the_embedded_digits_are_made_the_same_way():
    images = data.load("digits").test.reshape(-1, 28, 28)
    assert np.abs(np.array([ndimage.center_of_mass(image) for image in images]) - 14).max() <= 0.51
    assert np.mean([max(box(image)) == 20 for image in images]) > 0.99


def test_a_stroke_is_about_as_broad_as_in_the_embedded_digits():
    ones = data.load("digits").test[data.load("digits").test_labels == 1]
    drawn = from_strokes([[(0.55, 0.1), (0.45, 0.9)]])
    assert np.percentile(ones.sum(axis=1), 25) < drawn.sum() < np.percentile(ones.sum(axis=1), 75)


@pytest.mark.parametrize(("scale", "dx", "dy"), [(1.0, 0.2, 0.1), (0.2, 0.0, 0.0), (0.25, 0.7, 0.6), (1.1, -0.2, -0.1)])
def test_it_does_not_matter_where_and_how_large_one_draws(scale, dx, dy):
    np.testing.assert_allclose(from_strokes(moved(SEVEN, scale, dx, dy)), from_strokes(SEVEN), atol=ROUNDING)


def test_it_does_not_matter_in_which_strokes_and_points_one_draws():
    bar, (left, middle, right) = SEVEN[1], SEVEN[0]
    halfway = tuple(np.mean([middle, right], axis=0))
    again = [bar[::-1], [left, middle], [middle, halfway, right], [left]]
    np.testing.assert_allclose(from_strokes(again), from_strokes(SEVEN), atol=ROUNDING)


def test_aspect_ratio_is_kept():
    wide = [[(0.1, 0.4), (0.9, 0.4), (0.9, 0.6), (0.1, 0.6)]]
    rows, columns = box(from_strokes(wide))
    pen = 2 * your_digit.PEN - 1
    assert columns == 20
    assert rows == pytest.approx((20 - pen) * 0.25 + pen, abs=1)


def test_turned_over_strokes_give_the_image_turned_over():
    image = from_strokes(SEVEN).reshape(28, 28)
    other = from_strokes([[(y, x) for x, y in stroke] for stroke in SEVEN]).reshape(28, 28)
    np.testing.assert_array_equal(image.T, other)


def test_edges_are_soft_and_the_middle_of_a_stroke_is_full_ink():
    image = from_strokes(SEVEN)
    assert image.max() == 1
    assert 0.3 < np.mean(image[image > 0] < 1) < 0.8


def test_ink_far_from_the_center_of_mass_stays_in_the_frame():
    block = [(0.3 * (i % 2), i / 40) for i in range(41)]
    image = from_strokes([block, [(0.0, 0.5), (1.0, 0.5)]]).reshape(28, 28)
    assert box(image) == [20, 20] and image[:, -1].any()
    assert ndimage.center_of_mass(image)[1] < 13.5


@pytest.mark.parametrize(
    ("strokes", "says"), [([], "Nothing is drawn"), ([[]], "Nothing"), ([[(0.5, 0.5), (0.52, 0.5)]], "a dot")]
)
def test_a_blank_pad_and_a_dot_are_refused_with_a_sentence(strokes, says):
    with pytest.raises(ValueError, match=says):
        from_strokes(strokes)


# ------------------------------------------------------------------- keeping


def test_a_test_digit_stands_in_until_one_is_drawn_and_says_so():
    found = your_digit.look()
    digits = data.load("digits")
    np.testing.assert_array_equal(your_digit(), digits.test[your_digit.STAND_IN])
    assert not found.drawn and "stand-in" in found.caption
    assert "not drawn" in found.note and f"a {digits.test_labels[your_digit.STAND_IN]}, stands in" in found.note


def test_what_is_kept_comes_back_to_the_bit_and_says_so():
    image = from_strokes(SEVEN)
    assert "your_digit.txt" in your_digit.keep(image)
    found = your_digit.look()
    assert your_digit().tobytes() == image.tobytes() and your_digit().dtype == np.float32
    assert found.drawn and found.caption == "your digit" and "your_digit.txt" in found.note


def test_the_file_is_28_lines_of_28_bytes_that_anyone_can_read():
    image = from_strokes(SEVEN)
    your_digit.keep(image)
    np.testing.assert_array_equal(data.to_unit_interval(np.loadtxt(your_digit.path())).ravel(), image)


def test_a_new_digit_replaces_the_old_one():
    for strokes in (SEVEN, [[(0.5, 0.1), (0.5, 0.9)]]):
        your_digit.keep(from_strokes(strokes))
    np.testing.assert_array_equal(your_digit(), from_strokes(strokes))
    assert os.listdir(your_digit.home()) == ["your_digit.txt"]


def rows_of(number):
    return (" ".join([str(number)] * 28) + "\n") * 28


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"no digit", rows_of(0), rows_of(256), rows_of(-1), rows_of(1)[3:], "1" * 99999]
)
def test_a_damaged_file_is_set_aside_with_a_message_and_not_lost(content):
    content = content if isinstance(content, bytes) else content.encode()
    file = your_digit.path()
    file.parent.mkdir()
    for aside in ("your_digit.txt.damaged", "your_digit.txt.damaged2"):
        file.write_bytes(content)
        found = your_digit.look()
        assert not found.drawn and aside in found.note and "stands in" in found.note
        assert file.with_name(aside).read_bytes() == content and not file.exists()
    assert your_digit.look().note == found.note
    your_digit.keep(from_strokes(SEVEN))
    assert your_digit.look().drawn


def test_a_folder_that_takes_nothing_costs_nothing_while_the_notebook_runs(tmp_path):
    (tmp_path / "course").write_text("in the way")
    image = from_strokes(SEVEN)
    assert "could not be saved" in your_digit.keep(image)
    np.testing.assert_array_equal(your_digit(), image)
    assert "while this notebook runs" in your_digit.look().note
    (tmp_path / "course").unlink()
    your_digit.keep(image[::-1])
    np.testing.assert_array_equal(your_digit(), image[::-1])
    assert "kept in your_digit.txt" in your_digit.look().note


def test_what_is_no_file_of_the_students_is_neither_read_nor_moved():
    your_digit.path().mkdir(parents=True)
    found = your_digit.look()
    assert not found.drawn and "could not be read" in found.note
    assert your_digit.path().is_dir()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owners here")
def test_a_file_of_somebody_else_is_not_read(monkeypatch):
    your_digit.keep(from_strokes(SEVEN))
    monkeypatch.setattr(os, "getuid", lambda: -1)
    assert not your_digit.look().drawn
    assert your_digit.path().exists()
