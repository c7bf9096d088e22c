"""Accounts of what agents have and need, which the threads that step worlds keep beside them."""
