"""Lesson 14 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the picker listens; and the empty cell tells what is off.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(data.to_likelihood_range)\ndef to_likelihood_range(x, uniforms):\n    return "
RIGHT = HEAD + "(255 * x + uniforms) / 256"
TOO_WIDE = HEAD + "x + uniforms"
PICTURE = "vae-likelihoods-picture"


def test_a_student_is_judged_the_picker_moves_and_the_empty_cell_answers(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/14_your_own_images.ipynb")
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def to_likelihood_range(", TOO_WIDE, "spread-noise-as-large-as-the-picture", RIGHT)

    lesson.show(lesson.find("picker = LikelihoodPicker("))
    before = lesson.picture(PICTURE)
    lesson.slide("vae-likelihoods-logit", "ArrowRight", "0.05")
    lesson.await_picture(PICTURE, before)

    lesson.run(lesson.find("def init(rng)"), "def draw(mean, log_var, epsilon):\n    return mean + log_var * epsilon")
    judge = lesson.find("report = empty_cell.judge(")
    lesson.run(judge)
    told = lesson.told(judge).replace("`", "")
    assert "waits for kl" in told and "waits for init" in told
