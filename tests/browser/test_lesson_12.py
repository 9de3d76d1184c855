"""Lesson 12 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; pixels are shuffled with the slider, and both models
trained there.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(layers.conv2d)\ndef conv2d(params, x, stride=1, padding=0):\n    W, b = params\n    return "
RIGHT = HEAD + "im2col(x, len(W), stride, padding) @ W.reshape(-1, W.shape[-1]) + b"
TURNED = RIGHT.replace("W.reshape", "W[::-1, ::-1].reshape")
CHANGED = "([part, before]) => document.querySelector(`img.vae-shuffle-${part}`).getAttribute('src') !== before"
STATUS = "text => document.querySelector('.vae-shuffle-status').innerText.startsWith(text)"


def test_a_student_is_judged_shuffles_pixels_and_trains_both_models_on_them(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/12_convolutions.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    exercise = lesson.find("@exercise(layers.conv2d)")
    assert "not written yet" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, TURNED)
    assert "conv-kernel-turned" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, RIGHT)
    assert "Your function is in use from here on" in lesson.output_area(exercise).inner_text()

    lesson.show(lesson.find("ShufflePad("))
    before = {part: page.locator(f"img.vae-shuffle-{part}").get_attribute("src") for part in ("digits", "ends")}
    handle = page.locator(".vae-shuffle-slider .noUi-handle")
    handle.focus()
    handle.press("ArrowLeft")
    page.wait_for_function(CHANGED, arg=["digits", before["digits"]])
    page.locator(".vae-shuffle-train").click()
    page.wait_for_function(CHANGED, arg=["ends", before["ends"]], timeout=60_000)
    page.wait_for_function(STATUS, arg="not training", timeout=60_000)
    assert "770 pixels shuffled" in page.locator(".vae-shuffle-status").inner_text()
    assert lesson.errors() == []
