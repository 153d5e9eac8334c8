"""What the page says, and what it lets through."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from checker.report import write_report
from checker.report.formulas import formula, typeset
from checker.report.plot import bracket_plot
from checker.report.wording import scope
from checker.result import ClaimResult, Counterexample, DatasetRecord, Line
from tests.report import examples

HOSTILE = "<script>alert(1)</script>"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """The headings, ids, links and tables of a page, and whether every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.unscoped = 0
        self.attributes: dict[str, dict[str, str | None]] = {}
        self._open: list[str] = []
        self.feed(page)
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes[tag] = found
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.ids += [found["id"]] if "id" in found else []
        self.links += [found["href"]] if tag == "a" else []
        self.unscoped += tag == "th" and "scope" not in found
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        assert self._open.pop() == tag


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    directory = tmp_path_factory.mktemp("report")
    return write_report(examples.all_results(), directory, created="2025-01-31").read_text(encoding="utf-8")


def test_the_page_is_well_formed_and_accessible(page):
    outline = Outline(page)
    assert outline.attributes["html"]["lang"] == "en"
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.unscoped == 0
    assert outline.tags.count("title") == 1 + outline.tags.count("svg")


def test_the_page_is_one_file_that_loads_nothing(page):
    outline = Outline(page)
    assert not {"script", "iframe", "img", "object", "embed"} & set(outline.tags)
    assert not re.search(r"@import|url\((?!#)", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "default-src 'none'" in page


def test_every_link_within_the_report_leads_somewhere(page):
    outline = Outline(page)
    results = examples.all_results()
    names = {f"certificates/{name}" for result in results for name in result.certificates}
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)
    assert {link for link in outline.links if not link.startswith("#")} == names | {"report.json"}
    assert {result.theorem for result in results} <= set(outline.ids)


def test_the_summary_counts_the_verdicts(page):
    assert "<h1>5 theorems: 3 hold, 1 refuted, 1 inapplicable</h1>" in page


def test_the_page_says_what_must_be_trusted_and_never_that_a_theorem_is_proved(page):
    text = re.sub(r"<[^>]+>", "", page)
    assert "What must be trusted is the compiler" in text
    assert "and the kernel" in text
    assert not re.search(r"\bprove[dns]?\b", text)


def test_each_part_of_a_result_is_shown(page):
    result = examples.regularized()
    for shown in (result.title, result.note, result.digest, "housing.csv", "beta &gt; 0 does not hold", "17/12", "4/3"):
        assert shown.replace("'", "&#39;") in page
    assert page.count('<tbody class="claim"') == sum(len(r.claims) for r in examples.all_results())
    assert "442 × 10 matrix" in page


def test_a_plot_is_drawn_only_where_a_bracket_has_a_width(page):
    # strong-duality, which is there twice, and regularized have brackets of positive width, and so do the data files
    # of off-range.
    assert page.count("<svg") == 4
    assert "datasets, by stratum. On " in page
    exact = tuple(dataclasses.replace(r, width_exponent=None) for r in examples.off_range().datasets)
    result = dataclasses.replace(examples.off_range(), datasets=exact)
    assert bracket_plot(result, "p") is None


def test_a_plot_has_one_mark_for_each_dataset():
    result = examples.regularized()
    drawn = [r for r in result.datasets if r.verdict != "inapplicable"]
    svg = bracket_plot(result, "p")
    marks = re.findall(r"<use [^>]*fill: var\(--(?:holds|refuted|undecided)\)", svg)
    in_the_legend = 3
    assert len(marks) == len(drawn) + in_the_legend


def test_text_from_anywhere_is_escaped(tmp_path):
    line = Line(HOSTILE, HOSTILE, HOSTILE)
    example = Counterexample({HOSTILE: HOSTILE, "X": [[HOSTILE]]}, "refuted", HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    claim = ClaimResult(HOSTILE, HOSTILE, HOSTILE, "refuted", HOSTILE, 3, 1, {}, (HOSTILE,), HOSTILE, example)
    record = DatasetRecord(HOSTILE, HOSTILE, {HOSTILE: 3}, "holds", 3, -3.5, 5, HOSTILE, HOSTILE)
    file = dataclasses.replace(record, label="<script>.csv", verdict="inapplicable")
    result = dataclasses.replace(
        examples.regularized(), theorem=HOSTILE, title=HOSTILE, source=HOSTILE, note=HOSTILE, digest=HOSTILE,
        statement=(line,), assumptions=(line,), claims=(claim,), datasets=(record, file), strata={HOSTILE: 1},
        rejected={HOSTILE: 1}, hardest={HOSTILE: HOSTILE}, values={HOSTILE: {"lower": HOSTILE, "upper": HOSTILE}},
    )  # fmt: skip
    page = write_report([result], tmp_path, created=HOSTILE).read_text(encoding="utf-8")
    assert "<script" not in page.lower()
    assert page.count("&lt;script&gt;") > 20
    Outline(page)


@pytest.mark.parametrize(
    "source",
    [
        "<math><mtext><script>alert(1)</script></mtext></math>",
        '<math onclick="alert(1)"><mi>x</mi></math>',
        '<math><mi href="javascript:alert(1)">x</mi></math>',
        '<math style="position:fixed"><mi>x</mi></math>',
        "<img src='x'>",
        "<math><mi>x</mi>",
        '<!DOCTYPE m [<!ENTITY a "b">]><math><mi>&a;</mi></math>',
        "<svg><mi>x</mi></svg>",
        '<math xmlns:h="http://www.w3.org/1999/xhtml"><h:script>alert(1)</h:script></math>',
    ],
)
def test_what_is_not_presentation_mathml_is_shown_as_text(source):
    shown = str(formula(source, "x < y"))
    assert shown == '<span class="formula-text">x &lt; y</span>'


def test_words_between_formulas_are_kept_and_escaped():
    shown = str(formula("at <math><mi>x</mi></math> &lt;b&gt;", "x"))
    assert shown == "<span>at <math><mi>x</mi></math> &lt;b&gt;</span>"


def test_a_small_matrix_is_typeset_and_a_large_one_summarised():
    small = typeset({"X": [["-1/2", "3"]]})
    assert small[0].words == ""
    assert "<mo>−</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>" in small[0].formula
    large = typeset({"X": [["1/3", "-2"]] * 40, "y": [["5"]] * 60, "z": [["1" * 5000]]})
    assert [entry.words for entry in large] == [
        "40 × 2 matrix, from −2 to 0.3333, the longest entry of 2 digits",
        "column of 60, from 5 to 5, the longest entry of 1 digit",
        "column of 1, from 1.111e+4999 to 1.111e+4999, the longest entry of 5,000 digits",
    ]


def test_a_family_of_layers_is_shown_layer_by_layer():
    entries = typeset({"W": [[["1", "2"]], [["3"], ["4"]]]})
    assert len(entries) == 2
    assert "<msub><mi>W</mi><mn>2</mn></msub>" in entries[1].formula


def claim(verdict, evidence, counts, relies_on=(), digits=None):
    return ClaimResult("c", "c", "", verdict, evidence, digits, counts.get("holds", 0), counts, relies_on)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (claim("holds", "exact", {"holds": 103}), "holds on 103 of 103 datasets (exact on each)"),
        (claim("holds", "enclosed", {"holds": 103}, digits=50), "holds on 103 of 103 datasets (enclosed on each)"),
        (claim("holds", "sampled", {"holds": 1}), "holds on 1 of 1 dataset (sampled on each)"),
        (claim("holds", "identity", {"holds": 103}), "holds for all data, as a polynomial identity"),
        (
            claim("holds", "identity", {"holds": 103}, ("strong-duality",)),
            "holds on 103 of 103 datasets (identity, given what it relies on)",
        ),
        (claim("refuted", "exact", {"holds": 97, "refuted": 3}), "refuted on 3, holds on 97 of 100 datasets"),
        (claim("undecided", "", {"undecided": 2}), "undecided on 2 of 2 datasets"),
        (claim("inapplicable", "", {"skipped": 9}), "no dataset met its condition"),
        (
            claim("holds", "exact", {"holds": 94, "skipped": 6}),
            "holds on 94 of 94 datasets (exact on each); 6 further datasets did not meet its condition",
        ),
    ],
)
def test_the_wording_claims_no_more_than_was_decided(given, words):
    assert scope(given) == words


def test_a_theorem_that_is_checked_twice_has_two_anchors(tmp_path):
    result = examples.off_range()
    page = write_report([result, result], tmp_path).read_text(encoding="utf-8")
    outline = Outline(page)
    assert len(outline.ids) == len(set(outline.ids))


def test_no_theorem_at_all_still_makes_a_page(tmp_path):
    page = write_report([], tmp_path).read_text(encoding="utf-8")
    assert "No theorem was checked" in page
    Outline(page)


def test_attacks_are_shown_with_what_survived_first(page):
    start = page.index('id="two-layer-linear/attacked"')
    section = page[start:]
    assert "5 mutants: 1 refuted, 1 uncertified, 1 equivalent, 2 survived." in section
    assert "no reason is written why it is true as well" in section
    assert section.index("no reason is written") < section.index("weaker: = implies ≤")
    assert "strong-duality, optimal-value fail on this dataset" in section
    assert "the witness raised ZeroDivisionError" in section


def test_a_run_that_attacked_says_so_at_the_top(page):
    top = page[: page.index('<main id="theorems">')]
    assert "1 assumption needed, 1 assumption not needed here, 0 assumptions open" in top
    assert "These survived without a written reason" in top


def test_nothing_is_said_of_attacks_where_there_were_none(tmp_path):
    page = write_report([examples.strong_duality()], tmp_path).read_text(encoding="utf-8")
    assert "Mutated statements" not in page
    assert "survived" not in page


def test_a_mutant_of_foreign_markup_does_not_enter_the_page(tmp_path):
    found = examples.falsification()
    hostile = dataclasses.replace(found.mutants[-1], change=HOSTILE, reason=HOSTILE, before=Line("", HOSTILE, HOSTILE))
    result = dataclasses.replace(
        examples.strong_duality(), falsification=dataclasses.replace(found, mutants=(*found.mutants, hostile))
    )
    assert HOSTILE not in write_report([result], tmp_path).read_text(encoding="utf-8")
