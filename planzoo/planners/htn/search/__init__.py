"""Searches through decompositions: for the first plan, the best one, several ones."""
