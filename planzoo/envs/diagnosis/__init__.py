"""Diagnosis: a hidden condition, tests that tell of it at a cost, and treatments."""
