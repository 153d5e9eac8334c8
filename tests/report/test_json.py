"""What ``report.json`` and the certificates hold, and what writing them leaves alone."""

import dataclasses
import json
import os
from pathlib import Path

import jsonschema
import pytest

import checker.report
from checker.falsify.results import DroppedAssumption, Falsification, Mutant
from checker.report import ReportError, write_report
from checker.result import ClaimResult, Counterexample, DatasetRecord, Line, TheoremResult
from tests.report import examples

CREATED = "2025-01-31T12:00:00+00:00"
SCHEMA_FILE = Path(checker.report.__file__).with_name("schema.json")


def report(directory: Path) -> dict:
    return json.loads((directory / "report.json").read_text(encoding="utf-8"))


def test_the_report_satisfies_its_schema(tmp_path):
    write_report(examples.all_results(), tmp_path, created=CREATED)
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(report(tmp_path))


def test_the_schema_refuses_a_verdict_that_does_not_exist(tmp_path):
    write_report([dataclasses.replace(examples.strong_duality(), verdict="proved")], tmp_path)
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError, match="proved"):
        jsonschema.Draft202012Validator(schema).validate(report(tmp_path))


@pytest.mark.parametrize(
    ("kind", "definition"),
    [
        (TheoremResult, "theorem"),
        (ClaimResult, "claim"),
        (Counterexample, "counterexample"),
        (DatasetRecord, "record"),
        (Line, "line"),
        (Falsification, "falsification"),
        (DroppedAssumption, "dropped assumption"),
        (Mutant, "mutant"),
    ],
)
def test_every_field_of_a_result_is_in_the_schema_and_in_the_documentation(kind, definition):
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"][definition]
    fields = {field.name for field in dataclasses.fields(kind)} - ({"certificates"} if kind is TheoremResult else set())
    assert set(schema["properties"]) == fields
    documentation = (SCHEMA_FILE.parents[2] / "docs" / "report-schema.md").read_text(encoding="utf-8")
    section = documentation.split(f"## A {definition}\n")[1].split("\n## ")[0]
    assert all(f"| `{name}`" in section for name in fields)


def test_the_report_holds_what_the_results_say(tmp_path):
    results = examples.all_results()
    write_report(results, tmp_path, created=CREATED)
    found = report(tmp_path)
    assert found["schema"] == "theorem-report/1"
    assert found["created"] == CREATED
    assert {"python", "python-flint", "sympy"} <= set(found["versions"])
    assert found["theorems"] == json.loads(json.dumps([result.to_json() for result in results]))


def test_certificates_are_written_under_their_names(tmp_path):
    result = examples.regularized()
    write_report([result], tmp_path)
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "certificates").iterdir()}
    assert files == json.loads(json.dumps(dict(result.certificates)))
    assert report(tmp_path)["certificates"] == sorted(files)


def test_the_same_results_give_the_same_bytes_apart_from_the_date(tmp_path):
    early, late = "2025-01-31T12:00:00+00:00", "2026-07-01T00:00:00+00:00"
    write_report(examples.all_results(), tmp_path / "a", created=early)
    write_report(examples.all_results(), tmp_path / "b", created=late)
    for name in ("index.html", "report.json"):
        first, second = (tmp_path / d / name for d in "ab")
        assert first.read_bytes() != second.read_bytes()
        assert first.read_text(encoding="utf-8").replace(early, late) == second.read_text(encoding="utf-8")


def test_certificates_of_the_previous_report_go_and_foreign_files_stay(tmp_path):
    write_report([examples.strong_duality(), examples.regularized()], tmp_path)
    (tmp_path / "certificates" / "mine.json").write_text("{}", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_report([examples.strong_duality()], tmp_path)
    left = {path.name for path in (tmp_path / "certificates").iterdir()}
    assert left == set(examples.strong_duality().certificates) | {"mine.json"}
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["../precious.json", "/precious.json", "..", "sub/precious.json"])
def test_a_previous_report_cannot_name_files_outside_the_certificates(tmp_path, name):
    directory = tmp_path / "report"
    precious = [tmp_path / "precious.json", directory / "precious.json", directory / "certificates/sub/precious.json"]
    for path in precious:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    forged = {"schema": "theorem-report/1", "certificates": [name]}
    (directory / "report.json").write_text(json.dumps(forged), encoding="utf-8")
    write_report([], directory)
    assert all(path.exists() for path in precious)


def test_a_foreign_report_json_removes_nothing(tmp_path):
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "kept.json").write_text("{}", encoding="utf-8")
    (tmp_path / "report.json").write_text(json.dumps({"certificates": ["kept.json"]}), encoding="utf-8")
    write_report([], tmp_path)
    assert (tmp_path / "certificates" / "kept.json").exists()


@pytest.mark.parametrize("name", ["../escape.json", "a/b.json", ".hidden.json", "certificate.txt", ""])
def test_a_certificate_that_is_not_a_plain_file_name_is_refused(tmp_path, name):
    result = dataclasses.replace(examples.strong_duality(), certificates={name: {}})
    with pytest.raises(ReportError, match="not a file name"):
        write_report([result], tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_two_certificates_of_one_name_are_refused(tmp_path):
    first = dataclasses.replace(examples.strong_duality(), certificates={"a.json": {"value": "1"}})
    second = dataclasses.replace(examples.off_range(), certificates={"a.json": {"value": "2"}})
    with pytest.raises(ReportError, match=r"two different certificates are named 'a\.json'"):
        write_report([first, second], tmp_path)


def test_a_number_that_json_cannot_hold_leaves_the_previous_report_whole(tmp_path):
    write_report([examples.strong_duality()], tmp_path, created=CREATED)
    before = (tmp_path / "report.json").read_bytes()
    with pytest.raises(ReportError, match="finite numbers"):
        write_report([dataclasses.replace(examples.strong_duality(), certificates={"a.json": float("nan")})], tmp_path)
    assert (tmp_path / "report.json").read_bytes() == before


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        write_report([], blocked / "report")
    message = str(caught.value)
    assert "cannot be written" in message
    assert message.endswith(".")
    assert "\n" not in message


def test_a_failed_write_leaves_the_old_file_and_no_temporary_one(tmp_path, monkeypatch):
    write_report([examples.strong_duality()], tmp_path, created=CREATED)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportError, match="No space left on device"):
        write_report([examples.strong_duality()], tmp_path, created="later")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_data_file_is_called_by_its_name_and_not_by_its_path(tmp_path):
    result = examples.strong_duality()
    path = "/home/someone/data/housing.csv"
    datasets = (*result.datasets, dataclasses.replace(result.datasets[0], label=path))
    write_report([dataclasses.replace(result, datasets=datasets, strata={**result.strata, path: 1})], tmp_path)
    for name in ("index.html", "report.json"):
        content = (tmp_path / name).read_text(encoding="utf-8")
        assert "housing.csv" in content
        assert "/home/someone" not in content
        assert str(Path.cwd()) not in content
        assert str(tmp_path) not in content
