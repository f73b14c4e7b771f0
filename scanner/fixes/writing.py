"""Values as they are written: YAML in block and flow style, JSON and HCL."""

from __future__ import annotations

import json
import re

from scanner.typed import Any

_PLAIN = re.compile(r"[A-Za-z][\w./-]*\Z", re.ASCII)
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_NAME = re.compile(r"[A-Za-z_][\w-]*\Z", re.ASCII)


def flow(value: Any) -> str:
    """Write a value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def block(key: str, value: Any, indent: str, line_break: str) -> str:
    """Write a key with its value in YAML's block style, its first line without indentation."""
    if not isinstance(value, dict) or not value:
        return f"{scalar(key)}: {flow(value)}"
    inner = f"{indent}  "
    lines = (f"{inner}{block(name, item, inner, line_break)}" for name, item in value.items())
    return line_break.join((f"{scalar(key)}:", *lines))


def scalar(value: Any) -> str:
    """Write a scalar plain where every reader takes it for what it is, else in quotes."""
    if isinstance(value, str) and _PLAIN.match(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def strict_json(value: Any) -> str:
    """Write a value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def hcl(value: Any) -> str:
    """Write a value as an HCL expression; ``${`` and ``%{`` in text stay text."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{hcl_key(key)} = {hcl(item)}" for key, item in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(hcl, value)) + "]"
    written = json.dumps(value, ensure_ascii=False)
    return written.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else written


def hcl_key(key: str) -> str:
    """Write the key of a map."""
    return key if _NAME.match(key) else hcl(key)
