"""Lesson 15: the bound on log p(x | y), and the gap between latents: claims that are true of them, and hints."""

import numpy as np

from vae_from_scratch import conditional, evaluation
from vae_from_scratch.course.checks import Case, Claim, Summand, Task, each_shown, gives, near, shown
from vae_from_scratch.course.checks.fixture_08 import with_head
from vae_from_scratch.course.checks.mistakes_15 import EPSILON, PARAMS, TOLD, X, Y
from vae_from_scratch.course.checks.mistakes_15_gap import ENTROPY, GAP, INFORMATION
from vae_from_scratch.distributions import bernoulli_log_prob, kl_to_standard_normal, reparameterize
from vae_from_scratch.pytree import tree_map

_rng = np.random.default_rng(1515)
_NARROW = with_head(PARAMS, "encoder", "log_var", W=0.0, b=-20.0)
_ZEROS = tree_map(np.zeros_like, PARAMS)
_COIN = 7 * np.log(2)
_MANY = (_rng.random((53, 7)) < 0.4).astype(float), np.eye(11)[np.arange(53) % 11], _rng.standard_normal((53, 3))

# ---- claims about the bound ----------------------------------------------------------------------


def _nothing_known(f):
    return gives(f(_ZEROS, X, Y, EPSILON), np.full(5, -_COIN))


def _only_the_label_in_the_decoder(params, bias):
    """Parameters, otherwise zero, whose decoder lights every pixel of class 2 with logit `bias`, and of no other."""
    decoder = dict(params["decoder"])
    W, b = decoder["label"]
    rows = W.copy()
    rows[2] = 1.0
    decoder["label"] = rows, b
    weights, biases = decoder["logits"]
    decoder["logits"] = np.full_like(weights, bias / weights.shape[0]), biases
    return {**params, "decoder": decoder}


def _class_2_is_lit(f):
    params = _only_the_label_in_the_decoder(_ZEROS, 3.0)
    lit = np.ones((2, 7))
    got = f(params, lit, np.eye(11)[[2, 5]], EPSILON[:2])
    want = [-7 * np.log1p(np.exp(-3.0)), -_COIN]
    two, five = each_shown(got, want)
    return near(got, want) or f"Yours gives {two} for the 2, and {five} for the 5."


def _what_z_costs(f):
    params = with_head(with_head(_ZEROS, "encoder", "mean", b=1.0), "encoder", "log_var", b=np.log(4.0))
    return gives(f(params, X, Y, EPSILON), np.full(5, -_COIN - 6 + 3 * np.log(2)))


def _at_the_mean(f):
    log_p, kl = _parts(PARAMS, X, Y, 0 * EPSILON)
    return near(f(PARAMS, X, Y, 0 * EPSILON), log_p - kl) or "With yours it is another."


def _width_is_noise(f):
    """What the image costs under posteriors of variance 4, and under those of variance 1 with twice the noise."""
    wide, plain = (with_head(PARAMS, "encoder", "log_var", W=0.0, b=np.log(variance)) for variance in (4.0, 1.0))
    pairs = (wide, EPSILON), (plain, 2 * EPSILON)
    one, other = (f(params, X, Y, epsilon) + _parts(params, X, Y, epsilon)[1] for params, epsilon in pairs)
    return near(one, other) or "With yours it is not so."


def _never_above_zero(f):
    got = f(PARAMS, X, Y, EPSILON)
    return bool(np.all(got <= 0)) or f"Yours is above 0 for {np.sum(got > 0)} of 5 images."


def _labels_go_with_images(f):
    order = [3, 0, 4, 1, 2]
    got = f(PARAMS, X[order], Y[order], EPSILON[order])
    return near(got, f(PARAMS, X, Y, EPSILON)[order]) or "With yours some image's bound is another then."


# ---- parts of the bound, for an answer that nobody listed ----------------------------------------


def _parts(params, x, y, epsilon):
    mean, log_var = conditional.encode(params, x, y)
    logits = conditional.decode(params, reparameterize(mean, log_var, epsilon), y)
    return bernoulli_log_prob(x, logits), kl_to_standard_normal(mean, log_var)


def _size():
    rng = np.random.default_rng(0)
    params = conditional.init(rng, 10, 784, (200,), 8)
    labels = np.eye(10, dtype=np.float32)[np.arange(50) % 10]
    x = (rng.random((50, 784)) < 0.2).astype(np.float32)
    return params, x, labels, rng.standard_normal((50, 8), np.float32)


# ---- claims about the gap ------------------------------------------------------------------------


def _by_hand(f):
    return gives(f(np.array([[0.1, 0.9, 0.3]]), np.array([1.2])), [0.5])


def _one_each(f):
    return gives(f(np.array([[0.0, 1.5, 0.0], [0.7, 0.0, 0.0]]), np.array([1.5, 0.7])), [1.0, 1.0])


def _a_tie(f):
    got = f(np.array([[0.2, 0.8, 0.8]]), np.array([1.0]))
    return bool(abs(float(got[0])) < 1e-9) or f"Yours gives {shown(got[0], 0.0)}."


def _numbers_mean_nothing(f):
    return near(f(INFORMATION[:, ::-1], ENTROPY), f(INFORMATION, ENTROPY)) or "With yours it is another then."


def _in_bits(f):
    bits = INFORMATION / np.log(2), ENTROPY / np.log(2)
    return near(f(*bits), f(INFORMATION, ENTROPY)) or "With yours it is another in bits."


TASKS = (
    Task(
        reference=conditional.elbo,
        lesson=15,
        fixture=(PARAMS, X, Y, EPSILON),
        axes={5: "examples", 7: "pixels", 3: "latents", 11: "classes", 13: "hidden units"},
        by_hand=(
            Claim(
                "With all parameters zero it is -ln 2 for every pixel, -4.852 for seven, whatever the label.",
                _nothing_known,
                "Zero logits are fair coins, and q is the prior: the KL is 0. Which sign has a bound on a"
                " log-probability?",
            ),
            Claim(
                "A decoder that lights every pixel at logit 3 for a 2, and knows nothing of other classes, charges a"
                " lit image 7 log(1 + e⁻³) as a 2 and 7 ln 2 as a 5.",
                _class_2_is_lit,
                "The decoder has to hear the label: p(x | z, y).",
            ),
            Claim(
                "Where the decoder knows nothing, three latents of mean 1 and variance 4 cost 6 - 3 ln 2 nats besides.",
                _what_z_costs,
                "Each latent's KL from N(0, 1), by lesson 6, is 2 - ln 2 there. With which sign does it enter a bound?",
            ),
        ),
        properties=(
            Claim("It is never above 0, as no probability is above 1.", _never_above_zero, "Both terms are costs."),
            Claim(
                "Where epsilon is 0, it is log p(x | z, y) at the mean, less the KL.",
                _at_the_mean,
                "Which z does the decoder get if nothing is drawn, and is it asked about this x?",
            ),
            Claim(
                "Posteriors twice as wide are to the decoder what twice the noise is.",
                _width_is_noise,
                "z = mean + std · epsilon. How does std come from log_var?",
            ),
            Claim(
                "When images change places, with their labels and noise, so do their bounds.",
                _labels_go_with_images,
                "Row n of `y` belongs to row n of `x`.",
            ),
        ),
        also=(
            Case("with one image alone", (PARAMS, X[:1], Y[:1], EPSILON[:1])),
            Case("with every image called a 9", (PARAMS, X, np.tile(np.eye(11)[9], (5, 1)), EPSILON)),
            Case(
                "with posteriors of hardly any width",
                (_NARROW, X, Y, EPSILON),
                hint="There log_var is near -20: is it cut off anywhere?",
            ),
        ),
        differentiate=(0,),
        summands=(
            Summand("log p(x | z, y)", lambda p, x, y, e: _parts(p, x, y, e)[0], 1),
            Summand("KL", lambda p, x, y, e: _parts(p, x, y, e)[1], -1),
            Summand("of a constant", lambda p, x, y, e: np.ones(len(x)), 0),
        ),
        fit_on=(PARAMS, *_MANY),
        lesson_size=_size,
        hints=(
            "Write lesson 8's bound and put “given y” behind every bar where it can stand. Which of q, p(x | z) and"
            " p(z) hear the label?",
            "mean, log_var = conditional.encode(params, x, y); a draw z; log p(x | z, y) with"
            " conditional.decode(params, z, y), less KL(q ‖ N(0, I)): shape (N,). Or hand lesson 8's bound"
            " another Model: `vae.elbo(…, model=conditional.given(y))`, by its name, for the place after epsilon is"
            " beta's.",
            "A skeleton:\n\n    mean, log_var = conditional.encode(…)\n    z = distributions.reparameterize(…)\n"
            "    return distributions.bernoulli_log_prob(x, …) - distributions.kl_to_standard_normal(…)",
        ),
        why="Every step of the derivation holds with y given throughout. So lesson 8's bound serves as it is: only the"
        " networks in the Model hear one thing more. The prior was chosen not to depend on y.",
        mistakes=TOLD,
    ),
    Task(
        reference=evaluation.mig,
        lesson=15,
        fixture=(INFORMATION, ENTROPY),
        axes={5: "factors", 11: "latents"},
        by_hand=(
            Claim(
                "Latents that tell 0.1, 0.9 and 0.3 nats of a factor's 1.2 leave a gap of 0.5.",
                _by_hand,
                "0.9 leads, 0.3 is next: 0.6 nats ahead. Of how many that there are to tell?",
            ),
            Claim(
                "Where one latent tells all of a factor and the others nothing, the gap is 1.",
                _one_each,
                "Each factor has its own most telling latent and its own entropy.",
            ),
        ),
        properties=(
            Claim(
                "Two latents that tell equally much leave no gap.",
                _a_tie,
                "First less second, and they are equal. Was the best taken out by its value? Then its equal went, too.",
            ),
            Claim(
                "It does not matter which number a latent has.",
                _numbers_mean_nothing,
                "Rank the latents for each factor: `np.sort` along the axis of the latents.",
            ),
            Claim("It is the same in bits as in nats.", _in_bits, "A fraction has no unit."),
        ),
        also=(
            Case("with two latents", (INFORMATION[:, :2], ENTROPY)),
            Case("with one factor alone", (INFORMATION[:1], ENTROPY[:1])),
        ),
        lesson_size=lambda: (np.tile(INFORMATION, (100, 1)), np.tile(ENTROPY, 100)),
        hints=(
            "Take one row of the table, what each latent tells about one factor. Which two of its numbers decide"
            " whether this factor has a latent of its own?",
            "The largest less the second largest, in each row, over that factor's entropy: (F,). `np.sort(information,"
            " axis=1)` has the largest last.",
            "A skeleton:\n\n    ranked = np.sort(information, axis=1)\n    return (ranked[:, …] - ranked[:, …]) / …",
        ),
        why="If one latent alone tells a factor, the first is far ahead of the second; if the factor is spread over"
        " two, or told twice, the second is close behind. The entropy makes it a fraction, so that factors can be"
        " compared.",
        mistakes=GAP,
    ),
)
