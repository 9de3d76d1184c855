"""Answers to lesson 13's exercises that students might hand in: right in many ways, wrong with what must be said."""

import numpy as np

from vae_from_scratch import device

# ---- right, each in its own way ------------------------------------------------------------------


def by_std_and_where(x):
    std = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(std > 0, std, 1.0)


def with_keepdims(x):
    centered = x - np.mean(x, axis=0, keepdims=True)
    std = np.std(x, axis=0, keepdims=True)
    return centered / (std + (std == 0))


def by_sums(x):
    centered = x - x.sum(axis=0) / len(x)
    variance = np.sum(centered**2, axis=0) / x.shape[0]
    return centered / (variance + (variance == 0)) ** 0.5


def column_by_column(x):
    columns = [x[:, j] - x[:, j].mean() for j in range(x.shape[1])]
    return np.stack([c / (c.std() + (c.std() == 0)) for c in columns], axis=1)


def by_a_list(f, *args):
    reads = []
    with device.watched(reads.append):
        f(*args)
    return len(reads)


def by_a_counter(f, *args):
    count = 0

    def note(name):
        nonlocal count
        count += 1

    with device.watched(note):
        f(*args)
    return count


def by_a_dictionary(f, *args):
    seen = {}
    with device.watched(lambda name: seen.update({name: seen.get(name, 0) + 1})):
        f(*args)
    return sum(seen.values())


RIGHT = {
    "standardize": (by_std_and_where, with_keepdims, by_sums, column_by_column),
    "count_synchronizations": (by_a_list, by_a_counter, by_a_dictionary),
}

# ---- wrong, as students write it -----------------------------------------------------------------


def fills_zeros(x):
    out = np.zeros_like(np.asarray(x))
    for j in range(x.shape[1]):
        spread = np.std(x[:, j])
        out[:, j] = (x[:, j] - np.mean(x[:, j])) / (spread if spread > 0 else 1)
    return out


def adds_an_empty_array(x):
    std = x.std(axis=0) + np.zeros(x.shape[1], x.dtype)
    return (x - x.mean(axis=0)) / (std + (std == 0))


def gets_it(x):
    x = x.get() if hasattr(x, "get") else x
    std = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(std > 0, std, 1)


def root_of_n(x):
    centered = x - x.mean(axis=0)
    length = np.sqrt((centered * centered).sum(axis=0))
    return centered / (length + (length == 0)) * np.sqrt(len(x))


def prints_the_result(f, *args):
    reads = []
    with device.watched(reads.append):
        result = f(*args)
        print(result)
    return len(reads)


def warms_up_inside(f, *args):
    reads = []
    with device.watched(reads.append):
        f(*args)
        f(*args)
    return len(reads)


def watches_late(f, *args):
    reads, _ = [], f(*args)
    with device.watched(reads.append):
        return len(reads)


def sets(f, *args):
    reads = set()
    with device.watched(reads.add):
        f(*args)
    return len(reads)


WRONG = [
    ("standardize", "standardize-converted", fills_zeros),
    ("standardize", "standardize-mixed-arrays", adds_an_empty_array),
    ("standardize", "standardize-brought-back", gets_it),
    ("standardize", "standardize-float64", root_of_n),
    ("standardize", "standardize-constant-column", lambda x: (x - np.mean(x, 0)) / np.sqrt(np.var(x, 0))),
    ("standardize", "standardize-rows", lambda x: ((x.T - x.mean(1)) / x.std(1)).T),
    ("standardize", "standardize-not-centered", lambda x: x / (x.std(0) + (x.std(0) == 0))),
    ("count_synchronizations", "count-own-read", prints_the_result),
    ("count_synchronizations", "count-twice", warms_up_inside),
    ("count_synchronizations", "count-outside", watches_late),
    ("count_synchronizations", "count-kinds", sets),
]

# ---- wrong in a way that nobody listed, with words that its message must contain -----------------


def sorts(x):
    return by_std_and_where(np.sort(x, axis=0)) if type(x) is not np.ndarray else by_std_and_where(x)


def returns_the_names(f, *args):
    reads = []
    with device.watched(reads.append):
        f(*args)
    return reads


UNLISTED = [
    ("standardize", lambda x: (x - x.mean(axis=0)) / 2, ("(-1, 1)",)),
    ("standardize", sorts, ("do not have",)),
    ("count_synchronizations", returns_the_names, ("How many",)),
    ("count_synchronizations", lambda f, *args: f(*args), ("what `f` returned",)),
    ("count_synchronizations", lambda f, *args: 4, ("Yours gives 4",)),
]
