"""Lesson 10 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the ruler follows a key press.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(evaluation.log_aggregate_posterior)\ndef log_aggregate_posterior(z, mean, log_var):\n    "
SUM = HEAD + "logs = normal_log_prob(z[:, None], mean, log_var).sum(-1)\n    return np.logaddexp.reduce(logs, axis=1)"
RIGHT = SUM + " - np.log(z.dtype.type(len(mean)))"
CHANGED = "before => document.querySelector('img.vae-ruler-curve').getAttribute('src') !== before"


def test_a_student_is_judged_and_turns_the_ruler(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/10_rate_and_distortion.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    exercise = lesson.find("def log_aggregate_posterior")
    assert "not written yet" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, SUM)
    assert "aggregate-sum-for-mean" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, RIGHT)
    assert "Your function is in use from here on" in lesson.output_area(exercise).inner_text()

    board = lesson.find("ruler = PriceRuler(")
    lesson.run(board)
    lesson.show(board)
    seen = page.locator("img.vae-ruler-curve").get_attribute("src")
    handle = page.locator(".vae-ruler-beta .noUi-handle")
    handle.focus()
    for _ in range(3):
        handle.press("ArrowRight")
    page.wait_for_function(CHANGED, arg=seen)

    state = lesson.run(lesson.find("progress("), "print(round(ruler.state()['beta'], 3))")
    assert state[0]["text"] == "1.072\n"
    assert lesson.errors() == []
