"""Access for people who review it: who is how strong, where, and by which way, as a fragment of the HTML report."""

from __future__ import annotations

from collections import Counter
from html import escape

from scanner import mask
from scanner.typed import Sequence
from scanner.views.permissions.chains import where
from scanner.views.permissions.standings import POWERS, Standing

Scoped = tuple[str | None, Standing]


def page(rows: Sequence[Scoped]) -> str:
    """Write the page: subjects by power, then each namespace with those who hold something in it. No script, no style of its own."""
    if not rows:
        return "<p>No role binding was found.</p>"
    parts = [_sums(rows)]
    for scope in dict.fromkeys(scope for scope, _ in rows):
        inside = [row for other, row in rows if other == scope]
        parts += [f"<h3>{_text(scope)}</h3>"] if scope else []
        parts += [_by_power(inside), _by_place(inside)]
    return "\n".join(parts)


def _sums(rows: Sequence[Scoped]) -> str:
    counts = Counter(row.power for _, row in rows)
    return "<p>" + ", ".join(f"{counts[power]} {_text(power)}" for power in POWERS if counts[power]) + "</p>"


def _by_power(rows: Sequence[Standing]) -> str:
    body = [_row(_text(str(row.subject)), _text(row.power), _roles(row), _text(row.chain)) for row in rows]
    return _table(("Subject", "Power", "Roles", "Shortest way to more"), body)


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _roles(row: Standing) -> str:
    return "<br>".join(f"{_text(', '.join(names))} {_text(where(place))}" for place, names in row.roles)


def _by_place(rows: Sequence[Standing]) -> str:
    places = sorted({place for row in rows for place, _ in row.roles}, key=lambda place: place or "")
    body = []
    for place in places:
        held = [f"{_text(str(row.subject))} ({_text(', '.join(names))})" for row in rows for home, names in row.roles if home == place]
        body.append(_row(_text(place or "whole cluster"), "<br>".join(held)))
    return _table(("Namespace", "Who holds what"), body)


def _table(head: Sequence[str], body: Sequence[str]) -> str:
    titles = "".join(f"<th>{title}</th>" for title in head)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>\n" + "\n".join(body) + "\n</tbody></table>"


def _text(text: str | None) -> str:
    return escape(mask.prose(text or ""))
