"""Lesson 3 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right, twice in the same cell, though it takes the module's
name; the point of the component pad is moved, and its slider changes what is drawn.
"""

from tests.notebooks.lessons import ROOT

HEAD = """from vae_from_scratch import pca


@exercise(pca.pca)
def pca(x, num_components):
    mean = x.mean(axis=0)
    values, vectors = np.linalg.eigh((x - mean).T @ (x - mean) / len(x))
"""
ASCENDING = (
    HEAD
    + """    first = np.argsort(values)[:num_components]
    return {"components": vectors[:, first].T, "mean": mean, "variances": values[first]}"""
)
RIGHT = ASCENDING.replace("np.argsort(values)", "np.argsort(-values)")


def test_a_student_is_judged_moves_the_point_and_keeps_more_components(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/03_pca.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("@exercise(pca.pca)", ASCENDING, "pca-smallest-variances", RIGHT)

    lesson.show(lesson.find("ComponentPad("))
    said = lesson.text("vae-components .vae-said")
    page.locator(".vae-components canvas.vae-map").press("Shift+ArrowUp")
    lesson.await_other_text("vae-components .vae-said", said)
    curve = lesson.picture("vae-components-curve")
    lesson.slide("vae-components-slider", "ArrowRight", "3 components")
    lesson.await_picture("vae-components-curve", curve)
    lesson.await_text("vae-components .vae-said", "3 components")
    assert lesson.errors() == []
