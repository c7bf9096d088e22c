"""Why a plan works: causal links, explanations, and goals decomposed into subgoals."""
