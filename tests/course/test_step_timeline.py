"""The time line of a step, driven as a program; the launches it shows, and the schedule worked out for a device."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from vae_from_scratch import optimizers, training, vae
from vae_from_scratch.course import devices, strict_array
from vae_from_scratch.course.figures import timeline
from vae_from_scratch.course.launches import Launch, launches, quietest, schedule
from vae_from_scratch.course.measured import Measured
from vae_from_scratch.course.strict_array import StrictArray
from vae_from_scratch.course.widgets import StepTimeline
from vae_from_scratch.pytree import tree_leaves


def step_of(*durations, names=()):
    begins = np.cumsum(durations) - durations
    names = names or ["matmul"] + ["add"] * (len(durations) - 1)
    return [Launch(name, 1, b, b + d) for name, b, d in zip(names, begins, durations, strict=True)]


SMALL, LARGE = step_of(*[1e-5] * 8), step_of(*[2e-3] * 8)


def new(recorded=None, **options):
    options = {"task": "Find it.", "answer": "There.", "asked": 20} | options
    return StepTimeline({16: SMALL, 128: SMALL, 1024: LARGE}, recorded or Measured(), **options)


# ------------------------------------------------------------------ launches


def names_of(f, *arrays):
    return [launch.name for launch in launches(f, *devices.to_stand_in(arrays))]


def test_what_computes_is_a_launch_and_what_only_looks_is_none():
    x = np.ones((3, 4), np.float32)
    assert names_of(lambda x: (x.T @ x).reshape(-1)[2:], x) == ["matmul"]
    assert names_of(lambda x: np.exp(x[0]).sum() * 2, x) == ["exp", "sum", "multiply"]
    assert names_of(lambda x: (np.shape(x), x.ndim, x.astype(np.float32, copy=False), np.empty_like(x)), x) == []
    assert names_of(lambda x: x.astype(np.float64), x) == ["astype"]
    assert names_of(lambda x: x.__setitem__(0, 1.0), x) == ["setitem"]
    assert names_of(lambda x: np.multiply(x, 2.0, out=x), x) == ["multiply"]
    (only,) = launches(lambda x: x + 1, devices.from_numpy(x))
    assert only.size == 12 and only.seconds > 0


def test_nobody_listens_any_longer_afterwards_nor_after_an_error():
    with pytest.raises(ZeroDivisionError):
        launches(lambda: 1 / 0)
    assert strict_array.LISTENERS == []


def test_a_training_step_has_as_many_launches_at_any_batch():
    params = devices.to_stand_in(vae.init(np.random.default_rng(0), 7, (5,), 3))
    adam = optimizers.adam(1e-3)

    def step(size):
        batch = np.ones((size, 7), np.float32), np.ones((size, 3), np.float32)
        return len(launches(lambda: next(training.train(params, [batch], adam))))

    assert step(2) == step(50) > 100


# ------------------------------------------------------------------ schedule


def test_small_launches_wait_for_their_orders_and_large_ones_for_each_other():
    waits = schedule(np.full(4, 1.0), each=10.0)
    np.testing.assert_allclose(waits.begin, [10, 20, 30, 40])
    assert waits.total == 41 and waits.busy == 4 / 41
    queued = schedule(np.full(4, 10.0), each=1.0)
    np.testing.assert_allclose(queued.begin, [1, 11, 21, 31])
    assert queued.total == 41 and queued.busy == 40 / 41


def test_a_schedule_begins_each_launch_when_it_is_ordered_and_the_one_before_is_done():
    durations = np.random.default_rng(0).exponential(size=50)
    for each in (0.1, 1.0, 5.0):
        plan, done = schedule(durations, each), 0.0
        for ordered, begin, end, duration in zip(*plan, durations, strict=True):
            assert begin == pytest.approx(max(ordered, done))
            assert end == pytest.approx(begin + duration)
            done = end
        bounds = max(50 * each, durations.sum()), 50 * each + durations.sum()
        assert bounds[0] <= plan.total <= bounds[1]


# -------------------------------------------------------------------- widget


def test_it_tells_of_the_batch_s_own_launches_and_the_device_s_schedule():
    shown = new(batch=1024)
    state = shown.state()
    assert (state["batch"], state["launches"]) == (1024, 8)
    assert state["cpu"] == pytest.approx(16e-3)
    plan = schedule(np.full(8, 2e-3) / state["speed"], state["order"])
    assert (state["device"], state["busy"]) == pytest.approx((plan.total, plan.busy))
    assert f"{1e3 * plan.total:.1f} ms" in shown.numbers.value and "8 launches" in shown.numbers.value


def test_moving_a_slider_changes_the_pictures_it_concerns():
    shown = new()
    cpu, far = shown.cpu_shown.value, shown.device_shown.value
    shown.set(order=2e-6)
    assert shown.cpu_shown.value == cpu and shown.device_shown.value != far
    shown.set(batch=1024)
    assert shown.cpu_shown.value != cpu


def test_the_task_is_reached_at_the_smallest_batch_that_keeps_the_device_busy_at_the_speed_asked_for():
    shown = new()
    shown.set(batch=1024)
    assert not shown.reached  # at another speed
    shown.set(speed=20)
    assert shown.reached and "✓ Reached: at batch 1,024" in shown.answer_line.value
    assert shown.smallest_worth_it(20, 10e-6) == 1024 and shown.smallest_worth_it(500, 20e-6) is None
    early = new()
    early.set(speed=20)
    assert not early.reached and "<details>" in early.answer_line.value


def test_alternative_text_has_no_number_of_this_machine_and_says_what_was_measured():
    slow, fast = (StepTimeline({16: step}, Measured(), task="", answer="") for step in (SMALL, LARGE))
    assert slow.alt() == fast.alt() and "No GPU has been measured yet." in slow.alt()
    assert "worked out" in slow.alt() and "8 launches" in slow.alt()
    bundle, _ = slow._repr_mimebundle_()
    assert bundle["text/plain"] == slow.alt() and "image/png" in bundle


def test_a_recorded_gpu_has_its_lanes_at_the_batches_where_it_was_measured_and_nowhere_else():
    recorded = Measured([("dense", "1,024", "2.50 ms", "2.00 ms", "315", "20 %")])
    recorded.where, recorded.steps = "Recorded on A <GPU>.", {1024: {"ms": 2.5, "host_ms": 2.3, "busy_ms": 0.5}}
    shown = new(recorded)
    assert shown.recorded_shown.layout.display == "none" and "Recorded on A &lt;GPU&gt;" in shown.measured_line.value
    low = shown.still().height
    shown.set(batch=1024)
    assert shown.recorded_shown.layout.display == "" and shown.still().height > low
    assert shown.recorded_shown.value != shown.device_shown.value


def test_of_several_runs_each_launch_counts_where_it_was_fastest():
    best = quietest(step_of(1.0, 5.0, 2.0), step_of(3.0, 4.0, 2.5))
    assert [launch.seconds for launch in best] == [1.0, 4.0, 2.0]


def test_every_control_has_a_label_and_every_part_its_class():
    shown = new()
    parts = {"batch": shown.batch, "speed": shown.speed, "order": shown.order, "cpu": shown.cpu_shown}
    for role, part in (parts | {"device": shown.device_shown, "numbers": shown.numbers}).items():
        assert f"vae-timeline-{role}" in part._dom_classes
    assert all(slider.description for slider in (shown.batch, shown.speed, shown.order))
    assert "No GPU has been measured yet." in shown.measured_line.value


def test_lanes_are_drawn_where_they_run_and_batches_where_they_stand():
    rows = {"this CPU": [("matrix products", np.array([0.0]), np.array([1e-3]))]}
    one = np.asarray(timeline.lanes(rows, "measured"))
    rows["this CPU"].append(("all else", np.array([1e-3]), np.array([1e-3])))
    two = np.asarray(timeline.lanes(rows, "measured"))
    assert one.shape == two.shape and (one != two).any()
    lines = {"this CPU": np.array([1e-3, 2e-3]), "orders": np.array([3e-3, 3e-3])}
    assert "this CPU, orders" in timeline.by_batch([4, 16], lines).alt


# ------------------------------------------------------------------- devices


def test_without_a_gpu_the_stand_in_is_found_and_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    place = devices.find()
    assert not place.live and repr(place) == devices.STAND_IN and "stand-in" in place.name
    tree = place.to({"a": [np.ones(2)], "steps": 3})
    assert type(tree["a"][0]) is StrictArray and tree["steps"] == 3
    assert {type(leaf) for leaf in tree_leaves(place.to(tree["a"]))} == {StrictArray}


def test_a_gpu_is_found_named_and_used(cupy_of_one_gpu):
    place = devices.find()
    assert place.live and place.name == "A GPU, CuPy 14.2"
    assert type(place.to([np.ones(2)])[0]) is StrictArray


@pytest.fixture
def cupy_of_one_gpu(monkeypatch):
    module = strict_array.as_cupy()
    module.__version__, module.is_available = "14.2", lambda: True
    module.cuda = SimpleNamespace(runtime=SimpleNamespace(getDeviceProperties=lambda number: {"name": b"A GPU"}))
    monkeypatch.setitem(sys.modules, "cupy", module)
