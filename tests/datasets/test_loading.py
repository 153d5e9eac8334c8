"""What ``--data`` accepts, exactly, and what it refuses, in one sentence."""

from __future__ import annotations

import io
import json
import os
import shutil
import struct
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import example, given
from hypothesis import strategies as st

from checker.datasets import contents, csv_table
from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from checker.datasets.numerals import MOST_DIGITS, MOST_EXPONENT, parse_rational
from checker.datasets.signature import signature_of
from checker.statement import (
    Theorem,
    at_least,
    dimension,
    dimensions,
    dot,
    family,
    frobenius,
    matrix,
    norm,
    scalar,
    vector,
)
from theorems.two_layer_linear import regularized, strong_duality

REAL = Path(__file__).parents[2] / "theorems" / "data"

n, d, K, L = dimensions("n d K L")


def theorem_on(*expressions: Any) -> Theorem:
    """A theorem that speaks of the symbols of some expressions, each at least zero."""
    return Theorem(title="of this test", claims=[at_least(expression, 0) for expression in expressions])


X, x, y, Y = matrix("X", n, d), vector("x", n), vector("y", n), matrix("Y", n, K)
W, slopes, c, a = family("W", depth=L, inputs=d), vector("s", n - 1), vector("c", n), vector("a", d)
vector_output = theorem_on(frobenius(X.T * Y))
spline = theorem_on(dot(x, y) ** 2)
layers = theorem_on(frobenius(X * W[1]), norm(W[L]))
with_slopes = theorem_on(norm(x), norm(slopes))
inputs_only = theorem_on(frobenius(X))
target_only = theorem_on(norm(y))
rank_one = theorem_on(frobenius(X - c * a.T), dot(c, y) ** 2)
hidden = theorem_on(frobenius(X) * dimension("m"), frobenius(matrix("W_1", d, dimension("m"))))

TABLE = "a,b,y\n1,2,3\n4,5,6\n"


def column(*entries: Any) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, [parse_rational(str(entry), "a test") for entry in entries])


def write(folder: Path, name: str, content: Any) -> Path:
    """Writes text, bytes, a dict of arrays (npz) or of values (json); a function makes the path itself."""
    path = folder / name
    if callable(content):
        content(path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    elif name.endswith(".npz"):
        np.savez(path, **content)
    else:
        path.write_text(json.dumps(content))
    return path


# ---------------------------------------------------------------------------------------------- what is refused


@dataclass(frozen=True)
class Bad:
    """A file, how it is loaded, and what the message must say."""

    about: str
    name: str
    content: Any
    says: str
    theorem: Theorem = strong_duality
    options: dict[str, Any] = field(default_factory=dict)


def npy(descr: str, shape: str, data: bytes = b"", order: str = "False", version: bytes = b"\x01\x00") -> bytes:
    """An array file with a header of one's own making."""
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + version + struct.pack("<H", len(header)) + header + data


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in members.items():
            file.writestr(f"{name}.npy", data)
    return buffer.getvalue()


def arrays(**values: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **values)
    return buffer.getvalue()


def damaged(data: bytes) -> bytes:
    """An archive with one byte of its first array changed, so that the checksum is wrong."""
    position = data.index(np.float64(1234.5).tobytes())
    return data[:position] + b"\x01" + data[position + 1 :]


def with_one_name_twice(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("X.npy", npy("'<f8'", "(1, 1)", bytes(8)))
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("X.npy", npy("'<f8'", "(1, 1)", bytes(8)))


VECTOR = npy("'<f8'", "(1,)", bytes(8))
GOOD = {"X": [["1", "2"]], "y": ["1"]}

BAD = [
    # files
    Bad("a nonexistent file", "absent.csv", lambda path: None, "there is no file"),
    Bad("a directory", "folder.csv", Path.mkdir, "is a directory"),
    Bad("a pipe", "pipe.csv", os.mkfifo, "is not a regular file"),
    Bad("a name that is too long", "a" * 300 + ".csv", lambda path: None, "cannot be read: file name too long"),
    Bad("an unknown ending", "data.xlsx", "a", "data.xlsx' is not a kind of file that can be read; give one that ends in .csv, .npz, .json"),
    Bad("no ending", "data", "a", "is not a kind of file that can be read"),
    Bad("an empty csv file", "data.csv", "", "is empty"),
    Bad("an empty npz file", "data.npz", b"", "is empty"),
    Bad("a name with a line break", "a\nb.csv", "", r"a\nb.csv' is empty"),
    # csv: the table
    Bad("a header alone", "data.csv", "a,b,y\n", "data.csv has a header row but no data"),
    Bad("blank lines alone", "data.csv", "\n\n", "data.csv has no header row"),
    Bad("numbers in place of a header", "data.csv", "1,2,3\n4,5,6\n", "holds numbers (1, 2, 3); it must name the columns"),
    Bad("a short row", "data.csv", "a,b,y\n1,2,3\n4,5\n", "row 2 of data.csv has 2 cells, but the header names 3 columns"),
    Bad("a long row", "data.csv", "a,y\n1,2,3\n", "row 1 of data.csv has 3 cells, but the header names 2 columns"),
    Bad("a blank row inside", "data.csv", "a,y\n1,2\n\n3,4\n", "row 2 of data.csv is blank but rows follow it"),
    Bad("two columns of one name", "data.csv", "a, a,y\n1,2,3\n", "two columns named 'a'"),
    Bad("an unnamed column", "data.csv", ",a,y\n0,1,2\n", "column 1 of data.csv has no name"),
    Bad("semicolons", "data.csv", "a;y\n1;2\n", "is the single column 'a;y'; separate columns by commas"),
    Bad("UTF-16", "data.csv", TABLE.encode("utf-16"), "data.csv is not UTF-8 text (byte 0)"),
    Bad("binary garbage", "data.csv", bytes(range(256)) * 8, "data.csv is not UTF-8 text"),
    Bad("an open quote", "data.csv", 'a,y\n1,"2\n', "is not a well-formed csv file: unexpected end of data"),
    Bad("a cell beyond the csv module's limit", "data.csv", "a,y\n1," + "2" * 200_000, "larger than field limit"),
    Bad("a NUL byte", "data.csv", "a,y\n1,2\x003\n", r"'2\x003' in row 1, column 'y' of data.csv is not a number"),
    # csv: the numbers
    Bad("text", "data.csv", "a,y\n1,two\n", "'two' in row 1, column 'y' of data.csv is not a number; write an integer"),
    Bad("an empty cell", "data.csv", "a,y\n1,2\n,4\n", "'' in row 2, column 'a' of data.csv is empty"),
    Bad("nan", "data.csv", "a,y\n1,NaN\n", "'NaN' in row 1, column 'y' of data.csv is not a finite number"),
    Bad("inf", "data.csv", "a,y\n-inf,1\n", "'-inf' in row 1, column 'a' of data.csv is not a finite number"),
    Bad("a decimal comma", "data.csv", 'a,y\n"1,5",1\n', "the decimal sign is a point"),
    Bad("a zero denominator", "data.csv", "a,y\n1/0,1\n", "'1/0' in row 1, column 'a' of data.csv divides by zero"),
    Bad("a huge exponent", "data.csv", "a,y\n1e999999999,1\n", "has a decimal exponent beyond ±10,000"),
    Bad("too many digits", "data.csv", f"a,y\n{'7' * 10_001},1\n", "has 10,001 digits; a number has at most 10,000"),
    # csv: which columns
    Bad("an unknown target", "data.csv", TABLE, "--target names 'z', which is not a column of data.csv; its columns are a, b, y",
        options={"target": ["z"]}),
    Bad("a target named twice", "data.csv", TABLE, "names the column 'a' twice", vector_output, {"target": "a,a"}),
    Bad("two targets for a vector", "data.csv", TABLE, "--target names 2 columns (a, y), but y is a vector",
        options={"target": "a,y"}),
    Bad("an empty target", "data.csv", TABLE, "--target names no column", options={"target": []}),
    Bad("targets only", "data.csv", TABLE, "has no column left for X beside the target", vector_output, {"target": "a,b,y"}),
    Bad("two features for a spline", "data.csv", TABLE, "x is a vector, but data.csv has 2 feature columns (a, b)", spline),
    Bad("a target where there is none", "data.csv", TABLE, "--target y names a target, but the theorem has none", inputs_only, {"target": "y"}),
    Bad("features where there are none", "data.csv", TABLE, "the theorem has no inputs that the columns a, b", target_only),
    Bad("more rows than there are", "data.csv", TABLE, "has 2 rows of data, but the first 3 were asked for", options={"rows": 3}),
    Bad("no rows", "data.csv", TABLE, "ask for at least one", options={"rows": 0}),
    Bad("a symbol beside the columns", "data.csv", TABLE, "a csv file gives only X and y, so write a json or npz", rank_one),
    # npz
    Bad("text named npz", "data.npz", "X,y\n1,2\n", "data.npz is not a complete npz archive"),
    Bad("a truncated archive", "data.npz", arrays(X=np.eye(9), y=np.ones(9))[:-40], "is not a complete npz archive"),
    Bad("an archive without arrays", "data.npz", archive(), "data.npz holds no arrays; it must give X, y"),
    Bad("a damaged array", "data.npz", damaged(arrays(X=np.full((1, 1), 1234.5), y=np.ones(1))), "data.npz' is damaged"),
    Bad("an array that ends early", "data.npz", archive(X=npy("'<f8'", "(2, 2)", bytes(24)), y=VECTOR), "is damaged"),
    Bad("an array that goes on", "data.npz", archive(X=npy("'<f8'", "(1, 1)", bytes(9)), y=VECTOR), "X in data.npz holds more"),
    Bad("an entry that is no array", "data.npz", archive(X=b"hello", y=VECTOR), "is damaged"),
    Bad("a header that is no header", "data.npz", archive(X=npy("__import__('os')", "(1, 1)"), y=VECTOR), "is damaged"),
    Bad("a future format", "data.npz", archive(X=npy("'<f8'", "(1,)", version=b"\x09\x00"), y=VECTOR), "an unknown format version"),
    Bad("a huge declared shape", "data.npz", archive(X=npy("'<f8'", "(1000000000, 1000000000)"), y=VECTOR),
        "X in data.npz has 1000000000 × 1000000000 entries; a matrix may have at most 4,000,000"),
    Bad("a negative declared shape", "data.npz", archive(X=npy("'<f8'", "(-1, -1)", bytes(8)), y=VECTOR), "is damaged"),
    Bad("one name twice", "data.npz", with_one_name_twice, "holds two arrays of one name"),
    Bad("pickled objects", "data.npz", arrays(X=np.array([[print]], dtype=object), y=np.ones(1)), "X in data.npz holds Python objects"),
    Bad("complex numbers", "data.npz", arrays(X=np.eye(2) * 1j, y=np.ones(2)), "X in data.npz holds complex numbers"),
    Bad("strings", "data.npz", arrays(X=np.array([["1"]]), y=np.ones(1)), "X in data.npz holds strings"),
    Bad("truth values", "data.npz", arrays(X=np.eye(2) > 0, y=np.ones(2)), "X in data.npz holds truth values"),
    Bad("dates", "data.npz", arrays(X=np.zeros((1, 1), "M8[D]"), y=np.ones(1)), "X in data.npz holds values of type datetime64"),
    Bad("three dimensions", "data.npz", arrays(X=np.ones((2, 2, 2)), y=np.ones(2)), "X in data.npz has 3 dimensions"),
    Bad("a flat array for a matrix", "data.npz", arrays(X=np.ones(2), y=np.ones(2)), "is a plain list of numbers but takes n × d"),
    Bad("a number for a vector", "data.npz", arrays(X=np.eye(2), y=1.5), "y in data.npz is a single number"),
    Bad("a vector for a number", "data.npz", arrays(X=np.eye(2), y=np.ones(2), beta=np.ones(1)),
        "beta in data.npz has 1 dimension, but is a number", regularized),
    Bad("a matrix without columns", "data.npz", arrays(X=np.ones((2, 0)), y=np.ones(2)), "X in data.npz is empty (its shape is 2 × 0)"),
    Bad("nan in an array", "data.npz", arrays(X=np.array([[1, 2], [3, np.nan]]), y=np.ones(2)),
        "'nan' in row 2, column 2 of X in data.npz is not a finite number"),
    Bad("an infinite number", "data.npz", arrays(X=np.eye(2), y=np.ones(2), beta=-np.inf),
        "'-inf' in beta in data.npz is not a finite number", regularized),
    Bad("an unknown array", "data.npz", arrays(X=np.eye(2), Z=np.eye(2)), "data.npz gives 'Z', which is not a data symbol"),
    Bad("a fractional width", "data.npz", arrays(X=np.eye(2), y=np.ones(2), m=1.5), "m = 3/2 is not a dimension"),
    # json
    Bad("broken json", "data.json", '{"X": [[1, 2}', "data.json is not well-formed json"),
    Bad("json in UTF-16", "data.json", json.dumps(GOOD).encode("utf-16"), "data.json is not UTF-8 text"),
    Bad("a list in place of an object", "data.json", "[1, 2]", "data.json holds a list instead of an object"),
    Bad("a json name twice", "data.json", '{"X": [[1]], "y": [1], "y": [2]}', "data.json gives 'y' twice"),
    Bad("NaN in json", "data.json", '{"X": [[NaN]], "y": [1]}', "data.json contains NaN, which is not a finite number"),
    Bad("Infinity in json", "data.json", '{"X": [[1]], "y": [-Infinity]}', "data.json contains -Infinity"),
    Bad("endless nesting", "data.json", '{"X": ' + "[" * 100_000, "data.json is nested too deeply"),
    Bad("nesting by one level", "data.json", {"X": [[["1"]]], "y": ["1"]}, "row 1, column 1 of X in data.json is a list instead of a number"),
    Bad("an object inside", "data.json", {"X": {"a": 1}, "y": ["1"]}, "X in data.json is an object; write a matrix as a list of rows"),
    Bad("true for a number", "data.json", {"X": [[True]], "y": ["1"]}, "column 1 of X in data.json is true or false"),
    Bad("null for a number", "data.json", {"X": [["1"]], "y": [None]}, "row 1, column 1 of y in data.json is null"),
    Bad("rows of different lengths", "data.json", {"X": [["1", "2"], ["3"]], "y": ["1", "2"]},
        "row 2 of X in data.json has 1 entry, but row 1 has 2"),
    Bad("rows and numbers mixed", "data.json", {"X": [["1"], "2"], "y": ["1", "2"]}, "row 2 of X in data.json is the single value '2'"),
    Bad("a flat list for a matrix", "data.json", {"X": ["1", "2"], "y": ["1", "2"]}, "is a plain list of numbers but takes n × d"),
    Bad("an empty list", "data.json", {"X": [], "y": ["1"]}, "X in data.json is empty (its shape is 0 × 0)"),
    Bad("an empty row", "data.json", {"X": [[]], "y": ["1"]}, "X in data.json is empty (its shape is 1 × 0)"),
    Bad("an unknown symbol", "data.json", GOOD | {"beta": "1"}, "gives 'beta', which is not a data symbol of the theorem; it takes X, y"),
    Bad("a variable given as data", "data.json", GOOD | {"lambda": ["1"]}, "gives 'lambda', which is not a data symbol"),
    Bad("a missing symbol", "data.json", {"X": [["1"]]}, "data.json does not give y (n × 1), which the theorem needs; add y"),
    Bad("a list for a scalar", "data.json", GOOD | {"beta": ["1"]}, "beta in data.json is a list instead of a number", regularized),
    Bad("json numerals beyond the limit", "data.json", '{"X": [[1e99999]], "y": [1]}', "beyond ±10,000"),
    Bad("a family that is a number", "data.json", {"X": [["1"]], "W": "1"}, "write it as a list of matrices", layers),
    Bad("a layer that is flat", "data.json", {"X": [["1"]], "W": [["1"]]}, "layer 1 of W in data.json is a plain list", layers),
    Bad("layers that do not chain", "data.json", {"X": [["1"]], "W": [[["1", "2"]], [["1"]]]},
        "layer 1 of W has 2 columns, but layer 2 has 1 row", layers),
    Bad("a family of the wrong input width", "data.json", {"X": [["1"]], "W": [[["1"], ["2"]]]},
        "the first layer of W has 2 rows but X has 1 column", layers),
    Bad("a target for json", "data.json", GOOD, "--target chooses columns of a csv file", options={"target": ["y"]}),
    Bad("rows of json", "data.json", GOOD, "only, not of data.json", options={"rows": 1}),
    # shapes and settings
    Bad("rows that do not agree", "data.json", {"X": [["1"], ["2"]], "y": ["1"]}, "y has 1 row but X has 2 rows in data.json; both"),
    Bad("a row for a column", "data.json", {"X": [["1"]], "y": [["1", "2"]]}, "y has 2 columns in data.json, but must have 1"),
    Bad("a size in words", "data.json", {"x": ["1", "2"], "s": ["1", "2"]}, "s has 2 rows in data.json, but must have n - 1 = 1", with_slopes),
    Bad("a dimension against a shape", "data.json", GOOD | {"n": "2"}, "data.json gives n = 2, but X has 1 row"),
    Bad("width zero", "data.json", GOOD | {"m": "0"}, "m = 0 is not a dimension; write a whole number from 1 to 10,000"),
    Bad("a missing scalar", "data.csv", TABLE, "does not give beta, which the theorem needs; write --set beta=1/10", regularized),
    Bad("a setting of another theorem", "data.csv", TABLE, "'gamma' is not a scalar or free dimension; what can be set is beta, m",
        regularized, {"settings": {"gamma": "1"}}),
    Bad("a setting of a fixed dimension", "data.csv", TABLE, "'n' is fixed by the data; what can be set is m",
        options={"settings": {"n": "2"}}),
    Bad("a setting where there is none", "data.csv", "x,y\n1,2\n", "what can be set is nothing", spline, {"settings": {"m": "2"}}),
    Bad("a setting that is no number", "data.csv", TABLE, "'tiny' in --set beta is not a number", regularized,
        {"settings": {"beta": "tiny"}}),
    Bad("a fractional setting", "data.csv", TABLE, "m = 1/2 is not a dimension", options={"settings": {"m": "1/2"}}),
    Bad("a huge dimension", "data.csv", TABLE, "m = 10001 is not a dimension", options={"settings": {"m": "10001"}}),
    Bad("a contradiction", "data.json", GOOD | {"beta": "1/10"},
        "--set beta=1/5 contradicts data.json, which gives beta = 1/10", regularized, {"settings": {"beta": "1/5"}}),
    Bad("a long name and long columns", "f" * 200 + ".csv", f"{'c' * 500},y\n{'t' * 500},1\n", "is not a number"),
    Bad("many long columns", "data.csv", ",".join("c" * 300 + str(i) for i in range(300)) + "\n1\n", "is not a column of data.csv",
        options={"target": ["z" * 500]}),
]  # fmt: skip


def refusal(path: Path, theorem: Theorem, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        load_dataset(path, theorem, **options)
    return str(caught.value)


def assert_one_sentence(message: str) -> None:
    assert message.isprintable()
    assert message.endswith(".")
    assert ". " not in message
    assert len(message) < 400


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.about)
def test_bad_input_is_refused_in_one_sentence(bad: Bad, tmp_path: Path) -> None:
    path = write(tmp_path, bad.name, bad.content)
    message = refusal(path, bad.theorem, **bad.options)
    assert bad.says in message
    assert_one_sentence(message)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "data.csv", TABLE)

    def denied(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)
    message = refusal(path, strong_duality)
    assert "data.csv' cannot be read: permission denied" in message
    assert_one_sentence(message)


@pytest.mark.parametrize("name", ["data.csv", "data.json", "data.npz"])
def test_a_file_beyond_the_limit_is_refused_unread(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with path.open("wb") as handle:
        handle.truncate(contents.MOST_BYTES + 1)
    assert "has 200,000,001 bytes" in refusal(path, strong_duality)


def test_a_table_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MOST_ENTRIES", 5)
    monkeypatch.setattr(contents, "MOST_ENTRIES", 5)
    message = refusal(write(tmp_path, "data.csv", TABLE), strong_duality)
    assert message == "data.csv has 2 × 3 entries; a matrix may have at most 5, so take fewer rows."


def test_a_line_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "data.csv", "," * csv_table.MOST_LINE)
    assert "has a line of more than 16,000,000 characters" in refusal(path, strong_duality)


def test_a_json_list_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "data.json", '{"y": [' + "1," * (2 * contents.MOST_ENTRIES + 1) + "1]}")
    assert "holds more than 8,000,000 values" in refusal(path, strong_duality)


@given(st.binary(max_size=200), st.sampled_from(["csv", "npz", "json"]))
@example(b"\xef\xbb\xbf", "csv")
@example(b"\xff\xfe", "json")
@example(b"PK\x05\x06" + bytes(18), "npz")
def test_no_bytes_raise_anything_but_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, kind: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"data.{kind}"
    path.write_bytes(data)
    if data:
        assert_one_sentence(refusal(path, regularized))


@given(st.data())
def test_no_damaged_archive_raises_anything_but_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    intact = arrays(X=np.eye(2), y=np.ones(2))
    position = data.draw(st.integers(0, len(intact) - 1))
    path = tmp_path_factory.mktemp("any") / "data.npz"
    path.write_bytes(intact[:position] + bytes([data.draw(st.integers(0, 255))]) + intact[position + 1 :])
    try:
        dataset = load_dataset(path, strong_duality)
    except InputError as error:
        assert_one_sentence(str(error))
    else:
        assert dataset["X"] == fmpq_mat(2, 2, [1, 0, 0, 1])


# ---------------------------------------------------------------------------------------------- numerals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", fmpq(1, 10)),
        ("1.5e-3", fmpq(3, 2000)),
        ("-2/6", fmpq(-1, 3)),
        ("+7", fmpq(7)),
        (" 5.\t", fmpq(5)),
        (".5", fmpq(1, 2)),
        ("-0", fmpq(0)),
        ("12E+2", fmpq(1200)),
        ("1e0000000000002", fmpq(100)),
    ],
)
def test_a_numeral_is_taken_exactly(text: str, value: fmpq) -> None:
    assert parse_rational(text, "a test") == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", ".", "e5", "1e", "1e1.5", "0x10", "1_000", "1 000", "1/2/3", "1/-2", "1 / 2", "1.5/2", "--1", "٣", "²",
     "½", "1\n", "\n", "inf", "Infinity", "1,000", "0b1", "1j", "1d5", "1/00"],
)  # fmt: skip
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_rational(text, "row 3, column 'GNP' of longley.csv")
    assert "in row 3, column 'GNP' of longley.csv" in str(caught.value)
    assert_one_sentence(str(caught.value))


@pytest.mark.parametrize(
    "text",
    [
        "1e999999999",
        "1e-10001",
        "1E" + "9" * 5000,
        "7" * 10_000_000,
        "0." + "0" * 10_000,
        f"1/{'3' * 10_001}",
        "0e10001",
    ],
    ids=["exponent", "negative", "long exponent", "long", "fraction digits", "denominator", "zero"],
)
def test_what_is_too_long_or_too_large_is_refused_without_converting_it(text: str) -> None:
    with pytest.raises(InputError, match=r"10,000") as caught:
        parse_rational(text, "a test")
    assert_one_sentence(str(caught.value))


def test_the_limits_themselves_are_accepted_beyond_pythons_own_limit_on_digits() -> None:
    assert sys.get_int_max_str_digits() < MOST_DIGITS
    assert parse_rational("9" * MOST_DIGITS, "a test") + 1 == fmpq(10) ** MOST_DIGITS
    assert parse_rational(f"-1e-{MOST_EXPONENT}", "a test") == -1 / fmpq(10) ** MOST_EXPONENT
    assert parse_rational("0." + "0" * (MOST_DIGITS - 2) + "1", "a test") == 1 / fmpq(10) ** (MOST_DIGITS - 1)


RATIONALS = st.builds(fmpq, st.integers(), st.integers(1)) | st.builds(
    fmpq, st.integers(-(10**60), 10**60), st.integers(1, 10**60)
)


@given(RATIONALS)
def test_a_rational_that_is_written_is_read_back(value: fmpq) -> None:
    assert parse_rational(str(value), "a test") == value


@given(st.integers(-(10**30), 10**30), st.integers(0, 40), st.integers(-50, 50))
def test_a_decimal_denotes_mantissa_times_power_of_ten(mantissa: int, places: int, exponent: int) -> None:
    digits = f"{abs(mantissa):0{places + 1}d}"
    text = ("-" if mantissa < 0 else "") + digits[: len(digits) - places] + "." + digits[len(digits) - places :]
    assert parse_rational(f"{text}e{exponent}", "a test") == mantissa * fmpq(10) ** (exponent - places)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_shortest_decimal_of_a_float_rounds_to_it(value: float) -> None:
    exact = parse_rational(repr(value), "a test")
    assert int(exact.p) / int(exact.q) == value


# ---------------------------------------------------------------------------------------------- what is accepted


def test_the_last_column_of_a_csv_file_is_the_target_and_decimals_are_exact(tmp_path: Path) -> None:
    path = write(tmp_path, "data.csv", '\ufeffb,"a",y\r\n0.1, 1e-2 ,1/3\r\n-2,"3.50",4\r\n\r\n')
    dataset = load_dataset(str(path), strong_duality, settings={"m": "3"})
    assert dict(dataset) == {
        "X": fmpq_mat(2, 2, [fmpq(1, 10), fmpq(1, 100), -2, fmpq(7, 2)]),
        "y": column("1/3", 4),
        "n": 2,
        "d": 2,
        "m": 3,
    }
    assert dataset.label == "data.csv"


def test_target_names_other_columns_in_the_order_given(tmp_path: Path) -> None:
    path = write(tmp_path, "data.csv", TABLE)
    dataset = load_dataset(path, vector_output, target=["y", "a"])
    assert dataset["Y"] == fmpq_mat(2, 2, [3, 1, 6, 4])
    assert dataset["X"] == column(2, 5)
    assert load_dataset(path, vector_output, target="y, a").digest == dataset.digest
    assert load_dataset(path, strong_duality, target=["a"])["y"] == column(1, 4)


def test_a_theorem_without_a_target_takes_every_column_and_one_without_inputs_the_only_one(tmp_path: Path) -> None:
    assert load_dataset(write(tmp_path, "data.csv", TABLE), inputs_only)["X"] == fmpq_mat(2, 3, [1, 2, 3, 4, 5, 6])
    assert load_dataset(write(tmp_path, "data.csv", "y\n1\n2\n"), target_only)["y"] == column(1, 2)


def test_the_first_rows_of_a_csv_file_can_be_taken(tmp_path: Path) -> None:
    assert load_dataset(write(tmp_path, "data.csv", TABLE + "broken"), strong_duality, rows=2)["n"] == 2


def test_floats_of_an_npz_file_give_their_dyadic_values(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "data.npz",
        {
            "X": np.asfortranarray([[0.1, 1.0], [5e-324, -2.5]]),
            "y": np.array([[2**63 - 1], [-1]], dtype=">i8"),
            "beta": np.float32(0.1),
            "m": 4,
        },
    )
    dataset = load_dataset(path, regularized)
    assert dataset["X"] == fmpq_mat(2, 2, [fmpq(*(0.1).as_integer_ratio()), 1, fmpq(1, 2**1074), fmpq(-5, 2)])
    assert dataset["X"][0, 0] != fmpq(1, 10)
    assert dataset["y"] == column(2**63 - 1, -1)
    assert dataset["beta"] == fmpq(13421773, 2**27)
    assert dataset["m"] == 4


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
def test_every_float_of_an_npz_file_is_exact(tmp_path_factory: pytest.TempPathFactory, entries: list[float]) -> None:
    path = write(tmp_path_factory.mktemp("any"), "data.npz", {"y": np.array(entries)})
    dataset = load_dataset(path, target_only)
    assert dataset["y"].entries() == [fmpq(*entry.as_integer_ratio()) for entry in entries]


def test_numbers_of_a_json_file_are_taken_as_they_are_written(tmp_path: Path) -> None:
    text = '{"X": [["1/3", 2], [0.1, -1.50e1]], "y": [1, "2"], "beta": 0.1, "m": "3"}'
    dataset = load_dataset(write(tmp_path, "data.json", text), regularized)
    assert dataset["X"] == fmpq_mat(2, 2, [fmpq(1, 3), 2, fmpq(1, 10), -15])
    assert dataset["y"] == column(1, 2)
    assert dataset["beta"] == fmpq(1, 10)
    assert (dataset["n"], dataset["d"], dataset["m"]) == (2, 2, 3)


def test_a_json_integer_beyond_pythons_own_limit_on_digits_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "data.json", f'{{"y": [1{"0" * 5000}]}}')
    assert load_dataset(path, target_only)["y"][0, 0] == fmpq(10) ** 5000


def test_layers_are_read_from_json_and_from_numbered_arrays(tmp_path: Path) -> None:
    values = {"X": [["1", "2"]], "W": [[["1", "2"], ["3", "4"]], [["5", "6"], ["7", "8"]], [["9"], ["0"]]]}
    first = load_dataset(write(tmp_path, "data.json", values), layers)
    named = {f"W_{i}": np.array(layer, dtype=float) for i, layer in enumerate(values["W"], start=1)}
    second = load_dataset(write(tmp_path, "data.npz", {"X": np.array([[1, 2]]), **named}), layers)
    assert first["W"][2] == column(9, 0)
    assert first["L"] == 3
    assert second.to_json() == first.to_json()


@given(st.data())
def test_a_dataset_survives_the_way_through_json(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    table = data.draw(st.lists(RATIONALS, min_size=rows * (columns + 1), max_size=rows * (columns + 1)))
    folder = tmp_path_factory.mktemp("any")
    header = ",".join(f"c{i}" for i in range(columns + 1))
    lines = [",".join(map(str, table[i * (columns + 1) : (i + 1) * (columns + 1)])) for i in range(rows)]
    settings = {"beta": str(data.draw(RATIONALS)), "m": str(data.draw(st.integers(1, 9)))}
    first = load_dataset(write(folder, "data.csv", "\n".join([header, *lines])), regularized, settings=settings)
    second = load_dataset(write(folder, "data.json", first.to_json()), regularized)
    assert dict(second) == dict(first)
    assert first["X"].entries() == [value for i, value in enumerate(table) if (i + 1) % (columns + 1)]


def test_a_free_dimension_that_nothing_gives_is_two(tmp_path: Path) -> None:
    assert load_dataset(write(tmp_path, "data.csv", TABLE), strong_duality)["m"] == 2


def test_a_setting_may_repeat_what_the_file_says(tmp_path: Path) -> None:
    path = write(tmp_path, "data.json", GOOD | {"beta": "1/10"})
    assert load_dataset(path, regularized, settings={"beta": "0.10"})["beta"] == fmpq(1, 10)


def test_optional_symbols_may_be_missing_and_are_checked_if_given(tmp_path: Path) -> None:
    path = write(tmp_path, "data.csv", "a,b,y\n1,2,3\n")
    assert set(load_dataset(path, rank_one, optional=("c", "a"))) == {"X", "y", "n", "d"}
    wrong = write(tmp_path, "data.json", GOOD | {"c": ["1", "2"]})
    assert "c has 2 rows but X has 1 row" in refusal(wrong, rank_one, optional=("c", "a"))


@pytest.mark.parametrize(
    ("file", "theorem", "options", "shapes", "first"),
    [
        ("longley.csv", strong_duality, {"rows": 5}, {"X": (5, 6), "y": (5, 1)}, ("X", ["83", "234289", "2356"])),
        ("longley.csv", regularized, {"settings": {"beta": "1/10"}}, {"X": (16, 6), "y": (16, 1)}, ("y", ["60323"])),
        ("diabetes.csv", strong_duality, {}, {"X": (442, 10), "y": (442, 1)}, ("X", ["59", "2", "321/10", "101"])),
        ("linnerud.csv", vector_output, {"target": "Weight,Waist,Pulse"}, {"X": (20, 3), "Y": (20, 3)}, ("Y", ["191"])),
        ("nile.csv", spline, {}, {"x": (100, 1), "y": (100, 1)}, ("x", ["1871", "1872"])),
    ],
)
def test_real_data_load_with_the_shapes_and_entries_of_the_file(
    file: str,
    theorem: Theorem,
    options: dict[str, Any],
    shapes: dict[str, tuple[int, int]],
    first: tuple[str, list[str]],
    tmp_path: Path,
) -> None:
    dataset = load_dataset(shutil.copy(REAL / file, tmp_path), theorem, **options)
    assert {name: (dataset[name].nrows(), dataset[name].ncols()) for name in shapes} == shapes
    assert [str(entry) for entry in dataset[first[0]].entries()[: len(first[1])]] == first[1]
    assert dataset["n"] == next(iter(shapes.values()))[0]
    assert dataset.label == file


# ---------------------------------------------------------------------------------------------- signatures


def test_a_signature_tells_inputs_target_scalars_and_dimensions() -> None:
    signature = signature_of(regularized)
    assert [str(entry) for entry in signature.matrices] == ["X (n × d)", "y (n × 1)"]
    assert (signature.inputs, signature.target) == ("X", "y")
    assert (signature.scalars, signature.fixed, signature.free) == (("beta",), ("d", "n"), ("m",))
    assert signature.settable == ("beta", "m")


@pytest.mark.parametrize(
    ("theorem", "inputs", "target"),
    [
        (vector_output, "X", "Y"),
        (spline, "x", "y"),
        (inputs_only, "X", None),
        (target_only, None, "y"),
        (with_slopes, "x", "s"),
        (hidden, "X", "W_1"),
        (theorem_on(frobenius(matrix("A", n, d).T * vector("b", n))), "A", "b"),
        (theorem_on(frobenius(x * scalar("t")), frobenius(Y)), "x", "Y"),
    ],
)
def test_the_columns_of_a_csv_file_fill_inputs_and_target(
    theorem: Theorem, inputs: str | None, target: str | None
) -> None:
    signature = signature_of(theorem)
    assert (signature.inputs, signature.target) == (inputs, target)


def test_layers_as_data_fix_the_depth_and_sizes_may_be_compound() -> None:
    signature = signature_of(layers)
    assert [str(entry) for entry in signature.families] == ["W (L matrices from d to 1)"]
    assert signature.fixed == ("L", "d", "n")
    assert str(signature_of(with_slopes).matrix("s")) == "s (n - 1 × 1)"
