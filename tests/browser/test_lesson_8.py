"""Lesson 8 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; the dashboard trains with it, listens to beta and pauses.
"""

import numpy as np
from PIL import Image

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(distributions.kl_to_standard_normal)\ndef kl_to_standard_normal(mean, log_var):\n    return "
RIGHT = HEAD + "0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)"
AVERAGED = HEAD + "0.5 * np.mean(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)"
CHANGED = "([part, before]) => document.querySelector(`img.vae-dashboard-${part}`).getAttribute('src') !== before"
STATUS = "text => document.querySelector('.vae-dashboard-status').innerText.includes(text)"


def pictures(page):
    """The address of each picture of the dashboard; it changes when the picture does."""
    return {p: page.locator(f"img.vae-dashboard-{p}").get_attribute("src") for p in ("digits", "curves", "rates")}


def await_new(page, before, parts=("digits", "curves", "rates")):
    """Waits until pictures of the dashboard are not those of `before`."""
    for part in parts:
        page.wait_for_function(CHANGED, arg=[part, before[part]], timeout=60_000)


def press(page, button):
    """Clicks a button of the dashboard."""
    page.locator(f".vae-dashboard-{button}").click()


def brightness(locator, path):
    """Mean gray value, 0 to 255, of a screenshot of an element, which is kept at `path`."""
    locator.screenshot(path=path)
    return np.mean(Image.open(path).convert("L"))


def test_a_student_is_judged_and_trains_with_the_answer_while_looking_on(open_notebook, tmp_path):
    lesson = open_notebook(ROOT / "notebooks/08_the_vae.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    exercise = lesson.find("def kl_to_standard_normal")
    assert "not written yet" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, AVERAGED)
    assert "not yet right" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, RIGHT)
    assert "Your function is in use from here on" in lesson.output_area(exercise).inner_text()

    mine, board = lesson.find("mine = yours()"), lesson.find("board = Dashboard(")
    lesson.run(mine)
    assert "yours" in lesson.output_area(mine).inner_text()
    lesson.run(board)
    lesson.show(board)
    seen = pictures(page)
    press(page, "run")
    await_new(page, seen)

    seen = pictures(page)
    handle = page.locator(".vae-dashboard-beta .noUi-handle")
    handle.focus()
    for _ in range(4):
        handle.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.vae-dashboard-beta .widget-readout').innerText === '1.20'")
    await_new(page, seen)

    press(page, "pause")
    page.wait_for_function(STATUS, arg="paused", timeout=60_000)
    told = page.locator(".vae-dashboard-status").inner_text()
    state = lesson.run(
        lesson.find("progress("), "print(board.running, board.training.beta, board.state()['step'] > 20)"
    )
    assert state[0]["text"] == "False 1.2 True\n"
    assert page.locator(".vae-dashboard-status").inner_text() == told

    shades = {}
    for theme in ("light", "dark"):
        lesson.theme(theme)
        lesson.show(board)
        shades[theme] = brightness(page.locator(".vae-dashboard"), tmp_path / f"{theme}.png")
    assert shades["dark"] < 100 < 200 < shades["light"]
