"""Tests of the path planners."""
