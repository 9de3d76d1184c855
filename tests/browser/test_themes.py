"""A lesson that was only opened, no cell run and no widget alive: what is stored follows JupyterLab's theme and our
style sheets.
"""

from base64 import b64encode

import nbformat
import pytest
from PIL import Image

from vae_from_scratch import distributions
from vae_from_scratch.course import plots
from vae_from_scratch.course.exercises import check
from vae_from_scratch.course.nats import STYLE, Line, html_of

THEMES = {"light": ("none", "rgb(255, 255, 255)"), "dark": ("invert(0.933) hue-rotate(180deg)", "rgb(33, 33, 33)")}
TABLE = f'{STYLE}<table class="vae-nats">{html_of(Line("autoencoder", 4, "", "", "has no p(x)"))}</table>'


@pytest.fixture
def lesson(open_notebook, tmp_path):
    """A notebook with a picture, a table and a card stored in it, opened."""
    picture = b64encode(plots.png(Image.new("L", (40, 20), "white"))).decode()
    card = check(distributions.reparameterize, ...)._repr_html_()
    stored = ({"image/png": picture}, {"text/html": TABLE}, {"text/html": card})
    outputs = [nbformat.v4.new_output("display_data", data) for data in stored]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cells = [nbformat.v4.new_code_cell("0", outputs=outputs)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "stored.ipynb")
    return open_notebook(tmp_path / "stored.ipynb")


def style(lesson, selector, name):
    """A computed property of the first element there is for a selector."""
    part = lesson.page.locator(selector).first
    return part.evaluate("(part, name) => getComputedStyle(part)[name]", name)


def test_what_is_stored_is_shown_as_if_it_had_just_been_made(lesson):
    for theme, (turned, ground) in THEMES.items():
        lesson.theme(theme)
        assert style(lesson, ".jp-RenderedImage img", "filter") == turned
        assert style(lesson, ".jp-RenderedHTML > div", "backgroundColor") == ground
    assert style(lesson, ".jp-RenderedHTML > div code", "display") == "inline-block"
    aligned = lesson.page.locator(".vae-nats td").evaluate_all("cells => cells.map(c => getComputedStyle(c).textAlign)")
    assert aligned == ["left", "right", "left"]
