"""The command line by its contract: exit codes, streams, paths, problems."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scanner.cli.main import run

BAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx, securityContext: {privileged: true}}]}\n"
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata: {a: b}\n"


def scan(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["scan", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "pod.yaml").write_text(BAD)
    return tmp_path


def test_the_example_of_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = scan(capsys, folder, "--format", "json", "--select", "PSS-B02")
    answer = json.loads(out)
    row = answer["results"][0]
    assert code == 1
    assert answer["schema"] == "plumbrule/results/v1"
    assert row["location"] == {"path": "one/pod.yaml", "line": 4, "column": 63, "end_line": 4, "end_column": 79}
    assert row["resource"]["address"] == "kubernetes:default/Pod/p"
    assert answer["coverage"]["by_type"] == {"Pod": 1}
    assert answer["summary"] == answer["summary"] | {"files": 1, "resources": 1, "fail": 1, "open_fail": 1, "problems": 0}


@pytest.mark.parametrize(
    ("files", "arguments", "code"),
    [
        ({"a.yaml": GOOD}, [], 0),
        ({"a.yaml": BAD}, ["--select", "PSS-B02"], 1),
        ({"a.yaml": BAD}, ["--select", "CKV_K8S_16"], 1),
        ({"a.yaml": BAD}, ["--select", "PSS-B02", "--skip", "privileged"], 0),
        ({"a.yaml": BAD}, ["--select", "WL-009", "--fail-on", "critical"], 0),
        ({"a.yaml": BAD, "b.yaml": "kind: Pod\nspec: [\n"}, ["--select", "PSS-B02"], 3),
        ({"a.yaml": BAD, "b.yaml": "kind: Pod\nspec: [\n"}, ["--select", "PSS-B02", "--allow-incomplete"], 1),
        ({"a.yaml": GOOD, "b.yaml": "kind: Pod\nspec: [\n"}, ["--allow-incomplete"], 0),
        ({"a.txt": "hello"}, [], 3),
        ({"a.yaml": BAD, "plumbrule.yaml": "profil: audit\n"}, [], 2),
        ({"a.yaml": BAD}, ["--select", "NO-SUCH-RULE"], 2),
        ({"a.yaml": BAD}, ["--no-such-option"], 2),
        ({"a.yaml": BAD}, ["--format", "jsn"], 2),
        ({"a.yaml": BAD}, ["--format", "json", "--format", "sarif"], 2),
        ({"a.yaml": BAD}, ["--kubernetes-version", "two"], 2),
        ({"a.yaml": BAD}, ["--today", "tomorrow"], 2),
        ({"a.yaml": BAD}, ["no-such-folder-below"], 2),
    ],
)
def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], arguments: list[str], code: int) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    got, out, err = scan(capsys, tmp_path, *arguments)
    assert got == code
    if code == 2:
        assert out == ""
        assert "Traceback" not in err
        assert 1 <= len(err.strip().splitlines()) <= 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--select", "privilegd"], ["privilegd", "privileged"]),
        (["--format", "sarf"], ["sarf", "sarif"]),
        (["--profil", "audit"], ["--profil", "--profile"]),
        (["--fail-on", "hgh"], ["hgh", "high"]),
    ],
)
def test_a_wrong_word_is_named_with_the_nearest(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str]
) -> None:
    _, _, err = scan(capsys, folder, *arguments)
    assert all(word in err for word in words)


def test_a_configuration_mistake_has_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plumbrule.yaml").write_text("profile: platform\nfail_onn: high\n")
    _, _, err = scan(capsys, folder)
    assert "plumbrule.yaml:2:1: " in err
    assert "fail_on" in err


def test_paths_are_the_repositorys_from_any_working_directory(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", folder], check=True)
    answers = set()
    for place, argument in ((folder, "one"), (folder / "one", "."), (folder / "one", "pod.yaml"), (Path("/"), str(folder / "one"))):
        monkeypatch.chdir(place)
        answers.add(scan(capsys, argument, "--format", "json", "--today", "2026-01-01")[1])
    assert len(answers) == 1
    assert '"path": "one/pod.yaml"' in answers.pop()


def test_two_runs_give_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (folder, "--format", "sarif", "--profile", "platform", "--today", "2026-01-01")
    assert scan(capsys, *arguments) == scan(capsys, *arguments)


def test_several_formats_of_one_scan(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = scan(capsys, folder, "--format", "text", "--format", f"json={tmp_path}/r.json", "--format", f"html={tmp_path}/r.html")
    assert code == 1
    assert "PSS-B02" in out
    assert json.loads((tmp_path / "r.json").read_text())["summary"]["open_fail"] > 0
    assert (tmp_path / "r.html").read_text().startswith("<!doctype html>")


def test_quiet_prints_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scan(capsys, folder, "--quiet") == (1, "", "")


def test_an_ignore_beside_the_line_silences_and_stays_visible(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    container = "  - {name: c, image: nginx}  # plumbrule:ignore=IMG-001 pinned by the mirror\n"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n{container}"
    (tmp_path / "a.yaml").write_text(pod)
    code, out, _ = scan(capsys, tmp_path, "--select", "IMG-001", "--format", "json")
    assert [row["disposition"] for row in json.loads(out)["results"]] == ["suppressed"]
    assert code == 0
    assert scan(capsys, tmp_path, "--select", "IMG-001", "--no-suppressions", "--quiet")[0] == 1


def test_an_ignore_cannot_silence_a_critical_rule_unless_allowed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("# plumbrule:ignore=PSS-B02 a reason\n" + BAD)
    assert scan(capsys, tmp_path, "--select", "PSS-B02", "--quiet")[0] == 1
    (tmp_path / "plumbrule.yaml").write_text("inline: {allow_critical: true}\n")
    assert scan(capsys, tmp_path, "--select", "PSS-B02", "--quiet")[0] == 0


def test_accepted_problems_are_shown_and_do_not_make_a_scan_incomplete(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "broken.yaml").write_text("kind: Pod\nspec: [\n")
    (tmp_path / "plumbrule.yaml").write_text("incomplete: {accept: [{kinds: [unparsable], paths: [broken.yaml], reason: a fixture}]}\n")
    code, out, _ = scan(capsys, tmp_path)
    assert code == 0
    assert "broken.yaml" in out


def test_nested_configuration_holds_below_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for team in ("a", "b"):
        (tmp_path / team).mkdir()
        (tmp_path / team / "pod.yaml").write_text(BAD)
    (tmp_path / "b" / "plumbrule.yaml").write_text("skip: [PSS-B02]\n")
    _, out, _ = scan(capsys, tmp_path, "--format", "json")
    paths = {row["location"]["path"] for row in json.loads(out)["results"] if row["rule"] == "PSS-B02"}
    assert paths == {"a/pod.yaml"}


def help_of(*words: str) -> Result:
    from scanner.cli.main import cli

    return CliRunner().invoke(cli, [*words, "--help"])


def test_help_teaches() -> None:
    assert "plumbrule scan --profile platform" in help_of("scan").output
    assert "Exit codes" in help_of().output


def test_the_html_report_takes_a_logo_and_a_template(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "report.html.j2").write_text("<p>{{ logo[:14] }}</p>")
    looks = ("--html-logo", str(tmp_path / "logo.png"), "--html-templates", str(tmp_path))
    assert "<p>data:image/png</p>" in scan(capsys, folder, "--format", "html", *looks)[1]


@pytest.mark.parametrize(
    ("option", "content"),
    [("--html-logo", b"GIF89a"), ("--html-logo", None), ("--html-templates", b"{% if %}"), ("--html-templates", None)],
)
def test_a_logo_or_template_that_cannot_be_used_is_a_mistake(
    folder: Path, capsys: pytest.CaptureFixture[str], option: str, content: bytes | None
) -> None:
    place = folder if option == "--html-templates" else folder / "logo.png"
    if content is not None:
        (folder / ("report.html.j2" if option == "--html-templates" else "logo.png")).write_bytes(content)
    code, out, _ = scan(capsys, folder, "--format", "html", option, place)
    assert (code, out) == (2, "")


def test_what_was_passed_over_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "a.yaml").write_text(BAD)
    assert "node_modules/" in scan(capsys, folder, "--format", "html")[1]


def test_slow_yaml_is_said_once(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "libyaml" not in scan(capsys, folder)[2]
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    assert scan(capsys, folder)[2].count("libyaml:") == 1


def test_facts_are_seen_as_the_nearest_configuration_sees_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = 'resource "azurerm_storage_account" "a" {\n  location = "germanywestcentral"\n}\n'
    for team in ("a", "b"):
        (tmp_path / team).mkdir()
        (tmp_path / team / "main.tf").write_text(store)
        own = "profile: de-only" if team == "a" else "profile: fr, profiles: {fr: {countries: [FR]}}"
        (tmp_path / team / "plumbrule.yaml").write_text(f"residency: {{{own}}}\n")
    _, out, _ = scan(capsys, tmp_path, "--select", "RES-001", "--format", "json")
    assert {row["location"]["path"] for row in json.loads(out)["results"] if row["outcome"] == "fail"} == {"b/main.tf"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules:\n  IMG-003:\n    params: {alowed: [a/]}\n", "plumbrule.yaml:3:14: rules.IMG-003.params: unknown parameter 'alowed'"),
        ("rules:\n  IMG-003: {params: {allowed: a/}}\n", "plumbrule.yaml:2:22: rules.IMG-003.params.allowed is of type list"),
        ("rules:\n  ACME-001: {severity: low}\n", "plumbrule.yaml:2:14: rules: 'ACME-001' names no rule"),
        ("profile: audit\nselect: [PSS-B02, PSS-B99]\n", "plumbrule.yaml:2:19: 'PSS-B99' names no rule"),
        ("skip:\n  - privilegd\n", "plumbrule.yaml:2:5: 'privilegd' names no rule"),
    ],
)
def test_what_the_configuration_says_about_rules_is_wrong_at_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (folder / "plumbrule.yaml").write_text(text)
    code, out, err = scan(capsys, folder)
    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_that_cannot_be_written_is_said_and_never_green(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: []}\n")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scanner", "scan", str(tmp_path), "--format", "json"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, "plumbrule: cannot write the answer: No space left on device\n")
