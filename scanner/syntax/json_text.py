"""JSON as text: what ``json`` writes, by the writer in C that it uses, without the reader's regular expressions that importing it compiles.

Where an interpreter has no such writer, ``json`` itself is asked.
"""

from __future__ import annotations

from scanner.typed import Any, Callable

Writer = Callable[[Any], str]


def _refuse(value: Any) -> Any:
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _writer(*, item: str, key: str, ascii_only: bool) -> Writer:
    try:
        import _json

        quote = _json.encode_basestring_ascii if ascii_only else _json.encode_basestring
        chunks = _json.make_encoder({}, _refuse, quote, None, key, item, False, False, True)
    except (ImportError, AttributeError, TypeError):
        import json

        return json.JSONEncoder(ensure_ascii=ascii_only, separators=(item, key)).encode
    return lambda value: quote(value) if isinstance(value, str) else "".join(chunks(value, 0))


spaced = _writer(item=", ", key=": ", ascii_only=True)
"""Write JSON on one line with spaces, all of it ASCII. Raises TypeError for what JSON has no form for, ValueError for what holds itself."""

compact = _writer(item=",", key=":", ascii_only=False)
"""Write JSON without spaces, characters as they are; it raises what ``spaced`` does."""
