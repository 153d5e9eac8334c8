"""What a theorem takes as its pictures, and that nothing of them is imported before it is drawn."""

import sys

import pytest

from tests.statement.refusals import refused, theorem


def drawing(values):
    """A drawing."""


def test_functions_and_their_names_are_pictures():
    assert theorem().pictures == ()
    assert theorem(pictures=[drawing, "somewhere:drawing"]).pictures == (drawing, "somewhere:drawing")


def test_a_picture_is_not_imported_at_the_definition():
    theorem(pictures=["tests.statement.no_such_module:drawing"])
    assert "tests.statement.no_such_module" not in sys.modules


def test_pictures_are_no_part_of_what_is_decided():
    assert theorem(pictures=[drawing]).program == theorem().program


REFUSED = {
    "pictures=3": (3, r"pictures=3 is not a list; write pictures=\[…\]"),
    "a function alone": (drawing, r"write pictures=\[…\]"),
    "a name alone": ("module:drawing", r"write pictures=\[…\]"),
    "a number": ([3], "the picture 3 is not a function from values to a figure, nor 'module:function'"),
    "a name without a module": (["drawing"], "the picture 'drawing' is not a function .* nor 'module:function'"),
    "nothing": ([None], "the picture None is not a function"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused(name):
    pictures, match = REFUSED[name]
    refused(lambda: theorem(pictures=pictures), match)
