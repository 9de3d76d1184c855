"""Lesson 8 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the dashboard trains with it, listens to beta and pauses.
On the mistake bench two programs train, a suspect is chosen by keys, and the audit tells; a wrong answer of one's own
can be put there too.
"""

import numpy as np
from PIL import Image

from tests.notebooks.lessons import ROOT

LESSON = ROOT / "notebooks/08_the_vae.ipynb"
HEAD = """@exercise(vae.elbo)
def elbo(params, x, epsilon, beta=1.0, model=DENSE):
    rate, distortion = vae.rate_and_distortion(params, x, epsilon, model)
    return """
RIGHT = HEAD + "-(distortion + beta * rate)"
WITHOUT_RATE = HEAD + "-distortion"
PARTS = ("digits", "curves", "rates")


def await_new(lesson, before):
    """Waits until no picture of the dashboard is that of `before`."""
    for part in PARTS:
        lesson.await_picture(f"vae-dashboard-{part}", before[part])


def pictures(lesson):
    """The address of each picture of the dashboard."""
    return {part: lesson.picture(f"vae-dashboard-{part}") for part in PARTS}


def brightness(locator, path):
    """Mean gray value, 0 to 255, of a screenshot of an element, which is kept at `path`."""
    locator.screenshot(path=path)
    return np.mean(Image.open(path).convert("L"))


def test_a_student_is_judged_and_trains_with_the_answer_while_looking_on(open_notebook, tmp_path):
    lesson = open_notebook(LESSON)
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("def elbo(", WITHOUT_RATE, "not yet right", RIGHT)

    mine, board = lesson.find("mine = yours()"), lesson.find("board = Dashboard(")
    lesson.run(mine)
    assert "yours" in lesson.told(mine)
    lesson.run(board)
    lesson.show(board)
    seen = pictures(lesson)
    lesson.press("vae-dashboard-run")
    await_new(lesson, seen)

    seen = pictures(lesson)
    lesson.slide("vae-dashboard-beta", "ArrowRight", "1.20")
    await_new(lesson, seen)

    lesson.press("vae-dashboard-pause")
    lesson.await_text("vae-dashboard-status", "paused")
    told = page.locator(".vae-dashboard-status").inner_text()
    state = "board.running, board.training.beta, board.state()['step'] > 20"
    lesson.await_printed(lesson.find("progress("), state, "False 1.2 True")
    assert page.locator(".vae-dashboard-status").inner_text() == told

    widget, still = page.locator(".vae-dashboard"), lesson.output_area(lesson.find("figures.latent_patches("))
    for picture in widget, still.locator("img"):
        shades = {}
        for theme in ("light", "dark"):
            lesson.theme(theme)
            picture.scroll_into_view_if_needed()
            shades[theme] = brightness(picture, tmp_path / f"{theme}.png")
        assert shades["dark"] < 100 < 200 < shades["light"]


def test_a_mistake_is_picked_by_keys_and_audited_then_ones_own(open_notebook):
    lesson = open_notebook(LESSON)
    page = lesson.page
    for text in ("import numpy as np", "digits = data.load(", "mine = yours()", "epsilon = np.random", "MistakeBench("):
        lesson.run(lesson.find(text))
    lesson.show(lesson.find("MistakeBench("))
    before = lesson.picture("vae-bench-samples")
    lesson.press("vae-bench-run")
    lesson.await_picture("vae-bench-samples", before)
    lesson.press("vae-bench-pause")
    lesson.await_text("vae-bench-status", "paused")

    lesson.press("vae-bench-audit")
    lesson.await_text("vae-bench-message", "First pick one of the four.")
    suspects = page.locator(".vae-bench-choice button")
    assert suspects.count() == 4
    suspects.first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator(".vae-bench-choice button.mod-active").wait_for()
    assert suspects.nth(1).get_attribute("class").split().count("mod-active") == 1
    page.locator(".vae-bench-audit").press("Enter")
    lesson.await_text("vae-bench-answer", "The audit")
    verdict = page.locator(".vae-bench-answer").inner_text()
    assert "✓ Found." in verdict or "✗ You picked" in verdict
    assert "spread of z" in page.locator(".vae-bench-numbers").inner_text()

    card = lesson.answer("elbo", WITHOUT_RATE)
    assert "elbo-" in card and "Train with mine anyway" in card
    lesson.run(lesson.find("MistakeBench("), "1")
    lines = page.locator("pre", has_text="train_anyway(vae.elbo)").text_content()
    lesson.run(lesson.find("progress("), lines)
    lesson.press("vae-bench-step")
    lesson.await_text("vae-bench-status", "step 1")
    lesson.press("vae-bench-audit")
    lesson.await_text("vae-bench-answer", "What gives it away")
    assert lesson.errors() == []
