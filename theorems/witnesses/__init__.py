"""Untrusted proposers for the theorems of the library: from a dataset to values of the variables."""
