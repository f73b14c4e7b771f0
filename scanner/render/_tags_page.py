"""The coverage of tags as a page: a bar for each value of each tag, and the resources that lack one.

It has no scripts, and no styles beyond attributes and the classes of ``base.css``, so that it stands in a page whose policy forbids them.
"""

from __future__ import annotations

from html import escape

from scanner import mask
from scanner.model.resource import Fact
from scanner.render._templates import part, policy
from scanner.render.answers_tags import NONE, UNKNOWN, Coverage, missing, where
from scanner.typed import Iterable

_WIDTH = 160
_COLOURS = {NONE: "#d32f2f", UNKNOWN: "#8657d6"}
_GOOD = "#2e9e5b"


def to_html(answer: Coverage) -> str:
    """Write the whole page."""
    style = part("base.css")
    body = f'<div class="page">\n<h1>Tags</h1>\n<p>{len(answer.facts)} resources that take tags</p>\n{fragment(answer)}\n</div>'
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Tags</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style, "")}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<style>{style}</style></head>\n<body>\n<main>\n{body}\n</main>\n</body></html>\n"
    )


def fragment(answer: Coverage) -> str:
    """Write the sections without a page around them."""
    return "\n".join((*(_section(answer, name) for name in answer.names), _lacking(answer)))


def _section(answer: Coverage, name: str) -> str:
    rows = "\n".join(_bar(value, number, len(answer.facts)) for value, number in answer.counts(name).items())
    head = '<tr><th scope="col">value</th><th scope="col">resources</th><th scope="col">share</th></tr>'
    return (
        f'<section>\n<h2>{escape(name)}: {answer.share(name)}</h2>\n<div class="wide"><table>\n{head}\n{rows}\n</table></div>\n</section>'
    )


def _bar(value: str, number: int, total: int) -> str:
    width = max(1, number * _WIDTH // total)
    bar = f'<rect width="{width}" height="12" fill="{_COLOURS.get(value, _GOOD)}"/>'
    drawn = f'<svg width="{_WIDTH}" height="12" aria-hidden="true">{bar}</svg>'
    return f'<tr><th scope="row">{escape(value)}</th><td>{number}</td><td>{drawn}</td></tr>'


def _lacking(answer: Coverage) -> str:
    rows = "\n".join(_rows(answer.facts))
    head = '<tr><th scope="col">resource</th><th scope="col">lacks</th><th scope="col">where</th></tr>'
    return f'<section>\n<h2>What lacks a required tag</h2>\n<div class="wide"><table>\n{head}\n{rows}\n</table></div>\n</section>'


def _rows(facts: Iterable[Fact]) -> Iterable[str]:
    for fact in facts:
        if missing(fact):
            cells = (escape(text) for text in (mask.prose(fact.data["address"]), missing(fact), where(fact)))
            yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
