"""The core on arrays that are not NumPy's: the strict stand-in's everywhere, and CuPy's where there is a GPU.

The stand-in computes with NumPy, so what comes out must be NumPy's to the last bit; on a GPU sums run in another
order, and 1e-5 of the largest entry is allowed.
"""

import inspect
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from vae_from_scratch import device, evaluation, ops, optimizers, training, vae
from vae_from_scratch.autodiff import NonFinite, value_and_grad
from vae_from_scratch.course.strict_array import StrictArray
from vae_from_scratch.device import like, to_cpu, to_gpu
from vae_from_scratch.pytree import tree_leaves, tree_map

N, K, D, L, M = 5, 11, 7, 3, 4  # examples, samples, data, latents, outputs


def normal(*shape, seed=0):
    return np.random.default_rng((seed, *shape)).standard_normal(shape).astype(np.float32)


def assert_on_device(tree, cupy):
    assert {type(leaf) for leaf in tree_leaves(tree)} == {cupy.ndarray}


def assert_equal_trees(actual, expected, cupy):
    """Same shapes and dtypes; same bits on the stand-in, 1e-5 of the largest entry on a GPU."""
    exact = cupy.ndarray is StrictArray

    def compare(a, e):
        a, e = np.asarray(a), np.asarray(e)
        assert (a.shape, a.dtype) == (e.shape, e.dtype)
        np.testing.assert_allclose(a, e, rtol=0, atol=0 if exact else 1e-5 * np.abs(e).max())

    tree_map(compare, to_cpu(actual), expected)


# ---------------------------------------------------------------- crossing


def test_to_gpu_and_back_keeps_structure_dtype_values_and_numbers(cupy):
    tree = {"a": [(normal(2, 3), np.ones(3))], "steps": 7, "rate": 0.5}
    there = to_gpu(tree)
    assert_on_device(there["a"], cupy)
    assert there["steps"] == 7 and there["rate"] == 0.5
    back = to_cpu(there)
    assert {type(leaf) for leaf in tree_leaves(back["a"])} == {np.ndarray}
    assert (back["steps"], back["rate"]) == (7, 0.5)
    tree_map(np.testing.assert_array_equal, back, tree)
    assert [leaf.dtype for leaf in tree_leaves(back["a"])] == [np.float32, np.float64]


def test_to_gpu_leaves_arrays_of_the_device_where_they_are(cupy):
    there = to_gpu([normal(2)])
    assert to_gpu(there)[0] is there[0]


def test_a_batch_goes_where_the_parameters_are_in_their_dtype(cupy):
    params = to_gpu([normal(2)])
    x, labels, (epsilon,) = like((np.ones((2, 3)), np.arange(2), [np.zeros(2, bool)]), params)
    assert_on_device([x, labels, epsilon], cupy)
    assert {x.dtype, labels.dtype, epsilon.dtype} == {np.dtype(np.float32)}
    assert like((x,), params)[0] is x


@pytest.mark.parametrize("example", [normal(2), np.ones(2), np.float32(1), 1.0], ids=lambda e: type(e).__name__)
def test_a_batch_takes_the_dtype_of_parameters_on_the_host(example):
    (x,) = like((np.ones(3, np.float32),), {"w": example})
    assert type(x) is np.ndarray and x.dtype == np.result_type(example)


@pytest.mark.parametrize("number", [np.float64(0.5), np.float32(0.5), np.int64(2), np.bool(True), 0.5, 2])
def test_a_number_in_a_batch_widens_nothing(number, cupy):
    params = to_gpu([normal(2)])
    (beta,) = like((number,), params)
    assert beta == number
    assert (params[0] * beta).dtype == np.float32


def test_a_batch_on_the_host_is_not_copied():
    x = normal(2, 3)
    assert like((x,), [normal(1)])[0] is x


def test_without_cupy_to_gpu_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(ImportError, match=r"vae_from_scratch\[gpu\]") as caught:
        to_gpu([normal(2)])
    assert isinstance(caught.value.__cause__, ImportError)
    pyproject = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8"))
    assert any("cupy" in requirement for requirement in pyproject["project"]["optional-dependencies"]["gpu"])


def test_importing_the_core_does_not_look_for_cupy():
    code = "import sys; sys.modules['cupy'] = None; import vae_from_scratch.training, vae_from_scratch.evaluation"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_type_registered_by_hand_is_known_everywhere():
    class Elsewhere(StrictArray):
        __slots__ = ()

    device.register(Elsewhere, lambda a: Elsewhere(a), lambda a: a.get())
    param = Elsewhere(normal(2, 3))
    (x,) = like((normal(2, 3),), [param])
    assert type(x) is Elsewhere
    np.testing.assert_array_equal(to_cpu([x])[0], normal(2, 3))
    value, _ = value_and_grad(lambda p: ops.mean(p))(param)
    assert float(value) == normal(2, 3).mean()


# --------------------------------------------------------------------- ops

CASES = {
    "exp": (normal(N, D),),
    "sum_last": (normal(K, N, D),),
    "mean": (normal(K, N),),
    "log_mean_exp": (normal(K, N),),
    "dense": (normal(K, N, D), normal(D, M), normal(M)),
    "relu": (normal(N, D),),
    "tanh": (normal(N, D),),
    "sigmoid": (normal(N, D),),
    "softplus": (normal(N, D),),
    "bernoulli_log_prob": (normal(N, D), normal(K, N, D)),
    "continuous_bernoulli_log_prob": (np.abs(np.sin(normal(N, D))), normal(K, N, D)),
    "normal_log_prob": (normal(K, N, L), normal(N, L), normal(N, L, seed=1)),
    "kl_to_standard_normal": (normal(N, L), normal(N, L, seed=1)),
    "reparameterize": (normal(N, L), normal(N, L, seed=1), normal(K, N, L)),
    "im2col": (normal(N, 5, 7, M),),
    "col2im": (normal(N, 3, 4, 9 * M),),
    "lay_down": (normal(N, 3, 4, L), normal(3, 3, M, L)),
    "conv2d": (normal(N, 5, 7, M), normal(3, 3, M, L), normal(L)),
    "conv2d_transpose": (normal(N, 3, 4, L), normal(3, 3, M, L), normal(M)),
}
KERNEL = {"stride": 2, "padding": 1}
OPTIONS = {
    "im2col": {"size": 3} | KERNEL,
    "col2im": {"shape": (N, 5, 7, M), "size": 3} | KERNEL,
    "lay_down": {"shape": (N, 5, 7, M)} | KERNEL,
    "conv2d": KERNEL,
    "conv2d_transpose": KERNEL,
}
HELPERS = {
    "continuous_bernoulli_mean", "once", "ones_like", "places", "read_off", "rows", "summed", "times", "unbroadcast",
}  # fmt: skip


def test_every_op_has_a_case():
    defined = {name for name, f in vars(ops).items() if inspect.isfunction(f) and f.__module__ == ops.__name__}
    assert defined - HELPERS == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_every_op_and_its_products_are_the_same_on_the_device(name, cupy):
    f, args = partial(getattr(ops, name), **OPTIONS.get(name, {})), CASES[name]
    there, value = to_gpu(args), f(*args)
    assert_on_device(f(*there), cupy)
    assert_equal_trees(f(*there), value, cupy)
    weights = normal(*value.shape, seed=2)

    def weighted(args, weights):
        return ops.mean(weights * f(*args))

    expected = value_and_grad(weighted)(args, weights)
    actual = value_and_grad(weighted)(there, to_gpu(weights))
    assert_on_device(actual, cupy)
    assert_equal_trees(actual, expected, cupy)


# ------------------------------------------------- bounds, training, evaluation


@pytest.fixture
def params():
    return vae.init(np.random.default_rng(0), D, hidden=(8,), latent_dim=L, output_bias=normal(D))


def images(n):
    return np.random.default_rng(1).random((n, D), np.float32)


BOUNDS = {
    "elbo": (vae.elbo, normal(N, L)),
    "elbo at beta 2": (lambda *args: vae.elbo(*args, beta=2.0), normal(N, L)),
    "IWAE bound": (vae.iwae_bound, normal(K, N, L)),
}


@pytest.mark.parametrize("bound, epsilon", BOUNDS.values(), ids=BOUNDS.keys())
def test_bounds_and_their_gradients_are_the_same_on_the_device(bound, epsilon, params, cupy):
    def loss(params, x, epsilon):
        return -ops.mean(bound(params, x, epsilon))

    batch, there = (images(N), epsilon), to_gpu(params)
    assert_equal_trees(bound(there, *to_gpu(batch)), bound(params, *batch), cupy)
    actual = value_and_grad(loss)(there, *to_gpu(batch))
    assert_on_device(actual, cupy)
    assert_equal_trees(actual, value_and_grad(loss)(params, *batch), cupy)


OPTIMIZERS = {
    "sgd": optimizers.sgd(1e-3),
    "momentum": optimizers.momentum(1e-3),
    "adam": optimizers.adam(1e-3),
    "adam at NumPy's rate": optimizers.adam(np.float64(1e-3)),
    "adam with a falling rate": optimizers.adam(optimizers.cosine_decay(1e-3, 1e-4, 5)),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
def test_each_training_step_is_the_same_on_the_device(optimizer, params, cupy):
    state = optimizer.init(params)
    for batch in training.minibatches(images(12), N, L, seed=0, steps=5):
        batch = (*batch, np.float64(0.5))  # with beta
        there, state_there = to_gpu(params), to_gpu(state)
        (expected,) = training.train(params, [batch], optimizer, state=state)
        (actual,) = training.train(there, [batch], optimizer, state=state_there)
        assert_on_device(actual[:2], cupy)
        assert_equal_trees(actual, expected, cupy)
        _, params, state = expected
        assert {leaf.dtype for leaf in tree_leaves(params)} == {np.dtype(np.float32)}


def test_an_optimizer_starts_its_state_on_the_device(params, cupy):
    for optimizer in OPTIMIZERS.values():
        assert_equal_trees(optimizer.init(to_gpu(params)), optimizer.init(params), cupy)


def test_adam_takes_the_same_step_for_a_parameter_of_many_entries(cupy):
    params, grads, adam = [normal(1000, 300)], [normal(1000, 300, seed=1)], optimizers.adam(1e-2)
    expected = adam.update(params, grads, adam.init(params))
    there = to_gpu(params)
    assert_equal_trees(adam.update(there, to_gpu(grads), adam.init(there)), expected, cupy)


def test_a_gradient_that_is_not_finite_is_named_on_the_device(params, cupy):
    params["decoder"]["hidden"][0][1][0] = np.nan
    there = to_gpu(params)
    with pytest.raises(NonFinite) as caught:
        next(training.train(there, [(images(N), normal(N, L))], optimizers.sgd(1e-3)))
    assert caught.value.path == "the loss"
    roots = {"b": normal(2), "a": np.zeros(2, np.float32)}
    with np.errstate(divide="ignore"), pytest.raises(NonFinite) as caught:
        value_and_grad(lambda p: ops.mean(np.sqrt(p["a"])) + ops.mean(p["b"]))(to_gpu(roots))
    assert caught.value.path == "the gradient of params['a']"


def test_parameters_that_the_loss_does_not_use_get_zeros_on_the_device(cupy):
    _, grads = value_and_grad(lambda p: ops.mean(p["a"]))(to_gpu({"a": normal(2), "b": normal(3)}))
    assert_on_device(grads, cupy)
    assert_equal_trees(grads, {"a": np.full(2, 0.5, np.float32), "b": np.zeros(3, np.float32)}, cupy)


def test_nll_and_rate_per_unit_are_the_same_numbers_on_the_host(params, cupy):
    x, there = images(N), to_gpu(params)
    for measure in (lambda p: evaluation.nll(p, x, K, seed=0), lambda p: evaluation.rate_per_unit(p, x)):
        actual = measure(there)
        assert type(actual) is np.ndarray and actual.dtype == np.float64
        np.testing.assert_allclose(actual, measure(params), rtol=0 if cupy.ndarray is StrictArray else 1e-5)


def test_generated_images_are_the_same_on_the_device(params, cupy):
    z, uniforms, there = normal(N, L), images(N), to_gpu(params)
    for noise in (None, uniforms):
        actual = vae.generate(there, *like((z, noise), there))
        assert_on_device(actual, cupy)
        assert_equal_trees(actual, vae.generate(params, z, noise), cupy)


def test_a_checkpoint_of_device_arrays_is_read_as_numpys(params, cupy, tmp_path):
    adam = optimizers.adam(1e-3)
    batches = training.minibatches(images(12), N, L, seed=3, steps=2)
    *_, (_, there, state) = training.train(to_gpu(params), batches, adam)
    training.save_checkpoint(tmp_path / "run.npz", there, state, seed=3, step=2)
    *trees, seed, step = training.load_checkpoint(tmp_path / "run.npz")
    assert (seed, step) == (3, 2)
    assert {type(leaf) for leaf in tree_leaves(trees[0])} == {np.ndarray}
    tree_map(np.testing.assert_array_equal, trees, [to_cpu(there), to_cpu(state)])
