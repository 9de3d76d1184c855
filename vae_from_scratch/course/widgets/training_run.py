"""A training run that can be led by hand: steps, measurements, a checkpoint; no pictures.

`advance(n)` is the only way forward. What a step does follows from its number, the seed and the two
settings that may change under way, beta and learning_rate; so n steps are the same bits in whatever
portions they are taken. Every number comes from the core that is passed in: ours, or the student's.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from vae_from_scratch.autodiff import NonFinite
from vae_from_scratch.data import binarize
from vae_from_scratch.device import like, to_cpu
from vae_from_scratch.optimizers import copied
from vae_from_scratch.pytree import tree_leaves
from vae_from_scratch.training import load_checkpoint, save_checkpoint

FIXED = 2  # the stream of noise that never changes, beside training's order (0) and noise (1)
TRAIN_EVERY = 5  # steps from one measured training batch to the next
SHOWN, SAMPLES = 10, 20  # test digits; prior samples


class Position(NamedTuple):
    """Where a run stands; replaced whole, so that an interrupt finds the old one or the new."""

    params: dict
    state: dict
    step: int


class Measured(NamedTuple):
    """One point of the curves, in nats per digit; step counts the steps taken before it."""

    step: int
    rate: float
    distortion: float
    bound: float  # minus the ELBO: rate + distortion


class TrainingRun:
    """A VAE in training on `train`, measured on all of `test` with one fixed binarization and noise.

    core: the core's modules, ours or the student's (`.vae`, `.training`, `.optimizers`, `.evaluation`);
    train (N, 784) and test (M, 784) in [0, 1], M at least 10; params a dense VAE's;
    yours one more image (784,) to follow, or None.
    """

    def __init__(self, core, train, test, params, seed=0, batch_size=50, beta=1.0, learning_rate=1e-3, yours=None):
        self.core, self.train, self.seed, self.batch_size = core, train, seed, batch_size
        self.beta, self.learning_rate = beta, learning_rate
        self.optimizer = core.optimizers.adam(lambda taken: self.learning_rate)
        self.latent_dim = core.vae.encode(params, like(test[:1], params))[0].shape[-1]
        self.start = Position(params, None, 0)
        self.steps_per_epoch = len(train) // batch_size

        rng = np.random.default_rng((seed, FIXED))
        self.x = binarize(test, rng.random(test.shape, np.float32))
        self.epsilon = rng.standard_normal((len(test), self.latent_dim), np.float32)
        self.z = rng.standard_normal((SAMPLES, self.latent_dim), np.float32)
        self.uniforms = rng.random((SAMPLES, test.shape[1]), np.float32)
        self.yours = None if yours is None else binarize(yours[None], rng.random((1, yours.size), np.float32))
        self.reset()

    # ------------------------------------------------------------ forward and back

    @property
    def params(self):
        """The parameters, always good ones."""
        return self.position.params

    @property
    def step(self):
        """Number of steps taken."""
        return self.position.step

    def advance(self, steps):
        """Take so many steps. Raises NonFinite, having gone back to the last good measurement.

        Any other error, an interrupt too, leaves the run at the last step that was completed.
        """
        end = self.step + steps
        batches = self.batches(end)
        moves = self.core.training.train(
            self.params, batches, self.optimizer, loss=self.core.vae.loss, state=self.position.state
        )
        try:
            with np.errstate(over="ignore", invalid="ignore"):  # NonFinite tells of both
                for _, params, state in moves:
                    self.position = Position(params, state, self.step + 1)
                    if self.step % self.test_every == 0:
                        self.record_test()
        except NonFinite:
            self.go_back()
            raise

    def batches(self, end):
        """Batches from here to step `end`, with beta as it is when each is taken."""
        for x, epsilon in self.core.training.minibatches(
            self.train, self.batch_size, self.latent_dim, self.seed, end, start=self.step
        ):
            if self.step % TRAIN_EVERY == 0:
                self.train_curve.append(self.measure(x, epsilon))
            yield x, epsilon, self.beta

    @property
    def test_every(self):
        """Steps between measurements on the test set: often while much happens, then once in an epoch."""
        return 20 if self.step < 400 else 80

    def record_test(self):
        """Add a point to the test curve; a finite one is where a run that fails later goes back to."""
        point = self.measure(self.x, self.epsilon)
        if not np.isfinite(point.bound):
            raise NonFinite("the bound on the test digits")
        self.test_curve.append(point)
        self.good = self.position._replace(state=copied(self.position.state))

    def go_back(self):
        """To the last good measurement; the curves forget what came after."""
        self.position = self.good._replace(state=copied(self.good.state))
        self.train_curve = [point for point in self.train_curve if point.step < self.step]
        self.test_curve = [point for point in self.test_curve if point.step <= self.step]

    def reset(self):
        """To the parameters that the run began with; beta and learning_rate stay."""
        self.position = self.good = self.start._replace(state=self.optimizer.init(self.start.params))
        self.train_curve, self.test_curve = [], [self.measure(self.x, self.epsilon)]
        self.last_measured = None, None

    # -------------------------------------------------------------------- numbers

    def measure(self, x, epsilon):
        """Mean rate, distortion and their sum, here and now, of binarized images (N, 784) with noise (N, L)."""
        rate, distortion = self.core.vae.rate_and_distortion(self.params, *like((x, epsilon), self.params))
        rate, distortion = (float(np.mean(to_cpu(part), dtype=np.float64)) for part in (rate, distortion))
        return Measured(self.step, rate, distortion, rate + distortion)

    @property
    def at_test_point(self):
        """Whether the test curve has a point here."""
        return self.test_curve[-1].step == self.step

    def test_point(self):
        """The test set measured here and now, whether or not the curve has a point here."""
        if self.at_test_point:
            return self.test_curve[-1]
        if self.last_measured[0] is not self.params:
            self.last_measured = self.params, self.measure(self.x, self.epsilon)
        return self.last_measured[1]

    def test_loss(self):
        """The loss at the present beta, on the test digits."""
        return float(self.core.vae.loss(self.params, *like((self.x, self.epsilon), self.params), self.beta))

    def state(self):
        """Plain numbers: the step, the settings, and what is measured here, in nats per digit.

        test_ and yours_ are of here and now; train_ is the mean over the last epoch's measured batches.
        """
        test = {**self.test_point()._asdict(), "loss": self.test_loss()}
        train = dict(zip(Measured._fields, self.curves()[1][-1], strict=True)) if self.train_curve else {}
        yours = {} if self.yours is None else self.measure(self.yours, self.z[:1])._asdict()
        measured = {
            f"{kind}_{name}": float(value)
            for kind, numbers in (("test", test), ("train", train), ("yours", yours))
            for name, value in numbers.items()
            if name != "step"
        }
        epoch = self.step / self.steps_per_epoch
        return {"step": self.step, "epoch": epoch, "beta": self.beta, "learning_rate": self.learning_rate, **measured}

    def curves(self):
        """The test curve, and the training batches' smoothed over an epoch: (n, 4), (m, 4), columns as in Measured."""
        test, train = (np.array(curve, float).reshape(-1, 4) for curve in (self.test_curve, self.train_curve))
        return test, trailing_mean(train, self.steps_per_epoch // TRAIN_EVERY)

    def rates(self):
        """KL of each latent over the test digits: (L,), in nats."""
        return self.core.evaluation.rate_per_unit(self.params, self.x)

    def reconstructions(self):
        """Binarized images and their reconstructed means, at fixed noise: (10, 784) each; yours, if any, comes last."""
        x, epsilon = self.x[:SHOWN], self.epsilon[:SHOWN]
        if self.yours is not None:
            x, epsilon = np.concatenate([x, self.yours]), np.concatenate([epsilon, self.z[:1]])
        vae, device_x, device_epsilon = self.core.vae, *like((x, epsilon), self.params)
        z = self.core.distributions.reparameterize(*vae.encode(self.params, device_x), device_epsilon)
        return x, to_cpu(vae.generate(self.params, z))

    def samples(self):
        """Prior samples at fixed noise, as means and as draws: (20, 784) each."""
        z, uniforms = like((self.z, self.uniforms), self.params)
        generate = self.core.vae.generate
        return to_cpu(generate(self.params, z)), to_cpu(generate(self.params, z, uniforms))

    # ----------------------------------------------------------------- checkpoint

    def save(self, path):
        """Write the run, its curves and its settings. Raises OSError."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        settings = np.array([self.beta, self.learning_rate])
        curves = {"test": np.array(self.test_curve), "train": np.array(self.train_curve)}
        state = {"optimizer": self.position.state, "settings": settings, "curves": curves}
        save_checkpoint(path, self.params, state, self.seed, self.step)

    def resume(self, path):
        """Take up the run saved at `path`.

        Raises ValueError, with nothing changed, for a damaged file or another run's.
        """
        params, state, seed, step = load_checkpoint(path)
        if shapes(params) != shapes(self.start.params) or seed != self.seed:
            raise ValueError(f"{path} holds a run of another model or seed")
        optimizer_state = like(state["optimizer"], self.start.params)
        self.position = self.good = Position(like(params, self.start.params), optimizer_state, step)
        self.beta, self.learning_rate = map(float, state["settings"])
        self.test_curve, self.train_curve = (
            [Measured(int(step), *map(float, nats)) for step, *nats in state["curves"][name]]
            for name in ("test", "train")
        )


def shapes(tree):
    """Shapes of all leaves."""
    return [np.shape(leaf) for leaf in tree_leaves(tree)]


def trailing_mean(rows, window):
    """Mean of each row and those before it, at most `window` in all: (n, k) -> (n, k). Steps too, so no curve lags."""
    sums = np.cumsum(np.concatenate([np.zeros_like(rows[:1]), rows]), axis=0)
    ends = np.arange(1, len(rows) + 1)
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)[:, None]
