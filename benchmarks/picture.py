"""The README's picture: lesson 8's VAE as it trains, and 40 digits that nobody drew.

python benchmarks/picture.py        about a minute; writes results/training.png
"""

from pathlib import Path

import numpy as np

from vae_from_scratch import data, distributions, optimizers, training, vae
from vae_from_scratch.course import plots

STEPS, LATENTS = 4800, 16

digits = data.load("digits")
rng = np.random.default_rng(0)
x = data.binarize(digits.test, rng.random(digits.test.shape, np.float32))
epsilon = rng.standard_normal((len(x), LATENTS), np.float32)

start = distributions.mean_image_logits(digits.train)
params = vae.init(rng, hidden=(300, 300), latent_dim=LATENTS, output_bias=start)
batches = training.minibatches(digits.train, 50, LATENTS, seed=0, steps=STEPS)
optimizer = optimizers.adam(optimizers.cosine_decay(1e-3, 1e-4, STEPS))
seen, measured = [], []
for step, (_, trained, _) in enumerate(training.train(params, batches, optimizer)):
    if step % 40 == 0 or (step < 100 and step % 4 == 0):
        seen.append(step)
        measured.append([part.mean() for part in vae.rate_and_distortion(trained, x, epsilon)])

rate, distortion = np.array(measured).T
curves = [
    plots.Curve(np.array(seen), rate + distortion, plots.COLORS["bound"], "rate + distortion"),
    plots.Curve(np.array(seen), distortion, plots.COLORS["distortion"], "distortion"),
    plots.Curve(np.array(seen), rate, plots.COLORS["rate"], "rate"),
]
lines = {"mean image": -np.mean(distributions.bernoulli_log_prob(x, start))}
chart = plots.curve_plot(curves, lines)
means = vae.generate(trained, rng.standard_normal((40, LATENTS), np.float32))
grid = plots.captioned("means decoded from 40 draws of the prior", plots.digit_grid(means, 8)).convert("RGB")
picture = plots.still(plots.beside([chart, grid]), "")
Path(__file__).with_name("results").joinpath("training.png").write_bytes(picture.png)
