"""Acting with the engine: plan, look, act, and choose the method that does best."""
