"""The table of nats: one binarization, numbers by another route, rows that stay empty with a reason."""

import numpy as np
import pytest
from scipy.special import logsumexp, xlog1py, xlogy
from scipy.stats import bernoulli

from tests.core.examples import fitted, linear_gaussian_model, with_exact_posterior
from vae_from_scratch import data, pca, vae
from vae_from_scratch.course import nats, refined, trained


@pytest.fixture
def rehearsed(monkeypatch):
    monkeypatch.setenv("VAE_REHEARSE", "1")
    nats.fit_mixture.cache_clear()
    yield
    nats.fit_mixture.cache_clear()


def add_half(x):
    return (x.sum(axis=0, dtype=np.float64) + 0.5) / (len(x) + 1)


def test_the_binarization_is_bound_and_cannot_be_written():
    digits = data.load("digits").test
    again = np.random.default_rng(0).random(digits.shape, np.float32) < digits
    assert np.array_equal(nats.test_digits(), again)
    assert np.array_equal(nats.yours(), nats.yours())
    for x in (nats.test_digits(), nats.train_digits(), nats.yours()):
        assert x.dtype == np.float32 and not x.flags.writeable and set(np.unique(x)) <= {0, 1}


def test_uniform_pixels_cost_784_ln_2():
    assert -nats.uniform_pixels(nats.test_digits()) == pytest.approx(np.full(1000, 784 * np.log(2)), rel=1e-6)


def test_mean_image_and_class_means_agree_with_scipy():
    train, x, labels = nats.train_digits(), nats.test_digits(), data.load("digits").train_labels
    expected = bernoulli.logpmf(x, add_half(train)).sum(axis=1)
    assert nats.mean_image(x) == pytest.approx(expected, rel=1e-4)
    classes = [bernoulli.logpmf(x, add_half(train[labels == label])).sum(axis=1) for label in range(10)]
    assert nats.class_means(x) == pytest.approx(logsumexp(classes, axis=0) - np.log(10), rel=1e-4)


def test_a_mixture_is_a_distribution_over_images(rehearsed):
    params = nats.fit_mixture(10, 0.05)
    probs, weights = 1 / (1 + np.exp(-np.float64(params["logits"]))), np.exp(np.float64(params["log_weights"]))
    x = nats.test_digits()[:20]
    joint = [
        np.log(w / weights.sum()) + bernoulli.logpmf(x, p).sum(axis=1) for w, p in zip(weights, probs, strict=True)
    ]
    assert nats.mixture(10, 0.05)(x) == pytest.approx(logsumexp(joint, axis=0), rel=1e-4)


def test_the_floor_is_the_entropy_of_the_coins():
    x = np.float64(data.load("digits").test)
    assert nats.entropy(data.load("digits").test) == pytest.approx(-np.sum(xlogy(x, x) + xlog1py(1 - x, -x), axis=1))


def test_the_table_grows_with_the_lessons_and_no_row_is_below_the_floor(rehearsed):
    sizes = [len(nats.table(upto)) for upto in (1, 4, 5)]
    assert sizes == [4, 5, 8]
    *lines, floor = nats.table(5)
    assert all(float(line.test) > float(floor.test) for line in lines if line.test)
    assert {line.model for line in lines if not line.test} == {"autoencoder", "probabilistic PCA"}
    assert all(line.why for line in lines if not line.test)


def test_the_table_says_whose_digit_it_is_and_reads_alike_as_text_and_html():
    table = nats.table(1)
    assert "stand-in for your digit" in repr(table) and "stand-in for your digit" in table._repr_html_()
    for line in table:
        assert line.test in repr(table) and f"<td>{line.test}</td>" in table._repr_html_()


def test_lesson_8_s_row_waits_for_a_trained_network_and_then_gives_its_bound(rehearsed, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path))
    assert (nats.table(8)[-2].test, nats.table(8)[-2].why) == ("", "trained in lesson 8")
    params = trained.lesson_8()
    epsilon = np.random.default_rng(1).standard_normal((1000, 16), np.float32)
    line = nats.table(8)[-2]
    assert float(line.test) == pytest.approx(vae.loss(params, nats.test_digits(), epsilon), abs=0.5)
    many = np.random.default_rng(9).standard_normal((5000, 1, 16), np.float32)
    costs = -vae.log_weights(params, nats.yours(), many)
    assert float(line.yours) == pytest.approx(np.mean(costs), abs=0.5 + 4 * np.std(costs) / np.sqrt(nats.DRAWS))


def test_lesson_11_s_rows_wait_for_the_network_and_then_stand_below_its_bound(rehearsed, tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_COURSE_HOME", str(tmp_path))
    assert [line.why for line in nats.table(11)[-3:-1]] == ["of the network of lesson 8"] * 2
    params = trained.lesson_8()
    x = nats.test_digits()[:30]
    elbo, nll = refined.refined_costs(params, x)
    assert nll < elbo < -np.mean(vae.log_weights(params, x, np.zeros((1, 30, 16), np.float32))) + 1
    assert len(nats.table(11)) == len(nats.table(10)) + 2


def test_refining_q_closes_the_gap_where_the_posterior_is_gaussian():
    decoder, x = fitted()
    params, model = with_exact_posterior(decoder), linear_gaussian_model(decoder["log_var"])
    W, b = params["encoder"]["log_var"]
    params["encoder"]["log_var"] = (W, b + 1.5)  # a guess that costs 3 (e^1.5 - 2.5) / 2 = 2.97 nats
    elbo, nll = refined.refined_costs(params, x, model)
    exact = -pca.log_prob(decoder, x).mean()
    assert exact <= elbo + 0.02 and elbo - exact < 0.5
    assert nll == pytest.approx(exact, abs=0.05)
