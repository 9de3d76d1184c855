"""Lesson 1 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; an image is painted, its cost follows the pen, and
cleared paper reaches the task.
"""

from tests.browser.test_lesson_0 import drag, places_on
from tests.notebooks.lessons import ROOT

HEAD = "@exercise(data.binarize)\ndef binarize(x, uniforms):\n    return "
RIGHT = HEAD + "(uniforms < x).astype(x.dtype)"
INVERTED = HEAD + "(x < uniforms).astype(x.dtype)"


def test_a_student_is_judged_and_finds_the_cheapest_image(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/01_learning_without_labels.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def binarize", INVERTED, "binarize-inverted", RIGHT)

    lesson.show(lesson.find("pad = CostPad("))
    before = {part: lesson.picture(part) for part in ("vae-cost-heat", "vae-cost-ruler")}
    place = places_on(page, ".vae-cost canvas")
    drag(page, place(0.2, 0.6), place(0.8, 0.6))
    for part, picture in before.items():
        lesson.await_picture(part, picture)
    last = lesson.find("progress(")
    lesson.await_printed(last, "len(pad.before)", "1")
    lesson.press("vae-cost-clear")
    lesson.await_text("vae-cost-answer", "Reached: 127.5 nats")
    lesson.await_printed(last, "pad.state()['lit'], pad.state()['cost'] < test_cost.min()", "0 True")
