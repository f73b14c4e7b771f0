"""What data a resource holds: by its tags, labels and annotations, its name, its namespace or resource group, else by what it is."""

from __future__ import annotations

from scanner.model.place import Pointer
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.patterns import pattern
from scanner.tables import table
from scanner.typed import TYPE_CHECKING, Any, Iterator, Mapping, Sequence
from scanner.views.placements.policy import fits
from scanner.views.placements.walk import is_computed

if TYPE_CHECKING:
    from scanner.views.placements.survey import Survey

_TAGS = (
    ("tags",), ("tags_all",), ("labels",), ("user_labels",), ("resource_labels",), ("settings", 0, "user_labels"), ("Tags",),
    ("metadata", "labels"), ("metadata", "annotations"),
)  # fmt: skip
_PROVIDER_TAGS = (("default_tags", 0, "tags"), ("default_labels",))


class Class(NamedTuple):
    """A classification: its canonical word, None where nobody knows, or Unknown; ``said`` tells that somebody wrote it."""

    word: str | Unknown | None
    said: bool
    resource: Resource | None = None
    pointer: Pointer = ()


def classify(survey: Survey, resource: Resource) -> Class:
    """Return the classification of a resource's data: what is said of it, the stricter of itself and its namespace."""
    known = survey.classes.get(id(resource))
    if known is None:
        known = survey.classes[id(resource)] = _classified(survey, resource)
    return known


def _classified(survey: Survey, resource: Resource) -> Class:
    found = _own(survey, resource) or _inherited(survey, resource)
    found += [one for space in _namespace(survey, resource) for one in _tagged(survey, space, _TAGS)]
    return min(found, key=_strictness) if found else Class(_by_default(survey, resource), said=False)


def _own(survey: Survey, resource: Resource) -> list[Class]:
    names: Mapping[str, str] = dict(_section(survey).get("names") or {})
    named = [Class(word, said=True) for glob, said in names.items() if _named(resource, glob) and (word := canonical(said))]
    return [*_tagged(survey, resource, _TAGS), *named]


def _inherited(survey: Survey, resource: Resource) -> list[Class]:
    """Return what the provider's default tags say, and the resource group's where that is configured."""
    provider = survey.provider(resource)
    found = list(_tagged(survey, provider, _PROVIDER_TAGS)) if provider else []
    if "resource_group" in (_section(survey).get("inherit") or ()):
        groups = survey.groups(resource)
        found += [one for group in groups for one in _tagged(survey, group, _TAGS)]
    return found


def _namespace(survey: Survey, resource: Resource) -> Sequence[Resource]:
    key = resource.key
    return survey.inventory.named("Namespace", None, key.namespace) if key.provider == "kubernetes" and key.namespace else ()


def _section(survey: Survey) -> dict[str, Any]:
    return dict(survey.config.residency.get("classify") or {})


def _named(resource: Resource, glob: str) -> bool:
    return fits(resource.key.address, glob) or fits(resource.key.name, glob)


def _tagged(survey: Survey, resource: Resource, pointers: tuple[Pointer, ...]) -> Iterator[Class]:
    for pointer in pointers:
        tags = _lookup(resource.data, pointer)
        if isinstance(tags, Unknown) and not is_computed(tags, resource):
            yield Class(Unknown(f"{tags.cause}, and it may classify the data", tags.origin), True, resource, pointer)
        for key, value, at in _entries(tags, pointer):
            if survey.classifies(_key(key)) and (word := _word(value)) is not None:
                yield Class(word, True, resource, at)


def _word(value: Any) -> str | Unknown | None:
    return value if isinstance(value, Unknown) else canonical(str(value))


_TENANT_KEYS = ("tenant", "tenantid", "customer", "mandant")


def tenant_of(resource: Resource) -> str | None:
    """Return whose data a resource holds by its tags or labels, else the namespace of a Kubernetes object."""
    for pointer in _TAGS:
        for key, value, _ in _entries(_lookup(resource.data, pointer), pointer):
            if _key(key) in _TENANT_KEYS and isinstance(value, str):
                return value
    return resource.key.namespace


def _lookup(data: Any, pointer: Pointer) -> Any:
    for part in pointer:
        if isinstance(data, Unknown):
            return data
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and len(data) > part else data
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def _entries(tags: Any, pointer: Pointer) -> Iterator[tuple[str, Any, Pointer]]:
    """Yield key, value and place of tags: maps, lists of ``key:value`` (DigitalOcean), lists of Key and Value (CloudFormation)."""
    if isinstance(tags, dict):
        yield from ((str(key), value, (*pointer, key)) for key, value in tags.items())
    for number, item in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(item, str) and ":" in item:
            key, _, value = item.partition(":")
            yield key, value, (*pointer, number)
        elif isinstance(item, dict) and "Key" in item:
            yield str(item["Key"]), item.get("Value"), (*pointer, number, "Value")


def _key(key: str) -> str:
    return pattern(r"[^a-z0-9]").sub("", key.rpartition("/")[2].lower())


def canonical(word: str) -> str | None:
    """Return the word of the classification table that a value means, None for one that it does not know."""
    known = table("classification")
    plain = pattern(r"[\s_-]+").sub(" ", word.strip().casefold())
    for name in known["classifications"]:
        if plain == name.replace("_", " ") or plain in known["synonyms"].get(name, ()):
            return str(name)
    return None


def _strictness(found: Class) -> float:
    """Order classifications, the strictest first; an unknown one may be anything, so only those that bind come before it."""
    order: list[str] = table("classification")["classifications"]
    return order.index("public") - 0.5 if isinstance(found.word, Unknown) else order.index(str(found.word))


def _by_default(survey: Survey, resource: Resource) -> str | None:
    carrier = survey.carriers.row(resource.type)
    role = carrier.roles[0] if carrier else "any"
    by_role = table("classification")["unclassified"].get(role)
    said = _section(survey).get("default")
    if isinstance(said, dict):
        return canonical(str(said[role])) if role in said else by_role
    return canonical(str(said)) if said and by_role == "personal" else by_role
