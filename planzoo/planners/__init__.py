"""Thought: planners, and policies made of them."""
