"""The drawing pad and the latent pad in a real JupyterLab: mouse, touch and keys draw, keep, and move."""

import nbformat
import pytest

CELLS = """\
import numpy as np
from vae_from_scratch import data
from vae_from_scratch.course import your_digit
from vae_from_scratch.course.widgets import DrawingPad, LatentPad
---
pad = DrawingPad(task="Draw.", answer="Kept.")
pad
---
digits, labels = data.load("digits").test[:200], data.load("digits").test_labels[:200]
mean = digits.mean(axis=0)
directions = np.linalg.svd(digits - mean, full_matrices=False)[2][:2]
latent = LatentPad(lambda z: mean + z @ directions, (digits - mean) @ directions.T, labels, task="Move.",
                   answer="There.", goal=lambda state: state["x"] > 4, yours=np.zeros(2))
latent
---
0
"""
SHOWN_IMAGE = """selector => {
    const canvas = document.querySelector(selector);
    return Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).join();
}"""


@pytest.fixture
def notebook(open_notebook, tmp_path):
    """A notebook with both pads, run, and a cell at its end to ask in."""
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    book.cells = [nbformat.v4.new_code_cell(source) for source in CELLS.split("---\n")]
    nbformat.write(book, tmp_path / "pads.ipynb")
    opened = open_notebook(tmp_path / "pads.ipynb")
    opened.run_all()
    yield opened
    assert opened.errors() == []


def pad_of(notebook):
    """The drawing pad's canvas, in view, and a function of places (0 to 1) on it that gives places on the page."""
    canvas = notebook.page.locator(".vae-pad canvas")
    canvas.wait_for()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    return canvas, lambda x, y: (box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def draw(notebook, points):
    """A stroke with the mouse."""
    _, place = pad_of(notebook)
    mouse = notebook.page.mouse
    mouse.move(*place(*points[0]))
    mouse.down()
    for point in points[1:]:
        mouse.move(*place(*point), steps=5)
    mouse.up()


def test_mouse_and_finger_draw_and_rub_and_the_digit_is_seen_and_kept(notebook):
    page, digit = notebook.page, notebook.page.locator("img.vae-pad-digit")
    digit.wait_for()
    blank = digit.get_attribute("src")
    draw(notebook, [(0.2, 0.2), (0.4, 0.2), (0.3, 0.5)])
    page.wait_for_function("src => document.querySelector('img.vae-pad-digit').src !== src", arg=blank)
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos'], your_digit.look().drawn", "1 1 False")
    page.locator(".vae-pad-keep").click()
    notebook.await_printed(3, "your_digit.look().drawn, np.array_equal(your_digit(), pad.image)", "True True")
    assert page.locator(".vae-pad-answer details").get_attribute("open") is not None
    assert page.locator(".vae-pad-message").inner_text().startswith("Kept in your_digit.txt")

    page.locator(".vae-pad-clear").click()
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos']", "0 2")
    draw(notebook, [(0.2, 0.5), (0.8, 0.5)])
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos']", "1 3")
    page.locator(".vae-pad-tool button", has_text="Eraser").click()
    draw(notebook, [(0.5, 0.2), (0.5, 0.8)])
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos']", "2 4")
    page.locator(".vae-pad-undo").click()
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos']", "1 3")
    draw(notebook, [(0.1, 0.5), (0.9, 0.5)])
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos']", "0 4")

    page.locator(".vae-pad-tool button", has_text="Pen").click()
    _, place = pad_of(notebook)
    touch = page.context.new_cdp_session(page)
    for kind, points in ("touchStart", [(0.3, 0.3)]), ("touchMove", [(0.5, 0.6)]), ("touchEnd", []):
        fingers = [dict(zip("xy", place(*point), strict=True)) for point in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    notebook.await_printed(3, "pad.canvas.strokes[0][0], pad.state()['undos']", "[0.3, 0.3] 5")


def test_a_stroke_that_a_busy_kernel_is_still_reading_is_cleared_for_good(notebook):
    notebook.page.locator("img.vae-pad-digit").wait_for()
    notebook.run(3, "import time\npad.canvas.observe(lambda change: time.sleep(0.3), 'strokes')")
    draw(notebook, [(0.2, 0.2), (0.4, 0.2), (0.3, 0.5)])
    notebook.page.locator(".vae-pad-clear").click()
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos']", "0 2")
    notebook.await_printed(3, "pad.state()['strokes'], pad.state()['undos']", "0 2")  # nothing comes after
    threads = "import threading\nprint([thread.name for thread in threading.enumerate() if 'subshell' in thread.name])"
    assert notebook.run(3, threads)[0]["text"] == "[]\n"


def test_keys_alone_draw_and_keep_and_leave_the_notebook_where_it_is(notebook):
    page, (canvas, _) = notebook.page, pad_of(notebook)
    canvas.focus()
    for key in ["ArrowLeft", "ArrowUp", "Space", *["ArrowDown"] * 12, "ArrowRight", "Space", "ArrowRight"]:
        page.keyboard.press(key)
    assert page.evaluate("() => document.activeElement.tagName") == "CANVAS"
    notebook.await_printed(3, "pad.state()['undos']", "1")
    canvas.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ends = "pad.canvas.strokes[0][0], pad.canvas.strokes[0][-1]"
    notebook.await_printed(3, f"len(pad.canvas.strokes), {ends}", "1 [0.475, 0.475] [0.5, 0.775]")
    notebook.await_printed(3, "pad.state()['kept']", "True")
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.content.mode") == "command"


def test_arrow_keys_and_the_mouse_move_the_latent_pads_picture_in_both_themes(notebook):
    page, plane = notebook.page, notebook.page.locator(".vae-latent canvas.vae-map")
    plane.wait_for()
    plane.scroll_into_view_if_needed()
    image = ".vae-latent canvas.vae-pixels"
    changed = f"before => ({SHOWN_IMAGE})('{image}') !== before"
    plane.focus()
    for keys in (["ArrowRight"], ["Shift+ArrowUp"], ["Home"]):
        before = page.evaluate(SHOWN_IMAGE, image)
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_function(changed, arg=before)
    notebook.await_printed(3, "latent.state()['x'], latent.state()['y'], latent.state()['moves']", "0.0 0.0 3")
    before, box = page.evaluate(SHOWN_IMAGE, image), plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_function(changed, arg=before)
    notebook.await_printed(3, "latent.state()['x'] > 4", "True")
    assert "Reached at" in page.locator(".vae-latent-answer").inner_text()
    for theme, turned_over in (("dark", True), ("light", False)):
        notebook.theme(theme)
        style = notebook.page.eval_on_selector(image, "canvas => getComputedStyle(canvas).filter")
        assert (style != "none") == turned_over
