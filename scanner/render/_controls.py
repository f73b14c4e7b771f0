"""Controls of frameworks, written for people: one by one, with the names that their publishers give them."""

from __future__ import annotations

import re

from scanner.tables import table
from scanner.typed import Iterator, Mapping, Sequence

_ARTICLES = re.compile(r"Art\.(\d+(?:/\d+)+)")
_LEVEL = re.compile(r"([A-Za-z]+)(?:_[a-z]+)?@(baseline|restricted)(?:>=([0-9.]+))?")


def controls(frameworks: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """List framework and control, sorted by framework; what names several controls is each of them, once."""
    rows = ((framework, one) for framework in sorted(frameworks) for control in frameworks[framework] for one in _each(control))
    return list(dict.fromkeys(rows))


def _each(control: str) -> Iterator[str]:
    articles = _ARTICLES.match(control)
    yield from (f"Art.{number}" for number in articles[1].split("/")) if articles else control.split("|")


def control_name(framework: str, control: str) -> str:
    """Return what a control is called; "" where it has a number alone."""
    level = _LEVEL.fullmatch(control)
    if level is not None:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", level[1]).lower()
        return f"{words}, {level[2]} level{f' from {level[3]}' if level[3] else ''}"
    if control == "listed":
        return "named by the publisher, without a number"
    return str(table("controls")["names"].get(framework, {}).get(control, ""))
