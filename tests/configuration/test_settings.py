"""plumbrule.yaml: layers, origins, mistakes."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from scanner.configuration.layers import Value, leaves
from scanner.configuration.read import Settings
from scanner.configuration.schema import json_schema
from scanner.model.errors import ConfigError
from scanner.sources.memory import MemoryTree


def settings(files: dict[str, str], environment: dict[str, str] | None = None, **options: Any) -> Settings:
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    return Settings(tree, {key: Value(value, None, f"--{key}") for key, value in options.items()}, environment or {})


NESTED = {
    "plumbrule.yaml": "profile: platform\nskip: [WL-001]\nfail_on: high\nexclude: [old/**]\n",
    "team/plumbrule.yaml": "skip: [WL-002]\nfail_on: low\nexclude: [generated/**]\nsuppressions:\n- {rules: [IMG-001], reason: later}\n",
    "team/deep/plumbrule.yaml": "skip: {replace: [WL-003]}\n",
}


def test_nearer_wins_and_lists_add() -> None:
    found = settings(NESTED)
    assert (found.at("").fail_on, found.at("team").fail_on) == ("high", "low")
    assert found.at("team").skip == ("WL-001", "WL-002")
    assert found.at("team/deep").skip == ("WL-003",)
    assert found.at("team").profile == "platform"


def test_globs_of_a_nested_file_hold_below_it() -> None:
    team = settings(NESTED).at("team")
    assert team.exclude == ("old/**", "team/generated/**")
    assert team.suppressions[0].paths == ("team/**",)


def test_folders_without_a_file_share_their_parents_configuration() -> None:
    found = settings(NESTED)
    assert found.at("team/other/x") is found.at("team")


def test_options_over_environment_over_files() -> None:
    found = settings(NESTED, {"PLUMBRULE_FAIL_ON": "critical", "PLUMBRULE_KUBERNETES_VERSION": "1.30"}, fail_on="medium")
    assert (found.at("team").fail_on, found.at("").kubernetes_version) == ("medium", "1.30")


def test_a_list_in_the_environment_is_split_at_commas() -> None:
    assert settings({}, {"PLUMBRULE_SKIP": "WL-001, WL-002"}).at("").skip == ("WL-001", "WL-002")


def test_every_value_knows_its_line() -> None:
    rows = {key: (value.origin.path, value.origin.line) for key, value in leaves(settings(NESTED).layer("team")) if value.origin}
    assert rows["profile"] == ("plumbrule.yaml", 1)
    assert rows["skip[1]"] == ("team/plumbrule.yaml", 1)
    assert rows["fail_on"] == ("team/plumbrule.yaml", 2)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("profil: starter\n", (1, 1), ("profil", "profile")),
        ("a: 1\na: 2\n", (2, 1), ("twice",)),
        ("profile: stater\n", (1, 1), ("stater", "starter")),
        ("kubernetes:\n  versio: '1.30'\n", (2, 3), ("versio", "version")),
        ("suppressions:\n- rules: [X]\n", (2, 3), ("reason",)),
        ("incomplete:\n  accept:\n  - {kinds: [unrendrable], reason: x}\n", (3, 14), ("unrendrable", "unrenderable")),
        ("fail_on_unknown: 1\n", (1, 1), ("true or false",)),
        ("skip: 7\n", (1, 1), ("list",)),
        ("kubernetes: {version: 1.30}\n", (1, 14), ("quotes",)),
        ("- a\n", (1, 1), ("map",)),
        ("a: [\n", None, ()),
    ],
)
def test_mistakes_have_a_place_and_a_suggestion(text: str, place: tuple[int, int] | None, words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as caught:
        settings({"plumbrule.yaml": text}).at("")
    assert caught.value.span is not None
    assert caught.value.span.path == "plumbrule.yaml"
    if place:
        assert (caught.value.span.line, caught.value.span.column) == place
    said = f"{caught.value.message} {caught.value.hint}"
    assert all(word in said for word in words)


def test_unknown_environment_variable() -> None:
    with pytest.raises(ConfigError, match="PLUMBRULE_FAILON") as caught:
        settings({}, {"PLUMBRULE_FAILON": "high"}).at("")
    assert "PLUMBRULE_FAIL_ON" in str(caught.value.hint)


def test_extends_a_file_of_the_repository() -> None:
    files = {"plumbrule.yaml": "extends: shared/base.yaml\nskip: [B]\n", "shared/base.yaml": "skip: [A]\nprofile: audit\n"}
    assert settings(files).at("").skip == ("A", "B")
    assert settings(files).at("").profile == "audit"


def test_extends_checks_the_digest() -> None:
    base = "profile: audit\n"
    digest = hashlib.sha256(base.encode()).hexdigest()
    good = {"plumbrule.yaml": f"extends: base.yaml@sha256:{digest}\n", "base.yaml": base}
    assert settings(good).at("").profile == "audit"
    with pytest.raises(ConfigError, match="digest"):
        settings({**good, "base.yaml": "profile: starter\n"}).at("")


@pytest.mark.parametrize("target", ["../outside.yaml", "missing.yaml", "no_such_package_anywhere"])
def test_extends_stays_inside(target: str) -> None:
    with pytest.raises(ConfigError, match="cannot extend"):
        settings({"plumbrule.yaml": f"extends: {target}\n"}).at("")


def test_extends_no_circle() -> None:
    with pytest.raises(ConfigError, match="extends itself"):
        settings({"plumbrule.yaml": "extends: a.yaml\n", "a.yaml": "extends: plumbrule.yaml\n"}).at("")


def test_json_schema_knows_every_key() -> None:
    schema = json_schema()
    assert set(schema["properties"]) >= {"profile", "kubernetes", "residency", "suppressions"}
    assert schema["additionalProperties"] is False
