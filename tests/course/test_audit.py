"""The audit against quadrature, closed forms and programs that are known to lie; the suspects against the registry.

No model here is trained further than a few steps: what an audit finds does not depend on how good a model is.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import simpson
from scipy.special import expit

import vae_from_scratch
from tests.core.examples import binary, generic
from vae_from_scratch import data, distributions, training, vae
from vae_from_scratch.course import audit as audits
from vae_from_scratch.course import suspects
from vae_from_scratch.course.audit import Audit, audit, cases, facts
from vae_from_scratch.course.checks import Mistake
from vae_from_scratch.course.linking import linked
from vae_from_scratch.pytree import tree_map

RIGHT = linked(vae_from_scratch, {})
IMAGES, PIXELS, LATENTS = 40, 7, 3
X, EPSILON = binary(IMAGES, PIXELS), np.random.default_rng(1).standard_normal((IMAGES, LATENTS))
PARAMS = generic()


def audit_of(mistake_id, params=PARAMS):
    return audit(suspects.suspect(mistake_id).core(), params, X, EPSILON)


# ---------------------------------------------------------------------- audit


def test_right_program_passes_and_its_printed_numbers_are_the_cores():
    found = audit(RIGHT, PARAMS, X, EPSILON)
    rate, distortion = vae.rate_and_distortion(PARAMS, X, EPSILON)
    assert not found.convicts
    assert found.rate == pytest.approx(rate.mean()) and found.distortion == pytest.approx(distortion.mean())
    assert found.loss == pytest.approx(vae.loss(PARAMS, X, EPSILON))
    assert found.loss > found.nll


def test_nll_is_that_of_quadrature_whatever_the_encoder_says():
    params = generic(latent_dim=1)
    params["encoder"]["log_var"] = tree_map(lambda leaf: leaf + 2, params["encoder"]["log_var"])

    grid = np.linspace(-9, 9, 4001)
    probs = expit(vae.decode(params, grid[:, None]))
    joint = stats.bernoulli.pmf(X[:10, None].astype(int), probs).prod(axis=-1) * stats.norm.pdf(grid)
    expected = -np.log(simpson(joint, x=grid))
    found = audits.refined_nll(RIGHT, params, X[:10], seed=0, num_samples=2000)
    np.testing.assert_allclose(found, expected, atol=0.05)


def test_a_spread_that_is_not_1_is_the_ratio_of_the_two_stds():
    params = tree_map(np.zeros_like, PARAMS)
    W, b = params["encoder"]["log_var"]
    params["encoder"]["log_var"] = W, b - 2  # std exp(-1), where exp(log_var) is exp(-2)
    found = audit_of("z-exp-log-var-as-std", params)
    assert found.spread == pytest.approx(np.exp(-1), rel=0.05) and found.spread_is_off
    assert not audit(RIGHT, params, X, EPSILON).spread_is_off


def test_a_draw_without_noise_has_spread_0_and_one_without_mean_has_the_wrong_one():
    assert audit_of("z-epsilon-dropped").spread == 0
    assert audit_of("z-mean-dropped").spread_is_off


@pytest.mark.parametrize("mistake_id", ["kl-mean-over-latents", "kl-exp-half-log-var", "kl-missing-half", "kl-sign"])
def test_a_wrong_kl_is_convicted_by_the_rate_of_the_z_that_are_drawn(mistake_id):
    params = generic()
    W, b = params["encoder"]["log_var"]
    params["encoder"]["log_var"] = W, b - 2
    found, right = audit_of(mistake_id, params), audit(RIGHT, params, X, EPSILON)
    assert found.rate_is_off and not found.spread_is_off
    assert found.drawn_rate == pytest.approx(right.drawn_rate)
    assert abs(found.drawn_rate - right.rate) < 4 * right.rate_error


def test_a_mean_over_pixels_prints_less_than_the_nll():
    found = audit_of("bernoulli-pixel-mean")
    assert found.is_below_nll and not found.rate_is_off and not found.spread_is_off
    assert found.distortion == pytest.approx(audit(RIGHT, PARAMS, X, EPSILON).distortion / PIXELS)


def test_program_that_ran_away_is_convicted_without_a_warning():
    params = generic()
    W, b = params["encoder"]["log_var"]
    params["encoder"]["log_var"] = W, b + 900
    assert audit(RIGHT, params, X, EPSILON).convicts


WITHOUT_NOISE = {
    vae.rate_and_distortion: lambda p, x, e, model=vae.DENSE: vae.rate_and_distortion(p, x, 0 * e, model),
    vae.elbo: lambda p, x, e, beta=1.0, model=vae.DENSE: vae.elbo(p, x, 0 * e, beta, model),
    vae.loss: lambda p, x, e, beta=1.0, model=vae.DENSE: vae.loss(p, x, 0 * e, beta, model),
}


@pytest.mark.parametrize("reference", WITHOUT_NOISE, ids=lambda reference: reference.__name__)
def test_a_draw_without_noise_is_seen_wherever_it_is_made(reference):
    found = audit(linked(vae_from_scratch, {reference: WITHOUT_NOISE[reference]}), PARAMS, X, EPSILON)
    assert found.spread == 0
    assert found.loss == pytest.approx(vae.loss(PARAMS, X, 0 * EPSILON))


def test_a_loss_that_decodes_nothing_is_audited_all_the_same():
    core = linked(vae_from_scratch, {vae.loss: lambda params, x, epsilon, beta=1.0, model=None: 0.0})
    found = audit(core, PARAMS, X, EPSILON)
    assert found.is_below_nll and not found.spread_is_off and not found.rate_is_off


def test_gap_error_is_that_of_differences_image_by_image():
    gaps = -vae.elbo(PARAMS, X, EPSILON) - audits.refined_nll(RIGHT, PARAMS, X, seed=0)
    found = audit(RIGHT, PARAMS, X, EPSILON)
    assert found.loss - found.nll == pytest.approx(gaps.mean())
    assert found.gap_error == pytest.approx(stats.sem(gaps, ddof=0))


# ---------------------------------------------------------------------- facts

TRUE = {
    "right": Audit(20, 107, 127, 20.0, 0.1, 1.0, 0.01, 121, 0.3),
    "z-exp-log-var-as-std": Audit(15, 100, 115, 20.0, 0.1, 0.43, 0.01, 118, 0.2),
    "z-epsilon-dropped": Audit(5, 94, 99, 5.0, 0.1, 0.0, 0.01, 119, 0.2),
    "kl-mean-over-latents": Audit(5, 90, 95, 79.0, 0.3, 1.0, 0.01, 128, 0.5),
    "kl-exp-half-log-var": Audit(20, 112, 132, 18.9, 0.1, 1.0, 0.01, 125, 0.3),
}


def test_facts_hold_for_numbers_of_which_they_are_true():
    assert facts(TRUE) and all(facts(TRUE).values())


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("right", {"loss": 120}),
        ("right", {"spread": 1.1}),
        *((name, {"loss": 130, "nll": 131}) for name in audits.FLATTERED),
        *((name, {"nll": TRUE[name].loss}) for name in audits.FLATTERED),
        ("kl-exp-half-log-var", {"loss": 126}),
        ("kl-exp-half-log-var", {"drawn_rate": 20.0}),
        ("kl-exp-half-log-var", {"spread": 0.9}),
    ],
)
def test_facts_fail_where_a_number_says_otherwise(name, change):
    assert not all(facts(TRUE | {name: TRUE[name]._replace(**change)}).values())


def test_cases_train_five_programs_on_the_same_batches():
    digits = data.load("digits")
    x = data.binarize(digits.test[:10], np.random.default_rng(0).random((10, 784), np.float32))
    start = vae.init(np.random.default_rng(0), hidden=(5,), latent_dim=2)
    found = cases(digits.train, x, start, steps=2, seed=3)
    assert found.keys() == TRUE.keys()
    batches = training.minibatches(digits.train, 50, 2, seed=3, steps=2)
    *_, (_, params, _) = training.train(start, batches, vae_from_scratch.optimizers.adam(1e-3))
    assert found["right"] == audit(RIGHT, params, x, audits.noise(3, 3, (10, 2)), seed=3)
    assert len(set(found.values())) == 5


# ------------------------------------------------------------------- suspects


@pytest.mark.parametrize(
    "mistake_id",
    ["kl-axis-kept", "kl-sum-over-everything", "z-latents-summed", "z-own-noise", "bernoulli-log-of-sigmoid"],
)
def test_what_has_the_wrong_shape_or_its_own_noise_or_changes_nothing_is_no_suspect(mistake_id):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    suspects.repeatable_trial.cache_clear()
    assert not suspects.is_fit(suspects.suspect(mistake_id))
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("mistake_id", [*audits.FLATTERED, audits.HIDDEN, "kl-forgot-minus-one", "z-detached"])
def test_what_prints_or_learns_something_else_is_a_suspect(mistake_id):
    assert suspects.is_fit(suspects.suspect(mistake_id))


def test_a_new_mistake_of_the_registry_stands_in_the_line_up_by_itself(monkeypatch):
    wrong = [Mistake(f"new-factor-{k}", lambda mean, log_var, k=k: np.sum(k * mean**2, axis=-1), "") for k in range(4)]
    useless = [Mistake("new-raising", lambda mean, log_var: mean / [], "")]
    task = SimpleNamespace(mistakes=wrong + useless)
    monkeypatch.setattr(suspects, "tasks", lambda: {distributions.kl_to_standard_normal: task})
    culprit, chosen = suspects.line_up(0)
    assert {one.mistake.id for one in chosen} == {mistake.id for mistake in wrong}
    assert culprit in chosen and culprit.name.startswith("kl_to_standard_normal: factor")


def test_line_up_is_the_seeds_has_four_that_differ_and_the_culprit_at_any_place():
    line_ups = [suspects.line_up(seed) for seed in range(8)]
    assert suspects.line_up(3) == line_ups[3]
    assert all(len({one.mistake.id for one in chosen}) == 4 and culprit in chosen for culprit, chosen in line_ups)
    assert len({chosen.index(culprit) for culprit, chosen in line_ups}) > 1
    assert len({culprit.mistake.id for culprit, _ in line_ups}) > 4


def test_suspects_that_are_named_stand_in_the_registry():
    assert all(suspects.suspect(mistake_id).mistake.id == mistake_id for mistake_id in suspects.HARMLESS)
    assert suspects.suspect("z-exp-log-var-as-std").name == "reparameterize: exp log_var as std"
    with pytest.raises(LookupError, match="nobody"):
        suspects.suspect("nobody")


def test_the_core_of_a_suspect_calls_the_wrong_function_and_ours_stays_right():
    core = suspects.suspect("kl-sign").core()
    rate, _ = core.vae.rate_and_distortion(PARAMS, X, EPSILON)
    np.testing.assert_allclose(rate, -vae.rate_and_distortion(PARAMS, X, EPSILON)[0])


def test_two_names_of_one_program_never_stand_in_one_line_up():
    twins = [suspects.suspect(name) for name in ("loss-pixel-mean", "elbo-pixel-mean")]
    assert suspects.is_alike(*twins)
    for seed in range(6):
        _, four = suspects.line_up(seed)
        assert not any(suspects.is_alike(a, b) for i, a in enumerate(four) for b in four[:i])
