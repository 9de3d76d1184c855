"""Lesson 12 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; pixels are shuffled with the slider, and both models
trained there.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(layers.conv2d)\ndef conv2d(params, x, stride=1, padding=0):\n    W, b = params\n    return "
RIGHT = HEAD + "im2col(x, len(W), stride, padding) @ W.reshape(-1, W.shape[-1]) + b"
TURNED = RIGHT.replace("W.reshape", "W[::-1, ::-1].reshape")


def test_a_student_is_judged_shuffles_pixels_and_trains_both_models_on_them(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/12_convolutions.ipynb")
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("@exercise(layers.conv2d)", TURNED, "conv-kernel-turned", RIGHT)

    lesson.show(lesson.find("ShufflePad("))
    before = {part: lesson.picture(f"vae-shuffle-{part}") for part in ("digits", "ends")}
    lesson.slide("vae-shuffle-slider", "ArrowLeft", "770")
    lesson.await_picture("vae-shuffle-digits", before["digits"])
    lesson.press("vae-shuffle-train")
    lesson.await_picture("vae-shuffle-ends", before["ends"])
    lesson.await_text("vae-shuffle-status", "not training · 770 pixels shuffled")
    assert lesson.errors() == []
