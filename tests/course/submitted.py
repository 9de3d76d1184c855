"""Notebooks as students hand them in, made for the tests of grading."""

import json

IMPORTS = (
    "import numpy as np\nfrom vae_from_scratch import distributions, vae\nfrom vae_from_scratch.course import exercise"
)
KL, DRAW = "distributions.kl_to_standard_normal", "distributions.reparameterize"
RIGHT_DRAW = "return mean + np.exp(0.5 * log_var) * epsilon"
RIGHT_KL = "return 0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)"
SIGN = "return -0.5 * np.sum(mean**2 + np.exp(log_var) - 1 - log_var, axis=-1)"
DEAF = "import signal, threading\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\nthreading.Event().wait()"
BLANK = '"""What it does."""\n...'


def notebook(*cells):
    """A notebook's text; a cell is code, or a pair of its type and its source."""
    pairs = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    made = [{"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)} for kind, source in pairs]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def handed_in(folder, name, *cells):
    """Puts a notebook into the folder; returns its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook(*cells), encoding="utf-8")
    return path


def kl(*lines):
    """An answer to the KL exercise with these lines."""
    return answer(KL, "mean, log_var", *lines)


def draw(*lines):
    """An answer to the exercise of the reparameterized draw."""
    return answer(DRAW, "mean, log_var, epsilon", *lines)


def answer(name, arguments, *lines):
    """A cell with an answer to the exercise of this address."""
    body = "\n    ".join("\n".join(lines).split("\n"))
    return f"@exercise({name})\ndef {name.split('.')[1]}({arguments}):\n    {body}\n"
