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


def filled_as_x_is(x):
    out = np.empty_like(x)
    for j in range(x.shape[1]):
        std = x[:, j].std()
        out[:, j] = (x[:, j] - x[:, j].mean()) / np.where(std == 0, 1.0, std)
    return out


def zeros_like_its_kind(x):
    out, std = np.zeros(x.shape, x.dtype, like=x), x.std(axis=0)
    out += (x - x.mean(axis=0)) / (std + ~(std > 0))
    return out


def brought_there(x):
    out, std = device.like(np.zeros(x.shape), x), np.std(x, axis=0)
    return out + (x - np.average(x, axis=0)) / np.where(np.isclose(std, 0), 1, std)


def nan_put_right(x):
    return np.nan_to_num((x - x.mean(axis=0)) / x.std(axis=0))


def by_a_norm(x):
    centered = x - x.mean(axis=0)
    std = np.linalg.norm(centered, axis=0) / len(x) ** 0.5
    std[std == 0] = 1
    return centered / std


def columns_stacked(x):
    return np.column_stack([(c - c.mean()) / (c.std() + (c.std() == 0)) for c in x.T])


def with_an_if_for_each(x):  # waits for each column, and is told so
    std = x.std(axis=0)
    if (std == 0).any():
        std = std + (std == 0)
    return (x - x.mean(axis=0)) / std


def of_chosen_columns(x):  # waits, too: how many are chosen the host must know
    out, std = np.zeros_like(x), x.std(axis=0)
    varies = std > 0
    out[:, varies] = (x - x.mean(axis=0))[:, varies] / std[varies]
    return out


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


def by_a_cell(f, *args):
    count = [0]

    def note(_):
        count[0] += 1

    with device.watched(note):
        f(*args)
    return count[0]


def by_a_return_inside(f, *args):
    names = []
    with device.watched(lambda name: names.append(name)):
        f(*args)
        return np.array(len(names))


RIGHT = {
    "standardize": (
        by_std_and_where, with_keepdims, by_sums, column_by_column, filled_as_x_is, zeros_like_its_kind, brought_there,
        nan_put_right, by_a_norm, columns_stacked, with_an_if_for_each, of_chosen_columns,
    ),
    "count_synchronizations": (by_a_list, by_a_counter, by_a_dictionary, by_a_cell, by_a_return_inside),
}  # fmt: skip

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


def count_in_vain(f, *args):
    count = 0

    def note(name):
        count = 1  # noqa: F841

    with device.watched(note):
        f(*args)
    return count


def watches_without_with(f, *args):
    reads = []
    device.watched(reads.append)
    f(*args)
    return len(reads)


def adds_texts_to_a_list(f, *args):
    reads = []

    def note(name):
        nonlocal reads
        reads += name

    with device.watched(note):
        f(*args)
    return len(reads)


def between_0_and_1(x):
    low, high = np.min(x, axis=0), np.max(x, axis=0)
    return (x - low) / np.where(high > low, high - low, 1)


WRONG = [
    ("standardize", "standardize-to-the-range", between_0_and_1),
    (
        "standardize",
        "standardize-mean-alone-divided",
        lambda x: x - np.mean(x, 0) / np.where(np.std(x, 0) > 0, np.std(x, 0), 1),
    ),
    (
        "standardize",
        "standardize-by-the-sum-of-squares",
        lambda x: (x - x.mean(0)) / (x.std(0) * len(x) ** 0.5 + (x.std(0) == 0)),
    ),
    ("count_synchronizations", "count-outside", count_in_vain),
    ("count_synchronizations", "count-outside", watches_without_with),
    ("count_synchronizations", "count-letters", adds_texts_to_a_list),
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


def returns_the_result_too(f, *args):
    reads = []
    with device.watched(reads.append):
        result = f(*args)
    return result, len(reads)


def returns_a_dictionary(f, *args):
    seen = {}
    with device.watched(lambda name: seen.update({name: seen.get(name, 0) + 1})):
        f(*args)
    return seen


UNLISTED = [
    ("standardize", lambda x: (x - x.mean(axis=0)) / 2, ("(-1, 1)",)),
    ("count_synchronizations", returns_the_names, ("How many",)),
    ("count_synchronizations", returns_the_result_too, ("one number",)),
    ("count_synchronizations", returns_a_dictionary, ("in a dict", "all told")),
    ("count_synchronizations", lambda f, *args: f"{len(args)} waits", ("a text",)),
    ("count_synchronizations", lambda f, *args: f(*args), ("what `f` returned",)),
    ("count_synchronizations", lambda f, *args: 4, ("Yours gives 4",)),
]

# ---- stopped by an error, with words that its message must contain -------------------------------


def divides_where(x):
    std = x.std(axis=0)
    return np.divide(x - x.mean(axis=0), std, out=np.zeros_like(x), where=std > 0)


def applies_along(x):
    return np.apply_along_axis(lambda c: (c - c.mean()) / (c.std() or 1), 0, x)


def names_a_library(x):
    from cupy_of_mine import mean, std

    return (x - mean(x, axis=0)) / std(x, axis=0)


def moves_by_name(x):
    raise ImportError("to_gpu needs CuPy, which is not installed")  # where it is not


def counts_without_nonlocal(f, *args):
    count = 0

    def note(name):
        count += 1  # noqa: F823, F841 - the slip itself

    with device.watched(note):
        f(*args)
    return count


def hands_over_a_list(f, *args):
    reads = []
    with device.watched(reads):
        f(*args)
    return len(reads)


def appends_at_once(f, *args):
    reads = []
    with device.watched(reads.append()):
        f(*args)
    return len(reads)


def forgets_the_star(f, *args):
    reads = []
    with device.watched(reads.append):
        f(args)
    return len(reads)


def reads_what_as_gives(f, *args):
    with device.watched(print) as reads:
        f(*args)
    return len(reads)


RAISED = [
    ("standardize", sorts, ("knows no 'sort'", "by_std_and_where(np.sort", "less than CuPy")),
    ("standardize", applies_along, ("knows no 'apply_along_axis'",)),
    ("standardize", divides_where, ("'where'", "np.divide", "less than CuPy")),
    ("standardize", names_a_library, ("NumPy alone is enough",)),
    ("standardize", moves_by_name, ("Nothing need be moved",)),
    ("count_synchronizations", counts_without_nonlocal, ("nonlocal",)),
    ("count_synchronizations", hands_over_a_list, ("`reads.append`, not `reads`",)),
    ("count_synchronizations", appends_at_once, ("call it at once",)),
    ("count_synchronizations", forgets_the_star, ("`f(*args)`",)),
    ("count_synchronizations", reads_what_as_gives, ("behind `as`",)),
]
