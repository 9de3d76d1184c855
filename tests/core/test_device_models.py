"""Every model and every measure on arrays that are not NumPy's: the strict stand-in's, and CuPy's where there is a GPU.

What comes out must be NumPy's to the last bit on the stand-in; on a GPU sums run in another order.
"""

import numpy as np
import pytest

from tests.core.test_device import assert_equal_trees, assert_on_device, normal
from vae_from_scratch import (
    autoencoder,
    convolutional,
    distributions,
    evaluation,
    gray,
    hierarchical,
    ops,
    optimizers,
    pca,
    training,
    vae,
)
from vae_from_scratch.course.strict_array import StrictArray
from vae_from_scratch.device import count_synchronizations, like, standardize, to_cpu, to_gpu, watched

N, K, D, L = 5, 11, 7, 3


def rng():
    return np.random.default_rng(0)


def images(n=N, data_dim=784, seed=1):
    return (np.random.default_rng(seed).random((n, data_dim)) < 0.3).astype(np.float32)


def loss_of(model):
    return lambda params, x, epsilon: vae.loss(params, x, epsilon, model=model)


def iwae(params, x, epsilon):
    return -ops.mean(vae.iwae_bound(params, x, epsilon, convolutional.CONVOLUTIONAL))


def deep(bound):
    return lambda params, x, *epsilons: -ops.mean(bound(params, x, list(epsilons)))


CONVOLUTIONS = convolutional.init(rng(), (3, 5), L)
STAGES = hierarchical.init(rng(), 49, ((8,), (6,)), (4, L))
DEEP_NOISE = normal(K, N, 4), normal(K, N, L)
MIXTURE = {"logits": normal(K, 49), "log_weights": normal(K)}
LOSSES = {  # parameters, loss, the batch's arrays
    "convolutional": (CONVOLUTIONS, loss_of(convolutional.CONVOLUTIONAL), (images(), normal(N, L))),
    "convolutional, IWAE": (CONVOLUTIONS, iwae, (images(), normal(K, N, L))),
    "two stochastic layers": (STAGES, deep(hierarchical.elbo), (images(data_dim=49), *DEEP_NOISE)),
    "two stochastic layers, IWAE": (STAGES, deep(hierarchical.iwae_bound), (images(data_dim=49), *DEEP_NOISE)),
    "gray, continuous Bernoulli": (
        vae.init(rng(), D, (8,), L), loss_of(gray.CONTINUOUS), (np.abs(np.sin(normal(N, D))), normal(N, L)),
    ),
    "gray, Gaussian": (gray.init_gaussian(rng(), D, (8,), L), loss_of(gray.GAUSSIAN), (normal(N, D), normal(N, L))),
    "autoencoder": (autoencoder.init(rng(), D, (8,), L), autoencoder.loss, (normal(N, D),)),
    "mixture": (MIXTURE, lambda p, x: -ops.mean(distributions.mixture_log_prob(p, x)), (images(data_dim=49),)),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_a_step_of_every_model_is_the_same_on_the_device_from_one_line(name, cupy):
    params, loss, batch = LOSSES[name]
    adam = optimizers.adam(1e-3)
    (expected,) = training.train(params, [batch], adam, loss)
    (actual,) = training.train(to_gpu(params), [batch], adam, loss)
    assert_on_device(actual[:2], cupy)
    assert_equal_trees(actual, expected, cupy)


MODELS = {
    "dense": (vae.init(rng(), 784, (8,), L), vae.DENSE),
    "convolutional": (CONVOLUTIONS, convolutional.CONVOLUTIONAL),
}
EVALUATIONS = {
    "nll": lambda params, model: evaluation.nll(params, images(), K, 0, model),
    "rate per unit": lambda params, model: evaluation.rate_per_unit(params, images(), model),
    "active units": lambda params, model: evaluation.active_units(params, images(), model),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("measure", EVALUATIONS)
def test_evaluation_of_parameters_on_the_device_gives_the_host_s_numbers(measure, model, cupy):
    params, model = MODELS[model]
    actual, expected = (EVALUATIONS[measure](p, model) for p in (to_gpu(params), params))
    assert type(actual) is type(expected)
    np.testing.assert_allclose(actual, expected, rtol=0 if cupy.ndarray is StrictArray else 1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_images_are_generated_on_the_device_from_latents_of_the_host(model, cupy):
    params, model = MODELS[model]
    for uniforms in (None, rng().random((N, 784), np.float32)):
        actual = vae.generate(to_gpu(params), normal(N, L), uniforms, model)
        assert_on_device(actual, cupy)
        assert_equal_trees(actual, vae.generate(params, normal(N, L), uniforms, model), cupy)


def test_two_stochastic_layers_generate_on_the_device(cupy):
    epsilons = [normal(N, 4), normal(N, L)]
    actual = hierarchical.generate(to_gpu(STAGES), epsilons)
    assert_on_device(actual, cupy)
    assert_equal_trees(actual, hierarchical.generate(STAGES, epsilons), cupy)


def log_joint(z):
    return ops.sum_last(distributions.normal_log_prob(z, 1.0, -1.0))


LOGS, MORE_LOGS, MEAN, LOG_VAR = normal(K, N), normal(K, N, seed=1), normal(N, L), normal(N, L, seed=1)
FUNCTIONS = {  # of arrays alone: they compute where their arrays are
    "importance_log_prob": (evaluation.importance_log_prob, LOGS, MORE_LOGS),
    "lower_bound": (evaluation.lower_bound, LOGS, MORE_LOGS),
    "effective_sample_size": (evaluation.effective_sample_size, LOGS),
    "class_means_log_prob": (evaluation.class_means_log_prob, normal(4, D), images(data_dim=D)),
    "nearest_neighbors": (evaluation.nearest_neighbors, normal(N, D), normal(K, D)),
    "log_aggregate_posterior": (evaluation.log_aggregate_posterior, normal(K, L), MEAN, LOG_VAR),
    "score_function_gradient": (evaluation.score_function_gradient, normal(N), normal(N, L, seed=2), MEAN, LOG_VAR),
    "interpolate": (vae.interpolate, normal(L), normal(L, seed=1), np.linspace(0, 1, K, dtype=np.float32)),
    "fit_posterior": (lambda *q: vae.fit_posterior(log_joint, *q[:2], q[2:], 0.1), MEAN, LOG_VAR, normal(N, L, seed=3)),
    "kl_on_grid": (lambda q, p: distributions.kl_on_grid(q, p, 0.1), LOGS, MORE_LOGS),
    "mean_image_logits": (distributions.mean_image_logits, images(data_dim=D)),
    "continuous_bernoulli_mean": (distributions.continuous_bernoulli_mean, normal(N, D)),
    "continuous_bernoulli_draw": (distributions.continuous_bernoulli_draw, normal(N, D), np.abs(np.sin(normal(N, D)))),
    "reconstruct": (pca.reconstruct, pca.pca(normal(K, D), L), normal(N, D)),
    "quantize": (lambda code: autoencoder.quantize(code, -2.0, 2.0, 3), normal(N, L)),
    "standardize": (standardize, normal(K, D)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_arrays_compute_where_their_arrays_are(name, cupy):
    f, *args = FUNCTIONS[name]
    actual = f(*to_gpu(args))
    assert_on_device(actual, cupy)
    assert_equal_trees(actual, f(*args), cupy)


# ------------------------------------------------------------------- waiting


def read_by_hand(x):
    columns = x.sum(axis=0)
    assert columns[0] > -1e9 and not (columns[1] > 1e9)  # two truths
    return [float(columns[2]), int(columns[3]), columns[4].item(), columns.tolist(), f"{columns[5]:.1f}", to_cpu([x])]


def test_each_read_of_a_number_is_one_wait(cupy):
    x = to_gpu([normal(N, D)])[0]
    assert count_synchronizations(read_by_hand, x) == 8
    assert count_synchronizations(repr, x) == count_synchronizations(str, x) == 1
    assert count_synchronizations(lambda x: x * 2 + x.mean(axis=0), x) == 0


def test_a_choice_by_a_mask_waits_for_the_number_of_those_chosen(cupy):
    x = to_gpu([normal(N, D)])[0]
    assert count_synchronizations(lambda x: x[x > 0], x) == 1
    assert count_synchronizations(lambda x: x[:, x[0] > 0], x) == 1
    assert count_synchronizations(lambda x: x[1:, 0], x) == 0
    np.testing.assert_array_equal(to_cpu(x[x > 0]), normal(N, D)[normal(N, D) > 0])


def test_what_is_read_is_named_and_afterwards_no_longer(cupy):
    x, names = to_gpu([normal(N)])[0], []
    methods = dict(vars(cupy.ndarray))
    with watched(names.append):
        float(x.sum()), bool(x.sum() > 0)
    assert names == ["float", "bool"] and dict(vars(cupy.ndarray)) == methods
    float(x.sum())
    assert names == ["float", "bool"]


def test_an_error_while_it_is_watched_ends_the_watch(cupy):
    x = to_gpu([normal(N)])[0]
    methods = dict(vars(cupy.ndarray))
    with pytest.raises(ZeroDivisionError):
        count_synchronizations(lambda x: 1 / 0, x)
    assert dict(vars(cupy.ndarray)) == methods


def test_numpy_s_arrays_keep_nobody_waiting():
    assert count_synchronizations(lambda x: float(x.sum()), normal(N)) == 0


def test_a_training_step_waits_once_and_its_evaluation_once_for_each_draw(cupy):
    params, _ = MODELS["dense"]
    there, adam = to_gpu(params), optimizers.adam(1e-3)
    batch = images(), normal(N, L)
    assert count_synchronizations(lambda: next(training.train(there, [batch], adam))) == 1
    assert count_synchronizations(lambda: evaluation.nll(there, images(), K, 0)) == 1


# --------------------------------------------------------------- standardize


def test_standardized_columns_have_mean_0_and_standard_deviation_1_and_constant_ones_are_0():
    x = np.concatenate([normal(K, D) * 3 + 5, np.full((K, 1), 7.0)], axis=1).astype(np.float64)
    z = standardize(x)
    np.testing.assert_allclose([z.mean(axis=0)[:D], z.std(axis=0)[:D] - 1], 0, atol=1e-12)
    assert (z[:, D] == 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_whose_mean_is_rounded_becomes_0_too(dtype):
    x = np.full((1000, 2), 0.1, dtype)
    assert dtype == np.float64 or x.mean(axis=0)[0] != x[0, 0]
    x[::2, 1] = 0.3
    z = standardize(x)
    assert z.dtype == dtype and (z[:, 0] == 0).all()
    np.testing.assert_allclose(np.abs(z[:, 1]), 1, rtol=1e-4)


def test_a_batch_follows_its_parameters_as_one_line_says(cupy):
    params, model = MODELS["convolutional"]
    there = to_gpu(params)
    actual = vae.elbo(there, *like((images(), normal(N, L)), there), model=model)
    assert_equal_trees(actual, vae.elbo(params, images(), normal(N, L), model=model), cupy)
