"""Which workloads are stores of data that tenants may share: by image, by operator, by the name of their Service, or as declared."""

from __future__ import annotations

from scanner.config import Config
from scanner.inventory import Inventory, lookup
from scanner.kept import cache
from scanner.model.glob import fits
from scanner.model.record import NamedTuple
from scanner.model.resource import Resource
from scanner.patterns import pattern
from scanner.tables import table
from scanner.typed import TYPE_CHECKING, Any, Mapping, Sequence
from scanner.views.flows.pods import Pods, containers, plain
from scanner.views.flows.written import items, mapping, number

if TYPE_CHECKING:
    import re


class Hint(NamedTuple):
    """A Service whose name and port say what store its pods are, whatever image they run."""

    namespace: str
    selector: Mapping[str, Any]
    store: str


def hints_of(inventory: Inventory) -> tuple[Hint, ...]:
    """Collect the Services that are called like a store and serve on one of its ports."""
    return tuple(hint for service in inventory.of("Service") if (hint := _hint(service)) is not None)


def _hint(service: Resource) -> Hint | None:
    selector = plain(lookup(service.data, ("spec", "selector")))
    rows, words = table("stores"), service.key.name.split("-")
    served = {number(lookup(port, ("port",))) for _, port in items(lookup(service.data, ("spec", "ports")))}
    for kind, names in rows["services"].items():
        if selector and set(words) & set(names) and served & set(rows["ports"][kind]):
            return Hint(service.key.namespace or "default", selector, kind)
    return None


def external_store(host: str) -> str | None:
    """Return what kind of store a host name outside belongs to: managed databases and brokers have domains of their own."""
    rows = table("stores")["external"]
    return next((str(kind) for kind, domains in rows.items() if any(host == one or host.endswith(f".{one}") for one in domains)), None)


def store_of(pods: Pods, config: Config, hints: Sequence[Hint] = ()) -> str | None:
    """Return what kind of store a workload is (``postgresql``, ``rabbitmq``, …), or None."""
    for kind, names in mapping(config.shared_stores.get("workloads")).items():
        if any(fits(pods.name.partition("[")[0], str(name)) for _, name in items(names)):
            return str(kind)
    row = table("operators")["operators"].get(pods.resource.type, {})
    if "store" in row:
        return str(row["store"])
    images = [str(container.get("image")) for container in containers(pods.spec)]
    by_image = next((store for image in images if (store := _declared(image, config) or of_image(image))), None)
    return by_image or next((hint.store for hint in hints if _is_behind(pods, hint)), None)


def _is_behind(pods: Pods, hint: Hint) -> bool:
    return pods.namespace == hint.namespace and hint.selector.items() <= pods.labels.items()


def _declared(image: str, config: Config) -> str | None:
    """Return what the organisation's own globs over the whole image name say."""
    rows = mapping(config.shared_stores.get("images"))
    return next((str(kind) for kind, globs in rows.items() for _, glob in items(globs) if fits(image, str(glob))), None)


@cache
def of_image(image: str) -> str | None:
    """Return what kind of store an image is, by the last part of its path."""
    folder, _, name = image.partition("@")[0].rpartition("/")
    word, paths = name.partition(":")[0], table("stores")["image_paths"]
    plain, patterns = _names()
    rows = sorted([*plain.get(word, ()), *(row for row, known in patterns if known.fullmatch(word))])
    return next((kind for _, kind in rows if f"{folder}/".startswith(paths.get(kind, ""))), None)


_Row = tuple[int, str]
"""The number of an image's name in the table, whose first row wins, and the kind of store that it is."""


@cache
def _names() -> tuple[Mapping[str, list[_Row]], list[tuple[_Row, re.Pattern[str]]]]:
    """Return the rows of the names of images, and those of the few that are patterns."""
    named = [(name, str(kind)) for kind, names in table("stores")["images"].items() for name in names.split("|")]
    plain: dict[str, list[_Row]] = {}
    patterns = []
    for at, (name, kind) in enumerate(named):
        if _plain(name):
            plain.setdefault(name, []).append((at, kind))
        else:
            patterns.append(((at, kind), pattern(name)))
    return plain, patterns


def _plain(name: str) -> bool:
    return name.replace("-", "").isalnum()
