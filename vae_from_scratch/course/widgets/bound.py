"""The bound: two sliders place q over a posterior, and log p(x), which never moves, splits into ELBO and gap.

One latent, so everything is computed on a grid. From a program: `move(mean, log_var)`, `follow(points)`,
`choose(name)`, `state()`; `path` holds the points that a program moved to, and is drawn as a trail.
"""

from functools import cache
from time import perf_counter

import numpy as np
from ipywidgets import FloatSlider, HBox, Layout, ToggleButtons, VBox

import vae_from_scratch
from vae_from_scratch.course import plots
from vae_from_scratch.course.widgets.base import Widget, image_of
from vae_from_scratch.course.widgets.bound_pictures import GHOSTS, LOG_VARS, MEANS, SIDE, WIDTH, BoundPictures

GRID = np.linspace(-12, 12, 6001)  # holds every q that the sliders reach, and resolves the narrowest
DZ = GRID[1] - GRID[0]
THIN = 4  # for the map every fourth point of the grid will do
REDRAW = 0.04  # seconds between pictures while a program follows a path


class Case:
    """One posterior on the grid. log_joint: z (G,) -> log p(x, z) (G,) for the x at hand; core: whose functions count.

    `log_px`, and `log_posterior` (G,), come from a sum over the grid.
    """

    z = GRID

    def __init__(self, log_joint, core):
        self.core, self.log_joint = core.distributions, np.asarray(log_joint(GRID), dtype=float)
        if self.log_joint.shape != GRID.shape:
            raise ValueError(
                f"log_joint made {self.log_joint.shape} of z {GRID.shape}: give one number for each z, log p(x, z)"
            )
        self.log_px = float(self.core.log_mean_exp(self.log_joint) + np.log(DZ * len(GRID)))
        self.log_posterior = self.log_joint - self.log_px

    def log_q(self, mean, log_var):
        """log-density of q on the grid (G,)."""
        return self.core.normal_log_prob(GRID, mean, log_var)

    def split(self, mean, log_var):
        """(ELBO, gap), each from a sum of its own over the grid. The ELBO is minus the mean of log q - log p(x, z)."""
        log_q = self.log_q(mean, log_var)
        return tuple(
            float(part)
            for part in (
                -self.core.kl_on_grid(log_q, self.log_joint, DZ),
                self.core.kl_on_grid(log_q, self.log_posterior, DZ),
            )
        )

    @cache  # noqa: B019 (a case lives as long as its widget)
    def gaps(self):
        """(means, log_vars, gap at each), for the map."""
        means, log_vars = np.linspace(*MEANS, 61), np.linspace(*LOG_VARS, 41)
        z, log_p = GRID[::THIN], np.broadcast_to(self.log_posterior[::THIN], (61, len(GRID[::THIN])))
        rows = [
            self.core.kl_on_grid(self.core.normal_log_prob(z, means[:, None], log_var), log_p, THIN * DZ)
            for log_var in log_vars
        ]
        return means, log_vars, np.array(rows)


class Bound(Widget):
    """Two sliders that place q = N(mean, exp(log_var)) over a posterior. As a cell's last line it shows itself.

    log_joint: z (G,) -> log p(x, z) (G,) at the x that was seen, or {name: such a function} to choose from; task and
    answer: a line of HTML each; goal: state() -> bool, true once the task is reached; start: mean and log_var;
    core: the package, ours or the student's (`mine`); mapped: show the lines of equal gap from the beginning, and not
    only once the task is reached.
    """

    name = "bound"

    def __init__(
        self, log_joint, *, task, answer, goal=lambda state: state["gap"] < 0.03, start=(0.0, 0.0),
        core=vae_from_scratch, mapped=False,
    ):  # fmt: skip
        joints = log_joint if isinstance(log_joint, dict) else {"": log_joint}
        self.cases = {name: Case(joint, core) for name, joint in joints.items()}
        self.case, self.goal, self.mapped, self.reached = next(iter(joints)), goal, mapped, False
        self.pictures, self.path, self.point = BoundPictures(self.cases), [], None
        for name in self.cases:
            self.pictures.draw_still_parts(name, mapped)
        super().__init__(task, answer, self.make_parts(start))
        self.place(*start)
        self.draw()
        for slider in (self.mean_slider, self.log_var_slider):
            slider.observe(self.shown(self.on_slider), "value")
        self.choice.observe(self.shown(self.on_choice), "value")

    # -------------------------------------------------------------- for programs

    def move(self, mean, log_var):
        """Place q there, no further than the sliders go, and add the place to the path."""
        self.follow([(mean, log_var)])

    def follow(self, points):
        """Move q through (mean, log_var) after (mean, log_var), showing it on the way."""
        drawn = perf_counter()
        for mean, log_var in points:
            self.place(float(mean), float(log_var))
            self.path.append(self.point)
            if perf_counter() - drawn > REDRAW:
                self.draw()
                drawn = perf_counter()
        self.draw()

    def choose(self, name):
        """Show another posterior. Raises ValueError for a name that is none of the cases'."""
        if name not in self.cases:
            raise ValueError(f"{name!r} is none of the cases: {', '.join(self.cases)}")
        self.choice.value = name

    def forget(self):
        """Begin a new path here."""
        self.path = []
        self.draw()

    def state(self):
        """Plain numbers, in nats: where q stands, ELBO and gap there, log p(x), and the name of the case."""
        mean, log_var = self.point
        found = {"mean": mean, "log_var": log_var, "elbo": self.elbo, "gap": self.gap}
        return {**found, "log_px": self.cases[self.case].log_px, "case": self.case}

    def alt(self):
        """What the picture shows."""
        case = f" of {self.case}" if self.case else ""
        return (
            f"A Gaussian q with {self.where()} over the posterior{case}; a bar: log p(x) = "
            f"{self.cases[self.case].log_px:.3f} is ELBO {self.elbo:.3f} plus gap {round(self.gap, 3) + 0.0:.3f} nats."
        )

    def still(self):
        """Everything it shows, as one Pillow image."""
        return plots.beside([plots.stacked([image_of(self.density), image_of(self.bar)]), image_of(self.plane)])

    def where(self):
        """The sliders in words."""
        return "mean {:.2f} and log_var {:.2f}".format(*self.point)

    # ------------------------------------------------------------------ controls

    def make_parts(self, start):
        """The controls and pictures, from top to bottom."""
        choice = ToggleButtons(options=list(self.cases), description="posterior:", layout=Layout(width="auto"))
        choice.style.button_width = "110px"
        self.choice = self.part(choice, "choice")
        self.choice.layout.display = None if len(self.cases) > 1 else "none"
        self.mean_slider = self.slider("mean", "mean of q", start[0], MEANS)
        self.log_var_slider = self.slider("log-var", "log_var of q", start[1], LOG_VARS)
        self.density, self.bar = self.picture("density", WIDTH), self.picture("bar", WIDTH)
        self.plane = self.picture("plane", SIDE)
        left = VBox([self.density, self.bar], layout=Layout(flex="1 1 420px", max_width=f"{WIDTH}px", min_width="0"))
        sliders = [self.mean_slider, self.log_var_slider, self.plane]
        right = VBox(sliders, layout=Layout(flex="1 1 300px", max_width="400px", min_width="0"))
        return [self.choice, HBox([left, right], layout=Layout(flex_flow="row wrap", grid_gap="4px 24px"))]

    def slider(self, role, description, value, limits):
        """A slider that acts while it is dragged."""
        slider = FloatSlider(value, min=limits[0], max=limits[1], step=0.01, description=description)
        slider.layout, slider.style.description_width = Layout(width="100%", max_width="380px"), "86px"
        return self.part(slider, role)

    def on_slider(self, change):
        """A slider was moved by hand; or by `place`, which has done all already."""
        here = (self.mean_slider.value, self.log_var_slider.value)
        if not self.placing and here != self.point:
            self.place(*here)
            self.draw()

    def on_choice(self, change):
        """Another posterior: q stays where it is, the path ends."""
        self.case, self.path = change.new, []
        self.place(*self.point)
        self.draw()

    # ------------------------------------------------------------------- showing

    placing = False

    def place(self, mean, log_var):
        """Put q there and split log p(x), without drawing."""
        point = (float(np.clip(mean, *MEANS)), float(np.clip(log_var, *LOG_VARS)))
        self.elbo, self.gap = self.cases[self.case].split(*point)
        self.point, self.placing = point, True
        self.mean_slider.value, self.log_var_slider.value = point
        self.placing = False
        self.say("")
        if not self.reached and self.goal(self.state()):
            self.reached = True
            self.show_answer(f"Reached at {self.where()}: the gap is {self.gap:.3f}.")

    def draw(self):
        """Draw the three pictures as they are now."""
        case, shown = self.cases[self.case], np.abs(GRID) <= MEANS[1]
        picked = np.unique(np.linspace(0, len(self.path) - 1, GHOSTS).astype(int)) if len(self.path) > 1 else []
        ghosts = [np.exp(case.log_q(*self.path[i]))[shown] for i in picked[:-1]]
        self.density.value = self.pictures.density(
            self.case, GRID[shown], np.exp(case.log_q(*self.point))[shown], ghosts
        )
        self.bar.value = self.pictures.bar(self.case, self.elbo, self.gap)
        self.plane.value = self.pictures.plane(self.case, self.mapped or self.reached, self.path, self.point)
