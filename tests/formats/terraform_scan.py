"""Reading Terraform from texts, for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.config import Config
from scanner.formats import terraform
from scanner.model.reading import Parsed, Wanted
from scanner.model.resource import Resource
from scanner.model.unknown import Unknown
from scanner.sources.memory import MemoryTree

EVERYTHING = Wanted(frozenset(), everything=True)


def read(files: str | Mapping[str, str], **section: Any) -> Parsed:
    """Read a ``main.tf``, or files by path; ``section`` is the configuration's ``terraform``."""
    texts = {"main.tf": files} if isinstance(files, str) else files
    tree = MemoryTree({path: text.encode() for path, text in texts.items()})
    paths = [path for path in sorted(texts) if terraform.claims(path, lambda path=path: texts[path])]  # type: ignore[misc]
    return terraform.read(tree, paths, EVERYTHING, Config(terraform=section))


def resources(files: str | Mapping[str, str], **section: Any) -> dict[str, Resource]:
    """Return the resources by address; there must be no problem."""
    found = read(files, **section)
    assert not found.problems, found.problems
    return {one.key.address: one for one in found.resources}


def shown(value: Any) -> Any:
    """Return data with each unknown as its cause in angle brackets."""
    if isinstance(value, Unknown):
        return f"<{value.cause}>"
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def data(files: str | Mapping[str, str], address: str, **section: Any) -> Any:
    """Return the data of one resource."""
    return shown(resources(files, **section)[address].data)
