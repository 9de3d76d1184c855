"""The course's widgets: one module each, plain Python underneath, with no arithmetic of their own.

Each has a task line above and an answer below, shows its own errors, can be driven without a browser,
and leaves a still picture with alternative text where no kernel runs.
"""

from vae_from_scratch.course.widgets.code_pad import CodePad
from vae_from_scratch.course.widgets.component_pad import ComponentPad
from vae_from_scratch.course.widgets.darts import Darts
from vae_from_scratch.course.widgets.dashboard import Dashboard
from vae_from_scratch.course.widgets.drawing_pad import DrawingPad
from vae_from_scratch.course.widgets.latent_pad import LatentPad
from vae_from_scratch.course.widgets.manifold import Manifold
from vae_from_scratch.course.widgets.mistake_bench import MistakeBench
from vae_from_scratch.course.widgets.sampling_pad import SamplingPad

__all__ = [
    "CodePad",
    "ComponentPad",
    "Darts",
    "Dashboard",
    "DrawingPad",
    "LatentPad",
    "Manifold",
    "MistakeBench",
    "SamplingPad",
]
