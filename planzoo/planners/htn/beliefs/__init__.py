"""States that are not known for sure: beliefs as values, and plans that work in enough possible worlds."""
