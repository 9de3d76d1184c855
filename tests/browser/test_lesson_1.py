"""Lesson 1 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; an image is painted, its cost follows the pen, and
cleared paper reaches the task.
"""

from tests.browser.test_lesson_0 import drag, places_on
from tests.notebooks.lessons import ROOT

HEAD = "@exercise(data.binarize)\ndef binarize(x, uniforms):\n    return "
RIGHT = HEAD + "(uniforms < x).astype(x.dtype)"
INVERTED = HEAD + "(x < uniforms).astype(x.dtype)"
NEW_PICTURE = "([part, before]) => document.querySelector(`img.vae-cost-${part}`).getAttribute('src') !== before"
REACHED = "() => document.querySelector('.vae-cost-answer').innerText.includes('Reached: 127.5 nats')"


def test_a_student_is_judged_and_finds_the_cheapest_image(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/01_learning_without_labels.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def binarize", INVERTED, "binarize-inverted", RIGHT)

    lesson.show(lesson.find("pad = CostPad("))
    before = {part: page.locator(f"img.vae-cost-{part}").get_attribute("src") for part in ("heat", "ruler")}
    place = places_on(page, ".vae-cost canvas")
    drag(page, place(0.2, 0.6), place(0.8, 0.6))
    for part, picture in before.items():
        page.wait_for_function(NEW_PICTURE, arg=[part, picture])
    last = lesson.find("progress(")
    lesson.await_printed(last, "len(pad.before)", "1")
    page.locator(".vae-cost-clear").click()
    page.wait_for_function(REACHED)
    lesson.await_printed(last, "pad.state()['lit'], pad.state()['cost'] < test_cost.min()", "0 True")
