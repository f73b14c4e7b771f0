"""Which workloads are stores of data that tenants may share: by the image they run, by the operator that makes them, or as declared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache

from scanner.config import Config
from scanner.tables import table
from scanner.views.flows.pods import Pods, containers
from scanner.views.flows.written import items, mapping


def store_of(pods: Pods, config: Config) -> str | None:
    """Return what kind of store a workload is (``postgresql``, ``rabbitmq``, …), or None."""
    for kind, names in mapping(config.shared_stores.get("workloads")).items():
        if any(fnmatchcase(pods.name.partition("[")[0], str(name)) for _, name in items(names)):
            return str(kind)
    row = table("stores")["operators"].get(pods.resource.type)
    if row is not None:
        return str(row["store"])
    images = [str(container.get("image")) for container in containers(pods.spec)]
    return next((store for image in images if (store := _declared(image, config) or of_image(image))), None)


def _declared(image: str, config: Config) -> str | None:
    """Return what the organisation's own globs over the whole image name say."""
    rows = mapping(config.shared_stores.get("images"))
    return next((str(kind) for kind, globs in rows.items() for _, glob in items(globs) if fnmatchcase(image, str(glob))), None)


@cache
def of_image(image: str) -> str | None:
    """Return what kind of store an image is, by the last part of its path."""
    folder, _, name = image.partition("@")[0].rpartition("/")
    word, paths = name.partition(":")[0], table("stores")["image_paths"]
    for kind, pattern in _patterns().items():
        if pattern.fullmatch(word) and f"{folder}/".startswith(paths.get(kind, "")):
            return kind
    return None


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {kind: re.compile(pattern) for kind, pattern in table("stores")["images"].items()}
