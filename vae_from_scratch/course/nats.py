"""The table of nats: what a test digit costs under each model that the lessons have met, and what yours does.

Every number stands on one binarization of the 1,000 test digits, drawn once from a fixed seed, so that rows may be
compared; only probabilities of binary images enter. Each is computed when the table is asked for. A row that stays
empty says why.
"""

from collections.abc import Callable
from functools import lru_cache
from html import escape
from typing import NamedTuple

import numpy as np

from vae_from_scratch import data, distributions, ops, optimizers, training, vae
from vae_from_scratch.convolutional import CONVOLUTIONAL
from vae_from_scratch.course import cards, steps, your_digit

TEST_SEED, TRAIN_SEED, YOUR_SEED = 0, 2, 3  # of the coins that binarize
DRAWS = 200  # of z for your digit's bounds; for 1,000 test digits one each is enough
STYLE = f"<style>\n{cards.sheet('tables')}</style>"

# ------------------------------------------------------------ one binarization


@lru_cache
def test_digits():
    """The 1,000 test digits, binarized once for the whole course: (1000, 784), float32, read-only."""
    return _bound(data.load("digits").test, TEST_SEED)


@lru_cache
def train_digits():
    """The 4,000 training digits, binarized once: (4000, 784), float32, read-only."""
    return _bound(data.load("digits").train, TRAIN_SEED)


def yours(copies=1):
    """Your digit or its stand-in, binarized by coins that stay the same: (copies, 784), all equal, read-only."""
    return np.broadcast_to(_bound(your_digit()[None], YOUR_SEED), (copies, 784))


def _bound(x, seed):
    binary = data.binarize(x, np.random.default_rng(seed).random(x.shape, np.float32))
    binary.flags.writeable = False
    return binary


# ------------------------------------------------------- the models, as the lessons build them


def uniform_pixels(x):
    """Every pixel a fair coin: (N, 784) -> (N,), log-probabilities in nats."""
    return distributions.bernoulli_log_prob(x, np.zeros(x.shape[-1], x.dtype))


def mean_image(x):
    """Every pixel lit as often as in the training digits: (N, 784) -> (N,)."""
    return distributions.bernoulli_log_prob(x, distributions.mean_image_logits(train_digits()))


def class_means(x):
    """One mean image for each label, all labels equally probable: (N, 784) -> (N,)."""
    labels = data.load("digits").train_labels
    logits = np.stack([distributions.mean_image_logits(train_digits()[labels == label]) for label in range(10)])
    return distributions.mixture_log_prob({"logits": logits, "log_weights": np.zeros(10)}, x)


def mixture(num_components, learning_rate):
    """A mixture of that many images, fitted without labels: a function (N, 784) -> (N,)."""
    return lambda x: distributions.mixture_log_prob(fit_mixture(num_components, learning_rate), x)


@lru_cache
def fit_mixture(num_components, learning_rate):
    """Parameters of a mixture fitted to the training digits by 600 steps of Adam, binarized anew at each."""
    bumps = np.random.default_rng(4).standard_normal((num_components, 784), np.float32)
    logits = distributions.mean_image_logits(train_digits()) + bumps / 2
    params = {"logits": logits.astype(np.float32), "log_weights": np.zeros(num_components, np.float32)}
    images = data.load("digits").train
    batches = ((x,) for x, _ in training.minibatches(images, 200, latent_dim=1, seed=0, steps=steps(600)))
    for _, fitted, _ in training.train(params, batches, optimizers.adam(learning_rate), mixture_loss):
        params = fitted
    return params


def mixture_loss(params, x):
    """Minus the mean log-probability, what fitting a mixture lowers: (), in nats per example."""
    return -ops.mean(distributions.mixture_log_prob(params, x))


def entropy(x):
    """Entropy of the coins that binarize gray images, the floor under every model: (N, D) -> (N,), in nats."""
    x = np.clip(x, 1e-12, 1 - 1e-12, dtype=np.float64)
    return -np.sum(x * np.log(x) + (1 - x) * np.log1p(-x), axis=-1)


# ------------------------------------------------------------------- the table


class Row(NamedTuple):
    """A model, the lesson that builds it, its log-probability (or None, and why), decimals fit to print."""

    model: str
    lesson: int
    log_prob: Callable | None
    why: str = ""
    decimals: int = 1


ROWS = (
    Row("uniform pixels", 1, uniform_pixels, decimals=2),
    Row("mean image", 1, mean_image),
    Row("ten class means, labels used", 1, class_means),
    Row("autoencoder", 4, None, "has no p(x)"),
    Row("mixture of 10, no labels", 5, mixture(10, 0.05), decimals=0),
    Row("mixture of 50, no labels", 5, mixture(50, 0.03), decimals=0),
    Row("probabilistic PCA", 5, None, "a density of real vectors, not a probability of binary images"),
)
DENSE_VAE = "dense VAE, bound"  # of lesson 8, where the student's folder has it trained
REFINED, NLL = "same net, q refined", "same net, NLL, K = 100"  # of lesson 11
CONVOLUTIONAL_VAE = "convolutional VAE, bound"  # of lesson 12, likewise
FLOOR = "floor: the coins' entropy"


class Line(NamedTuple):
    """A line of the table: numbers as they are printed, or empty with a reason."""

    model: str
    lesson: int
    test: str
    yours: str
    why: str = ""


class Table(tuple):
    """Lines of the table, shown as one."""

    def heads(self):
        """The columns' names; "your digit" only if one was drawn."""
        return "nats per digit", "lesson", "1,000 test digits", your_digit.look().caption

    def __repr__(self):
        lines = [f"{line.model:30}{line.lesson:4} {line.test:>8} {line.yours:>8}  {line.why}".rstrip() for line in self]
        _, _, test, own = self.heads()
        return "\n".join([f"nats per digit, by lesson; {test}; {own}", *lines])

    def _repr_html_(self):
        head = "".join(f"<th>{escape(name)}</th>" for name in self.heads())
        return f'{STYLE}<table class="vae-nats"><tr>{head}</tr>{"".join(map(html_of, self))}</table>'


def table(upto):
    """The rows of lessons 1 to `upto`, in nats per digit, computed now; and the floor, which no model passes."""
    digits, own = data.load("digits").test, your_digit()[None]
    lines = [line_of(row) for row in ROWS if row.lesson <= upto] + [dense_vae_line()] * (upto >= 8)
    lines += refined_lines() if upto >= 11 else []
    lines += [convolutional_vae_line()] * (upto >= 12)
    return Table([*lines, Line(FLOOR, 1, f"{np.mean(entropy(digits)):.1f}", f"{entropy(own)[0]:.1f}")])


def line_of(row):
    """A row with its numbers."""
    if row.log_prob is None:
        return Line(row.model, row.lesson, "", "", row.why)
    costs = [-np.mean(row.log_prob(x), dtype=np.float64) for x in (test_digits(), yours())]
    return Line(row.model, row.lesson, *(f"{cost:.{row.decimals}f}" for cost in costs))


def dense_vae_line():
    """The row of lesson 8's network, at one fixed draw of z for each test digit and DRAWS for yours."""
    from vae_from_scratch.course import trained  # which stands on this module

    params = trained.kept()
    if params is None:
        return Line(DENSE_VAE, 8, "", "", "trained in lesson 8")
    means = [np.mean(vae.elbo(params, x, noise(x)), dtype=np.float64) for x in (test_digits(), yours(DRAWS))]
    return Line(DENSE_VAE, 8, *(f"{-mean:.0f}" for mean in means))


def refined_lines():
    """The rows of lesson 8's network under lesson 11's refined q: its bound, and the likelihood by 100 of its draws."""
    from vae_from_scratch.course import trained  # which stands on this module
    from vae_from_scratch.course.refined import refined_costs

    params = trained.kept()
    if params is None:
        return [Line(name, 11, "", "", "of the network of lesson 8") for name in (REFINED, NLL)]
    costs = [refined_costs(params, x) for x in (test_digits(), yours())]
    return [
        Line(name, 11, *(f"{cost:.0f}" for cost in of))
        for name, of in zip((REFINED, NLL), zip(*costs, strict=True), strict=True)
    ]


def convolutional_vae_line():
    """The row of lesson 12's network, at the same draws of z."""
    from vae_from_scratch.course import trained

    params = trained.kept_lesson_12()
    if params is None:
        return Line(CONVOLUTIONAL_VAE, 12, "", "", "trained in lesson 12")
    bounds = (vae.elbo(params, x, noise(x), model=CONVOLUTIONAL) for x in (test_digits(), yours(DRAWS)))
    return Line(CONVOLUTIONAL_VAE, 12, *(f"{-np.mean(bound, dtype=np.float64):.0f}" for bound in bounds))


def noise(x):
    """The noise at which every bound of the table is taken: (N, 784) -> (N, 16)."""
    return np.random.default_rng(1).standard_normal((len(x), 16), np.float32)


def html_of(line):
    """A line as a row of an HTML table."""
    numbers = f"<td>{line.test}</td><td>{line.yours}</td>"
    if line.why:
        numbers = f'<td colspan="2" class="vae-nats-why">{escape(line.why)}</td>'
    return f"<tr><td>{escape(line.model)}</td><td>{line.lesson}</td>{numbers}</tr>"
