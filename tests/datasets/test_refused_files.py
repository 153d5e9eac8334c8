"""Files that cannot be read, are too large or are damaged raise InputError and nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq_mat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.datasets import contents, csv_table
from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from theorems.two_layer_linear import regularized, strong_duality


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path, theorem: Any, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        load_dataset(path, theorem, **options)
    return str(caught.value)


def assert_one_line(message: str) -> None:
    assert message.isprintable()
    assert message.endswith(".")
    assert len(message) < 400


@pytest.mark.parametrize("name", ["data.csv", "data.json", "data.npz"])
def test_a_file_that_may_not_be_read_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.write_text("anything")

    def denied(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)
    message = refusal(path, strong_duality)
    assert f"{name}' cannot be read: permission denied" in message
    assert_one_line(message)


@pytest.mark.parametrize("name", ["data.csv", "data.json", "data.npz"])
def test_a_file_beyond_the_limit_is_refused_unread(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with path.open("wb") as handle:
        handle.truncate(contents.MOST_BYTES + 1)
    assert "has 200,000,001 bytes" in refusal(path, strong_duality)


def test_a_table_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MOST_ENTRIES", 5)
    monkeypatch.setattr(contents, "MOST_ENTRIES", 5)
    message = refusal(written(tmp_path / "data.csv", "a,b,y\n1,2,3\n4,5,6\n"), strong_duality)
    assert message == "data.csv has 2 × 3 entries; a matrix may have at most 5, so take fewer rows."


def test_a_line_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "data.csv", "," * csv_table.MOST_LINE)
    assert "has a line of more than 16,000,000 characters" in refusal(path, strong_duality)


def test_a_json_list_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "data.json", '{"y": [' + "1," * (2 * contents.MOST_ENTRIES + 1) + "1]}")
    assert "holds more than 8,000,000 values" in refusal(path, strong_duality)


@settings(deadline=None)
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
        assert_one_line(refusal(path, regularized))


@settings(deadline=None)
@given(st.data())
def test_no_damaged_archive_raises_anything_but_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    buffer = io.BytesIO()
    np.savez(buffer, X=np.eye(2), y=np.ones(2))
    intact = buffer.getvalue()
    position = data.draw(st.integers(0, len(intact) - 1))
    path = tmp_path_factory.mktemp("any") / "data.npz"
    path.write_bytes(intact[:position] + bytes([data.draw(st.integers(0, 255))]) + intact[position + 1 :])
    try:
        dataset = load_dataset(path, strong_duality)
    except InputError as error:
        assert_one_line(str(error))
    else:
        assert dataset["X"] == fmpq_mat(2, 2, [1, 0, 0, 1])
