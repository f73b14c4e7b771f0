"""Templates of ``reports/`` and the policy of the pages that they make: our own style and script by hash, nothing from anywhere."""

from __future__ import annotations

import os
from base64 import b64encode
from hashlib import sha256

from scanner.render._words import framework_name
from scanner.tables import data_folder
from scanner.typed import Any


def environment(own: str | None = None) -> Any:
    """Return a sandboxed jinja2 environment; templates of the folder ``own`` come first, ours are also at ``plumbrule/``."""
    from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    ours = FileSystemLoader(data_folder("reports"))
    folders = [FileSystemLoader(own)] if own else []
    loader = ChoiceLoader([*folders, ours, PrefixLoader({"plumbrule": ours})])
    made = ImmutableSandboxedEnvironment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"pretty": framework_name, "prose": _prose}
    return made


def part(name: str) -> str:
    """Return a style or script of ``reports/``."""
    with open(os.path.join(data_folder("reports"), name), encoding="utf-8") as handle:
        return handle.read()


def policy(style: str, script: str, *, images: bool = False) -> str:
    """Return a Content-Security-Policy that allows this style and script; ``images`` are those inside the page. Nothing is ever fetched."""
    parts = [
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join([*parts, "img-src data:"] if images else parts)


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _prose(words: str) -> Any:
    """Turn code between backticks into ``<code>``, and nothing else into anything."""
    from markupsafe import Markup

    parts = words.split("`")
    code = [Markup("<code>{}</code>").format(part) if at % 2 and at + 1 < len(parts) else part for at, part in enumerate(parts)]
    return Markup("").join(code)
