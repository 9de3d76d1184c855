"""Lesson 0 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; a digit is drawn and kept, and found again on the map,
where the point is moved onto it.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(data.to_unit_interval)\ndef to_unit_interval(pixels):\n    return "
RIGHT = HEAD + "pixels.astype(np.float32) / 255"
STANDARDIZED = HEAD + "(pixels / 255 - 0.1307) / 0.3081"


def places_on(page, selector):
    """A function of places on an element (0 to 1, right and down) that gives places on the page."""
    element = page.locator(selector)
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    return lambda x, y: (box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def drag(page, *points):
    """Presses the mouse at the first point, moves over the others, and lets go."""
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def test_a_student_is_judged_draws_a_digit_and_finds_it_on_the_map(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/00_start_here.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []
    assert "all well" in lesson.told(lesson.find("doctor()"))

    lesson.judges("def to_unit_interval", STANDARDIZED, "pixels-standardized", RIGHT)

    question = page.locator(".vae-predict").first
    question.locator("button", has_text="without end").click()
    question.get_by_role("button", name="Commit").click()
    question.get_by_text("You said: it falls below 0, without end.").wait_for()

    stand_in = lesson.picture("vae-pad-digit")
    place = places_on(page, ".vae-pad canvas")
    drag(page, place(0.2, 0.2), place(0.4, 0.2), place(0.3, 0.6))
    lesson.await_picture("vae-pad-digit", stand_in)
    lesson.press("vae-pad-keep")
    page.get_by_text("Kept in your_digit.txt").wait_for()

    pad = lesson.find("pad = LatentPad(")
    lesson.run(pad)
    lesson.show(pad)
    said = lesson.text("vae-latent .vae-said")
    page.locator(".vae-latent canvas.vae-map").press("ArrowUp")
    lesson.await_other_text("vae-latent .vae-said", said)
    lesson.run(lesson.find("progress("), "pad.move(*yours)")
    lesson.await_text("vae-latent-answer", "Reached at")
    assert lesson.errors() == []
