"""What the options say becomes a layer of configuration over plumbrule.yaml. A scan without options comes here without click."""

from __future__ import annotations

import os
import time

from scanner.configuration.layers import Items, Layer, Value
from scanner.model.errors import ConfigError
from scanner.model.record import NamedTuple
from scanner.typed import Any, Mapping


class Choices(NamedTuple):
    """What the command line says about configuration and reading. ``layer`` lies over every file; ``config_file`` replaces the search."""

    layer: Layer
    config_file: str | None
    rule_folders: tuple[str, ...]


def choices(given: Mapping[str, Any]) -> Choices:
    """Turn the options of a command line into choices. Raises ConfigError for a word that cannot be."""
    layer: Layer = {}
    layer["today"] = _value(_today(given.get("today")), "today")
    layer["suppress"] = _value(not given.get("no_suppressions"), "no-suppressions")
    for key in ("profile", "fail_on", "fail_on_unknown", "include_passing", "allow_incomplete", "jobs"):
        if given.get(key):
            layer[key] = _value(given[key], key)
    for key in ("select", "skip"):
        if words := _split(given.get(key) or ()):
            layer[key] = Items(tuple(_value(word, key) for word in words), replaces=key == "select")
    if version := given.get("kubernetes_version"):
        layer["kubernetes"] = {"version": _value(_minor(version), "kubernetes-version")}
    if profile := given.get("residency_profile"):
        layer["residency"] = {"profile": _value(profile, "residency-profile")}
    layer["terraform"] = _terraform(given)
    return Choices(layer, given.get("config_file"), tuple(given.get("rule_folders") or ()))


def _value(value: Any, option: str) -> Value:
    return Value(value, None, f"--{option.replace('_', '-')}")


def _split(words: Any) -> list[str]:
    return [part.strip() for word in words for part in word.split(",") if part.strip()]


def _minor(version: str) -> str:
    import re

    match = re.fullmatch(r"v?(1\.\d{1,3})(?:\.\d+)?", version)
    if match is None:
        raise ConfigError(f"--kubernetes-version {version!r} is no version", hint="write it as 1.34")
    return match[1]


def _terraform(given: Mapping[str, Any]) -> Layer:
    pairs = {}
    for word in given.get("variables") or ():
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise ConfigError(f"--var {word!r} is no NAME=VALUE")
        pairs[name] = value
    files = [os.path.abspath(path) for path in given.get("var_files") or ()]
    for path in files:
        if not os.path.isfile(path):
            raise ConfigError(f"--var-file {os.path.relpath(path)}: there is no such file")
    from_environment = {name.removeprefix("TF_VAR_"): value for name, value in os.environ.items() if name.startswith("TF_VAR_")}
    said = {"variables": pairs, "var_files": files, "environment": from_environment}
    return {key: Value(value, None, "command line") for key, value in said.items() if value}


def _today(given: str | None) -> str:
    if given:
        return _day(given)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(epoch) if epoch.isdigit() else None))


def _day(given: str) -> str:
    from datetime import date  # slow to load, and needed here alone

    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise ConfigError(f"--today {given!r} is no day", hint="write it as 2026-12-31") from None
