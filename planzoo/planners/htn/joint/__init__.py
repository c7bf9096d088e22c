"""Plans of several agents that overlap in time."""
