"""Lesson 5 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the dartboard follows a key press and throws again.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(evaluation.effective_sample_size)\ndef effective_sample_size(log_weights):\n    "
OF_LOGS = HEAD + "return np.sum(log_weights, axis=0) ** 2 / np.sum(log_weights**2, axis=0)"
RIGHT = HEAD + "w = np.exp(log_weights - log_weights.max(axis=0))\n    return w.sum(axis=0) ** 2 / (w**2).sum(axis=0)"


def test_a_student_is_judged_and_throws_darts(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/05_latent_variables.ipynb")
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def effective_sample_size", OF_LOGS, "effective-of-the-log-weights", RIGHT)

    board, last = lesson.find("darts = Darts("), lesson.find("progress(")
    lesson.run(board)
    lesson.show(board)
    seen = lesson.picture("vae-darts-picture")
    lesson.slide("vae-darts-latents", "ArrowRight", "5")
    lesson.await_picture("vae-darts-picture", seen)
    lesson.await_printed(last, "darts.state()['latents']", "5")
    seen = lesson.picture("vae-darts-picture")
    lesson.press("vae-darts-again")
    lesson.await_picture("vae-darts-picture", seen)

    lesson.await_printed(last, "darts.state()['latents'], darts.seed", "5 1")
    assert lesson.errors() == []
