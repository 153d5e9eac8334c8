"""Untrusted proposers of points: closed forms, CVXPY, refinement, attacks.  What they return is never believed."""
