"""Lesson 6 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; a question is answered; the sliders are moved with the
keys until the gap is closed, and another posterior is chosen.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(evaluation.lower_bound)\ndef lower_bound(log_joint, log_q):\n    return "
RIGHT = HEAD + "np.mean(log_joint - log_q, axis=0)"
LOG_OF_THE_MEAN = HEAD + "log_mean_exp(log_joint - log_q)"
CHANGED = "([part, before]) => document.querySelector(`img.vae-bound-${part}`).getAttribute('src') !== before"
REACHED = "() => document.querySelector('.vae-bound-answer').innerText.includes('Reached at')"


def source(page, part):
    """The address of a picture of the widget; it changes when the picture does."""
    return page.locator(f"img.vae-bound-{part}").get_attribute("src")


def press_until_changed(page, slider, key, times):
    """Moves a slider of the widget by key, so often, and waits until all three pictures have followed."""
    before = {part: source(page, part) for part in ("density", "bar", "plane")}
    handle = page.locator(f".vae-bound-{slider} .noUi-handle")
    handle.focus()
    for _ in range(times):
        handle.press(key)
    for part, old in before.items():
        page.wait_for_function(CHANGED, arg=[part, old], timeout=60_000)


def test_a_student_is_judged_and_closes_the_gap_with_the_keys(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/06_the_elbo.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def lower_bound", LOG_OF_THE_MEAN, "bound-log-of-the-mean", RIGHT)

    bound = lesson.find("bound = Bound(")
    lesson.run(bound, lesson.sources()[bound].replace("core=mine,", "core=mine, start=(0.1, -1.4),"))
    lesson.show(bound)
    press_until_changed(page, "mean", "ArrowRight", 6)
    page.wait_for_function("() => document.querySelector('.vae-bound-mean .widget-readout').innerText === '0.16'")
    press_until_changed(page, "log-var", "ArrowLeft", 11)
    page.wait_for_function(REACHED)

    seen = source(page, "density")
    page.locator(".vae-bound-choice button", has_text="two humps").click()
    page.wait_for_function(CHANGED, arg=["density", seen])
    assert lesson.errors() == []
