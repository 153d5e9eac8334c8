"""pytest collects theorems once, fails what does not hold, and reports the same under xdist."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

# Loaded before pytester takes stock of sys.modules: it unloads what a run inside this process has imported beside.
import cvxpy  # noqa: F401
import pytest

import checker.report
import checker.summary
import checker.verification
import theorems.two_layer_linear as chapter
from checker import pytest_plugin, pytest_report
from checker.library import theorems_of
from tests.variants import CHAPTER, write_library

ROOT = Path(chapter.__file__).parents[1]
CASES = "--theorem-cases=24"

IMPORTS = """
from theorems.two_layer_linear import (
    InRange, Maximize, Nonzero, OptimalValue, StrongDuality, WeakDuality, Theorem, RankAtMost,
    at_most, dot, dual, gap, lam, least_norm, norm, primal, y, W1, X,
)
WITNESS = "theorems.witnesses.two_layer_linear:least_norm_network"
"""

TRUE = (
    IMPORTS
    + """
duality = Theorem(
    title="Strong duality",
    given=[InRange(y, X)],
    claims=[WeakDuality(primal, dual, by=gap), StrongDuality(primal, dual), OptimalValue(primal, least_norm)],
    witness=WITNESS,
)
"""
)

WRONG_VALUE = (
    IMPORTS
    + """
squared = Theorem(
    title="The optimum is squared",
    given=[InRange(y, X)],
    claims=[WeakDuality(primal, dual, by=gap), OptimalValue(primal, least_norm**2)],
    witness=WITNESS,
)
"""
)

SMALL = """
from checker.statement import Theorem, at_least, dimension, norm, vector

x = vector("x", dimension("n"))
length = Theorem(title="Lengths are not negative", claims=[at_least(norm(x), 0)])
"""


def ids(result: pytest.RunResult) -> list[str]:
    """The node ids that ``--collect-only -q`` prints."""
    return [line for line in result.outlines if "::" in line and " " not in line]


def collected(pytester: pytest.Pytester, *arguments: str, apart: bool = False) -> list[str]:
    run = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
    return ids(run("--collect-only", "-q", *arguments))


def datasets(directory: Path) -> dict[str, list[str]]:
    """The digests of the datasets in a report, by theorem."""
    document = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    return {theorem["theorem"]: [d["digest"] for d in theorem["datasets"]] for theorem in document["theorems"]}


class TestCost:
    def test_the_plugin_imports_nothing_heavy(self) -> None:
        heavy = (
            "{'sympy', 'numpy', 'cvxpy', 'hypothesis', 'flint', 'mpmath', 'rich', 'jinja2', 'matplotlib', 'filelock'}"
        )
        code = f"import checker.pytest_plugin, sys; print(sorted({heavy} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"

    def test_a_run_without_theorems_loads_no_symbolic_algebra(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            "import sys\ndef test_light():\n    assert not {'sympy', 'flint', 'numpy'} & set(sys.modules)"
        )
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
        result.assert_outcomes(passed=1)
        result.stdout.no_fnmatch_line("*theorems ===*")

    def test_a_theorem_is_checked_once_for_all_its_claims(
        self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        titles = []
        check = checker.verification.check
        monkeypatch.setattr(
            checker.verification, "check", lambda theorem, **k: (titles.append(theorem.title), check(theorem, **k))[1]
        )
        pytester.makepyfile(TRUE)
        pytester.runpytest_inprocess(CASES).assert_outcomes(passed=3)
        assert titles == ["Strong duality"]

    def test_the_defaults_are_those_of_the_engine(self) -> None:
        assert pytest_plugin.DEFAULT_CASES == checker.verification.DEFAULT_CASES
        assert pytest_plugin.DEFAULT_DIGITS == checker.verification.DEFAULT_DIGITS
        assert pytest_report.WEAKEST_FIRST == checker.verification.EVIDENCE


class TestModulesThatPytestCollects:
    def test_each_claim_is_an_item_named_after_the_variable_and_the_claim(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_user=TRUE)
        assert collected(pytester) == [
            f"test_user.py::duality::{claim}" for claim in ("weak-duality", "strong-duality", "optimal-value")
        ]

    def test_a_theorem_is_collected_only_where_it_is_defined(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_user="from theorems.two_layer_linear import strong_duality\ndef test_other(): pass")
        assert collected(pytester) == ["test_user.py::test_other"]

    def test_a_theorem_with_two_names_is_collected_under_the_first(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_user=SMALL + "\ntest_again = length\n")
        assert collected(pytester) == ["test_user.py::length::relation"]

    @pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
    def test_the_import_mode_does_not_matter(self, pytester: pytest.Pytester, mode: str) -> None:
        pytester.makepyfile(**{"deep/er/test_user": SMALL})
        result = pytester.runpytest_inprocess(f"--import-mode={mode}", CASES)
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["test-user/length: holds on * datasets*"])

    def test_marks_of_the_module_apply(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile("import pytest\npytestmark = pytest.mark.skip(reason='later')\n" + SMALL)
        pytester.runpytest_inprocess().assert_outcomes(skipped=1)


class TestTheoremFiles:
    @pytest.fixture
    def project(self, pytester: pytest.Pytester) -> pytest.Pytester:
        pytester.makepyfile(
            **{
                "theorems/lengths": SMALL,
                "theorems/test_more_lengths": SMALL,
                "theorems/witnesses/network": SMALL,
                "elsewhere/theorem_alone": SMALL,
                "elsewhere/other": SMALL,
                "tests/test_plain": "def test_plain(): pass",
            }
        )
        return pytester

    LENGTHS = ("theorems/lengths.py::length::relation", "theorems/test_more_lengths.py::length::relation")
    ALONE = ("elsewhere/theorem_alone.py::length::relation",)
    PLAIN = ("tests/test_plain.py::test_plain",)

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ([], ALONE + PLAIN + LENGTHS),
            (["."], ALONE + PLAIN + LENGTHS),
            (["theorems"], LENGTHS),
            (["theorems/lengths.py"], LENGTHS[:1]),
            (["theorems/lengths.py::length"], LENGTHS[:1]),
            (["theorems/lengths.py::length::relation"], LENGTHS[:1]),
            (["theorems", "tests"], LENGTHS + PLAIN),
            (["elsewhere"], ALONE),
            (["theorems/witnesses"], ()),
            (["--doctest-modules", "theorems"], LENGTHS),
            (["-o", "python_files=*.py", "theorems/lengths.py", "elsewhere/theorem_alone.py"], LENGTHS[:1] + ALONE),
            (["-o", "python_files=le*.py theorem_*.py", "theorems"], LENGTHS),
            (["-o", "theorem_files=other.py", "elsewhere"], ("elsewhere/other.py::length::relation",)),
            (["-o", "theorem_files=", "theorems"], LENGTHS[1:]),
        ],
    )
    def test_each_theorem_is_collected_once(
        self, project: pytest.Pytester, arguments: list[str], expected: tuple[str, ...]
    ) -> None:
        assert collected(project, *arguments) == list(expected)

    @pytest.mark.parametrize("arguments", [["theorems"], ["."], ["--pyargs", "theorems"]])
    def test_a_package_yields_nothing_from_its_init_file_nor_from_its_witnesses(
        self, pytester: pytest.Pytester, arguments: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # In a process of its own, for this one has imported another package of that name.
        pytester.makepyfile(
            **dict.fromkeys(["theorems/__init__", "theorems/lengths", "theorems/witnesses/__init__"], SMALL)
        )
        pytester.makepyfile(**{"theorems/witnesses/network": SMALL})
        monkeypatch.setenv("PYTHONPATH", str(pytester.path), prepend=":")
        assert collected(pytester, *arguments, apart=True) == ["theorems/lengths.py::length::relation"]

    @pytest.mark.parametrize(
        "arguments",
        [
            [str(ROOT / "theorems")],
            [str(ROOT / "theorems" / "two_layer_linear.py")],
            ["--pyargs", "theorems"],
            ["--pyargs", "theorems.two_layer_linear"],
        ],
    )
    def test_the_library_is_collected_once(self, pytester: pytest.Pytester, arguments: list[str]) -> None:
        expected = [
            "::".join(["theorems/two_layer_linear.py", name.replace("-", "_"), *variant, claim.name])
            for identifier, theorem in theorems_of(chapter).items()
            for _, name, *variant in [identifier.split("/")]
            for claim in theorem.claims
        ]
        found = collected(pytester, f"--rootdir={ROOT}", *arguments)
        assert [node for node in found if node.startswith("theorems/two_layer_linear.py")] == expected
        assert len(set(found)) == len(found)
        assert not [node for node in found if "witnesses" in node or "__init__" in node]


class TestVariants:
    TRUE = ("true_length::euclidean::bound", "true_length::sum::bound")
    FALSE = ("false_length::sum::bound", "false_length::double::bound")

    @pytest.mark.parametrize(
        ("selected", "expected"),
        [
            ("", ("alone::relation", *TRUE, *FALSE)),
            ("::true_length", TRUE),
            ("::true_length::sum", TRUE[1:]),
            ("::true_length::sum::bound", TRUE[1:]),
        ],
    )
    def test_a_variant_is_a_collector_below_its_theorem(
        self, pytester: pytest.Pytester, selected: str, expected: tuple[str, ...]
    ) -> None:
        pytester.makepyfile(test_user=CHAPTER)
        assert collected(pytester, f"test_user.py{selected}") == [f"test_user.py::{node}" for node in expected]

    def test_a_variant_that_has_a_name_is_collected_once(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            test_user=SMALL + "from checker.statement import Variants\npair = Variants('a', {'b': length})"
        )
        assert collected(pytester) == ["test_user.py::pair::b::relation"]

    def test_k_selects_by_variant_and_junitxml_names_it(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_user=CHAPTER)
        pytester.runpytest_inprocess(CASES, "-k", "euclidean", "--junitxml=junit.xml").assert_outcomes(
            passed=1, deselected=4
        )
        (case,) = ElementTree.parse(pytester.path / "junit.xml").iter("testcase")
        assert (case.get("classname"), case.get("name")) == ("test_user.true_length.euclidean", "bound")

    @pytest.mark.parametrize(
        ("file", "reference"),
        [("test_user.py", "test_user.py::false_length/sum"), ("theorems/toy.py", "toy/false-length/sum")],
    )
    def test_a_failing_variant_is_named_as_the_command_line_takes_it(
        self, pytester: pytest.Pytester, file: str, reference: str
    ) -> None:
        pytester.makepyfile(test_user=CHAPTER)
        write_library(pytester.path)
        # In a process of its own, for this one has imported another library.
        result = pytester.runpytest_subprocess(CASES, f"{file}::false_length::sum")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["_* false_length/sum::bound _*"])
        (command,) = {tuple(shlex.split(line)[1:]) for line in result.outlines if line.startswith("  checker verify")}
        assert command[1] == reference
        again = subprocess.run(
            [sys.executable, "-m", "checker.cli", *command], capture_output=True, text=True, check=False
        )
        assert (again.returncode, again.stderr) == (1, "")
        assert "bound is refuted" in again.stdout

    def test_workers_check_each_variant_on_the_datasets_of_the_command_line(self, pytester: pytest.Pytester) -> None:
        pytest.importorskip("xdist")
        pytester.makepyfile(mine=CHAPTER)
        result = pytester.runpytest_subprocess(
            "mine.py", "-n", "2", "--theorem-cases=5", "--theorem-report=shared", "--hypothesis-seed=3"
        )
        result.assert_outcomes(passed=3, failed=2)
        for saved in pytester.path.glob(".checker/failures/*/*.json"):
            saved.unlink()
        command = [sys.executable, "-m", "checker.cli", "verify", "mine.py", "--cases=5", "--seed=3", "--report=plain"]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 1
        shared, plain = datasets(pytester.path / "shared"), datasets(pytester.path / "plain")
        assert list(shared) == list(plain)
        assert shared == plain
        assert "mine/true-length/euclidean" in shared


class TestVerdicts:
    def test_a_theorem_that_holds_passes_and_is_summed_up(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_user=TRUE)
        result = pytester.runpytest_inprocess(CASES)
        result.assert_outcomes(passed=3)
        result.stdout.fnmatch_lines([
            "*= theorems =*",
            "test-user/duality: holds on 24 of 24 datasets; weakest evidence: enclosed, * digits",
            "24 datasets to draw for each, 50 digits, seed 0",
        ])  # fmt: skip
        assert not (pytester.path / ".checker").exists()

    def test_a_wrong_value_is_refuted_on_a_small_integer_dataset(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_user=WRONG_VALUE)
        result = pytester.runpytest_inprocess(CASES)
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines([
            "optimal-value is refuted on * of 24 datasets",
            "The optimum is squared",
            "  primal    min over *",
            "  dual      max over *",
            "  given     y ∈ range(X)",
            "  claim     P[*] = ‖X† y‖₂²",
            "the two sides are apart*",
            "  left = *",
            "  right = *",
            "saved to .checker/failures/test-user.squared-*/optimal-value.json; to see it again:",
            "  checker verify test_user.py::squared --data .checker/failures/test-user.squared-*/optimal-value.json",
            "test-user/squared: refuted on * of 24 datasets; optimal-value is refuted",
        ])  # fmt: skip
        saved = json.loads(
            next(pytester.path.glob(".checker/failures/test-user.squared-*/optimal-value.json")).read_text()
        )
        assert all(entry in "0123456789" for row in saved["X"] + saved["y"] for entry in row)
        shown = "\n".join(result.outlines)
        assert f"X = [ {saved['X'][0][0]} " in shown
        assert f"y = [ {saved['y'][0][0]} " in shown
        assert "Traceback" not in shown
        assert "engine.py" not in shown
        # With CI set, pytest repeats the whole message in its summary.
        (command,) = {tuple(shlex.split(line)[1:]) for line in result.outlines if line.startswith("  checker verify")}
        again = subprocess.run(
            [sys.executable, "-m", "checker.cli", *command], capture_output=True, text=True, check=False
        )
        assert again.returncode == 1, again.stderr
        assert "optimal-value" in again.stdout

    @pytest.mark.parametrize(
        "dual",
        [
            "Maximize(2 * dot(lam, y), over=[lam], subject_to=[at_most(norm(X.T * lam), 1)])",
            "Maximize(dot(lam, y), over=[lam], subject_to=[at_most(norm(X.T * lam), 2)])",
        ],
        ids=["objective-scaled-by-2", "ball-of-radius-2"],
    )
    def test_weak_duality_with_a_dual_that_is_too_large_is_refuted(self, pytester: pytest.Pytester, dual: str) -> None:
        pytester.makepyfile(
            IMPORTS
            + f"""
wrong = {dual}
too_large = Theorem(
    title="Too large a dual", given=[InRange(y, X)], claims=[WeakDuality(primal, wrong), StrongDuality(primal, wrong)],
    witness=WITNESS,
)
"""
        )
        result = pytester.runpytest_inprocess(CASES)
        result.assert_outcomes(failed=2)
        result.stdout.fnmatch_lines(["weak-duality is refuted on * datasets", "a feasible dual point lies above *"])

    def test_an_infeasible_witness_leaves_strong_duality_undecided_which_fails(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            IMPORTS
            + """
from theorems.witnesses.two_layer_linear import least_norm_network

def twice(data, digits):
    network = least_norm_network(data, digits)
    return network | {"W_1": network["W_1"] * 2}

infeasible = Theorem(
    title="An infeasible network", given=[InRange(y, X)], witness=twice,
    claims=[WeakDuality(primal, dual, by=gap), StrongDuality(primal, dual, when=[Nonzero(y)])],
)
"""
        )
        result = pytester.runpytest_inprocess(CASES)
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(
            ["strong-duality is undecided on * datasets", "*primal: *is violated by the point*"]
        )

    def test_a_claim_that_was_never_checked_fails(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            "from checker.statement import *\n"
            "x = vector('x', dimension('n'))\n"
            "never = Theorem(title='Never', claims=[Holds(at_least(norm(x), 0), when=[less(norm(x), 0)])])"
        )
        result = pytester.runpytest_inprocess(CASES)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["relation is inapplicable, so nothing was checked", "no dataset met what *"])

    def test_a_failing_dataset_is_replayed_in_the_next_run(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_user=WRONG_VALUE)
        pytester.runpytest_inprocess(CASES)
        result = pytester.runpytest_inprocess("--theorem-cases=1")
        result.stdout.fnmatch_lines(["test-user/squared: refuted on * of 2 datasets; optimal-value is refuted"])

    def test_an_example_that_cannot_be_read_is_a_sentence(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            SMALL.replace("import Theorem", "import Example, Theorem").replace(
                "claims=", "examples=[Example(file='missing.csv')], claims="
            )
        )
        result = pytester.runpytest_inprocess(CASES)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["a dataset of this theorem cannot be used: *missing.csv*"])
        assert "Traceback" not in result.stdout.str()
        assert "loading.py" not in result.stdout.str()

    def test_an_error_of_the_checker_shows_its_traceback(
        self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("planted")

        monkeypatch.setattr(checker.verification, "check", broken)
        pytester.makepyfile(TRUE)
        result = pytester.runpytest_inprocess()
        result.assert_outcomes(failed=3)
        result.stdout.fnmatch_lines(
            ["*raise ZeroDivisionError*", "E  *ZeroDivisionError: planted", "*ZeroDivisionError"]
        )

    def test_warnings_that_are_errors_do_not_change_a_verdict(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            TRUE.replace("witness=WITNESS", "witness=warns")
            .replace(
                "duality = ",
                "def warns(data, digits):\n    warnings.warn('x')\n    return network(data, digits)\nduality = ",
            )
            .replace(
                "WITNESS =",
                "import warnings\nfrom theorems.witnesses.two_layer_linear import least_norm_network as network\n#",
            )
        )
        pytester.runpytest_inprocess(CASES, "-W", "error").assert_outcomes(passed=3, warnings=1)


class TestIllFormedStatements:
    def test_an_ill_formed_theorem_is_one_sentence_with_its_line(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            test_user="from checker.statement import Theorem\n\nempty = Theorem(title='Empty', claims=[])"
        )
        result = pytester.runpytest_inprocess()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["test_user.py:3: the theorem 'Empty' claims nothing; give it claims=[[]...]."])
        assert "__post_init__" not in result.stdout.str()

    def test_another_error_at_import_keeps_its_traceback(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile("import checker.statement\nraise ValueError('planted')")
        result = pytester.runpytest_inprocess()
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["*:2: in <module>", "*raise ValueError*"])


class TestPytestsOwnOptions:
    @pytest.fixture
    def both(self, pytester: pytest.Pytester) -> pytest.Pytester:
        pytester.makepyfile(test_true=TRUE, test_wrong=WRONG_VALUE)
        return pytester

    def test_k_selects_by_theorem_and_by_claim(self, both: pytest.Pytester) -> None:
        assert collected(both, "-k", "squared") == [
            "test_wrong.py::squared::weak-duality",
            "test_wrong.py::squared::optimal-value",
        ]
        both.runpytest_inprocess(CASES, "-k", "duality and optimal-value").assert_outcomes(passed=1, deselected=4)

    def test_x_stops_at_the_first_failure(self, both: pytest.Pytester) -> None:
        result = both.runpytest_inprocess(CASES, "-x", "test_wrong.py", "test_true.py")
        result.assert_outcomes(passed=1, failed=1)

    def test_lf_runs_the_failed_claim_alone(self, both: pytest.Pytester) -> None:
        both.runpytest_inprocess(CASES).assert_outcomes(passed=4, failed=1)
        result = both.runpytest_inprocess(CASES, "--lf")
        result.assert_outcomes(failed=1, deselected=4)
        result.stdout.fnmatch_lines(["FAILED test_wrong.py::squared::optimal-value*"])

    def test_it_runs_without_the_cache(self, both: pytest.Pytester) -> None:
        both.runpytest_inprocess(CASES, "-p", "no:cacheprovider").assert_outcomes(passed=4, failed=1)

    def test_junitxml_holds_the_evidence_and_the_failure(self, both: pytest.Pytester) -> None:
        both.runpytest_inprocess(CASES, "--junitxml=junit.xml")
        cases = {
            (case.get("classname"), case.get("name")): case
            for case in ElementTree.parse(both.path / "junit.xml").iter("testcase")
        }
        assert len(cases) == 5

        def properties(*key: str) -> dict[str | None, str | None]:
            return {p.get("name"): p.get("value") for p in cases[key].iter("property")}

        assert properties("test_true.duality", "weak-duality") == {"evidence": "identity", "datasets": "24"}
        enclosed = properties("test_true.duality", "strong-duality")
        assert enclosed["evidence"] == "enclosed"
        assert int(enclosed["digits"] or 0) >= 50
        failure = cases["test_wrong.squared", "optimal-value"].find("failure")
        assert failure is not None
        assert "optimal-value is refuted" in (failure.text or "")


class TestOptions:
    @pytest.mark.parametrize(
        ("option", "sentence"),
        [
            ("--theorem-digits=0", "--theorem-digits=0 is not a number of digits; write 1 to 10000."),
            ("--theorem-digits=abc", "--theorem-digits=abc is not a number of digits; write 1 to 10000."),
            ("--theorem-cases=-1", "--theorem-cases=-1 is not a number of datasets; write 1 to 100000."),
            ("--theorem-report=file", "--theorem-report * cannot be written (*); name a directory that can be."),
            ("--theorem-report=file/below", "--theorem-report * cannot be written (*); name a directory that can be."),
        ],
    )
    def test_what_cannot_be_used_is_one_sentence(self, pytester: pytest.Pytester, option: str, sentence: str) -> None:
        pytester.makefile("", file="")
        pytester.makepyfile(SMALL)
        result = pytester.runpytest_inprocess(option)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"ERROR: {sentence}"])
        assert "Traceback" not in result.stderr.str() + result.stdout.str()

    def test_digits_are_reached(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(TRUE)
        result = pytester.runpytest_inprocess("--theorem-cases=4", "--theorem-digits=300", "--theorem-report=report")
        result.assert_outcomes(passed=3)
        document = json.loads((pytester.path / "report" / "report.json").read_text(encoding="utf-8"))
        assert document["theorems"][0]["digits"] == 300

    def test_no_report_is_written_if_nothing_was_checked(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile("def test_plain(): pass")
        result = pytester.runpytest_inprocess("--theorem-report=report")
        result.stdout.fnmatch_lines(["report: not written, for no theorem was checked"])
        assert not (pytester.path / "report" / "index.html").exists()

    def test_a_report_that_fails_at_the_end_fails_the_run(
        self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise checker.report.ReportError("the disk is full.")

        monkeypatch.setattr(checker.report, "write_report", refuse)
        pytester.makepyfile(SMALL)
        result = pytester.runpytest_inprocess(CASES, "--theorem-report=report")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stdout.fnmatch_lines(["report: not written, the disk is full."])


class TestSeeds:
    @pytest.fixture
    def project(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
        monkeypatch.delenv("CI", raising=False)
        pytester.makepyfile(test_user=TRUE)
        return pytester

    def run(self, project: pytest.Pytester, name: str, *arguments: str) -> list[str]:
        result = project.runpytest_inprocess(CASES, f"--theorem-report={name}", *arguments)
        assert result.ret == 0
        (digests,) = datasets(project.path / name).values()
        return digests

    def test_datasets_are_those_of_the_engine_with_or_without_ci(
        self, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plain = self.run(project, "plain", "--hypothesis-seed=3")
        monkeypatch.setenv("CI", "1")
        assert self.run(project, "ci", "--hypothesis-seed=3") == plain
        theorem = checker.Theorem(
            title="Strong duality", given=chapter.strong_duality.given, claims=chapter.strong_duality.claims[:3],
            witness=chapter.strong_duality.witness,
        )  # fmt: skip
        engine = checker.verification.check(theorem, cases=24, digits=50, seed=3)
        assert [record.digest for record in engine.datasets] == plain
        assert self.run(project, "other", "--hypothesis-seed=4") != plain

    def test_the_seed_is_zero_unless_one_is_given(self, project: pytest.Pytester) -> None:
        assert self.run(project, "default") == self.run(project, "zero", "--hypothesis-seed=0")

    def test_a_drawn_seed_is_printed_and_repeats_the_run(self, project: pytest.Pytester) -> None:
        result = project.runpytest_inprocess(CASES, "--theorem-report=drawn", "--hypothesis-seed=random")
        (seed,) = {line.rpartition("seed ")[2] for line in result.outlines if line.startswith("24 datasets")}
        result.stdout.fnmatch_lines([f"theorems: seed {seed}, drawn; --hypothesis-seed={seed} repeats it"])
        (digests,) = datasets(project.path / "drawn").values()
        assert self.run(project, "again", f"--hypothesis-seed={seed}") == digests

    def test_a_seed_in_words_is_no_error(self, project: pytest.Pytester) -> None:
        assert self.run(project, "one", "--hypothesis-seed=words") == self.run(
            project, "two", "--hypothesis-seed=words"
        )


class TestWorkers:
    def test_workers_share_results_and_the_controller_writes_the_same_report(self, pytester: pytest.Pytester) -> None:
        pytest.importorskip("xdist")
        counted = """
import os
from pathlib import Path
from theorems.witnesses.two_layer_linear import least_norm_network

def counted(data, digits):
    with (Path(__file__).parent / "calls").open("a") as calls:
        print(os.getpid(), file=calls)
    return least_norm_network(data, digits)
"""
        pytester.makepyfile(
            test_a=TRUE.replace("duality = ", counted + "\nduality = ").replace("witness=WITNESS", "witness=counted"),
            test_b=WRONG_VALUE.replace("least_norm**2", "least_norm + 1"),  # wrong on all data, whatever the seed
        )
        options = (CASES, "-p", "no:cacheprovider")
        shared = pytester.runpytest_subprocess(
            *options, "-n", "2", "-v", "--theorem-report=shared", "--hypothesis-seed=random"
        )
        shared.assert_outcomes(passed=4, failed=1)
        first = [line for line in shared.outlines if "test_a.py::duality" in line]
        assert {line.split()[0] for line in first if line.startswith("[gw")} == {"[gw0]", "[gw1]"}
        assert len(set((pytester.path / "calls").read_text().split())) == 1
        shared.stdout.fnmatch_lines([
            "optimal-value is refuted on *",
            "test-a/duality: holds on 24 of 24 datasets; *",
            "test-b/squared: refuted on *",
            "24 datasets to draw for each, 50 digits, seed *",
            "report: *shared?index.html",
        ])  # fmt: skip
        (seed,) = {line.rpartition("seed ")[2] for line in shared.outlines if line.startswith("24 datasets")}
        next(pytester.path.glob(".checker/failures/test-b.squared-*/optimal-value.json")).unlink()
        plain = pytester.runpytest_inprocess(*options, "--theorem-report=plain", f"--hypothesis-seed={seed}")
        plain.assert_outcomes(passed=4, failed=1)
        documents = [
            json.loads((pytester.path / name / "report.json").read_text(encoding="utf-8"))
            for name in ("shared", "plain")
        ]
        for document in documents:
            del document["created"]
        assert documents[0] == documents[1]
        assert (
            sorted(p.name for p in (pytester.path / "shared" / "certificates").iterdir())
            == documents[0]["certificates"]
        )
