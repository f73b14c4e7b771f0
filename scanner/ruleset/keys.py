"""What resources are joined by: tuples of values, looked up by hash, also where a part of the tuple is unknown or a reference."""

from __future__ import annotations

from itertools import product

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.unknown import Unknown
from scanner.ruleset.paths import parse, split
from scanner.ruleset.reader import Entry, Place, inside
from scanner.ruleset.readers import compile_path
from scanner.ruleset.scope import Joined, Scope
from scanner.ruleset.subject import Subject
from scanner.ruleset.world import World
from scanner.typed import Any, Callable, Iterable, Iterator, Sequence

Parts = tuple[Any, ...]


class Reference(NamedTuple):
    """A key part that stands for a resource itself, whatever its identifiers will be."""

    scope: str | None
    address: str


class Keys(NamedTuple):
    """Compiled key paths: ``read`` gives the tuples that a subject is joined by, ``places`` where its first path is written."""

    read: Callable[[Subject], list[Parts]]
    places: Callable[[Subject], list[Place]]


def compile_keys(paths: Sequence[str], scope: Scope, at: Pointer) -> Keys:
    """Compile several paths; those that walk the same list are read from the same item of it, not each with each."""
    readers = [compile_path(path, scope, at) for path in paths]

    def places(subject: Subject) -> list[Place]:
        return [entry.place for reader in readers for entry in reader.entries(subject) if entry.place is not None and entry.place.pointer]

    return Keys(_tuples(paths, scope, at), places)


def _tuples(paths: Sequence[str], scope: Scope, at: Pointer) -> Callable[[Subject], list[Parts]]:
    if all(split(path) is None for path in paths):  # most keys are no lists
        values = [_single(path, scope, at) for path in paths]
        return lambda subject: [tuple([value(subject) for value in values])]
    read = _compile(list(enumerate(paths)), scope, at)
    return lambda subject: [tuple(parts[number] for number in range(len(paths))) for parts in read(subject)]


_Numbered = list[tuple[int, str]]


def _compile(paths: _Numbered, scope: Scope, at: Pointer) -> Callable[[Subject], list[dict[int, Any]]]:
    singles = [(number, _single(path, scope, at)) for number, path in paths if split(path) is None]
    groups: dict[str, _Numbered] = {}
    for number, path in paths:
        cut = split(path)
        if cut is not None:
            groups.setdefault(cut[0], []).append((number, cut[1] or "item"))
    inner = [(compile_path(head, scope, at), _compile(rests, scope.nested(), at)) for head, rests in groups.items()]

    def read(subject: Subject) -> list[dict[int, Any]]:
        known = {number: value(subject) for number, value in singles}
        lists = [[parts for entry in reader.entries(subject) for parts in _parts(entry, subject, rest)] for reader, rest in inner]
        return [known | {number: value for parts in choice for number, value in parts.items()} for choice in product(*lists)]

    return read


def _single(path: str, scope: Scope, at: Pointer) -> Callable[[Subject], Any]:
    """Compile a path to one value. An ``id`` that nobody writes stands for its resource, also where a join has led to it."""
    value = compile_path(path, scope, at).value
    if path != "id":
        return value

    def identity(subject: Subject) -> Any:
        key, written = subject.resource.key, value(subject)
        if written is not None or subject.pointer or subject.fact or key.provider == "kubernetes":
            return written
        return Unknown(f"{key.address}.id is known after apply", key.address, not_null=True)

    return identity


def _parts(entry: Entry, subject: Subject, rest: Callable[[Subject], list[dict[int, Any]]]) -> list[dict[int, Any]]:
    """Read the rest of the key in one item; what is only perhaps there is unknown."""
    found = rest(inside(entry, subject))
    return found if entry.doubt is None else [dict.fromkeys(parts, entry.doubt) for parts in found]


def identified(parts: Iterable[Parts], paths: Sequence[str], subject: Subject, world: World) -> list[Parts]:
    """Put references in place of unknown values that another resource of the scan gives, and add our own beside our identifiers."""
    known = list(parts)
    if subject.whole.resource.key.provider == "kubernetes" and all(isinstance(value, str) for values in known for value in values):
        return known
    own = [_names_itself(path, subject) for path in paths]
    choices = ([_ways(value, itself, subject, world) for value, itself in zip(values, own, strict=True)] for values in known)
    return [found for ways in choices for found in product(*ways)]


def _names_itself(path: str, subject: Subject) -> bool:
    return subject.whole.resource.key.provider != "kubernetes" and len(parse(path).steps) == 1


def _ways(value: Any, itself: bool, subject: Subject, world: World) -> list[Any]:
    key = subject.whole.resource.key
    ways: list[Any] = [Reference(key.scope, key.address)] if itself else []
    if isinstance(value, Unknown) and value.origin is not None and (world.at(key.scope, value.origin) is not None or _stands_for(value)):
        value = Reference(key.scope, value.origin)
    if value is not None and value not in ways:
        ways.append(value)
    return ways


def _stands_for(value: Unknown) -> bool:
    """Tell whether a value is a managed resource's own, which the scan need not have read: none of what it did read is that resource.

    What a data source gives may be any resource, and what is made (``random_id``) or put together (a template) is a name, not a resource.
    """
    from re import ASCII, fullmatch  # few joins meet such a value

    if value.partial is not None:
        return False
    found = fullmatch(r"(?:module\.\w[\w-]*(?:\[[^]]*\])?\.)*([a-z0-9]+)_\w+\.\w[\w-]*(?:\[[^]]*\])?", str(value.origin), ASCII)
    return found is not None and found[1] not in ("random", "time", "tls", "null", "terraform", "local")


class Index:
    """Subjects by their key tuples. A tuple with unknown parts is found by the parts that are known, and only perhaps."""

    __slots__ = ("_by_mask", "_known", "_projections", "order")

    def __init__(self, entries: Iterable[tuple[Subject, Parts]]) -> None:
        self.order: dict[int, int] = {}
        self._by_mask: dict[tuple[int, ...], list[tuple[Subject, Parts]]] = {}
        self._projections: dict[tuple[tuple[int, ...], tuple[int, ...]], dict[Parts, list[Joined]]] = {}
        self._known: dict[Parts, list[Joined]] = {}
        for subject, parts in entries:
            self.order.setdefault(id(subject), len(self.order))
            self._by_mask.setdefault(_unknown(parts), []).append((subject, parts))

    def find(self, tuples: Sequence[Parts]) -> list[Joined]:
        """Return what has one of these keys, in the order of the inventory; certain matches win over doubtful ones."""
        if not self.order:
            return []
        if len(tuples) != 1 or not all(part.__class__ is str for part in tuples[0]):
            return self._found(tuples)
        known = self._known.get(tuples[0])  # a thousand pods ask for the same namespace
        if known is None:
            known = self._known[tuples[0]] = self._found(tuples)
        return known

    def _found(self, tuples: Iterable[Parts]) -> list[Joined]:
        found: dict[int, Joined] = {}
        for parts in tuples:
            for joined in self._matches(parts):
                known = found.get(id(joined.subject))
                if known is None or known.doubt is not None:
                    found[id(joined.subject)] = joined
        return sorted(found.values(), key=lambda joined: self.order[id(joined.subject)]) if len(found) > 1 else list(found.values())

    def _matches(self, parts: Parts) -> Iterator[Joined]:
        ours = _unknown(parts)
        for theirs in self._by_mask:
            open_parts = tuple(sorted({*ours, *theirs}))
            bucket = self._projection(theirs, open_parts).get(_without(parts, open_parts), ())
            if not ours:
                yield from bucket
            else:
                yield from (Joined(joined.subject, parts[ours[0]]) for joined in bucket)

    def _projection(self, mask: tuple[int, ...], open_parts: tuple[int, ...]) -> dict[Parts, list[Joined]]:
        found = self._projections.get((mask, open_parts))
        if found is None:
            found = self._projections[mask, open_parts] = {}
            for subject, parts in self._by_mask[mask]:
                doubt = parts[mask[0]] if mask else None
                found.setdefault(_without(parts, open_parts), []).append(Joined(subject, doubt))
        return found


def _unknown(parts: Parts) -> tuple[int, ...]:
    return tuple(number for number, part in enumerate(parts) if isinstance(part, Unknown))


def _without(parts: Parts, left_out: tuple[int, ...]) -> Parts:
    """Return the known parts in a form that hashes; a boolean is not the number that Python takes it for."""
    if not left_out and all(part.__class__ is str for part in parts):
        return parts
    kept = (part for number, part in enumerate(parts) if number not in left_out)
    return tuple(
        (type(part).__name__, part) if isinstance(part, bool) else part if isinstance(part, str | int | float | tuple) else repr(part)
        for part in kept
    )
