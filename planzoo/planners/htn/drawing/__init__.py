"""Pictures of decomposition trees."""
