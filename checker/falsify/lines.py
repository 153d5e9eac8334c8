"""The outcome of attacks in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from checker.falsify.results import OUTCOMES, DroppedAssumption, Falsification, Mutant
from checker.summary import dataset_lines


def attack_lines(found: Falsification) -> Iterator[tuple[str, str]]:
    """Each line with its kind: ``head``, ``data``, ``survived`` (without a reason) or ``detail``."""
    for entries in found.by_assumption():
        yield from _without(entries)
    if found.mutants:
        fates = ", ".join(f"{number} {fate}" for fate, number in found.fates().items())
        yield "head", f"mutants: {fates}"
    for mutant in found.mutants:
        if mutant.fate == "survived":
            yield from survivor_lines(mutant)


def survivor_lines(mutant: Mutant) -> Iterator[tuple[str, str]]:
    """What survived, and why it is true as well, if anybody has said so."""
    kind = "detail" if mutant.reason else "survived"
    yield kind, f"survived: {mutant.change} in {mutant.place}: {mutant.before.text} became {mutant.after.text}"
    yield kind, f"  {mutant.why}"


def _without(entries: tuple[DroppedAssumption, ...]) -> Iterator[tuple[str, str]]:
    first = entries[0]
    instead = f" but with {first.weakened.text}" if first.weakened else ""
    yield "head", f"without {first.assumption.text}{instead}"
    for outcome in OUTCOMES:
        names = [entry.claim for entry in entries if entry.outcome == outcome]
        if names:
            yield "detail", f"{outcome}: {', '.join(names)}"
    examples = [(entry.claim, entry.counterexample) for entry in entries if entry.counterexample]
    if examples:
        claim, example = min(examples, key=lambda pair: len(str(pair[1].dataset)))
        yield "detail", f"{claim} fails on"
        yield from (("data", line) for line in dataset_lines(example.dataset))
        for name, side in (("left", example.left), ("right", example.right)):
            if side:
                yield "data", f"{name} = {side}"
