"""Reads the files of a scenario by the formats themselves and finds its placements."""

import json

from scanner.configuration.layers import Value
from scanner.configuration.read import NAME, Settings
from scanner.model.reading import Wanted
from scanner.pipeline import Scope, gather
from scanner.sources.memory import MemoryTree
from scanner.sources.remembered import RememberedTree
from scanner.views.placements import READS
from scanner.views.placements.placements import placements
from scanner.views.placements.reasons import reason

TODAY = "2026-11-23"


def inventory_of(files, config, profile):
    """Return the inventory of some files, and the configuration that holds."""
    residency = {"profile": profile, **config.get("residency", {})}
    contents = {path: text.encode() for path, text in files.items()} | {NAME: json.dumps(config | {"residency": residency}).encode()}
    tree = RememberedTree(MemoryTree(contents), "")
    settings = Settings(tree, {"today": Value(TODAY, None, "test")}, {})
    scope = Scope(tree, sorted(files), [""], settings, whole=True)
    return gather([scope], Wanted(frozenset(READS)))[0], settings.at("")


def files_of(scenario):
    """Return the files of a scenario."""
    written = {"main.tf": scenario.get("terraform"), "app.yaml": scenario.get("kubernetes")}
    return {path: text for path, text in written.items() if text} | scenario.get("files", {})


def rows(scenario, profile):
    """Return source, kind, place → (verdict, reason) of each placement of a scenario under a profile."""
    inventory, config = inventory_of(files_of(scenario), scenario.get("config", {}), profile)
    return {edge_of(one): (one.verdict, [step_of(step) for step in reason(one)]) for one in placements(inventory, config)}


def edge_of(one):
    """Name a placement in one line: source, kind, place."""
    place = one.destination
    where = place.region or place.country or (place.jurisdiction if place.spots else None)
    where = where or (",".join(place.members) if place.members else "?")
    return f"{one.source.key.address} {one.kind} {where}"


def step_of(step):
    """Write a step in one line: place, address, attribute."""
    place = f"{step.span.path}:{step.span.line} " if step.span else ""
    return f"{place}{step.address}.{step.attribute}" if step.attribute else f"{place}{step.address}"
