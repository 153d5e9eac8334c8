"""Exact datasets: drawn by stratum from a theorem's assumptions, or read from files."""

from checker.datasets.dataset import Dataset

__all__ = ["Dataset"]
