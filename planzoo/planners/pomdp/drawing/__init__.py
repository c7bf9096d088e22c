"""Contingent plans as text, pictures and pages."""
