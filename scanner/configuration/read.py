"""Finds the plumbrule.yaml files that hold at a folder and lays them over each other: defaults, root to folder, environment, options."""

from __future__ import annotations

import os

from scanner.config import Accept, Config, Suppression
from scanner.configuration.layers import Items, Layer, Value, leaves, merge, plain
from scanner.model.errors import ConfigError, nearest
from scanner.model.place import Pointer, Span
from scanner.model.reading import Tree
from scanner.typed import TYPE_CHECKING, Any, Mapping, Sequence
from scanner.witness import present

if TYPE_CHECKING:
    from scanner.configuration.schema import Field

NAME = "plumbrule.yaml"
PREFIX = "PLUMBRULE_"
_PATHS = ("exclude", "rule_folders")
_WITH_PATHS = ("suppressions", "owners")


class Settings:
    """The configuration of one tree. Each folder's is computed once; reading happens through the tree only.

    ``only`` is the file that replaces the search, ``only_path`` where it stands in the tree, if it does.
    """

    def __init__(
        self, tree: Tree, options: Layer, environment: Mapping[str, str], only: Layer | None = None, only_path: str | None = None
    ) -> None:
        self.only_path = only_path
        self._tree = tree
        self._given = (options, environment)
        self._above = merge(environment_layer(environment), options)
        self._only = only
        self._layers: dict[str, Layer] = {}
        self._configs: dict[str, Config] = {}

    def over(self, tree: Tree, only: Layer | None) -> Settings:
        """Return the configuration that another tree's files (or ``only`` this one) make, under the same options and environment."""
        return Settings(tree, *self._given, self._only if only is None else only)

    def on(self, day: str) -> Settings:
        """Return the same configuration on another day (ISO)."""
        options, environment = self._given
        return Settings(self._tree, {**options, "today": Value(day, None)}, environment, self._only, self.only_path)

    def layer(self, folder: str) -> Layer:
        """Return everything that holds in a folder ("" is the root), with origins. Raises ConfigError."""
        return merge(self._files(folder), self._above)

    def origin(self, folder: str, setting: Sequence[str]) -> Span | None:
        """Return where a key, or the nearest one above it, was written for a folder; None for options and defaults."""
        found: Layer | Items | Value = self.layer(folder)
        for key in setting:
            if isinstance(found, Items):
                found = next((item for item in found.values if item.value == key), found)
            if not isinstance(found, dict):
                break
            if key not in found:
                return None
            found = found[key]
        return next((value.origin for _, value in leaves({"": found}) if value.origin is not None), None)

    def at(self, folder: str) -> Config:
        """Return the configuration that holds in a folder. Raises ConfigError."""
        if folder not in self._configs:
            own = folder if self._only is None and self._tree.is_file(_join(folder, NAME)) else None
            if own is None and folder:
                self._configs[folder] = self.at(os.path.dirname(folder))
            else:
                self._configs[folder] = config_of(plain(self.layer(folder)))
        return self._configs[folder]

    def _files(self, folder: str) -> Layer:
        if self._only is not None:
            return self._only
        if folder not in self._layers:
            below = self._files(os.path.dirname(folder)) if folder else {}
            path = _join(folder, NAME)
            own = file_layer(self._tree, path) if self._tree.is_file(path) else {}
            self._layers[folder] = merge(below, own)
        return self._layers[folder]


def file_layer(tree: Tree, path: str, seen: tuple[str, ...] = ()) -> Layer:
    """Read one file and what it extends. Raises ConfigError (also for a circle of ``extends``)."""
    if path in seen:
        raise ConfigError(f"{path} extends itself", Span(path, 1, 1, 1, 1))
    return text_layer(tree, path, tree.read(path), seen)


def text_layer(tree: Tree, path: str, content: bytes, seen: tuple[str, ...] = ()) -> Layer:
    """Check the text of a configuration file and lay it over what it extends. Raises ConfigError."""
    from scanner.configuration.check import layer_of  # the whole schema, and most folders have no file
    from scanner.syntax.yaml import load_located

    located = load_located(content, path)
    for pointer, span in located.duplicates:
        raise ConfigError(f"the key {str(pointer[-1])!r} is written twice", span)

    def locate(pointer: Pointer, key: bool) -> Span | None:
        return located.span(pointer, "key" if key else "attribute") or located.span(pointer)

    own = layer_of(located.data, locate, path)
    below = [_extended(tree, path, value, (*seen, path)) for value in _extensions(own)]
    own = _rebase({key: value for key, value in own.items() if key != "extends"}, os.path.dirname(path))
    for layer in reversed(below):
        own = merge(layer, own)
    return own


def _extensions(layer: Layer) -> tuple[Value, ...]:
    extends = layer.get("extends")
    if isinstance(extends, Items):
        return extends.values
    return (extends,) if isinstance(extends, Value) else ()


def _extended(tree: Tree, path: str, value: Value, seen: tuple[str, ...]) -> Layer:
    """A path relative to the file that says it, or the name of an installed Python package that carries a plumbrule.yaml."""
    name, _, digest = str(value.value).partition("@")
    inside = os.path.normpath(_join(os.path.dirname(path), name)).replace(os.sep, "/")
    inside = inside if inside.endswith((".yaml", ".yml")) else _join(inside, NAME)
    if not inside.startswith("..") and tree.is_file(inside):
        _check_digest(tree.read(inside), digest, value)
        return file_layer(tree, inside, seen)
    return _installed(tree, name, digest, value, seen)


def _installed(tree: Tree, name: str, digest: str, value: Value, seen: tuple[str, ...]) -> Layer:
    from importlib.util import find_spec  # a lookup on disk; nothing of the package runs

    spec = find_spec(name) if name.isidentifier() else None
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        path = os.path.join(folder, NAME)
        if os.path.isfile(path):
            with open(path, "rb") as handle:
                content = handle.read()
            if (seen_by := present()) is not None:
                seen_by.stamped(path)
            _check_digest(content, digest, value)
            return _absolute_rules(text_layer(tree, f"{name}/{NAME}", content, seen), name, folder)
    raise ConfigError(f"cannot extend {name!r}: neither a file of the repository nor an installed package with a {NAME}", value.origin)


def _absolute_rules(layer: Layer, name: str, folder: str) -> Layer:
    rules = layer.get("rule_folders")
    if isinstance(rules, Items):
        values = tuple(item._replace(value=os.path.join(folder, str(item.value).removeprefix(f"{name}/"))) for item in rules.values)
        layer = {**layer, "rule_folders": Items(values, rules.replaces)}
    return layer


def _check_digest(content: bytes, digest: str, value: Value) -> None:
    import hashlib

    if digest and digest != f"sha256:{hashlib.sha256(content).hexdigest()}":
        raise ConfigError(f"{value.value!r} does not have the digest that is asked for", value.origin)


def _rebase(layer: Layer, folder: str) -> Layer:
    """Make the path globs of a nested file relative to the root; what names no path holds below the file's folder only."""
    if not folder:
        return layer
    moved = dict(layer)
    for key in _PATHS:
        if isinstance(items := layer.get(key), Items):
            moved[key] = Items(tuple(value._replace(value=_join(folder, str(value.value))) for value in items.values), items.replaces)
    for key in _WITH_PATHS:
        if isinstance(items := layer.get(key), Items):
            moved[key] = _rebase_items(items, folder)
    incomplete = layer.get("incomplete")
    if isinstance(incomplete, dict) and isinstance(items := incomplete.get("accept"), Items):
        moved["incomplete"] = {**incomplete, "accept": _rebase_items(items, folder)}
    return moved


def _rebase_items(items: Items, folder: str) -> Items:
    def moved(entry: dict[str, Any]) -> dict[str, Any]:
        return {**entry, "paths": [_join(folder, path) for path in entry.get("paths") or ["**"]]}

    return Items(tuple(value._replace(value=moved(value.value)) for value in items.values), items.replaces)


def environment_layer(environment: Mapping[str, str]) -> Layer:
    """Read ``PLUMBRULE_FAIL_ON=high`` …: one variable a key, its value in YAML. Raises ConfigError."""
    layer: Layer = {}
    if not environment:
        return layer
    from scanner.configuration.check import ROOT, layer_of
    from scanner.syntax.yaml import load_located

    known = _variables(ROOT, ())
    for name in sorted(environment):
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise ConfigError(f"unknown environment variable {name}", hint=nearest(name, list(known)))
        pointer, field = known[name]
        text = environment[name]
        data: Any = text if field.kind == "text" else load_located(text.encode(), name).data
        if field.kind == "list" and isinstance(data, str):
            data = [word.strip() for word in data.split(",") if word.strip()]
        for key in reversed(pointer):
            data = {key: data}
        layer = merge(layer, layer_of(data, lambda _pointer, _key: None, name))
    return layer


def _variables(field: Field, at: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], Field]]:
    found: dict[str, tuple[tuple[str, ...], Field]] = {}
    for key, inner in field.fields.items():
        path = (*at, key)
        found[PREFIX + "_".join(path).upper()] = (path, inner)
        found |= _variables(inner, path)
    return found


def config_of(data: Mapping[str, Any]) -> Config:
    """Turn merged and checked data into the frozen value that the rooms read."""
    incomplete = data.get("incomplete") or {}
    sections = ("kubernetes", "terraform", "tags", "tenants", "shared_stores", "residency", "environments", "history", "rules", "inline")
    return Config(
        profile=data.get("profile", "starter"),
        select=tuple(data.get("select") or ()),
        skip=tuple(data.get("skip") or ()),
        fail_on=data.get("fail_on", "low"),
        fail_on_unknown=bool(data.get("fail_on_unknown")),
        allow_incomplete=bool(data.get("allow_incomplete")),
        include_passing=bool(data.get("include_passing")),
        suppress=bool(data.get("suppress", True)),
        today=data.get("today", "1970-01-01"),
        exclude=tuple(data.get("exclude") or ()),
        rule_folders=tuple(data.get("rule_folders") or ()),
        suppressions=tuple(_suppression(entry) for entry in data.get("suppressions") or ()),
        accept=tuple(Accept(_words(entry, "kinds"), _words(entry, "paths"), entry["reason"]) for entry in incomplete.get("accept") or ()),
        owners=tuple(data.get("owners") or ()),
        jobs=max(0, int(data.get("jobs") or 0)),
        rule_pages=data.get("rule_pages") or "",
        severities=tuple(data.get("severities") or ()),
        **{name: data.get(name) or {} for name in sections},
    )


def _suppression(entry: Mapping[str, Any]) -> Suppression:
    return Suppression(_words(entry, "rules"), _words(entry, "paths"), _words(entry, "resources"), str(entry["reason"]))


def _words(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key) or ()
    return (value,) if isinstance(value, str) else tuple(str(word) for word in value)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
