"""A lesson that was only opened, no cell run and no widget alive: what is stored follows JupyterLab's theme and our
style sheets.
"""

from base64 import b64encode

import nbformat
from PIL import Image

from vae_from_scratch.course import plots
from vae_from_scratch.course.nats import STYLE, Line, html_of

FILTERS = {"light": "none", "dark": "invert(0.933) hue-rotate(180deg)"}
TABLE = f'{STYLE}<table class="vae-nats">{html_of(Line("autoencoder", 4, "", "", "has no p(x)"))}</table>'


def test_a_stored_picture_follows_the_theme_and_a_stored_table_our_style_before_any_cell_has_run(
    open_notebook, tmp_path
):
    picture = b64encode(plots.png(Image.new("L", (40, 20), "white"))).decode()
    stored = [nbformat.v4.new_output("display_data", data) for data in ({"image/png": picture}, {"text/html": TABLE})]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cell = nbformat.v4.new_code_cell("0", outputs=stored)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), tmp_path / "stored.ipynb")
    lesson = open_notebook(tmp_path / "stored.ipynb")
    shown = lesson.page.locator(".jp-RenderedImage img")
    shown.wait_for()
    for theme, turned in FILTERS.items():
        lesson.theme(theme)
        assert shown.evaluate("image => getComputedStyle(image).filter") == turned
    aligned = lesson.page.locator(".vae-nats td").evaluate_all("cells => cells.map(c => getComputedStyle(c).textAlign)")
    assert aligned == ["left", "right", "left"]
