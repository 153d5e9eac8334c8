"""Writing a report into a directory, without ever leaving a half-written file or touching a foreign one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from checker.report.page import render
from checker.report.portable import portable
from checker.report.versions import versions
from checker.result import TheoremResult

SCHEMA = "theorem-report/1"
CERTIFICATES = "certificates"
_FILE_NAME = re.compile(r"\w[\w.+-]*\.json")


class ReportError(Exception):
    """A report that cannot be written; the message is one sentence that says why."""


def write_report(results: Sequence[TheoremResult], directory: Path | str, *, created: str | None = None) -> Path:
    """Writes ``index.html``, ``report.json`` and ``certificates/*.json`` into a directory, which is made if need be.

    Each file is replaced at once, so that a reader sees the old or the new one.  Certificates that the report found
    in the directory names, and that the new one does not, are removed; no other file is.  The same results give the
    same bytes, apart from the date.

    Args:
        results: in the order in which the report shows them.
        directory: where to; a report that is there already is replaced.
        created: the date to print, by default the present time in UTC as ISO 8601.

    Returns:
        the path of ``index.html``.

    Raises:
        ReportError: the directory cannot be written, a certificate's name is not a plain ``….json`` file name, two
            different certificates share one name, or a number is infinite or not a number.
    """
    directory = Path(directory)
    created = datetime.now(UTC).isoformat(timespec="seconds") if created is None else created
    results = [portable(result) for result in results]
    certificates = _certificates(results)
    document = {
        "schema": SCHEMA,
        "created": created,
        "versions": versions(),
        "certificates": sorted(certificates),
        "theorems": [result.to_json() for result in results],
    }
    # Everything is rendered before the first file is touched: a failure leaves the previous report whole.
    contents = {f"{CERTIFICATES}/{name}": text for name, text in sorted(certificates.items())}
    contents["report.json"] = _encoded(document, "report.json", indent=2)
    contents["index.html"] = render(results, created=created, versions=versions())
    try:
        (directory / CERTIFICATES).mkdir(parents=True, exist_ok=True)
        stale = _named_before(directory) - set(certificates)
        for name, text in contents.items():
            _replace(directory / name, text)
        for name in sorted(stale):
            (directory / CERTIFICATES / name).unlink(missing_ok=True)
    except OSError as error:
        raise ReportError(
            f"the report cannot be written to {str(directory)!r} ({error.strerror or error}); "
            "name a directory that can be written."
        ) from error
    return directory / "index.html"


def _encoded(value: Any, name: str, indent: int | None = None) -> str:
    try:
        return json.dumps(value, sort_keys=True, indent=indent, ensure_ascii=False, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise ReportError(
            f"{name} cannot be written as JSON ({error}); give finite numbers, strings and lists."
        ) from error


def _certificates(results: Sequence[TheoremResult]) -> dict[str, str]:
    found: dict[str, str] = {}
    for result in results:
        for name, certificate in result.certificates.items():
            if not _FILE_NAME.fullmatch(name):
                raise ReportError(
                    f"{name!r} is not a file name for a certificate; write letters, digits, '.' and '-', "
                    "with '.json' at the end."
                )
            text = _encoded(certificate, name)
            if found.setdefault(name, text) != text:
                raise ReportError(f"two different certificates are named {name!r}; give each a name of its own.")
    return found


def _named_before(directory: Path) -> set[str]:
    """The certificates that the report found in the directory says it wrote; none if there is no such report."""
    try:
        previous = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return set()
    if not isinstance(previous, Mapping) or not str(previous.get("schema", "")).startswith("theorem-report/"):
        return set()
    names = previous.get("certificates")
    # A name with a directory in it is not one that this function writes, so it is a foreign file.
    return {n for n in names if isinstance(n, str) and _FILE_NAME.fullmatch(n)} if isinstance(names, list) else set()


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
