"""The shuffle pad, driven as a program and through the traits that the browser sets."""

import asyncio
from base64 import b64decode

import numpy as np
import pytest

from vae_from_scratch.course.widgets import ShufflePad

IMAGES = (np.random.default_rng(0).random((10, 784)) < 0.2).astype(np.float32)
TRAINED = {
    0: {"one": [(20, 150.0), (40, 130.0)], "two": [(20, 140.0), (40, 115.0)]},
    784: {"one": [(20, 150.0), (40, 131.0)], "two": [(20, 160.0), (40, 135.0)]},
}
PARTS = {"slider": "slider", "train": "train_button", "pause": "pause_button", "digits": "digits", "ends": "ends"}


def shuffle(count):
    return np.roll(np.arange(784), count)


def falling(end):
    """A training of 40 steps that gets to `end` nats, plus a nat for every 100 pixels that have moved."""

    def run(order):
        moved = np.sum(order != np.arange(784)) / 100
        for step in range(1, 41):
            yield step, None if step % 20 else end + moved + 40 / step

    return run


def new_pad(goal=lambda state: False, **train):
    train = train or {"one": falling(129.0), "two": falling(114.0)}
    return ShufflePad(IMAGES, shuffle, train, TRAINED, length=40, task="Move it.", answer="So.", goal=goal)


def test_the_slider_shuffles_the_digits_that_are_shown():
    pad = new_pad()
    before = pad.digits.value
    pad.slider.value = 28
    assert pad.digits.value != before
    shuffled = pad.digits.value
    pad.slider.value = 784
    pad.slider.value = 28
    assert pad.digits.value == shuffled and pad.state()["shuffled"] == 28


def test_both_models_are_trained_where_the_slider_stands_and_a_point_is_added():
    pad = new_pad()
    assert pad.state()["leads"] == {0: 15.0, 784: -4.0}
    pad.slider.value, before = 392, pad.ends.value
    pad.advance()
    assert pad.state()["trained"] == [0, 392, 784]
    assert pad.state()["leads"][392] == pytest.approx(15.0)
    assert [step for step, _ in pad.trained[392]["one"]] == [20, 40]
    assert pad.ends.value != before and "392 pixels shuffled: step <b>40</b> of 40" in pad.status.value


def test_what_was_handed_in_is_left_as_it_was():
    pad = new_pad()
    pad.slider.value = 56
    pad.advance()
    assert set(TRAINED) == {0, 784}


def test_the_goal_opens_the_answer():
    pad = new_pad(goal=lambda state: 28 in state["trained"])
    assert "<details><summary>Answer" in pad.answer_line.value
    pad.slider.value = 28
    pad.advance()
    assert "<details open><summary>✓ Reached, with 28 pixels shuffled." in pad.answer_line.value


def test_train_both_runs_on_the_event_loop_to_its_end():
    async def pressed():
        pad = new_pad()
        pad.slider.value = 84
        pad.train_button.click()
        assert pad.running and "training" in pad.status.value
        while pad.running:
            await asyncio.sleep(0)
        return pad

    pad = asyncio.run(pressed())
    assert 84 in pad.state()["trained"] and "not training" in pad.status.value


def test_pause_drops_what_was_not_finished():
    async def pressed():
        pad = new_pad()
        pad.slider.value = 84
        pad.train_button.click()
        await asyncio.sleep(0)
        pad.pause_button.click()
        await asyncio.sleep(0.01)
        return pad

    pad = asyncio.run(pressed())
    assert not pad.running and pad.state()["trained"] == [0, 784]


def test_an_error_in_training_is_shown_in_the_widget():
    def broken(order):
        yield 1, 3.0
        raise ValueError("shapes do not match")

    pad = new_pad(one=broken, two=falling(114.0))
    with pytest.raises(ValueError, match="shapes"):
        pad.advance()
    assert "ValueError: shapes do not match" in pad.message_line.value and pad.state()["trained"] == [0, 784]


def test_a_second_pad_stops_the_first():
    async def pressed():
        first = new_pad()
        first.train_button.click()
        new_pad()
        return first.running

    assert not asyncio.run(pressed())


def test_without_a_kernel_it_is_a_picture_and_words():
    pad = new_pad()
    bundle, _ = pad._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == repr(pad) and "trained with 0, 784 shuffled pixels" in repr(pad)
    assert b64decode(bundle["image/png"]).startswith(b"\x89PNG")


def test_every_part_has_its_class_and_every_control_a_label():
    pad = new_pad()
    for role, name in PARTS.items():
        assert f"vae-shuffle-{role}" in getattr(pad, name)._dom_classes
    assert pad.slider.description and all(b.description and b.tooltip for b in (pad.train_button, pad.pause_button))
    assert "Move it." in pad.task_line.value and "So." in pad.answer_line.value
