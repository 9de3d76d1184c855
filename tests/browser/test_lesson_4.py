"""Lesson 4 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the slider cuts the codes, and the map follows.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(autoencoder.quantize)\ndef quantize(code, low, high, bits):\n    "
RIGHT = HEAD + (
    "cell = np.clip(np.floor((code - low) / (high - low) * 2**bits), 0, 2**bits - 1)\n"
    "    return low + (cell + 0.5) / 2**bits * (high - low)"
)
UNCLIPPED = HEAD + "return low + (np.floor((code - low) / (high - low) * 2**bits) + 0.5) / 2**bits * (high - low)"


def test_a_student_is_judged_and_cuts_codes_to_bits(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/04_autoencoder.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def quantize", UNCLIPPED, "quantize-not-clipped", RIGHT)

    pad = lesson.find("pad = CodePad(")
    lesson.run(pad)
    lesson.show(pad)
    lesson.await_text("vae-codes-readout", "16 bits a digit")
    lesson.slide("vae-codes-bits", "ArrowLeft", "2")
    lesson.await_text("vae-codes-readout", "4 bits a digit, 16 possible images")
    page.locator(".vae-codes canvas.vae-map").press("ArrowUp")
    lesson.await_text("vae-codes .vae-said", "2 bits each")
    ((told,),) = [lesson.run(lesson.find("progress("), "print(pad.state()['bits'], len(np.unique(pad.plane.points)))")]
    bits, values = map(int, told["text"].split())
    assert bits == 2 and values <= 8
    assert lesson.errors() == []
