"""JSON to plain data, at the speed of the standard library, with the checks that it leaves out."""

from __future__ import annotations

from scanner.syntax.loaded import MAX_DEPTH, Loaded
from scanner.syntax.text import MalformedError
from scanner.typed import Any, NoReturn


def load(text: str) -> Loaded:
    """Read the only value of a text. Raises MalformedError."""
    import json  # slow to load; most files are YAML

    repeated = False

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        found = dict(pairs)
        repeated = repeated or len(found) != len(pairs)
        return found

    try:
        data = json.loads(text, object_pairs_hook=mapping, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise MalformedError(error.msg, error.pos) from None
    except ValueError as error:
        raise MalformedError(str(error), 0) from None
    except RecursionError:
        _too_deep()
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_depth(data)
    return Loaded(data, repeated)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in (node.values() if isinstance(node, dict) else node) if isinstance(child, dict | list)]
        if not level:
            return
    _too_deep()


def _too_deep() -> NoReturn:
    raise MalformedError(f"nested deeper than {MAX_DEPTH}", 0, "too-large")
