"""The code pad, driven as a program and through the slider that the browser moves."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch import autoencoder
from vae_from_scratch.course import your_digit
from vae_from_scratch.course.widgets import CodePad

CODES = np.random.default_rng(0).uniform(-1, 1, (60, 2)).astype(np.float32)
LOW, HIGH = np.array([-1.0, -1.0]), np.array([1.0, 1.0])


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "course"))
    monkeypatch.setattr(your_digit, "_held", {})


def decode(code):
    """The code itself in the first two pixels, half ink in the others."""
    return np.concatenate([code, np.full((len(code), 782), 0.5, np.float32)], axis=1)


IMAGES = decode(CODES) + np.float32([0.1, 0.1] + 782 * [0])  # so that the error when nothing is cut is 0.02


def new_pad(**options):
    options = {"yours": np.float32([0.3, 0.6]), "task": "Cut.", "answer": "So it is.", "allowed": 0.5, **options}
    return CodePad(decode, autoencoder.quantize, CODES, IMAGES, np.arange(60) % 10, LOW, HIGH, **options)


def mean_error(codes):
    return float(np.mean(np.sum((decode(codes) - IMAGES) ** 2, axis=1)))


def test_dots_stand_in_the_middles_of_their_cells_and_the_frame_stays():
    pad = new_pad()
    frame = pad.map.limits
    for bits in (3, 1, 0, 5):
        pad.slider.value = bits
        np.testing.assert_allclose(pad.plane.points, autoencoder.quantize(CODES, LOW, HIGH, bits), atol=1e-6)
        assert pad.map.limits == frame and list(frame) == pad.canvas.limits
    assert len(np.unique(new_pad().plane.points, axis=0)) == 60


def test_the_second_image_is_that_of_the_cell_and_the_first_that_of_the_point():
    pad = new_pad()
    pad.keep(1)
    pad.move(0.1, -0.9)
    as_it_is, cut = pad.decoded().values()
    np.testing.assert_allclose(as_it_is[:2], [0.1, -0.9], atol=1e-6)
    np.testing.assert_allclose(cut[:2], [0.5, -0.5])
    pad.keep(3)
    np.testing.assert_allclose(pad.decoded()["decoded when cut"][:2], [0.125, -0.875])


def test_state_and_readout_say_what_the_bits_cost_the_test_digits():
    pad = new_pad()
    for bits in (0, 2, 4):
        pad.keep(bits)
        error = mean_error(autoencoder.quantize(CODES, LOW, HIGH, bits))
        assert pad.state()["bits"] == bits
        assert pad.state()["error"] == pytest.approx(error, rel=1e-5)
        assert pad.state()["added"] == pytest.approx(error / mean_error(CODES) - 1, rel=1e-3)
        assert f"{2 * bits} bits a digit, {4**bits:,} possible images" in pad.readout.value
        assert f"<b>{error:.1f}</b>" in pad.readout.value


def test_the_task_is_reached_by_the_fewest_bits_once_one_fewer_was_tried():
    pad = new_pad()
    enough = [bits for bits in range(9) if pad.errors[bits] < 1.5 * pad.uncut]
    assert pad.fewest == enough[0] > 1
    pad.keep(pad.fewest)
    assert not pad.reached
    pad.keep(pad.fewest - 1)
    assert not pad.reached and "<details open>" not in pad.answer_line.value
    pad.keep(pad.fewest)
    assert pad.reached and f"✓ Reached at {pad.fewest} bits each" in pad.answer_line.value


def test_the_student_s_own_cut_is_the_one_that_is_used():
    calls = []

    def mine(code, low, high, bits):
        calls.append(bits)
        return autoencoder.quantize(code, low, high, bits)

    pad = CodePad(
        decode, mine, CODES, IMAGES, np.arange(60) % 10, LOW, HIGH, yours=CODES[0], task="Cut.", answer="So it is."
    )
    calls.clear()
    pad.keep(2)
    assert calls and set(calls) == {2}


def test_bits_beyond_the_slider_are_refused_with_its_range():
    with pytest.raises(ValueError, match="from 0 to 8 bits, not to 9"):
        new_pad().keep(9)


def test_the_pad_without_a_kernel_is_a_picture_and_words_that_name_the_bits():
    pad = new_pad()
    pad.keep(3)
    bundle, _ = pad._repr_mimebundle_()
    assert "cut to 3 bits" in bundle["text/plain"] and "60 test digits" in bundle["text/plain"]
    assert "stand-in for your digit" in bundle["text/plain"]
    before = np.asarray(Image.open(BytesIO(b64decode(bundle["image/png"]))))
    pad.keep(1)
    after = np.asarray(Image.open(BytesIO(b64decode(pad._repr_mimebundle_()[0]["image/png"]))))
    assert before.shape == after.shape and (before != after).any()


def test_every_control_has_a_label_and_its_class():
    pad = new_pad()
    assert pad.slider.description == "bits" and "vae-codes-bits" in pad.slider._dom_classes
    assert "vae-codes-readout" in pad.readout._dom_classes and "vae-codes-canvas" in pad.canvas._dom_classes
    assert pad.state()["moves"] == 0
