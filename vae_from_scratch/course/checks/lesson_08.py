"""Lesson 8: the variational autoencoder, from its two networks to the loop that trains it."""

from vae_from_scratch.course.checks import bounds_08, networks_08, training_08

TASKS = (*networks_08.TASKS, *bounds_08.TASKS, *training_08.TASKS)
