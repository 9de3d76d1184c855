"""The empty cell's judge: right VAEs written in other ways pass, each wrong part is named, and blanks wait."""

import autograd.numpy as anp
import numpy as np
import pytest

from vae_from_scratch import layers
from vae_from_scratch.course import empty_cell, nats

PIXELS, LATENTS = 784, 3
BLANK = ("init", "encode", "draw", "kl", "decode", "loss", "params")


# ---- a VAE by somebody else: plain NumPy, a list for a tree, tanh ---------------------------------


def init(rng):
    return [layers.init_dense(rng, *sizes) for sizes in ((PIXELS, 5), (5, LATENTS), (5, LATENTS), (LATENTS, PIXELS))]


def affine(layer, x):
    return anp.dot(x, layer[0]) + layer[1]


def encode(params, x):
    h = anp.tanh(affine(params[0], x))
    return affine(params[1], h), affine(params[2], h)


def draw(mean, log_var, epsilon):
    return mean + epsilon * anp.sqrt(anp.exp(log_var))


def kl(mean, log_var):
    return -0.5 * anp.sum(1 + log_var - mean * mean - anp.exp(log_var), axis=1)


def decode(params, z):
    return affine(params[3], z)


def cost(x, logits):
    return anp.sum(anp.logaddexp(0, logits) - x * logits, axis=1)


def loss(params, x, epsilon):
    mean, log_var = encode(params, x)
    return anp.mean(cost(x, decode(params, draw(mean, log_var, epsilon))) + kl(mean, log_var))


PARTS = {"init": init, "encode": encode, "draw": draw, "kl": kl, "decode": decode, "loss": loss, "params": None}


def judged(**changed):
    return {test: (symbol, found) for symbol, test, found in empty_cell.judge(**(PARTS | changed))}


@pytest.fixture(autouse=True)
def no_training(monkeypatch):
    """Nothing is trained here: ours is the beginning of lesson 8's network."""
    monkeypatch.setattr(empty_cell.trained, "kept", empty_cell.trained.beginning)


def test_a_right_vae_in_another_style_passes_and_its_bound_waits_for_parameters():
    report = judged()
    assert [report[test][0] for test in ("543.43", "sampler and KL", "one loss of its parts", "gradient")] == ["✓"] * 4
    assert report["bound"] == ("○", "waits for `params`.")


def test_blank_parts_wait_and_the_others_are_judged():
    def decode(params, z): ...

    report = judged(decode=decode)
    assert report["sampler and KL"][0] == report["543.43"][0] == "✓"
    assert report["one loss of its parts"] == ("○", "waits for `decode`.")


def test_an_untouched_cell_is_judged_by_ours():
    def blank(*args): ...

    report = empty_cell.judge(**dict.fromkeys(BLANK, blank) | {"params": ...})
    assert [finding.symbol for finding in report] == ["○", "✓", "✓", "✓", "✓", "✗"]
    assert report.failing() == ["bound"]
    assert repr(report).count("\n") == 5 and "<strong>543.43</strong>" in report._repr_html_()


def with_loss(per_image):
    """A loss of another make: per_image(x, logits, z, mean, log_var) is what is returned."""

    def wrong(params, x, epsilon):
        mean, log_var = encode(params, x)
        z = draw(mean, log_var, epsilon)
        return per_image(x, lambda z: decode(params, z), z, mean, log_var)

    return wrong


WRONG = {
    "pixels averaged": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(z)) / PIXELS + kl(m, v)),
        {"543.43": "the pixels are averaged", "one loss of its parts": "the pixels are averaged"},
    ),
    "sign": (lambda x, dec, z, m, v: -anp.mean(cost(x, dec(z)) + kl(m, v)), {"543.43": "the sign is turned"}),
    "images summed": (lambda x, dec, z, m, v: anp.sum(cost(x, dec(z)) + kl(m, v)), {"543.43": "images are summed"}),
    "one each": (lambda x, dec, z, m, v: cost(x, dec(z)) + kl(m, v), {"543.43": "shape (20,)"}),
    "no KL": (lambda x, dec, z, m, v: anp.mean(cost(x, dec(z))), {"one loss of its parts": "the KL is left out"}),
    "KL averaged": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(z)) + kl(m, v) / LATENTS),
        {"one loss of its parts": "averaged over the latents"},
    ),
    "no noise": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(m)) + kl(m, v)),
        {"one loss of its parts": "decodes the mean, without noise"},
    ),
    "KL over pixels": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(z)) + kl(m, v) / PIXELS),
        {"one loss of its parts": "divided by the pixels?"},
    ),
    "KL twice": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(z)) + 2 * kl(m, v)),
        {"one loss of its parts": "the KL counts twice"},
    ),
    "KL of all": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(z))) + anp.sum(kl(m, v)),
        {"one loss of its parts": "summed over the images"},
    ),
    "a tenth of the KL": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(z)) + 0.1 * kl(m, v)),
        {"one loss of its parts": "Does decode give logits"},
    ),
    "its own noise": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(draw(m, v, np.random.normal(size=m.shape)))) + kl(m, v)),  # noqa: NPY002
        {"one loss of its parts": "draw z with epsilon"},
    ),
    "squared error": (
        lambda x, dec, z, m, v: anp.mean(anp.sum((x - 1 / (1 + anp.exp(-dec(z)))) ** 2, axis=1) + kl(m, v)),
        {"543.43": "that is a squared error"},
    ),
    "KL subtracted": (
        lambda x, dec, z, m, v: anp.mean(cost(x, dec(z)) - kl(m, v)),
        {"one loss of its parts": "enters with a minus"},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_loss_is_told_what_it_is(name):
    per_image, expected = WRONG[name]
    report = judged(loss=with_loss(per_image))
    for test, words in expected.items():
        symbol, found = report[test]
        assert symbol == "✗" and words in found


def test_a_sampler_that_takes_log_var_for_log_std_fails_against_the_kl():
    report = judged(draw=lambda mean, log_var, epsilon: mean + anp.exp(log_var) * epsilon)
    assert report["sampler and KL"][0] == "✗" and "spread" in report["sampler and KL"][1]
    assert report["one loss of its parts"][0] == "✗"


def assembled(**changed):
    """The parts, some of them changed, and the loss that is rightly made of them."""
    parts = PARTS | changed

    def loss(params, x, epsilon):
        mean, log_var = parts["encode"](params, x)
        z = parts["draw"](mean, log_var, epsilon)
        return anp.mean(cost(x, parts["decode"](params, z)) + parts["kl"](mean, log_var))

    return judged(**changed | {"loss": loss})


def test_a_mistake_that_loss_and_parts_share_is_found_by_the_test_it_breaks_and_by_no_other():
    shared = {
        "std = exp(log_var)": {"draw": lambda mean, log_var, epsilon: mean + anp.exp(log_var) * epsilon},
        "z = mean": {"draw": lambda mean, log_var, epsilon: mean},
        "KL averaged": {"kl": lambda mean, log_var: kl(mean, log_var) / LATENTS},
        "no half": {"kl": lambda mean, log_var: 2 * kl(mean, log_var)},
    }
    for name, changed in shared.items():
        report = assembled(**changed)
        assert [test for test, (symbol, _) in report.items() if symbol == "✗"] == ["sampler and KL"], name


def test_a_kl_of_the_wrong_shape_is_told_which_is_wanted():
    report = assembled(kl=lambda mean, log_var: anp.sum(kl(mean, log_var)))
    assert report["sampler and KL"][0] == "✗" and "kl ()" in report["sampler and KL"][1]


def test_probabilities_for_logits_and_a_std_for_a_log_var_are_told():
    def probs(params, z):
        return 1 / (1 + anp.exp(-decode(params, z)))

    def std(params, x):
        mean, log_var = encode(params, x)
        return mean, anp.exp(log_var / 2)

    assert "takes them for logits" in assembled(decode=probs)["543.43"][1]
    assert "standard deviation" in assembled(encode=std)["543.43"][1]


def test_an_encoder_cut_off_from_the_loss_is_named_by_its_parameters():
    from autograd.tracer import getval

    def detached(params, x):
        return tuple(map(getval, encode(params, x)))

    def wrong(params, x, epsilon):
        mean, log_var = detached(params, x)
        return anp.mean(cost(x, decode(params, draw(mean, log_var, epsilon))) + kl(mean, log_var))

    symbol, found = judged(loss=wrong)["gradient"]
    assert symbol == "✗" and "No gradient reaches params[0][0]" in found


def test_what_a_part_raises_is_told_and_stops_nothing():
    def broken(params, x):
        raise ValueError("no such luck")

    report = judged(encode=broken)
    assert report["543.43"][0] == "✗" and "no such luck" in report["543.43"][1]
    assert report["sampler and KL"][0] == "✓"


def test_the_bound_is_that_of_encode_and_decode_alone(monkeypatch):
    params = init(np.random.default_rng(0))
    symbol, found = judged(params=params, loss=lambda *args: 0.0)["bound"]
    assert symbol == "✗" and "untrained" in found
    mean_image = [(0 * W, 0 * b) for W, b in params]
    mean_image[3] = mean_image[3][0], empty_cell.distributions.mean_image_logits(nats.train_digits())
    symbol, found = judged(params=mean_image)["bound"]
    assert symbol == "✗" and "mean image's cost" in found
    monkeypatch.setattr(empty_cell, "GOAL", 300.0)
    assert judged(params=mean_image)["bound"][0] == "✓"


def test_the_best_bound_of_nothing_known_is_784_ln_2():
    zeros = [(0 * W, 0 * b) for W, b in init(np.random.default_rng(0))]
    assert empty_cell.bound(PARTS | {"params": zeros}) == pytest.approx(784 * np.log(2), rel=1e-6)
