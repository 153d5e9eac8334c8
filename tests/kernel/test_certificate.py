"""Certificates: written, read back and decided again; a changed number or statement never passes for the old one."""

import copy
import json

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.certificates import write
from checker.kernel.case import Case
from checker.kernel.certificate import recheck
from checker.kernel.decide import decide
from checker.kernel.evaluate import Machine
from checker.kernel.program import ProgramError, digest
from tests.kernel.theorems import DATA, DUAL, near_root, network, two_layer

POINT = network(near_root(15, 40)) | {"lambda": DUAL}
THEOREM = two_layer()


def certificate(digits: int = 50) -> dict:
    outcomes = decide(Case(Machine(THEOREM.program), DATA, [POINT], digits))
    document = write("two-layer-linear/test", THEOREM.program, DATA, [POINT], digits, outcomes)
    return json.loads(json.dumps(document))


DOCUMENT = certificate()


def changed(*path, value) -> dict:
    document = copy.deepcopy(DOCUMENT)
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


def test_a_written_certificate_decides_to_what_it_records():
    assert {name: outcome.verdict for name, outcome in recheck(DOCUMENT).items()} == {
        "weak-duality": "holds", "strong-duality": "holds", "optimal-value": "holds", "rank-one": "holds",
    }  # fmt: skip


NUMBERS = [
    ("points", 0, "lambda", 0, 0),
    ("points", 0, "lambda", 1, 0),
    ("points", 0, "W_1", 0, 0),
    ("points", 0, "W_1", 1, 0),
    ("points", 0, "w_2", 0, 0),
    ("data", "X", 0, 0),
    ("data", "X", 1, 1),
    ("data", "y", 0, 0),
    ("data", "y", 1, 0),
]


@pytest.mark.parametrize("path", NUMBERS, ids=lambda path: "-".join(map(str, path)))
@pytest.mark.parametrize("change", [fmpq(1, 10**45), fmpq(-1, 10**20), fmpq(1)])
def test_a_changed_number_is_rejected(path, change):
    place = DOCUMENT
    for key in path:
        place = place[key]
    above, _, below = place.partition("/")
    document = changed(*path, value=str(fmpq(int(above), int(below or 1)) + change))
    with pytest.raises(ProgramError, match=r"recorded as holds|do not satisfy"):
        recheck(document)


def test_more_digits_than_were_reached_are_rejected():
    with pytest.raises(ProgramError, match="recorded as holds"):
        recheck(changed("digits", value=5000))


def test_a_changed_statement_does_not_have_the_recorded_digest():
    with pytest.raises(ProgramError, match="digest"):
        recheck(changed("program", "title", value="another"))


def test_a_claim_of_another_statement_cannot_be_slipped_in_by_its_verdict():
    with pytest.raises(ProgramError, match="recorded as refuted"):
        recheck(changed("claims", 1, "verdict", value="refuted"))
    document = copy.deepcopy(DOCUMENT)
    del document["claims"][1]
    with pytest.raises(ProgramError, match="not the claims"):
        recheck(document)


MALFORMED = [
    (("digits",), "fifty"),
    (("digits",), True),
    (("digits",), 10**9),
    (("data",), []),
    (("data", "X"), [["1", "2"]]),
    (("data", "X"), "1"),
    (("data", "X", 0, 0), 1.5),
    (("data", "X", 0, 0), "1e5"),
    (("data", "X", 0, 0), "1/0"),
    (("data", "X", 0, 0), "1/2/3"),
    (("data", "n"), "-2"),
    (("data", "n"), "10000000000000"),
    (("data", "unknown"), "1"),
    (("points",), {}),
    (("points", 0, "X"), [["1", "0"], ["0", "1"]]),
    (("points", 0, "lambda"), None),
    (("claims",), None),
    (("program",), None),
    (("program", "code"), [["rational"]]),
    (("program", "code", 0), ["power", 5, 6]),
    (("program", "claims"), 3),
]


@pytest.mark.parametrize(("path", "value"), MALFORMED)
@pytest.mark.parametrize("mended", [False, True], ids=["", "with its digest mended"])
def test_a_malformed_certificate_is_refused_with_a_sentence(path, value, mended):
    document = changed(*path, value=value)
    if mended:
        document["digest"] = digest(document["program"])
    with pytest.raises(ProgramError) as caught:
        recheck(document)
    assert str(caught.value).endswith(".")


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(child, (*path, key))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from leaves(child, (*path, position))
    else:
        yield path


LEAVES = list(leaves(DOCUMENT))
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 60), st.text(max_size=4), st.fractions(max_denominator=9).map(str),
    st.lists(st.text(max_size=2), max_size=2), st.sampled_from(["holds", "refuted", "skipped", "0", "1", "-1", "two"]),
)  # fmt: skip


def tampered(path, value, mended) -> dict:
    document = changed(*path, value=value)
    if mended and isinstance(document["program"], dict):
        document["digest"] = digest(document["program"])
    return document


def check_tampering(path, value, mended) -> None:
    document = tampered(path, value, mended)
    try:
        outcomes = recheck(document)
    except ProgramError:
        return
    # Accepted: then every claim it records is what its own program and numbers decide, and the statement is the
    # recorded one unless the digest was mended with it.
    assert {c["claim"]: c["verdict"] for c in document["claims"]} == {n: o.verdict for n, o in outcomes.items()}
    if not mended:
        assert document["program"] == DOCUMENT["program"]


tampering = given(st.sampled_from(LEAVES), JUNK, st.booleans())


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@tampering
def test_tampering_never_crashes_and_never_passes_a_claim_that_does_not_hold(path, value, mended):
    check_tampering(path, value, mended)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@tampering
def test_ten_thousand_tamperings(path, value, mended):
    check_tampering(path, value, mended)


def test_values_survive_the_way_through_json():
    document = certificate()
    assert document["points"][0]["lambda"] == [["3/5"], ["4/5"]]
    assert document["data"]["n"] == "2"
    assert fmpq_mat(DATA["X"]) == fmpq_mat(2, 2, [1, 0, 0, 1])
