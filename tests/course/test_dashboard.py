"""The dashboard is driven as a program and as a student does: by advance, by its buttons and sliders, by an event loop.

The model is small and the digits few; nothing here waits for the clock or asserts how well anything learns.
"""

import asyncio
import copy
from base64 import b64decode
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import vae_from_scratch
from vae_from_scratch import autodiff, data, distributions, evaluation, optimizers, training, vae
from vae_from_scratch.course.linking import linked
from vae_from_scratch.course.widgets import Dashboard, dashboard, training_run
from vae_from_scratch.pytree import tree_leaves

DIGITS = data.load("digits")
TRAIN, TEST = DIGITS.train[:400], DIGITS.test[:40]
CORE = SimpleNamespace(
    vae=vae, training=training, optimizers=optimizers, evaluation=evaluation, distributions=distributions
)


def start():
    bias = distributions.mean_image_logits(TRAIN)
    return vae.init(np.random.default_rng(0), hidden=(16,), latent_dim=3, output_bias=bias)


def new_board(core=CORE, **options):
    options = {"task": "Do this.", "answer": "That is why.", "goal": lambda state: False, "steps": 60, **options}
    return Dashboard(core, TRAIN, TEST, start(), **options)


def with_loss(loss):
    """The core with another loss, as a student's namespace would hold it."""
    changed = copy.copy(vae.__dict__) | {"loss": loss}
    return SimpleNamespace(**{**vars(CORE), "vae": SimpleNamespace(**changed)})


def same(params, others):
    return all(np.array_equal(p, q) for p, q in zip(tree_leaves(params), tree_leaves(others), strict=True))


def shown(board):
    """Everything that the board shows now."""
    images = board.digits.value, board.curves.value, board.rates.value
    return (*images, board.status.value, board.numbers.value, board.message_line.value, board.answer_line.value)


@pytest.fixture(autouse=True)
def alone():
    yield
    Dashboard.latest = None


# ------------------------------------------------------------------- advancing


def test_steps_are_the_same_bits_in_any_portions_and_equal_the_loop_of_the_lesson():
    whole, parts = new_board(), new_board()
    whole.advance(30)
    for portion in (1, 7, 21, 1):
        parts.advance(portion)
    batches = training.minibatches(TRAIN, 50, 3, seed=0, steps=30)
    *_, (_, params, _) = training.train(start(), batches, optimizers.adam(1e-3))
    assert same(whole.params, parts.params) and same(whole.params, params)
    assert whole.state() == parts.state()
    assert shown(whole)[:3] == shown(parts)[:3]


def test_numbers_are_the_cores_on_one_binarization_of_the_test_digits():
    board = new_board()
    board.advance(3)
    run, state = board.training, board.state()
    rate, distortion = vae.rate_and_distortion(board.params, run.x, run.epsilon)
    assert set(np.unique(run.x)) == {0.0, 1.0}
    assert state["test_rate"] == pytest.approx(rate.mean(), rel=1e-5)
    assert state["test_bound"] == pytest.approx(-vae.elbo(board.params, run.x, run.epsilon).mean(), rel=1e-5)
    assert state["test_loss"] == pytest.approx(distortion.mean() + rate.mean(), rel=1e-5)
    assert sum(run.rates()) == pytest.approx(state["test_rate"], rel=1e-5)
    assert f"{state['test_bound']:.1f}" in board.numbers.value
    assert all(isinstance(value, (int, float)) for value in state.values())


def test_digits_binarized_before_are_measured_as_they_are():
    binarized = data.binarize(TEST, np.random.default_rng(5).random(TEST.shape, np.float32))
    board = Dashboard(CORE, TRAIN, binarized, start(), task="", answer="", goal=lambda state: False)
    np.testing.assert_array_equal(board.training.x, binarized)


def test_training_curve_is_measured_before_each_fifth_step_and_averaged_with_its_steps():
    board = new_board()
    board.advance(12)
    batches = list(training.minibatches(TRAIN, 50, 3, seed=0, steps=1))
    rate, distortion = vae.rate_and_distortion(start(), *batches[0])
    first = board.training.curves()[1][0]
    np.testing.assert_allclose(first, [0, rate.mean(), distortion.mean(), (rate + distortion).mean()], rtol=1e-5)
    rows = np.array([[0.0, 1.0], [5.0, 4.0], [10.0, 1.0]])
    np.testing.assert_allclose(training_run.trailing_mean(rows, 2), [[0.0, 1.0], [2.5, 2.5], [7.5, 2.5]])


def test_every_function_it_trains_with_is_the_students():
    calls = []

    def reparameterize(mean, log_var, epsilon):
        calls.append(1)
        return mean + np.exp(log_var / 2) * epsilon

    mine = linked(vae_from_scratch, {distributions.reparameterize: reparameterize})
    board = new_board(mine)
    calls.clear()
    board.training.advance(1)
    assert len(calls) >= 1
    plain = new_board()
    plain.training.advance(1)
    assert board.state()["test_bound"] == pytest.approx(plain.state()["test_bound"], rel=1e-4)


# -------------------------------------------------------------------- controls


def test_step_button_takes_one_step_and_shows_it():
    board = new_board()
    before = shown(board)
    board.step_button.click()
    assert board.state()["step"] == 1
    assert "step <b>1</b>" in board.status.value
    assert shown(board)[0] != before[0]


def test_beta_acts_from_the_next_step_on():
    steady, changed = new_board(), new_board()
    for board in (steady, changed):
        board.advance(5)
    changed.beta_slider.value = 4.0
    assert same(steady.params, changed.params)
    assert changed.state()["test_loss"] > steady.state()["test_loss"]
    assert changed.state()["test_bound"] == steady.state()["test_bound"]
    for board in (steady, changed):
        board.advance(40)
    assert changed.state()["test_rate"] < steady.state()["test_rate"]

    batches = [
        (x, epsilon, 1.0 if step < 5 else 4.0)
        for step, (x, epsilon) in enumerate(training.minibatches(TRAIN, 50, 3, seed=0, steps=45))
    ]
    *_, (_, expected, _) = training.train(start(), batches, optimizers.adam(1e-3))
    assert same(changed.params, expected)


def test_learning_rate_acts_from_the_next_step_on():
    fast, slow = new_board(), new_board()
    slow.learning_rate_slider.value = 1e-5
    for board in (fast, slow):
        board.advance(1)
    W, moved_fast, moved_slow = (tree_leaves(params)[0] for params in (start(), fast.params, slow.params))
    far, near = np.abs(moved_fast - W).max(), np.abs(moved_slow - W).max()
    assert near == pytest.approx(far / 100, rel=0.05)


def test_a_moved_slider_is_marked_in_the_curves_once():
    board = new_board(steps=200)
    board.advance(20)
    before = board.curves.value
    for value in (1.5, 2.0, 2.5):
        board.beta_slider.value = value
    board.learning_rate_slider.value = 1e-4
    assert board.curves.value != before
    assert [(step, text) for step, text, _ in board.marks] == [(20, "β 2.50"), (20, "learning rate 1.0e-4")]


def test_reset_goes_back_to_the_very_beginning_and_the_sliders_stay():
    board, fresh = new_board(), new_board()
    beginning = shown(board)
    board.advance(25)
    board.reset_button.click()
    assert same(board.params, start()) and board.state() == fresh.state()
    assert shown(board) == beginning
    board.advance(5)
    fresh.advance(5)
    assert same(board.params, fresh.params)
    board.beta_slider.value = 0.5
    board.reset_button.click()
    assert board.state()["beta"] == board.beta_slider.value == 0.5


def test_the_goal_opens_the_answer_once_and_says_when():
    board = new_board(goal=lambda state: state["step"] >= 3)
    assert "<details><summary>Answer</summary>That is why." in board.answer_line.value
    board.advance(2)
    assert "Reached" not in board.answer_line.value
    board.advance(1)
    assert "<details open><summary>✓ Reached at step 3." in board.answer_line.value
    board.advance(4)
    assert "step 3." in board.answer_line.value


# ------------------------------------------------------------------------- Run


async def turns(count):
    """Let the event loop go round so often."""
    for _ in range(count):
        await asyncio.sleep(0.002)


def test_run_trains_in_slices_until_pause_and_lands_where_advance_does():
    board, twin = new_board(steps=10_000), new_board(steps=10_000)

    async def student():
        board.run_button.click()
        assert board.state()["running"]
        while board.running and board.training.step < 5:
            await asyncio.sleep(0)
        board.beta_slider.value = 3.0
        changed_at = board.training.step
        while board.running and board.training.step < changed_at + 5:
            await asyncio.sleep(0)
        board.pause_button.click()
        stopped_at = board.training.step
        await turns(5)
        return changed_at, stopped_at

    changed_at, stopped_at = asyncio.run(student())
    assert board.training.step == stopped_at < 10_000
    assert not board.state()["running"] and "paused" in board.status.value
    twin.advance(changed_at)
    twin.beta_slider.value = 3.0
    twin.advance(stopped_at - changed_at)
    assert same(board.params, twin.params)


def test_run_stops_by_itself_at_its_last_step_and_goes_on_when_pressed_again():
    board = new_board(steps=6)

    async def student():
        board.run_button.click()
        await board.runner
        at = board.training.step
        board.run_button.click()
        await board.runner
        return at

    assert asyncio.run(student()) == 6
    assert board.training.step == 12


def test_run_pressed_twice_runs_once():
    board = new_board(steps=4)

    async def student():
        board.run_button.click()
        first = board.runner
        board.run_button.click()
        assert board.runner is first
        board.pause_button.click()
        board.run_button.click()
        assert board.runner is not first
        await asyncio.gather(first, board.runner)

    asyncio.run(student())
    assert board.training.step == 4


def test_step_and_reset_stop_the_run():
    board = new_board(steps=10_000)

    async def student():
        board.run_button.click()
        await asyncio.sleep(0.01)
        board.step_button.click()
        assert not board.running
        board.run_button.click()
        await asyncio.sleep(0.01)
        board.reset_button.click()
        await turns(3)

    asyncio.run(student())
    assert board.training.step == 0 and same(board.params, start())


def test_a_cell_run_again_stops_the_board_before():
    board = new_board(steps=10_000)

    async def student():
        board.run_button.click()
        await asyncio.sleep(0.01)
        new_board()
        at = board.training.step
        await turns(3)
        return at

    assert asyncio.run(student()) == board.training.step


def test_run_without_an_event_loop_says_so_in_the_widget():
    board = new_board()
    board.run_button.click()
    assert "RuntimeError" in board.message_line.value
    assert not board.running


# ---------------------------------------------------------------------- errors


def good_until(step, fail):
    """A loss that is the core's until it has been called so often on training batches."""
    calls = [0]

    def loss(params, x, epsilon, beta=1.0):
        if len(x) == 50:
            calls[0] += 1
            if calls[0] > step:
                return fail(params, x, epsilon, beta)
        return vae.loss(params, x, epsilon, beta)

    return loss


def raises(*args):
    raise ValueError("shapes (5, 3) and (4,) do not <match>")


def test_an_error_in_a_callback_is_shown_with_the_readers_line_and_escaped():
    board = new_board(with_loss(good_until(2, raises)))
    for _ in range(3):
        board.step_button.click()
    assert board.training.step == 2
    message = board.message_line.value
    assert "ValueError: shapes (5, 3) and (4,) do not &lt;match&gt;" in message
    assert "in raises, line" in message
    assert "The parameters are those of step 2." in message


def test_an_error_while_it_runs_stops_the_run_and_is_shown():
    board = new_board(with_loss(good_until(4, raises)))

    async def student():
        board.run_button.click()
        await board.runner

    asyncio.run(student())
    assert board.training.step == 4 and not board.running
    assert "ValueError" in board.message_line.value and "step <b>4</b>" in board.status.value


def test_advance_raises_what_it_shows():
    board = new_board(with_loss(good_until(1, raises)))
    with pytest.raises(ValueError, match="shapes"):
        board.advance(3)
    assert board.training.step == 1 and "ValueError" in board.message_line.value


def test_a_loss_that_is_no_number_goes_back_to_the_last_good_measurement():
    board, twin = (
        new_board(with_loss(good_until(33, lambda params, *args: vae.loss(params, *args) * np.nan))),
        new_board(),
    )
    with pytest.raises(autodiff.NonFinite):
        board.advance(50)
    twin.advance(20)
    assert same(board.params, twin.params) and board.training.step == 20
    assert "went back to step 20" in board.message_line.value
    np.testing.assert_array_equal(board.training.curves()[0], twin.training.curves()[0])
    np.testing.assert_array_equal(board.training.curves()[1], twin.training.curves()[1])


def test_a_learning_rate_that_blows_up_never_costs_the_parameters():
    board = new_board(steps=400)
    board.advance(20)
    board.training.learning_rate = 1e6
    with pytest.raises(autodiff.NonFinite):
        board.advance(380)
    assert all(np.isfinite(leaf).all() for leaf in tree_leaves(board.params))
    assert np.isfinite(board.state()["test_bound"])
    board.learning_rate_slider.value = 1e-4
    at = board.training.step
    board.advance(2)
    assert board.training.step == at + 2


def test_an_interrupt_leaves_the_last_completed_step():
    def interrupt(*args):
        raise KeyboardInterrupt

    board, twin = new_board(with_loss(good_until(7, interrupt))), new_board()
    with pytest.raises(KeyboardInterrupt):
        board.advance(20)
    twin.advance(7)
    assert same(board.params, twin.params) and board.training.step == 7
    assert "step <b>7</b>" in board.status.value


# ----------------------------------------------------------------- checkpoints


def test_a_cell_run_again_resumes_and_ends_in_the_same_bits(tmp_path):
    path, whole = tmp_path / "new" / "folder" / "run.npz", new_board()
    whole.advance(10)
    whole.beta_slider.value = 2.0
    whole.advance(20)
    first = new_board(checkpoint=path)
    first.advance(10)
    first.beta_slider.value = 2.0
    first.advance(7)
    again = new_board(checkpoint=path)
    assert "Resumed at step 17" in again.message_line.value
    assert again.beta_slider.value == 2.0 and again.state()["learning_rate"] == pytest.approx(1e-3)
    again.advance(13)
    assert same(again.params, whole.params)
    for curve, other in zip(again.training.curves(), whole.training.curves(), strict=True):
        np.testing.assert_array_equal(curve, other)
    again.reset_button.click()
    assert same(again.params, start())


def test_pause_and_every_so_many_steps_save(tmp_path, monkeypatch):
    monkeypatch.setattr(dashboard, "SAVE_EVERY", 4)
    path = tmp_path / "run.npz"
    board = new_board(checkpoint=path, steps=10_000)
    for _ in range(5):
        board.step_button.click()
    assert training.load_checkpoint(path)[3] == 4

    async def student():
        board.run_button.click()
        await asyncio.sleep(0.01)
        board.pause_button.click()

    asyncio.run(student())
    params, *_, step = training.load_checkpoint(path)
    assert step == board.training.step >= 5 and same(params, board.params)


@pytest.mark.parametrize("spoil", ["damage", "other model", "other seed"])
def test_a_file_that_does_not_fit_is_set_aside_and_not_lost(tmp_path, spoil):
    path = tmp_path / "run.npz"
    if spoil == "damage":
        path.write_bytes(b"not a checkpoint")
        board = new_board(checkpoint=path)
    elif spoil == "other seed":
        new_board(checkpoint=path).advance(2)
        board = new_board(checkpoint=path, seed=1)
    else:
        new_board(checkpoint=path).advance(2)
        params = vae.init(np.random.default_rng(0), hidden=(8,), latent_dim=2)
        board = Dashboard(CORE, TRAIN, TEST, params, task="", answer="", goal=lambda state: False, checkpoint=path)
    assert board.training.step == 0
    assert "run.aside.npz" in board.message_line.value
    assert (tmp_path / "run.aside.npz").exists() and not path.exists()


def test_a_disk_that_takes_nothing_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    board = new_board(checkpoint=tmp_path / "file" / "run.npz")
    board.advance(3)
    assert board.training.step == 3
    assert "Not saved" in board.message_line.value


# --------------------------------------------------------------------- showing


def test_it_shows_as_view_picture_and_words_that_do_not_depend_on_the_machine():
    board = new_board()
    bundle, metadata = board._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert bundle["text/plain"] == repr(board) == metadata["image/png"]["alt"]
    assert "at step 0:" in repr(board) and "." not in repr(board)[:-1]
    assert Image.open(BytesIO(b64decode(bundle["image/png"]))).width > 1500


def test_pictures_keep_their_sizes():
    board = new_board()
    sizes = [Image.open(BytesIO(picture)).size for picture in shown(board)[:3]]
    board.advance(30)
    board.beta_slider.value = 4.0
    assert [Image.open(BytesIO(picture)).size for picture in shown(board)[:3]] == sizes


def test_your_digit_gets_a_column_and_a_row():
    board, without = new_board(yours=DIGITS.train[-1]), new_board()
    assert board.training.reconstructions()[0].shape == (11, 784)
    assert "stand-in for your digit" in board.numbers.value and "your digit" not in without.numbers.value
    state = board.state()
    assert state["yours_bound"] == pytest.approx(state["yours_rate"] + state["yours_distortion"])
    board.advance(2)
    without.advance(2)
    assert same(board.params, without.params)


def test_every_control_and_picture_has_its_class_and_every_control_a_label():
    board = new_board()
    parts = {
        "step": board.step_button,
        "run": board.run_button,
        "pause": board.pause_button,
        "reset": board.reset_button,
        "beta": board.beta_slider,
        "learning-rate": board.learning_rate_slider,
        "digits": board.digits,
        "curves": board.curves,
        "rates": board.rates,
        "status": board.status,
        "numbers": board.numbers,
        "message": board.message_line,
        "answer": board.answer_line,
    }
    for role, part in parts.items():
        assert f"vae-dashboard-{role}" in part._dom_classes
    assert all(part.description for role, part in list(parts.items())[:6])
    assert "Do this." in board.task_line.value
