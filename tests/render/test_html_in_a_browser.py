"""The HTML report in a real browser: no error, no request, filters that work, nothing that does not fit the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Page, page
from receivers import AXE, npm_text
from sample_report import HOST_NETWORK, PRIVILEGED, WEB, finding, sample

from scanner.model.finding import Verdict
from scanner.model.place import Span
from scanner.render import render

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open the report in")

VISIBLE = "[...document.querySelectorAll('.row')].filter(row => !row.hidden).length"
SETTLE = "new Promise(done => setTimeout(done, 120))"


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("browser")
    with page(folder) as opened:
        yield opened


@pytest.fixture
def report(tab: Page, tmp_path: Path) -> Page:
    path = tmp_path / "report.html"
    path.write_text(render("html", sample()), encoding="utf-8")
    tab.events.clear()
    tab.look(1280, 900)
    tab.open(path)
    return tab


def choose(tab: Page, **values: str) -> int:
    """Fill in the filter and return how many findings are left."""
    for name, value in values.items():
        tab.run(f"document.querySelector('.tools').elements[{name!r}].value = {value!r}")
    tab.run("document.querySelector('.tools').dispatchEvent(new Event('input'))")
    tab.run(SETTLE)
    left: int = tab.run(VISIBLE)
    return left


def test_no_error_and_no_request_leaves_the_page(report: Page) -> None:
    report.run("location.hash = '#coverage'")
    report.paper()
    methods = [event.get("method") for event in report.events]
    assert not {"Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"} & set(methods)
    asked = [event["params"]["request"]["url"] for event in report.events if event.get("method") == "Network.requestWillBeSent"]
    assert all(url.startswith("file://") for url in asked)
    assert len(asked) == 1


def test_filters_search_and_reset(report: Page) -> None:
    assert report.run(VISIBLE) == 11
    assert choose(report, severity="critical") == 3
    assert choose(report, severity="", state="unknown") == 2
    assert choose(report, state="", namespace="shop") == 7
    assert choose(report, namespace="", text="<script>") == 1
    assert choose(report, text="cis kubernetes 5.2.2 web shares") == 1
    assert report.run("document.getElementById('count').textContent") == "1 of 11 findings"
    report.run("document.querySelector('.tools button').click()")
    report.run(SETTLE)
    assert report.run(VISIBLE) == 11


def test_groups_by_file_and_back(report: Page) -> None:
    before = report.run("[...document.querySelectorAll('#groups .row')].map(row => row.id).join()")
    choose(report, by="path")
    assert report.run("[...document.querySelectorAll('#groups .name')].map(name => name.textContent)")[:2] == [
        "shop/web pod.yaml",
        "no file",
    ]
    choose(report, by="rule")
    assert report.run("[...document.querySelectorAll('#groups .row')].map(row => row.id).join()") == before


def test_a_facet_on_the_overview_sets_the_filter(report: Page) -> None:
    report.run("[...document.querySelectorAll('[data-facet=owner]')].find(link => link.textContent === '@shop/web').click()")
    report.run(SETTLE)
    assert report.run(VISIBLE) == 2
    assert report.run("document.querySelector('.page.shown').id") == "findings"


def test_a_link_to_a_rule_opens_it(report: Page) -> None:
    report.run("document.querySelectorAll('#groups details').forEach(one => one.open = false)")
    report.run("document.querySelector('.first a').click()")
    report.run(SETTLE)
    assert report.run("document.querySelector('#rule-DEMO-001').open") is True


@pytest.mark.parametrize("place", ["#overview", "#findings", "#frameworks", "#coverage"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_the_window(report: Page, place: str, width: int) -> None:
    report.look(width, 800, phone=width < 500)
    report.run(f"location.hash = {place!r}")
    report.run(SETTLE)
    assert report.run("document.documentElement.scrollWidth <= innerWidth")


AXE_RUN = """axe.run(document, {resultTypes: ['violations']}).then(found =>
    found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target} ${one.help}`)))"""


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (390, False)])
@pytest.mark.parametrize("place", ["#overview", "#findings", "#frameworks", "#coverage"])
def test_axe_finds_nothing_that_keeps_people_out(report: Page, place: str, width: int, dark: bool, request: pytest.FixtureRequest) -> None:
    report.run(npm_text(request.config.cache.mkdir("receivers"), *AXE) + "; undefined")
    report.look(width, 900, dark=dark, phone=width < 500)
    report.run(f"location.hash = {place!r}")
    report.run(SETTLE)
    assert report.run(AXE_RUN) == []


def test_everything_is_reached_by_keyboard(report: Page) -> None:
    focus = "document.activeElement.textContent.trim() || document.activeElement.name"
    press = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
    seen = []
    for _ in range(12):
        report.call("Input.dispatchKeyEvent", type="keyDown", **press)
        report.call("Input.dispatchKeyEvent", type="keyUp", **press)
        seen.append(report.run(focus))
    assert seen[:5] == ["Skip to the content", "Overview", "Findings", "Frameworks", "Coverage"]


def test_one_place_is_one_row_that_counts_for_all(tab: Page, tmp_path: Path) -> None:
    here = Span("m/main.tf", 1, 1, 1, 9)
    keys = [WEB._replace(address=f"module.m[{number}].x.this", scope=f"env/{number % 3}") for number in range(30)]
    verdicts = tuple(Verdict(finding(PRIVILEGED, key, "fail", here, f"{key.address} is open"), "high") for key in keys)
    path = tmp_path / "merged.html"
    path.write_text(render("html", sample()._replace(verdicts=verdicts)), encoding="utf-8")
    tab.open(path, "#findings")
    assert tab.run(VISIBLE) == 1
    assert tab.run("document.getElementById('count').textContent") == "30 findings"
    assert tab.run("document.querySelector('.sum').textContent") == "30"
    assert choose(tab, text="module.m[17]") == 1
    assert tab.run("document.querySelectorAll('.others li').length") == 29


CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = color => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = color => {
    const [r, g, b] = color.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = node => {
    for (; node; node = node.parentElement) {
      const color = rgb(getComputedStyle(node).backgroundColor);
      if (color[3] > 250) return color;
    }
    return [255, 255, 255];
  };
  const contrast = node => {
    const [more, less] = [light(rgb(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    return (more + .05) / (less + .05);
  };
  const written = node => node.checkVisibility() && [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  return [...document.querySelectorAll('main *, header *, footer')].filter(written).filter(node => contrast(node) < 4.5)
    .map(node => `${node.className} ${node.textContent.trim().slice(0, 30)} ${contrast(node).toFixed(2)}`);
})()"""
"""Finds every visible text whose contrast with what is behind it is below 4.5 to 1 (WCAG 2.2, success criterion 1.4.3)."""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("place", ["#overview", "#findings", "#frameworks", "#coverage"])
def test_text_has_the_contrast_of_wcag_aa(report: Page, place: str, dark: bool) -> None:
    report.look(1280, 900, dark=dark)
    report.run(f"location.hash = {place!r}")
    report.run(SETTLE)
    assert report.run(CONTRAST) == []


def test_paper_has_every_page_and_what_is_folded(report: Page) -> None:
    assert report.paper().startswith(b"%PDF-")
    report.call("Emulation.setEmulatedMedia", media="print")
    shown = report.run("[...document.querySelectorAll('.page')].map(one => one.checkVisibility())")
    report.call("Emulation.setEmulatedMedia", media="")
    assert shown == [True] * 4


def test_five_thousand_findings_load_and_filter(tab: Page, tmp_path: Path) -> None:
    spans = [Span(f"apps/{number % 300:03}/deploy.yaml", number % 90 + 1, 1, number % 90 + 1, 9) for number in range(5_000)]
    verdicts = tuple(
        Verdict(
            finding((PRIVILEGED, HOST_NETWORK)[number % 2], WEB, "fail", span, f"container number-{number}"),
            ("critical", "high")[number % 2],
        )
        for number, span in enumerate(spans)
    )
    path = tmp_path / "big.html"
    path.write_text(
        render(
            "html",
            sample()._replace(verdicts=tuple(sorted(verdicts, key=lambda one: one.finding.location)), text=lambda path: "x: y\n" * 100),
        ),
        encoding="utf-8",
    )
    tab.look(1280, 900)
    tab.open(path, "#findings")
    assert tab.run(VISIBLE) == 5_000
    assert choose(tab, text="number-4321") == 1
    assert choose(tab, text="", severity="high") == 2_500
    assert choose(tab, severity="", by="path") == 5_000
