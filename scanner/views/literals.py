"""Text that is written under a name that promises a secret, and the scripts of machines: what Terraform keeps in its code and its state."""

from __future__ import annotations

import binascii

from scanner.config import Config
from scanner.inventory import Inventory
from scanner.mask.names import is_secret
from scanner.model.place import Pointer, dotted
from scanner.model.resource import Fact, Resource
from scanner.typed import Any, Iterator, Sequence

FACTS = ("literal",)
READS = ("azurerm_*", "aws_*", "google_*", "digitalocean_*")
SCRIPTS = ("user_data", "user_data_base64", "custom_data", "metadata_startup_script", "startup-script")
_VALUES = (
    "azurerm_key_vault_secret.value",
    "aws_secretsmanager_secret_version.secret_string",
    "google_secret_manager_secret_version.secret_data",
)
"""Arguments that are secrets by what they are of."""


def facts(inventory: Inventory, config: Config) -> Sequence[Fact]:  # noqa: ARG001 - every view has the same shape
    """Return one fact per text, in inventory order: ``name`` and ``path`` of the argument, ``value``, ``script`` and ``secret`` by name.

    What comes from a variable without a value, from a data source or from another resource is no text that is written here.
    """
    return [fact for resource in inventory.all if _provider(resource) in READS for fact in _facts(resource)]


def _provider(resource: Resource) -> str:
    return f"{resource.type.partition('_')[0]}_*"


def _facts(resource: Resource) -> Iterator[Fact]:
    for pointer, text in _texts(resource.data, ()):
        path = dotted(pointer)
        name = next((str(part) for part in reversed(pointer) if isinstance(part, str)), "")
        script = name in SCRIPTS
        if script or is_secret(path) or f"{resource.type}.{path}" in _VALUES:
            secret = not script
            data = {"name": name, "path": path, "value": _plain(text) if script else text, "script": script, "secret": secret}
            fields: dict[str, tuple[Resource, Pointer]] = dict.fromkeys(("name", "value", "secret"), (resource, pointer))
            yield Fact("literal", data, (resource.key.address, path), fields, ((resource, pointer, "the text"),))


def _texts(value: Any, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*pointer, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*pointer, number))


def _plain(text: str) -> str:
    """Return a script, decoded where it is base64."""
    try:
        return binascii.a2b_base64(text, strict_mode=True).decode()
    except (binascii.Error, ValueError):
        return text
