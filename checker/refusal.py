"""How the command line refuses: one sentence on standard error that starts with ``error:``, and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

_LONGEST = 1000


def complain(sentence: str) -> None:
    """Prints one line on standard error: white space collapsed, and shortened in the middle if it is very long."""
    line = " ".join(sentence.split())
    if len(line) > _LONGEST:
        line = f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"
    click.echo(f"error: {line}", err=True)


def refuse(sentence: str) -> NoReturn:
    """Ends the program with one sentence and exit code 2."""
    complain(sentence)
    raise SystemExit(2)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise  # it prints the help, which is what was asked for
    except click.UsageError as error:
        message = error.format_message().rstrip(".")
        command = f"{error.ctx.command_path} --help" if error.ctx is not None else "checker --help"
        refuse(f"{message[:1].lower()}{message[1:]}; see '{command}'.")
    except ValueError as error:  # InputError, StatementError, ProgramError, UnknownTheorem, ReportError
        if not type(error).__module__.startswith("checker."):
            raise
        refuse(str(error))


class RefusingGroup(click.Group):
    """A group of commands that turns the errors of bad input into one sentence and exit code 2."""

    def make_context(self, *args: Any, **keywords: Any) -> click.Context:
        """Parses the options of the group itself."""
        with _refusing():
            return super().make_context(*args, **keywords)

    def invoke(self, context: click.Context) -> Any:
        """Parses and runs a command of the group."""
        with _refusing():
            return super().invoke(context)
