"""Lesson 13 as a student meets it: JupyterLab in a real browser, in rehearsal, on a machine without a GPU.

Every cell runs green; an answer that leaves the device is named, a right one taken into use; the time line's batch and
speed are moved until the device is busy.
"""

from tests.notebooks.lessons import ROOT

HEAD = "@exercise(device.standardize)\ndef standardize(x):\n"
CONVERTED = (
    HEAD + "    x = np.asarray(x)\n    std = x.std(axis=0)\n    return (x - x.mean(axis=0)) / (std + (std == 0))"
)
RIGHT = HEAD + "    std = x.std(axis=0)\n    return (x - x.mean(axis=0)) / (std + (std == 0))"


def test_a_student_is_judged_on_the_stand_in_and_finds_the_batch_that_keeps_a_device_busy(open_notebook):
    lesson = open_notebook(ROOT / "notebooks/13_the_same_code_on_a_gpu.ipynb")
    page = lesson.page
    lesson.run_all()
    assert lesson.errors() == []

    lesson.judges("@exercise(device.standardize)", CONVERTED, "standardize-converted", RIGHT)

    lesson.show(lesson.find("StepTimeline("))
    before = lesson.picture("vae-timeline-device")
    lesson.slide("vae-timeline-speed", "ArrowLeft", "20 ×")
    lesson.await_picture("vae-timeline-device", before)
    lesson.slide("vae-timeline-batch", "ArrowRight", "8,192")
    assert "No GPU has been measured yet" in page.locator(".vae-timeline-measured").inner_text()
    assert lesson.errors() == []
