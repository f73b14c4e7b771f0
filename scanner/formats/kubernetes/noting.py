"""What a file of manifests holds, as a note of plain data: read again without YAML, and without the file until a place is asked for."""

from __future__ import annotations

import marshal

from scanner.formats.kubernetes.objects import Written
from scanner.kept import lru_cache
from scanner.model.place import Pointer, Span
from scanner.model.reading import Tree, Wanted
from scanner.model.resource import ANNOTATIONS, Key, Part, Resource
from scanner.syntax.documents import Document, documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import Source, decode
from scanner.typed import Any, Mapping, Sequence
from scanner.witness import oid

TOPIC = "kubernetes"


def note_of(tree: Tree, path: str) -> dict[str, Any] | None:
    """Return the note on a file, where the tree takes notes."""
    find = getattr(tree, "note", None)
    note: dict[str, Any] | None = find(path) if find is not None else None
    return note


def keep(note: dict[str, Any], wanted: Wanted, resources: Sequence[Resource], counts: Mapping[str, int], text: str) -> None:
    """Note what a file without problems holds, unless any of it is secret."""
    from scanner.mask.lines import is_open  # only what is new is looked at

    rows = [_row(resource) for resource in resources]
    if "open" not in note:
        note["open"] = is_open(text)
    if note["open"] and None not in rows:
        try:
            keys = [tuple(resource.key) for resource in resources]
            note[TOPIC] = (_mark(wanted), keys, dict(counts), not any(map(_is_marked, resources)), marshal.dumps(rows))
        except ValueError:
            return  # not plain: read it each time


def _row(resource: Resource) -> Any:
    written = resource.locator
    if not isinstance(written, Written):
        return None
    return resource.data, written.document.start, written.base, sorted(resource.implied)


def _is_marked(resource: Resource) -> bool:
    metadata = resource.data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return isinstance(annotations, dict) and any(str(key).startswith(ANNOTATIONS) for key in annotations)


def recalled(note: Mapping[str, Any], wanted: Wanted, tree: Tree, path: str) -> tuple[list[Resource], Mapping[str, int]] | None:
    """Return the resources of a file and how many it has of each type, if they were noted for the same question."""
    if note.get(TOPIC, ("",))[0] != _mark(wanted):
        return None
    _, keys, counts, unmarked, packed = note[TOPIC]
    rows = _Rows(packed, tree, path)
    found = [rows.later(Key(*fields), number, unmarked=unmarked) for number, fields in enumerate(keys)]
    return found, counts


def is_plain(note: Mapping[str, Any]) -> bool:
    """Tell whether a note says everything of a file, in which no annotation of ours stands."""
    return TOPIC in note and bool(note[TOPIC][3])


def counted(note: Mapping[str, Any]) -> Mapping[str, int] | None:
    """Return how many objects of each type a file has, where that is noted."""
    return note[TOPIC][2] if TOPIC in note else None


class _Rows:
    """The rows of a file, unpacked when the first is asked for: most changes need those of few files."""

    __slots__ = ("_packed", "_path", "_rows", "_tree")

    def __init__(self, packed: bytes, tree: Tree, path: str) -> None:
        self._packed = packed
        self._tree = tree
        self._path = path
        self._rows: Any = None

    def later(self, key: Key, number: int, *, unmarked: bool) -> Resource:
        """Return the resource of a row, which is read when somebody asks for more than its key."""
        return Resource.later(key, TOPIC, self._path, lambda: self._resource(key, number), unmarked=unmarked)

    def _resource(self, key: Key, number: int) -> Resource:
        if self._rows is None:
            self._rows = marshal.loads(self._packed)  # noqa: S302 - of our own cache, which checks whose it is
        data, start, base, implied = self._rows[number]
        written = Written(LaterDocument(self._tree, self._path, start), base, data, key.address)
        return Resource(key, data, TOPIC, self._path, written, frozenset(implied))


@lru_cache(maxsize=8)
def _mark(wanted: Wanted) -> str:
    return oid(repr((sorted(wanted.types), wanted.everything)).encode())


class LaterDocument:
    """A document of a file that was not read: it is when somebody asks for a place."""

    __slots__ = ("_document", "_path", "_tree", "start")

    def __init__(self, tree: Tree, path: str, start: int) -> None:
        self.start = start
        self._tree = tree
        self._path = path
        self._document: Document | None = None

    def span(self, pointer: Pointer, part: Part = "attribute") -> Span | None:
        """Return the place of an attribute (see ``model.resource.Part``)."""
        return self._read().span(pointer, part)

    def detours(self, pointer: Pointer) -> tuple[Span, ...]:
        """Return the places of the aliases and merges that lead to where the attribute stands."""
        return self._read().detours(pointer)

    def _read(self) -> Document:
        if self._document is None:
            source = Source(self._path, decode(self._tree.read(self._path), "strict"))
            self._document = next(one for one in documents(source, KUBERNETES) if one.start == self.start)
            self._document.load()  # tells whether it is JSON
        return self._document
