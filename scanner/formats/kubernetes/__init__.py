"""Kubernetes manifests in YAML and JSON. A document that no rule asks for is counted and never parsed."""

from __future__ import annotations

from scanner.config import Config
from scanner.formats.kubernetes.bundles import KUSTOMIZATIONS, bundles
from scanner.formats.kubernetes.kinds import Kind, kind_of, misnamed, written_kind
from scanner.formats.kubernetes.noting import keep, note_of, recalled
from scanner.formats.kubernetes.objects import lifted, objects, resource
from scanner.model.counts import Counts
from scanner.model.place import Pointer, dotted
from scanner.model.problem import Problem, file_problem
from scanner.model.reading import Embedded, Parsed, Tree, UnreadableError, Wanted
from scanner.model.resource import Resource
from scanner.patterns import pattern
from scanner.syntax.documents import Document, documents
from scanner.syntax.scalars import KUBERNETES
from scanner.syntax.text import MalformedError, Source, decode
from scanner.typed import Any, Callable, Sequence

NAME = "kubernetes"
ORDER = 900
"""Last: it takes all YAML that no other language claims, if only to see that it can be read."""
_OBJECT = pattern(r"\bapiVersion[\"']?\s*:")
_TEMPLATE = pattern(r"(?<!\$)\{\{|\{%|<%")


def claims(path: str, head: Callable[[], str]) -> bool:
    """Take every YAML file, and JSON that speaks of a kind."""
    name = path.lower()
    if name.endswith(".json"):
        return not name.endswith((".tf.json", ".tfvars.json")) and '"apiVersion"' in (text := head()) and '"kind"' in text
    return name.endswith((".yaml", ".yml")) or path.rpartition("/")[2] in KUSTOMIZATIONS


def read(tree: Tree, paths: Sequence[str], wanted: Wanted, config: Config) -> Parsed:  # noqa: ARG001 - the seam's signature
    """Read the claimed files of one root."""
    found = bundles(tree, paths)
    reading = _Reading(wanted)
    take = reading.noted if getattr(tree, "notes", None) is not None else reading.file
    for path in paths:
        if path not in found.files:
            take(tree, path)
    return Parsed(reading.resources, [*found.problems, *reading.problems], found.files | reading.files, reading.by_type)


def lift(embedded: Embedded) -> Sequence[Resource]:
    """Return the objects of a manifest that stands inside another language."""
    return [lifted(found, embedded) for found in objects(embedded.tree)]


class _Reading:
    """What was found so far."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self.resources: list[Resource] = []
        self.problems: list[Problem] = []
        self.files: set[str] = set()
        self.by_type: Counts[str] = Counts()

    def noted(self, tree: Tree, path: str) -> None:
        """Take what is noted of a file, else read it and note what it holds."""
        note = note_of(tree, path)
        if note is None:
            self.file(tree, path)
            return
        found = recalled(note, self._wanted, tree, path)
        if found is None:
            part = _Reading(self._wanted)
            part.file(tree, path)
            if not part.problems:
                keep(note, self._wanted, part.resources, part.by_type, decode(tree.read(path)))
            self.problems += part.problems
            found = part.resources, part.by_type
        self.resources += found[0]
        self.by_type.add(found[1])
        self.files |= {path} if found[1] else set()

    def file(self, tree: Tree, path: str) -> None:
        """Read one file; each broken document is a problem, and the others are read."""
        try:
            content = tree.read(path)
            source = Source(path, decode(content, "strict"))
        except UnreadableError as error:
            self.problems.append(error.problem)
            return
        except MalformedError as error:
            self._malformed(Source(path, decode(content)), error)
            return
        for document in documents(source, KUBERNETES):
            try:
                self._document(document)
            except MalformedError as error:
                if _TEMPLATE.search(document.text):
                    self.problems.append(_templated(document, error))
                    return
                self._malformed(source, error)

    def _document(self, document: Document) -> None:
        """Read one document if its kind is wanted or not to be seen from outside. Raises MalformedError."""
        words = document.peek("apiVersion", "kind")
        if words is None or words.keys() == {"kind"}:
            self._parse(document)
            return
        if len(words) < 2:
            document.check()
            return
        kind = kind_of(words["apiVersion"], words["kind"])
        if kind is None or kind.name.endswith("List") or self._wants(kind) or misnamed(words["apiVersion"], words["kind"]):
            self._parse(document)
        else:
            self._count(document, kind)

    def _parse(self, document: Document) -> None:
        data, repeated = document.load()
        self._mistaken(document, data)
        found = [one for one in objects(data) if not self._misnamed(document, one.pointer, one.data)]
        for one in found:
            self._count(document, one.kind)
            if self._wants(one.kind):
                self.resources.append(resource(one, document))
        if repeated and found:
            self._duplicates(document)

    def _mistaken(self, document: Document, data: Any) -> None:
        """Say what looks like an object and is none. Raises MalformedError where it is but one text."""
        if isinstance(data, str) and _OBJECT.search(data):
            raise MalformedError("this is one text and no object: a colon without a space, or a comment that is none", 0)
        if not isinstance(data, dict):
            return
        items = data.get("items")
        if data.get("kind") == "List" and not isinstance(items, list | None):
            self.problems.append(Problem("unparsable", document.span(("items",)), "items is no list: nothing in it was judged"))
        entries = enumerate(items if isinstance(items, list) else ())
        for pointer, one in ((), data), *((("items", index), item) for index, item in entries):
            if isinstance(one, dict) and written_kind(one) is None:
                self._misnamed(document, pointer, one)

    def _misnamed(self, document: Document, pointer: Pointer, data: dict[str, Any]) -> bool:
        """Tell whether an object calls itself what Kubernetes does not know, and say so."""
        name, api_version = data.get("kind"), data.get("apiVersion")
        named = isinstance(name, str) and isinstance(api_version, str) and isinstance(data.get("metadata"), dict)
        wrong = misnamed(api_version, name) if named else None
        if wrong is not None:
            self.problems.append(Problem("unparsable", document.span((*pointer, "kind")), f"{wrong} This object was not judged"))
        return wrong is not None

    def _wants(self, kind: Kind) -> bool:
        return self._wanted.everything or kind.type in self._wanted.types

    def _count(self, document: Document, kind: Kind) -> None:
        self.files.add(document.source.path)
        self.by_type[kind.type] += 1

    def _duplicates(self, document: Document) -> None:
        for pointer, span in document.repeated():
            self.problems.append(Problem("duplicate-key", span, f"{dotted(pointer)} is written twice: the last value is judged"))

    def _malformed(self, source: Source, error: MalformedError) -> None:
        detail = f"{error.message}: this document was not judged"
        self.problems.append(file_problem(error.kind, source.path, detail, *source.point(error.offset)))


def _templated(document: Document, error: MalformedError) -> Problem:
    source = document.source
    detail = "holds template expressions and is no YAML before it is rendered: render it and scan the result"
    return file_problem("unrenderable", source.path, detail, *source.point(error.offset))
