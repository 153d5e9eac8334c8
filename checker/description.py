"""A theorem as it is before it is checked: what it says, and which data it takes."""

from __future__ import annotations

from typing import Any

import click

from checker.datasets.signature import Signature, signature_of
from checker.statement.text import text
from checker.statement.theorem import Theorem
from checker.verification import problems_of


def description(identifier: str, theorem: Theorem) -> dict[str, Any]:
    """What there is to know of a theorem before it is checked, as ``show --json`` prints it."""
    return {
        "theorem": identifier,
        "title": theorem.title,
        "source": str(theorem.source or ""),
        "note": theorem.note,
        "statement": {name: text(problem) for name, problem in problems_of(theorem)},
        "definitions": [text(definition) for definition in theorem.definitions()],
        "assumptions": [text(assumption.relation) for assumption in theorem.given],
        "claims": {claim["name"]: claim["text"] for claim in theorem.program["claims"]},
        "data": _data_lines(signature_of(theorem)),
    }


def print_description(entry: dict[str, Any]) -> None:
    """Prints a description, a line for each part of it."""
    click.echo(click.style(f"{entry['theorem']}  {entry['title']}", bold=True))
    if entry["source"]:
        click.echo(f"  source    {entry['source']}")
    for name, line in entry["statement"].items():
        click.echo(f"  {name:<9} {line}")
    claims = [f"{name}: {line}" for name, line in entry["claims"].items()]
    parts = {"where": entry["definitions"], "given": entry["assumptions"], "claims": claims, "data": entry["data"]}
    for heading, lines in parts.items():
        for position, line in enumerate(lines):
            click.echo(f"  {heading if position == 0 else '':<9} {line}")
    if entry["note"]:
        click.echo(f"  note      {entry['note']}")


def _data_lines(signature: Signature) -> list[str]:
    lines = [", ".join(map(str, signature.arrays.values()))]
    if signature.inputs and signature.target:
        lines.append(f"csv: the target columns are {signature.target}, the others {signature.inputs}")
    if signature.settable:
        lines.append("--set " + ", ".join(f"{name}=…" for name in signature.settable))
    return lines
