"""What a controller makes is the same thing tomorrow, whatever its next replica is called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from scanner.config import Config
from scanner.evaluate import evaluate
from scanner.evaluate.lasting import lasting
from scanner.inventory import Inventory
from scanner.model.resource import Key, Resource

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ruleset"))
from rule_making import resource, rule


def made(kind: str, name: str, owner: tuple[str, str] | None, labels: dict[str, str] | None = None, **data: Any) -> Resource:
    owners = [{"kind": owner[0], "name": owner[1], "uid": "u", "controller": True}] if owner else []
    plain = resource({"metadata": {"name": name, "labels": labels or {}, "ownerReferences": owners}, **data}, kind, provider="kubernetes")
    key = Key("kubernetes", kind, "", "shop", name, f"kubernetes:shop/{kind}/{name}", "cluster:1")
    return Resource(key, plain.data, plain.format, plain.path, plain.locator)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (made("Pod", "web-7f9c-x2x4z", ("ReplicaSet", "web-7f9c"), {"pod-template-hash": "7f9c"}), "web-*"),
        (made("Pod", "web-x2x4z", ("ReplicaSet", "web")), "web-*"),
        (made("Pod", "agent-8kq2m", ("DaemonSet", "agent")), "agent-*"),
        (made("Pod", "night-29312345-abcde", ("Job", "night-29312345")), "night-*"),
        (made("Job", "night-29312345", ("CronJob", "night")), "night-*"),
        (made("ReplicaSet", "web-7f9c", ("Deployment", "web")), "web-*"),
        (made("Pod", "db-0", ("StatefulSet", "db")), "db-0"),
        (made("Pod", "web", None), "web"),
        (made("Pod", "web-1", ("Spark", "web")), "web-1"),
    ],
)
def test_the_owner_stands_for_a_random_name(one: Resource, name: str) -> None:
    key = lasting(one)
    assert (key.name, key.address) == (name, f"kubernetes:shop/{one.type}/{name}")


def test_a_finding_survives_a_restart_and_shows_the_name_of_now() -> None:
    body = {"match": {"type": "Pod"}, "deny": {"spec.hostPID": {"equals": True}}}
    found = []
    for suffix in ("aaaaa", "bbbbb"):
        pod = made("Pod", f"web-7f9c-{suffix}", ("ReplicaSet", "web-7f9c"), {"pod-template-hash": "7f9c"}, spec={"hostPID": True})
        found += evaluate([rule(body)], Inventory([pod]), {}, Config()).findings
    assert found[0].fingerprint == found[1].fingerprint
    assert [one.resource.name for one in found] == ["web-7f9c-aaaaa", "web-7f9c-bbbbb"]
