"""How theorems and their variants are found, named and selected."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from checker.library import UnknownTheorem, definitions, identify, import_file, resolve, theorems_of, variant_of
from checker.library import library as whole_library
from checker.listing import entries, title_of
from checker.parallel import resolve_all
from checker.selection import grouped, how_to_name_one, offered, select
from tests.variants import CHAPTER, IDS
from theorems.losses import LOSSES


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The chapter as a user's file."""
    path = tmp_path / "toy_variants.py"
    path.write_text(CHAPTER, encoding="utf-8")
    return str(path)


def names(theorems: dict[str, object]) -> list[str]:
    """The ids without the file's name, which each begins with."""
    assert all(identifier.startswith("toy-variants/") for identifier in theorems)
    return [identifier.removeprefix("toy-variants/") for identifier in theorems]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("", IDS),
        ("::alone", ["alone"]),
        ("::true_length", ["true-length/euclidean", "true-length/sum"]),
        ("::true-length", ["true-length/euclidean", "true-length/sum"]),
        ("::true_length/sum", ["true-length/sum"]),
        ("::false_length/double", ["false-length/double"]),
    ],
)
def test_a_name_is_all_variants_and_a_variant_after_it_is_one(reference: str, expected: list[str], file: str) -> None:
    found = resolve(file + reference)
    assert names(found) == expected
    assert [identify(theorem) for theorem in found.values()] == list(found)


@pytest.mark.parametrize("name", ["length", "true_length/huber", "true_length/", "sum", "true", "alone/sum"])
def test_a_name_that_is_no_theorem_and_no_variant_is_refused_with_those_there_are(name: str, file: str) -> None:
    with pytest.raises(UnknownTheorem) as caught:
        resolve(f"{file}::{name}")
    assert f"defines no theorem named {name!r}; it defines {', '.join(IDS)}." in str(caught.value)


def test_a_variant_is_counted_once_whatever_names_it_has(tmp_path: Path) -> None:
    path = tmp_path / "toy_named.py"
    path.write_text(
        CHAPTER + "before = bound('first', norm(x))\npair = Variants('kind', {'first': before})\nagain = pair\n"
        "from theorems.lemmas import cauchy_schwarz\n"
    )
    module = import_file(path)
    assert list(definitions(module)) == ["alone", "true_length", "false_length", "pair"]
    found = theorems_of(module)
    assert list(found) == [f"toy-named/{name}" for name in [*IDS, "pair/first"]]
    assert identify(module.before) == "toy-named/pair/first"


def test_an_id_is_found_without_looking_the_theorem_up_first(file: str) -> None:
    module = import_file(Path(file))
    assert identify(module.true_length.theorems["sum"]) == "toy-variants/true-length/sum"
    assert variant_of(module.false_length.theorems["double"]) == {"kind": "double"}
    assert variant_of(module.alone) == {}


def test_a_setting_keeps_the_theorems_that_have_the_variant(file: str) -> None:
    everything = resolve(file)
    assert offered(everything) == {"kind": ["euclidean", "sum", "double"]}
    kept, rest = select(everything, {"t": "1/2", "kind": "sum"})
    assert (names(kept), rest) == (["true-length/sum", "false-length/sum"], {"t": "1/2"})
    assert select(everything, {"t": "1"}) == (everything, {"t": "1"})
    # Without variants of that name it is a setting like any other.
    alone = resolve(f"{file}::alone")
    assert select(alone, {"kind": "sum"}) == (alone, {"kind": "sum"})


def test_a_variant_that_there_is_not_is_refused_with_those_there_are(file: str) -> None:
    with pytest.raises(UnknownTheorem) as caught:
        select(resolve(file), {"kind": "huber"})
    assert str(caught.value) == "kind=huber is no variant here; write kind=euclidean, kind=sum or kind=double."


def test_variants_of_two_kinds_cannot_be_chosen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "toy_kinds.py"
    path.write_text(CHAPTER + "pair = Variants('size', {'small': bound('first', norm(x))})\n")
    with pytest.raises(UnknownTheorem) as caught:
        select(resolve(str(path)), {"kind": "sum", "size": "small"})
    assert str(caught.value) == "no theorem is a variant of both kind=sum and size=small; set one of them."


def test_one_of_several_theorems_is_named_by_its_variant_or_by_its_id(file: str) -> None:
    assert how_to_name_one(resolve(f"{file}::true_length"), "--set") == "--set kind=euclidean or kind=sum"
    assert how_to_name_one(resolve(file), "--set") == f"one of {', '.join(f'toy-variants/{name}' for name in IDS)}"


def test_a_list_has_an_entry_for_each_variant_and_groups_them_by_theorem(file: str) -> None:
    everything = resolve(file)
    assert [entry["variant"] for entry in entries(everything)] == [
        {}, {"kind": "euclidean"}, {"kind": "sum"}, {"kind": "sum"}, {"kind": "double"},
    ]  # fmt: skip
    assert names(grouped(everything)) == ["alone", "true-length", "false-length"]


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["One title"], "One title"),
        (["One title", "One title"], "One title"),
        (["Duality: squared loss", "Duality: Huber loss"], "Duality: … loss"),
        (["Duality", "Duality again"], "Duality …"),
        (["a b a", "a b a b a"], "a b a …"),
        (["One", "Two"], "…"),
    ],
)
def test_a_title_of_variants_is_what_their_titles_have_in_common(titles: list[str], expected: str) -> None:
    assert title_of(titles) == expected


def test_no_reference_is_the_whole_library():
    assert resolve_all(()) == whole_library()
    assert list(resolve_all(["lemmas", "deep-linear/parallel"]))[-1] == "deep-linear/parallel"


def test_the_data_on_which_bounds_by_lines_are_tight_are_all_tried():
    """They are found by their names, so that one that is missing would be missed by nobody."""
    named = {identifier: {Path(e.file).name for e in theorem.examples if "/lines/" in e.file}
             for identifier, theorem in whole_library().items()}  # fmt: skip
    folder = Path(__file__).parents[1] / "theorems" / "data" / "lines"
    assert set().union(*named.values()) == {path.name for path in folder.iterdir()}
    bounds = {loss.name: named[f"convex-losses/lines/{loss.name}"] for loss in LOSSES}
    for loss, files in (bounds | {"cross-entropy": named["convex-losses/cross-entropy-lines"]}).items():
        assert all(name.startswith(f"{loss}_") for name in files)
        assert {name.split("_")[1] for name in files} >= {"late", "early", "beyond"}


def test_an_installed_library_has_every_file_of_data():
    root = Path(__file__).parents[1]
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = {path for pattern in settings["tool"]["setuptools"]["package-data"]["theorems"]
               for path in (root / "theorems").glob(pattern)}  # fmt: skip
    assert {path for path in (root / "theorems" / "data").rglob("*") if path.is_file()} <= shipped
