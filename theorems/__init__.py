"""The library: convex duality of deep neural networks, one file per chapter of the theory."""
