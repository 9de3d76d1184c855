"""Lesson 2 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer in the core's form is judged wrong, then right; cotangents are typed into the graph.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(ops.softplus)\ndef softplus(x):\n    return np.logaddexp(0, x), "
RIGHT = HEAD + "(lambda g: g * ops.sigmoid(x),)"
NO_COMMA = HEAD + "(lambda g: g * ops.sigmoid(x))"


def test_a_student_writes_a_primitive_and_steps_back_through_the_graph(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/02_gradients.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("@exercise(ops.softplus)", NO_COMMA, "needs a comma", RIGHT)

    lesson.show(lesson.find("TracedGraph(\n"))
    before = lesson.picture("vae-graph-graph")
    field = page.locator(".vae-graph-field input")
    field.fill("1")
    field.press("Enter")
    lesson.await_text("vae-graph-status", "cotangent of q")
    lesson.await_picture("vae-graph-graph", before)
    field.fill("4")
    lesson.press("vae-graph-step")
    lesson.await_text("vae-graph-message", "the value of q")
    field.fill("2")
    field.press("Enter")
    lesson.await_text("vae-graph-status", "cotangent of s")
    field.fill("4")
    field.press("Enter")
    lesson.await_text("vae-graph-message", "both paths count")
