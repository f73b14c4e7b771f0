"""Languages that read many files as one, such as Terraform: what was made of them, for as long as everything they looked at is as it was.

Their resources are then known by name alone; what these hold is read when somebody asks for it, which most changes of manifests do not.
"""

from __future__ import annotations

from scanner import registry
from scanner.config import Config
from scanner.kept import cache
from scanner.mask.formats import recognised
from scanner.model.counts import Counts
from scanner.model.place import Span
from scanner.model.problem import Problem
from scanner.model.reading import Embedded, Wanted
from scanner.model.record import NamedTuple
from scanner.model.resource import Key, Resource
from scanner.sources.notes import Note
from scanner.sources.remembered import RememberedTree
from scanner.typed import Any, Callable, Mapping, Sequence
from scanner.witness import oid

_TOPIC = "whole"


class Whole(NamedTuple):
    """What one language made of its files, with what it embeds; ``sign`` stands for all of it, ``note`` is what is noted of it."""

    resources: Sequence[Resource]
    problems: Sequence[Problem]
    files: frozenset[str]
    by_type: Mapping[str, int]
    sign: str = ""
    note: Note | None = None


def read_whole(module: Any, tree: RememberedTree, paths: Sequence[str], wanted: Wanted, config: Config) -> Whole:
    """Let a format read its files, or return what it read before where nothing that it looked at has changed."""
    if tree.notes is None or config.terraform.get("var_files") or config.terraform.get("module_cache"):
        return read_now(module, tree, paths, wanted, config)  # these lie beside the tree
    asked = (module.NAME, list(paths), sorted(wanted.types), wanted.everything, config)
    note = tree.notes.of(f"*{module.NAME}", oid(repr(asked).encode("utf-8", "surrogatepass")))
    if _TOPIC in note and all(_look(tree, *look) == seen for look, seen in note[_TOPIC][0].items()):
        return _recalled(note, lambda: read_now(module, tree, paths, wanted, config).resources)
    tree.looks = {}
    found = read_now(module, tree, paths, wanted, config)
    looks = {look: _look(tree, *look) for look in sorted(tree.looks)}
    tree.looks = None
    said = repr((looks, [(one.key, one.path, one.data) for one in found.resources]))
    found = found._replace(sign=oid(said.encode("utf-8", "surrogatepass")), note=note)
    note.clear()
    if not any(True for one in found.problems for _ in recognised(one.detail)):
        note[_TOPIC] = (looks, _plain(found))
    return found


def _look(tree: RememberedTree, how: str, path: str) -> Any:
    """Look as a format has looked: at what is in a file, whether it is there, what is in a folder."""
    if how == "read":
        return tree.oid(path)
    return tree.is_file(path) if how == "is_file" else tuple(tree.children(path))


def read_now(module: Any, tree: RememberedTree, paths: Sequence[str], wanted: Wanted, config: Config) -> Whole:
    """Let a format read its files, and the formats that it needs what these embed."""
    parsed = module.read(tree, paths, wanted, config)
    inside = [resource for embedded in parsed.embedded for resource in lift(embedded)]
    by_type = Counts(parsed.by_type)
    by_type.count(resource.key.type for resource in inside)
    return Whole([*parsed.resources, *inside], parsed.problems, parsed.files, by_type)


def lift(embedded: Embedded) -> Sequence[Resource]:
    """Hand a tree of another language to the format that knows it; none where no format takes such trees."""
    for module in registry.declaring("scanner.formats", "NAME"):
        if embedded.format == module.NAME and hasattr(module, "lift"):
            found: Sequence[Resource] = module.lift(embedded)
            return found
    return ()


def _plain(found: Whole) -> Any:
    resources = [(tuple(one.key), one.format, one.path) for one in found.resources]
    problems = [(one.kind, None if one.location is None else tuple(one.location), one.detail) for one in found.problems]
    return resources, problems, sorted(found.files), dict(found.by_type), found.sign


def _recalled(note: Note, read: Callable[[], Sequence[Resource]]) -> Whole:
    rows, problems, files, by_type, sign = note[_TOPIC][1]
    once = cache(read)

    def later(number: int) -> Callable[[], Resource]:
        return lambda: once()[number]

    resources = [Resource.later(Key(*key), form, path, later(number)) for number, (key, form, path) in enumerate(rows)]
    told = [Problem(kind, None if place is None else Span(*place), detail) for kind, place, detail in problems]
    return Whole(resources, told, frozenset(files), by_type, sign, note)
