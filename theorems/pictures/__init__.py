"""Untrusted pictures for the theorems of the library: from a dataset and its witness to a figure, or nothing."""
