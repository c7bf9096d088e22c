"""Wrappers that change what an environment shows or allows."""
