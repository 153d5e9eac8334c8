"""The library of theorems: a file for each chapter of the theory."""

# The order in which the chapters are read; others follow by name.
CHAPTERS = ("two_layer_linear", "deep_linear", "two_layer_relu", "deep_relu", "relu_losses", "convex_losses", "lemmas")
