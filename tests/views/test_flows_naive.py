"""Two evaluators, one truth: the exact sets against the naive reading, question by question, over generated clusters."""

import copy
import random

import generated_clusters as generate
import naive_network as naive
import pytest
from flows_factory import inventory

from scanner.model.unknown import Unknown
from scanner.views.flows import addresses, ports
from scanner.views.flows.network import at, build
from scanner.views.flows.rows import doubts

QUESTIONS = [(protocol, port) for protocol in generate.PROTOCOLS for port in (*generate.PORTS, 500)]


@pytest.mark.parametrize("seed", range(12))
def test_no_disagreement_over_generated_clusters(seed):
    asked = 0
    for number in range(25):
        objects = generate.cluster(random.Random(seed * 1000 + number))
        network = build(inventory(*objects), lambda pods: None)
        for source, destination in pairs(objects):
            found = between(network, source, destination)
            for protocol, port in QUESTIONS:
                expected = naive.allowed(objects, seen(source), seen(destination), protocol, port)
                assert expected == holds(found, protocol, port), (seed, number, name(source), name(destination), protocol, port)
                asked += 1
    assert asked > 2_000


@pytest.mark.parametrize("seed", range(8))
def test_the_truth_lies_between_the_bounds_and_what_differs_is_doubted(seed):
    for number in range(25):
        chance = random.Random(seed * 7919 + number)
        whole = generate.cluster(chance)
        partly = hide(chance, whole)
        network = build(inventory(*partly), lambda pods: None)
        doubted = {(doubt.src, doubt.dst) for doubt in doubts(network)}
        for source, destination in pairs(whole):
            if not (isinstance(source, dict) and isinstance(destination, dict)):
                continue
            bounds = [between(network, source, destination, bound) for bound in ("least", "allowed", "most")]
            for protocol, port in QUESTIONS:
                truth = naive.allowed(whole, seen(source), seen(destination), protocol, port)
                least, nominal, most = (holds(bound, protocol, port) for bound in bounds)
                assert least <= nominal <= most
                assert least <= truth <= most, (seed, number, name(source), name(destination), protocol, port)
                assert truth == nominal or (row(source), row(destination)) in doubted


def hide(chance, objects):
    """Take away what a scan may not see: namespaces, and the values of labels."""
    left = [copy.deepcopy(one) for one in objects if one["kind"] != "Namespace" or chance.random() < 0.5]
    for one in left:
        labels = one["metadata"].get("labels")
        if one["kind"] in ("Pod", "Namespace") and labels and chance.random() < 0.3:
            labels[chance.choice(sorted(labels))] = Unknown("a template value", not_null=True)
    return left


def pairs(objects):
    ends = [*naive.of_kind(objects, "Pod"), *generate.OUTSIDE]
    for source in ends:
        for destination in ends:
            if source is not destination and (isinstance(source, dict) or isinstance(destination, dict)):
                yield source, destination


def seen(end):
    if isinstance(end, str):
        return end
    ports = {(port["name"], port["protocol"], port["containerPort"]) for port in end["spec"]["containers"][0]["ports"]}
    meta = end["metadata"]
    return {"namespace": meta["namespace"], "labels": meta.get("labels", {}), "ports": ports, "host": False}


def between(network, source, destination, bound="allowed"):
    here, there = index_of(network, source), index_of(network, destination)
    total = ports.ALL
    if isinstance(source, dict):
        total = ports.intersect(total, at(network.side("egress", here, bound), there))
    if isinstance(destination, dict):
        total = ports.intersect(total, at(network.side("ingress", there, bound), here))
    return total


def index_of(network, end):
    universe = network.universe
    if isinstance(end, dict):
        return next(index for index, one in enumerate(universe.classes) if row(end) in one.workloads)
    address, _ = addresses.block(end)
    return len(universe.classes) + next(index for index, (first, last) in enumerate(universe.atoms.blocks) if first <= address <= last)


def holds(found, protocol, port):
    return any(first <= port <= last for first, last in found[ports.PROTOCOLS.index(protocol)])


def row(pod):
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}[Pod]"


def name(end):
    return end if isinstance(end, str) else end["metadata"]["name"]
