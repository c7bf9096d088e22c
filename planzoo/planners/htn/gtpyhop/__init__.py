"""Domains of GTPyhop on this engine."""
