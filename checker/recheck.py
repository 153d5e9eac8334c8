"""Rechecks certificate files: the kernel decides; the statement is compiled again and compared where it can be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.certificates import MOST_BYTES, parse
from checker.kernel.certificate import recheck
from checker.kernel.decide import Outcome
from checker.kernel.program import ProgramError, digest


class CertificateError(ValueError):
    """A file that cannot be read or is no certificate; the message is one sentence."""


class RejectedCertificate(CertificateError):
    """A certificate that does not decide to what it records, or not of the statement that the library has."""


def recheck_file(path: Path, as_recorded: bool = False) -> tuple[list[str], bool]:
    """Decides one certificate file again.

    Args:
        path: of the certificate.
        as_recorded: whether to leave the theorem unimported and decide the recorded statement only.

    Returns:
        What to print, and whether every claim it records as holding still holds.

    Raises:
        CertificateError: the file cannot be read or is not a certificate.
        RejectedCertificate: it is malformed inside, does not decide to what it records, or is of another statement.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CertificateError(f"{path} is larger than {MOST_BYTES // 10**6} MB, the most that is read.")
        document = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CertificateError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CertificateError(f"{path} is not a certificate: it is not UTF-8 text.") from error
    except ProgramError as error:
        raise CertificateError(f"{path} is not a certificate: {error}") from error
    try:
        outcomes = recheck(document)
    except ProgramError as error:
        raise RejectedCertificate(f"{path} is rejected: {_shown(str(error))}") from error
    try:
        return _described(document, outcomes, path, as_recorded)
    except (KeyError, TypeError, AttributeError) as error:
        # The kernel decides without reading names and texts for people.
        raise RejectedCertificate(f"{path} is rejected: it lacks a name or a text ({error}).") from error


def _described(
    document: dict[str, Any], outcomes: Mapping[str, Outcome], path: Path, as_recorded: bool
) -> tuple[list[str], bool]:
    lines = [f"{path}: accepted"]
    if as_recorded or not _matches(str(document["theorem"]), str(document["digest"]), path):
        theorem = _shown(str(document["theorem"]))
        lines.append(f"  as recorded, without the source of {theorem}; the statement that was decided:")
        program = document["program"]
        lines += [f"    given {_shown(a['text'])}" for a in program["assumptions"]]
        lines += [f"    {_shown(p['text'])}" for p in program["problems"]]
    texts = {claim["name"]: claim["text"] for claim in document["program"]["claims"]}
    for name, outcome in outcomes.items():
        digits = f", {outcome.digits} digits" if outcome.digits is not None else ""
        said = f"{_shown(name)}: {_shown(texts[name])} ({outcome.evidence or 'not applicable'}{digits})"
        relies = f"; relies on {', '.join(map(_shown, outcome.relies_on))}" if outcome.relies_on else ""
        lines.append(f"  {outcome.verdict:<9} {said}{relies}")
    return lines, all(outcome.verdict in ("holds", "skipped") for outcome in outcomes.values())


def _shown(text: str) -> str:
    """A text of the certificate in one line: one that broke it could pass for a line of ours."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _matches(identifier: str, recorded: str, path: Path) -> bool:
    """Whether the library has the theorem; it must then have the recorded statement.

    Raises:
        RejectedCertificate: the library states it differently.
    """
    from checker.library import chapter_of

    theorem = chapter_of(identifier).get(identifier)
    if theorem is None:
        return False
    if digest(theorem.program) != recorded:
        raise RejectedCertificate(
            f"{path} is rejected: the library's {identifier} is another statement than the one inside; "
            "use --as-recorded to decide the recorded one."
        )
    return True
