"""The site of the rules: every page there, every link leads somewhere, examples with their lines marked, nothing from elsewhere."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Page, page
from receivers import AXE, npm_text
from sample_report import HOST_NETWORK, LATEST, PRIVILEGED, rule, sample
from test_html_format import Document

from scanner.model.rule import Equivalent, Rule
from scanner.render import render
from scanner.render.rules_site import Catalogue, pages
from scanner.ruleset.examples import Example, Mark

PLANTED = "Hunter2Xyzzy42"
POD = f"kind: Pod\nspec:\n  hostNetwork: true\n  password: {PLANTED}\n  x: <script>alert(1)</script>\n\n"
EVIL = rule(9, "low", "evil", title="</title><script>alert(2)</script>", area="a/b ü", equivalents=(Equivalent("kics", "<i>", "same"),))


def examples(one: Rule) -> list[Example]:
    found = Example(one.id, "fail", "shares <b>", {"pod.yaml": POD}, {}, frozenset({Mark("pod.yaml", 3, "fail")}))
    return [found, Example(one.id, "pass", "nothing", {"a.tf": "locals {}\n"}, {}, frozenset())]


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    body = {"match": {"kind": "workload"}, "remedy": [{"remove": "x"}]}
    rules = [one._replace(body=body) for one in (PRIVILEGED, HOST_NETWORK, LATEST, EVIL)]
    return dict(pages(Catalogue(rules, examples, {"starter": frozenset(("DEMO-001",))}, "0.1.0", "sha256:" + "0" * 64)))


def test_one_page_each(site: dict[str, str]) -> None:
    assert {"index.html", "frameworks.html", "areas/workloads.html", "areas/a~2fb~20~fc.html", "rules/DEMO-001.html"} <= site.keys()
    assert sum(path.startswith("rules/") for path in site) == 4


def test_every_link_leads_somewhere(site: dict[str, str]) -> None:
    documents = {path: Document(text) for path, text in site.items()}
    ids = {path: set(found.values("id")) for path, found in documents.items()}
    for path, found in documents.items():
        assert found.open == []
        for link in found.values("href"):
            if link.startswith("https://"):
                continue
            target, _, anchor = link.partition("#")
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            assert there in site, (path, link)
            assert not anchor or anchor in ids[there], (path, link)


def test_a_page_tells_everything(site: dict[str, str]) -> None:
    text = site["rules/DEMO-001.html"]
    for words in (
        "Why privileged matters", "<code>privileged: true</code>", '<mark class="fail">hostNetwork: true</mark>', "fails here", "Passes",
        "CIS Kubernetes 1.12", "OWASP Kubernetes Top 10 2025", "CKV_K8S_1", "asks the same", "KSV-001", "in the profile starter", "--fix",
        "any workload", "https://kubernetes.io/docs/",
    ):  # fmt: skip
        assert words in text, words


def test_nothing_of_a_rule_is_markup_and_no_secret_is_shown(site: dict[str, str]) -> None:
    for path, text in site.items():
        assert "<script>alert" not in text, path
        assert PLANTED not in text, path
        assert "<b>" not in text, path
        assert "default-src &#39;none&#39;" in text, path


def test_help_leads_to_the_published_pages() -> None:
    text = render("sarif", sample()._replace(rule_pages="https://rules.example.org/"))
    assert '"helpUri": "https://rules.example.org/rules/DEMO-001.html"' in text
    assert "* <https://rules.example.org/rules/DEMO-001.html>" in text
    for name in ("html", "gitlab-sast", "markdown", "sarif-full"):
        assert "https://rules.example.org/rules/DEMO-001.html" in render(name, sample()._replace(rule_pages="https://rules.example.org"))


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here to open the site in")
    with page(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def disk(site: dict[str, str], tmp_path: Path) -> Path:
    for path, text in site.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


AXE_RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(one => [one.help, one.nodes[0].html]))"
VISIBLE = "[...document.querySelectorAll('.card')].filter(card => !card.hidden).map(card => card.querySelector('a').textContent).join()"


def test_the_index_is_searched(tab: Page, disk: Path) -> None:
    tab.events.clear()
    tab.open(disk / "index.html", "#text=ckv_k8s_2")
    assert tab.run(VISIBLE) == "DEMO-002"
    tab.run("document.querySelector('.tools button').click()")
    tab.run("new Promise(done => setTimeout(done, 50))")
    assert tab.run(VISIBLE).count("DEMO") == 4
    tab.run("document.querySelector('.tools').elements.area.value = 'network'")
    tab.run("document.querySelector('.tools').dispatchEvent(new Event('input'))")
    assert tab.run(VISIBLE) == "DEMO-002"
    assert tab.run("location.hash") == "#area=network"
    assert tab.run("document.getElementById('count').textContent") == "1 of 4 rules"
    assert not [event for event in tab.events if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")]


@pytest.mark.parametrize("path", ["index.html", "frameworks.html", "areas/workloads.html", "rules/DEMO-001.html"])
def test_pages_fit_a_phone_ask_for_nothing_and_keep_nobody_out(tab: Page, disk: Path, path: str, request: pytest.FixtureRequest) -> None:
    tab.events.clear()
    tab.look(360, 800, phone=True)
    tab.open(disk / path)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    asked = [event["params"]["request"]["url"] for event in tab.events if event.get("method") == "Network.requestWillBeSent"]
    assert len(asked) == 1
    assert not re.search("error|violat", str([event for event in tab.events if event.get("method") == "Log.entryAdded"]).lower())
    tab.run(npm_text(request.config.cache.mkdir("receivers"), *AXE) + "; undefined")
    assert tab.run(AXE_RUN) == []
