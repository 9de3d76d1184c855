"""Lesson 0 as a student meets it: JupyterLab in a real browser, in rehearsal.

Every cell runs green; an answer is judged wrong, then right; a digit is drawn and kept, and found again on the map,
where the point is moved onto it.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(data.to_unit_interval)\ndef to_unit_interval(pixels):\n    return "
RIGHT = HEAD + "pixels.astype(np.float32) / 255"
STANDARDIZED = HEAD + "(pixels / 255 - 0.1307) / 0.3081"
DRAWN = "before => document.querySelector('img.vae-pad-digit').getAttribute('src') !== before"
SAID = "text => document.querySelector('.vae-latent .vae-said').innerText !== text"
REACHED = "() => document.querySelector('.vae-latent-answer').innerText.includes('Reached at')"


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
    assert "all well" in lesson.output_area(lesson.find("doctor()")).inner_text()

    exercise = lesson.find("def to_unit_interval")
    assert "not written yet" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, STANDARDIZED)
    assert "pixels-standardized" in lesson.output_area(exercise).inner_text()
    lesson.run(exercise, RIGHT)
    assert "Your function is in use from here on" in lesson.output_area(exercise).inner_text()

    question = page.locator(".vae-predict").first
    question.locator("button", has_text="without end").click()
    question.get_by_role("button", name="Commit").click()
    question.get_by_text("You said: it falls below 0, without end.").wait_for()

    blank = page.locator("img.vae-pad-digit").get_attribute("src")
    place = places_on(page, ".vae-pad canvas")
    drag(page, place(0.2, 0.2), place(0.4, 0.2), place(0.3, 0.6))
    page.wait_for_function(DRAWN, arg=blank)
    page.locator(".vae-pad-keep").click()
    page.get_by_text("Kept in your_digit.txt").wait_for()

    pad = lesson.find("pad = LatentPad(")
    lesson.run(pad)
    lesson.show(pad)
    said = page.locator(".vae-latent .vae-said").inner_text()
    page.locator(".vae-latent canvas.vae-map").press("ArrowUp")
    page.wait_for_function(SAID, arg=said)
    lesson.run(lesson.find("progress("), "pad.move(*yours)")
    page.wait_for_function(REACHED)
    assert lesson.errors() == []
