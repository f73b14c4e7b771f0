"""Reads one rule file: every key checked, every condition compiled once, each mistake with its line and column."""

from __future__ import annotations

from scanner import views
from scanner.config import NEWEST_KUBERNETES
from scanner.model.errors import RuleError
from scanner.model.place import Pointer
from scanner.patterns import pattern
from scanner.ruleset.joins import only
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.ranges import Platform
from scanner.ruleset.targets import TARGET_KEYS, Setting, compile_target, sleeping, targets_of
from scanner.ruleset.vocabulary import EXAMPLE_KINDS, KEYS, RELATIONS, TEXTS, TYPES, Text, fits
from scanner.ruleset.world import NOTHING
from scanner.syntax.yaml import Located, load_located
from scanner.typed import Any, Mapping
from scanner.views.pods import template_pointer

_BARE = pattern(r"[A-Z][A-Za-z0-9]*")
Record = dict[str, Any]
"""A rule as plain data: the fields of ``model.rule.Rule``."""


def read_rule(content: bytes, path: str, source: str, *, own: bool) -> Record:
    """Check a rule file and return it as plain data. ``path`` is what errors name, ``own`` tells a user's rule. Raises RuleError."""
    located = load_located(content, path, RuleError)
    for pointer, span in located.duplicates:
        raise RuleError(f"{pointer[-1]!r} is written twice", span)
    try:
        return _record(located.data, source, own=own)
    except Mistake as mistake:
        raise RuleError(mistake.message, _span(located, mistake), mistake.hint) from None


def _span(located: Located, mistake: Mistake) -> Any:
    return located.span(mistake.at, "key" if mistake.key else "value") or located.span(mistake.at)


def _record(data: Any, source: str, *, own: bool) -> Record:
    if not isinstance(data, dict):
        raise Mistake((), "a rule is a mapping: id, slug, title, area, severity, rationale, fix, match, and require or deny")
    only(data, KEYS, ())
    record: Record = {key: _text(data, key, text) for key, text in TEXTS.items()}
    record["tier"] = "own" if own else record["tier"]
    record["references"] = tuple(_texts(data.get("references", []), ("references",)))
    record["frameworks"] = _controls(data, "frameworks")
    record["proposed"] = _controls(data, "frameworks_proposed")
    record["equivalents"] = tuple(_equivalents(data.get("equivalents", {}), ("equivalents",)))
    record["params"] = _params(data.get("params", {}), ("params",))
    record["body"] = {key: data[key] for key in (*TARGET_KEYS, "targets") if key in data}
    record["source"] = source
    _examples(data.get("examples", {}), ("examples",))
    _compile(record)
    return record


def _compile(record: Record) -> None:
    setting = Setting(
        {name: param["default"] for name, param in record["params"].items()}, Platform(NEWEST_KUBERNETES), NOTHING, checking=True
    )
    for body, at in targets_of(record["body"]):
        only(dict.fromkeys(body), TARGET_KEYS if "targets" in record["body"] else (*TARGET_KEYS, "targets"), at("match")[:-1])
        sleeping(body, setting.platform, at("applies"))
        for part, match in (("match", body.get("match")), *(("join", one) for one in _joins(body))):
            _check_types(match, at(part))
        target = compile_target(body, at, setting, record["title"])
        target.message()
        target.repair()
        _check_fact(target.fact, (*at("match"), "fact"))


def _joins(body: Mapping[str, Any]) -> list[Any]:
    joins = body.get("join")
    return list(joins.values()) if isinstance(joins, dict) else []


def _check_types(match: Any, at: Pointer) -> None:
    """Refuse a bare type that Kubernetes does not have: a rule about it would never say anything."""
    from scanner.formats.kubernetes.kinds import group_of_type, own_kinds  # a rule that is read from the cache needs none

    words = match.get("type", []) if isinstance(match, dict) else []
    for word in words if isinstance(words, list) else [words]:
        if isinstance(word, str) and _BARE.fullmatch(word) and group_of_type(word) is None and template_pointer(word) is None:
            mistake = unknown_word((*at, "type") if at[-1:] == ("match",) else at, "type", word, own_kinds())
            raise mistake if mistake.hint else Mistake(mistake.at, mistake.message, f"a custom resource is written {word}.its.group")


def _check_fact(fact: str | None, at: Pointer) -> None:
    known = {name for view in views.declared() for name in view.facts} if fact is not None else {fact}
    if fact not in known:
        raise unknown_word(at, "fact", fact, map(str, known))


def _text(data: dict[str, Any], key: str, text: Text) -> str:
    value = data.get(key, text.default)
    if value is None:
        raise Mistake((), f"the rule has no {key}", text.about)
    if not isinstance(value, str) or not value.strip():
        raise Mistake((key,), f"{key} is text", "quote it" if isinstance(value, int | float) else None)
    if not fits(text, value):
        raise (
            unknown_word((key,), key, value, text.choices)
            if text.choices
            else Mistake((key,), f"{value!r} is no {key}", f"a {key} looks like {text.pattern}")
        )
    return value.strip()


def _texts(value: Any, at: Pointer) -> list[str]:
    if not isinstance(value, list):
        raise Mistake(at, "a list of texts is expected")
    for number, one in enumerate(value):
        if not isinstance(one, str):
            raise Mistake((*at, number), "a text is expected", f'quote it: "{one}"')
    return value


def _mapping(value: Any, at: Pointer) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Mistake(at, "a mapping is expected")
    return value


def _controls(data: dict[str, Any], key: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(_texts(ids, (key, name))) for name, ids in _mapping(data.get(key, {}), (key,)).items()}


def _equivalents(value: Any, at: Pointer) -> list[tuple[str, str, str]]:
    found = []
    for tool, rows in _mapping(value, at).items():
        for number, row in enumerate(rows if isinstance(rows, list) else [None]):
            place = (*at, tool, number) if isinstance(rows, list) else (*at, tool)
            if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                raise Mistake(place, "an equivalent is {id: …, relation: same | similar}")
            only(row, ("id", "relation"), place)
            if row.get("relation") not in RELATIONS:
                raise unknown_word((*place, "relation"), "relation", row.get("relation"), RELATIONS)
            found.append((tool, row["id"], row["relation"]))
    return found


def _params(value: Any, at: Pointer) -> dict[str, dict[str, Any]]:
    params = _mapping(value, at)
    for name, param in params.items():
        place = (*at, name)
        only(_mapping(param, place), ("type", "default", "description"), place)
        if param.get("type") not in TYPES:
            raise unknown_word((*place, "type"), "type", param.get("type"), TYPES)
        if "default" not in param or not TYPES[param["type"]](param["default"]):
            raise Mistake((*place, "default"), f"the default of {name} is no {param['type']}")
    return params


def _examples(value: Any, at: Pointer) -> None:
    only(_mapping(value, at), EXAMPLE_KINDS, at)
    for kind, examples in value.items():
        if not isinstance(examples, list):
            raise Mistake((*at, kind), "examples are a list of {title: …, kubernetes: …}")
