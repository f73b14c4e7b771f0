"""What holds for every format: the golden output, the same bytes twice, no secret, no control character, problems never missing."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from sample_report import PLANTED, TOKEN, sample

from scanner.model.report import Coverage, Report
from scanner.render import names, render

EXTENSIONS = {"html": "html", "junit": "xml", "markdown": "md", "csv": "csv", "policyreport": "yaml", "text": "txt", "github": "txt"}
JSON = {"json", "sarif", "sarif-full", "gitlab", "gitlab-sast"}


def body(name: str, text: str) -> str:
    """Leave style and script out of the HTML, so that the golden file shows what is said."""
    text = re.sub(r'content="default-src[^"]*"', 'content="…"', text)
    return re.sub(r"(?s)<(style|script)>.*?</\1>", r"<\1>…</\1>", text) if name == "html" else text


@pytest.mark.parametrize("name", names())
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"report-{name}.{'json' if name in JSON else EXTENSIONS.get(name, 'txt')}", body(name, render(name, sample())))


def test_golden_colour(golden: Callable[[str, str], None]) -> None:
    golden("report-text-colour.txt", render("text", sample(), colour=True, width=80).replace("\x1b", "␛"))


@pytest.mark.parametrize("name", names())
def test_two_runs_are_byte_identical(name: str) -> None:
    assert render(name, sample()) == render(name, sample())


@pytest.mark.parametrize("name", names())
def test_a_planted_secret_is_in_no_output(name: str) -> None:
    text = render(name, sample())
    assert PLANTED not in text
    assert TOKEN not in text


@pytest.mark.parametrize("name", names())
def test_control_characters_are_escaped(name: str) -> None:
    text = render(name, sample()).replace("\r\n", "\n") if name == "csv" else render(name, sample())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)


@pytest.mark.parametrize("name", [name for name in names() if name != "openmetrics"])
def test_problems_are_in_every_format(name: str) -> None:
    text = render(name, sample())
    assert "mapping values are not allowed here" in text
    assert "list secrets is not allowed for this account" in text


@pytest.mark.parametrize("name", names())
def test_an_empty_report_is_written_too(name: str) -> None:
    empty = Report("0.1.0", "sha256:0", (), (), (), Coverage(0, 0, {}, ()), {}, lambda path: None, "2026-11-23")
    assert render(name, empty)


def test_the_names_are_those_of_the_contract() -> None:
    words = "text json sarif sarif-full html junit markdown github gitlab gitlab-sast csv openmetrics policyreport azure"
    assert set(names()) == set(words.split())


def test_naming_the_formats_imports_none() -> None:
    script = "import sys; from scanner import render; render.names(); print([m for m in sys.modules if m.startswith('scanner.render.')])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == "[]"
