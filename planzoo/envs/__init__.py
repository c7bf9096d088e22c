"""Worlds: scenarios as simulators, with every interface to them."""
