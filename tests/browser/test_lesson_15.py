"""Lesson 15 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the traversals turn to another network and take a choice.
"""

from tests.notebooks.lessons import ROOT

HEAD = (
    "@exercise(evaluation.mig)\ndef mig(information, entropy):\n    ranked = np.sort(information, axis=1)\n    return "
)
IN_NATS = HEAD + "ranked[:, -1] - ranked[:, -2]"
RIGHT = HEAD + "(ranked[:, -1] - ranked[:, -2]) / entropy"


def test_a_student_is_judged_and_turns_through_the_traversals(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/15_where_this_leads.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    assert "mig-in-nats" in lesson.answer("mig", IN_NATS)
    assert "Your function is in use from here on" in lesson.answer("mig", RIGHT)

    lesson.show(lesson.find("rows = Traversals("))
    seen = lesson.picture("vae-traversals-sheet")
    page.locator(".vae-traversals-network button", has_text="seed 2").click()
    lesson.await_picture("vae-traversals-sheet", seen)
    seen = lesson.picture("vae-traversals-sheet")
    page.locator(".vae-traversals-latent button", has_text="3").click()
    lesson.await_picture("vae-traversals-sheet", seen)
    lesson.await_text("vae-traversals-message", "beta 4, seed 2: latent 3")

    state = lesson.run(lesson.find("progress("), "print(rows.state()['chosen'])")
    assert state[0]["text"] == "{'beta 4, seed 1': None, 'beta 4, seed 2': 3}\n"
    assert lesson.errors() == []
