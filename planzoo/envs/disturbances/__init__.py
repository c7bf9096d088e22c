"""Disturbances of any environment: what they are, when they strike, and what they do to a step."""
