"""Batches have an address, training is the loop one would write by hand, and no interruption loses a run."""

from collections import namedtuple
from itertools import islice, pairwise

import numpy as np
import pytest
from scipy import stats

from vae_from_scratch import evaluation, optimizers, training, vae
from vae_from_scratch.autodiff import NonFinite, value_and_grad
from vae_from_scratch.pytree import tree_leaves, tree_map

N, D, L, B, SEED, STEPS = 17, 6, 2, 5, 3, 12


def gray(num_examples=N):
    return np.random.default_rng(0).random((num_examples, D), np.float32)


def numbered(num_examples=N):
    """Images that are 0 or 1 in every pixel, so that binarizing keeps them, and each another one."""
    return np.array([[i >> bit & 1 for bit in range(D)] for i in range(num_examples)], np.float32)


def numbers_of(batches):
    """Which of the numbered images the batches hold, in their order."""
    return [number for x, _ in batches for number in (x @ 2 ** np.arange(D)).astype(int).tolist()]


def tiny():
    return vae.init(np.random.default_rng(0), D, (4,), L)


def assert_same_bits(tree, other):
    assert tree_map(np.shape, tree) == tree_map(np.shape, other)
    for leaf, twin in zip(tree_leaves(tree), tree_leaves(other), strict=True):
        assert np.asarray(leaf).tobytes() == np.asarray(twin).tobytes()


# ---------------------------------------------------------------------- batches


def test_a_step_has_the_same_batch_whatever_came_before_it():
    batches = list(training.minibatches(gray(), B, L, SEED, STEPS))
    assert len(batches) == STEPS
    for step in range(STEPS):
        assert_same_bits(next(training.minibatches(gray(), B, L, SEED, STEPS, start=step)), batches[step])


def test_batches_are_binary_images_and_noise_in_float32():
    for x, epsilon in training.minibatches(gray(), B, L, SEED, STEPS):
        assert x.shape == (B, D) and epsilon.shape == (B, L)
        assert x.dtype == epsilon.dtype == np.float32
        assert set(np.unique(x)) <= {0, 1}


def test_an_epoch_visits_every_image_once_in_an_order_of_its_own():
    per_epoch = 4
    batches = list(training.minibatches(numbered(20), B, L, SEED, 3 * per_epoch))
    epochs = [numbers_of(batches[i : i + per_epoch]) for i in range(0, len(batches), per_epoch)]
    assert all(sorted(epoch) == list(range(20)) for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2] != epochs[0]


def test_images_left_over_by_one_epoch_come_in_another():
    batches = list(training.minibatches(numbered(), B, L, SEED, 30))
    visits = [numbers_of(batches[i : i + 3]) for i in range(0, 30, 3)]
    assert all(len(set(epoch)) == 15 for epoch in visits)
    assert set().union(*visits) == set(range(N))


def test_every_visit_binarizes_anew_with_the_pixels_own_probability():
    x, visits = np.linspace(0, 1, D, dtype=np.float32)[None], 2000
    images = np.concatenate([image for image, _ in training.minibatches(x, 1, L, SEED, visits)])
    standard_error = np.sqrt(x[0] * (1 - x[0]) / visits)
    assert np.all(np.abs(images.mean(axis=0) - x[0]) <= 4 * standard_error)
    assert np.abs(np.corrcoef(images[:-1, 1:-1].T, images[1:, 1:-1].T)[:4, 4:]).max() < 4 / np.sqrt(visits)


def test_noise_is_standard_normal_and_never_comes_twice():
    noise = np.concatenate([epsilon for _, epsilon in training.minibatches(gray(), B, L, SEED, 500)])
    assert stats.kstest(noise.ravel(), "norm").pvalue > 0.01
    assert len(np.unique(noise, axis=0)) == len(noise)


def test_two_seeds_share_neither_order_nor_binarization_nor_noise():
    (x, epsilon), (other_x, other_epsilon) = (next(training.minibatches(gray(), B, L, s, 1)) for s in (0, 1))
    assert not np.isin(epsilon, other_epsilon).any() and not np.array_equal(x, other_x)
    orders = [numbers_of(training.minibatches(numbered(), B, L, seed, 1)) for seed in (0, 1)]
    assert orders[0] != orders[1]


def test_no_two_streams_of_a_seed_are_the_same_and_none_is_the_seeds_own():
    streams = (training.ORDER, training.NOISE, evaluation.DRAWS)
    for seed in (0, 1, 2**40):
        addresses = [seed, *((seed, stream, number) for stream in streams for number in range(100))]
        assert len({np.random.default_rng(address).random() for address in addresses}) == 301


def test_a_batch_larger_than_the_data_is_an_error_that_says_what_to_write():
    with pytest.raises(ValueError, match="batch_size=17"):
        next(training.minibatches(gray(), 18, L, SEED, 1))


# ------------------------------------------------------------------------ train


def run(start=0, params=None, state=None, steps=STEPS):
    """The run that all tests below compare with, from any step on."""
    batches = training.minibatches(gray(), B, L, SEED, steps, start=start)
    return training.train(params or tiny(), batches, optimizers.adam(0.01), state=state)


def test_train_is_the_loop_one_would_write_by_hand():
    optimizer, params = optimizers.adam(0.01), tiny()
    state = optimizer.init(params)
    steps = run()
    for x, epsilon in training.minibatches(gray(), B, L, SEED, STEPS):
        value, grads = value_and_grad(vae.loss)(params, x, epsilon)
        params, state = optimizer.update(params, grads, state)
        assert_same_bits(next(steps), (value, params, state))
    assert next(steps, None) is None


def test_parameters_that_train_has_yielded_never_change_afterwards():
    start = tiny()
    yielded = list(run(params=start))
    assert_same_bits(start, tiny())
    for (_, params, _), (_, same_params, _) in zip(yielded, run(), strict=True):
        assert_same_bits(params, same_params)
    for before, after in pairwise(yielded):
        assert all(
            not np.shares_memory(a, b) for a, b in zip(tree_leaves(before[1]), tree_leaves(after[1]), strict=True)
        )


def test_what_changes_from_step_to_step_lies_in_the_batch():
    x, epsilon = next(training.minibatches(gray(), B, L, SEED, 1))
    (value, params, _), *_ = training.train(tiny(), [(x, epsilon, 0.0)], optimizers.sgd(0.1))
    assert value == pytest.approx(vae.rate_and_distortion(tiny(), x, epsilon)[1].mean(), rel=1e-6)
    (_, other, _), *_ = training.train(tiny(), [(x, epsilon, np.float64(4.0))], optimizers.sgd(0.1))
    assert not np.array_equal(params["encoder"]["mean"][0], other["encoder"]["mean"][0])
    assert {leaf.dtype for leaf in tree_leaves(other)} == {np.dtype(np.float32)}


def test_batches_are_cast_to_the_parameters_dtype():
    batches = [(x.astype(float), e.astype(float)) for x, e in training.minibatches(gray(), B, L, SEED, STEPS)]
    for double, single in zip(training.train(tiny(), batches, optimizers.adam(0.01)), run(), strict=True):
        assert_same_bits(double, single)


def test_another_loss_can_be_trained():
    def squared_distance(params, target):
        return ((params["w"] - target) ** 2).sum()

    batches = [(np.ones(3),)] * 50
    *_, (_, params, _) = training.train({"w": np.zeros(3)}, batches, optimizers.sgd(0.1), squared_distance)
    np.testing.assert_allclose(params["w"], 1, atol=1e-4)


def test_a_loss_that_is_not_a_number_stops_the_run_and_keeps_the_last_parameters():
    batches = list(training.minibatches(gray(), B, L, SEED, STEPS))
    batches[4] = (batches[4][0], np.full((B, L), np.nan, np.float32))
    seen = []
    with pytest.raises(NonFinite, match="the loss"):
        seen.extend(training.train(tiny(), batches, optimizers.adam(0.01)))
    good = list(islice(run(), 4))
    assert len(seen) == 4
    assert_same_bits(seen[-1], good[-1])


def test_an_interrupt_between_steps_keeps_the_last_parameters_and_the_run_goes_on_to_the_same_bits():
    def interrupted():
        yield from islice(training.minibatches(gray(), B, L, SEED, STEPS), 4)
        raise KeyboardInterrupt

    seen = []
    with pytest.raises(KeyboardInterrupt):
        seen.extend(training.train(tiny(), interrupted(), optimizers.adam(0.01)))
    _, params, state = seen[-1]
    *_, end = run(start=4, params=params, state=state)
    *_, expected = run()
    assert_same_bits(end, expected)


def test_the_loop_may_be_left_and_entered_again():
    steps = run()
    *_, (_, params, state) = islice(steps, 7)
    kept = optimizers.copied(state)
    *_, end = run(start=7, params=params, state=optimizers.copied(kept))
    *_, unbroken = run()
    assert_same_bits(end, unbroken)
    assert_same_bits(next(steps), next(run(start=7, params=params, state=kept)))


def test_a_tree_of_named_roles_trains_as_a_tuple_does():
    Pair = namedtuple("Pair", "W b")
    params = tiny()
    named = params | {"decoder": params["decoder"] | {"logits": Pair(*params["decoder"]["logits"])}}
    for (value, _, _), (expected, _, _) in zip(run(params=named), run(), strict=True):
        assert value == expected
