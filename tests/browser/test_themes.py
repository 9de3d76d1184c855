"""A lesson that was only opened, no cell run and no widget alive: what is stored follows JupyterLab's theme."""

from base64 import b64encode

import nbformat
from PIL import Image

from vae_from_scratch.course import plots

FILTERS = {"light": "none", "dark": "invert(0.933) hue-rotate(180deg)"}


def test_a_stored_picture_follows_the_theme_before_any_cell_has_run(open_notebook, tmp_path):
    stored = {"image/png": b64encode(plots.png(Image.new("L", (40, 20), "white"))).decode()}
    cell = nbformat.v4.new_code_cell("0", outputs=[nbformat.v4.new_output("display_data", stored)])
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), tmp_path / "stored.ipynb")
    lesson = open_notebook(tmp_path / "stored.ipynb")
    picture = lesson.page.locator(".jp-RenderedImage img")
    picture.wait_for()
    for theme, turned in FILTERS.items():
        lesson.theme(theme)
        assert picture.evaluate("image => getComputedStyle(image).filter") == turned
