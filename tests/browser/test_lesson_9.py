"""Lesson 9 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the encoder is deleted, a point thrown on another map,
and the manifold widened: its means and samples beside the dots, or where that is narrow below them.
"""

import pytest

from tests.notebooks.lessons import ROOT
from vae_from_scratch.course.widgets.manifold import PAIR, WIDTH

SAID = "vae-sampling .vae-said"  # the words beneath the pad's images
HEAD = "@exercise(vae.generate)\ndef generate(params, z, uniforms=None, model=DENSE):\n"
HEAD += "    means = ops.sigmoid(model.decode(params, z))\n    return means"
MEANS_ALWAYS = HEAD
RIGHT = HEAD + " if uniforms is None else (uniforms < means).astype(means.dtype)"
BELOW = """() => {
    const [dots, tiles] = ['dots', 'tiles'].map(part => document.querySelector(`img.vae-manifold-${part}`));
    return tiles.getBoundingClientRect().top >= dots.getBoundingClientRect().bottom;
}"""


def test_a_student_is_judged_deletes_the_encoder_and_throws(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/09_sampling.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def generate", MEANS_ALWAYS, "generate-means-as-samples", RIGHT)

    lesson.show(lesson.find("pad = SamplingPad("))
    page.locator(".vae-sampling-keep input").click()
    lesson.await_text("vae-sampling-message", "images that changed: 0")
    before = lesson.text(SAID)
    page.locator(".vae-sampling-tabs button", has_text="autoencoder").click()
    lesson.await_other_text(SAID, before)
    before = lesson.text(SAID)
    lesson.press("vae-sampling-throw")
    lesson.await_other_text(SAID, before)
    assert "no sample" in lesson.text(SAID)

    lesson.show(lesson.find("Manifold("))
    dots, tiles = page.locator("img.vae-manifold-dots"), page.locator("img.vae-manifold-tiles")
    before = lesson.picture("vae-manifold-dots"), lesson.picture("vae-manifold-tiles")
    lesson.slide("vae-manifold-tail", "ArrowRight", "0.02 to 0.98")
    lesson.await_picture("vae-manifold-dots", before[0])
    lesson.await_picture("vae-manifold-tiles", before[1])
    left, right = dots.bounding_box(), tiles.bounding_box()
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]
    assert left["height"] == pytest.approx(right["height"], abs=1)  # at one scale
    page.set_viewport_size({"width": 900, "height": 800})
    page.wait_for_function(BELOW)
    above, below = dots.bounding_box(), tiles.bounding_box()
    assert above["x"] == below["x"] and above["width"] / below["width"] == pytest.approx(WIDTH / PAIR, abs=2e-3)

    state = lesson.run(lesson.find("progress("), "print(pad.state()['map'], pad.state()['encoder'], pad.throws)")
    assert state[0]["text"] == "autoencoder False {'PCA': 0, 'autoencoder': 1, 'VAE': 0}\n"
    assert lesson.errors() == []
