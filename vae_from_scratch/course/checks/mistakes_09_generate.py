"""Lesson 9: wrong ways to generate images, and what to say to each."""

import numpy as np

from vae_from_scratch import vae
from vae_from_scratch.course.checks import Mistake, same
from vae_from_scratch.course.checks.fixture_08 import EPSILON as Z
from vae_from_scratch.course.checks.fixture_08 import PARAMS
from vae_from_scratch.ops import sigmoid

UNIFORMS = np.random.default_rng(90).random((5, 7))


def _by(mean_of=lambda logits: sigmoid(logits), image_of=lambda means, uniforms: 1.0 * (uniforms < means)):
    """`generate` with one of its steps replaced: logits -> means; means, uniforms -> images."""

    def generate(params, z, uniforms=None, model=vae.DENSE):
        means = mean_of(model.decode(params, z))
        return means if uniforms is None else image_of(means, uniforms)

    return generate


def _dense_always(params, z, uniforms=None, model=vae.DENSE):
    return vae.generate(params, z, uniforms)


def _shares(logits):
    """Softmax over the pixels."""
    odds = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return odds / np.sum(odds, axis=-1, keepdims=True)


def _own_coins(params, z, uniforms=None, model=vae.DENSE):
    means = sigmoid(model.decode(params, z))
    return 1.0 * (np.random.default_rng().random(means.shape) < means)


def _own_latents(params, z, uniforms=None, model=vae.DENSE):
    return vae.generate(params, np.random.default_rng(1).standard_normal(np.shape(z)), uniforms, model)


def _is_binary(images):
    return bool(np.all((images == 0) | (images == 1)))


def _deaf_to_z(f):
    return same(f(PARAMS, Z), f(PARAMS, Z + 1.0)) or not (_is_binary(f(PARAMS, Z)) or same(f(PARAMS, Z), f(PARAMS, Z)))


GENERATE = (
    Mistake(
        "generate-sigmoid-forgotten",
        _by(mean_of=lambda logits: logits),
        "`model.decode` gives logits, any numbers at all. A probability of ink is their sigmoid.",
        also=(lambda params, z, uniforms=None, model=vae.DENSE: model.decode(params, z),),
    ),
    Mistake(
        "generate-sigmoid-twice",
        _by(mean_of=lambda logits: sigmoid(sigmoid(logits))),
        "The sigmoid is taken twice: no pixel comes out below ½ or above 0.731, so that everything is gray. The"
        " decoder's logits need one.",
    ),
    Mistake(
        "generate-exponential",
        _by(mean_of=np.exp),
        "`exp` of a logit is the odds, p / (1 - p), not the probability p. Which function undoes the logit?",
    ),
    Mistake(
        "generate-exp-overflows",
        _by(mean_of=lambda logits: np.exp(logits) / (1 + np.exp(logits))),
        "Right at moderate logits. At a logit of 1000 `exp` is infinite, and infinity over infinity is not a number."
        " `ops.sigmoid` stays finite; so does 1 / (1 + exp(−logit)).",
    ),
    Mistake(
        "generate-logits-turned-round",
        _by(mean_of=lambda logits: sigmoid(-logits)),
        "The sign of the logits is turned, so that these are the probabilities of *paper*. A larger logit must give"
        " more ink.",
        also=(_by(mean_of=lambda logits: 1 - sigmoid(logits)),),
    ),
    Mistake(
        "generate-softmax",
        _by(mean_of=_shares),
        "The probabilities of an image's pixels add up to 1 here, as if one pixel alone could be lit. Each pixel is a"
        " coin of its own: a sigmoid for each.",
    ),
    Mistake(
        "generate-means-as-samples",
        _by(image_of=lambda means, uniforms: means),
        "The means are right, and uniforms change nothing: a mean is no sample. Given uniforms, throw one coin per"
        " pixel.",
    ),
    Mistake(
        "generate-rounds-the-means",
        _by(image_of=lambda means, uniforms: 1.0 * (means > 0.5)),
        "Black and white, but always the same image for a z: the means are rounded. A pixel of mean 0.3 must be lit"
        " three times in ten. What decides is whether its uniform number lies below its mean.",
        also=(_by(image_of=lambda means, uniforms: np.round(means)),),
    ),
    Mistake(
        "generate-turned-round",
        _by(image_of=lambda means, uniforms: 1.0 * (uniforms > means)),
        "Paper and ink have changed places: a uniform number falls *below* the mean with just the mean's probability.",
    ),
    Mistake(
        "generate-upper-tail",
        _by(image_of=lambda means, uniforms: 1.0 * (uniforms > 1 - means)),
        "Each pixel is lit as often as it should be, but by *large* uniform numbers, those above 1 − p. The course"
        " lights it below p, so that the same uniforms give the same image in everybody's program.",
        also=(_by(image_of=lambda means, uniforms: np.floor(means + uniforms)),),
    ),
    Mistake(
        "generate-share-of-paper",
        _by(image_of=lambda means, uniforms: 1.0 * (uniforms < 1 - means)),
        "The means are right, but the coins fall on ink with probability 1 − p: that is how often they should fall on"
        " paper.",
    ),
    Mistake(
        "generate-uniforms-below-half",
        _by(image_of=lambda means, uniforms: 1.0 * (uniforms < 0.5)),
        "Every pixel is a fair coin. It should fall on ink with the probability that the decoder says.",
    ),
    Mistake(
        "generate-uniforms-against-logits",
        _by(image_of=lambda means, uniforms: 1.0 * (uniforms < np.log(means / (1 - means)))),
        "The means are right, but the draws compare uniforms with *logits*. A uniform number is below p with"
        " probability p: compare it with the means.",
    ),
    Mistake(
        "generate-noise-added",
        _by(image_of=lambda means, uniforms: means + uniforms),
        "Noise is added to the mean, and pixels come out that are neither ink nor paper. The model's noise is a coin"
        " for each pixel.",
        also=(_by(image_of=lambda means, uniforms: np.clip(means + uniforms - 0.5, 0, 1)),),
    ),
    Mistake(
        "generate-noise-multiplied",
        _by(image_of=lambda means, uniforms: means * uniforms),
        "Means times uniform numbers are gray again. Which comparison gives 1 with probability p?",
    ),
    Mistake(
        "generate-one-coin-per-image",
        _by(image_of=lambda means, uniforms: 1.0 * (uniforms[..., :1] < means)),
        "One uniform number decides all pixels of an image. They are independent given z: each pixel has its own.",
    ),
    Mistake(
        "generate-same-coins-for-all",
        _by(image_of=lambda means, uniforms: 1.0 * (uniforms[0] < means)),
        "All images are drawn with the first one's uniform numbers. `uniforms` has a row for each.",
    ),
    Mistake(
        "generate-model-ignored",
        _dense_always,
        "Right for the dense network. But `model` says which decoder: `model.decode`, so that lesson 12 can hand you"
        " another.",
    ),
    Mistake(
        "generate-own-latents",
        _own_latents,
        "The images do not depend on the z that is handed in: you draw another inside. z comes as an argument, drawn"
        " from the prior by whoever asks.",
        detect=_deaf_to_z,
    ),
    Mistake(
        "generate-rounds-unasked",
        lambda params, z, uniforms=None, model=vae.DENSE: 1.0 * (sigmoid(model.decode(params, z)) > 0.5),
        "Black and white without being asked for a sample: the means are rounded. Without `uniforms` return the means"
        " themselves, gray as they are; with them, compare.",
        detect=lambda f: same(f(PARAMS, Z), 1.0 * (vae.generate(PARAMS, Z) > 0.5)),
    ),
    Mistake(
        "generate-draws-unasked",
        _own_coins,
        "It throws coins of its own. Randomness is an argument in this course: without `uniforms` return the means,"
        " with them compare.",
        detect=lambda f: _is_binary(f(PARAMS, Z)),
    ),
)
