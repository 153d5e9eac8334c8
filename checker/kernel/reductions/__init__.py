"""Reductions of suprema to finitely many points: a file for each kind of expression, and its name in the list here."""

from checker.kernel.reductions.cones import LINEAR_ON_CONES

REDUCTIONS = (LINEAR_ON_CONES,)
