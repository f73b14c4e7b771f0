"""Compiles the body of a rule into what judges a resource or fact: the meaning of match, where, each, join, needs, require and deny."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.checks import Check
from scanner.ruleset.completeness import missing_part
from scanner.ruleset.conditions import compile_condition
from scanner.ruleset.joins import Site, carries_pods, compile_joins
from scanner.ruleset.kinds import types_of
from scanner.ruleset.logic import Truth, every
from scanner.ruleset.messages import Shown, compile_message
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.paths import Walk, parse
from scanner.ruleset.ranges import Platform, platform_values, why_not
from scanner.ruleset.readers import Place, compile_path
from scanner.ruleset.remedies import Repair, compile_remedy
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.world import World

TARGET_KEYS = ("match", "where", "applies", "each", "join", "needs", "require", "deny", "message", "remedy")


class Row(NamedTuple):
    """One thing that a rule has to say: ``subject`` is the item or whole that was judged, ``cause`` why it could not be decided."""

    target: Target
    subject: Subject
    places: list[Place]
    cause: Unknown | None


class Target(NamedTuple):
    """One compiled target. ``judge`` gives the rows of a subject, or None where the target does not apply to it.

    ``types`` (("*",) for all) or ``fact`` say what wakes it.
    """

    types: tuple[str, ...]
    fact: str | None
    judge: Callable[[Subject], list[Row] | None]
    message: Shown
    repair: Repair | None


class Setting(NamedTuple):
    """What a rule is compiled for: its parameters' values, the platform, and the world that it looks into."""

    params: Mapping[str, Any]
    platform: Platform
    world: World


def targets_of(body: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], Callable[[str], Pointer]]]:
    """Return each target's parts, completed by what the rule says for all, and what tells where each part is written."""
    listed = body.get("targets")
    if listed is None:
        return [(body, lambda key: (key,))]
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise Mistake(("targets",), "targets is a list of {match, require or deny}")
    shared = {key: value for key, value in body.items() if key in TARGET_KEYS}
    return [(_merged(shared, one), _placed(one, number)) for number, one in enumerate(listed)]


def _merged(shared: Mapping[str, Any], target: Mapping[str, Any]) -> Mapping[str, Any]:
    """A target's own requirement replaces the shared one, whichever of the two words either uses."""
    if target.keys() & {"require", "deny"}:
        shared = {key: value for key, value in shared.items() if key not in ("require", "deny")}
    return {**shared, **target}


def _placed(target: Mapping[str, Any], number: int) -> Callable[[str], Pointer]:
    return lambda key: ("targets", number, key) if key in target else (key,)


def sleeping(body: Mapping[str, Any], platform: Platform, at: Pointer = ("applies",)) -> str | None:
    """Return why a target does not apply on this platform, or None where it does. Raises Mistake."""
    return why_not(body["applies"], platform, at) if "applies" in body else None


def compile_target(body: Mapping[str, Any], at: Callable[[str], Pointer], setting: Setting, title: str) -> Target:
    """Compile one target. Raises Mistake."""
    sleeping(body, setting.platform, at("applies"))
    types, fact, match_where = _match(body.get("match"), at("match"))
    incomplete = missing_part(body.get("needs"), setting.world.inventory.completeness, at("needs"))
    scope = Scope({}, setting.params, platform_values(setting.platform), setting.platform.today, pods=carries_pods(types))
    inner = scope._replace(item="each" in body)
    if "join" in body:
        joins = compile_joins(body["join"], Site(inner, setting.world, types, incomplete), at("join"))
        scope, inner = scope._replace(joins=joins), inner._replace(joins=joins)
    wheres = [
        compile_condition(tree, scope, place)
        for tree, place in ((match_where, (*at("match"), "where")), (body.get("where"), at("where")))
        if tree is not None
    ]
    target = Target(
        types, fact, _asleep, compile_message(body.get("message", _escaped(title)), inner, at("message")),
        compile_remedy(body["remedy"], inner, at("remedy")) if "remedy" in body else None,
    )  # fmt: skip
    parts = _Parts(
        wheres, _each(body.get("each"), scope, at("each")), *_requirement(body, inner, at), None if "join" in body else incomplete
    )
    return target._replace(judge=lambda subject: _judge(target, parts, subject))


def _asleep(_: Subject) -> None:
    return None


def _escaped(title: str) -> str:
    return title.replace("{", "{{").replace("}", "}}")


def _match(match: object, at: Pointer) -> tuple[tuple[str, ...], str | None, Any]:
    if not isinstance(match, dict):
        raise Mistake(at[:-1] if at == ("match",) else at, "a rule needs match: {type: …}, {kind: …} or {fact: …}")
    for key in match:
        if key not in ("type", "kind", "fact", "where"):
            raise unknown_word((*at, key), "key", key, ("type", "kind", "fact", "where"), key=True)
    fact = match.get("fact")
    types = types_of(match, at)
    if (fact is None) == (not types) or (fact is not None and not isinstance(fact, str)):
        raise Mistake(at, "match picks resources by type or kind, or one fact of a view")
    return types, fact, match.get("where")


class _Each(NamedTuple):
    items: Callable[[Subject], list[Subject]]
    where: Check | None


class _Parts(NamedTuple):
    """A target's conditions. ``bad`` is the verdict of ``check`` that is a failure; ``incomplete`` doubts failures of rules on absence."""

    wheres: list[Check]
    each: _Each | None
    check: Check
    bad: bool
    incomplete: Callable[[Subject], Unknown | None] | None


def _requirement(body: Mapping[str, Any], scope: Scope, at: Callable[[str], Pointer]) -> tuple[Check, bool]:
    if ("require" in body) == ("deny" in body):
        raise Mistake(at("require")[:-1], "a rule needs one of require and deny")
    denies = "deny" in body
    word = "deny" if denies else "require"
    return compile_condition(body[word], scope._replace(judging=True, every=not denies), at(word)), denies


def _each(each: Any, scope: Scope, at: Pointer) -> _Each | None:
    if each is None:
        return None
    path, where = (each.get("path"), each.get("where")) if isinstance(each, dict) else (each, None)
    if isinstance(each, dict) and not each.keys() <= {"path", "where"}:
        raise Mistake(at, "each takes a path, a list of paths, or {path: …, where: …}")
    paths = path if isinstance(path, list) else [path]
    readers = [compile_path(_walking(one, at), scope._replace(joins={}), at) for one in paths]
    token = ("each", str(path))
    check = compile_condition(where, scope._replace(item=True), (*at, "where")) if where is not None else None

    def items(subject: Subject) -> list[Subject]:
        found = subject.memo.get(token)
        if found is None:
            places = [(entry.place, entry.value) for reader in readers for entry in reader.entries(subject)]
            found = [Subject(subject.resource, value, place.pointer, subject, subject.fact) for place, value in places if place is not None]
            subject.memo[token] = found
        return found

    return _Each(items, check)


def _walking(path: Any, at: Pointer) -> Any:
    """A path to a list means its items."""
    try:
        last = parse(path).steps[-1] if isinstance(path, str) else None
    except ValueError as error:
        raise Mistake(at, f"{path!r}: {error}") from None
    return path if not isinstance(path, str) or last in (Walk.ITEMS, Walk.EACH_KEY) else f"{path}[*]"


def _judge(target: Target, parts: _Parts, subject: Subject) -> list[Row] | None:
    applicable = every(where.test(subject) for where in parts.wheres) if parts.wheres else True
    if applicable is False:
        return None
    judged = False
    rows: list[Row] = []
    for item, fits in _items(parts.each, subject):
        judged = True
        truth = parts.check.test(item)
        if truth is not parts.bad and not isinstance(truth, Unknown):
            continue
        rows.append(Row(target, item, parts.check.why(item, truth), _doubt((applicable, fits, truth), parts, item)))
    return rows if judged else None


def _items(each: _Each | None, subject: Subject) -> Iterator[tuple[Subject, Truth]]:
    if each is None:
        yield subject, True
        return
    for item in each.items(subject):
        fits = True if each.where is None else each.where.test(item)
        if fits is not False:
            yield item, fits


def _doubt(truths: tuple[Truth, ...], parts: _Parts, item: Subject) -> Unknown | None:
    """Return why a row is not a failure but unknown: an undecided condition, or a scan that may not have seen everything."""
    unknown = next((truth for truth in reversed(truths) if isinstance(truth, Unknown)), None)
    if unknown is None and parts.incomplete is not None:
        return parts.incomplete(item)
    return unknown
