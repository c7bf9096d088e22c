"""The substrate: simulators over batched arrays, and the adapters that every scenario shares."""
