"""What planners must know of each scenario: tasks, methods, operators, policies."""
