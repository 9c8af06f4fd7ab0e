"""The wires: one door, and the REST routes made from the registry."""
