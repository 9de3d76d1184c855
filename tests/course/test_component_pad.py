"""The component pad, driven as a program and through the slider that the browser moves."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch import pca
from vae_from_scratch.course import plots, your_digit
from vae_from_scratch.course.widgets import ComponentPad
from vae_from_scratch.course.widgets.component_pad import STOPS, lost

_rng = np.random.default_rng(5)
X = _rng.random((40, 784)) * np.linspace(0.2, 1, 784)
PARAMS = pca.pca(np.concatenate([X, _rng.random((800, 784))]), 784)
IMAGE = PARAMS["mean"] + np.geomspace(3, 0.01, 784) @ PARAMS["components"]


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "course"))
    monkeypatch.setattr(your_digit, "_held", {})


def new_pad(reconstruct=pca.reconstruct):
    return ComponentPad(PARAMS, reconstruct, X, np.arange(40) % 10, IMAGE, task="How many?", answer="So many.")


def test_on_the_ring_the_error_is_that_of_the_reconstruction_for_every_stop():
    pad = new_pad()
    pad.move(*pad.own[:2])
    for k in STOPS[:: len(STOPS) // 4]:
        pad.keep(k)
        first = {name: part if name == "mean" else part[:k] for name, part in PARAMS.items()}
        expected = np.sum((pca.reconstruct(first, IMAGE[None]) - IMAGE) ** 2)
        assert pad.state()["components"] == k
        assert pad.state()["error"] == pytest.approx(expected, rel=1e-6)
        assert pad.losses[1][k] == pytest.approx(expected, rel=1e-6)


def test_off_the_ring_the_square_of_the_distance_is_added_to_the_error():
    pad = new_pad()
    pad.keep(10)
    x, y = pad.own[:2]
    pad.move(x + 0.3, y - 0.4)
    state = pad.state()
    assert state["yours_distance"] == pytest.approx(0.5, rel=1e-6)
    assert state["error"] == pytest.approx(0.25 + pad.losses[1][10], rel=1e-5)


def test_what_is_drawn_comes_from_the_given_reconstruct():
    pad = new_pad(lambda params, x: np.full((len(x), 784), 1 / len(params["components"])))
    pad.keep(4)
    assert np.all(pad.decoded()["drawn from its coordinates"] == 0.25)


def test_lost_is_what_the_first_components_leave():
    np.testing.assert_allclose(lost(np.array([3.0, 2.0, 1.0])), [14, 5, 1, 0])
    assert lost(np.ones((5, 7))).shape == (5, 8)


def test_the_average_curve_is_the_mean_squared_error_of_the_test_digits():
    pad = new_pad()
    first = {name: part if name == "mean" else part[:50] for name, part in PARAMS.items()}
    expected = np.mean(np.sum((pca.reconstruct(first, X) - X) ** 2, axis=1))
    assert pad.losses[0][50] == pytest.approx(expected, rel=1e-9)


def test_nine_tenths_of_the_error_gone_opens_the_answer_and_not_before():
    pad = new_pad()
    pad.move(*pad.own[:2])
    enough = next(k for k in STOPS if pad.losses[1][k] <= pad.state()["allowed"])
    pad.keep(STOPS[STOPS.index(enough) - 1])
    assert "<details open>" not in pad.answer_line.value
    pad.keep(enough)
    assert f"<details open><summary>✓ Reached at {enough} components" in pad.answer_line.value


def test_slider_and_program_do_the_same_and_a_number_between_the_stops_is_refused():
    by_slider, by_program = new_pad(), new_pad()
    by_slider.slider.value = 25
    by_program.keep(25)
    assert by_slider.state() == by_program.state() and by_slider.canvas.images == by_program.canvas.images
    with pytest.raises(ValueError, match="27"):
        by_program.keep(27)
    assert by_program.state()["components"] == 25


def test_the_ring_on_the_curves_stands_where_the_error_is():
    pad = new_pad()
    pad.keep(50)
    x, y = pad.plot.pixel(50, pad.state()["error"])
    changed = np.argwhere(np.any(np.asarray(pad.marked()) != np.asarray(pad.plot.picture), axis=-1))
    np.testing.assert_allclose(changed.mean(axis=0), [y, x], atol=2)


def test_an_error_in_the_student_s_function_is_shown_in_the_pad():
    calls = []

    def fails(params, x):
        calls.append(1)
        if len(calls) > 1:
            raise ValueError("operands <do> not match")
        return pca.reconstruct(params, x)

    pad = new_pad(fails)
    pad.slider.value = 10
    assert "operands &lt;do&gt; not match" in pad.message_line.value


def test_without_a_kernel_it_is_a_picture_and_words():
    pad = new_pad()
    bundle, _ = pad._repr_mimebundle_()
    picture = Image.open(BytesIO(b64decode(bundle["image/png"])))
    assert picture.width > 1300 and picture.height > 2 * plots.PIXELS * 250
    assert bundle["text/plain"] == repr(pad) and "two principal components" in repr(pad)
    assert "2 components" in repr(pad)


def test_every_part_has_its_class_and_the_slider_a_label():
    pad = new_pad()
    for part, role in (pad.slider, "slider"), (pad.curve, "curve"), (pad.canvas, "canvas"):
        assert f"vae-components-{role}" in part._dom_classes
    assert pad.slider.description and "How many?" in pad.task_line.value and "So many." in pad.answer_line.value
