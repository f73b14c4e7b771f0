"""Input is hostile until parsed: whatever stands where a map or list is expected, facts and answers come out and nothing raises."""

import copy
import random
from pathlib import Path

import pytest
import yaml
from flows_factory import flat, inventory

from scanner.config import Config
from scanner.inventory import lookup
from scanner.model.unknown import Unknown
from scanner.tables import data_folder
from scanner.views.flows import facts
from scanner.views.flows.map import map_of
from scanner.views.flows.scene import scene_of

JUNK = (None, 0, -1, 2**70, True, "", "x", "10.0.0.0/8", [], [None], [[]], {}, {"": None}, {"a": [1]}, 1.5)
KEPT = ("kind", "apiVersion")


def corpus():
    """Return the objects of all examples of the network and tenant rules, each a small cluster."""
    found = []
    for area in ("network", "tenant-isolation"):
        for path in sorted(Path(data_folder("rules"), area).glob("*.yaml")):
            examples = yaml.safe_load(path.read_text())["examples"]
            texts = [one["kubernetes"] for kind in ("fail", "pass", "unknown") for one in examples.get(kind, ()) if "kubernetes" in one]
            found += [flat(yaml.safe_load_all(text)) for text in texts]
    return found


CLUSTERS = corpus()


def places(value, at=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            if at or key not in KEPT:
                yield (*at, key)
                yield from places(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield (*at, index)
            yield from places(inner, (*at, index))


def spoiled(chance, objects):
    """Replace a few values anywhere by junk or by something unknown."""
    left = copy.deepcopy(objects)
    for one in left:
        for at in chance.sample(found := list(places(one)), min(2, len(found))):
            holder = lookup(one, at[:-1])
            fits = (
                at[-1] in holder
                if isinstance(holder, dict)
                else isinstance(holder, list) and isinstance(at[-1], int) and at[-1] < len(holder)
            )
            if fits and not (at[0] == "metadata" and at[-1] in ("name", "metadata", "namespace")):
                holder[at[-1]] = chance.choice(JUNK) if chance.random() < 0.7 else Unknown("var.x has no value")
    return [one for one in left if isinstance(one.get("metadata"), dict)]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_raises(seed):
    chance = random.Random(seed)
    for objects in CLUSTERS:
        resources = inventory(*spoiled(chance, objects))
        facts(resources, Config())
        one = map_of(scene_of(resources, Config()))
        assert list(one.connections) is not None


@pytest.mark.parametrize(
    "said", [{"labels": 3}, {"namespaces": ["x"]}, {"platform": {"a": 1}}, {"labels": [None, 1]}, {"namespaces": {"a": 3}}]
)
def test_nothing_raises_on_odd_configuration(said):
    resources = inventory(*CLUSTERS[0])
    facts(resources, Config(tenants=said, shared_stores={"images": said, "workloads": said}, environments=said))
