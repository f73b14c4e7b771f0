"""A tree as it was judged before by rules that look across files, and what of it has changed since.

Files of manifests are compared document by document, down to the attribute: most changes are to attributes that nobody looks at from
elsewhere. What comes from any other language is compared as one: a change in it is a change of all its types.
"""

from __future__ import annotations

from scanner.inventory import lookup
from scanner.model.place import Pointer
from scanner.model.reading import Wanted
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.rule import Rule
from scanner.pipeline.wholes import Whole
from scanner.sources.remembered import RememberedTree
from scanner.typed import Any, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from scanner.views import View
from scanner.views.idle import is_idle
from scanner.views.pods import CONTAINER_LISTS, ITEMS, template_pointer

TAG = ":tag"
"""What stands behind ``image`` where only the tag or digest of an image has changed."""
_ANY = "*"
_OWNERS = ("metadata", "ownerReferences")
"""What is made by something else is looked at as a whole: it may stand for that, or that for it."""
Known = Callable[[str, str], Sequence[Resource] | None]
"""Gives the resources of a path with this content, where they are noted."""


Units = Mapping[str, tuple[str, tuple[str, ...]]]


class Picture(NamedTuple):
    """``units`` are files of manifests: path → what git calls the content, and its types; ``rest`` is the same of all other languages."""

    units: Units
    rest: tuple[str, tuple[str, ...]]


class Part(NamedTuple):
    """A resource that has changed: what it was, what it is, and the pointers to all values that are others, and to lists that grew."""

    old: Resource
    new: Resource
    pointers: Sequence[Pointer]


class Changes(NamedTuple):
    """What has changed: ``whole`` types of which something came, went, or cannot be compared; ``parts`` are what can be.

    ``paths`` are the files of manifests that have changed, ``before`` what some of them held, ``beside`` tells that other languages have.
    """

    whole: frozenset[str] = frozenset()
    parts: Sequence[Part] = ()
    paths: frozenset[str] = frozenset()
    before: Mapping[str, Sequence[Resource]] = {}
    beside: bool = False

    def concern(self, rule: Rule) -> bool:
        """Tell whether they may change what a rule says, but for the facts that it asks."""
        words = frozenset(rule.sees)
        return self._touch(rule.reads, lambda _, pointer: _ANY in words or not words.isdisjoint(_words_of(pointer)))

    def reach(self, view: View, found: Collection[str]) -> bool:
        """Tell whether they may change the facts of a view, which gave facts of these names."""
        blind = view.blind_to(found)
        return self._touch(
            view.reads,
            lambda part, pointer: field_of(part.new.type, pointer) not in blind and not is_idle(view, part.old, part.new, pointer),
        )

    def _touch(self, types: Sequence[str], sees: Callable[[Part, Pointer], bool]) -> bool:
        reads = Wanted(frozenset(types), _ANY in types).__contains__
        if (self.beside and any(map(_is_of_a_cloud, types))) or any(map(reads, self.whole)):
            return True
        return any(reads(part.new.key.type) and any(sees(part, pointer) for pointer in part.pointers) for part in self.parts)


def _words_of(pointer: Pointer) -> Sequence[Any]:
    """Return the words that are on the way to a change; a list is changed as such where it grew, or has another item."""
    return (*pointer, *(f"{word}{ITEMS}" for word in pointer[-2:]))


def _is_of_a_cloud(name: str) -> bool:
    """Tell whether a type is none of Kubernetes': resources of these lead to each other in many ways."""
    return name in (_ANY, "provider", "module") or "_" in name or "/" in name or "::" in name


def picture_of(tree: RememberedTree, own: Iterable[Resource], wholes: Iterable[Whole]) -> Picture:
    """Take a picture of what was read: the resources that stand in files of manifests, and what other languages hold."""
    by_path: dict[str, set[str]] = {}
    for one in own:
        by_path.setdefault(one.path, set()).add(one.key.type)
    units = {path: (tree.oid(path), tuple(sorted(types))) for path, types in by_path.items()}
    types = {one.key.type for whole in wholes for one in whole.resources}
    return Picture(units, ("\n".join(whole.sign for whole in wholes), tuple(sorted(types))))


def changes(before: Picture, now: Picture, own: Iterable[Resource], known: Known, *, tags: bool) -> Changes:
    """Compare two pictures; ``own`` are the resources of the later one, ``tags`` makes a change of an image's tag one like any other."""
    paths = frozenset(path for path in before.units.keys() | now.units.keys() if before.units.get(path) != now.units.get(path))
    beside = before.rest != now.rest
    whole = {*before.rest[1], *now.rest[1]} if beside else set()
    held = {path: some for path in paths if (some := _held(before, now, path, known)) is not None}
    here: dict[str, list[Resource]] = {path: [] for path in held}
    for one in own if held else ():
        if one.path in here:
            here[one.path].append(one)
    parts: list[Part] = []
    for path in paths:
        types = {name for picture in (before, now) for name in picture.units.get(path, ("", ()))[1]}
        for name in types:
            found = compared(held[path], here[path], name, tags=tags) if path in held else None
            if found is None:
                whole.add(name)
            else:
                parts += found
    return Changes(frozenset(whole), parts, paths, held, beside)


def _held(before: Picture, now: Picture, path: str, known: Known) -> Sequence[Resource] | None:
    """Return what a file held, where that can be compared with what it holds."""
    return known(path, before.units[path][0]) if path in before.units and path in now.units else None


def compared(then: Sequence[Resource], now: Sequence[Resource], name: str, *, tags: bool) -> list[Part] | None:
    """Return what has changed in the resources of a type in a file; None where they are others."""
    pair = [[one for one in some if one.key.type == name] for some in (then, now)]
    if [one.key for one in pair[0]] != [one.key for one in pair[1]] or any(lookup(one.data, _OWNERS) for some in pair for one in some):
        return None
    parts = [Part(old, new, [_plain(one, tags=tags) for one in _differing(old.data, new.data, ())]) for old, new in zip(*pair, strict=True)]
    return [part for part in parts if part.pointers]


def _plain(pointer: Pointer, *, tags: bool) -> Pointer:
    return pointer[:-1] if tags and pointer[-1:] == (TAG,) else pointer


def _differing(old: Any, new: Any, pointer: Pointer) -> Iterator[Pointer]:
    """Yield the pointers to all values, down to the last, that are others or only on one side, and to lists of another length."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _differing(old.get(key, _NONE), new.get(key, _NONE), (*pointer, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from [pointer] if len(old) != len(new) else ()
        for index in range(max(len(old), len(new))):
            then, now = (some[index] if index < len(some) else _NONE for some in (old, new))
            yield from _differing(then, now, (*pointer, index))
    elif type(old) is not type(new) or old != new:
        leaves = [leaf for side in (old, new) if side is not _NONE for leaf in _leaves(side, pointer)]
        yield from [(*pointer, TAG)] if pointer[-1:] == ("image",) and _same_image(old, new) else leaves


_NONE = object()


def _leaves(value: Any, pointer: Pointer) -> Iterator[Pointer]:
    if not value or not isinstance(value, dict | list):
        yield pointer
        return
    yield from [pointer] if isinstance(value, list) else ()
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _leaves(inner, (*pointer, key))


def _same_image(old: Any, new: Any) -> bool:
    return isinstance(old, str) and isinstance(new, str) and _repository(old) == _repository(new)


def _repository(image: str) -> str:
    folder, slash, name = image.partition("@")[0].rpartition("/")
    return f"{folder}{slash}{name.partition(':')[0]}"


def field_of(type_name: str, pointer: Pointer) -> str:
    """Write a pointer as views declare what they do not see: ``container.image:tag``, ``pod.tolerations``, ``workload.replicas``.

    ``workload`` is the spec of whatever carries a pod template, ``service`` a port of a Service; all else is the type and the first key.
    """
    if type_name == "Service" and pointer[:2] == ("spec", "ports") and len(pointer) > 3:
        return f"service.{pointer[3]}"
    template = template_pointer(type_name)
    if template is None:
        return f"{type_name}.{pointer[0]}"
    if pointer[: len(template) + 1] == (*template, "spec"):
        inner = (*pointer[len(template) + 1 :], "", "", "")
        if inner[0] in CONTAINER_LISTS and isinstance(inner[1], int):
            return f"container.{inner[2]}{inner[3] if inner[3] == TAG else ''}"
        return f"pod.{inner[0]}"
    return f"workload.{pointer[1]}" if template and pointer[0] == "spec" and len(pointer) > 1 else f"{type_name}.{pointer[0]}"
