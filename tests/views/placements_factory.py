"""Makes resources of every language from plain dicts; a place is only the pointer, spelled as a path."""

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.model.place import Place, Span, dotted
from scanner.model.resource import Key, Resource
from scanner.model.unknown import Unknown
from scanner.views.placements.placements import placements
from scanner.views.placements.walk import split

TODAY = "2026-11-23"


class Named:
    """A locator whose spans only name the resource and the pointer."""

    def __init__(self, address):
        self.address = address

    def span(self, pointer, part="attribute"):
        return Span(f"{self.address}#{dotted(pointer)}", 1, 1, 1, 1)

    def place(self, pointer):
        return Place(self.span(pointer))

    def explain(self, pointer):
        return ()


def made(type_name, name="x", data=None, scope=None):
    """Return a cloud resource of any language."""
    address = f"{type_name}.{name}"
    provider = type_name.partition("_")[0]
    return Resource(Key(provider, type_name, "", None, name, address, scope), data or {}, "terraform", "main.tf", Named(address))


def provider(name, **data):
    """Return a provider configuration, ``aws`` or ``aws.alias``."""
    address = f"provider.{name}"
    key = Key(name.partition(".")[0], "provider", "", None, name, address)
    return Resource(key, data, "terraform", "main.tf", Named(address))


def object_of(type_name, name="x", data=None, namespace="shop"):
    """Return a Kubernetes object."""
    address = f"kubernetes:{namespace or '-'}/{type_name.partition('.')[0]}/{name}"
    key = Key("kubernetes", type_name, type_name.partition(".")[2], namespace, name, address)
    return Resource(key, {"metadata": {"name": name}, **(data or {})}, "kubernetes", "x.yaml", Named(address))


def to(address):
    """Return a value that refers to another resource, as Terraform gives it before the plan."""
    return Unknown(f"{address}.id is known after apply", address)


def nested(path, value):
    """Return data that holds a value at a path of the carriers table."""
    for key in reversed(split(path)):
        value = {"any" if key == "*" else key: value}
    return value


def merged(*parts):
    """Merge nested maps."""
    result = {}
    for part in parts:
        for key, value in part.items():
            both = isinstance(value, dict) and isinstance(result.get(key), dict)
            result[key] = merged(result[key], value) if both else value
    return result


def judged(resources, profile="eu-only", kubernetes=None, **residency):
    """Return the placements of some resources under a profile."""
    config = Config(residency={"profile": profile, **residency}, kubernetes=kubernetes or {}, today=TODAY)
    return placements(Inventory(resources), config)
