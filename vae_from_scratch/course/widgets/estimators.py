"""Two estimates of one slope, as histograms: pathwise and score function, with draws, dimension and a shift of f.

Every number is the student's, or ours: f, the pathwise estimate and the core come in as arguments. For each dimension
one pool of noise is drawn from the seed; a histogram's entries are means of K draws of it, so K shares its noise.
"""

import numpy as np
from ipywidgets import Checkbox, HBox, Layout, SelectionSlider

import vae_from_scratch
from vae_from_scratch.course.figures import estimators as pictures
from vae_from_scratch.course.plots import png
from vae_from_scratch.course.widgets.base import Widget, image_of

REPEATS = 400  # estimates in a histogram
DRAWS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # averaged in each
DIMENSIONS = (1, 2, 4, 8, 16)
PIECES = 32  # of a pool, computed one after another: each then stays in the processor's cache
SHIFT = 1000.0
NAMES = ("pathwise", "score function")


class Estimators(Widget):
    """Histograms of two estimates of the slope in the first latent's mean, at q = N(1, I).

    f: z (..., L) -> (...); pathwise(f, mean, log_var, epsilon) -> gradients (K, L) with respect to mean and log_var,
    one per draw; exact: the slope itself; core: ours or the student's; task, answer: a line of HTML each;
    goal: state() -> bool, true once the task is reached.
    """

    name = "estimators"

    def __init__(self, f, pathwise, exact, *, task, answer, goal, core=vae_from_scratch, seed=0):
        self.f, self.pathwise, self.exact, self.core, self.seed = f, pathwise, exact, core, seed
        self.goal, self.reached, self.pools = goal, False, {}
        super().__init__(task, answer, self.make_parts())
        self.refresh()
        for control in (self.draws_slider, self.dimension_slider, self.shift_box):
            control.observe(self.shown(lambda change: self.refresh()), "value")

    # -------------------------------------------------------------- for programs

    def estimates(self):
        """What the histograms show: {"pathwise": (R,), "score function": (R,)}, each entry a mean of K draws."""
        singles, K = self.pool(), self.draws_slider.value
        return {name: single[: K * REPEATS].reshape(REPEATS, K).mean(axis=1) for name, single in singles.items()}

    def state(self):
        """Plain numbers: the controls, both means and spreads, and the spread of one pathwise draw."""
        found = {"draws": self.draws_slider.value, "dimension": self.dimension_slider.value}
        found |= {"shift": SHIFT * self.shift_box.value, "one_pathwise_draw": float(np.std(self.pool()["pathwise"]))}
        for name, values in self.estimates().items():
            key = name.split()[0]
            found |= {f"{key}_mean": float(np.mean(values)), f"{key}_spread": float(np.std(values))}
        return found

    def alt(self):
        """What the picture shows, without a number that the draws made."""
        shift = f", f plus {SHIFT:.0f}" if self.shift_box.value else ""
        return (
            f"Histograms of {REPEATS} pathwise and {REPEATS} score function estimates of one slope: "
            f"K = {self.draws_slider.value}, dimension {self.dimension_slider.value}{shift}."
        )

    def still(self):
        """Everything it shows, as one Pillow image."""
        return image_of(self.picture_shown)

    # ------------------------------------------------------------------ controls

    def make_parts(self):
        """The controls and the picture, from top to bottom."""
        self.draws_slider = self.slider("draws", "K, draws averaged", DRAWS)
        self.dimension_slider = self.slider("dimension", "dimension", DIMENSIONS)
        box = Checkbox(False, description="+1000 to f", indent=False, layout=Layout(width="auto"))
        self.shift_box = self.part(box, "shift")
        self.picture_shown = self.picture("histograms", 620)
        row = [self.draws_slider, self.dimension_slider, self.shift_box]
        return [HBox(row, layout=Layout(flex_flow="row wrap", grid_gap="4px 24px")), self.picture_shown]

    def slider(self, role, description, options):
        """A slider over a few sizes, from the first on."""
        slider = SelectionSlider(options=options, value=options[0], description=description)
        slider.layout, slider.style.description_width = Layout(flex="1 1 260px", max_width="330px"), "auto"
        return self.part(slider, role)

    # ------------------------------------------------------------------ computing

    def pool(self):
        """Single-draw estimates at this dimension and shift, computed once: {name: (R * the largest K,)}."""
        dimension, shift = self.dimension_slider.value, SHIFT * self.shift_box.value
        if (dimension, shift) not in self.pools:
            rng = np.random.default_rng((self.seed, dimension))
            pieces = rng.standard_normal((PIECES, REPEATS * DRAWS[-1] // PIECES, dimension))
            found = [self.single_draws(lambda z: self.f(z) + shift, epsilon) for epsilon in pieces]
            self.pools[dimension, shift] = {name: np.concatenate([part[name] for part in found]) for name in NAMES}
        return self.pools[dimension, shift]

    def single_draws(self, f, epsilon):
        """Each draw's two estimates of the slope in the first latent's mean: noise (K, L) -> {name: (K,)}."""
        mean, log_var = np.ones(epsilon.shape[-1]), np.zeros(epsilon.shape[-1])
        z = self.core.distributions.reparameterize(mean, log_var, epsilon)
        score = self.core.evaluation.score_function_gradient(f(z), z, mean, log_var)
        path = self.pathwise(f, mean, log_var, epsilon)
        return {name: part[0][:, 0] for name, part in zip(NAMES, (path, score), strict=True)}

    # ------------------------------------------------------------------- showing

    def refresh(self):
        """Draw both histograms on one axis, and say whether the task is reached."""
        estimates, state = self.estimates(), self.state()
        reach = round_up(3.5 * max(np.std(values) for values in estimates.values()))
        self.picture_shown.value = png(pictures.histograms(estimates, self.exact, reach, state["one_pathwise_draw"]))
        ratio = (state["score_spread"] / state["pathwise_spread"]) ** 2
        self.say(f"The score function's variance is {ratio:,.3g} times the pathwise one, at the same K.")
        if not self.reached and self.goal(state):
            self.reached = True
            self.show_answer(f"Reached at K = {state['draws']}, dimension {state['dimension']}.")


def round_up(reach):
    """The next of 1, 2, 5, 10, 20, ...: an axis that seldom changes."""
    power = 10.0 ** np.floor(np.log10(reach))
    return float(power * next(step for step in (1, 2, 5, 10) if step * power >= reach))
