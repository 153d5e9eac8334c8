"""The command line: ``checker list | show | verify | recheck | new``.

Exit codes: 0 if every claim holds, 1 if one is refuted or undecided or nothing applied, or a mutant that ``--falsify``
makes survives without a reason, 2 for a usage error.
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.refusal import RefusingGroup, complain, refuse

if TYPE_CHECKING:
    from checker.datasets.dataset import Dataset
    from checker.result import TheoremResult
    from checker.statement.theorem import Theorem

FAILURES = Path(".checker/failures")


@click.group(cls=RefusingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="theorem-checker", message="%(version)s")
def main() -> None:
    """Check theorems of machine-learning theory on data."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show ≥ gets a question mark, not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _resolve(references: tuple[str, ...]) -> dict[str, Theorem]:
    from checker.parallel import resolve_all

    files = {Path(file).resolve() for file in (r.partition("::")[0] for r in references) if file.endswith(".py")}
    for file in files:
        if any(other != file and other.stem == file.stem for other in files):
            refuse(f"two files are named {file.name}, so that their theorems have the same ids; rename one.")
    return resolve_all(references)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False))


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def list_command(as_json: bool) -> None:
    """List the theorems of the library."""
    from checker.library import library
    from checker.listing import entries, print_table

    if as_json:
        _print_json(entries(library()))
    else:
        print_table(library())


@main.command()
@click.argument("reference")
@click.option("--set", "settings", multiple=True, metavar="NAME=VARIANT", help="A variant, such as loss=huber.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def show(reference: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Show a theorem: statement, assumptions, claims, source, and which data it takes; each, if it has variants."""
    from checker.description import description, print_description
    from checker.selection import select

    theorems, others = select(_resolve((reference,)), _settings(settings))
    if others:
        refuse(f"--set {next(iter(others))[:60]}=… chooses no variant of {reference}; checker verify sets data.")
    shown = [description(identifier, theorem) for identifier, theorem in theorems.items()]
    if as_json:
        _print_json(shown[0] if len(shown) == 1 else shown)
        return
    for entry in shown:
        print_description(entry)


def _settings(pairs: tuple[str, ...]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            refuse(f"--set {pair[:60]!r} does not set anything; write --set NAME=VALUE, such as --set beta=1/10.")
        if name in settings and settings[name] != value:
            refuse(f"--set gives {name} twice, as {settings[name]} and {value[:40]}; give it once.")
        settings[name] = value
    return settings


@main.command()
@click.argument("references", nargs=-1)
@click.option("--data", type=click.Path(), help="A csv, npz or json file: check one theorem on it.")
@click.option("--target", help="Target columns of a csv file, separated by commas; the last column by default.")
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE",
    help="A scalar or a free dimension of --data, such as beta=1/10; or a variant, such as loss=huber.",
)  # fmt: skip
@click.option("--rows", type=click.IntRange(1), help="Take only the first rows of a csv file.")
@click.option(
    "--cases", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Distinct datasets to draw."
)
@click.option(
    "--digits", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Decimal digits of every bracket."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Equal seeds draw equal datasets.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Theorems checked at once; as many as processors by default.")
@click.option(
    "--falsify", is_flag=True,
    help="Attack the statements, too: drop each assumption, mutate each formula. A mutant that survives fails.",
)  # fmt: skip
@click.option("--report", type=click.Path(path_type=Path), help="Write index.html, report.json and certificates here.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def verify(
    references: tuple[str, ...], data: str | None, target: str | None, settings: tuple[str, ...], rows: int | None,
    cases: int, digits: int, seed: int, jobs: int | None, falsify: bool, report: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Check theorems: library ids, chapters, FILE.py or FILE.py::NAME; the whole library by default.

    NAME/VARIANT or --set is one variant of a theorem; the name alone is all of them.
    """
    from checker.selection import select

    theorems, values = select(_resolve(references), _settings(settings))
    if falsify and data is not None:
        refuse("--falsify draws datasets of its own, and --data gives one; leave out one of them.")
    datasets = _datasets(theorems, data, target, values, rows)
    if report is not None:
        _usable(report)
    quiet = as_json or not sys.stderr.isatty()
    options = {"cases": cases, "digits": digits, "seed": seed, "pictures": report is not None, "falsify": falsify}
    several = datasets is None and len(theorems) > 1 and (jobs or os.cpu_count() or 1) > 1
    if several:
        results = _check_at_once(references, tuple(theorems), jobs or os.cpu_count() or 1, options, quiet)
    else:
        results = _check(theorems, datasets, options, quiet)
    if report is not None:
        from checker.report import ReportError, write_report

        try:
            page = write_report(results, report)
        except ReportError as error:
            refuse(str(error))
    if as_json:
        objects = [result.to_json() for result in results]
        _print_json(objects[0] if len(objects) == 1 else objects)
    else:
        from checker.summary import print_results

        print_results(results)
        if report is not None:
            click.echo(f"report: {page}")
    raise SystemExit(0 if all(result.passes for result in results) else 1)


def _datasets(
    theorems: dict[str, Theorem], data: str | None, target: str | None, settings: dict[str, str], rows: int | None
) -> list[Dataset] | None:
    if data is None:
        for option, value in (("--target", target), ("--set", settings), ("--rows", rows)):
            if value not in (None, {}):
                refuse(f"{option} goes with --data FILE, which was not given.")
        return None
    if len(theorems) != 1:
        from checker.selection import how_to_name_one

        one = how_to_name_one(theorems, "--set")
        refuse(f"--data checks one theorem, and {len(theorems)} were named; write {one}.")
    from checker.datasets.loading import load_dataset

    columns = target.split(",") if target is not None else None
    return [load_dataset(data, next(iter(theorems.values())), target=columns, settings=settings, rows=rows)]


def _usable(report: Path) -> None:
    parent = next((p for p in [report, *report.absolute().parents] if p.exists()), Path("/"))
    if not parent.is_dir():
        refuse(f"--report {report} cannot be written: {parent} is not a directory.")
    if not os.access(parent, os.W_OK):
        refuse(f"--report {report} cannot be written: no permission to write to {parent}.")


def _check_at_once(
    references: tuple[str, ...], identifiers: tuple[str, ...], jobs: int, options: dict[str, Any], quiet: bool
) -> list[TheoremResult]:
    from rich.console import Console
    from rich.progress import Progress

    from checker.failures import Failures
    from checker.parallel import check_all

    options = {**options, "failures": Failures(FAILURES)}
    with Progress(console=Console(stderr=True), disable=quiet, transient=True) as progress:
        task = progress.add_task("theorems", total=len(identifiers))
        return check_all(references, identifiers, jobs, options, lambda _: progress.advance(task))


def _check(
    theorems: dict[str, Theorem], datasets: list[Dataset] | None, options: dict[str, Any], quiet: bool
) -> list[TheoremResult]:
    from rich.console import Console
    from rich.progress import Progress

    from checker.failures import Failures
    from checker.progress import long_work
    from checker.verification import check

    results = []
    with Progress(console=Console(stderr=True), disable=quiet, transient=True) as progress:
        for identifier, theorem in theorems.items():
            task = progress.add_task(identifier, total=options["cases"] if datasets is None else len(datasets))
            advance = partial(progress.advance, task)
            attacks = progress.add_task("  attacks", total=None) if options["falsify"] else task
            attacked = partial(progress.advance, attacks)
            with long_work(progress):
                results.append(
                    check(
                        theorem, datasets=datasets, failures=Failures(FAILURES), on_dataset=advance,
                        on_attack=attacked, **options,
                    )
                )  # fmt: skip
    return results


@main.command()
@click.argument("certificates", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as-recorded", is_flag=True, help="Do not import the theorem to compare its statement.")
def recheck(certificates: tuple[Path, ...], as_recorded: bool) -> None:
    """Decide saved certificates again, with the kernel alone.

    Exit code 0 if every claim holds, 1 if one does not or a certificate is rejected, 2 if a file is no certificate.
    """
    from checker.recheck import CertificateError, RejectedCertificate, recheck_file

    code = 0
    for path in certificates:
        try:
            lines, verdict = recheck_file(path, as_recorded)
        except CertificateError as error:
            # The others are decided nevertheless: a reader wants to know about each.
            complain(str(error))
            code = max(code, 1 if isinstance(error, RejectedCertificate) else 2)
            continue
        for line in lines:
            click.echo(line)
        code = max(code, 0 if verdict else 1)
    raise SystemExit(code)


@main.command()
@click.argument("name")
def new(name: str) -> None:
    """Write a theorem of thirty lines that runs, to start from: NAME.py."""
    from checker.template import write_template

    path = write_template(name)
    click.echo(f"wrote {path}; now run: checker verify {path}")


if __name__ == "__main__":
    main()
