"""The traversals driven as a program: each row moves one latent, KLs are the core's, the table judges a choice."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

import vae_from_scratch
from vae_from_scratch import evaluation, vae
from vae_from_scratch.course.figures.factors import BAR, CELL, traversal_sheet
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.plots import COLORS
from vae_from_scratch.course.widgets import Traversals
from vae_from_scratch.course.widgets.traversals import PLACES

CORE = linked(vae_from_scratch, {})
NETWORKS = {name: vae.init(np.random.default_rng(k), hidden=(7,), latent_dim=5) for k, name in enumerate("ab")}
X = (np.random.default_rng(9).random((12, 784)) < 0.2).astype(np.float32)
TOLD = {"a": np.array([0.1, 0.9, 0.8, 0.0, 0.2]), "b": np.array([0.5, 0.0, 0.1, 0.3, 0.2])}


def new_widget(core=CORE, **options):
    return Traversals(core, NETWORKS, X, TOLD, task="Find.", answer="So it is.", **options)


def rate_pixels(sheet):
    """Where a sheet has the color of the rate's bars: (n, 2), row and column."""
    color = [int(COLORS["rate"][k : k + 2], 16) for k in (1, 3, 5)]
    return np.argwhere(np.all(np.asarray(sheet) == color, axis=-1))


def test_each_row_moves_one_latent_through_the_prior_and_leaves_the_others():
    widget = new_widget()
    widget.start_from(3)
    mean, _ = vae.encode(NETWORKS["a"], X[3:4])
    decoded = widget.decoded()
    assert decoded.shape == (5, len(PLACES), 784)
    for latent in range(5):
        for column, place in enumerate(PLACES):
            z = mean.copy()
            z[0, latent] = place
            np.testing.assert_allclose(decoded[latent, column], vae.generate(NETWORKS["a"], z)[0], atol=1e-5)


def test_kls_are_those_of_the_core_for_each_network():
    widget = new_widget()
    for name, params in NETWORKS.items():
        widget.turn_to(name)
        np.testing.assert_allclose(widget.state()["rates"], evaluation.rate_per_unit(params, X))


@pytest.mark.parametrize("latent, right", [(0, False), (1, True), (2, True), (3, False)])
def test_a_choice_is_right_if_no_other_latent_tells_much_more(latent, right):
    widget = new_widget()
    widget.choose(latent)
    assert widget.state()["right"] == {"a": right, "b": False}
    assert ("right" if right else "another latent tells more about it") in widget.message_line.value


def test_the_task_is_reached_when_every_network_has_its_right_choice_and_each_keeps_its_own():
    widget = new_widget()
    widget.choose(1)
    widget.turn_to("b")
    assert widget.latent.value == "none" and not widget.reached
    widget.latent.value = 3
    assert not widget.reached
    widget.latent.value = 0
    assert widget.reached and "✓ Found in every network: latent 1, latent 0." in widget.answer_line.value
    widget.turn_to("a")
    assert widget.latent.value == 1 and widget.state()["chosen"] == {"a": 1, "b": 0}


def test_every_control_changes_the_picture_and_the_picture_has_words():
    widget = new_widget()
    for control, value in ((widget.image, 4), (widget.network, "b"), (widget.latent, 2)):
        before = widget.sheet_shown.value
        control.value = value
        assert widget.sheet_shown.value != before and control.description
    assert "network b, from image 4" in repr(widget)
    bundle, _ = widget._repr_mimebundle_()
    assert Image.open(BytesIO(b64decode(bundle["image/png"]))).width >= 600
    assert widget.image.max == 11


def test_what_the_students_functions_say_is_what_is_shown():
    def one_nat_each(params, x, model=vae.DENSE):
        return np.ones(5)

    widget = new_widget(core=linked(vae_from_scratch, {evaluation.rate_per_unit: one_nat_each}))
    assert widget.state()["rates"] == [1.0] * 5


def test_an_error_in_a_callback_is_shown():
    widget = new_widget()
    widget.networks = {**NETWORKS, "b": {}}
    widget.network.value = "b"
    assert "KeyError" in widget.message_line.value


def test_bars_are_as_long_as_the_kls_and_a_choice_is_framed():
    images, rates = np.zeros((3, 4, 784)), np.array([2.0, 1.0, 0.0])
    plain, framed = traversal_sheet(images, rates, np.arange(4)), traversal_sheet(images, rates, np.arange(4), 1)
    rows = rate_pixels(plain)[:, 0]
    lengths = [np.sum(rows == row) for row in (np.min(rows) + 5, np.max(rows) - CELL - 5)]
    assert lengths[0] == pytest.approx(2 * lengths[1], rel=0.05) and lengths[0] < BAR
    assert np.any(np.asarray(plain) != np.asarray(framed))
