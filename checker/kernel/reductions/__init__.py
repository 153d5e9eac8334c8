"""Reductions of suprema to finitely many points: a file for each kind of expression.

A reduction is a function of an evaluation, the slot of the expression and its domain.  It answers None where the
structure of the expression is not the one it knows, else the value and a point of the domain that attains it (no point
where the value is ``+∞``); its docstring holds the reason why nothing exceeds it.
"""

from checker.kernel.reductions.cones import linear_on_cones

REDUCTIONS = (linear_on_cones,)
