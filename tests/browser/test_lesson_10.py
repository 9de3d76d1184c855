"""Lesson 10 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the ruler follows a key press.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(evaluation.log_aggregate_posterior)\ndef log_aggregate_posterior(z, mean, log_var):\n    "
SUM = HEAD + "logs = normal_log_prob(z[:, None], mean, log_var).sum(-1)\n    return np.logaddexp.reduce(logs, axis=1)"
RIGHT = SUM + " - np.log(z.dtype.type(len(mean)))"


def test_a_student_is_judged_and_turns_the_ruler(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/10_rate_and_distortion.ipynb")
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def log_aggregate_posterior", SUM, "aggregate-sum-for-mean", RIGHT)

    board = lesson.find("ruler = PriceRuler(")
    lesson.run(board)
    lesson.show(board)
    seen = lesson.picture("vae-ruler-curve")
    lesson.slide("vae-ruler-beta", "ArrowRight", "1.07")
    lesson.await_picture("vae-ruler-curve", seen)

    lesson.await_printed(lesson.find("progress("), "round(ruler.state()['beta'], 3)", "1.072")
    assert lesson.errors() == []
