"""The page in a browser: it loads alone, formulas are drawn, nothing overflows, every claim shows its verdict."""

import json
import shutil

import pytest

from checker.report import write_report
from tests.report import examples

CHROME = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    CHROME is None or DRIVER is None,
    reason="NO BROWSER: the report was not looked at; install one with 'apt-get install chromium chromium-driver'",
)


@pytest.fixture(scope="module")
def browser():
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="NO SELENIUM: write pip install 'theorem-checker[dev]'"
    )
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROME
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return write_report(examples.all_results(), tmp_path_factory.mktemp("report"), created="2025-01-31").as_uri()


def view(browser, address, width, dark=False):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    browser.get(address)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")


def test_the_page_loads_from_a_file_without_errors_or_requests(browser, address):
    browser.get("about:blank")
    browser.get_log("performance")
    browser.get_log("browser")
    view(browser, address, 1400)
    assert browser.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requested = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert address in requested
    assert [url for url in requested if url != address and not url.startswith("data:")] == []


def test_every_formula_is_drawn(browser, address):
    view(browser, address, 1400)
    heights = browser.execute_script(
        "return [...document.querySelectorAll('math')].map(m => m.getBoundingClientRect().height)"
    )
    assert len(heights) > 50
    assert min(heights) > 5
    # A fraction stands taller than a letter only if MathML is laid out, and not shown as running text.
    tall, flat = browser.execute_script(
        "return ['mfrac', 'mi'].map(t => document.querySelector(`.lines ${t}`).getBoundingClientRect().height)"
    )
    assert tall > flat


@pytest.mark.parametrize("width", [1400, 820, 390, 320])
def test_the_page_never_scrolls_sideways(browser, address, width):
    view(browser, address, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    # Nothing is cut off either: what sticks out lies in a box of its own that scrolls.
    outside = browser.execute_script(
        "return [...document.querySelectorAll('main *, header *, nav *, footer *')]"
        ".filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > arguments[0] + 0.5)"
        ".map(e => e.outerHTML.slice(0, 80))",
        width,
    )
    assert outside == []


@pytest.mark.parametrize("width", [1400, 390])
def test_each_claim_shows_its_verdict(browser, address, width):
    view(browser, address, width)
    shown = browser.execute_script(
        "return [...document.querySelectorAll('.claim .facts')].map(row => {"
        "const badge = row.querySelector('.badge'), box = badge.getBoundingClientRect();"
        "return [row.querySelector('th').innerText, badge.innerText, box.width > 0 && box.right <= arguments[0]]})",
        width,
    )
    expected = [(claim.claim, claim.verdict) for result in examples.all_results() for claim in result.claims]
    assert [(name, badge.split()[-1]) for name, badge, _ in shown] == expected
    assert all(visible for _, _, visible in shown)


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_marks_stand_out_from_the_page(browser, address, dark):
    view(browser, address, 1400, dark)
    # WCAG 2.2: a contrast of 4.5 for text (1.4.3) and of 3 for marks of a plot (1.4.11).
    contrast = """
        const rgb = c => { const k = document.createElement('canvas').getContext('2d'); k.fillStyle = c;
            k.fillRect(0, 0, 1, 1); return [...k.getImageData(0, 0, 1, 1).data].slice(0, 3) };
        const light = c => rgb(c).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const paper = light(getComputedStyle(document.body).backgroundColor);
        const style = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
        const against = c => (Math.max(light(c), paper) + 0.05) / (Math.min(light(c), paper) + 0.05);
        return [
            ...['body', '.source', '.attention a', '.badge.verdict-holds', '.badge.verdict-refuted',
                '.badge.verdict-undecided', '.badge.verdict-inapplicable', '.plot text'].map(
                    s => [s, against(style(s, s === '.plot text' ? 'fill' : 'color')), 4.5]),
            ['.plot use[style*="--holds"]', against(style('.plot use[style*="--holds"]', 'fill')), 3],
        ]
    """
    for selector, found, least in browser.execute_script(contrast):
        assert found >= least, selector
