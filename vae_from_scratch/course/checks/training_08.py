"""Lesson 8: the loop that trains. Claims that are true of it, and hints."""

import numpy as np

from vae_from_scratch import training, vae
from vae_from_scratch.course.checks import Case, Claim, Task, furthest, near
from vae_from_scratch.course.checks.fixture_08 import EPSILON, PARAMS, X
from vae_from_scratch.course.checks.loops_08 import ADAM, BATCHES, LINE, collected, squares
from vae_from_scratch.course.checks.mistakes_08_training import MISTAKES
from vae_from_scratch.optimizers import momentum, sgd

_NOTHING = [(np.zeros(1),), (np.zeros(1),)]
_IMAGES = [(X, EPSILON), (X[::-1].copy(), 0.5 * EPSILON)]
_UNDER_WAY = list(training.train(LINE, BATCHES[::-1], ADAM, squares))[-1][2]


def _half_square(params, x):
    return 0.5 * np.sum(params["w"] ** 2)


def _slope(params, x):
    return np.sum(params["w"])


def _steeper(params, x, epsilon):
    return np.mean(np.sum((vae.decode(params, epsilon) - x) ** 2, axis=-1)) - 99.0  # below 0 a loss may be, too


# ---- claims --------------------------------------------------------------------------------------


def _halves(f):
    value, params, *_ = f({"w": np.array([1.0])}, _NOTHING, sgd(0.5), _half_square)
    if not near(params, [[0.5], [0.25]]):
        return f"With yours they are {_listed(params)}."
    return near(value, [0.5, 0.125]) or f"With yours the values are {_listed(value)}."


def _momentum_builds_up(f):
    _, params, *_ = f({"w": np.array([1.0])}, _NOTHING, momentum(1.0), _slope)
    return near(params, [[0.0], [-1.9]]) or f"With yours it arrives at {_listed(params)}."


def _one_at_a_time(f):
    (*_, taken), want = f(LINE, BATCHES, ADAM, squares), np.arange(1.0, 6.0)
    if near(taken, want):
        return True
    if not taken[0]:
        return "Yours gives all its steps at once, or only one of them."
    if len(taken) != 5:
        return f"Of 5 batches yours makes {len(taken)} steps."
    (i,) = furthest(taken, want)
    return f"When yours hands out step {i + 1}, {taken[i]:.0f} of the 5 batches have been taken."


def _listed(numbers):
    return " and ".join(f"{float(number):.4g}" for number in np.ravel(numbers))


def _stops_before_harm(f):
    endless = [(np.full((7, 3), np.inf), np.zeros(7))]
    try:
        with np.errstate(all="ignore"):
            params = f(LINE, endless, ADAM, squares)[1]
    except Exception:
        return True
    return bool(np.all(np.isfinite(params))) or "Yours goes on with parameters that are no numbers."


def _batch_like_params(f):
    seen = []

    def loss(params, x):
        seen.append(x.dtype)
        return _half_square(params, x)

    f({"w": np.ones(1, np.float32)}, _NOTHING, sgd(0.5), loss)
    return all(dtype == np.float32 for dtype in seen)


TASKS = (
    Task(
        reference=training.train,
        lesson=8,
        fixture=(LINE, BATCHES, ADAM, squares),
        axes={5: "steps", 3: "weights", 7: "examples"},
        parts=("value", "params", "state", "the number of batches taken"),
        use=collected,
        by_hand=(
            Claim(
                "Two steps of sgd at rate ½ on the loss ½w² bring w from 1 to ½ and ¼; the losses are ½ and ⅛.",
                _halves,
                "The slope of ½w² is w. The value is the loss of the parameters that go into the step; what comes out"
                " of it are new parameters.",
            ),
        ),
        properties=(
            Claim(
                "With momentum on a steady slope the second step is longer: from 1 to 0, then to -1.9.",
                _momentum_builds_up,
                "The optimizer remembers in its state. Where does the state of one step go, and where does the next get"
                " it from?",
            ),
            Claim(
                "It hands out each step before it takes the next batch.",
                _one_at_a_time,
                "`yield` inside the loop, and no `list(batches)`: somebody watches, and may want to stop.",
            ),
        ),
        extremes=(
            Claim(
                "An infinite loss stops it, with the last parameters still good.",
                _stops_before_harm,
                "`value_and_grad` of this course raises `NonFinite` before any update.",
                needed=False,
            ),
            Claim(
                "The loss gets each batch in the dtype of the parameters.",
                _batch_like_params,
                "`like(batch, params)`, from `vae_from_scratch.device`, sees to that, and on a GPU it brings the batch"
                " there.",
                needed=False,
            ),
        ),
        also=(
            Case("with the default loss, on a VAE", (PARAMS, _IMAGES, sgd(0.1))),
            Case(
                "with another loss, on a VAE",
                (PARAMS, _IMAGES, sgd(0.1), _steeper),
                hint="Its values are below 0. Is `loss` handed on, and its value as it is?",
            ),
            Case("with batches (x, epsilon, beta)", (PARAMS, [(*batch, 3.0) for batch in _IMAGES], sgd(0.1), vae.loss)),
            Case("when it goes on from a state", (LINE, BATCHES, ADAM, squares, _UNDER_WAY)),
            Case("with a single batch", (LINE, BATCHES[:1], ADAM, squares)),
        ),
        hints=(
            "One step is three things: how good the parameters are and where the slope points, new parameters, a"
            " report to whoever watches. Which of them has to be remembered from step to step, and who knows what the"
            " optimizer starts with?",
            "`value_and_grad(loss)` is a function of (params, *batch) that gives value and grads;"
            " `optimizer.update(params, grads, state)` gives new params and a new state; `yield value, params, state`"
            " hands out a step and waits. In front of the loop: `optimizer.init(params)`, unless a state came in.",
            "A skeleton:\n\n    state = optimizer.init(params) if state is None else …\n"
            "    for batch in batches:\n"
            "        value, grads = autodiff.value_and_grad(loss)(params, *device.like(batch, params))\n"
            "        params, state = …\n"
            "        yield …",
        ),
        why="A generator leaves the loop to its caller: who watches, counts or stops does so between two steps. All"
        " that a run is lies in what it hands out, so a run can be taken up again from there.",
        mistakes=MISTAKES,
    ),
)
