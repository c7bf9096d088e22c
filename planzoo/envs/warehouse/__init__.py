"""The warehouse scenario."""
