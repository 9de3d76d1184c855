"""Images scored under one mean image for each class, against scipy's Bernoulli, and turned round by Bayes' rule."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, softmax

from vae_from_scratch import data, distributions, evaluation

C, N, D = 3, 5, 7
RNG = np.random.default_rng(41)
LOGITS, X = RNG.normal(size=(C, D)) * 1.5, (RNG.random((N, D)) < 0.4).astype(float)


def test_each_image_under_each_class_is_the_sum_of_scipys_pixels():
    pixels = stats.bernoulli.logpmf(X[:, None].astype(int), expit(LOGITS))
    np.testing.assert_allclose(evaluation.class_means_log_prob(LOGITS, X), pixels.sum(axis=-1), rtol=1e-12)


def test_probabilities_of_all_images_sum_to_1_in_every_class():
    images = np.array(list(product([0.0, 1.0], repeat=D)))
    sums = np.exp(evaluation.class_means_log_prob(LOGITS, images)).sum(axis=0)
    np.testing.assert_allclose(sums, np.ones(C), rtol=1e-12)


def test_with_equal_classes_the_log_mean_exp_over_them_is_the_mixtures_log_prob():
    log_x = distributions.log_mean_exp(evaluation.class_means_log_prob(LOGITS, X), axis=1)
    mixture = distributions.mixture_log_prob({"logits": LOGITS, "log_weights": np.zeros(C)}, X)
    np.testing.assert_allclose(log_x, mixture, rtol=1e-12)


def test_among_draws_that_look_alike_classes_are_as_frequent_as_bayes_rule_says():
    rng, logits, n = np.random.default_rng(42), LOGITS[:, :2], 60_000
    drawn = rng.integers(C, size=n)
    images = data.binarize(expit(logits)[drawn], rng.random((n, 2)))
    alike = drawn[np.all(images == [1, 0], axis=1)]
    expected = softmax(evaluation.class_means_log_prob(logits, np.array([[1.0, 0.0]]))[0])
    found = np.bincount(alike, minlength=C) / len(alike)
    assert np.all(np.abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / len(alike)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_confident_classes_stay_finite(dtype):
    log_probs = evaluation.class_means_log_prob(1000 * np.sign(LOGITS).astype(dtype), X.astype(dtype))
    assert log_probs.dtype == dtype and log_probs.shape == (N, C) and np.all(np.isfinite(log_probs))


def test_ten_mean_images_classify_more_than_four_in_five_test_digits():
    digits = data.load("digits")
    images = [digits.train[digits.train_labels == label] for label in range(10)]
    logits = np.stack([distributions.mean_image_logits(x) for x in images])
    best = evaluation.class_means_log_prob(logits, digits.test).argmax(axis=1)
    assert np.mean(best == digits.test_labels) > 0.8
