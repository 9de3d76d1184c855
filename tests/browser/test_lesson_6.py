"""Lesson 6 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; a question is answered; the sliders are moved with the
keys until the gap is closed, and another posterior is chosen.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(evaluation.lower_bound)\ndef lower_bound(log_joint, log_q):\n    return "
RIGHT = HEAD + "np.mean(log_joint - log_q, axis=0)"
LOG_OF_THE_MEAN = HEAD + "log_mean_exp(log_joint - log_q)"
PICTURES = "vae-bound-density", "vae-bound-bar", "vae-bound-plane"


def test_a_student_is_judged_and_closes_the_gap_with_the_keys(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/06_the_elbo.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def lower_bound", LOG_OF_THE_MEAN, "bound-log-of-the-mean", RIGHT)

    bound = lesson.find("bound = Bound(")
    lesson.run(bound, lesson.sources()[bound].replace("core=mine,", "core=mine, start=(0.1, -1.4),"))
    lesson.show(bound)
    for slider, key, to in ("vae-bound-mean", "ArrowRight", "0.16"), ("vae-bound-log-var", "ArrowLeft", "−1.51"):
        before = {part: lesson.picture(part) for part in PICTURES}
        lesson.slide(slider, key, to)
        for part, old in before.items():
            lesson.await_picture(part, old)
    lesson.await_text("vae-bound-answer", "Reached at")

    seen = lesson.picture("vae-bound-density")
    page.locator(".vae-bound-choice button", has_text="two humps").click()
    lesson.await_picture("vae-bound-density", seen)
    assert lesson.errors() == []
