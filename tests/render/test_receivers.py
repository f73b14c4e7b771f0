"""The other formats, each read by what its receiver reads it with, or by the schema that the receiver publishes."""

import csv
import io
import json
import re
from typing import Any

import jsonschema
import pytest
import yaml
from receivers import OPENREPORTS, WGPOLICY, go_folder
from sample_report import EVIL, PRIVILEGED, WEB, finding, rule, sample

from scanner.model.finding import Verdict
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.render import render
from scanner.render.csv import COLUMNS
from scanner.render.markdown import render as markdown


def stream(text: str) -> list[dict[str, Any]]:
    return list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


HERE = Span("shop/web pod.yaml", 5, 3, 5, 20)


def many(number: int, severity: str = "high") -> tuple[Verdict, ...]:
    return tuple(Verdict(finding(PRIVILEGED, WEB, "fail", HERE, f"number {n}", fingerprint=f"{n}"), severity) for n in range(number))


def test_junit_is_read_with_its_sums() -> None:
    junitparser = pytest.importorskip("junitparser")
    suites = junitparser.JUnitXml.fromstring(render("junit", sample()).encode())
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (15, 6, 4, 4)
    cases = [(suite, case) for suite in suites for case in suite]
    assert len(cases) == 15
    assert all(case.time == 0 and suite.timestamp == "2026-11-23T00:00:00" for suite, case in cases)
    results = {case.name: [type(result).__name__ for result in case.result] for suite, case in cases if suite.name == "input"}
    assert results == {"broken.yaml:2:4": ["Error"], "forbidden": ["Error"], "charts/a/Chart.yaml:1:1": ["Skipped"]}
    waived = next(result.message for _, case in cases for result in case.result if "waived" in (result.message or ""))
    assert waived == "waived: W-7 until 2026-12-31, until the registry moves"


def test_junit_without_problems_says_that_everything_was_looked_at() -> None:
    assert 'name="everything was looked at"' in render("junit", sample()._replace(problems=()))


def test_csv_rows_are_equal_and_no_cell_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(render("csv", sample()), newline="")))
    assert rows[0] == list(COLUMNS)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [row[6] for row in rows[1:]].count("problem") == 3
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert f"'=cmd() {EVIL.name} | **bold** %0A::error::x" in [row[COLUMNS.index("message")] for row in rows]


COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:]*,?)+)::(.*)")


def test_github_lines_are_workflow_commands() -> None:
    lines = render("github", sample()).splitlines()
    found = [COMMAND.fullmatch(line) for line in lines]
    assert all(found)
    assert [match[1] for match in found if match].count("notice") == 1
    evil = next(match[3] for match in found if match and "=cmd" in match[3])
    assert evil.startswith("=cmd() <script>alert(1)</script> | **bold** %250A::error::x%0A")
    assert "file=broken.yaml,line=2" in lines[0]


@pytest.mark.parametrize(("severity", "level"), [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "warning")])
def test_github_shows_ten_and_counts_the_rest(severity: str, level: str) -> None:
    lines = render("github", sample()._replace(verdicts=many(25, severity), problems=(), accepted=())).splitlines()
    assert sum(line.startswith(f"::{level} ") for line in lines) == 10
    assert len(lines) == 11
    assert f"15 {level}s" in lines[-1]


def test_github_problems_never_crowd_out_all_findings() -> None:
    problems = tuple(Problem("unparsable", Span(f"{n}.yaml", 1, 1, 1, 1), "bad") for n in range(30))
    lines = render("github", sample()._replace(problems=problems)).splitlines()
    assert sum("could not look" in line for line in lines) == 6
    assert "25 more problems" in "".join(lines)
    assert sum("critical DEMO-001" in line for line in lines) == 3


LOGISSUE = re.compile(
    r"##vso\[task\.logissue type=(error|warning)(?:;sourcepath=[^;\]]+;linenumber=\d+;columnnumber=\d+)?;code=[\w-]+\](.+)"
)


def test_azure_lines_are_logging_commands_and_one_line_of_sums() -> None:
    *commands, sums = render("azure", sample()).splitlines()
    found = [LOGISSUE.fullmatch(line) for line in commands]
    assert all(found)
    assert "sourcepath=broken.yaml;linenumber=2" in commands[0]
    evil = next(line for line in commands if "=cmd" in line)
    assert "**bold** %AZP250A::error::x" in evil
    assert sums == "plumbrule: 6 open, 2 unknown, 2 problems"


def test_azure_shows_ten_of_each_kind_and_counts_the_rest() -> None:
    lines = render("azure", sample()._replace(verdicts=(*many(25), *many(25, "low")), problems=(), accepted=())).splitlines()
    assert [sum(f"type={kind};" in line for line in lines) for kind in ("error", "warning")] == [10, 10]
    assert lines[-1].endswith("30 more are in the report")


def test_gitlab_code_quality_has_its_fields_and_unique_fingerprints() -> None:
    twice = sample()._replace(verdicts=tuple(Verdict(finding(PRIVILEGED, WEB, "fail", HERE, "m"), "high") for _ in range(3)))
    for report in (sample(), twice):
        issues = json.loads(render("gitlab", report))
        assert len({issue["fingerprint"] for issue in issues}) == len(issues)
        for issue in issues:
            assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
            assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
            assert not issue["location"]["path"].startswith(("/", "./"))
            assert issue["location"]["lines"]["begin"] >= 1


SAST: dict[str, Any] = {
    "required": ["version", "scan", "vulnerabilities"],
    "properties": {
        "version": {"pattern": r"^\d+\.\d+\.\d+$"},
        "scan": {
            "required": ["analyzer", "scanner", "type", "start_time", "end_time", "status"],
            "properties": {
                "type": {"const": "sast"},
                "status": {"enum": ["success", "failure"]},
                "start_time": {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"},
                "end_time": {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"},
                "analyzer": {"$ref": "#/$defs/tool"},
                "scanner": {"$ref": "#/$defs/tool"},
                "messages": {"items": {"required": ["level", "value"], "properties": {"level": {"enum": ["info", "warn", "fatal"]}}}},
            },
        },
        "vulnerabilities": {
            "items": {
                "required": ["id", "identifiers", "location"],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "name": {"type": "string", "maxLength": 255},
                    "solution": {"type": "string", "maxLength": 7000},
                    "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
                    "identifiers": {"minItems": 1, "items": {"required": ["type", "name", "value"]}},
                    "links": {"items": {"required": ["url"], "properties": {"url": {"pattern": "^https?://.+"}}}},
                    "location": {"required": ["file", "start_line"], "properties": {"start_line": {"type": "number"}}},
                },
            }
        },
    },
    "$defs": {"tool": {"required": ["id", "name", "version", "vendor"], "properties": {"vendor": {"required": ["name"]}}}},
}
"""What GitLab's schema 15.0.2 demands of the parts that we write, in our words: no package carries the schema itself."""


def test_gitlab_sast_has_what_its_schema_demands() -> None:
    log = json.loads(render("gitlab-sast", sample()))
    jsonschema.Draft202012Validator(SAST).validate(log)
    assert log["scan"]["status"] == "failure"
    assert json.loads(render("gitlab-sast", sample()._replace(problems=())))["scan"]["status"] == "success"
    assert [row["severity"] for row in log["vulnerabilities"]].count("Unknown") == 2


def test_openmetrics_is_read_by_the_parser_of_prometheus() -> None:
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    families = {family.name: family for family in parser.text_string_to_metric_families(render("openmetrics", sample()))}
    problems = {(row.labels["kind"], row.labels["accepted"]): row.value for row in families["plumbrule_problems"].samples}
    assert problems == {("unparsable", "false"): 1, ("forbidden", "false"): 1, ("unrenderable", "true"): 1}
    assert families["plumbrule_complete"].samples[0].value == 0
    assert sum(row.value for row in families["plumbrule_findings"].samples) == 12
    assert families["plumbrule"].type == "info"


@pytest.mark.parametrize(("module", "prefix"), [(OPENREPORTS, "openreports.io"), (WGPOLICY, "wgpolicyk8s.io")])
def test_policy_reports_keep_the_definitions_of_their_kinds(
    module: tuple[str, str, str], prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = go_folder(tmp_path_factory.mktemp("go"), *module)
    schemas = {}
    for path in folder.glob("*.yaml"):
        definition = yaml.safe_load(path.read_text(encoding="utf-8"))
        for version in definition["spec"]["versions"]:
            key = (f"{definition['spec']['group']}/{version['name']}", definition["spec"]["names"]["kind"])
            schemas[key] = version["schema"]["openAPIV3Schema"]
    objects = [one for one in stream(render("policyreport", sample())) if one["apiVersion"].startswith(prefix)]
    assert len(objects) == 3
    for one in objects:
        jsonschema.Draft4Validator(schemas[(one["apiVersion"], one["kind"])]).validate(one)


def test_policy_reports_are_per_namespace_and_of_a_size_that_a_cluster_takes() -> None:
    objects = stream(render("policyreport", sample()))
    assert [(one["kind"], one["metadata"].get("namespace")) for one in objects[:3]] == [
        ("ClusterPolicyReport", None), ("PolicyReport", "a"), ("PolicyReport", "shop"),
    ]  # fmt: skip
    assert [one["summary"]["error"] for one in objects[:3]] == [4, 0, 0]
    big = stream(render("policyreport", sample()._replace(verdicts=many(2_500))))
    assert max(len(one["results"]) for one in big) == 1_000
    names = [one["metadata"]["name"] for one in big if one["kind"] == "PolicyReport"]
    assert names == ["plumbrule", "plumbrule-2", "plumbrule-3"]


def test_markdown_means_what_it_says_and_no_html_gets_in() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    page = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table").render(render("markdown", sample()))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<strong>bold</strong>" not in page
    assert "=cmd() &lt;script&gt;alert(1)&lt;/script&gt; | **bold**" in page
    assert page.count("<table>") == 10
    rows = [row for row in re.findall(r"(?s)<tr>.*?</tr>", page) if "=cmd()" in row]
    assert rows[0].count("<td>") == 2


def test_markdown_is_cut_by_sections_below_its_limit() -> None:
    verdicts = tuple(
        Verdict(finding(rule(number, "high", f"rule-{number}"), WEB, "fail", HERE, "x" * 900), "high") for number in range(100, 400)
    )
    text = markdown(sample()._replace(verdicts=verdicts), limit=64_000)
    assert len(text.encode()) <= 64_000
    assert "sections left out for size" in text.splitlines()[-1]
    assert "Could not look" in text
    assert len(render("markdown", sample()._replace(verdicts=many(20_000))).encode()) < 1_048_576
