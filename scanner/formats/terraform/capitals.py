"""``True`` and ``False`` with capitals: to Terraform they are references to nothing, and it refuses the file.

What is meant is plain, so that it is judged; that the file is broken is a problem of the file.
"""

from __future__ import annotations

from scanner.syntax.hcl.nodes import Body, For, Get, Index, Mistake, Root, Template
from scanner.typed import Any, Iterator

MEANT = {"True": True, "TRUE": True, "False": False, "FALSE": False}


def capitals(body: Body) -> list[Mistake]:
    """Return each bare word of a file that is a boolean with capitals, unless a loop binds it."""
    if not any(word in body.source.text for word in MEANT):
        return []
    found = sorted({(start, word.name) for word, start in _bare(body)})
    return [Mistake(f"Terraform refuses {name} as a reference to nothing: write {name.lower()}", start) for start, name in found]


def _bare(body: Body) -> Iterator[tuple[Root, int]]:
    """Yield the references that are such a word and nothing more, with their places; a stack, as expressions nest deeply."""
    # What stands in a string of JSON has the place of the string.
    strings = body.source.path.endswith(".json")
    left: list[tuple[Any, frozenset[str], int | None]] = [(body, frozenset(), None)]
    while left:
        node, bound, start = left.pop()
        if isinstance(node, Root):
            if node.name in MEANT and node.name not in bound:
                yield node, node.start if start is None else start
        elif isinstance(node, For):
            inner = bound | {node.value, node.key or node.value}
            left += [(node.over, bound, start), *((part, inner, start) for part in (node.result_key, node.result, node.condition))]
        elif isinstance(node, dict):
            left += [(value, bound, start) for value in node.values()]
        elif isinstance(node, tuple):
            # True.x would be a resource of that type.
            named = isinstance(node, Get | Index) and isinstance(node.of, Root)
            start = node.start if strings and start is None and isinstance(node, Template) else start
            left += [(part, bound, start) for part in (node[1:] if named else node)]
