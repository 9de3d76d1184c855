"""Lesson 7: the draw, the score function gradient, the fit of one posterior."""

from vae_from_scratch.course.checks import draw_07, fit_07, score_07

TASKS = (*draw_07.TASKS, *score_07.TASKS, *fit_07.TASKS)
