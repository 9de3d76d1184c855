"""Lesson 2: wrong ways to write dense and softplus with their products, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(22)
INPUTS, MATRIX, OFFSET = _rng.normal(size=(5, 7)), _rng.normal(size=(7, 3)), _rng.normal(size=3)
G = _rng.normal(size=(5, 3))
X, SLOPE = 1.5 * _rng.normal(size=(5, 7)), _rng.normal(size=(5, 7))
FAR = np.array([1000.0, -1000.0]), np.array([0.7, -1.3])


def _rows(x):
    return x.reshape(-1, x.shape[-1])


def _dense(x=None, W=None, b=None, value=None):
    """A body of dense with some of its parts replaced: each a function of (x, W, b, and g for a product)."""

    def body(X, M, c):
        made = X @ M + c if value is None else value(X, M, c)
        return made, (
            lambda g: g @ M.T if x is None else x(X, M, c, g),
            lambda g: _rows(X).T @ _rows(g) if W is None else W(X, M, c, g),
            lambda g: _rows(g).sum(axis=0) if b is None else b(X, M, c, g),
        )

    return body


DENSE = (
    Mistake(
        "dense-bias-not-summed",
        _dense(b=lambda x, W, b, g: g),
        "Value, x and W are right. But the bias is one row that every example uses, and you hand back a row for each"
        " of them. What has been used several times collects the sum.",
    ),
    Mistake(
        "dense-bias-mean",
        _dense(b=lambda x, W, b, g: _rows(g).mean(axis=0)),
        "Value, x and W are right, and the bias has the right shape. But its gradient is a sum over the examples, not"
        " their mean: averaging happens once, in the loss, and is already in g.",
    ),
    Mistake(
        "dense-bias-summed-over-units",
        _dense(b=lambda x, W, b, g: g.sum(axis=-1)),
        "Value, x and W are right. For the bias you sum over the units and keep the examples; the bias has a number for"
        " each unit. Along which axis was it copied?",
    ),
    Mistake(
        "dense-bias-summed-over-everything",
        _dense(b=lambda x, W, b, g: g.sum()),
        "Value, x and W are right. For the bias everything is summed into one number, but each unit has a bias of its"
        " own: only the examples are summed.",
    ),
    Mistake(
        "dense-bias-gets-ones",
        _dense(b=lambda x, W, b, g: np.ones_like(b)),
        "Value, x and W are right. 1 is how much the value of one example grows with its bias. The product multiplies"
        " that by g, and adds up over the examples.",
    ),
    Mistake(
        "dense-W-transposed",
        _dense(W=lambda x, W, b, g: _rows(g).T @ _rows(x)),
        "Value, x and b are right. The product of W holds the right numbers, turned over: (units, inputs), where W is"
        " (inputs, units). A gradient has the shape of its argument.",
    ),
    Mistake(
        "dense-W-mean",
        _dense(W=lambda x, W, b, g: _rows(x).T @ _rows(g) / len(_rows(x))),
        "Value, x and b are right. The product of W is divided by the number of examples: a mean, where a sum belongs."
        " If the loss is a mean, that division is already in g.",
    ),
    Mistake(
        "dense-W-without-x",
        _dense(W=lambda x, W, b, g: np.ones_like(W) * _rows(g).sum(axis=0)),
        "Value, x and b are right. The product of W takes no notice of x. If an input is 0, does its weight matter?",
    ),
    Mistake(
        "dense-products-in-another-order",
        lambda x, W, b: (x @ W + b, (lambda g: _rows(x).T @ _rows(g), lambda g: g @ W.T, lambda g: _rows(g).sum(0))),
        "All the products are there, but in another order than the arguments: the first belongs to x, the second to W,"
        " the third to b.",
    ),
    Mistake(
        "dense-g-left-out",
        _dense(
            x=lambda x, W, b, g: np.ones_like(g) @ W.T,
            W=lambda x, W, b, g: _rows(x).T @ np.ones_like(_rows(g)),
            b=lambda x, W, b, g: np.ones_like(_rows(g)).sum(axis=0),
        ),
        "These are slopes of the sum of the value; g is not in them. The chain rule multiplies by what comes from"
        " behind: g stands in every product.",
    ),
    Mistake(
        "dense-bias-forgotten",
        _dense(value=lambda x, W, b: x @ W),
        "The products are right, but b is missing from the value.",
    ),
)  # fmt: skip


def _sigmoid(x):
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def _softplus(product, value=lambda x: np.logaddexp(0, x)):
    """A body of softplus with this product of (x, g) and this value."""
    return lambda x: (value(x), (lambda g: product(x, g),))


def _right(x, g):
    return g * _sigmoid(x)


SOFTPLUS = (
    Mistake(
        "softplus-g-left-out",
        _softplus(lambda x, g: _sigmoid(x)),
        "The value is right, and this is its slope. A product is the slope *times g*: what came back so far, handed one"
        " step further.",
    ),
    Mistake(
        "softplus-g-added",
        _softplus(lambda x, g: g + _sigmoid(x)),
        "Value and slope are right, but the slope is added to g. One inside the other: the chain rule multiplies.",
    ),
    Mistake(
        "softplus-slope-of-the-sigmoid",
        _softplus(lambda x, g: g * _sigmoid(x) * (1 - _sigmoid(x))),
        "The value is right. s (1 - s) is the slope of the sigmoid itself, one derivative too far. Of"
        " which function is the sigmoid the slope?",
    ),
    Mistake(
        "softplus-slope-turned",
        _softplus(lambda x, g: g * _sigmoid(-x)),
        "The value is right, but its slope is the wrong way around: softplus is flat on the left and climbs on the"
        " right. Where must the slope be 0, and where 1?",
        also=(lambda x: (np.logaddexp(0, x), (lambda g: g / (1 + np.exp(x)),)),),
    ),
    Mistake(
        "softplus-slope-is-exp",
        _softplus(lambda x, g: g * np.exp(x)),
        "The value is right. exp(x) is the slope of what stands inside the logarithm; the logarithm has a slope of its"
        " own, one over what it is taken of.",
    ),
    Mistake(
        "softplus-value-for-slope",
        _softplus(lambda x, g: g * np.logaddexp(0, x)),
        "The value is right, and the product multiplies g by it. It should be multiplied by the slope there.",
    ),
    Mistake(
        "softplus-slope-at-the-value",
        _softplus(lambda x, g: g * _sigmoid(np.logaddexp(0, x))),
        "The value is right, and so is the slope's formula; but it is taken at the value y. tanh's slope may be written"
        " with y. That of softplus is wanted at x.",
    ),
    Mistake(
        "softplus-slope-of-tanh",
        _softplus(lambda x, g: g * (1 - np.logaddexp(0, x) ** 2)),
        "The value is right. 1 - y² is the slope of tanh, of the example above; softplus has its own: see the table.",
        also=(_softplus(lambda x, g: g * (1 - np.tanh(x) ** 2)), _softplus(lambda x, g: g * (1 - x**2))),
    ),
    Mistake(
        "softplus-x-hidden-by-g",
        _softplus(lambda x, g: _sigmoid(g)),
        "The value is right. But in your product the slope is taken of what comes *in*, of g. A lambda's own argument"
        " hides a name from outside: call it g, and x is again the x of the body.",
        also=(_softplus(lambda x, g: g * _sigmoid(g)),),
    ),
    Mistake(
        "softplus-product-is-one",
        _softplus(lambda x, g: g),
        "The value is right, but g goes through unchanged, as if the slope were 1 everywhere.",
    ),
    Mistake(
        "softplus-relu",
        _softplus(lambda x, g: g * (x > 0), lambda x: np.maximum(x, 0)),
        "This is max(x, 0), the hard corner that softplus rounds off: at 0 softplus is ln 2, and its slope ½.",
    ),
    Mistake(
        "softplus-half",
        _softplus(_right, lambda x: np.log1p(np.exp(-np.abs(x)))),
        "The product is right. Of the value, log1p(exp(-|x|)) is the part that stays small; max(x, 0) is missing.",
    ),
    Mistake(
        "softplus-without-the-absolute-value",
        _softplus(_right, lambda x: np.maximum(x, 0) + np.log1p(np.exp(-x))),
        "The product is right. Your value is right on one side of 0 only; on the other the exponential grows without"
        " end. In exp(-|x|) the bars keep it small on both.",
        also=(_softplus(_right, lambda x: np.maximum(x, 0) + np.log1p(np.exp(x))),),
    ),
    Mistake(
        "softplus-exp-overflows",
        _softplus(_right, lambda x: np.log(1 + np.exp(x))),
        "Right at moderate x. But exp(1000) is infinite, and so is the logarithm of it, where 1000 should come out."
        " `np.logaddexp(0, x)` is the same function, and knows how.",
        also=(
            _softplus(_right, lambda x: np.log1p(np.exp(x))),
            _softplus(lambda x, g: g * np.exp(x) / (1 + np.exp(x)), lambda x: np.log(1 + np.exp(x))),
            _softplus(lambda x, g: g * (np.exp(x) / (1 + np.exp(x))), lambda x: np.log1p(np.exp(x))),
        ),
    ),
    Mistake(
        "softplus-product-not-a-number",
        _softplus(lambda x, g: g * np.exp(x) / (1 + np.exp(x))),
        "The value is right everywhere, the product at moderate x. At 1000 it divides infinity by infinity: not a"
        " number, on the way back only. `ops.sigmoid` is the same slope without that.",
        also=(_softplus(lambda x, g: g * (np.exp(x) / (1 + np.exp(x)))),),
    ),
)
