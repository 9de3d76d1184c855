"""Lesson 9: generating images, their nearest neighbors, and the line between two latents. Claims and hints."""

import numpy as np

from vae_from_scratch import evaluation, vae
from vae_from_scratch.course.checks import Case, Claim, Task, each_shown, gives, near, neighbors_09
from vae_from_scratch.course.checks.fixture_08 import (
    AXES,
    DRAWS,
    EPSILON,
    OTHER_MODEL,
    PARAMS,
    ZEROS,
    lesson_params,
    with_head,
)
from vae_from_scratch.course.checks.mistakes_09 import END, FRACTIONS, INTERPOLATE, NEIGHBORS, REFERENCE, START, X
from vae_from_scratch.course.checks.mistakes_09_generate import GENERATE, UNIFORMS

_rng = np.random.default_rng(91)
_MORE_UNIFORMS = _rng.random((11, 5, 7))
_SURE = with_head(ZEROS, "decoder", "logits", b=[1000.0, -1000.0, 1000.0, -1000.0, 1000.0, -1000.0, 1000.0])
_THREE_QUARTERS = with_head(ZEROS, "decoder", "logits", b=np.log(3.0))

# ---- generating ----------------------------------------------------------------------------------


def _even_odds(f):
    return gives(f(ZEROS, EPSILON), np.full((5, 7), 0.5))


def _means_of_three_quarters(f):
    return gives(f(_THREE_QUARTERS, EPSILON), np.full((5, 7), 0.75))


def _two_coins(f):
    below, above = (f(_THREE_QUARTERS, EPSILON[:1], np.full((1, 7), u))[0, 0] for u in (0.74, 0.76))
    seen = " and ".join(each_shown([below, above], [1.0, 0.0]))
    return near([below, above], [1.0, 0.0]) or f"Yours gives {seen}."


def _no_encoder(f):
    return near(f({"decoder": PARAMS["decoder"]}, EPSILON), vae.generate(PARAMS, EPSILON))


def _ink_and_paper(f):
    got = f(PARAMS, np.concatenate(DRAWS), np.concatenate(_MORE_UNIFORMS))
    return bool(np.all((got == 0) | (got == 1))) or "Yours has other numbers among them."


def _as_often_as_said(f):
    means, N = vae.generate(PARAMS, EPSILON[:1])[0], 10_007
    uniforms = np.random.default_rng(92).random((N, 7))
    share = np.mean(f(PARAMS, np.repeat(EPSILON[:1], N, axis=0), uniforms), axis=0)
    off = np.abs(share - means) / np.sqrt(means * (1 - means) / N)
    at = np.argmax(off)
    return bool(off[at] < 4.5) or f"With yours a pixel of probability {means[at]:.2f} is lit in {share[at]:.2f} of all."


def _certain(f):
    means, draws = f(_SURE, EPSILON), f(_SURE, EPSILON, UNIFORMS)
    want = np.tile([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0], (5, 1))
    return (near(means, want) and near(draws, want)) or "There yours is something else."


# ---- the line between two latents ----------------------------------------------------------------


def _ends(f):
    got = f(np.array([0.0, 0.0, 4.0]), np.array([2.0, 0.0, 0.0]), np.array([0.0, 1.0]))
    first, last = (np.round(point, 3).tolist() for point in got)
    return near(got, [[0.0, 0.0, 4.0], [2.0, 0.0, 0.0]]) or f"Yours goes from {first} to {last}."


def _half_way(f):
    got = f(np.array([0.0, 0.0, 4.0]), np.array([2.0, 0.0, 0.0]), np.array([0.5]))
    return near(got, [[1.0, 0.0, 2.0]]) or f"Yours is at {np.round(np.ravel(got)[:3], 3).tolist()}."


def _equal_steps(f):
    steps = np.diff(f(START, END, np.linspace(0, 1, 11)), axis=0)
    return near(steps, np.tile(steps[0], (10, 1))) or "With yours the steps differ in length or in direction."


def _way_back(f):
    return near(f(END, START, 1 - FRACTIONS), f(START, END, FRACTIONS)) or "With yours the way back is another way."


TASKS = (
    Task(
        reference=vae.generate,
        lesson=9,
        fixture=(PARAMS, EPSILON, UNIFORMS),
        axes=AXES,
        by_hand=(
            Claim(
                "With all parameters zero every mean is ½.",
                _even_odds,
                "There the decoder says logit 0. Which probability is that, and which function turns logits into it?",
            ),
            Claim("A logit of ln 3 is a mean of ¾.", _means_of_three_quarters, "Odds of 3 to 1: sigmoid(ln 3) = ¾."),
            Claim(
                "With mean ¾, a uniform number of 0.74 draws ink, and one of 0.76 paper.",
                _two_coins,
                "A uniform number lies below p with probability p. So which comparison gives ink?",
            ),
        ),
        properties=(
            Claim(
                "No encoder is needed.",
                _no_encoder,
                "What is handed in may be `{'decoder': …}` and nothing else: z is there already.",
            ),
            Claim("Draws are ink or paper, 1 or 0.", _ink_and_paper, "Compare, and make numbers of the answer."),
            Claim(
                "Of 10,007 draws, each pixel is lit about as often as its mean says.",
                _as_often_as_said,
                "Every pixel of every image has its own uniform number.",
            ),
        ),
        extremes=(
            Claim(
                "At logits ±1000, means and draws are ink and paper for certain.",
                _certain,
                "A sigmoid of 1000 is 1, of -1000 is 0, and a uniform number is always below 1 and never below 0.",
            ),
        ),
        also=(
            Case("without uniforms: the means", (PARAMS, EPSILON)),
            Case(
                "with 11 draws of z for each of 5, and as many uniforms", (PARAMS, DRAWS, _MORE_UNIFORMS), needed=False
            ),
            Case("with another model", (PARAMS, EPSILON, UNIFORMS, OTHER_MODEL), hint="Use `model.decode`."),
            Case("with another model's means", (PARAMS, EPSILON, None, OTHER_MODEL), hint="Use `model.decode`."),
            Case("with one z alone", (PARAMS, EPSILON[:1], UNIFORMS[:1])),
            Case(
                "where a uniform number equals the mean",
                (ZEROS, EPSILON, np.full((5, 7), 0.5)),
                needed=False,
                hint="Uniform numbers come from [0, 1): 0 is possible, 1 is not. Only with `<` does a mean of 0 never"
                " light its pixel.",
            ),
            Case("for pixels that are certain", (_SURE, EPSILON), hint="Is it finite at logits of ±1000?"),
        ),
        lesson_size=lambda: (lesson_params(), np.zeros((100, 16), np.float32), np.full((100, 784), 0.5, np.float32)),
        hints=(
            "What does the decoder return for a z, and what turns that into a probability of ink? When is a coin that"
            " falls on ink with that probability decided, if you have a number that is uniform between 0 and 1?",
            "means = sigmoid(model.decode(params, z)). Without uniforms they are the answer; with uniforms a pixel is 1"
            " where its uniform number is below its mean. `.astype(means.dtype)` makes numbers of True and False.",
            "A skeleton:\n\n    means = ops.sigmoid(…)\n"
            "    return means if uniforms is None else (… < …).astype(means.dtype)",
        ),
        why="The decoder gives one probability for each pixel, and given z the pixels are independent coins. A uniform"
        " number lies below p with probability p, so one comparison throws them all.",
        mistakes=GENERATE,
    ),
    Task(
        reference=evaluation.nearest_neighbors,
        lesson=9,
        fixture=(X, REFERENCE),
        axes={5: "examples", 11: "references", 7: "pixels"},
        parts=("indices", "the array of squared distances"),
        use=neighbors_09.found,
        by_hand=(
            Claim(
                "Of the references 0, 5 and 9, the nearest to 3 is index 1, at a squared distance of 4.",
                neighbors_09.on_a_line,
                "(3 - 5)² = 4. For each example: the place of the least squared distance, and that distance.",
            ),
            Claim(
                "From (0, 0), the point (3, 4) is nearer than (7, 0), at 25.",
                neighbors_09.three_four_five,
                "3² + 4²: squares, added up over the pixels, with no root taken.",
            ),
        ),
        properties=(
            Claim(
                "Among the references themselves everyone is nearest to itself, at 0.",
                neighbors_09.itself,
                "Look at |x|² - 2 x·r + |r|² with r = x: what must come out?",
            ),
            Claim(
                "Moving examples and references alike changes nothing.",
                neighbors_09.moved,
                "A distance depends on x - r alone. Is a term of |x - r|² missing, or its factor wrong?",
            ),
        ),
        extremes=(
            Claim(
                "No squared distance is below 0, in float32 either.",
                neighbors_09.never_negative,
                "Three large terms can cancel to a hair below 0. Right otherwise; `np.maximum(…, 0)` cuts it off, lest"
                " somebody takes a root of it.",
                needed=False,
            ),
        ),
        also=(
            Case("with one example alone", (X[:1], REFERENCE)),
            Case("with one reference for all", (X, REFERENCE[:1])),
            Case("with black and white images", (1.0 * (X > 0.4), 1.0 * (REFERENCE > 0.3) + 0.01 * REFERENCE)),
        ),
        lesson_size=lambda: (np.ones((50, 784), np.float32), np.zeros((1000, 784), np.float32)),
        hints=(
            "How would you fill a table of squared distances with a row for each example and a column for each"
            " reference, and where in a row is the answer?",
            "|x - r|² = |x|² - 2 x·r + |r|². For all pairs: a column (N, 1), a product (N, M), a row (M,); broadcasting"
            " does the rest. Then `np.argmin` and `np.min` along a row.",
            "A skeleton:\n\n    squared = np.sum(x**2, axis=1)[:, None] - 2 * x @ … + np.sum(…)\n"
            "    return np.argmin(squared, axis=…), np.maximum(np.min(squared, axis=…), 0)",
        ),
        why="Multiplied out, all N times M distances cost one matrix product and no array of N times M times D numbers,"
        " which for 1,000 and 4,000 digits would take 12 GB.",
        mistakes=NEIGHBORS,
    ),
    Task(
        reference=vae.interpolate,
        lesson=9,
        fixture=(START, END, FRACTIONS),
        axes={3: "latents", 11: "points"},
        by_hand=(
            Claim(
                "From (0, 0, 4) to (2, 0, 0), fraction 0 is the start, and fraction 1 the end.",
                _ends,
                "Put t = 0 into your formula, then t = 1. What is left?",
            ),
            Claim(
                "Half way from (0, 0, 4) to (2, 0, 0) lies (1, 0, 2).",
                _half_way,
                "Latent by latent, half of the one and half of the other.",
            ),
        ),
        properties=(
            Claim(
                "Equal steps of the fraction are equal steps, in length and direction.",
                _equal_steps,
                "That is what straight means: t enters as it is, with no root, sine or length.",
            ),
            Claim(
                "The way back leads over the same points.",
                _way_back,
                "Swap start and end and take 1 - t for t: the formula should not notice.",
            ),
        ),
        also=(
            Case("with one fraction alone", (START, END, FRACTIONS[:1])),
            Case("with as many fractions as latents", (START, END, FRACTIONS[:3])),
            Case(
                "beyond the ends", (START, END, 3 * FRACTIONS - 1), hint="The line goes on there: is something cut off?"
            ),
            Case("between two like places", (START, START, FRACTIONS)),
        ),
        lesson_size=lambda: (np.zeros(16, np.float32), np.ones(16, np.float32), np.linspace(0, 1, 100)),
        hints=(
            "Where are you after the fraction t of the way from start to end: for one latent, and for t = 0, ½ and 1?",
            "(1 - t) · start + t · end, for each t a row of L latents. `fractions[:, None]` is a column (K, 1), and"
            " broadcasting makes (K, L) of it and (L,).",
            "A skeleton:\n\n    fractions = fractions[:, None]\n    return … * start + … * end",
        ),
        why="Each point is a weighted mean of the two ends, and a column of weights makes all points at once.",
        mistakes=INTERPOLATE,
    ),
)
