"""Selects among the variants of theorems, as ``--set loss=huber`` does, and shows them together."""

from __future__ import annotations

from collections.abc import Mapping

from checker.library import UnknownTheorem, named, variant_of
from checker.statement.theorem import Theorem


def grouped(theorems: Mapping[str, Theorem]) -> dict[str, dict[str, Theorem]]:
    """The theorems by the id that variants share; one that has no variants is alone under its own."""
    groups: dict[str, dict[str, Theorem]] = {}
    for identifier, theorem in theorems.items():
        shared = identifier.rpartition("/")[0] if variant_of(theorem) else identifier
        groups.setdefault(shared, {})[identifier] = theorem
    return groups


def offered(theorems: Mapping[str, Theorem]) -> dict[str, list[str]]:
    """What can be chosen among theorems: ``{"loss": ["squared", "huber"]}``."""
    pairs = dict.fromkeys(pair for theorem in theorems.values() for pair in variant_of(theorem).items())
    return {name: [key for other, key in pairs if other == name] for name, _ in pairs}


def select(theorems: Mapping[str, Theorem], settings: Mapping[str, str]) -> tuple[dict[str, Theorem], dict[str, str]]:
    """Keeps the variants that settings choose.

    Args:
        theorems: by id.
        settings: values by name; a name of variants of some of the theorems chooses among all of them.

    Returns:
        The theorems that are the variants chosen (all, if none is), and the other settings.

    Raises:
        UnknownTheorem: none of them is a variant that is chosen.
    """
    choices = offered(theorems)
    chosen = {name: key for name, key in settings.items() if name in choices}
    for name, key in chosen.items():
        if key not in choices[name]:
            raise UnknownTheorem(f"{name}={key[:40]} is no variant here; write {_settings(name, choices[name])}.")
    kept = {i: theorem for i, theorem in theorems.items() if chosen.items() <= variant_of(theorem).items()}
    if not kept:
        both = " and ".join(f"{name}={key}" for name, key in chosen.items())
        raise UnknownTheorem(f"no theorem is a variant of both {both}; set one of them.")
    return kept, {name: value for name, value in settings.items() if name not in chosen}


def how_to_name_one(theorems: Mapping[str, Theorem], setting: str) -> str:
    """What to write for one of several theorems.

    Args:
        theorems: by id.
        setting: how a setting is introduced, such as ``--set``.
    """
    if len(grouped(theorems)) > 1:
        return f"one of {named(theorems)}"
    ((name, keys),) = offered(theorems).items()
    return f"{setting} {_settings(name, keys)}"


def _settings(name: str, keys: list[str]) -> str:
    *most, last = (f"{name}={key}" for key in keys)
    return f"{', '.join(most)} or {last}" if most else last
