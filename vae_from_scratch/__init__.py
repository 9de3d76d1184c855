"""A variational autoencoder from NumPy primitives, and a course that builds it."""
