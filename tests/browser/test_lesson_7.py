"""Lesson 7 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; both widgets listen, and the run ends where a fit ends.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(distributions.reparameterize)\ndef reparameterize(mean, log_var, epsilon):\n    return "
RIGHT = HEAD + "mean + np.exp(log_var / 2) * epsilon"
STRETCHED = HEAD + "mean + np.exp(log_var) * epsilon"
HISTOGRAMS = "vae-estimators-histograms"


def test_a_student_is_judged_and_both_widgets_move(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/07_reparameterization.ipynb")
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def reparameterize(", STRETCHED, "z-exp-log-var-as-std", RIGHT)

    lesson.show(lesson.find("exact=2.0"))
    before = lesson.picture(HISTOGRAMS)
    lesson.slide("vae-estimators-dimension", "ArrowRight", "2")
    lesson.await_picture(HISTOGRAMS, before)

    lesson.run(lesson.find("board = BoundRun("))
    lesson.show(lesson.find("board = BoundRun("))
    lesson.press("vae-bound-run")
    lesson.await_text("vae-bound-message", "Step 200 of 200")
    told = lesson.run(lesson.find("progress("), "print(board.running, board.state()['step'], len(board.path))")
    assert told[0]["text"] == "False 200 51\n"
