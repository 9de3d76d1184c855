"""A lesson that was only opened, no cell run and no widget alive: what is stored follows JupyterLab's theme and our
style sheets.
"""

from base64 import b64encode

import nbformat
import numpy as np
import pytest
from PIL import Image

from vae_from_scratch import distributions
from vae_from_scratch.course import plots
from vae_from_scratch.course.exercises import check
from vae_from_scratch.course.nats import STYLE, Line, html_of
from vae_from_scratch.course.verdict import SYMBOLS

THEMES = {"light": ("none", "rgb(255, 255, 255)"), "dark": ("invert(0.933) hue-rotate(180deg)", "rgb(33, 33, 33)")}
CONTRASTS = """root => {  // of every text that is seen, folded ones opened: [WCAG's ratio, text]
    root.querySelectorAll('details').forEach(folded => { folded.open = true; });
    const parse = color => { const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
    const over = (top, below) => top.slice(0, 3).map((part, i) => part * top[3] + below[i] * (1 - top[3]));
    const light = color => color.map(part => part / 255)
        .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0.05);
    const ground = part => part
        ? over(parse(getComputedStyle(part).backgroundColor), ground(part.parentElement)) : [255, 255, 255];
    const found = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim(), part = walker.currentNode.parentElement;
        if (!text) continue;
        const below = ground(part), ink = light(over(parse(getComputedStyle(part).color), below));
        found.push([Math.max(ink, light(below)) / Math.min(ink, light(below)), text]);
    }
    return found;
}"""
TABLE = f'{STYLE}<table class="vae-nats">{html_of(Line("autoencoder", 4, "", "", "has no p(x)"))}</table>'


def in_double(mean, log_var, epsilon):
    """Right, with a remark: it does not keep the type of its arguments."""
    return (mean + np.exp(log_var / 2) * epsilon).astype(np.float64)


def stretched(mean, log_var, epsilon):
    """A known mistake."""
    return mean + np.exp(log_var) * epsilon


@pytest.fixture
def lesson(open_notebook, tmp_path):
    """A notebook with a picture, a table and three cards stored in it, opened."""
    picture = b64encode(plots.png(Image.new("L", (40, 20), "white"))).decode()
    cards = [check(distributions.reparameterize, answer)._repr_html_() for answer in (..., in_double, stretched)]
    stored = ({"image/png": picture}, *({"text/html": shown} for shown in (TABLE, *cards)))
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


def test_every_text_of_a_stored_card_has_a_contrast_of_at_least_four_and_a_half_and_every_symbol_of_three(lesson):
    for theme in THEMES:
        lesson.theme(theme)
        found = lesson.page.locator(".jp-Cell-outputWrapper").first.evaluate(CONTRASTS)
        assert len(found) > 40
        assert [(ratio, text) for ratio, text in found if ratio < (3 if text in SYMBOLS.values() else 4.5)] == []
