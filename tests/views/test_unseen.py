"""What a view declares that it does not look at, it does not: its facts stay what they are, whatever is written there."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner import views
from scanner.config import Config
from scanner.configuration.read import Settings
from scanner.formats import kubernetes
from scanner.inventory import Inventory, lookup
from scanner.model.reading import Wanted
from scanner.model.resource import Resource
from scanner.pipeline.picture import TAG, Changes, compared, field_of
from scanner.sources.files import FileTree
from scanner.sources.memory import MemoryTree
from scanner.views.pods import CONTAINER_LISTS, template_pointer

VIEWS = {view.module.rpartition(".")[2]: view for view in views.declared() if view.unseen or view.without}
VALUES: list[Any] = [
    None, True, 0, 3, "x", "reg.example.com/postgres:16", "https://s3.eu-west-1.amazonaws.com/b", "AWS_REGION=us-east-1",
    ["--user", "a on"], ["redis-server", "--aclfile", "/x"], [{"name": "DB_URL", "value": "postgres://user:x@db.example.com/db"}],
    [{"name": "AWS_REGION", "value": "us-east-1"}], [{"containerPort": 5432, "name": "web"}], [{"key": "a", "operator": "Exists"}],
    {"privileged": True, "runAsUser": 0}, {"limits": {"memory": "1Gi"}}, {"httpGet": {"path": "/", "port": 80, "host": "example.com"}},
    {"users.acl": "user a on"}, {"config": "region: us-east-1\nhost: db.example.com\n"}, {},
]  # fmt: skip
ESTATE = Path(__file__).parents[1] / "estate"


@cache
def config() -> Config:
    tree = FileTree(str(ESTATE))
    return Settings(tree, {}, {}).at("")


@cache
def estate() -> tuple[Any, ...]:
    """Every object of the estate, which has tenants, roles, policies and data stores."""
    texts = [path.read_text() for path in sorted((ESTATE / "kubernetes").rglob("*.yaml"))]
    return tuple(one for text in texts for one in yaml.safe_load_all(text) if isinstance(one, dict))


@cache
def first(name: str) -> list[Any]:
    return plain(VIEWS[name], read(list(estate())), config())


def places(one: Resource, unseen: frozenset[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the pointers in a resource that a view does not see, whether anything is there or not."""
    template = template_pointer(one.type)
    spec = lookup(one.data, (*template, "spec")) if template is not None else None
    for field in sorted(unseen):
        part, _, key = field.partition(".")
        if part == "container" and isinstance(spec, dict) and template is not None:
            for name in CONTAINER_LISTS:
                listed = spec.get(name)
                yield from ((*template, "spec", name, at, key) for at in range(len(listed) if isinstance(listed, list) else 0))
        elif part == "pod" and isinstance(spec, dict) and template is not None:
            yield (*template, "spec", key)
        elif part == "workload" and template and isinstance(one.data.get("spec"), dict):
            yield ("spec", key)
        elif part == one.type:
            yield (key,)


def changed(data: Any, pointer: tuple[Any, ...], value: Any) -> Any:
    data = copy.deepcopy(data)
    holder = data
    for key in pointer[:-1]:
        holder = holder[key]
    last = pointer[-1]
    if str(last).endswith(TAG):
        image = holder.get("image")
        holder["image"] = re.sub(r"(?<=[^/:@]):[^/]*$|@.*$", "", image) + ":9" if isinstance(image, str) else image
    elif value is None:
        holder.pop(last, None)
    else:
        holder[last] = value
    return data


def read(objects: list[Any]) -> Inventory:
    text = "---\n".join(map(yaml.safe_dump, objects)).encode()
    return Inventory(kubernetes.read(MemoryTree({"a.yaml": text}), ["a.yaml"], Wanted(frozenset(), everything=True), Config()).resources)


def plain(view: views.View, inventory: Inventory, config: Config) -> list[Any]:
    numbers = {id(one): number for number, one in enumerate(inventory.all)}
    return [
        (
            fact.kind, repr(fact.data), fact.identity, {name: (numbers[id(one)], at) for name, (one, at) in fact.fields.items()},
            [(numbers[id(one)], at, note) for one, at, note in fact.steps],
        )
        for fact in view.load().facts(inventory, config)
    ]  # fmt: skip


@pytest.mark.parametrize("name", VIEWS)
@settings(max_examples=25)
@given(data=st.data())
def test_facts_stay(name: str, data: st.DataObject) -> None:
    view, before = VIEWS[name], first(name)
    inventory = read(list(estate()))
    blind = view.blind_to({kind for kind, *_ in before})
    own = [(at, place) for at, one in enumerate(inventory.all) for place in places(one, blind)]
    objects = [one.data for one in inventory.all]
    for at, place in data.draw(st.lists(st.sampled_from(own), min_size=5, max_size=20)):
        assert place[-1].endswith(TAG) or field_of(inventory.all[at].type, place) in blind
        objects[at] = changed(objects[at], place, data.draw(st.sampled_from(VALUES)))
    assert plain(view, read(objects), config()) == before


WORDS: list[Any] = [
    None, "debug", "db-1", 8080, "8443", "http", True, "eu-central-1", "db.example.com", "postgres://u:x@db.example.com/d", "REGION",
    ["a", "b"], {}, [{"name": "a", "value": "b"}],
]  # fmt: skip


def leaves(data: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if not data or not isinstance(data, dict | list):
        yield pointer
        return
    for key, inner in data.items() if isinstance(data, dict) else enumerate(data):
        yield from leaves(inner, (*pointer, key))


@cache
def spots() -> tuple[tuple[int, tuple[Any, ...]], ...]:
    """Where something is written in an object, variables and ports of Services as often as all the rest."""
    every = [
        (at, leaf) for at, one in enumerate(read(list(estate())).all) for leaf in leaves(one.data) if leaf[0] not in ("kind", "apiVersion")
    ]
    likely = [(at, leaf) for at, leaf in every if not {"env", "data", "ports"}.isdisjoint(leaf)]
    return (*every, *likely * (len(every) // len(likely)))


@pytest.mark.parametrize("name", VIEWS)
@settings(max_examples=25)
@given(data=st.data())
def test_facts_stay_where_nothing_that_changed_reaches_the_view(name: str, data: st.DataObject) -> None:
    view, before = VIEWS[name], first(name)
    now = read(list(estate())).all
    objects = [one.data for one in now]
    for at, place in data.draw(st.lists(st.sampled_from(spots()), min_size=10, max_size=40)):
        try:
            text = changed(objects[at], place, data.draw(st.sampled_from(WORDS)))
        except (KeyError, IndexError, TypeError):
            continue  # it is gone
        new = read([text]).all
        parts = compared([now[at]], new, now[at].key.type, tags=False) if len(new) == 1 else None
        if parts is not None and not Changes(parts=parts).reach(view, {kind for kind, *_ in before}):
            objects[at] = text
    assert plain(view, read(objects), config()) == before


def variable(value: Any, name: str = "A") -> Resource:
    spec = {"containers": [{"name": "c", "image": "r/c:1", "env": [{"name": name, "value": value}]}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}, "spec": spec}
    return read([pod]).all[0]


def reached(old: Resource, new: Resource) -> set[str]:
    parts = compared([old], [new], old.type, tags=False)
    assert parts is not None
    return {name for name, view in VIEWS.items() if Changes(parts=parts).reach(view, ())}


def test_a_variable_reaches_a_view_where_it_is_or_was_what_the_view_looks_for() -> None:
    url, host = "postgres://shop:x@db/shop", "db.example.com"
    assert reached(variable("info"), variable("debug")) == set()
    assert reached(variable("info"), variable(url)) == reached(variable(url), variable("info")) == {"flows"}
    assert reached(variable("info"), variable(host)) == reached(variable(host), variable("info")) == {"placements"}
    assert reached(variable("a", "AWS_REGION"), variable("b", "AWS_REGION")) == {"placements"}
    assert reached(variable("a"), variable({"b": "c"})) == {"flows"}
