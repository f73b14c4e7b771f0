"""SARIF by the official schema, and by what GitHub says it requires, limits and ignores."""

import json
import random
import re
import zlib
from typing import Any

import jsonschema
import pytest
from receivers import SARIF, npm_json
from sample_report import PRIVILEGED, WEB, finding, rule, sample

from scanner.model.finding import Edit, Verdict
from scanner.model.place import Related, Span
from scanner.render import render, sarif
from scanner.render.sarif import MOST_RESULTS


@pytest.fixture
def schema(request: pytest.FixtureRequest) -> Any:
    return npm_json(request.config.cache.mkdir("receivers"), *SARIF)


def github() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("sarif", sample()))
    return found


def full() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("sarif-full", sample()))
    return found["runs"][0]


@pytest.mark.parametrize("name", ["sarif", "sarif-full"])
def test_the_official_schema_holds(name: str, schema: Any) -> None:
    validator = jsonschema.Draft4Validator(schema)
    assert [error.message for error in validator.iter_errors(json.loads(render(name, sample())))] == []


def test_github_gets_open_failures_alone() -> None:
    results = [result for run in github()["runs"] for result in run["results"]]
    assert len(results) == 6
    assert {result["kind"] for result in results} == {"fail"}
    assert not any("suppressions" in result or "baselineState" in result for result in results)


def test_files_and_live_objects_are_of_two_categories() -> None:
    files, live = github()["runs"]
    assert (files["automationDetails"]["id"], live["automationDetails"]["id"]) == ("plumbrule/iac/", "plumbrule/live/")
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in live["results"]]
    assert uris[1] == "live/kubernetes%3Ashop/Rollout/r"
    assert all("primaryLocationLineHash" in result["partialFingerprints"] for result in live["results"])


def test_what_github_requires_of_rules() -> None:
    for described in github()["runs"][0]["tool"]["driver"]["rules"]:
        assert all(described[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert len(described["shortDescription"]["text"]) <= 1024
        assert described["helpUri"].startswith("https://")
        assert described["helpUri"] in described["help"]["markdown"]
        assert 0 < float(described["properties"]["security-severity"]) <= 10
        assert described["properties"]["security-severity"] != "9.0"
        assert "security" in described["properties"]["tags"]
        assert len(described["properties"]["tags"]) <= 10


def test_regions_are_one_line_and_paths_are_encoded() -> None:
    by_rule = {result["ruleId"]: result for result in github()["runs"][0]["results"]}
    place = by_rule["DEMO-001"]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "shop/web%20pod.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 13, "startColumn": 2, "endLine": 13, "endColumn": 18}
    assert by_rule["DEMO-007"]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "shop/gr%C3%B6%C3%9Fe.yaml"


def test_a_region_of_several_lines_is_cut_to_its_first_for_github() -> None:
    wide = sample()._replace(verdicts=(Verdict(finding(PRIVILEGED, WEB, "fail", Span("a.yaml", 2, 5, 9, 1), "m"), "high"),))
    region = json.loads(render("sarif", wide))["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 6}


def test_problems_make_the_invocation_a_failure() -> None:
    for run in (*github()["runs"], full()):
        invocation = run["invocations"][0]
        assert invocation["executionSuccessful"] is False
        told = [(row["level"], row.get("descriptor", {}).get("id")) for row in invocation["toolExecutionNotifications"]]
        assert told == [("error", "unparsable"), ("error", "forbidden"), ("note", "unrenderable"), ("note", None)]
    clean = json.loads(render("sarif", sample()._replace(problems=())))
    assert clean["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_30000_findings_stay_inside_the_limits_and_the_least_severe_go_first() -> None:
    rules = [rule(100 + number, severity, f"r-{severity}") for number, severity in enumerate(("low", "critical", "medium"))]
    place = Span("shop/web pod.yaml", 5, 3, 5, 20)
    many = tuple(Verdict(finding(rules[n % 3], WEB, "fail", place, f"number {n}"), rules[n % 3].severity) for n in range(30_000))
    text = render("sarif", sample()._replace(verdicts=many))
    run = json.loads(text)["runs"][0]
    assert len(run["results"]) == MOST_RESULTS < 5_000
    assert {result["rank"] for result in run["results"]} == {95.0}
    assert len(zlib.compress(text.encode())) < 10_000_000
    assert run["properties"]["leftOut"] == 30_000 - MOST_RESULTS
    assert f"{30_000 - MOST_RESULTS} less severe results" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


def test_a_log_that_does_not_compress_below_the_limit_loses_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 100_000)
    noise = random.Random(1)
    words = ["".join(chr(noise.randrange(0x4E00, 0x9FFF)) for _ in range(1_000)) for _ in range(200)]
    many = tuple(Verdict(finding(PRIVILEGED, WEB, "fail", Span("a.yaml", 1, 1, 1, 2), text), "high") for text in words)
    text = sarif.render(sample()._replace(verdicts=many))
    assert len(zlib.compress(text.encode())) <= 100_000
    run = json.loads(text)["runs"][0]
    assert len(run["results"]) + run["properties"]["leftOut"] == 200


def test_the_full_profile_has_everything() -> None:
    run = full()
    by_kind = {kind: [result for result in run["results"] if result["kind"] == kind] for kind in ("fail", "open", "pass")}
    assert [len(results) for results in by_kind.values()] == [9, 2, 1]
    assert {result["level"] for result in by_kind["open"]} == {"none"}
    told = [result["suppressions"][0] for result in run["results"] if "suppressions" in result]
    assert sorted(row["properties"]["disposition"] for row in told) == ["baselined", "suppressed", "waived"]
    assert all(row["justification"] for row in told)
    fixes = [result["fixes"] for result in run["results"] if "fixes" in result]
    assert fixes[0][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "false"}
    assert {taxonomy["name"] for taxonomy in run["taxonomies"]} == {"cis_kubernetes_1.12", "gdpr", "owasp_k8s_top10_2025"}
    bases = {row["properties"]["basis"] for described in run["tool"]["driver"]["rules"] for row in described["relationships"]}
    assert bases == {"stated", "proposed"}


def test_a_chain_of_places_is_a_code_flow_that_ends_at_the_finding() -> None:
    chain = tuple(Related(Span("a.tf", line, 1, line, 5), f"step {line}") for line in (9, 4))
    one = Verdict(finding(PRIVILEGED, WEB, "fail", Span("a.tf", 2, 1, 2, 5), "end", related=chain), "high")
    result = json.loads(render("sarif-full", sample()._replace(verdicts=(one,))))["runs"][0]["results"][0]
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow] == [9, 4, 2]


def test_a_fix_that_looks_like_a_secret_is_not_offered() -> None:
    place = Span("a.tf", 2, 1, 2, 5)
    one = Verdict(finding(PRIVILEGED, WEB, "fail", place, "m", fixes=(Edit(place, "AKIA" + "A" * 16),)), "high")
    assert "AKIA" not in render("sarif-full", sample()._replace(verdicts=(one,)))


def test_nothing_absolute_and_no_clock() -> None:
    for name in ("sarif", "sarif-full"):
        text = render(name, sample())
        assert "file://" not in text
        assert not re.search(r"TimeUtc|workingDirectory|commandLine|\"machine\"|\"account\"", text)
