"""What the report says in words: never more than was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from checker.result import ClaimResult, TheoremResult

SYMBOLS = {"holds": "✓", "refuted": "✗", "undecided": "?", "inapplicable": "–"}

VERDICTS = {
    "holds": "decided to be true on every dataset to which it applies.",
    "refuted": "decided to be false on some dataset, which is shown.",
    "undecided": "neither could be decided on some dataset; never counts as holding.",
    "inapplicable": "no dataset met the assumptions; counts for nothing.",
}

EVIDENCE = {
    "identity": "a polynomial identity: all data at once, unless the claim relies on more.",
    "exact": "decided in the rational numbers ℚ, on each dataset separately.",
    "enclosed": "decided with ball arithmetic, on each dataset separately: the digits say how tight the enclosure is.",
    "sampled": "a statement about all networks, tried on some of them.",
}

_PHRASES = {"holds": "hold", "refuted": "refuted", "undecided": "undecided", "inapplicable": "inapplicable"}


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "dataset"), count(3, "dataset")
    ('1 dataset', '3 datasets')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tally(verdicts: Sequence[str]) -> str:
    """How many of each verdict.

    >>> tally(["holds", "refuted", "holds"])
    '2 hold, 1 refuted'
    """
    found = Counter(verdicts)
    return ", ".join(
        f"{found[verdict]} {'holds' if verdict == 'holds' and found[verdict] == 1 else phrase}"
        for verdict, phrase in _PHRASES.items()
        if found[verdict]
    )


def scope(claim: ClaimResult) -> str:
    """On what a claim was decided: ``holds on 103 of 103 datasets (exact on each)``."""
    holds, refuted, undecided = (claim.counts.get(v, 0) for v in ("holds", "refuted", "undecided"))
    of = f"of {count(holds + refuted + undecided, 'dataset')}"
    skipped = claim.counts.get("skipped", 0)
    tail = f"; {count(skipped, 'further dataset')} did not meet its condition" if skipped else ""
    if claim.verdict == "holds":
        if claim.evidence == "identity" and not claim.relies_on:
            return "holds for all data, as a polynomial identity"
        return f"holds on {claim.cases:,} {of}{_how(claim)}{tail}"
    if claim.verdict == "inapplicable":
        return "no dataset met its condition"
    if claim.evidence == "identity":
        return (
            "refuted, as a polynomial identity" if claim.verdict == "refuted" else "undecided, as a polynomial identity"
        )
    parts = [f"{v} on {n:,}" for v, n in (("refuted", refuted), ("undecided", undecided), ("holds", holds)) if n]
    return f"{', '.join(parts) or claim.verdict} {of}{tail}"


def _how(claim: ClaimResult) -> str:
    match claim.evidence:
        case "exact":
            return " (exact on each)"
        case "identity":
            # What it relies on was decided on these datasets only, so the claim speaks of no more.
            return " (identity, given what it relies on)"
        case "enclosed":
            return " (enclosed on each)"
        case "sampled":
            return " (sampled on each)"
    return ""


def headline(result: TheoremResult) -> str:
    """The verdict on a theorem in one sentence."""
    applicable = sum(record.verdict != "inapplicable" for record in result.datasets)
    verdicts = [claim.verdict for claim in result.claims]
    if result.verdict == "inapplicable":
        return f"No dataset met the assumptions, so none of its claims was decided ({len(verdicts)} in all)."
    on = f"Checked on {count(applicable, 'dataset')}."
    if set(verdicts) == {"holds"}:
        return f"{f'All {len(verdicts)} claims hold' if len(verdicts) > 1 else 'Its claim holds'}. {on}"
    return f"Of {count(len(verdicts), 'claim')}, {tally(verdicts)}. {on}"


def title(verdicts: Sequence[str]) -> str:
    """The verdicts on all theorems in one line; that they hold is said of the data they were checked on, no more.

    >>> title(["holds", "undecided"])
    '2 theorems: 1 holds, 1 undecided'
    """
    if not verdicts:
        return "No theorem was checked"
    if set(verdicts) == {"holds"}:
        return "The theorem holds" if len(verdicts) == 1 else f"All {len(verdicts)} theorems hold"
    return f"{count(len(verdicts), 'theorem')}: {tally(verdicts)}"
