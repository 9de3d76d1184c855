"""Lesson 2: answers in the core's own form, `value, (product, ...)`. How they are tried; dense and softplus.

Compared is the value, and what each product makes of g, a generic gradient of the value that the fixture holds last.
"""

from inspect import signature, unwrap

import numpy as np

from vae_from_scratch import ops
from vae_from_scratch.course.checks import Case, Claim, Task, Unusable, gives, near, wrong_number
from vae_from_scratch.course.checks.mistakes_02_bodies import DENSE, FAR, INPUTS, MATRIX, OFFSET, SLOPE, SOFTPLUS, G, X

_rng = np.random.default_rng(222)

# ---- trying a body --------------------------------------------------------------------------------


def evaluated(answer, *args):
    """(value, what each product makes of g) of a body, or of the primitive made of it. g is the last argument.

    Raises Unusable, in words for its author, for what is not `value, (product, ...)`.
    """
    *args, g = args
    body = unwrap(answer)
    names = list(signature(body).parameters)[: len(args)]
    try:
        returned = body(*args)
    except NameError as error:
        if error.name != "g":
            raise
        raise Unusable(
            "`g` is not there yet when the value is computed: it comes on the way back. A product is a function that"
            " waits for it: `lambda g: …`."
        ) from None
    value, products = value_and_products(returned, names)
    return value, *(sent_back(*each, g) for each in zip(names, products, args, strict=True))


def value_and_products(returned, names):
    """The two parts of what a body returned, one product per name. Raises Unusable for anything else."""
    wanted = "`value, (…,)`" if len(names) == 1 else f"`value, ({', '.join('…' for _ in names)})`"
    if not isinstance(returned, tuple) or not returned:
        raise Unusable(
            f"Only one thing comes back. Two are wanted, {wanted}: the value, a comma, and in parentheses a product"
            " for each argument."
        )
    value, *products = returned
    if len(products) == 1 and callable(products[0]):
        comma = (
            "In Python a tuple of one needs a comma: `(lambda g: …,)`." if len(names) == 1 else f"Wanted is {wanted}."
        )
        raise Unusable(f"Behind the value stands a single function, where a tuple of products belongs. {comma}")
    if len(products) > 1 and all(map(callable, products)):
        raise Unusable(f"The products stand beside the value. They belong in parentheses of their own: {wanted}.")
    if len(products) == 1 and not isinstance(products[0], (tuple, list)):
        raise Unusable(f"Behind the value stands no tuple of products, of functions that wait for g: {wanted}.")
    if len(products) != 1:
        raise Unusable(f"What comes back is not of the form {wanted}.")
    if len(products[0]) != len(names):
        listed = ", ".join(f"`{name}`" for name in names)
        count = f"{len(products[0])} product{'s' * (len(products[0]) != 1)}"
        raise Unusable(
            f"There {'is' if len(products[0]) == 1 else 'are'} {count}, and wanted is one for each of {listed}."
        )
    for name, product in zip(names, products[0], strict=True):
        if not callable(product):
            raise Unusable(f"The product of `{name}` is no function. It waits for g: `lambda g: …`.")
    return value, products[0]


def sent_back(name, product, arg, g):
    """What a product makes of g. Raises Unusable if the shapes inside it do not fit."""
    try:
        return product(g)
    except TypeError as error:
        if "positional argument" not in str(error):
            raise
        raise Unusable(f"The product of `{name}` takes one argument, g: `lambda g: …`.") from None
    except ValueError as error:
        if "shape" not in str(error) and "dimension" not in str(error) and "aligned" not in str(error):
            raise
        question = (
            "entry by entry is `*`, and `@` the matrix product."
            if np.shape(g) == np.shape(arg)
            else "which factor stands first, and which is transposed?"
        )
        raise Unusable(
            f"The product of `{name}` stops, because the shapes inside it do not fit together. It is handed g of shape"
            f" {np.shape(g)} and should hand back the shape of `{name}`, {np.shape(arg)}: {question}"
        ) from None


def _parts(*names):
    return ("value", *(f"product of {name}" for name in names))


# ---- claims: dense --------------------------------------------------------------------------------

_SMALL = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0]), np.array([[1.0]])


def _sixteen(f):
    return gives(f(*_SMALL)[0], [[16.0]])


def _turned(f):
    _, *products = f(*_SMALL)
    for name, got, want in zip("xWb", products, ([[3.0, 4.0]], [[1.0], [2.0]], [1.0]), strict=True):
        if not near(got, want):
            return f"The product of `{name}` is not so in yours."
    return True


def _shared(f):
    return gives(f(np.zeros((5, 7)), np.zeros((7, 3)), np.zeros(3), np.ones((5, 3)))[3], [5.0, 5.0, 5.0])


_MANY = _rng.normal(size=(11, 5, 7)), MATRIX, OFFSET, _rng.normal(size=(11, 5, 3))

DENSE_TASK = Task(
    reference=ops.dense,
    lesson=2,
    fixture=(INPUTS, MATRIX, OFFSET, G),
    axes={5: "examples", 7: "inputs", 3: "units", 11: "samples"},
    use=evaluated,
    handed=("g",),
    parts=_parts("x", "W", "b"),
    by_hand=(
        Claim(
            "The value of x = (1, 2), W = (3, 4)ᵀ, b = 5 is 1 · 3 + 2 · 4 + 5 = 16.",
            _sixteen,
            "`x @ W` is the matrix product; b is added to each example.",
        ),
        Claim(
            "There, with g = 1, the products give W turned over for x, x turned over for W, and 1 for b.",
            _turned,
            "If x₀ grows by a little, the value grows 3 times as much: W's entry. And if W's entry grows? And b?",
        ),
    ),
    properties=(
        Claim(
            "A bias is used by every example, so from a g of ones over 5 examples it gets 5 in each entry.",
            _shared,
            "What was copied to every example collects the sum over the examples.",
        ),
    ),
    also=(
        Case(
            "with an axis more in front of x: (11, 5, 7), (7, 3), (3,)",
            _MANY,
            hint="W and b served all 11 · 5 examples. `ops.rows(a)` lays them one under another, (55, 7) and (55, 3).",
        ),
        Case("with one example alone", (INPUTS[:1], MATRIX, OFFSET, G[:1])),
    ),
    lesson_size=lambda: (np.ones((100, 784)), np.ones((784, 300)), np.ones(300), np.ones((100, 300))),
    hints=(
        "What shape must each product have? With g of shape (N, M), how can g and W be multiplied so that the shape of"
        " x comes out, and g and x so that the shape of W does?",
        "x gets g Wᵀ, W gets xᵀ g, b gets g summed over the examples. Where x has more axes in front, `ops.rows` makes"
        " one row of every example, in x and in g.",
        "A skeleton:\n\n    return x @ W + b, (\n        lambda g: g @ …,\n        lambda g: ops.rows(x).T @ …,\n"
        "        lambda g: ops.rows(g).sum(…),\n    )",
    ),
    why="Entry (n, m) of the value is Σ x[n, d] W[d, m] + b[m]. So x[n, d] meets W[d, m] in every m, W[d, m] meets"
    " x[n, d] in every n, and b[m] is there in every n; each collects g times what it meets. That is what @ and ᵀ say.",
    mistakes=DENSE,
)

# ---- claims: softplus -----------------------------------------------------------------------------


def _at_zero(f):
    value, product = f(np.zeros(1), np.array([3.0]))
    if not near(value, [np.log(2)]):
        return f"Yours has the value {wrong_number(value, [np.log(2)])}."
    return near(product, [1.5]) or f"With yours g = 3 becomes {wrong_number(product, [1.5])}."


def _at_ln_3(f):
    value, product = f(np.log([3.0, 1 / 3]), np.ones(2))
    if not near(value, np.log([4.0, 4 / 3])):
        return f"Yours has the value {wrong_number(value, np.log([4.0, 4 / 3]))}."
    return near(product, [0.75, 0.25]) or f"With yours g = 1 becomes {wrong_number(product, [0.75, 0.25])}."


def _proportional(f):
    return near(f(X, 2 * SLOPE)[1], 2 * f(X, SLOPE)[1]) or "With yours it does not."


def _finite(f):
    value, product = f(*FAR)
    if not near(value, [1000.0, 0.0]):
        return "There the value of yours is off, or not finite."
    return near(product, [FAR[1][0], 0.0]) or "There the product of yours is off, or not a number."


SOFTPLUS_TASK = Task(
    reference=ops.softplus,
    lesson=2,
    fixture=(X, SLOPE),
    axes={5: "examples", 7: "pixels"},
    use=evaluated,
    handed=("g",),
    parts=_parts("x"),
    by_hand=(
        Claim(
            "At 0 the value is ln 2, and the product makes 1.5 of g = 3.",
            _at_zero,
            "log(1 + e⁰) is ln 2, and the slope there is ½. The product is that slope, times the g that comes in.",
        ),
        Claim(
            "At ln 3 and -ln 3 the values are ln 4 and ln 4/3; of g = 1 the products make ¾ and ¼.",
            _at_ln_3,
            "There exp(x) is 3 and ⅓, so log(1 + exp(x)) is ln 4 and ln 4/3. Of odds of 3 to 1 a sigmoid makes ¾.",
        ),
    ),
    properties=(
        Claim("Twice the g gives twice the product.", _proportional, "The chain rule multiplies: slope times g."),
    ),
    extremes=(
        Claim(
            "At ±1000 value and product are finite: 1000 and 0, g and 0.",
            _finite,
            "`np.logaddexp(0, x)` is log(1 + exp(x)) for any x; `ops.sigmoid` is safe too.",
        ),
    ),
    also=(
        Case("at ±1000", FAR, hint="`np.logaddexp(0, x)` and `ops.sigmoid(x)` do without a large `exp`."),
        Case("at ±20", (FAR[0] / 50, FAR[1]), hint="There log(1 + exp(-20)) is 2e-9: small, and not nothing."),
        Case("with an axis more", (_rng.normal(size=(11, 5, 7)), _rng.normal(size=(11, 5, 7)))),
    ),
    hints=(
        "What is the derivative of log(1 + exp(x)), by the chain rule, from outside to inside? Do you know that"
        " function from lesson 1?",
        "The slope is exp(x) / (1 + exp(x)), which is sigmoid(x). The product takes g, and multiplies. For the value,"
        " `np.logaddexp(0, x)`; for the slope, `ops.sigmoid`.",
        "A skeleton:\n\n    return np.logaddexp(…), (lambda g: g * …,)",
    ),
    why="The slope of softplus is the sigmoid: 0 far to the left, 1 far to the right. The core writes the value as"
    " max(x, 0) + log1p(exp(-|x|)), whose `exp` never sees a positive number; `np.logaddexp(0, x)` does the same.",
    mistakes=SOFTPLUS,
)
