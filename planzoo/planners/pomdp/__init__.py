"""Planning under uncertainty: beliefs, value of information and contingent plans on a user's own tables."""
