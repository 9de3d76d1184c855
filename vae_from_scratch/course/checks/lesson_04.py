"""Lesson 4: Adam's step and the cutting of codes to bits; the networks are in networks_04."""

import numpy as np

from vae_from_scratch import autoencoder, optimizers
from vae_from_scratch.course.checks import Case, Claim, Task, each_shown, near, networks_04, shown, wrong_number
from vae_from_scratch.course.checks import mistakes_04_adam as adam
from vae_from_scratch.course.checks import mistakes_04_quantize as quantize

_rng = np.random.default_rng(40)
_PARAM, _GRAD = _rng.standard_normal((2, 5, 7))
_UNDER_WAY = (0.4 * _rng.standard_normal((5, 7)), 0.1 + _rng.random((5, 7)), 4)
_FRESH = (np.zeros((5, 7)), np.zeros((5, 7)), 0)
_CODE = 1.3 * _rng.standard_normal((53, 3)) + 0.4
_LOW, _HIGH = np.array([-1.5, -1.0, -0.5]), np.array([1.2, 2.0, 1.7])

# ---- Adam ----------------------------------------------------------------------------------------


def stepped(f, param, grad, state, learning_rate, *constants):
    """What an answer returns, its count of steps as a float; it may overwrite the moments, as the core's own does."""
    m, v, steps = state
    got = f(param, grad, (np.array(m), np.array(v), steps), learning_rate, *constants)
    match got:
        case (after, (np.ndarray() as m, v, int(steps))):
            return after, (m, v, m.dtype.type(steps))
    return got


def _first_step(f):
    after, _ = f(np.array([1.0, 1.0]), np.array([2.0, -0.01]), (np.zeros(2), np.zeros(2), 0), 0.1)
    return near(after, [0.9, 1.1]) or f"With yours they come to {' and '.join(each_shown(after, [0.9, 1.1]))}."


def _moments_by_hand(f):
    _, (m, v, steps) = f(np.array([1.0]), np.array([2.0]), (np.array([1.0]), np.array([1.0]), 9), 0.1)
    if not (near(m, [1.1]) and near(v, [1.003])):
        return f"With yours m is {shown(m[0], 1.1)} and v is {shown(v[0], 1.003)}."
    return near(steps, 10.0) or f"With yours the number of steps is {shown(steps, 10.0)}."


def _tenth_step(f):
    after, _ = f(np.array([1.0]), np.array([2.0]), (np.array([1.0]), np.array([1.0]), 9), 0.1)
    want = [1 - 0.1 * 1.1 / (1 - 0.9**10) / np.sqrt(1.003 / (1 - 0.999**10))]
    return near(after, want) or f"With yours it comes to {wrong_number(after, want)}."


def _scale_free(f):
    small, large = (f(_PARAM, k * _GRAD, (k * _UNDER_WAY[0], k * k * _UNDER_WAY[1], 4), 0.1)[0] for k in (1, 10))
    return near(large, small) or "With yours the parameter comes to something else."


def _never_lit(f):
    after, _ = f(np.ones((1, 3)), np.zeros((1, 3)), (np.zeros((1, 3)), np.zeros((1, 3)), 0), 0.1)
    return near(after, np.ones((1, 3))) or "With yours it becomes infinite or moves."


# ---- bits ----------------------------------------------------------------------------------------


def _one_bit(f):
    got = f(np.array([[0.2, 0.9]]), 0.0, 1.0, 1)
    small, large = each_shown(got, [[0.25, 0.75]])
    return near(got, [[0.25, 0.75]]) or f"Yours makes {small} of 0.2 and {large} of 0.9."


def _no_bits(f):
    got = f(_CODE, _LOW, _HIGH, 0)
    return near(got, np.broadcast_to((_LOW + _HIGH) / 2, (53, 3))) or "Yours gives something else."


def _as_many_values(f):
    found = max(len(np.unique(np.round(column, 9))) for column in f(_CODE, _LOW, _HIGH, 2).T)
    return found <= 4 or f"Yours has {found} in one column."


def _half_a_cell(f):
    code = np.clip(_CODE, _LOW, _HIGH)
    furthest = float(np.max(np.abs(f(code, _LOW, _HIGH, 4) - code) / (_HIGH - _LOW)))
    return furthest <= 1 / 32 + 1e-6 or f"With yours one moves by {16 * furthest:.3g} cells."


TASKS = (
    *networks_04.TASKS,
    Task(
        reference=optimizers.adam_step,
        lesson=4,
        fixture=(_PARAM, _GRAD, _UNDER_WAY, 0.1),
        axes={5: "rows", 7: "columns"},
        parts=("param", "m", "v", "steps"),
        use=stepped,
        by_hand=(
            Claim(
                "From fresh moments the first step moves every entry by just the learning rate, against the sign of"
                " its gradient: 1 and 1 with gradients 2 and -0.01 come to 0.9 and 1.1.",
                _first_step,
                "After one step m is (1 - beta1) · grad and v is (1 - beta2) · grad². Undo those two factors, and the"
                " quotient m / √v is grad / |grad|.",
            ),
            Claim(
                "With moments 1 and 1, gradient 2 and 9 steps behind it, m becomes 1.1, v 1.003, and the steps 10.",
                _moments_by_hand,
                "0.9 · 1 + 0.1 · 2, and 0.999 · 1 + 0.001 · 2². What goes into the state are these, not the corrected"
                " ones.",
            ),
            Claim(
                "There, at rate 0.1, a parameter of 1 comes to 0.9832.",
                _tenth_step,
                "It is the tenth step: 1 - 0.9¹⁰ is 0.651 and 1 - 0.999¹⁰ is 0.00996. By which of them is m divided,"
                " and by which v?",
            ),
        ),
        properties=(
            Claim(
                "Gradients ten times as large, in the past too, make the same step.",
                _scale_free,
                "m grows by 10 and v by 100. By what do you divide, then?",
            ),
        ),
        extremes=(
            Claim(
                "Where the gradient has always been 0, nothing moves.",
                _never_lit,
                "0 / 0 is not a number: that is what eps is there for.",
            ),
        ),
        also=(
            Case("at the first step", (_PARAM, _GRAD, _FRESH, 0.1)),
            Case("with tiny gradients", (_PARAM, 1e-7 * _GRAD, _FRESH, 0.1), hint="Where does eps stand?"),
            Case("where a gradient has always been 0", (_PARAM, _GRAD * [1, 1, 1, 1, 1, 1, 0], _FRESH, 0.1)),
            Case("with other constants", (_PARAM, _GRAD, _UNDER_WAY, 0.1, 0.8, 0.99, 1e-3)),
        ),
        lesson_size=lambda: (np.ones((784, 256)), np.ones((784, 256)), (*np.zeros((2, 784, 256)), 0), 0.1),
        hints=(
            "Two running averages are kept: one of the gradients and one of their squares. What does each become when"
            " a new gradient comes in, and what is wrong with both after one step?",
            "m ← beta1 · m + (1 - beta1) · grad, and v likewise with grad². With t the number of steps, this one"
            " included, m_hat = m / (1 - beta1**t) and v_hat likewise. The step is rate · m_hat / (√v_hat + eps).",
            "A skeleton:\n\n    m, v, steps = state\n    steps = steps + 1\n    m = beta1 * m + …\n    v = …\n"
            "    m_hat, v_hat = m / (1 - beta1**steps), …\n    return param - …, (m, v, steps)",
        ),
        why="m says where to, √v how large the gradients are; their quotient has no unit, so that one learning rate"
        " serves all entries. Both averages begin at zero and hold only the share 1 - beta**t of what they will:"
        " dividing by that share makes them right from the first step on.",
        mistakes=adam.MISTAKES,
    ),
    Task(
        reference=autoencoder.quantize,
        lesson=4,
        fixture=(_CODE, _LOW, _HIGH, 3),
        axes={53: "examples", 3: "numbers of the code"},
        by_hand=(
            Claim(
                "One bit from 0 to 1 makes two cells: 0.2 becomes 0.25, and 0.9 becomes 0.75.",
                _one_bit,
                "Draw the range from 0 to 1 and cut it in two. Where are the middles of the halves?",
            ),
        ),
        properties=(
            Claim("With 2 bits no column has more than 4 different numbers.", _as_many_values, "2**bits cells each."),
            Claim(
                "Inside the range nothing moves by more than half a cell.",
                _half_a_cell,
                "Each number goes to the middle of the cell that it is in.",
            ),
            Claim("With 0 bits everything goes to the middle of its range.", _no_bits, "2**0 is one cell."),
        ),
        also=(
            Case("with one low and one high for all", (_CODE, -1.0, 1.5, 3)),
            Case("with 1 bit", (_CODE, _LOW, _HIGH, 1)),
            Case("with 6 bits", (_CODE, _LOW, _HIGH, 6)),
            Case("with one code alone", (_CODE[:1], _LOW, _HIGH, 3)),
        ),
        lesson_size=lambda: (np.ones((1000, 8), np.float32), np.zeros(8), np.full(8, 2.0), 4),
        hints=(
            "b bits can name 2**b cells. How wide is one, in which one does a number lie, and which point of that cell"
            " should stand for it?",
            "(code - low) / (high - low) is 0 at low and 1 at high; times 2**bits, and rounded down with `np.floor`,"
            " it is the number of the cell. Clip that to 0 … 2**bits - 1, add ½, and go the same way back.",
            "A skeleton:\n\n    cells = 2**bits\n    cell = np.clip(np.floor(…), 0, …)\n"
            "    return low + (cell + 0.5) / … * (high - low)",
        ),
        why="The number of the cell is what b bits can say; its middle is the best guess of somebody who knows only the"
        " cell. One bit more halves the width of the cells.",
        mistakes=quantize.MISTAKES,
    ),
)
