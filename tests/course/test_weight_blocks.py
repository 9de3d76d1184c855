"""The widget of weights in blocks: its numbers against scipy, its controls, its task, driven without a browser."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from scipy.special import logsumexp

import vae_from_scratch
from vae_from_scratch.course.widgets import WeightBlocks
from vae_from_scratch.course.widgets.base import image_of
from vae_from_scratch.course.widgets.weight_pictures import FAMILY, GUESS

K, N = 60, 7
_rng = np.random.default_rng(11)
WIDE, NARROW = _rng.normal(size=(K, N)) * 2.5 - 110.0, _rng.normal(size=(K, N)) * 1.2 - 108.0
SIZES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]


def new(**options):
    return WeightBlocks(WIDE, NARROW, **{"task": "Reach it.", "answer": "That is why.", "averaged": N, **options})


def bound(weights, size):
    return logsumexp(weights.reshape(-1, size, N), axis=1, b=1 / size).mean(axis=0)


@pytest.mark.parametrize("proposal, weights", [("encoder's q", WIDE), ("q refined", NARROW)])
@pytest.mark.parametrize("size", [1, 12, 60])
def test_the_bound_is_the_mean_over_blocks_of_the_log_of_the_mean_weight(proposal, weights, size):
    blocks = new()
    blocks.set(size=size, proposal=proposal, image=3)
    state = blocks.state()
    assert state["bound"] == pytest.approx(bound(weights, size)[3])
    assert state["mean_bound"] == pytest.approx(bound(weights, size).mean())


def test_the_parts_of_the_gap_add_up_to_what_one_draw_misses():
    state = new().state()
    assert state["guess"] == pytest.approx(np.mean(NARROW) - np.mean(WIDE))
    assert state["mean_log_px"] == pytest.approx(bound(NARROW, K).mean())
    assert state["mean_bound"] + state["guess"] + state["family"] == pytest.approx(state["mean_log_px"])
    assert state["bound"] + state["guess_here"] + state["family_here"] == pytest.approx(state["log_px"])


def test_images_beyond_those_averaged_are_shown_and_not_in_the_mean():
    blocks = new(averaged=N - 2)
    blocks.set(size=12, image=N - 1)
    state = blocks.state()
    assert state["bound"] == pytest.approx(bound(WIDE, 12)[-1])
    assert state["mean_bound"] == pytest.approx(bound(WIDE, 12)[:-2].mean())
    assert state["mean_log_px"] == pytest.approx(bound(NARROW, K)[:-2].mean())
    assert f"Mean over {N - 2} images" in blocks.numbers.value


def test_blocks_are_the_divisors_and_nested_ones_never_fall():
    blocks, seen = new(), []
    assert list(blocks.size_slider.options) == SIZES
    for size in (1, 2, 4, 12, 60):
        blocks.set(size=size)
        seen.append(blocks.state()["mean_bound"])
    assert seen == sorted(seen)


def test_the_task_is_reached_where_the_encoder_s_bound_is_that_of_one_refined_draw():
    blocks = new()
    means = [bound(WIDE, size).mean() for size in SIZES]
    assert blocks.enough == next(s for s, mean in zip(SIZES, means, strict=True) if mean >= NARROW.mean())
    blocks.set(proposal="q refined")
    blocks.set(size=blocks.enough)
    assert not blocks.reached and "<details><summary>Answer" in blocks.answer_line.value
    blocks.set(proposal="encoder's q")
    assert f"<details open><summary>✓ Reached at K = {blocks.enough}." in blocks.answer_line.value


def test_without_any_block_that_is_enough_it_still_shows():
    blocks = WeightBlocks(WIDE - 50.0, NARROW, task="t", answer="a", averaged=N)
    blocks.set(size=K)
    assert blocks.enough is None and not blocks.reached


def test_a_control_redraws_what_it_changes_and_the_program_moves_the_same_controls():
    by_hand, by_program = new(), new()
    before = by_hand.strip.value, by_hand.bars.value
    by_hand.size_slider.value, by_hand.image_slider.value = 15, 5
    by_program.set(size=15, image=5)
    assert by_hand.state() == by_program.state() and by_hand.strip.value == by_program.strip.value
    assert by_hand.strip.value != before[0] and by_hand.bars.value != before[1]


def share_of(color, picture, row):
    """Shown pixels of a color in one row of a picture."""
    line = np.asarray(image_of(picture).convert("RGB")).astype(int)[row]
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(line - wanted).max(axis=1) < 30).sum()) / 2


def test_the_bars_are_as_long_as_the_parts_of_the_gap():
    blocks = new()
    state = blocks.state()
    nats = share_of(GUESS, blocks.bars, 113) / share_of(FAMILY, blocks.bars, 113)  # above the words in the bar
    assert nats == pytest.approx(state["guess"] / state["family"], rel=0.1)


def test_the_numbers_come_from_the_functions_that_are_passed_in():
    distributions = type("distributions", (), {"log_mean_exp": staticmethod(np.max)})
    core = type("core", (), {"distributions": distributions})
    assert new(core=core).log_px == pytest.approx(NARROW.max(axis=0))
    assert new(core=vae_from_scratch).log_px == pytest.approx(new().log_px)


def test_without_a_kernel_it_is_a_picture_and_words():
    blocks = new(captions=[*"abcdef", "your digit"])
    bundle, metadata = blocks._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == repr(blocks)
    assert "60 log weights of image 0 of 7" in repr(blocks)
    assert Image.open(BytesIO(b64decode(bundle["image/png"]))).width > 1200


def test_every_part_has_its_class_and_every_control_a_label():
    blocks = new()
    parts = {"size": blocks.size_slider, "image": blocks.image_slider, "proposal": blocks.proposal_choice}
    for role, part in {**parts, "strip": blocks.strip, "bars": blocks.bars, "numbers": blocks.numbers}.items():
        assert f"vae-blocks-{role}" in part._dom_classes
    assert all(part.description for part in parts.values())
    assert "Reach it." in blocks.task_line.value and "That is why." in blocks.answer_line.value
