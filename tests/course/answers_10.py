"""Answers to lesson 10 that students might hand in: right in several ways, and wrong with what must be said to each."""

import numpy as np

from vae_from_scratch import distributions, evaluation, training, vae
from vae_from_scratch.distributions import kl_to_standard_normal, log_mean_exp, normal_log_prob
from vae_from_scratch.vae import DENSE

# ---- right ---------------------------------------------------------------------------------------


def unit_with_an_axis(params, x, model=DENSE):
    mean, log_var = model.encode(params, x)
    return kl_to_standard_normal(mean[..., None], log_var[..., None]).mean(axis=0)


def unit_by_formula(params, x, model=DENSE):
    mean, log_var = model.encode(params, x)
    return np.mean(0.5 * (mean**2 + np.exp(log_var) - 1 - log_var), axis=0, dtype=np.float64)


def unit_by_unit(params, x, model=vae.DENSE):
    mean, log_var = model.encode(params, x)
    columns = range(mean.shape[1])
    return np.array([np.mean(kl_to_standard_normal(mean[:, [i]], log_var[:, [i]])) for i in columns])


def unit_by_images(params, x, model=DENSE):
    total = 0.0
    for image in x:
        m, v = model.encode(params, image[None])
        total = total + (m[0] ** 2 + np.exp(v[0]) - v[0] - 1) / 2
    return total / len(x)


def aggregate_all_at_once(z, mean, log_var):
    return log_mean_exp(normal_log_prob(z[:, None, :], mean, log_var).sum(axis=-1), axis=1)


def aggregate_running(z, mean, log_var):
    total = np.full(len(z), -np.inf)
    for m, v in zip(mean, log_var, strict=True):
        total = np.logaddexp(total, normal_log_prob(z, m, v).sum(-1) - np.log(len(mean)))
    return total


def aggregate_stacked(z, mean, log_var):
    parts = np.stack([distributions.normal_log_prob(z, m, v).sum(axis=-1) for m, v in zip(mean, log_var, strict=True)])
    return distributions.log_mean_exp(parts)


def aggregate_by_z(z, mean, log_var):
    return np.array([log_mean_exp(np.sum(normal_log_prob(one, mean, log_var), axis=-1)) for one in z])


def warm_up_by_min(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches):
        yield x, epsilon, beta * min(step / steps, 1)


def warm_up_by_if(batches, beta, steps):
    step = 0
    for x, epsilon in batches:
        price = beta
        if step < steps:
            price = beta * step / steps
        step += 1
        yield [x, epsilon, price]


def warm_up_as_an_expression(batches, beta, steps):
    return ((x, e, min(beta, t * beta / steps)) for t, (x, e) in enumerate(batches))


def warm_up_by_np(batches, beta, steps):
    for step, batch in enumerate(batches):
        yield *batch, beta * np.clip(step / steps, 0, 1)


RIGHT = {
    "rate_per_unit": (unit_with_an_axis, unit_by_formula, unit_by_unit, unit_by_images),
    "log_aggregate_posterior": (aggregate_all_at_once, aggregate_running, aggregate_stacked, aggregate_by_z),
    "warm_up": (warm_up_by_min, warm_up_by_if, warm_up_as_an_expression, warm_up_by_np),
}

# ---- wrong, as students write it, with the id that each must be recognized under -----------------


def unit_no_axis(params, x, model=DENSE):
    mean, log_var = model.encode(params, x)
    return kl_to_standard_normal(mean, log_var)


def unit_mean_first(params, x, model=DENSE):
    mean, log_var = model.encode(params, x)
    m, v = np.mean(mean, axis=0), np.mean(log_var, axis=0)
    return kl_to_standard_normal(m[:, None], v[:, None])


def aggregate_naive(z, mean, log_var):
    densities = np.exp(np.sum(normal_log_prob(z[:, None], mean, log_var), axis=-1))
    return np.log(np.mean(densities, axis=1))


def aggregate_forgets_n(z, mean, log_var):
    log_sum = np.full(len(z), -np.inf)
    for m, v in zip(mean, log_var, strict=True):
        log_sum = np.logaddexp(log_sum, normal_log_prob(z, m, v).sum(axis=-1))
    return log_sum


def aggregate_of_logs(z, mean, log_var):
    return np.mean(np.sum(normal_log_prob(z[:, None], mean, log_var), axis=-1), axis=-1)


def aggregate_without_a_sum(z, mean, log_var):
    return log_mean_exp(normal_log_prob(z[:, None], mean, log_var), axis=1)


def warm_up_without_a_cap(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches):
        yield x, epsilon, beta * step / steps


def warm_up_whole_division(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches):
        yield x, epsilon, beta * min(step // steps, 1)


def warm_up_from_one(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches, start=1):
        yield x, epsilon, beta * min(step / steps, 1)


def warm_up_returns(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches):
        return x, epsilon, beta * min(step / steps, 1)


def warm_up_into_a_list(batches, beta, steps):
    out = []
    for step, (x, epsilon) in enumerate(batches):
        out.append((x, epsilon, beta * min(step / steps, 1)))
    return out


def warm_up_by_zip(batches, beta, steps):
    for (x, epsilon), price in zip(batches, np.linspace(0, beta, steps + 1), strict=False):
        yield x, epsilon, price


def warm_up_twice(batches, beta, steps):
    for x, epsilon in batches:
        for step in range(steps + 1):
            yield x, epsilon, beta * step / steps


def warm_up_with_the_step(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches):
        yield x, epsilon, beta * min(step / steps, 1), step


def warm_up_below_one(batches, beta, steps):
    for step, (x, epsilon) in enumerate(batches):
        yield x, epsilon, min(beta * step / steps, 1)


def unit_middle_axis(params, x, model=DENSE):
    mean, log_var = model.encode(params, x)
    return np.mean(kl_to_standard_normal(mean[:, np.newaxis], log_var[:, np.newaxis]), axis=0)


def aggregate_from_zero(z, mean, log_var):
    total = np.zeros(len(z))
    for m, v in zip(mean, log_var, strict=True):
        total = np.logaddexp(total, normal_log_prob(z, m, v).sum(-1))
    return total - np.log(len(mean))


def aggregate_divides_the_log(z, mean, log_var):
    total = -np.inf
    for m, v in zip(mean, log_var, strict=True):
        total = np.logaddexp(total, normal_log_prob(z, m, v).sum(-1))
    return total / len(mean)


def _each(z, mean, log_var):
    return np.sum(normal_log_prob(z[:, None], mean, log_var), axis=-1)


WRONG = [
    ("rate_per_unit", "unit-axis-in-the-middle", unit_middle_axis),
    ("log_aggregate_posterior", "aggregate-starts-at-zero", aggregate_from_zero),
    ("log_aggregate_posterior", "aggregate-log-divided", aggregate_divides_the_log),
    ("log_aggregate_posterior", "aggregate-divided-by-the-draws",
        lambda z, m, v: np.logaddexp.reduce(_each(z, m, v), axis=1) - np.log(len(z))),
    ("log_aggregate_posterior", "aggregate-product", lambda z, m, v: _each(z, m, v).sum(1)),
    ("log_aggregate_posterior", "aggregate-nearest-posterior", lambda z, m, v: _each(z, m, v).max(1)),
    ("log_aggregate_posterior", "aggregate-over-prior",
        lambda z, m, v: log_mean_exp(_each(z, m, v), axis=1) - normal_log_prob(z, 0.0, 0.0).sum(-1)),
    ("warm_up", "warm-up-ends-with-the-rise", warm_up_by_zip),
    ("warm_up", "warm-up-rises-within-each-batch", warm_up_twice),
    ("warm_up", "warm-up-more-than-three", warm_up_with_the_step),
    ("warm_up", "warm-up-capped-at-one", warm_up_below_one),
    ("rate_per_unit", "unit-rate-of-each-image", unit_no_axis),
    ("rate_per_unit", "unit-of-the-average-posterior", unit_mean_first),
    ("rate_per_unit", "unit-images-kept", lambda p, x, model=DENSE: _shares(p, x, model)),
    ("rate_per_unit", "unit-whole-rate", lambda p, x, model=DENSE: np.mean(unit_no_axis(p, x, model))),
    ("rate_per_unit", "unit-summed-over-images", lambda p, x, model=DENSE: _shares(p, x, model).sum(0)),
    ("rate_per_unit", "unit-model-ignored", lambda p, x, model=DENSE: _shares(p, x, DENSE).mean(0)),
    ("log_aggregate_posterior", "aggregate-unstable", aggregate_naive),
    ("log_aggregate_posterior", "aggregate-sum-for-mean", aggregate_forgets_n),
    ("log_aggregate_posterior", "aggregate-mean-of-the-logs", aggregate_of_logs),
    ("log_aggregate_posterior", "aggregate-latents-kept", aggregate_without_a_sum),
    ("warm_up", "warm-up-never-stops", warm_up_without_a_cap),
    ("warm_up", "warm-up-jump", warm_up_whole_division),
    ("warm_up", "warm-up-one-step-early", warm_up_from_one),
    ("warm_up", "warm-up-return-inside-the-loop", warm_up_returns),
    ("warm_up", "warm-up-list", warm_up_into_a_list),
]  # fmt: skip


def _shares(params, x, model):
    mean, log_var = model.encode(params, x)
    return 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var)


# ---- wrong in a way that nobody listed, with words that its message must contain ------------------


def _prices(change):
    def warm_up(batches, beta, steps):
        for x, epsilon, price in training.warm_up(batches, beta, steps):
            yield x, epsilon, change(price)

    return warm_up


UNLISTED = [
    ("rate_per_unit", lambda p, x, model=DENSE: 3 * evaluation.rate_per_unit(p, x, model), ("3 times", "latents")),
    ("rate_per_unit", lambda p, x, model=DENSE: evaluation.rate_per_unit(p, x, model)[::-1], ("not in their places",)),
    ("rate_per_unit", lambda p, x, model=DENSE: evaluation.rate_per_unit(p, x, model) / np.log(2), ("in bits",)),
    ("log_aggregate_posterior", lambda z, m, v: 2 * evaluation.log_aggregate_posterior(z, m, v), ("-1.838",)),
    ("log_aggregate_posterior", lambda z, m, v: evaluation.log_aggregate_posterior(z, m, v) + 1, ("0.08106",)),
    ("warm_up", _prices(lambda price: price**2), ("0, 1, 4, 9, 16, 16",)),
    ("warm_up", _prices(lambda price: 2 * price), ("0, 2, 4, 6, 8, 8",)),
]  # fmt: skip
