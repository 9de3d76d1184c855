"""The mistake bench is driven as a program and as a student does: by advance, by its buttons, by an event loop."""

import asyncio
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from vae_from_scratch import data, distributions, optimizers, training, vae
from vae_from_scratch.course import suspects
from vae_from_scratch.course.widgets import MistakeBench, mistake_bench, side_by_side
from vae_from_scratch.pytree import tree_leaves

DIGITS = data.load("digits")
TRAIN, TEST = DIGITS.train[:400], DIGITS.test[:20]
FOUR = ["kl-mean-over-latents", "z-epsilon-dropped", "kl-sign", "z-std-detached"]


def start():
    bias = distributions.mean_image_logits(TRAIN)
    return vae.init(np.random.default_rng(0), hidden=(8,), latent_dim=3, output_bias=bias)


def chosen(seed):
    """The four of these tests; the seed says which of them it is."""
    return suspects.suspect(FOUR[seed % 4]), [suspects.suspect(name) for name in FOUR]


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(mistake_bench, "line_up", chosen)
    yield
    MistakeBench.latest = None


def new_bench(seed=0, steps=30):
    return MistakeBench(TRAIN, TEST, start(), seed=seed, steps=steps)


def same(params, others):
    return all(np.array_equal(p, q) for p, q in zip(tree_leaves(params), tree_leaves(others), strict=True))


def trained(core, steps):
    """Parameters after so many steps of the loop of the lesson."""
    batches = training.minibatches(TRAIN, 50, 3, seed=0, steps=steps)
    *_, (_, params, _) = core.training.train(start(), batches, optimizers.adam(1e-3), core.vae.loss)
    return params


# ------------------------------------------------------------------- advancing


def test_both_sides_take_the_lessons_steps_on_the_same_batches_each_with_its_functions():
    bench = new_bench()
    bench.advance(7)
    bench.advance(18)
    assert same(bench.runs["left"].params, trained(vae_from_scratch_core(), 25))
    assert same(bench.runs["right"].params, trained(suspects.suspect(FOUR[0]).core(), 25))
    assert bench.state()["step"] == 25


def vae_from_scratch_core():
    return suspects.Suspect(vae.loss, suspects.Mistake("none", vae.loss, "")).core()


def test_it_prints_what_each_program_says_of_itself():
    bench = new_bench()
    state, run = bench.state(), bench.runs["right"]
    rate, distortion = vae.rate_and_distortion(start(), run.x, run.epsilon)
    assert state["left_rate"] == pytest.approx(rate.mean(), rel=1e-5)
    assert state["right_rate"] == pytest.approx(rate.mean() / 3, rel=1e-5)
    assert state["right_distortion"] == state["left_distortion"] == pytest.approx(distortion.mean(), rel=1e-5)
    assert state["right_loss"] == pytest.approx(rate.mean() / 3 + distortion.mean(), rel=1e-5)
    assert all(f"{state[name]:.1f}" in bench.numbers.value for name in ("left_loss", "right_loss", "right_rate"))


def test_a_side_that_runs_into_infinity_stops_and_the_other_goes_on():
    bench = new_bench(seed=2)
    bench.runs["right"].learning_rate = 1e30
    bench.advance(3)
    assert bench.runs["left"].step == 3 and bench.runs["right"].step == 0
    assert "ran into infinity" in bench.message_line.value
    bench.pick(FOUR[2])
    bench.audit()
    assert "✓ Found." in bench.answer_line.value


# --------------------------------------------------------------- pick and audit


def test_nothing_tells_before_the_audit_but_the_folded_answer():
    bench = new_bench()
    bench.advance(2)
    shown = bench.task_line.value + bench.status.value + bench.numbers.value + bench.message_line.value + repr(bench)
    assert "over latents" not in shown and "mistake" not in bench.state()
    assert bench.answer_line.value.startswith("<details><summary>Answer</summary>")
    assert [label for label, _ in bench.choice.options] == [one.name for one in bench.line_up]


def test_audit_asks_for_a_pick_first():
    bench = new_bench()
    bench.audit_button.click()
    assert "First pick one of the four." in bench.message_line.value and not bench.audits
    with pytest.raises(ValueError, match="first pick"):
        bench.audit()
    with pytest.raises(ValueError, match="none of the four: kl-mean-over-latents, "):
        bench.pick("kl-turned-round")


@pytest.mark.parametrize(("picked", "verdict"), [(FOUR[0], "✓ Found."), (FOUR[1], "✗ You picked")])
def test_audit_unfolds_the_answer_with_what_was_picked_and_what_convicts(picked, verdict):
    bench = new_bench()
    bench.pick(picked)
    bench.audit_button.click()
    assert verdict in bench.answer_line.value and "<details open>" in bench.answer_line.value
    assert "kl_to_standard_normal: mean over latents" in bench.answer_line.value
    assert "the printed rate is not that of the z it draws" in bench.answer_line.value
    assert "spread of z" in bench.numbers.value and "✗" in bench.numbers.value
    state = bench.state()
    assert state["mistake"] == FOUR[0] and state["picked"] == picked and bench.choice.disabled
    assert state["right_audit_rate"] == pytest.approx(state["right_rate"], rel=1e-5)
    assert state["right_audit_drawn_rate"] == pytest.approx(state["left_audit_drawn_rate"], rel=1e-5)


def test_where_the_audit_finds_nothing_it_says_so():
    bench = new_bench(seed=3)
    bench.pick(FOUR[3])
    bench.audit()
    assert not bench.audits["right"].convicts
    assert "only a test of the function itself does" in bench.answer_line.value


def test_an_audit_is_of_one_step_and_goes_when_the_next_is_taken():
    bench = new_bench()
    bench.pick(FOUR[0])
    bench.audit()
    bench.step_button.click()
    assert not bench.audits and "spread of z" not in bench.numbers.value
    bench.audit_button.click()
    assert bench.audits and "✓ Found." in bench.answer_line.value


# -------------------------------------------------------------- reset, next, run


def test_reset_is_the_same_case_from_the_beginning_and_next_another():
    bench, fresh = new_bench(), new_bench()
    bench.advance(5)
    bench.pick(FOUR[1])
    bench.audit()
    bench.reset_button.click()
    assert bench.state() == fresh.state() and not bench.choice.disabled
    assert bench.answer_line.value == fresh.answer_line.value and bench.samples.value == fresh.samples.value
    bench.next_button.click()
    assert bench.culprit == chosen(1)[0] and bench.steps_taken == 0
    assert bench.state() == new_bench(seed=1).state()


def test_run_lands_where_advance_does_and_pause_stops_it():
    bench, twin = new_bench(steps=10_000), new_bench()

    async def student():
        bench.run_button.click()
        assert bench.state()["running"]
        while bench.running and bench.steps_taken < 4:
            await asyncio.sleep(0)
        bench.pause_button.click()
        stopped_at = bench.steps_taken
        for _ in range(5):
            await asyncio.sleep(0.002)
        return stopped_at

    stopped_at = asyncio.run(student())
    assert bench.steps_taken == stopped_at < 10_000 and not bench.running
    twin.advance(stopped_at)
    assert all(same(bench.runs[side].params, twin.runs[side].params) for side in bench.runs)


def test_run_stops_by_itself_and_goes_on_when_pressed_again():
    bench = new_bench(steps=4)

    async def student():
        bench.run_button.click()
        await bench.runner
        at = bench.steps_taken
        bench.run_button.click()
        await bench.runner
        return at

    assert asyncio.run(student()) == 4
    assert bench.steps_taken == 8


def test_a_cell_run_again_stops_the_bench_before():
    bench = new_bench(steps=10_000)

    async def student():
        bench.run_button.click()
        await asyncio.sleep(0.01)
        new_bench()
        at = bench.steps_taken
        for _ in range(3):
            await asyncio.sleep(0.002)
        return at

    assert asyncio.run(student()) == bench.steps_taken


def test_an_error_is_shown_and_advance_raises_it():
    bench = new_bench()

    def broken(*args, **kwargs):
        raise ValueError("no <such> step")

    bench.runs["right"].core.training.train = broken
    bench.step_button.click()
    assert "ValueError: no &lt;such&gt; step" in bench.message_line.value
    with pytest.raises(ValueError, match="such"):
        bench.advance(1)


# --------------------------------------------------------------------- showing


def test_it_shows_as_view_picture_and_words_that_do_not_depend_on_the_machine():
    bench = new_bench()
    bundle, metadata = bench._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == repr(bench) == metadata["image/png"]["alt"]
    assert "at step 0:" in repr(bench) and "." not in repr(bench)[:-1]
    assert Image.open(BytesIO(b64decode(bundle["image/png"]))).width > 1500


def test_every_control_and_picture_has_its_class_and_every_control_a_label():
    bench = new_bench()
    for role in ("step", "run", "pause", "reset", "next", "audit"):
        button = getattr(bench, f"{role}_button")
        assert f"vae-bench-{role}" in button._dom_classes and button.description and button.tooltip
    for role in ("choice", "samples", "status", "numbers"):
        assert f"vae-bench-{role}" in getattr(bench, role)._dom_classes
    assert "vae-bench" in bench.view._dom_classes and bench.choice.description


def test_numbers_that_ran_away_are_shown_by_their_power_of_ten():
    assert side_by_side.nats(123.456) == "123.5" and side_by_side.nats(1.234, 2) == "1.23"
    assert side_by_side.nats(-9.49e18) == "-9e+18" and side_by_side.nats(float("nan")) == "nan"
