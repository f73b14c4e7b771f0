"""Running cloud platforms as worlds of their own, one per platform: accounts share it, for what is in one may lead to another."""

from __future__ import annotations

from importlib import import_module

from scanner import registry
from scanner.config import Config
from scanner.evaluate.fingerprint import fingerprint
from scanner.inventory import Completeness, Inventory
from scanner.model.counts import tally
from scanner.model.finding import Finding
from scanner.model.place import NOWHERE
from scanner.model.platform import Access, Ask, Said, Seen
from scanner.model.record import NamedTuple
from scanner.model.resource import Key, Resource
from scanner.model.rule import Rule
from scanner.pipeline.clusters import Live, World
from scanner.pipeline.judging import Judged
from scanner.pipeline.looking import Foreign, Looked
from scanner.typed import Iterable, Mapping, Sequence


class Sight(NamedTuple):
    """One platform: its world, what its own policy engine says, and the ways into its clusters."""

    world: World
    seen: Sequence[Seen]
    clusters: Sequence[Access]


def sights(live: Live, looked: Looked) -> list[Sight]:
    """Look at the accounts of platforms as far as the rules that run ask for it. A platform that nobody named is not even loaded."""
    lifters = {one.PLATFORM: one for one in registry.declaring("scanner.formats.live", "PLATFORM")}
    same = frozenset(check for engine in ENGINES for check in _equals(engine, looked.ran.values(), ("same",)))
    config, found = looked.selected[0][0], []
    for name in sorted({*live.platforms, *live.accounts}):
        targets = live.platforms.get(name)
        fresh = import_module(f"scanner.sources.{name}").read(targets, Ask(looked.wanted, same, live.managed)) if targets else ()
        seen = [*fresh, *live.accounts.get(name, ())]
        resources = lifters[name].lift(seen, looked.wanted, looked.inventory.all)
        found.append(Sight(_world(name, resources, seen, config), seen, [access for one in seen for access in one.clusters]))
    return found


ENGINES: Mapping[str, str] = {"azure-policy": "azure_policy"}
"""Engine → its tool in the ``equivalents`` of rules."""


def _world(name: str, resources: Sequence[Resource], seen: Sequence[Seen], config: Config) -> World:
    problems = [problem for one in seen for problem in one.problems]
    whole = all(problem.kind == "unsupported" for problem in problems)  # what a platform never shows is no part of it that is missing
    counts = tally(resource.key.type for resource in resources)
    return World(name, name, Inventory(resources, Completeness(whole, frozenset(), whole)), config, problems, counts)


def policies(sights: Sequence[Sight], judged: Sequence[Judged], ran: Mapping[str, Rule]) -> Foreign:
    """Merge what the platforms' own policy engines say with what we said about the same resources; nothing is said twice."""
    merged = [_merged(sight, one, ran) for sight, one in zip(sights, judged, strict=True)]
    return Foreign(
        [finding for one in merged for finding in one.findings],
        {rule.id: rule for one in merged for rule in one.rules.values()},
        [],
        [note for one in merged for note in one.notes],
    )


def _merged(sight: Sight, judged: Judged, ran: Mapping[str, Rule]) -> Foreign:
    by_id = {one.key.address.lower(): one for one in sight.world.inventory.all}
    told = {(finding.rule.id, finding.resource): finding.outcome for finding in judged.findings}
    rules: dict[str, Rule] = {}
    findings: list[Finding] = []
    notes: list[str] = []
    for account in sight.seen:
        equals = _equals(account.engine, ran.values(), ("same",))
        relatives = _equals(account.engine, ran.values(), ("same", "similar"))
        for row in account.said:
            known, ours = by_id.get(row.resource.lower()), equals.get(row.check, ())
            key = known.key if known is not None else _foreign_key(row, account)
            outcomes = {rule: told[rule, key] for rule in ours if (rule, key) in told}
            if row.outcome == "pass":
                passed = f"{account.engine} passes {key.address} by {row.check}"
                notes += [f"{passed}, {rule} does not" for rule, one in outcomes.items() if one == "fail"]
            elif row.outcome not in outcomes.values() and _asked(row, relatives, sight.world.config):
                rule = rules.setdefault(row.check, _rule(account.engine, row))
                place = known.place(()) if known is not None else NOWHERE
                words = f"{row.message}{_beside(tuple(outcomes), relatives.get(row.check, ()))}"
                sign = fingerprint(rule.id, key, (row.check,))
                said = Finding(rule, key, row.outcome, place.primary, place.related, words, row.cause, sign, engine=account.engine)
                findings.append(said)
    return Foreign(findings, rules, [], notes)


def _asked(row: Said, relatives: Mapping[str, Sequence[str]], config: Config) -> bool:
    """Where somebody selects rules, only the policies that belong to them speak."""
    return row.check not in config.skip and (not config.select or row.check in config.select or row.check in relatives)


def _equals(engine: str, rules: Iterable[Rule], relations: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the ids of an engine → our rules that ask the same, or similar things, and ran."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        for one in rule.equivalents:
            if one.tool == ENGINES.get(engine) and one.relation in relations:
                found[one.id] = (*found.get(one.id, ()), rule.id)
    return found


def _foreign_key(row: Said, account: Seen) -> Key:
    return Key("azure", row.type, "", None, row.resource.rpartition("/")[2], row.resource, account.scope)


def _beside(same: Sequence[str], relatives: Sequence[str]) -> str:
    if same:
        return f" ({', '.join(same)} judged the same and does not agree)"
    return f" (related: {', '.join(relatives)})" if relatives else ""


def _rule(engine: str, row: Said) -> Rule:
    return Rule(
        row.check, _slug(row.title), row.title, engine, "medium", "medium", "on",
        f"Reported by {engine}.", f"See the policy in {engine}.", (row.url,) if row.url else (), {}, {}, (), {}, {}, "", "own",
    )  # fmt: skip


def _slug(title: str) -> str:
    words = "".join(sign if sign.isalnum() else " " for sign in title.lower()).split()
    return "-".join(words[:8])
