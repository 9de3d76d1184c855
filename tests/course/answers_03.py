"""Answers to lesson 3's exercises: right in many ways, and wrong as students write them, with the id each must get."""

import numpy as np
from scipy.linalg import orth, subspace_angles

# ---- right, each in its own way -----------------------------------------------------------------


def by_svd(x, num_components):
    mean = np.mean(x, axis=0)
    _, s, Vt = np.linalg.svd(x - mean, full_matrices=False)
    return {"components": Vt[:num_components], "mean": mean, "variances": s[:num_components] ** 2 / x.shape[0]}


def by_eigh_and_argsort(x, num_components):
    mean = x.sum(axis=0) / len(x)
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True).astype(x.dtype))
    first = np.argsort(values)[::-1][:num_components]
    return {"mean": mean, "components": vectors[:, first].T, "variances": values[first]}


def by_eigh_from_the_end(x, num_components):
    centered = x - x.mean(0)
    values, vectors = np.linalg.eigh(np.einsum("ni,nj->ij", centered, centered) / len(x))
    vectors = vectors[:, -num_components:][:, ::-1]
    return {"components": vectors.T, "mean": x.mean(0), "variances": values[-num_components:][::-1]}


def with_all_signs_turned(x, num_components):
    found = by_svd(x, num_components)
    return found | {"components": -found["components"]}


def by_power_iteration(x, num_components):
    mean = x.mean(axis=0)
    left, components, variances = x - mean, [], []
    for _ in range(num_components):
        u = np.ones(x.shape[1], x.dtype) / np.sqrt(x.shape[1])
        for _ in range(1000):
            u = left.T @ (left @ u)
            u = u / np.linalg.norm(u)
        components.append(u)
        variances.append(np.mean((left @ u) ** 2))
        left = left - np.outer(left @ u, u)
    return {"components": np.stack(components), "mean": mean, "variances": np.stack(variances)}


def by_general_eig(x, num_components):
    centered = x - x.mean(axis=0)
    values, vectors = np.linalg.eig(centered.T @ centered / len(x))
    first = np.argsort(-values.real)[:num_components]
    return {"components": vectors.real.T[first], "mean": x.mean(axis=0), "variances": values.real[first]}


def projected(params, x):
    C = params["components"]
    return params["mean"] + (x - params["mean"]) @ (C.T @ C)


def one_by_one(params, x):
    points = []
    for image in x:
        point = params["mean"].copy()
        for component in params["components"]:
            point = point + np.dot(image - params["mean"], component) * component
        points.append(point)
    return np.stack(points)


def by_least_squares(params, x):
    code = np.linalg.lstsq(params["components"].T, (x - params["mean"]).T, rcond=None)[0]
    return (params["components"].T @ code).T + params["mean"]


def by_einsum(params, x):
    off = x - params["mean"]
    return np.einsum("nd,ld,le->ne", off, params["components"], params["components"]) + params["mean"]


def by_projectors(A, B):
    P, Q = (np.linalg.pinv(rows) @ rows for rows in (A, B))
    return np.linalg.norm(P - Q, 2)


def by_scipy(A, B):
    return np.sin(np.max(subspace_angles(A.T, B.T)))


def by_cosines(A, B):
    cosines = np.linalg.svd(np.linalg.qr(A.T)[0].T @ np.linalg.qr(B.T)[0], compute_uv=False)
    return np.sqrt(np.maximum(0, 1 - np.min(cosines) ** 2))


def by_svd_bases(A, B):
    a, b = (np.linalg.svd(rows, full_matrices=False)[2] for rows in (A, B))
    return np.linalg.svd(b - b @ a.T @ a, compute_uv=False).max()


def the_other_way_round(A, B):
    A, B = orth(A.T), orth(B.T)
    return np.linalg.norm(A - B @ B.T @ A, ord=2)


RIGHT = {
    "pca": (
        by_svd, by_eigh_and_argsort, by_eigh_from_the_end, with_all_signs_turned, by_power_iteration, by_general_eig,
    ),
    "reconstruct": (projected, one_by_one, by_least_squares, by_einsum),
    "subspace_distance": (by_projectors, by_scipy, by_cosines, by_svd_bases, the_other_way_round),
}  # fmt: skip


# ---- wrong, as students write it, with the id that each must be recognized under ----------------


def svd_of_x(x, k):
    _, s, Vt = np.linalg.svd(x, full_matrices=False)
    return {"components": Vt[:k], "mean": x.mean(0), "variances": s[:k] ** 2 / len(x)}


def first_of_eigh(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    return {"components": vectors[:, :k].T, "mean": x.mean(0), "variances": values[:k]}


def last_of_eigh(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    return {"components": vectors[:, -k:].T, "mean": x.mean(0), "variances": values[-k:]}


def rows_of_eigh(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    return {"components": vectors[::-1][:k], "mean": x.mean(0), "variances": values[::-1][:k]}


def first_rows_of_eigh(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    return {"components": vectors[:k], "mean": x.mean(0), "variances": values[::-1][:k]}


def rows_of_the_turned_round(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    return {"components": vectors[:, ::-1][:k], "mean": x.mean(0), "variances": values[::-1][:k]}


def columns_kept(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    return {"components": vectors[:, ::-1][:, :k], "mean": x.mean(0), "variances": values[::-1][:k]}


def last_columns_kept(x, k):
    values, vectors = np.linalg.eigh(np.cov(x.T, bias=True))
    return {"components": vectors[:, -k:], "mean": x.mean(0), "variances": values[-k:]}


def cov_of_the_examples(x, k):
    values, vectors = np.linalg.eigh(np.cov(x))
    return {"components": vectors.T[::-1][:k], "mean": x.mean(0), "variances": values[::-1][:k]}


def wrong_names(x, k):
    found = by_svd(x, k)
    return {"components": found["components"], "mean": found["mean"], "variance": found["variances"]}


def qr_of_rows(A, B):
    A, B = np.linalg.qr(A)[0], np.linalg.qr(B)[0]
    return np.linalg.norm(B - A @ A.T @ B, ord=2)


def cov_as_it_comes(x, k):
    values, vectors = np.linalg.eigh(np.cov(x, rowvar=False))
    return {"components": vectors.T[::-1][:k], "mean": x.mean(0), "variances": values[::-1][:k]}


def singular_values(x, k):
    return by_svd(x, k) | {"variances": np.linalg.svd(x - x.mean(0))[1][:k]}


def squared_singular_values(x, k):
    return by_svd(x, k) | {"variances": np.linalg.svd(x - x.mean(0))[1][:k] ** 2}


def u_for_v(x, k):
    U, s, _ = np.linalg.svd(x - x.mean(0), full_matrices=False)
    return {"components": U.T[:k], "mean": x.mean(0), "variances": s[:k] ** 2 / len(x)}


def turned_axes(x, k):
    found = by_svd(x, k)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(k, k)))[0]
    return found | {"components": turn @ found["components"]}


def axes_by_qr(x, k):
    spanning = by_svd(x, k)["components"].T @ np.random.default_rng(1).normal(size=(k, k))
    return by_svd(x, k) | {"components": np.linalg.qr(spanning)[0].T}


def z_scored(x, k):
    z = (x - x.mean(0)) / x.std(0)
    _, s, Vt = np.linalg.svd(z, full_matrices=False)
    return {"components": Vt[:k], "mean": x.mean(0), "variances": s[:k] ** 2 / len(x)}


def every_component(x, k):
    return by_svd(x, x.shape[1])


def scaled_by_s(x, k):
    _, s, Vt = np.linalg.svd(x - x.mean(0), full_matrices=False)
    return by_svd(x, k) | {"components": (s[:, None] * Vt)[:k]}


def columns_of_Vt(x, k):
    return by_svd(x, k) | {"components": np.linalg.svd(x - x.mean(0))[2][:, :k].T}


def rows_of_V(x, k):
    return by_svd(x, k) | {"components": np.linalg.svd(x - x.mean(0))[2].T[:k]}


def svd_of_the_covariance(x, k):
    _, s, Vt = np.linalg.svd(np.cov(x.T, bias=True))
    return {"components": Vt[:k], "mean": x.mean(axis=0), "variances": s[:k] ** 2 / len(x)}


def divided_by_N_twice(x, k):
    off = (x - x.mean(axis=0)) / len(x)
    values, vectors = np.linalg.eigh(off.T @ off)
    return {"components": vectors.T[::-1][:k], "mean": x.mean(axis=0), "variances": values[::-1][:k]}


def shares_of_the_total(x, k):
    found = by_svd(x, x.shape[1])
    return by_svd(x, k) | {"variances": (found["variances"] / found["variances"].sum())[:k]}


def coordinates_for_components(x, k):
    return by_svd(x, k) | {"components": (x - x.mean(0)) @ by_svd(x, k)["components"].T}


def remainders(A, B):
    A, B = np.linalg.qr(A.T)[0], np.linalg.qr(B.T)[0]
    return B - A @ (A.T @ B)


def by_cosines_that_exceed_one(A, B):
    cosines = np.linalg.svd(np.linalg.qr(A.T)[0].T @ np.linalg.qr(B.T)[0], compute_uv=False)
    return np.sqrt(1 - np.min(cosines) ** 2)


def product_of_cosines(A, B):
    return np.sqrt(1 - np.linalg.det(np.linalg.qr(A.T)[0].T @ np.linalg.qr(B.T)[0]) ** 2)


WRONG = [
    ("pca", "pca-rows-of-eigh", columns_of_Vt),
    ("pca", "pca-rows-of-eigh", rows_of_V),
    ("pca", "pca-squared-eigenvalues", svd_of_the_covariance),
    ("pca", "pca-variances-divided-twice", divided_by_N_twice),
    ("pca", "pca-shares", shares_of_the_total),
    ("pca", "pca-coordinates", coordinates_for_components),
    (
        "reconstruct",
        "reconstruct-times-the-variances",
        lambda p, x: ((x - p["mean"]) @ p["components"].T * p["variances"]) @ p["components"] + p["mean"],
    ),
    ("reconstruct", "reconstruct-cut-to-pixels", lambda p, x: np.minimum(np.maximum(projected(p, x), 0), 1)),
    ("reconstruct", "reconstruct-the-mean-for-all", lambda p, x: np.tile(p["mean"], (len(x), 1))),
    ("subspace_distance", "subspace-worst-axis", lambda A, B: np.linalg.norm(remainders(A, B), axis=0).max()),
    ("subspace_distance", "subspace-worst-axis", lambda A, B: np.abs(remainders(A, B)).max()),
    ("pca", "pca-not-centered", svd_of_x),
    ("pca", "pca-smallest-variances", first_of_eigh),
    ("pca", "pca-ascending", last_of_eigh),
    ("pca", "pca-rows-of-eigh", rows_of_eigh),
    ("pca", "pca-rows-of-eigh", first_rows_of_eigh),
    ("pca", "pca-rows-of-eigh", rows_of_the_turned_round),
    ("pca", "pca-components-as-columns", columns_kept),
    ("pca", "pca-components-as-columns", last_columns_kept),
    ("pca", "pca-directions-of-examples", cov_of_the_examples),
    ("pca", "pca-variances-over-n-minus-one", cov_as_it_comes),
    ("pca", "pca-singular-values", singular_values),
    ("pca", "pca-variances-not-divided", squared_singular_values),
    ("pca", "pca-directions-of-examples", u_for_v),
    ("pca", "pca-turned-in-its-plane", turned_axes),
    ("pca", "pca-turned-in-its-plane", axes_by_qr),
    ("pca", "pca-standardized", z_scored),
    ("pca", "pca-all-components", every_component),
    ("pca", "pca-scaled-components", scaled_by_s),
    ("pca", "pca-mean-axis-kept", lambda x, k: by_svd(x, k) | {"mean": x.mean(axis=0, keepdims=True)}),
    ("pca", "pca-mean-not-returned", lambda x, k: by_svd(x, k) | {"mean": np.zeros(x.shape[1])}),
    ("pca", "pca-one-mean-for-all", lambda x, k: by_svd(x, k) | {"mean": x.mean()}),
    ("reconstruct", "reconstruct-mean-not-added", lambda p, x: projected(p, x) - p["mean"]),
    (
        "reconstruct",
        "reconstruct-not-centered",
        lambda p, x: x @ p["components"].T @ p["components"] + p["mean"],
    ),
    ("reconstruct", "reconstruct-without-the-mean", lambda p, x: x @ (p["components"].T @ p["components"])),
    ("reconstruct", "reconstruct-mean-of-these-examples", lambda p, x: projected(p | {"mean": np.mean(x, axis=0)}, x)),
    ("reconstruct", "reconstruct-coordinates-only", lambda p, x: np.dot(x - p["mean"], p["components"].T)),
    ("reconstruct", "reconstruct-residual", lambda p, x: x - projected(p, x)),
    (
        "reconstruct",
        "reconstruct-whitened",
        lambda p, x: (x - p["mean"]) @ p["components"].T / p["variances"] ** 0.5 @ p["components"] + p["mean"],
    ),
    (
        "reconstruct",
        "reconstruct-first-component-only",
        lambda p, x: np.outer((x - p["mean"]) @ p["components"][0], p["components"][0]) + p["mean"],
    ),
    ("reconstruct", "reconstruct-fitted-anew", lambda p, x: projected(by_svd(x, len(p["components"])), x)),
    ("subspace_distance", "subspace-axes-compared", lambda A, B: np.sqrt(np.sum((A - B) ** 2))),
    ("subspace_distance", "subspace-not-orthonormalized", lambda A, B: np.linalg.norm(B - B @ A.T @ A, ord=2)),
    (
        "subspace_distance",
        "subspace-lengths-of-B-count",
        lambda A, B: np.linalg.norm(B - B @ np.linalg.pinv(A) @ A, ord=2),
    ),
    ("subspace_distance", "subspace-qr-of-rows", qr_of_rows),
    ("subspace_distance", "subspace-cosine", lambda A, B: np.cos(np.max(subspace_angles(A.T, B.T)))),
    ("subspace_distance", "subspace-smallest-angle", lambda A, B: np.sin(np.min(subspace_angles(A.T, B.T)))),
    ("subspace_distance", "subspace-angle-itself", lambda A, B: np.max(subspace_angles(A.T, B.T))),
    ("subspace_distance", "subspace-angle-itself", lambda A, B: np.degrees(np.max(subspace_angles(A.T, B.T)))),
    (
        "subspace_distance",
        "subspace-all-angles-together",
        lambda A, B: np.linalg.norm(orth(B.T) - orth(A.T) @ orth(A.T).T @ orth(B.T)),
    ),
    ("subspace_distance", "subspace-squared", lambda A, B: by_scipy(A, B) ** 2),
    ("subspace_distance", "subspace-mean-of-angles", lambda A, B: np.mean(np.sin(subspace_angles(A.T, B.T)))),
    ("subspace_distance", "subspace-kept-for-each-direction", lambda A, B: np.sin(subspace_angles(A.T, B.T))),
]

# ---- wrong in a way that nobody listed, with words that its message must contain ----------------

UNLISTED = [
    ("subspace_distance", by_cosines_that_exceed_one, ("not a number there", "1.0000000000000002")),
    (
        "pca",
        lambda x, k: by_svd(x, k) | {"components": np.abs(by_svd(x, k)["components"])},
        ("right angles", "meet at"),
    ),
    ("subspace_distance", product_of_cosines, ("Two planes, of which each", "0.6614")),
    ("pca", wrong_names, ("`variance`", "`variances`")),
    ("pca", lambda x, k: tuple(by_svd(x, k).values()), ("a `tuple`, where a dict belongs",)),
    (
        "pca",
        lambda x, k: by_svd(x, k) | {"variances": 0.5 * by_svd(x, k)["variances"]},
        ("along it is 1.", "exactly 1/2 of what it should be"),
    ),
    ("pca", lambda x, k: by_svd(x, k) | {"components": 2 * by_svd(x, k)["components"]}, ("first component is",)),
    ("pca", lambda x, k: by_svd(x, k) | {"mean": np.median(x, axis=0)}, ("`mean` is off", "some too large")),
    ("reconstruct", lambda p, x: projected(p, x) + 1.0, ("(6, 1)", "(3.8, 4.4)")),
    ("reconstruct", lambda p, x: 3 * projected(p, x), ("(8.4, 10.2)",)),
    ("reconstruct", lambda p, x: projected(p, x).T, ("shape", "pixels, examples")),
    ("subspace_distance", lambda A, B: 2 * by_scipy(A, B), ("30 degrees", "Yours gives 1.")),
    ("subspace_distance", lambda A, B: by_scipy(A, B) ** 3, ("Yours gives 0.125",)),
]

RAISED = [
    ("subspace_distance", lambda A, B: np.linalg.norm(np.linalg.qr(B.T) - np.linalg.qr(A.T)), ("unpack them",)),
    ("reconstruct", lambda p, x: (x - p["mean"]) @ p["components"] @ p["components"].T, ("shape",)),
    ("pca", lambda x, k: x - x.mean(axis=1), ("shape",)),
]
