"""Repair of plans that meet another state than they were made for."""
