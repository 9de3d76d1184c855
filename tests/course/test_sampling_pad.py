"""The sampling pad, driven as a program and through the controls that the browser moves."""

import operator

import numpy as np
import pytest

import vae_from_scratch
from vae_from_scratch import autoencoder, data, pca, vae
from vae_from_scratch.course import your_digit
from vae_from_scratch.course.widgets import SamplingPad
from vae_from_scratch.pytree import tree_leaves

DIGITS = data.load("digits")
COMPONENTS = pca.pca(DIGITS.train[:300].astype(float), 2)
CODES = autoencoder.init(np.random.default_rng(0), hidden=(16,), code_dim=2)
PARAMS = vae.init(np.random.default_rng(1), hidden=(16,), latent_dim=2)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path / "course"))
    monkeypatch.setattr(your_digit, "_held", {})


def new_pad(core=vae_from_scratch, **options):
    options = {"task": "Throw.", "answer": "So it is.", "dots": 60, **options}
    x, labels = DIGITS.test, DIGITS.test_labels
    return SamplingPad(core, COMPONENTS, CODES, PARAMS, x, labels, DIGITS.test[36], **options)


def test_the_same_digits_lie_on_all_three_maps():
    pad = new_pad()
    for name in ("PCA", "autoencoder", "VAE"):
        pad.turn_to(name)
        np.testing.assert_array_equal(pad.plane.labels, DIGITS.test_labels[:60])
        assert pad.plane.points.shape == (60, 2) and pad.state()["map"] == name
    np.testing.assert_allclose(pad.plane.points, vae.encode(PARAMS, DIGITS.test[:60])[0])


def test_only_the_vae_has_posteriors_and_a_prior():
    pad = new_pad()
    np.testing.assert_allclose(pad.plane.stds, np.exp(vae.encode(PARAMS, DIGITS.test[:60])[1] / 2))
    assert pad.plane.prior
    for name in ("PCA", "autoencoder"):
        pad.turn_to(name)
        assert pad.plane.stds is None and not pad.plane.prior


@pytest.mark.parametrize("name", ["PCA", "autoencoder", "VAE"])
def test_what_is_decoded_is_what_the_map_s_own_decoder_says(name):
    pad = new_pad()
    pad.turn_to(name)
    pad.move(0.05, -0.03)
    z = np.float32([pad.point])
    expected = {
        "PCA": lambda: z @ COMPONENTS["components"] + COMPONENTS["mean"],
        "autoencoder": lambda: autoencoder.decode(CODES, z),
        "VAE": lambda: vae.generate(PARAMS, z),
    }
    np.testing.assert_allclose(pad.decoded()["decoded here"], expected[name]()[0], rtol=1e-5)


def test_a_sample_is_ink_and_paper_and_only_the_vae_has_one():
    pad = new_pad()
    sample = pad.decoded()["one sample"]
    assert set(np.unique(sample)) == {0.0, 1.0} and "one sample" in pad.canvas.said
    pad.turn_to("PCA")
    assert not pad.decoded()["one sample"].any() and "no sample" in pad.canvas.said


def test_samples_at_one_point_differ_and_their_mean_is_the_decoded_one():
    pad = new_pad()
    samples = []
    for _ in range(200):
        pad.again_button.click()
        samples.append(pad.decoded()["one sample"])
    mean = pad.decoded()["decoded here"]
    off = np.abs(np.mean(samples, axis=0) - mean) / np.sqrt(mean * (1 - mean) / 200)
    assert off.max() < 5 and (samples[0] != samples[1]).any()


def test_dragging_keeps_the_coins():
    pad = new_pad()
    first = pad.decoded()["one sample"]
    pad.move(*pad.point)
    np.testing.assert_array_equal(pad.decoded()["one sample"], first)


def test_without_the_encoder_nothing_changes_and_its_parameters_are_gone():
    pad = new_pad()
    before, dots = pad.decoded(), pad.plane.points
    pad.keep.value = False
    assert set(pad.params) == {"decoder"} and "images that changed: 0" in pad.message_line.value
    for caption, image in pad.decoded().items():
        np.testing.assert_array_equal(image, before[caption])
    assert pad.plane.points is dots
    pad.keep.value = True
    assert all(map(operator.is_, tree_leaves(pad.params), tree_leaves(PARAMS)))


def test_the_task_is_reached_after_three_throws_on_each_map_without_the_encoder():
    pad = new_pad()
    for _ in range(3):
        pad.throw()
    pad.delete_encoder()
    for name in ("PCA", "autoencoder", "VAE"):
        pad.turn_to(name)
        assert not pad.reached
        for _ in range(3):
            pad.throw_button.click()
    assert pad.state()["throws"] == 3 and "✓ Reached" in pad.answer_line.value


def test_throws_are_draws_of_the_standard_normal():
    pad = new_pad()
    pad.map = pad.map._replace(limits=(-9.0, 9.0, -9.0, 9.0))
    points = []
    for _ in range(400):
        pad.throw()
        points.append(pad.point)
    points = np.array(points)
    assert np.all(np.abs(points.mean(axis=0)) < 4 / np.sqrt(400))
    assert np.all(np.abs(points.var(axis=0) - 1) < 4 * np.sqrt(2 / 400))


def test_the_pad_without_a_kernel_is_a_picture_and_words():
    pad = new_pad()
    bundle, _ = pad._repr_mimebundle_()
    assert bundle["image/png"] and "now VAE" in bundle["text/plain"] and "60 test digits" in bundle["text/plain"]
    assert all(button.description and button.tooltip for button in (pad.throw_button, pad.again_button))
    assert "Throw." in pad.task_line.value and "So it is." in pad.answer_line.value
