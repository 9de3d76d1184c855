"""Lesson 11 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; a question is answered; the weights are cut into larger
blocks with the keys, and the other proposal is chosen.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(vae.iwae_bound)\ndef iwae_bound(params, x, epsilon, model=DENSE):\n    "
RIGHT = HEAD + "return distributions.log_mean_exp(vae.log_weights(params, x, epsilon, model), axis=0)"
LOG_K_FORGOTTEN = HEAD + "return np.logaddexp.reduce(vae.log_weights(params, x, epsilon, model), axis=0)"


def test_a_student_is_judged_and_cuts_the_weights_with_the_keys(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/11_how_good_is_it.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def iwae_bound", LOG_K_FORGOTTEN, "iwae-log-k-forgotten", RIGHT)

    lesson.show(lesson.find("WeightBlocks(\n"))
    before = {part: lesson.picture(part) for part in ("vae-blocks-strip", "vae-blocks-bars")}
    lesson.slide("vae-blocks-size", "ArrowRight", "5")
    for part, old in before.items():
        lesson.await_picture(part, old)

    seen = lesson.picture("vae-blocks-strip")
    page.locator(".vae-blocks-proposal button", has_text="q refined").click()
    lesson.await_picture("vae-blocks-strip", seen)
    assert lesson.errors() == []
