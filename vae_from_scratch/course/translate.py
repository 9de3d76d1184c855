"""An exception out of a student's function, said in the course's words, with the line of theirs where it happened.

The table holds what a beginner meets with NumPy and autograd 1.9; everything else is passed on as Python said it,
without traceback and without addresses.
"""

import linecache
import re
import traceback

from vae_from_scratch.course.guard import Left, TimeUp

_IN_PLACE = (
    "Values that are being differentiated cannot be put into an array in place:"
    " build the result with `np.stack` or `np.concatenate`."
)

_TABLE = (  # exception, pattern in its text, what to say
    (
        "ValueError",
        "setting an array element with a sequence",
        f"{_IN_PLACE} If the line draws noise with `np.random.normal(mean, …)`: a draw has no derivative, which is why"
        " `reparameterize` takes its noise as an argument.",
    ),
    ("TypeError", "ArrayBox.*item (assignment|deletion)", _IN_PLACE),
    (
        "TypeError",
        "all returned NotImplemented|output array|return arrays must be",
        "An operation in place (`+=`, `out=`) cannot be traced: write `total = total + term`.",
    ),
    (
        "TypeError",
        "(float|int)\\(\\) argument|must be real number, not ArrayBox|only (0-dimensional|length-1|size-1)",
        "A value that is being differentiated cannot become a Python number: use `np.exp`, `np.log`, … in place of"
        " `math`, and leave out `float(…)`.",
    ),
    (
        "TypeError",
        "no callable .* method",
        "Something before that line, `np.clip` or `np.array`, say, turned a traced value into a plain object: write"
        " `import autograd.numpy as np` inside the function, or use arithmetic, `np.maximum` and `np.minimum`.",
    ),
    (
        ".*Error",
        "Cannot cast ufunc",
        "`/=` writes into the array that came in, and bytes cannot hold fractions: `a = a / 255` makes a new one.",
    ),
    ("TypeError", "Can't differentiate w.r.t. type", "Integers have no gradient: use floats, `1.0` in place of `1`."),
    (
        "TypeError",
        "Grad only applies to real scalar-output",
        "A gradient needs one number: reduce with a sum or a mean, and decide which.",
    ),
    (
        "ValueError",
        "could not be broadcast together|not aligned|mismatch in its core dimension",
        "The shapes of two arrays do not fit together there. Which axis is summed too early, or kept too long?",
    ),
    (
        "AxisError|IndexError",
        "axis .* out of bounds|too many indices",
        "There is no such axis: `axis=-1` is always the last one.",
    ),
    (
        "ValueError",
        "truth value of an array",
        "`if` and `and` want one True or False, and here is a whole array of them: use `np.where` or arithmetic.",
    ),
    (
        "NameError|UnboundLocalError",
        "",
        "Is the name spelled as where it was defined? An answer may use `np`, `math` and what it defines itself.",
    ),
    ("RecursionError", "", "The function calls itself without end."),
    ("MemoryError", "", "The result would not fit into memory: a shape is far too large."),
    (
        "NonFinite",
        "",
        "The inputs are moderate, and yet: look for a logarithm, a root or a division that meets zero, or an `exp` of"
        " something large.",
    ),
)


def translated(error, answer) -> str:
    """What happened, where in the student's code, and what to do about it."""
    if isinstance(error, TimeUp):
        return f"It did not come to an end in time, and was stopped{_where(error, answer)}. Does a loop ever finish?"
    if isinstance(error, (Left, SystemExit)):
        return f"It calls `exit`{_where(error, answer)}. A function hands back its result with `return`."
    kind, text = type(error).__name__, _text_of(error)
    if "ellipsis" in text:
        return f"A `...` is still to be filled in{_where(error, answer)}."
    advice = next((say for k, pattern, say in _TABLE if re.fullmatch(k, kind) and re.search(pattern, text)), "")
    said = f"Python says `{kind}`" + (f": {text}" if text else "") + f"{_where(error, answer)}."
    return f"{said}\n\n{advice}" if advice else said


def _text_of(error):
    """The exception's text without addresses; a student's own exception is not asked to print itself."""
    ours = type(error).__module__.partition(".")[0] in ("builtins", "numpy", "autograd", "vae_from_scratch")
    text = str(error) if ours else " ".join(part for part in error.args if type(part) is str)
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(text.split())).rstrip(".").replace("`", "'")
    return text if len(text) <= 200 else text[:199] + "…"


def _where(error, answer):
    """The last line of the student's own code that was running, as they wrote it."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    lines = [frame for frame in traceback.walk_tb(error.__traceback__) if frame[0].f_code.co_filename == file]
    text = linecache.getline(file, lines[-1][1]).strip().replace("`", "'") if lines else ""
    return f", in the line `{text}`" if text else ""
