"""Lesson 11 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; a question is answered; the weights are cut into larger
blocks with the keys, and the other proposal is chosen.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(vae.iwae_bound)\ndef iwae_bound(params, x, epsilon, model=DENSE):\n    "
RIGHT = HEAD + "return distributions.log_mean_exp(vae.log_weights(params, x, epsilon, model), axis=0)"
LOG_K_FORGOTTEN = HEAD + "return np.logaddexp.reduce(vae.log_weights(params, x, epsilon, model), axis=0)"
CHANGED = "([part, before]) => document.querySelector(`img.vae-blocks-${part}`).getAttribute('src') !== before"


def source(page, part):
    """The address of a picture of the widget; it changes when the picture does."""
    return page.locator(f"img.vae-blocks-{part}").get_attribute("src")


def test_a_student_is_judged_and_cuts_the_weights_with_the_keys(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/11_how_good_is_it.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def iwae_bound", LOG_K_FORGOTTEN, "iwae-log-k-forgotten", RIGHT)

    lesson.show(lesson.find("WeightBlocks(\n"))
    before = {part: source(page, part) for part in ("strip", "bars")}
    lesson.slide("vae-blocks-size", "ArrowRight", 3)
    page.wait_for_function("() => document.querySelector('.vae-blocks-size .widget-readout').innerText === '5'")
    for part, old in before.items():
        page.wait_for_function(CHANGED, arg=[part, old], timeout=60_000)

    seen = source(page, "strip")
    page.locator(".vae-blocks-proposal button", has_text="q refined").click()
    page.wait_for_function(CHANGED, arg=["strip", seen], timeout=60_000)
    assert lesson.errors() == []
