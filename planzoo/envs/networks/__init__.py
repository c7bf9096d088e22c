"""Discrete Bayesian networks: reading, exact inference, and inference compiled for kernels."""
