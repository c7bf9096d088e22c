"""The maze: survival, plans made together, and what coordination is worth."""
