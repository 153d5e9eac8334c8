"""Pictures of theorems: which dataset they are drawn for, what becomes of those that fail, how the page shows them."""

import dataclasses
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import matplotlib
import pytest
from flint import fmpq_mat

import checker.report
from checker import pictures
from checker.datasets.dataset import Dataset
from checker.report import svg, write_report
from checker.report.portable import portable
from checker.result import Picture
from checker.statement import Theorem, at_least, dimension, norm, vector
from checker.verification import check
from tests.report import examples
from tests.report.test_browser import CHROME, DRIVER, browser, view  # noqa: F401 - a fixture
from tests.report.test_page import HOSTILE, Outline

HERE = Path(checker.report.__file__).parent
SCHEMA = json.loads((HERE / "schema.json").read_text(encoding="utf-8"))
x = vector("x", dimension("n"))


def entries(values):
    """The entries of x, one after the other.

    What follows the first line is no part of the caption.
    """
    figure, (axes,) = pictures.canvas()
    axes.plot(pictures.floats(values["x"]), "o-", color=pictures.FIRST, gid="twice", label="x < y & z")
    axes.plot([0, 1], [0, 1], color=pictures.SECOND, gid="twice")
    pictures.legend_above(axes)
    return figure


def failing(values):
    """A picture that fails."""
    raise ValueError("the square\nis not round.")


def nothing(values):
    """There is nothing to draw."""


def of_two(values):
    """Two entries."""
    return entries(values) if values["x"].nrows() == 2 else None


def number(values):
    """A number."""
    return 3


def spoiling(values):
    """The entries after they were overwritten."""
    values["x"][0, 0] = 10**6
    values.clear()


def theorem(*drawn):
    return Theorem(title="Lengths are not negative", claims=[at_least(norm(x), 0)], pictures=drawn)


def dataset(*numbers, label=""):
    return Dataset({"x": fmpq_mat(len(numbers), 1, list(numbers)), "n": len(numbers)}, label)


def run(*drawn, datasets=None, **options):
    return check(theorem(*drawn), datasets=datasets, **{"cases": 8, "digits": 20, "pictures": True, **options})


def page(*results, directory):
    return write_report(list(results), directory, created="2025-01-31").read_text(encoding="utf-8")


class TestTheRun:
    def test_a_picture_has_a_caption_a_dataset_and_a_drawing(self):
        (picture,) = run(entries, datasets=[dataset(1, 2, label="tall")]).pictures
        assert picture.caption == "The entries of x, one after the other."
        assert (picture.dataset, picture.digest) == ("tall", dataset(1, 2).digest)
        assert picture.svg.count("<svg") == 1
        assert picture.reason == ""

    def test_pictures_are_drawn_only_if_asked_for(self):
        assert check(theorem(failing), cases=4).pictures == ()

    def test_nothing_is_loaded_that_is_not_needed(self):
        code = """
import sys
from checker.statement import Theorem, at_least, dimension, norm, vector
from checker.verification import check
lengths = Theorem(title="Lengths", claims=[at_least(norm(vector("x", dimension("n"))), 0)],
                  pictures=["theorems.pictures.splines:fit"])
check(lengths, cases=4)
assert not {"matplotlib", "theorems.pictures.splines"} & set(sys.modules)
check(lengths, cases=4, pictures=True)
assert "theorems.pictures.splines" in sys.modules
"""
        subprocess.run([sys.executable, "-c", code], check=True)

    def test_a_name_is_as_good_as_a_function(self):
        named = f"{__name__}:entries"
        assert run(named, datasets=[dataset(1, 2)]).pictures == run(entries, datasets=[dataset(1, 2)]).pictures

    def test_real_data_come_first(self):
        datasets = [dataset(1), dataset(7**40, 2, label="long.csv"), dataset(3, label="other.csv")]
        assert run(entries, datasets=datasets).pictures[0].dataset == "long.csv"

    def test_without_real_data_the_shortest_numbers_come_first_and_of_those_the_most_different(self):
        datasets = [dataset(100, label="a"), dataset(2, 2, label="b"), dataset(2, 3, label="c"), dataset(3, label="d")]
        assert run(entries, datasets=datasets).pictures[0].dataset == "c"

    def test_a_dataset_without_anything_to_draw_is_passed_over(self):
        datasets = [dataset(1, label="one"), dataset(5, 7, label="two"), dataset(2, 2, 2, label="three.csv")]
        (picture,) = run(of_two, datasets=datasets).pictures
        assert picture.dataset == "two"

    def test_a_picture_with_nothing_to_draw_anywhere_is_left_out(self):
        assert [p.caption for p in run(nothing, of_two, datasets=[dataset(1, 2)]).pictures] == ["Two entries."]

    def test_the_variables_of_the_first_proposed_point_are_given(self):
        seen = []
        from theorems import two_layer_linear as chapter

        given = dataclasses.replace(chapter.strong_duality, examples=(), pictures=[lambda values: seen.append(values)])
        check(given, cases=3, digits=20, pictures=True)
        assert {"X", "y", "n", "d", "m", "W_1", "w_2", "lambda"} <= set(seen[0])
        assert isinstance(seen[0]["W_1"], fmpq_mat)
        assert len(seen) == 3

    @pytest.mark.parametrize(
        ("picture", "caption", "reason"),
        [
            (failing, "A picture that fails.", "ValueError: the square is not round."),
            (number, "A number.", "TypeError: it returned int, which is neither a matplotlib Figure nor None"),
            ("no.such:picture", "no.such:picture", "ModuleNotFoundError: No module named 'no'"),
        ],
    )
    def test_a_picture_that_fails_breaks_nothing(self, picture, caption, reason, tmp_path):
        result = run(picture, entries)
        assert result.holds
        assert (result.pictures[0].caption, result.pictures[0].reason) == (caption, reason)
        assert result.pictures[1].svg
        shown = page(result, directory=tmp_path)
        text = " ".join(re.sub(r"<[^>]+>", "", shown).split())
        assert f"The picture “{caption.strip('.')}” could not be drawn" in text
        assert f": {reason.strip('.')}.".replace("'", "&#39;") in text
        assert shown.count("<figure") == 1

    def test_a_picture_that_changes_what_it_is_given_changes_no_result(self):
        assert run(spoiling) == run(pictures=False)

    def test_equal_seeds_give_equal_bytes_whatever_the_users_settings(self, tmp_path):
        first = run(entries, "theorems.pictures.splines:fit", seed=3)
        with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.edgecolor": "red"}):
            second = run(entries, "theorems.pictures.splines:fit", seed=3)
        assert first.pictures
        assert first == second
        assert page(first, directory=tmp_path / "a") == page(second, directory=tmp_path / "b")


class TestTheResult:
    def test_it_survives_the_way_between_processes(self):
        result = run(entries, failing)
        assert pickle.loads(pickle.dumps(result)) == result

    def test_the_drawing_stays_out_of_the_json(self):
        result = run(entries, failing)
        written = json.loads(json.dumps(result.to_json()))
        drawn, failed = written["pictures"]
        assert drawn == {**failed, "caption": drawn["caption"], "reason": ""}
        assert "<svg" not in json.dumps(written)
        assert "svg" in dataclasses.asdict(result)["pictures"][0]
        assert "pictures" not in run().to_json()

    def test_it_is_in_the_schema_and_in_the_documentation(self, tmp_path):
        fields = {field.name for field in dataclasses.fields(Picture)} - {"svg"}
        assert set(SCHEMA["$defs"]["picture"]["properties"]) == fields
        documentation = (HERE.parents[1] / "docs" / "report-schema.md").read_text(encoding="utf-8")
        section = documentation.split("## A picture\n")[1].split("\n## ")[0]
        assert all(f"| `{name}`" in section for name in fields)
        page(run(entries, failing), directory=tmp_path)
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads((tmp_path / "report.json").read_text("utf-8")))

    def test_a_data_file_is_called_by_its_name(self):
        result = run(entries, datasets=[dataset(1, 2, label="/home/someone/mine.csv")])
        assert result.pictures[0].dataset == "/home/someone/mine.csv"
        assert portable(result).pictures[0].dataset == "mine.csv"


class TestThePage:
    def test_a_picture_is_named_for_those_who_cannot_see_it(self, tmp_path):
        shown = page(run(entries), directory=tmp_path)
        (drawing,) = re.findall(r"<svg.*?</svg>", shown, re.DOTALL)
        label = re.search(r'aria-labelledby="(\S+)"', drawing)[1]
        assert 'role="img"' in drawing
        assert f'<title id="{label}">The entries of x, one after the other.</title>' in drawing
        assert "<figcaption>The entries of x, one after the other." in shown
        assert "x &lt; y &amp; z" in drawing

    def test_ids_are_unique_and_lead_somewhere(self, tmp_path):
        result = run(entries, entries)
        shown = page(result, result, examples.strong_duality(), directory=tmp_path)
        outline = Outline(shown)
        assert outline.tags.count("svg") == 5
        assert len(outline.ids) == len(set(outline.ids))
        referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', shown))
        assert len(referred) > 5
        assert referred <= set(outline.ids)

    def test_colours_are_the_pages_and_letters_are_letters(self, tmp_path):
        (drawing,) = re.findall(r"<svg.*?</svg>", page(run(entries), directory=tmp_path), re.DOTALL)
        assert {"var(--first)", "var(--second)", "var(--soft)", "var(--line)"} <= set(
            re.findall(r"var\(.*?\)", drawing)
        )
        assert not re.search("|".join(svg.COLOURS), drawing)
        assert "font-size" in drawing
        assert "DejaVu" not in drawing

    def test_the_palette_is_that_of_the_style_sheet(self):
        style = (HERE / "style.css").read_text(encoding="utf-8")
        light, dark = style.split("@media (prefers-color-scheme: dark)")
        for colour, variable in svg.COLOURS.items():
            name = variable.removeprefix("var(").removesuffix(")")
            assert f"{name}: {colour};" in light
            assert re.search(rf"{name}: #[0-9a-f]{{6}};", dark)

    @pytest.mark.parametrize(
        "source",
        [
            HOSTILE,
            "not even XML",
            f'<svg xmlns="http://www.w3.org/2000/svg">{HOSTILE}</svg>',
            '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
            '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.org/a.png"/></svg>',
            '<svg xmlns="http://www.w3.org/2000/svg"><path style="fill: url(https://example.org/a)"/></svg>',
            '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
        ],
    )
    def test_what_matplotlib_would_not_write_is_not_shown(self, source, tmp_path):
        result = dataclasses.replace(run(), pictures=(Picture("A caption.", HOSTILE, HOSTILE, source),))
        shown = page(result, directory=tmp_path)
        assert "<svg" not in shown
        assert "<script" not in shown
        assert "could not be drawn" in shown

    def test_text_of_a_picture_is_escaped(self, tmp_path):
        result = dataclasses.replace(run(), pictures=(Picture(HOSTILE, HOSTILE, HOSTILE, "", HOSTILE),))
        drawn = dataclasses.replace(run(entries).pictures[0], caption=HOSTILE, dataset=HOSTILE, digest=HOSTILE)
        shown = page(result, dataclasses.replace(result, pictures=(drawn,)), directory=tmp_path)
        assert "<script" not in shown
        Outline(shown)


@pytest.mark.skipif(CHROME is None or DRIVER is None, reason="NO BROWSER: see test_browser.py")
def test_pictures_are_seen_in_a_browser(browser, tmp_path):  # noqa: F811 - the fixture
    result = run(entries, failing, of_two, datasets=[dataset(1, 2)])
    address = write_report([result], tmp_path, created="2025-01-31").as_uri()
    colours = []
    for dark in (False, True):
        browser.get_log("browser")
        view(browser, address, 1400, dark)
        assert browser.get_log("browser") == []
        boxes = browser.execute_script(
            "return [...document.querySelectorAll('figure svg')].map(e => {const b = e.getBoundingClientRect();"
            "const line = e.querySelector('path[style*=\"--first\"]');"
            "return [b.width, b.height, line.getBoundingClientRect().width, getComputedStyle(line).stroke]})"
        )
        assert len(boxes) == 2
        assert all(width > 500 and height > 200 and line > 100 for width, height, line, _ in boxes)
        colours.append(boxes[0][3])
    assert colours == ["rgb(29, 92, 143)", "rgb(130, 185, 230)"]
    # A label that is drawn outside the drawing would be cut off.
    outside = browser.execute_script(
        "return [...document.querySelectorAll('figure svg')].flatMap(svg => [...svg.querySelectorAll('text')]"
        ".filter(t => {const a = t.getBoundingClientRect(), b = svg.getBoundingClientRect();"
        "return a.left < b.left || a.right > b.right || a.top < b.top || a.bottom > b.bottom})"
        ".map(t => t.textContent))"
    )
    assert outside == []
