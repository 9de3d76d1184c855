"""Lesson 14 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the picker listens; and the empty cell tells what is off.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(data.to_likelihood_range)\ndef to_likelihood_range(x, uniforms):\n    return "
RIGHT = HEAD + "(255 * x + uniforms) / 256"
TOO_WIDE = HEAD + "x + uniforms"
PICTURE = "img.vae-likelihoods-picture"


def test_a_student_is_judged_the_picker_moves_and_the_empty_cell_answers(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/14_your_own_images.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    exercise = lesson.find("def to_likelihood_range(")
    lesson.run(exercise, TOO_WIDE)
    assert "spread-noise-as-large-as-the-picture" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, RIGHT)
    assert "Your function is in use from here on" in lesson.output_area(exercise).inner_text()

    lesson.show(lesson.find("picker = LikelihoodPicker("))
    before = page.locator(PICTURE).get_attribute("src")
    handle = page.locator(".vae-likelihoods-logit .noUi-handle")
    handle.focus()
    handle.press("ArrowRight")
    page.wait_for_function(
        "([picture, before]) => document.querySelector(picture).getAttribute('src') !== before", arg=[PICTURE, before]
    )

    lesson.run(lesson.find("def init(rng)"), "def draw(mean, log_var, epsilon):\n    return mean + log_var * epsilon")
    judge = lesson.find("report = empty_cell.judge(")
    lesson.run(judge)
    told = lesson.output_area(judge).inner_text()
    assert "waits for kl" in told.replace("`", "") and "waits for init" in told.replace("`", "")
