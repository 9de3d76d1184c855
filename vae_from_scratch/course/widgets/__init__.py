"""The course's widgets: one module each, plain Python underneath, with no arithmetic of their own.

Each has a task line above and an answer below, shows its own errors, can be driven without a browser,
and leaves a still picture with alternative text where no kernel runs.
"""

from vae_from_scratch.course.widgets.bound import Bound
from vae_from_scratch.course.widgets.bound_run import BoundRun
from vae_from_scratch.course.widgets.code_pad import CodePad
from vae_from_scratch.course.widgets.component_pad import ComponentPad
from vae_from_scratch.course.widgets.cost_pad import CostPad
from vae_from_scratch.course.widgets.darts import Darts
from vae_from_scratch.course.widgets.dashboard import Dashboard
from vae_from_scratch.course.widgets.drawing_pad import DrawingPad
from vae_from_scratch.course.widgets.estimators import Estimators
from vae_from_scratch.course.widgets.latent_pad import LatentPad
from vae_from_scratch.course.widgets.likelihood_picker import LikelihoodPicker
from vae_from_scratch.course.widgets.manifold import Manifold
from vae_from_scratch.course.widgets.mistake_bench import MistakeBench
from vae_from_scratch.course.widgets.price_ruler import PriceRuler
from vae_from_scratch.course.widgets.sampling_pad import SamplingPad
from vae_from_scratch.course.widgets.shuffle_pad import ShufflePad
from vae_from_scratch.course.widgets.step_timeline import StepTimeline
from vae_from_scratch.course.widgets.traced_graph import TracedGraph
from vae_from_scratch.course.widgets.traversals import Traversals
from vae_from_scratch.course.widgets.weight_blocks import WeightBlocks

__all__ = [
    "Bound",
    "BoundRun",
    "CodePad",
    "ComponentPad",
    "CostPad",
    "Darts",
    "Dashboard",
    "DrawingPad",
    "Estimators",
    "LatentPad",
    "LikelihoodPicker",
    "Manifold",
    "MistakeBench",
    "PriceRuler",
    "SamplingPad",
    "ShufflePad",
    "StepTimeline",
    "TracedGraph",
    "Traversals",
    "WeightBlocks",
]
