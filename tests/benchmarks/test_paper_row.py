"""Rows of the paper's table, in small: stopped and gone on they end in the same bits; an NLL is the bound it says."""

import json
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def rows(monkeypatch, tmp_path):
    """paper_row with 30 images, 12 steps and few draws, writing under a folder of the test's."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import paper_row

    rng = np.random.default_rng(0)
    images = paper_row.Images(
        *(rng.random((n, 784), np.float32).round(digits) for n, digits in [(30, 2), (7, 0), (11, 0)])
    )
    monkeypatch.setattr(paper_row, "images_of", lambda name: images)
    short = paper_row.Protocol(10, lambda per_epoch: (lambda taken: 1e-3, 4 * per_epoch), narrow=True)
    monkeypatch.setattr(paper_row, "PROTOCOLS", {"fast": short})
    for name, value in {
        "RUNS": tmp_path / "runs",
        "RESULTS": tmp_path,
        "KEPT": 0,
        "LOGGED": 1,
        "NLL_SAMPLES": 30,
    }.items():
        monkeypatch.setattr(paper_row, name, value)
    return paper_row


SETTINGS = [(1, 1, "vae"), (1, 3, "iwae"), (2, 1, "vae"), (2, 3, "iwae")]


def result(rows, row):
    """What a run wrote, without what its machine and its clocks say."""
    written = json.loads((rows.RESULTS / f"{row.name}.json").read_text())
    return {name: written[name] for name in ("nll", "standard_error", "active_units", "log")}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_row_that_was_stopped_goes_on_to_the_same_numbers(rows, setting, monkeypatch):
    row = rows.Row(*setting)
    rows.report(row)
    whole = result(rows, row)
    for file in rows.RUNS.iterdir():
        file.unlink()

    keep, kept = rows.keep, []

    def stop_after_five(*args):
        keep(*args)
        kept.append(args)
        if len(kept) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(rows, "keep", stop_after_five)
    with pytest.raises(KeyboardInterrupt):
        rows.report(row)
    monkeypatch.setattr(rows, "keep", keep)
    rows.report(row)
    assert result(rows, row) == whole
    assert [entry["step"] for entry in whole["log"]] == [3, 6, 9, 12]
    assert set(whole["log"][0]) == {"step", "epoch", "train", "validation", "test"}


@pytest.mark.parametrize("layers", [1, 2])
def test_an_nll_lies_below_minus_the_elbo_by_more_the_more_draws(rows, layers):
    images, net = rows.images_of("mnist"), rows.NETS[layers]
    params = net.init(np.random.default_rng(1), np.zeros(784))
    one_draw = [net.nll(params, images.test, 1, seed).mean(dtype=np.float64) for seed in range(40)]
    assert net.nll(params, images.test, 40, 0).mean(dtype=np.float64) < np.mean(one_draw)
    drawn = rows.noise(np.random.default_rng(2), 400, len(images.test), net.latent_dims)
    negative_elbo = float(net.losses["vae"](params, images.test, drawn))
    assert abs(negative_elbo - np.mean(one_draw)) < 4 * np.std(one_draw) * np.sqrt(1 / 40 + 1 / 400)


def test_means_hold_every_latent_of_every_layer(rows):
    images = rows.images_of("mnist")
    for layers, latents in {1: 50, 2: 150}.items():
        net = rows.NETS[layers]
        assert net.means(net.init(np.random.default_rng(0), np.zeros(784)), images.test).shape == (11, latents)


def test_the_paper_takes_3280_epochs_in_eight_stages(rows):
    learning_rate, steps = rows.stages(per_epoch=2980)
    assert steps == 3280 * 2980
    assert learning_rate(0) == 1e-3
    np.testing.assert_allclose(learning_rate(steps - 1), 1e-4, rtol=1e-12)


def test_narrowed_weights_fill_one_over_the_root_of_their_inputs(rows):
    params = rows.narrowed(rows.NETS[1].init(np.random.default_rng(0), np.ones(784)))
    for n_in, (W, b) in [(784, params["encoder"]["hidden"][0]), (200, params["decoder"]["logits"])]:
        assert 0.99 / np.sqrt(n_in) < np.abs(W).max() <= 1.0001 / np.sqrt(n_in) and W.dtype == b.dtype == np.float32
    assert np.all(params["decoder"]["logits"][1] == 1)


def test_a_prolonged_schedule_goes_on_where_the_other_ends(rows):
    fast, before = rows.cosine(2e-3, 5)(10)
    longer, steps = rows.prolonged(rows.cosine(2e-3, 5), 1e-3, 3)(10)
    assert (before, steps) == (50, 80)
    assert [longer(taken) for taken in range(before)] == [fast(taken) for taken in range(before)]
    np.testing.assert_allclose([longer(before), longer(steps)], [1e-3, 1e-5], rtol=1e-12)
