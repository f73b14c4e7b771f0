"""``breaks: {rules: [ids], kubernetes: path}``: does the same resource fail other built-in rules, at the version found at the path?"""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.place import Pointer
from scanner.model.unknown import Unknown
from scanner.ruleset.checks import Check
from scanner.ruleset.judging import Row, judge
from scanner.ruleset.logic import Truth
from scanner.ruleset.mistakes import Mistake
from scanner.ruleset.reader import Place, Reader
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scalars import version
from scanner.ruleset.scope import Scope
from scanner.ruleset.subject import Subject
from scanner.typed import Any, Iterator


def compile_breaks(body: Any, scope: Scope, at: Pointer) -> Check:
    """Compile it; the other rules are looked up when the first resource is judged. Raises Mistake.

    The version is read like the label of a namespace: what is no version, or a newer one than is judged at, means the one judged at.
    """
    if not isinstance(body, dict) or body.keys() != {"rules", "kubernetes"} or not isinstance(body["rules"], list):
        raise Mistake(at, "breaks takes {rules: [ids of built-in rules], kubernetes: path of a version}")
    reader = compile_path(body["kubernetes"], scope, (*at, "kubernetes"))
    ids, newest, today = tuple(map(str, body["rules"])), str(scope.platform["kubernetes"]), scope.today

    def rows(subject: Subject) -> list[Row]:
        asked = _asked(reader, newest, subject)
        return list(_rows(ids, newest if isinstance(asked, Unknown) else asked, today, subject.whole))

    def test(subject: Subject) -> Truth:
        asked = _asked(reader, newest, subject)
        if isinstance(asked, Unknown):
            return asked
        causes = [row.cause for row in _rows(ids, asked, today, subject.whole)]
        return None in causes or next((cause for cause in causes if cause is not None), False)

    def explain(subject: Subject) -> tuple[Truth, list[Place]]:
        return test(subject), [place for row in rows(subject) for place in row.places]

    return Check(test, explain)


def _asked(reader: Reader, newest: str, subject: Subject) -> str | Unknown:
    """Return the oldest version that is asked for, the newest one where none is."""
    values = reader.value(subject) if reader.plural else [reader.value(subject)]
    for value in values:
        if isinstance(value, Unknown):
            return value
    known = [value.removeprefix("v") for value in values if isinstance(value, str) and version(value) is not None]
    return min([*known, newest], key=lambda one: version(one) or ())


def _rows(ids: tuple[str, ...], at_version: str, today: str, whole: Subject) -> Iterator[Row]:
    for types, parts in _parts(ids, at_version, today):
        if whole.resource.key.type in types:
            yield from judge(parts, whole) or ()


@cache
def _parts(ids: tuple[str, ...], at_version: str, today: str) -> list[tuple[tuple[str, ...], Any]]:
    """Compile the other rules with their default parameters, for one version."""
    from scanner.ruleset.loading import load
    from scanner.ruleset.ranges import LEVELS, Platform
    from scanner.ruleset.targets import Setting, compile_target, sleeping, targets_of
    from scanner.ruleset.world import NOTHING
    from scanner.tables import data_folder

    library = load([data_folder("rules")]).rules
    platform = Platform(at_version, LEVELS[-1], today)
    compiled = []
    for rule in (library[one] for one in ids):
        setting = Setting({name: param["default"] for name, param in rule.params.items()}, platform, NOTHING)
        awake = [(body, at) for body, at in targets_of(rule.body) if sleeping(body, platform) is None]
        compiled += [compile_target(body, at, setting, rule.title) for body, at in awake]
    return [(target.types, target.parts) for target in compiled]
