"""The HTML report as a document: its policy, its landmarks, no way out, and everything readable without script."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sample_report import sample

from scanner.render import render
from scanner.render.html import Section

VOID = {"meta", "img", "input", "br", "rect", "link"}


class Document(HTMLParser):
    """Every element with its attributes, and what is never closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def values(self, attribute: str) -> list[str]:
        return [given[attribute] or "" for _, given in self.elements if attribute in given]


def test_elements_are_closed_and_ids_unique() -> None:
    found = Document(render("html", sample()))
    assert found.open == []
    ids = found.values("id")
    assert len(ids) == len(set(ids))
    assert {"en"} == set(found.values("lang"))
    assert {"utf-8"} == set(found.values("charset"))
    landmarks = [tag for tag, _ in found.elements if tag in ("header", "nav", "main", "footer")]
    assert landmarks == ["header", "nav", "main", "footer"]


def test_links_inside_the_page_lead_somewhere() -> None:
    found = Document(render("html", sample()))
    ids = set(found.values("id"))
    assert {link[1:] for link in found.values("href") if link.startswith("#")} <= ids


def test_the_policy_allows_our_style_and_script_alone() -> None:
    text = render("html", sample())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    for tag in ("style", "script"):
        inside = re.search(rf"(?s)<{tag}>(.*?)</{tag}>", text)
        assert inside is not None
        digest = b64encode(sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy[1]
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert not re.search(r"\*|unsafe|http", policy[1])


def test_nothing_is_loaded_from_elsewhere() -> None:
    found = Document(render("html", sample(), logo=b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert all(source.startswith("data:image/svg+xml;base64,") for source in found.values("src"))
    assert not any(tag in ("link", "iframe", "object", "embed", "base") for tag, _ in found.elements)
    assert found.values("style") == []
    assert not any(name.startswith("on") for _, given in found.elements for name in given)
    assert "url(" not in render("html", sample())


def test_names_from_the_input_stay_text() -> None:
    text = render("html", sample())
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert text.count("<script>") == 1


def test_everything_is_there_without_script() -> None:
    text = render("html", sample())
    for expected in (
        "container app of kubernetes:shop/Pod/web is privileged", "<mark>privileged: true</mark>", "Remove <code>privileged: true</code>",
        "CIS Kubernetes 1.12 5.2.2", "OWASP Kubernetes Top 10 2025 K01 <em>proposed</em>", "Unknown because var.location has no value.",
        "Waived: W-7 until 2026-12-31, until the registry moves", "needs a live cluster", "excluded by plumbrule.yaml", "a Helm chart",
        "this suppression silences nothing", "shop/web pod.yaml:13:2",
    ):  # fmt: skip
        assert expected in text, expected


def test_states_of_controls() -> None:
    text = render("html", sample())
    assert re.search(r'<th scope="row">5\.2\.2</th><td><span class="chip failing">failing</span>', text)
    assert re.search(r'<th scope="row">Art\. 44</th><td><span class="chip unknown">unknown</span>', text)


@pytest.mark.parametrize("logo", [b"\x89PNG\r\n", b"\xff\xd8\xff", b"<svg/>"])
def test_a_logo_is_part_of_the_page(logo: bytes) -> None:
    text = render("html", sample(), logo=logo)
    assert f"base64,{b64encode(logo).decode()}" in text
    assert "img-src data:" in text


def test_a_logo_that_is_no_image_is_refused() -> None:
    with pytest.raises(ValueError, match="neither PNG nor JPEG nor SVG"):
        render("html", sample(), logo=b"<script>")


def test_a_template_of_ones_own_extends_ours(tmp_path: Path) -> None:
    (tmp_path / "report.html.j2").write_text(
        '{% extends "plumbrule/report.html.j2" %}{% block heading %}Example AG: {{ report.version }}{% endblock %}', encoding="utf-8"
    )
    text = render("html", sample(), templates=str(tmp_path))
    assert "<h1>Example AG: 0.1.0</h1>" in text
    assert "What to fix first" in text


def test_a_template_cannot_reach_python(tmp_path: Path) -> None:
    from jinja2.exceptions import SecurityError

    (tmp_path / "report.html.j2").write_text("{{ report.__class__.__mro__[1].__subclasses__() }}", encoding="utf-8")
    with pytest.raises(SecurityError):
        render("html", sample(), templates=str(tmp_path))


def test_further_sections_are_pages() -> None:
    text = render("html", sample(), sections=[Section("network", "Network <map>", "<p>drawn</p>")])
    assert '<section class="page" id="network"><h2>Network &lt;map&gt;</h2><p>drawn</p></section>' in text
    assert '<li><a href="#network">Network &lt;map&gt;</a></li>' in text
