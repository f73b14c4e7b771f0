"""Compiles the body of a rule into targets: the meaning of match, where, each, join, needs, require and deny."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.ruleset.checks import Check
from scanner.ruleset.conditions import compile_condition
from scanner.ruleset.conversion import of_terraform
from scanner.ruleset.judging import Doubt, Items, Parts
from scanner.ruleset.kinds import carries_pods, types_of
from scanner.ruleset.messages import Shown, compile_message
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.paths import EACH_KEY, ITEMS, parse
from scanner.ruleset.ranges import Platform, platform_values, why_not
from scanner.ruleset.reader import Entry
from scanner.ruleset.readers import compile_path
from scanner.ruleset.remedies import Repair, compile_remedy
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.world import World
from scanner.typed import Any, Callable, Mapping, TypeVar

TARGET_KEYS = ("match", "where", "applies", "each", "join", "needs", "require", "deny", "message", "remedy")
T = TypeVar("T")
_MATCH_KEYS = ("type", "kind", "fact", "where")


class Target(NamedTuple):
    """One compiled target: ``types`` (("*",) for all) or ``fact`` say what wakes it, ``parts`` how it judges.

    ``message`` and ``repair`` are compiled when the first finding asks for them.
    """

    types: tuple[str, ...]
    fact: str | None
    parts: Parts
    message: Callable[[], Shown]
    repair: Callable[[], Repair]


class Setting(NamedTuple):
    """What a rule is compiled for: its parameters' values, the platform, the world that it looks into, and whether to find mistakes."""

    params: Mapping[str, Any]
    platform: Platform
    world: World
    checking: bool = False


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
    types, fact, where = _match(body.get("match"), at("match"))
    needs = body.get("needs")
    scope = scope_of(types, setting)
    inner = scope._replace(item="each" in body)
    if "join" in body:
        from scanner.ruleset.joins import Site, compile_joins  # many scans join nothing

        joins = compile_joins(body["join"], Site(inner, setting.world, types, needs, at("needs")), at("join"))
        scope, inner = scope._replace(joins=joins), inner._replace(joins=joins)
    wheres = [(where, (*at("match"), "where")), (body.get("where"), at("where"))]
    parts = Parts(
        [compile_condition(tree, scope, place) for tree, place in wheres if tree is not None],
        *_each(body.get("each"), scope, at("each")),
        *_requirement(body, inner, at),
        _incomplete(needs, setting, at("needs")) if "join" not in body else None,
    )
    message = once(lambda: compile_message(body.get("message", _literal(title)), inner, at("message")))
    return Target(types, fact, parts, message, once(lambda: compile_remedy(body.get("remedy", ()), inner, at("remedy"))))


def scope_of(types: tuple[str, ...], setting: Setting) -> Scope:
    """Return what the paths and operands of a target for these types may refer to, but for its joins."""
    return Scope(
        {},
        setting.params,
        platform_values(setting.platform),
        setting.platform.today,
        pods=carries_pods(types),
        converts=of_terraform(types),
        checking=setting.checking,
    )


def once(build: Callable[[], T]) -> Callable[[], T]:
    """Build when first asked, and then never again."""
    built: list[T] = []

    def get() -> T:
        if not built:
            built.append(build())
        return built[0]

    return get


def _literal(title: str) -> str:
    return title.replace("{", "{{").replace("}", "}}")


def _match(match: object, at: Pointer) -> tuple[tuple[str, ...], str | None, Any]:
    if not isinstance(match, dict):
        raise Mistake(at[:-1] if at == ("match",) else at, "a rule needs match: {type: …}, {kind: …} or {fact: …}")
    for key in match:
        if key not in _MATCH_KEYS:
            raise unknown_word((*at, key), "key", key, _MATCH_KEYS, key=True)
    fact = match.get("fact")
    types = types_of(match, at)
    if (fact is None) == (not types) or (fact is not None and not isinstance(fact, str)):
        raise Mistake(at, "match picks resources by type or kind, or one fact of a view")
    return types, fact, match.get("where")


def _incomplete(needs: object, setting: Setting, at: Pointer) -> Doubt | None:
    if needs is None:
        return None
    from scanner.ruleset.completeness import missing_part  # few rules are about absence

    return missing_part(needs, (), setting.world, at)


def _requirement(body: Mapping[str, Any], scope: Scope, at: Callable[[str], Pointer]) -> tuple[Check, bool]:
    if ("require" in body) == ("deny" in body):
        raise Mistake(at("require")[:-1], "a rule needs one of require and deny")
    denies = "deny" in body
    word = "deny" if denies else "require"
    return compile_condition(body[word], scope._replace(judging=True, every=not denies), at(word)), denies


def _each(each: Any, scope: Scope, at: Pointer) -> tuple[Items | None, Check | None]:
    if each is None:
        return None, None
    path, where = (each.get("path"), each.get("where")) if isinstance(each, dict) else (each, None)
    if isinstance(each, dict) and not each.keys() <= {"path", "where"}:
        raise Mistake(at, "each takes a path, a list of paths, or {path: …, where: …}")
    paths = path if isinstance(path, list) else [path]
    readers = [compile_path(_walking(one, at), scope._replace(joins={}), at) for one in paths]
    token = ("each", *map(str, paths))

    def items(subject: Subject) -> list[Subject]:
        found = subject.memo.get(token)
        if found is None:
            entries = [(entry.place, entry.value) for reader in readers for entry in reader.entries(subject)]
            found = [
                Subject(subject.resource, value, place.pointer, subject, subject.fact) for place, value in entries if place is not None
            ]
            subject.memo[token] = found
        return found

    check = compile_condition(where, scope._replace(item=True), (*at, "where")) if where is not None else None
    return items, check


def _item(entry: Entry, subject: Subject) -> Subject:
    pointer = entry.place.pointer if entry.place is not None else ()
    return Subject(subject.resource, entry.value, pointer, subject, subject.fact)


def _walking(path: Any, at: Pointer) -> Any:
    """A path to a list means its items."""
    try:
        last = parse(path).steps[-1] if isinstance(path, str) else None
    except ValueError as error:
        raise Mistake(at, f"{path!r}: {error}") from None
    return path if not isinstance(path, str) or last in (ITEMS, EACH_KEY) else f"{path}[*]"
