"""Lesson 9 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the encoder is deleted, a point thrown on another map,
and the manifold widened.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(vae.generate)\ndef generate(params, z, uniforms=None, model=DENSE):\n"
HEAD += "    means = ops.sigmoid(model.decode(params, z))\n    return means"
MEANS_ALWAYS = HEAD
RIGHT = HEAD + " if uniforms is None else (uniforms < means).astype(means.dtype)"
SAID = "text => document.querySelector('.vae-sampling .vae-said').innerText !== text"
TOLD = "text => document.querySelector('.vae-sampling-message').innerText.includes(text)"
CHANGED = "before => document.querySelector('img.vae-manifold-picture').getAttribute('src') !== before"


def said(page):
    """The words beneath the pad's images."""
    return page.locator(".vae-sampling .vae-said").inner_text()


def test_a_student_is_judged_deletes_the_encoder_and_throws(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/09_sampling.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def generate", MEANS_ALWAYS, "generate-means-as-samples", RIGHT)

    lesson.show(lesson.find("pad = SamplingPad("))
    page.locator(".vae-sampling-keep input").click()
    page.wait_for_function(TOLD, arg="images that changed: 0")
    before = said(page)
    page.locator(".vae-sampling-tabs button", has_text="autoencoder").click()
    page.wait_for_function(SAID, arg=before)
    before = said(page)
    page.locator(".vae-sampling-throw").click()
    page.wait_for_function(SAID, arg=before)
    assert "no sample" in said(page)

    manifold = page.locator("img.vae-manifold-picture")
    before = manifold.get_attribute("src")
    lesson.slide("vae-manifold-tail", "ArrowRight")
    page.wait_for_function(CHANGED, arg=before)

    state = lesson.run(lesson.find("progress("), "print(pad.state()['map'], pad.state()['encoder'], pad.throws)")
    assert state[0]["text"] == "autoencoder False {'PCA': 0, 'autoencoder': 1, 'VAE': 0}\n"
    assert lesson.errors() == []
