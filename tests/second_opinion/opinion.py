"""What an opinion is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Opinion:
    """A verdict and why.

    Verdicts are ``holds``, ``refuted``, ``skipped`` (what the claim presupposes is not so), ``unknown``, and
    ``unproved``: the proof that the statement gives is wrong, whether or not what it claims is true.
    """

    verdict: str
    reason: str = ""
