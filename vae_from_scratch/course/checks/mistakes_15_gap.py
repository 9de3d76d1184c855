"""Lesson 15: wrong ways to measure the gap between latents, and what to say to each."""

import numpy as np

from vae_from_scratch.course.checks import Mistake

_rng = np.random.default_rng(1516)
INFORMATION, ENTROPY = 0.9 * _rng.random((5, 11)), _rng.uniform(1.1, 2.3, 5)


def _ranked(combine):
    """A gap made of each factor's information, the most telling latent first."""
    return lambda information, entropy: combine(np.sort(information, axis=1)[:, ::-1], entropy)


def _columns(information, entropy):
    return (information[:, -1] - information[:, -2]) / entropy


def _columns_from_the_left(information, entropy):
    return (information[:, 0] - information[:, 1]) / entropy


def _ranked_along_the_factors(information, entropy):
    ranked = np.sort(information, axis=0)
    return (ranked[:, -1] - ranked[:, -2]) / entropy


def _of_each_latent(information, entropy):
    ranked = np.sort(information / entropy[:, None], axis=0)
    return ranked[-1] - ranked[-2]


def _sorted_rows_in_nats(information, entropy):
    ranked = np.sort(information, axis=1)
    return ranked[-1] - ranked[-2]


def _rows_turned_round(information, entropy):
    ranked = np.sort(information, axis=1)[::-1]
    return (ranked[:, 0] - ranked[:, 1]) / entropy


def _rows_turned_round_from_the_right(information, entropy):
    ranked = np.sort(information, axis=1)[::-1]
    return (ranked[:, -1] - ranked[:, -2]) / entropy


def _places_for_values(information, entropy):
    places = np.argsort(information, axis=1)
    return (places[:, -1] - places[:, -2]) / entropy


def _over_the_whole_table(information, entropy):
    ranked = np.sort(information, axis=None)
    return (ranked[-1] - ranked[-2]) / entropy


def _over_the_sum(information, entropy):
    ranked = np.sort(information, axis=1)
    return (ranked[:, -1] - ranked[:, -2]) / np.sum(information, axis=1)


def _of_each_latent_in_nats(information, entropy):
    ranked = np.sort(information, axis=0)
    return ranked[-1] - ranked[-2]


GAP = (
    Mistake(
        "mig-in-nats",
        _ranked(lambda top, entropy: top[:, 0] - top[:, 1]),
        "The gap is right, in nats. But the factors do not have equally much to tell: divide each gap by its factor's"
        " entropy.",
    ),
    Mistake(
        "mig-over-the-largest",
        _ranked(lambda top, entropy: (top[:, 0] - top[:, 1]) / top[:, 0]),
        "The gap is right, but it is divided by what the best latent tells. Then a latent that knows next to nothing"
        " scores 1, if the others know nothing at all. Divide by all there is to tell, the entropy.",
    ),
    Mistake(
        "mig-largest-alone",
        _ranked(lambda top, entropy: top[:, 0] / entropy),
        "That is how much of the factor the best latent tells. If a second latent tells as much, it is no gap: take off"
        " what the next one tells.",
        also=(_ranked(lambda top, entropy: top[:, 0]),),
    ),
    Mistake(
        "mig-largest-less-smallest",
        _ranked(lambda top, entropy: (top[:, 0] - top[:, -1]) / entropy),
        "That is the best latent against the worst. The question is whether *another* latent comes near the best: take"
        " the second.",
        also=(_ranked(lambda top, entropy: top[:, 0] - top[:, -1]),),
    ),
    Mistake(
        "mig-largest-less-all-others",
        _ranked(lambda top, entropy: (top[:, 0] - np.sum(top[:, 1:], axis=1)) / entropy),
        "That is the best latent against all others together. Only the next one counts: take off the second.",
    ),
    Mistake(
        "mig-entropy-less-second",
        _ranked(lambda top, entropy: 1 - top[:, 1] / entropy),
        "The entropy stands where the best latent belongs: as if that one told everything. Take what it really tells.",
    ),
    Mistake(
        "mig-second-less-third",
        _ranked(lambda top, entropy: (top[:, 1] - top[:, 2]) / entropy),
        "One place too low: these are the second and the third. `ranked[:, -1]` is the largest.",
    ),
    Mistake(
        "mig-parentheses",
        _ranked(lambda top, entropy: top[:, 0] - top[:, 1] / entropy),
        "Only the second is divided by the entropy. The whole gap is: parentheses around the difference.",
    ),
    Mistake(
        "mig-largest-less-mean",
        lambda information, entropy: (np.max(information, axis=1) - np.mean(information, axis=1)) / entropy,
        "That is the best latent against the average one, which many silent latents pull down. Take the second best.",
        also=(_ranked(lambda top, entropy: (top[:, 0] - np.mean(top[:, 1:], axis=1)) / entropy),),
    ),
    Mistake(
        "mig-two-smallest",
        _ranked(lambda top, entropy: (top[:, -2] - top[:, -1]) / entropy),
        "`np.sort` begins with the smallest, and these are the two that tell least. Where are the largest?",
        also=(_ranked(lambda top, entropy: (top[:, -1] - top[:, -2]) / entropy),),
    ),
    Mistake(
        "mig-rows-turned-round",
        _rows_turned_round,
        "`[::-1]` turns the rows round, so that each factor gets another's latents. `[:, ::-1]` turns the latents.",
        also=(_rows_turned_round_from_the_right,),
    ),
    Mistake(
        "mig-rows-for-columns",
        _sorted_rows_in_nats,
        "`ranked[-1]` is the last row, a factor. The latents are columns: `ranked[:, -1]`. And the entropy is missing.",
    ),
    Mistake(
        "mig-places-for-values",
        _places_for_values,
        "`np.argsort` gives numbers of latents, not what they tell. `np.sort` gives the values.",
    ),
    Mistake(
        "mig-sign",
        _ranked(lambda top, entropy: (top[:, 1] - top[:, 0]) / entropy),
        "Right but for the sign: the second less the first. A gap is not below 0.",
    ),
    Mistake(
        "mig-not-ranked",
        _columns,
        "These are two fixed columns. A latent's number means nothing: rank the latents for each factor first.",
        also=(
            _columns_from_the_left,
            lambda information, entropy: information[:, -1] - information[:, -2],
            lambda information, entropy: information[:, 0] - information[:, 1],
            lambda information, entropy: np.abs(_columns_from_the_left(information, entropy)),
        ),
    ),
    Mistake(
        "mig-ranked-along-the-factors",
        _ranked_along_the_factors,
        "Sorted along the wrong axis: that ranks the factors within each latent. Each factor ranks the latents, axis"
        " 1.",
    ),
    Mistake(
        "mig-of-each-latent",
        _of_each_latent,
        "You ask of each latent whether it tells about one factor only: also a fair question, but another one. Here"
        " each *factor* is asked whether one latent tells it: one number for each factor.",
        also=(_of_each_latent_in_nats,),
    ),
    Mistake(
        "mig-averaged",
        _ranked(lambda top, entropy: np.mean((top[:, 0] - top[:, 1]) / entropy)),
        "That is the published number, the mean over factors, and right as such. Here each factor keeps its own gap,"
        " shape `(F,)`: the mean hides which factor was found.",
    ),
    Mistake(
        "mig-over-all-entropies",
        _ranked(lambda top, entropy: (top[:, 0] - top[:, 1]) / np.sum(entropy)),
        "The gap is right, but it is divided by the entropy of all factors together. Each gap goes with its own"
        " factor's.",
        also=(_ranked(lambda top, entropy: (top[:, 0] - top[:, 1]) / np.mean(entropy)),),
    ),
    Mistake(
        "mig-over-the-largest-entropy",
        _ranked(lambda top, entropy: (top[:, 0] - top[:, 1]) / np.max(entropy)),
        "The gap is right, but it is divided by the largest entropy. Each gap goes with its own factor's.",
    ),
    Mistake(
        "mig-over-what-all-tell",
        _over_the_sum,
        "The gap is right, but it is divided by what the latents tell one by one, added up: what two of them tell"
        " alike counts twice. All there is to tell is the entropy.",
    ),
    Mistake(
        "mig-over-the-whole-table",
        _over_the_whole_table,
        "These are the two largest numbers of the whole table. Each factor has a ranking of its own: sort along axis"
        " 1.",
    ),
)
