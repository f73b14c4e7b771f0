"""Compiles a path into what reads its value and what tells its places; knows the virtual roots.

Roots: ``resource`` (the whole, under ``each``), ``item`` (the item itself), ``pod.spec``, ``pod.metadata``, ``pod.containers``,
``key.namespace`` and the other fields of a resource's key, ``params.x``, ``platform.kubernetes``, ``outer`` (what was judged where a
nested condition began), and the names of joins. A quoted first step (``["pod"]``) is never a root.
"""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.place import Pointer
from scanner.model.resource import Key
from scanner.model.unknown import Unknown
from scanner.ruleset.joined import existence, joined_items, number
from scanner.ruleset.mistakes import Mistake, unknown_word
from scanner.ruleset.paths import ITEMS, Filled, Step, Steps, parse, plural
from scanner.ruleset.reader import Entry, Place, Reader, walked
from scanner.ruleset.scope import Join, Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.walking import collect, spread, walk
from scanner.typed import Any, Callable, Iterable, Iterator

NAMESPACE = ("metadata", "namespace")
_KEY_FIELDS = frozenset(Key._fields) | {"kind"}
_KEY_PLACES: dict[str, Pointer] = {"namespace": NAMESPACE, "name": ("metadata", "name"), "type": ("kind",), "kind": ("kind",)}


def compile_path(text: object, scope: Scope, at: Pointer) -> Reader:
    """Compile a path as rules write it. Raises Mistake where it cannot be one."""
    if not isinstance(text, str):
        raise Mistake(at, f"a path is expected, not {text!r}")
    try:
        route = parse(text)
    except ValueError as error:
        raise Mistake(at, f"{text!r}: {error}", 'write keys with other signs as ["a/b"]') from None
    if route.filled:
        return _filled(route.root, route.steps, scope, at)
    return _rooted(route.root, route.steps[1:], route.steps, scope, at)


def _rooted(root: Step | None, rest: Steps, steps: Steps, scope: Scope, at: Pointer) -> Reader:
    if isinstance(root, str) and root in scope.joins:
        return _joined(scope.joins[root], root, rest, scope, at)
    if root == "resource":
        return _elsewhere(rest, lambda subject: subject.whole, scope._replace(item=False, joins={}), at)
    if root == "outer" and scope.outer is not None:
        return _elsewhere(rest, lambda subject: subject.outer or subject, scope.outer, at)
    if root == "item" and scope.item:
        return _own(rest)
    if root == "params" and rest:
        return _constant(scope.params, "parameter", rest, at)
    if root == "platform" and rest:
        return _constant(scope.platform, "platform", rest, at)
    if root == "key" and len(rest) == 1 and rest[0] in _KEY_FIELDS:
        return _key(str(rest[0]), judging=scope.judging)
    if root == "pod" and rest:
        return _pod(rest, scope, at)
    return _unwritten_namespace(_own(steps)) if scope.judging and steps == NAMESPACE and not scope.item else _own(steps)


@cache
def _own(steps: Steps) -> Reader:
    return walked(steps, lambda subject: subject.data, lambda subject: (subject.whole, subject.pointer))


def _elsewhere(rest: Steps, there: Callable[[Subject], Subject], scope: Scope, at: Pointer) -> Reader:
    """Read from another subject that ours leads to."""
    inner = _rooted(rest[0], rest[1:], rest, scope, at) if rest else _own(())
    return inner._replace(
        value=lambda subject: inner.value(there(subject)),
        entries=lambda subject: inner.entries(there(subject)),
        anchor=lambda subject: inner.anchor(there(subject)),
    )


def _pod(rest: Steps, scope: Scope, at: Pointer) -> Reader:
    if not scope.pods:
        raise Mistake(at, "nothing that this matches carries a pod template", 'write ["pod"] for an attribute of that name')
    if rest[0] == "containers":
        return _containers(rest[1:])
    if rest[0] not in ("spec", "metadata"):
        raise unknown_word(at, "part of a pod", rest[0], ("spec", "metadata", "containers"))
    return walked(rest, lambda subject: subject.pod.data, lambda subject: (subject.whole, subject.pod.pointer))


def _containers(rest: Steps) -> Reader:
    """Read all containers of a pod as one list, whichever of the three lists each stands in."""

    def entries(subject: Subject) -> Iterator[Entry]:
        for pointer, container in subject.pod.containers:
            for inner, value in spread(container, rest[1:], pointer):
                yield Entry(Place(subject.whole, inner, value is not None), value)

    def anchor(subject: Subject) -> Place:
        return Place(subject.whole, (*subject.pod.pointer, "spec", "containers"), present=False)

    def listed(subject: Subject) -> Any:
        return walk([container for _, container in subject.pod.containers], rest)

    if rest[:1] == (ITEMS,):
        return Reader(True, lambda subject: [entry.value for entry in entries(subject)], entries, anchor)
    return Reader(False, listed, lambda subject: [Entry(anchor(subject), listed(subject))], anchor)


def _key(field: str, *, judging: bool) -> Reader:
    def value(subject: Subject) -> Any:
        return getattr(subject.whole.resource.key, field)

    def place(subject: Subject) -> Place:
        kubernetes = subject.whole.resource.key.provider == "kubernetes"
        return Place(subject.whole, _KEY_PLACES.get(field, ()) if kubernetes else ())

    reader = Reader(False, value, lambda subject: [Entry(place(subject), value(subject))], place)
    return _unwritten_namespace(reader) if judging and field == "namespace" else reader


def _unwritten_namespace(reader: Reader) -> Reader:
    """Make a namespace that nobody wrote unknown: it is set where the manifest is applied."""
    unwritten = Unknown("the manifest names no namespace: it is decided where it is applied")

    def value(subject: Subject) -> Any:
        return unwritten if NAMESPACE in subject.whole.resource.implied else reader.value(subject)

    return reader._replace(value=value, entries=lambda subject: [Entry(reader.anchor(subject), value(subject))])


def _constant(known: Any, what: str, rest: Steps, at: Pointer) -> Reader:
    if rest[0] not in known:
        raise unknown_word(at, what, rest[0], known)
    value = walk(known, rest)
    values = collect(known, rest, []) if plural(rest) else value
    listed = [Entry(None, one) for one in values] if plural(rest) else [Entry(None, value)]
    return Reader(plural(rest), lambda _: values, lambda _: listed, lambda _: None)


def _joined(join: Join, name: str, rest: Steps, scope: Scope, at: Pointer) -> Reader:
    if rest in ((), ("count",)):
        return number(join) if rest else existence(join)
    if rest[0] is not ITEMS:
        raise Mistake(at, f"a join leads to several resources: write {name}[*]… or {name}.count")
    plain = scope._replace(item=False, joins={}, pods=join.pods, judging=False, outer=None)
    return joined_items(join, _rooted(rest[1] if len(rest) > 1 else None, rest[2:], rest[1:], plain, at), rest)


def _filled(root: Step | None, steps: Steps, scope: Scope, at: Pointer) -> Reader:
    """Read a path whose keys hold values of other paths: the keys are filled in for each subject."""
    fillings = {part: compile_path(part, scope, at) for step in steps if isinstance(step, Filled) for part in step.parts[1::2]}
    if plural(steps) or root in scope.joins or any(reader.plural for reader in fillings.values()):
        raise Mistake(at, "a key with {…} in it leads to one value: no [*], no join")

    def concrete(subject: Subject) -> Reader | Unknown | None:
        keys: list[Step] = []
        for step in steps:
            key = _fill(step, fillings, subject) if isinstance(step, Filled) else step
            if key is None or isinstance(key, Unknown):
                return key
            keys.append(key)
        return _rooted(root, tuple(keys[1:]), tuple(keys), scope, at)

    def value(subject: Subject) -> Any:
        reader = concrete(subject)
        return reader.value(subject) if isinstance(reader, Reader) else reader

    def entries(subject: Subject) -> Iterable[Entry]:
        reader = concrete(subject)
        return reader.entries(subject) if isinstance(reader, Reader) else [Entry(anchor(subject), reader)]

    def anchor(subject: Subject) -> Place:
        return Place(subject.whole, subject.pointer, present=False)

    return Reader(False, value, entries, anchor)


def _fill(step: Filled, fillings: dict[str, Reader], subject: Subject) -> str | Unknown | None:
    text = ""
    for position, part in enumerate(step.parts):
        value = fillings[part].value(subject) if position % 2 else part
        if value is None or isinstance(value, Unknown):
            return value
        text += str(value)
    return text
