"""Lesson 5 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the dartboard follows a key press and throws again.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(evaluation.effective_sample_size)\ndef effective_sample_size(log_weights):\n    "
OF_LOGS = HEAD + "return np.sum(log_weights, axis=0) ** 2 / np.sum(log_weights**2, axis=0)"
RIGHT = HEAD + "w = np.exp(log_weights - log_weights.max(axis=0))\n    return w.sum(axis=0) ** 2 / (w**2).sum(axis=0)"
CHANGED = "before => document.querySelector('img.vae-darts-picture').getAttribute('src') !== before"


def picture(page):
    """The address of the dartboard's picture; it changes when the picture does."""
    return page.locator("img.vae-darts-picture").get_attribute("src")


def test_a_student_is_judged_and_throws_darts(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/05_latent_variables.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def effective_sample_size", OF_LOGS, "effective-of-the-log-weights", RIGHT)

    board, last = lesson.find("darts = Darts("), lesson.find("progress(")
    lesson.run(board)
    lesson.show(board)
    seen = picture(page)
    lesson.slide("vae-darts-latents", "ArrowRight", 3)
    page.wait_for_function(CHANGED, arg=seen)
    lesson.await_printed(last, "darts.state()['latents']", "5")
    seen = picture(page)
    page.locator(".vae-darts-again").click()
    page.wait_for_function(CHANGED, arg=seen)

    lesson.await_printed(last, "darts.state()['latents'], darts.seed", "5 1")
    assert lesson.errors() == []
