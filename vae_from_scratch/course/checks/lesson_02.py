"""Lesson 2: slopes by differences, broadcasting undone, and two primitives in the core's own form."""

from vae_from_scratch.course.checks.bodies_02 import DENSE_TASK, SOFTPLUS_TASK
from vae_from_scratch.course.checks.slopes_02 import NUMERIC_GRADIENT, UNBROADCAST

TASKS = (NUMERIC_GRADIENT, UNBROADCAST, SOFTPLUS_TASK, DENSE_TASK)
