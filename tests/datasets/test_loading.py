"""What ``--data`` accepts, and that it is taken exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from checker.datasets.numerals import parse_rational
from checker.statement import Theorem
from tests.datasets.theorems import blocks, inputs_only, layers, rank_one, shared, spline, target_only, vector_output
from theorems.two_layer_linear import regularized, strong_duality

REAL = Path(__file__).parents[2] / "theorems" / "data"

RATIONALS = st.builds(fmpq, st.integers(), st.integers(1))

TABLE = "a,b,y\n1,2,3\n4,5,6\n"


def column(*entries: Any) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, [parse_rational(str(entry), "a test") for entry in entries])


def write(folder: Path, name: str, content: Any) -> Path:
    """Writes text, a dict of arrays (npz) or of values (json)."""
    path = folder / name
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    elif name.endswith(".npz"):
        np.savez(path, **content)
    else:
        path.write_text(json.dumps(content))
    return path


def test_the_last_column_of_a_csv_file_is_the_target_and_decimals_are_exact(tmp_path: Path) -> None:
    path = write(tmp_path, "data.csv", '\ufeffb,"a",y\r\n0.1, 1e-2 ,1/3\r\n-2,"3.50",4\r\n\r\n')
    dataset = load_dataset(str(path), strong_duality, settings={"m": "3"})
    assert dict(dataset.values) == {
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


@settings(deadline=None)
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


@settings(deadline=None)
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
    assert second.values == first.values
    assert first["X"].entries() == [value for i, value in enumerate(table) if (i + 1) % (columns + 1)]


def test_only_free_dimensions_are_limited_so_that_long_data_survive_the_way_through_json(tmp_path: Path) -> None:
    path = write(tmp_path, "data.npz", {"y": np.zeros(10_001)})
    first = load_dataset(path, target_only)
    assert load_dataset(write(tmp_path, "data.json", first.to_json()), target_only)["n"] == 10_001


def test_a_free_dimension_that_nothing_gives_is_two(tmp_path: Path) -> None:
    assert load_dataset(write(tmp_path, "data.csv", TABLE), strong_duality)["m"] == 2


def test_a_dimension_that_occurs_in_compound_sizes_alone_is_solved_for(tmp_path: Path) -> None:
    document = {"Y": [["1", "2"]], "V": [["1", "2", "3", "4", "5", "6"]], "r": ["1", "2", "3", "4"]}

    def load(**changed: Any) -> Any:
        return load_dataset(write(tmp_path, "data.json", {**document, **changed}), blocks)

    assert load()["q"] == 3
    assert load(q="3")["q"] == 3
    with pytest.raises(InputError, match=r"r has 3 rows .* q \+ 1 = 4 \(with q = 3\)"):
        load(r=["1", "2", "3"])
    # Of no whole number: as if nothing gave it.
    with pytest.raises(InputError, match=r"V has 3 columns .* = 4 \(with q = 2\)"):
        load(V=[["1", "2", "3"]], r=["1"])


def test_a_size_that_has_no_value_for_a_dimension_of_one_is_no_equation_for_it(tmp_path: Path) -> None:
    assert load_dataset(write(tmp_path, "data.json", {"y": ["1", "2"], "r": ["1", "2"]}), shared)["q"] == 2


def test_a_setting_may_repeat_what_the_file_says(tmp_path: Path) -> None:
    path = write(tmp_path, "data.json", {"X": [["1", "2"]], "y": ["1"]} | {"beta": "1/10"})
    assert load_dataset(path, regularized, settings={"beta": "0.10"})["beta"] == fmpq(1, 10)
    assert load_dataset(path, regularized, settings={"m": 3})["m"] == 3


def test_optional_symbols_may_be_missing_and_are_checked_if_given(tmp_path: Path) -> None:
    path = write(tmp_path, "data.csv", "a,b,y\n1,2,3\n")
    assert set(load_dataset(path, rank_one, optional=("c", "a")).values) == {"X", "y", "n", "d"}
    wrong = write(tmp_path, "data.json", {"X": [["1", "2"]], "y": ["1"]} | {"c": ["1", "2"]})
    with pytest.raises(InputError, match="c has 2 rows but X has 1 row"):
        load_dataset(wrong, rank_one, optional=("c", "a"))


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
) -> None:
    dataset = load_dataset(REAL / file, theorem, **options)
    assert {name: (dataset[name].nrows(), dataset[name].ncols()) for name in shapes} == shapes
    assert [str(entry) for entry in dataset[first[0]].entries()[: len(first[1])]] == first[1]
    assert dataset["n"] == next(iter(shapes.values()))[0]
    assert dataset.label == file
