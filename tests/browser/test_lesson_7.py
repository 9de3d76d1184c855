"""Lesson 7 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; both widgets listen, and the run ends where a fit ends.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(distributions.reparameterize)\ndef reparameterize(mean, log_var, epsilon):\n    return "
RIGHT = HEAD + "mean + np.exp(log_var / 2) * epsilon"
STRETCHED = HEAD + "mean + np.exp(log_var) * epsilon"
PICTURE = "img.vae-estimators-histograms"
STEP = "text => document.querySelector('.vae-bound-message').innerText.includes(text)"


def test_a_student_is_judged_and_both_widgets_move(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/07_reparameterization.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    exercise = lesson.find("def reparameterize(")
    lesson.run(exercise, STRETCHED)
    assert "z-exp-log-var-as-std" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, RIGHT)
    assert "Your function is in use from here on" in lesson.output_area(exercise).inner_text()

    lesson.show(lesson.find("exact=2.0"))
    before = page.locator(PICTURE).get_attribute("src")
    handle = page.locator(".vae-estimators-dimension .noUi-handle")
    handle.focus()
    handle.press("ArrowRight")
    page.wait_for_function(
        "([picture, before]) => document.querySelector(picture).getAttribute('src') !== before", arg=[PICTURE, before]
    )

    lesson.run(lesson.find("board = BoundRun("))
    lesson.show(lesson.find("board = BoundRun("))
    page.locator(".vae-bound-run").click()
    page.wait_for_function(STEP, arg="Step 200 of 200", timeout=60_000)
    told = lesson.run(lesson.find("progress("), "print(board.running, board.state()['step'], len(board.path))")
    assert told[0]["text"] == "False 200 51\n"
