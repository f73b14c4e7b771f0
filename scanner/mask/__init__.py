"""The only door through which anything of the input reaches an output: secrets hidden, control characters visible.

``value`` for what a message quotes, ``text`` for one line of source, ``prose`` for sentences and ``escape`` for names and paths;
``scanner.mask.lines`` finds the secrets of whole files, whose lines are only understood together. It hides by name (``password``,
``DB_TOKEN``), by looks (``AKIA…``, ``https://user:pass@host``) and by place (the data of a Secret).
"""

from __future__ import annotations

from scanner.kept import lru_cache
from scanner.mask.names import SECRET_DATA, is_secret
from scanner.model.unknown import Unknown
from scanner.patterns import pattern
from scanner.syntax.json_text import compact
from scanner.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re

HIDDEN = "***"
LONGEST_VALUE = 2_000
"""Characters of one value after which it is cut, marked by an ellipsis."""

_SECRET_TYPES = frozenset(("Secret", "SealedSecret.bitnami.com", "kubernetes_secret", "kubernetes_secret_v1"))
_INVISIBLE = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)
_DEEPEST = 40


def value(value: Any, key: str = "", type_name: str = "") -> str:
    """Write a value of the input: a string as it is, all else as compact JSON, hidden where it is or may be a secret.

    ``key`` is the dotted path it stands at. Where the item beside it names it (``{name: DB_PASSWORD, value: …}``), put that name in
    front: ``DB_PASSWORD.value``. ``type_name`` is the resource's type, so that the data of a Secret is known.
    """
    masked = _masked(value, key, _is_secret_data(key, type_name))
    written = masked if isinstance(masked, str) else _json(masked)
    return prose(written if len(written) <= LONGEST_VALUE else f"{written[:LONGEST_VALUE]}…")


def text(line: str) -> str:
    """Write one line of source that stands alone; for lines of a file use ``scanner.mask.lines``, which knows their neighbours."""
    from scanner.mask.lines import hidden

    parts = hidden(line)
    return escape(cover(line, parts[0] if len(parts) == 1 else [(0, len(line))]))


def prose(sentence: str) -> str:
    """Write a message: secrets that their looks give away are hidden, invisible characters shown."""
    return escape(sentence) if len(sentence) < 8 else _prose(str(sentence))


@lru_cache(maxsize=2000)
def _prose(sentence: str) -> str:  # the same is said of many
    from scanner.mask.formats import recognised

    hidden = sorted(recognised(sentence))
    return escape(cover(sentence, hidden) if hidden else sentence)


def escape(name: str) -> str:
    r"""Write a name or path with its invisible and direction-changing characters as ``\n``, ``\x1b`` or ``\u202e``."""
    return name if name.isprintable() else pattern(_INVISIBLE).sub(_visible, name)


def _visible(found: re.Match[str]) -> str:
    return found[0].encode("ascii", "backslashreplace").decode() if found[0] > "\x7f" else repr(found[0])[1:-1]


def cover(line: str, ranges: list[tuple[int, int]]) -> str:
    """Replace ranges of columns (sorted, from 0, end exclusive; they may overlap) by asterisks whose number says nothing."""
    shown, at = "", 0
    for start, end in ranges:
        if end > at:
            shown += line[at : max(at, start)] + (HIDDEN if start >= at else "")
            at = end
    return shown + line[at:]


def _is_secret_data(key: str, type_name: str) -> bool:
    return type_name in _SECRET_TYPES and key.partition(".")[0].lower() in SECRET_DATA


def _masked(value: Any, key: str, secret: bool, depth: int = 0) -> Any:
    """Return plain data ready for JSON with every secret scalar inside replaced."""
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        name = value.get("name")
        inner = f"{name}." if isinstance(name, str) else f"{key}."
        return {str(word): _masked(item, f"{inner}{word}", secret, depth + 1) for word, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item, key, secret, depth + 1) for item in value]
    if value is None or isinstance(value, bool):
        return value
    return HIDDEN if secret or is_secret(key) else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Unknown):
        return f"unknown: {value.cause}"
    if isinstance(value, str):
        return str(value)  # what its source declares secret writes itself as a placeholder
    return value if isinstance(value, int | float) else _number(value)


def _number(value: Any) -> Any:
    return int(value) if value == int(value) else float(value)


def _json(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    return compact(value)
