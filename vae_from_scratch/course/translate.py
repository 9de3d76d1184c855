"""An exception out of a student's function, said in the course's words, with the line of theirs where it happened.

What `advice` does not know is passed on as Python said it, without traceback and without addresses.
"""

import linecache
import re
import traceback
from importlib import import_module

from vae_from_scratch.course.advice import IN_PLACE, TABLE
from vae_from_scratch.course.guard import Left, TimeUp

_CONVERTED = (
    "Plain NumPy's `np.array` and `np.asarray` cannot hold a value that is being differentiated. It is an array"
    " already: leave the conversion out, or make one of many by `np.stack`."
)
_DRAWN = "A draw has no derivative: that is why `reparameterize` takes its noise as an argument."
_NESTED = (
    "In the inner function `=` and `+=` make a new name, which has no value yet. A line above it, `nonlocal` and the"
    " name, says that the outer one is meant. Or `append` to a list: that makes no new name."
)
_LOADED = "A library is loaded there, which takes its time: import it in a cell of its own, then run this one again."
_LAYERS = (
    "A layer is a pair `(W, b)`: `dense` takes one layer, `mlp` a *list* of layers, each with the array after it."
    " Which of the two is it that stands in the tree there?"
)

_HOMES = ("autodiff", "data", "device", "distributions", "evaluation", "layers", "optimizers", "pca", "training")


def translated(error, answer) -> str:
    """What happened, where in the student's code, and what to do about it."""
    line = _line(error, answer)
    if isinstance(error, TimeUp):
        advice = _LOADED if re.match("(import|from) ", line) else "Does a loop ever finish?"
        return f"It did not come to an end in time, and was stopped{_in(line)}{advice}"
    if isinstance(error, (Left, SystemExit)):
        return f"It calls `exit`{_in(line)}A function hands back its result with `return`."
    kind, text = type(error).__name__, _text_of(error)
    if "ellipsis" in text and kind != "IndexError":
        return f"A `...` is still to be filled in{_in(line)}".rstrip()
    advice = next((say for k, pattern, say in TABLE if re.fullmatch(k, kind) and re.search(pattern, text)), "")
    if re.search("to unpack|inhomogeneous", text) and re.search(r"\b(mlp|dense)\(", line):
        advice = _LAYERS
    elif isinstance(error, UnboundLocalError) and _is_nested(error, answer):
        advice = _NESTED
    elif advice is IN_PLACE and "random." in line:
        advice = _DRAWN
    elif advice is IN_PLACE and re.search(r"\b(as)?array\(", line):
        advice = _CONVERTED
    elif not advice and isinstance(error, NameError):
        advice = _at_home(getattr(error, "name", None)) or _names(answer)
    text = text.partition(" from __array_ufunc__")[0]  # what follows is whole arrays
    said = f"Python says `{kind}`" + (f": {text}" if text else "") + _in(line).rstrip()
    return f"{said}\n\n{advice}" if advice else said


def _at_home(name):
    """Where a function of the core lives that was called by its bare name; empty for any other name."""
    for home in _HOMES:
        module = import_module(f"vae_from_scratch.{home}")
        if name and getattr(getattr(module, name, None), "__module__", None) == module.__name__:
            return (
                f"`{name}` lives in `{home}`: write `{home}.{name}`. Where the lesson has not imported `{home}`,"
                f" `from vae_from_scratch import {home}` does."
            )
    return ""


def _names(answer):
    """Which names an answer may use; its arguments first, which are what is misspelled most often."""
    code = getattr(answer, "__code__", None)
    names = [f"`{name}`" for name in code.co_varnames[: code.co_argcount]] if code else []
    given = {0: "", 1: f"Its argument is called {''.join(names)}. "}.get(
        len(names), f"Its arguments are called {', '.join(names[:-1])} and {''.join(names[-1:])}. "
    )
    return (
        f"{given}{'Besides, an' if given else 'An'} answer may use `np`, `math`, the modules that the lesson imports"
        " and what it defines itself. A name from the formulas has to be written out."
    )


def _text_of(error):
    """The exception's text without addresses; a student's own exception is not asked to print itself."""
    ours = type(error).__module__.partition(".")[0] in ("builtins", "numpy", "autograd", "vae_from_scratch")
    text = str(error) if ours else " ".join(part for part in error.args if type(part) is str)
    text = re.sub(r" at 0x[0-9a-f]+", "", " ".join(text.split())).rstrip(".").replace("`", "'")
    return text if len(text) <= 200 else text[:199] + "…"


def _lines(error, answer):
    """The student's own lines that were running, outermost first: pairs (frame, number of the line)."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    return [frame for frame in traceback.walk_tb(error.__traceback__) if frame[0].f_code.co_filename == file]


def _is_nested(error, answer):
    """Whether the error came up in a function that the answer defines inside itself."""
    lines = _lines(error, answer)
    return bool(lines) and lines[-1][0].f_code in answer.__code__.co_consts


def _line(error, answer):
    """The last line of the student's own code that was running, as they wrote it; empty where there is none."""
    lines = _lines(error, answer)
    return linecache.getline(answer.__code__.co_filename, lines[-1][1]).strip().replace("`", "'") if lines else ""


def _in(line):
    """End of a sentence that says in which line: one too long for a sentence stands below it."""
    if len(line) > 60:
        return f", in this line:\n\n    {line}\n\n"
    return f", in the line `{line}`. " if line else ". "
