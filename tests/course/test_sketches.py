"""Target beside yours: seen where an answer runs and is visibly wrong, said in words too, and of one color with the
text.
"""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from vae_from_scratch import autoencoder, data, distributions
from vae_from_scratch.course import sketches, svg
from vae_from_scratch.course.checks import task_of
from vae_from_scratch.course.exercises import check

ALL = pytest.mark.parametrize("reference", sketches.SKETCHES, ids=lambda f: f.__name__)
SCALE = data.to_unit_interval


def inverted(pixels):
    return (255 - pixels.astype(np.float32)) / 255


class Tags(HTMLParser):
    """Checks that tags are closed in order; keeps names, attributes and the pictures' words."""

    def __init__(self, html):
        super().__init__()
        self.open, self.names, self.attributes, self.alts = [], set(), set(), []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.alts += [value for name, value in attrs if name == "aria-label"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@ALL
def test_some_known_mistake_of_each_exercise_is_seen(reference):
    pictures = [check(reference, mistake.wrong).picture for mistake in task_of(reference).mistakes]
    seen = [picture for picture in pictures if picture]
    assert seen
    for picture in seen:
        tags = Tags(picture)
        assert tags.names <= {"div", "svg", "g", "path", "rect", "text"}
        assert not tags.attributes & {"id", "class", "href", "src", "onload"}
        assert all(sketches.SKETCHES[reference].what in alt for alt in tags.alts) and tags.alts
        assert len(picture) < 10_000 and re.search(r"\d+ of \d+ (pixels|points|bins) differs?\b", picture)
        assert "nan" not in picture and "currentColor" in picture


@ALL
def test_a_right_answer_has_no_picture_and_neither_has_a_blank(reference):
    assert check(reference, task_of(reference).plain).picture == check(reference, ...).picture == ""


def test_the_card_shows_the_picture_and_its_line_stays_as_it_was():
    verdict = check(SCALE, inverted)
    assert verdict.picture in verdict._repr_html_() and "svg" not in repr(verdict)


@pytest.mark.parametrize(
    "answer",
    [
        lambda pixels: pixels.astype(np.float32) / 256,  # too near to be seen
        lambda pixels: pixels.astype(np.float32)[:, :3] / 255,  # of another shape
        lambda pixels: 1 / 0,
        lambda pixels: None,
    ],
)
def test_where_nothing_can_be_seen_there_is_no_picture(answer):
    assert check(SCALE, answer).picture == ""


def test_an_answer_that_uses_up_its_time_has_no_picture():
    def slow(pixels):
        while len(pixels) != 1:
            pass
        return inverted(pixels)

    assert check(SCALE, slow).picture == ""


@pytest.mark.parametrize("seed", range(20))
def test_noise_of_one_s_own_is_not_shown_as_a_difference(seed):
    def own(mean, log_var, epsilon):
        return mean + np.exp(0.5 * log_var) * np.random.default_rng(seed).standard_normal(np.shape(epsilon))

    def spread(x, uniforms):
        return (np.round(255 * x) + np.random.default_rng(seed).random(np.shape(x))) / 256

    for reference, answer in ((distributions.reparameterize, own), (data.to_likelihood_range, spread)):
        verdict = check(reference, answer)
        assert verdict.outcome == "wrong" and verdict.picture == ""


def test_an_image_s_strokes_cover_exactly_its_ink():
    pixels = np.zeros((3, 5))
    pixels[1, 1:4], pixels[2, 0], pixels[2, 4] = 1.0, 1.0, 0.5
    drawn = svg.image(pixels, "a & b")
    assert 'd="M1 1.5h3M0 2.5h1" stroke="currentColor" opacity="1"' in drawn
    assert 'd="M4 2.5h1" stroke="currentColor" opacity="0.5"' in drawn
    assert 'aria-label="a &amp; b"' in drawn and drawn.count("<path") == 2


def test_what_is_no_number_has_a_color_of_its_own_and_breaks_a_curve():
    assert f'd="M0 0.5h1" stroke="{svg.YOURS}"' in svg.image(np.array([[np.nan, 0.0]]), "")
    path = svg._path(np.arange(7.0), np.array([0, 1, 0, np.nan, 0, 1, 0]), (0, 6), (0, 1))
    assert path.count("M") == 2 and path.count("L") == 4


def test_a_curve_is_cut_where_it_leaves_the_frame():
    path = svg._path(np.arange(4.0), np.array([0.0, 2.0, 2.0, 0.0]), (0, 3), (0, 1))
    drawn = [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]
    third = (svg.WIDTH - svg.LEFT) / 3
    ends = [(0, svg.BOTTOM - svg.MARGIN), (0.5, svg.TOP), (2.5, svg.TOP), (3, svg.BOTTOM - svg.MARGIN)]
    np.testing.assert_allclose(drawn, [(svg.LEFT + x * third, y) for x, y in ends], atol=0.06)
    assert re.sub(r"[^ML]", "", path) == "MLML"


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [(1.87e-9, 0.0, 0.19, "0"), (-0.00672, -10, 0, "0"), (0.0034, 0.0034, 0.19, "0.003"), (1197, 2, 1197, "1,200"),
     (-1 / 256, -1 / 256, 9 / 256, "-0.0039"), (-14.83, -14.83, 6, "-14.8"), (1.0, 1.0, 1.0, "1")],
)  # fmt: skip
def test_numbers_at_a_frame_have_the_digits_that_count(value, low, high, text):
    assert svg._number(value, low, high) == text


def test_what_is_not_drawn_of_an_answer_is_said():
    def density(x, mean, log_var):  # of which some are no numbers, and most far too large
        return np.where(x > 4.9, np.nan, 9 * np.abs(x))

    seen = check(distributions.normal_log_prob, density).picture
    assert "of yours lie outside the picture; 2 of yours are no numbers" in seen
    seen = check(SCALE, lambda pixels: np.where(pixels == 0, np.nan, pixels / 255)).picture
    assert re.search(r"\d+ of yours, in orange, are no numbers", seen)


@pytest.mark.parametrize("yours", [np.full(5, np.nan), np.full(5, np.inf), np.full(5, 1e300), np.zeros(5)])
def test_a_curve_of_anything_is_drawn_in_a_frame_that_shows_the_target(yours):
    drawn = svg.curves(np.arange(5.0), np.array([0.0, 1, 2, 1, 0]), yours, "")
    assert "nan" not in drawn and "inf" not in drawn
    assert drawn.count("<path") == 5 and max(map(float, re.findall(r"[ML ](-?[\d.]+)", drawn))) < 1000


@pytest.mark.parametrize(
    ("yours", "frame"),
    [((1.5, 3.2), (1.0, 3.2)), ((1.5, 9.0), (1.0, 3.0)), ((-1.0, -2.0), (-1.0, 2.0)), ((-2.5, -2.9), (-2.9, 2.0)),
     ((1e9, 1e9), (1.0, 3.0)), ((np.nan, np.nan), (1.0, 2.0))],
)  # fmt: skip
def test_the_frame_opens_until_half_of_an_answer_is_seen_but_not_far(yours, frame):
    assert svg.frame(np.array([1.0, 2.0]), np.array(yours)) == frame


def test_the_frame_of_a_constant_target_has_a_height():
    assert "nan" not in svg.curves(np.arange(3.0), np.ones(3), np.ones(3) + 1e-9, "")


def test_arguments_worth_looking_at_are_the_same_each_time():
    first, second = (check(autoencoder.quantize, lambda code, low, high, bits: code).picture for _ in range(2))
    assert first and first == second
