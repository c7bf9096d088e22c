"""What is finite: resources and what actions need of them, known alike to the wrappers and the planners."""
