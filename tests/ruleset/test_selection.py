"""Which rules run: profiles, words, globs, foreign ids."""

from __future__ import annotations

from typing import Any

import pytest
from rule_making import rule

from scanner.config import Config
from scanner.model.errors import ConfigError
from scanner.model.rule import Rule
from scanner.ruleset import Ruleset, find, select, silenced_by

BODY: dict[str, Any] = {"match": {"type": "Pod"}, "deny": {"a": {"exists": True}}}


def made(identity: str, slug: str, **fields: Any) -> Rule:
    return rule(BODY, identity, slug=slug, **{"area": "pods", **fields})


RULES = [
    made("AA-001", "high-one"),
    made("AA-002", "medium-one", severity="medium"),
    made("AA-003", "contested", severity="critical", default="off"),
    made("AA-004", "backlog-one", tier="backlog"),
    made("AA-005", "vague", confidence="low"),
    made("IMG-001", "mutable-tag", severity="medium", area="images"),
    made("OWN-001", "house-rule", severity="low", tier="own", area="house"),
]
RULESET = Ruleset(
    {one.id: one for one in RULES},
    {"CKV_K8S_1": (("AA-001", "same"), ("AA-002", "similar")), "KSV-0001": (("AA-002", "similar"),)},
    "sha256:0",
)
ALL = [one.id for one in RULES]


def chosen(**config: Any) -> list[str]:
    return [one.id for one in select(RULESET, Config(**config)).rules]


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ({}, ["AA-001", "IMG-001", "OWN-001"]),
        ({"profile": "platform"}, ["AA-001", "AA-002", "AA-004", "AA-005", "IMG-001", "OWN-001"]),
        ({"profile": "audit"}, ["AA-001", "AA-002", "AA-004", "AA-005", "IMG-001", "OWN-001"]),
        ({"select": ("*",)}, ALL),
        ({"select": ("AA-003",)}, ["AA-003"]),
        ({"select": ("aa-003", "vague")}, ["AA-003", "AA-005"]),
        ({"select": ("pods",)}, ["AA-001", "AA-002", "AA-003", "AA-004", "AA-005"]),
        ({"select": ("*-one",)}, ["AA-001", "AA-002", "AA-004"]),
        ({"select": ("ckv_k8s_1",)}, ["AA-001", "AA-002"]),
        ({"select": ("CKV_*",)}, ["AA-001", "AA-002"]),
        ({"select": ("*",), "skip": ("pods",)}, ["IMG-001", "OWN-001"]),
        ({"select": ("*",), "skip": ("CKV_K8S_1",)}, ALL[1:]),
        ({"rules": {"AA-003": {"default": "on"}}}, ["AA-001", "AA-003", "IMG-001", "OWN-001"]),
        ({"rules": {"AA-001": {"default": "off"}}}, ["IMG-001", "OWN-001"]),
        ({"rules": {"AA-002": {"severity": "high"}}}, ["AA-001", "AA-002", "IMG-001", "OWN-001"]),
    ],
)
def test_chosen(config: dict[str, Any], wanted: list[str]) -> None:
    assert chosen(**config) == wanted


@pytest.mark.parametrize(
    ("config", "words", "hint"),
    [
        ({"select": ("hgih-one",)}, "'hgih-one' names no rule", "high-one"),
        ({"skip": ("AA-009",)}, "'AA-009' names no rule", "AA-00"),
        ({"select": ("zz*",)}, "'zz\\*' names no rule", None),
        ({"rules": {"AA-01": {}}}, "rules: 'AA-01' names no rule", "AA-001"),
        ({"rules": {"AA-001": {"params": {"x": 1}}}}, "unknown parameter 'x'", None),
    ],
)
def test_words_that_name_nothing(config: dict[str, Any], words: str, hint: str | None) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        chosen(**config)
    assert hint is None or hint in (caught.value.hint or "")


def test_a_foreign_id_silences_only_what_asks_the_same() -> None:
    assert silenced_by("pods", RULESET) == ({"AA-001", "AA-002", "AA-003", "AA-004", "AA-005"}, None)
    rules, note = silenced_by("CKV_K8S_1", RULESET)
    assert rules == {"AA-001"}
    assert "AA-002" in (note or "")
    assert select(RULESET, Config(skip=("KSV-0001",))).notes


def test_find() -> None:
    assert [one.id for one in find(RULESET, "CKV_K8S_1")] == ["AA-001", "AA-002"]
    assert find(RULESET, "nothing") == []
