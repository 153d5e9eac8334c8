"""The error an author meets when a statement is ill-formed."""


class StatementError(ValueError):
    """A statement that is refused at definition; the message says what is wrong and what to write instead."""
