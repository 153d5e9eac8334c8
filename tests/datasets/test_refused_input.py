"""What ``--data`` refuses, each in one sentence that says where, what and what to write instead."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from checker.statement import Theorem
from tests.datasets.theorems import (
    inputs_only,
    layers,
    rank_one,
    spline,
    target_only,
    vector_output,
    with_slopes,
)
from theorems.two_layer_linear import regularized, strong_duality

TABLE = "a,b,y\n1,2,3\n4,5,6\n"


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


def _csv(about: str, content: Any, says: str, theorem: Theorem = strong_duality, options: Any = None) -> Bad:
    return Bad(about, "data.csv", content, says, theorem, options or {})


def _npz(about: str, content: Any, says: str, theorem: Theorem = strong_duality) -> Bad:
    return Bad(about, "data.npz", content, says, theorem)


def _json(about: str, content: Any, says: str, theorem: Theorem = strong_duality, options: Any = None) -> Bad:
    return Bad(about, "data.json", content, says, theorem, options or {})


BAD = [
    # files
    Bad("a nonexistent file", "absent.csv", lambda path: None, "there is no file"),
    Bad("a directory", "folder.csv", Path.mkdir, "is a directory"),
    Bad("a pipe", "pipe.csv", os.mkfifo, "is not a regular file"),
    Bad("a name that is too long", "a" * 300 + ".csv", lambda path: None, "cannot be read: file name too long"),
    Bad("an unknown ending", "data.xlsx", "a",
        "data.xlsx' is not a kind of file that can be read; give one that ends in .csv, .npz, .json"),
    Bad("no ending", "data", "a", "is not a kind of file that can be read"),
    _csv("an empty csv file", "", "is empty"),
    _npz("an empty npz file", b"", "is empty"),
    Bad("a name with a line break", "a\nb.csv", "", r"a\nb.csv' is empty"),
    # csv: the table
    _csv("a header alone", "a,b,y\n", "data.csv has a header row but no data"),
    _csv("blank lines alone", "\n\n", "data.csv has no header row"),
    _csv("numbers in place of a header", "1,2,3\n4,5,6\n", "holds numbers (1, 2, 3); it must name the columns"),
    _csv("a short row", "a,b,y\n1,2,3\n4,5\n", "row 2 of data.csv has 2 cells, but the header names 3 columns"),
    _csv("a long row", "a,y\n1,2,3\n", "row 1 of data.csv has 3 cells, but the header names 2 columns"),
    _csv("a blank row inside", "a,y\n1,2\n\n3,4\n", "row 2 of data.csv is blank but rows follow it"),
    _csv("two columns of one name", "a, a,y\n1,2,3\n", "two columns named 'a'"),
    _csv("an unnamed column", ",a,y\n0,1,2\n", "column 1 of data.csv has no name"),
    _csv("semicolons", "a;y\n1;2\n", "is the single column 'a;y'; separate columns by commas"),
    _csv("UTF-16", TABLE.encode("utf-16"), "data.csv is not UTF-8 text (byte 0)"),
    _csv("binary garbage", bytes(range(256)) * 8, "data.csv is not UTF-8 text"),
    _csv("an open quote", 'a,y\n1,"2\n', "is not a well-formed csv file: unexpected end of data"),
    _csv("a cell beyond the csv module's limit", "a,y\n1," + "2" * 200_000, "larger than field limit"),
    _csv("a NUL byte", "a,y\n1,2\x003\n", r"'2\x003' in row 1, column 'y' of data.csv is not a number"),
    # csv: the numbers
    _csv("text", "a,y\n1,two\n", "'two' in row 1, column 'y' of data.csv is not a number; write an integer"),
    _csv("an empty cell", "a,y\n1,2\n,4\n", "'' in row 2, column 'a' of data.csv is empty"),
    _csv("nan", "a,y\n1,NaN\n", "'NaN' in row 1, column 'y' of data.csv is not a finite number"),
    _csv("inf", "a,y\n-inf,1\n", "'-inf' in row 1, column 'a' of data.csv is not a finite number"),
    _csv("a decimal comma", 'a,y\n"1,5",1\n', "the decimal sign is a point"),
    _csv("a zero denominator", "a,y\n1/0,1\n", "'1/0' in row 1, column 'a' of data.csv divides by zero"),
    _csv("a huge exponent", "a,y\n1e999999999,1\n", "has a decimal exponent beyond ±10,000"),
    _csv("too many digits", f"a,y\n{'7' * 10_001},1\n", "has 10,001 digits; a number has at most 10,000"),
    # csv: which columns
    _csv("an unknown target", TABLE, "--target names 'z', which is not a column of data.csv; its columns are a, b, y",
        options={"target": ["z"]}),
    _csv("a target named twice", TABLE, "names the column 'a' twice", vector_output, {"target": "a,a"}),
    _csv("two targets for a vector", TABLE, "--target names 2 columns (a, y), but y is a vector",
        options={"target": "a,y"}),
    _csv("an empty target", TABLE, "--target names no column", options={"target": []}),
    _csv("targets only", TABLE, "has no column left for X beside the target", vector_output, {"target": "a,b,y"}),
    _csv("two features for a spline", TABLE, "x is a vector, but data.csv has 2 feature columns (a, b)", spline),
    _csv("a target where there is none", TABLE, "--target y names a target, but the theorem has none", inputs_only,
        {"target": "y"}),
    _csv("features where there are none", TABLE, "the theorem has no inputs that the columns a, b", target_only),
    _csv("more rows than there are", TABLE, "has 2 rows of data, but the first 3 were asked for", options={"rows": 3}),
    _csv("no rows", TABLE, "ask for at least one", options={"rows": 0}),
    _csv("a symbol beside the columns", TABLE, "a csv file gives only X and y, so write a json or npz", rank_one),
    # npz
    _npz("text named npz", "X,y\n1,2\n", "data.npz is not a complete npz archive"),
    _npz("a truncated archive", arrays(X=np.eye(9), y=np.ones(9))[:-40], "is not a complete npz archive"),
    _npz("an archive without arrays", archive(), "data.npz holds no arrays; it must give X, y"),
    _npz("a damaged array", damaged(arrays(X=np.full((1, 1), 1234.5), y=np.ones(1))), "data.npz' is damaged"),
    _npz("an array that ends early", archive(X=npy("'<f8'", "(2, 2)", bytes(24)), y=VECTOR), "is damaged"),
    _npz("an array that goes on", archive(X=npy("'<f8'", "(1, 1)", bytes(9)), y=VECTOR), "X in data.npz holds more"),
    _npz("an entry that is no array", archive(X=b"hello", y=VECTOR), "is damaged"),
    _npz("a header that is no header", archive(X=npy("__import__('os')", "(1, 1)"), y=VECTOR), "is damaged"),
    _npz("a future format", archive(X=npy("'<f8'", "(1,)", version=b"\x09\x00"), y=VECTOR),
        "an unknown format version"),
    _npz("a huge declared shape", archive(X=npy("'<f8'", "(1000000000, 1000000000)"), y=VECTOR),
        "X in data.npz has 1000000000 × 1000000000 entries; a matrix may have at most 4,000,000"),
    _npz("a negative declared shape", archive(X=npy("'<f8'", "(-1, -1)", bytes(8)), y=VECTOR), "is damaged"),
    _npz("one name twice", with_one_name_twice, "holds two arrays of one name"),
    _npz("pickled objects", arrays(X=np.array([[print]], dtype=object), y=np.ones(1)),
        "X in data.npz holds Python objects"),
    _npz("complex numbers", arrays(X=np.eye(2) * 1j, y=np.ones(2)), "X in data.npz holds complex numbers"),
    _npz("strings", arrays(X=np.array([["1"]]), y=np.ones(1)), "X in data.npz holds strings"),
    _npz("truth values", arrays(X=np.eye(2) > 0, y=np.ones(2)), "X in data.npz holds truth values"),
    _npz("dates", arrays(X=np.zeros((1, 1), "M8[D]"), y=np.ones(1)), "X in data.npz holds values of type datetime64"),
    _npz("three dimensions", arrays(X=np.ones((2, 2, 2)), y=np.ones(2)), "X in data.npz has 3 dimensions"),
    _npz("a flat array for a matrix", arrays(X=np.ones(2), y=np.ones(2)), "is a plain list of numbers but takes n × d"),
    _npz("a number for a vector", arrays(X=np.eye(2), y=1.5), "y in data.npz is a single number"),
    _npz("a vector for a number", arrays(X=np.eye(2), y=np.ones(2), beta=np.ones(1)),
        "beta in data.npz has 1 dimension, but is a number", regularized),
    _npz("a matrix without columns", arrays(X=np.ones((2, 0)), y=np.ones(2)),
        "X in data.npz is empty (its shape is 2 × 0)"),
    _npz("nan in an array", arrays(X=np.array([[1, 2], [3, np.nan]]), y=np.ones(2)),
        "'nan' in row 2, column 2 of X in data.npz is not a finite number"),
    _npz("an infinite number", arrays(X=np.eye(2), y=np.ones(2), beta=-np.inf),
        "'-inf' in beta in data.npz is not a finite number", regularized),
    _npz("an unknown array", arrays(X=np.eye(2), Z=np.eye(2)), "data.npz gives 'Z', which is not a data symbol"),
    _npz("a fractional width", arrays(X=np.eye(2), y=np.ones(2), m=1.5), "m = 3/2 is not a dimension"),
    # json
    _json("broken json", '{"X": [[1, 2}', "data.json is not well-formed json"),
    _json("json in UTF-16", json.dumps(GOOD).encode("utf-16"), "data.json is not UTF-8 text"),
    _json("a list in place of an object", "[1, 2]", "data.json holds a list instead of an object"),
    _json("a json name twice", '{"X": [[1]], "y": [1], "y": [2]}', "data.json gives 'y' twice"),
    _json("NaN in json", '{"X": [[NaN]], "y": [1]}', "data.json contains NaN, which is not a finite number"),
    _json("Infinity in json", '{"X": [[1]], "y": [-Infinity]}', "data.json contains -Infinity"),
    _json("endless nesting", '{"X": ' + "[" * 100_000, "data.json is nested too deeply"),
    _json("nesting by one level", {"X": [[["1"]]], "y": ["1"]},
        "row 1, column 1 of X in data.json is a list instead of a number"),
    _json("an object inside", {"X": {"a": 1}, "y": ["1"]},
        "X in data.json is an object; write a matrix as a list of rows"),
    _json("true for a number", {"X": [[True]], "y": ["1"]}, "column 1 of X in data.json is true or false"),
    _json("null for a number", {"X": [["1"]], "y": [None]}, "row 1, column 1 of y in data.json is null"),
    _json("rows of different lengths", {"X": [["1", "2"], ["3"]], "y": ["1", "2"]},
        "row 2 of X in data.json has 1 entry, but row 1 has 2"),
    _json("rows and numbers mixed", {"X": [["1"], "2"], "y": ["1", "2"]},
        "row 2 of X in data.json is the single value '2'"),
    _json("a flat list for a matrix", {"X": ["1", "2"], "y": ["1", "2"]}, "is a plain list of numbers but takes n × d"),
    _json("an empty list", {"X": [], "y": ["1"]}, "X in data.json is empty (its shape is 0 × 0)"),
    _json("an empty row", {"X": [[]], "y": ["1"]}, "X in data.json is empty (its shape is 1 × 0)"),
    _json("an unknown symbol", GOOD | {"beta": "1"},
        "gives 'beta', which is not a data symbol of the theorem; it takes X, y"),
    _json("a variable given as data", GOOD | {"lambda": ["1"]}, "gives 'lambda', which is not a data symbol"),
    _json("a missing symbol", {"X": [["1"]]}, "data.json does not give y (n × 1), which the theorem needs; add y"),
    _json("a list for a scalar", GOOD | {"beta": ["1"]}, "beta in data.json is a list instead of a number",
        regularized),
    _json("json numerals beyond the limit", '{"X": [[1e99999]], "y": [1]}', "beyond ±10,000"),
    _json("a family that is a number", {"X": [["1"]], "W": "1"}, "write it as a list of matrices", layers),
    _json("a layer that is flat", {"X": [["1"]], "W": [["1"]]}, "layer 1 of W in data.json is a plain list", layers),
    _json("layers that do not chain", {"X": [["1"]], "W": [[["1", "2"]], [["1"]]]},
        "layer 1 of W has 2 columns, but layer 2 has 1 row", layers),
    _json("a family of the wrong input width", {"X": [["1"]], "W": [[["1"], ["2"]]]},
        "the first layer of W has 2 rows but X has 1 column", layers),
    _json("a target for json", GOOD, "--target chooses columns of a csv file", options={"target": ["y"]}),
    _json("rows of json", GOOD, "only, not of data.json", options={"rows": 1}),
    # shapes and settings
    _json("rows that do not agree", {"X": [["1"], ["2"]], "y": ["1"]},
        "y has 1 row but X has 2 rows in data.json; both"),
    _json("a row for a column", {"X": [["1"]], "y": [["1", "2"]]}, "y has 2 columns in data.json, but must have 1"),
    _json("a size in words", {"x": ["1", "2"], "s": ["1", "2"]}, "s has 2 rows in data.json, but must have n - 1 = 1",
        with_slopes),
    _json("a dimension against a shape", GOOD | {"n": "2"}, "data.json gives n = 2, but X has 1 row"),
    _json("width zero", GOOD | {"m": "0"}, "m = 0 is not a dimension; write a whole number from 1 to 10,000"),
    _csv("a missing scalar", TABLE, "does not give beta, which the theorem needs; write --set beta=1/10", regularized),
    _csv("a setting of another theorem", TABLE, "'gamma' is not a scalar or free dimension; what can be set is beta, m",
        regularized, {"settings": {"gamma": "1"}}),
    _csv("a setting of a fixed dimension", TABLE, "'n' is fixed by the data; what can be set is m",
        options={"settings": {"n": "2"}}),
    _csv("a setting where there is none", "x,y\n1,2\n", "what can be set is nothing", spline, {"settings": {"m": "2"}}),
    _csv("a setting that is no number", TABLE, "'tiny' in --set beta is not a number", regularized,
        {"settings": {"beta": "tiny"}}),
    _csv("a fractional setting", TABLE, "m = 1/2 is not a dimension", options={"settings": {"m": "1/2"}}),
    _csv("a huge dimension", TABLE, "m = 10001 is not a dimension", options={"settings": {"m": "10001"}}),
    _json("a contradiction", GOOD | {"beta": "1/10"}, "--set beta=1/5 contradicts data.json, which gives beta = 1/10",
        regularized, {"settings": {"beta": "1/5"}}),
    Bad("a long name and long columns", "f" * 200 + ".csv", f"{'c' * 500},y\n{'t' * 500},1\n", "is not a number"),
    _csv("many long columns", ",".join("c" * 300 + str(i) for i in range(300)) + "\n1\n", "is not a column of data.csv",
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
