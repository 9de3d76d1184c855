"""The manifold: dots and tiles agree place for place, and each tile is an equal share of the prior."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from scipy.stats import norm

from vae_from_scratch.course.widgets import Manifold
from vae_from_scratch.course.widgets.latent_square import (
    ACROSS,
    LEFT,
    SQUARE,
    TOP,
    WIDTH,
    place,
    quantile,
    tile_latents,
)
from vae_from_scratch.course.widgets.manifold import GAP, TAILS

POINTS = np.random.default_rng(0).normal(size=(80, 2))
LABELS = np.arange(80) % 10


def generate(z, uniforms=None):
    """A first half of ink where latent 0 is positive, a second half where latent 1 is; samples are inverted."""
    right, up = (np.repeat(z[:, i : i + 1] > 0, 392, axis=1) for i in (0, 1))
    means = np.concatenate([right, up], axis=1).astype(np.float32)
    return means if uniforms is None else 1 - means


def new_manifold(**options):
    return Manifold(generate, POINTS, LABELS, **{"task": "Widen.", "answer": "So it is.", **options})


@pytest.mark.parametrize("tail", TAILS)
def test_tiles_lie_at_quantiles_left_to_right_and_top_to_bottom(tail):
    z = tile_latents(tail, 4).reshape(4, 4, 2)
    shares = tail + (1 - 2 * tail) * np.array([1, 3, 5, 7]) / 8
    np.testing.assert_allclose(z[0, :, 0], norm.ppf(shares), rtol=1e-5)
    np.testing.assert_allclose(z[:, 0, 1], norm.ppf(shares)[::-1], rtol=1e-5)


def test_a_dot_and_the_tile_decoded_there_have_one_place():
    tail = 0.05
    for number, z in enumerate(tile_latents(tail)):
        row, column = divmod(number, ACROSS)
        x, y = place(z.astype(float), tail)
        assert (x * ACROSS, (1 - y) * ACROSS) == pytest.approx((column + 0.5, row + 0.5), abs=1e-4)


def test_draws_of_the_prior_fall_evenly_on_the_square():
    places = place(np.random.default_rng(1).normal(size=(40_000, 2)), 0.1)
    inside = places[np.all((places > 0) & (places < 1), axis=1)]
    assert len(inside) == pytest.approx(0.64 * 40_000, rel=0.02)
    counts, _, _ = np.histogram2d(*inside.T, bins=4, range=[(0, 1), (0, 1)])
    assert np.max(np.abs(counts - 1600)) < 4 * np.sqrt(1600)
    assert quantile(0.975) == pytest.approx(1.959964)


def tiles(manifold, number=0):
    """The square of means (0) or of samples (1) as it stands in the still picture, gray, in shown pixels."""
    sheet = np.asarray(manifold.still().convert("L"))[::2, ::2]
    left = (1 + number) * (WIDTH + GAP) + LEFT
    return sheet[TOP : TOP + SQUARE, left : left + SQUARE]


def test_ink_stands_right_and_above_where_the_latents_are_positive():
    shown = tiles(new_manifold()).reshape(ACROSS, 28, ACROSS, 28)
    upper, lower = shown[:, :14].mean(axis=(1, 3)), shown[:, 14:].mean(axis=(1, 3))
    half = ACROSS // 2
    assert upper[:, half:].mean() < 60 < 200 < upper[:, :half].mean()
    assert lower[:half].mean() < 60 < 200 < lower[half:].mean()


def test_samples_of_the_same_latents_stand_beside_their_means():
    manifold, asked = new_manifold(), []
    manifold.generate = lambda z, uniforms=None: asked.append((z, uniforms)) or generate(z, uniforms)
    manifold.leave_out(0.1)
    means, samples = tiles(manifold, 0).astype(int), tiles(manifold, 1)
    assert np.ptp(means) > 200 and np.mean(np.abs(means + samples - 255)) < 10
    (z, without), (same, uniforms) = asked
    np.testing.assert_array_equal(z, tile_latents(0.1))
    np.testing.assert_array_equal(same, z)
    assert without is None and uniforms.shape == (ACROSS**2, 784) and 0 <= uniforms.min() < uniforms.max() < 1


def test_the_same_coins_fall_at_every_range():
    manifold, asked = new_manifold(), []
    manifold.generate = lambda z, uniforms=None: asked.append(uniforms) or generate(z, uniforms)
    manifold.leave_out(0.1)
    manifold.leave_out(0.2)
    np.testing.assert_array_equal(asked[1], asked[3])


def test_in_a_narrow_notebook_the_dots_stand_above_the_means_at_their_scale():
    manifold = new_manifold()
    dots, pair = manifold.dots.layout, manifold.tiles.layout
    share = float(dots.max_width.removeprefix(f"min({WIDTH}px, ").removesuffix("%)")) / 100
    assert share == pytest.approx(WIDTH / (2 * WIDTH + GAP), abs=1e-3) and pair.max_width == f"{2 * WIDTH + GAP}px"
    assert dots.margin == pair.margin == "0"
    for layout, width in (dots, WIDTH), (pair, 2 * WIDTH + GAP):
        grow, shrink, basis = layout.flex.split()
        assert (
            float(grow) == width
            and shrink == "1"
            and float(basis.removesuffix("px")) / width == pytest.approx(0.8, abs=2e-3)
        )


def test_state_counts_the_dots_inside_and_says_how_far_it_reaches():
    manifold = new_manifold()
    manifold.leave_out(0.1)
    state, reach = manifold.state(), norm.ppf(0.9)
    assert state["reach"] == pytest.approx(reach)
    assert state["dots"] == np.sum(np.all(np.abs(POINTS) <= reach, axis=1))
    assert f"{state['dots']} of 80" not in manifold.alt() and "0.1 to 0.9" in manifold.alt()


def test_the_task_is_reached_at_the_widest_range():
    manifold = new_manifold()
    manifold.slider.value = TAILS[-2]
    assert "Reached" not in manifold.answer_line.value
    manifold.slider.value = TAILS[-1]
    assert "✓ Reached" in manifold.answer_line.value


def test_gray_tiles_are_gray_in_the_picture_that_stays():
    manifold = Manifold(lambda z, u=None: np.full((len(z), 784), 0.07), POINTS, LABELS, task="", answer="")
    bundle, _ = manifold._repr_mimebundle_()
    sheet = np.asarray(Image.open(BytesIO(b64decode(bundle["image/png"]))).convert("RGB")).astype(int)
    tile = sheet[2 * TOP + 8 : 2 * TOP + 300, -300:-8]
    assert np.ptp(tile, axis=-1).max() < 4 and abs(tile.mean() - 238) < 8


def test_what_the_slider_does_not_offer_is_refused():
    with pytest.raises(ValueError, match="stops at"):
        new_manifold().leave_out(0.123)


def test_the_dots_are_drawn_at_their_places():
    only = Manifold(generate, [(0.0, 0.0)], [3], task="", answer="")
    sheet = np.asarray(only.still().convert("RGB"))
    row, column = 2 * (TOP + SQUARE // 2), 2 * (LEFT + SQUARE // 2)
    assert sheet[row - 9 : row + 9, column - 9 : column + 9].min() < 200
    assert sheet[2 * TOP + 4 : 2 * TOP + 60, 2 * LEFT + 4 : 2 * LEFT + 60].min() >= 254


def test_an_error_in_generate_is_shown():
    manifold = new_manifold()
    manifold.generate = lambda z, uniforms=None: z / "two"
    manifold.slider.value = 0.01
    assert "TypeError" in manifold.message_line.value
