"""The versions of what a run was made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("theorem-checker", "python-flint", "sympy", "numpy", "cvxpy", "hypothesis")


def versions() -> dict[str, str]:
    """Python and the packages that a verdict or a draw depends on, by name; one that is not installed is left out."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
