"""Results for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from checker.result import ClaimResult, Counterexample, TheoremResult

if TYPE_CHECKING:
    from checker.falsify.results import Falsification

_STYLES = {"holds": "green", "refuted": "bold red", "undecided": "bold yellow", "inapplicable": "dim", "skipped": "dim"}


def evidence_of(claim: ClaimResult) -> str:
    """How a claim was decided, in words that promise no more than was done."""
    applied = sum(count for verdict, count in claim.counts.items() if verdict != "skipped")
    if claim.verdict == "inapplicable":
        return claim.reason
    if claim.evidence == "identity" and claim.verdict == "holds" and not claim.relies_on:
        words = "a polynomial identity, all data at once"
    else:
        words = f"on {claim.counts.get(claim.verdict, 0)} of {applied} dataset{'s' if applied != 1 else ''}"
        kinds = {
            "identity": "by a polynomial identity",
            "exact": "exact on each",
            "enclosed": "enclosed" if claim.digits is None else f"{claim.digits} digits",
            "sampled": "sampled, not proved",
        }
        words += f" ({kinds[claim.evidence]})" if claim.evidence in kinds and claim.verdict == "holds" else ""
    return words + (f"; relies on {', '.join(claim.relies_on)}" if claim.relies_on else "")


def wide_console() -> Console:
    """A console as wide as the terminal, and wide enough for formulas where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=165)


def print_results(results: Sequence[TheoremResult], console: Console | None = None) -> None:
    """Prints each theorem with its claims, then what failed with its dataset."""
    console = console or wide_console()
    for result in results:
        count = sum(result.strata.values())
        console.print(
            Text.assemble(
                (f"{result.verdict:<9}", _STYLES[result.verdict]), "  ", (result.theorem, "bold"), f"  {result.title}"
            ),
            Text(f"  {count} dataset{'s' if count != 1 else ''}, {result.digits} digits, seed {result.seed}", "dim"),
        )
        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
        for claim in result.claims:
            table.add_row(
                "  ",
                Text(claim.verdict, _STYLES[claim.verdict]),
                claim.claim,
                Text(claim.text),
                Text(evidence_of(claim), "dim"),
            )
        console.print(table)
        for side, ends in result.values.items():
            symbol = {"primal": "P*", "dual": "D*"}[side]
            console.print(Text(f"   {symbol} in [{ends['lower']}, {ends['upper']}]"), soft_wrap=True)
        for record in result.datasets:
            if record.verdict == "inapplicable" and record.reason:
                console.print(
                    Text(f"   {record.label}: inapplicable, it does not satisfy {record.reason}", "yellow"),
                    soft_wrap=True,
                )
        for claim in result.claims:
            if claim.counterexample:
                print_counterexample(console, claim, claim.counterexample)
        if result.falsification:
            print_attacks(console, result.falsification)


def print_attacks(console: Console, found: Falsification) -> None:
    """Prints what became of the claims without each assumption, and of the mutants."""
    from checker.falsify.lines import attack_lines

    styles = {"head": "bold", "data": "", "detail": "dim", "survived": "bold red"}
    indents = {"head": 3, "data": 7}
    for kind, line in attack_lines(found):
        console.print(Text(" " * indents.get(kind, 5) + line, styles[kind]), soft_wrap=True)


def print_counterexample(console: Console, claim: ClaimResult, found: Counterexample) -> None:
    """Prints the shrunk dataset of a failing claim and the two sides that were compared."""
    reason = f": {found.reason}" if found.reason else " on these data"
    console.print(Text(f"   {claim.claim} is {claim.verdict}{reason}", _STYLES[claim.verdict]), soft_wrap=True)
    for line in dataset_lines(found.dataset):
        console.print(Text(f"     {line}"), soft_wrap=True)
    for name, side in (("left", found.left), ("right", found.right)):
        if side:
            console.print(Text(f"     {name} = {side}"), soft_wrap=True)
    if found.file:
        console.print(Text(f"     saved to {found.file}, which --data reads", "dim"), soft_wrap=True)


def dataset_lines(dataset: object) -> list[str]:
    """A dataset in JSON form as aligned rows, large matrices by their shape."""
    lines: list[str] = []
    for name, value in dataset.items() if hasattr(dataset, "items") else ():
        if not isinstance(value, list):
            if name in _fixed(dataset):
                continue
            lines.append(f"{name} = {value}")
        elif len(value) * len(value[0]) > 60 or not isinstance(value[0][0], str):
            lines.append(f"{name}: {len(value)} × {len(value[0])}")
        else:
            widths = [max(len(row[j]) for row in value) for j in range(len(value[0]))]
            for i, row in enumerate(value):
                head = f"{name} = " if i == 0 else " " * (len(name) + 3)
                lines.append(head + "[ " + "  ".join(e.rjust(w) for e, w in zip(row, widths, strict=True)) + " ]")
    return lines


def _fixed(dataset: Any) -> set[str]:
    """Sizes that the shapes of the matrices show: a reader needs only the others, such as a hidden width."""
    shown = {str(size) for value in dataset.values() if isinstance(value, list) for size in (len(value), len(value[0]))}
    return {name for name, value in dataset.items() if name in ("n", "d", "K") and value in shown}
