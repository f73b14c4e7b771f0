"""Secrets in lines of any language, parsed or not. What a line holds depends on the lines around it: the key above, the name beside.

Indentation, brackets and ``key: value`` or ``key = value`` are enough for YAML, JSON, HCL, property files and scripts inside them. In
doubt it hides.
"""

from __future__ import annotations

from scanner.mask.formats import Range, is_secret_flag, paired, recognised, says_nothing, unquoted
from scanner.mask.names import NAME_KEYS, SECRET_DATA, TABLES, VALUE_KEYS, is_harmless, is_secret
from scanner.model.record import NamedTuple
from scanner.patterns import pattern
from scanner.typed import Iterator

LONGEST = 10_000
"""Characters of a line beyond which it is not shown at all."""

_LEAD = pattern(r"[\s{]*+(?:-\s++[\s{]*+)*+")
_KEY = pattern(r"(?:\"([^\"]*+)\"|'([^']*+)'|((?:[^\s:=#\"'{}\[\],]|:(?!\s|$))(?:[^\s:=]|:(?!\s|$))*+))\s*+(?::(?=[\s\"{\[]|$)|=(?!=))\s*+")
_BLOCK = r"\w++((?:\s++\"[^\"]*+\")++)\s*+\{"
_HEREDOC = r"<<[-~]?\s*[\"']?(\w+)"
_OF_SECRETS = r"\bkind[\"']?\s*[:=]\s*[\"']?(?:Sealed)?Secret\b|\bkubernetes_secret"
_FLOW_DATA = r"\b(?:data|[a-zA-Z]+(?:_data|Data))[\"']?\s*[:=]\s*\{(.+)"


class _Frame(NamedTuple):
    """A key that later lines stand under.

    ``whole`` says that all of them are its value, ``block`` that it is the name of a thing (``resource "…"``, ``Resources: {…}``): then
    only its ``value`` is secret, not whatever stands below.
    """

    level: tuple[int, int]
    key: str
    item: int
    whole: bool
    block: bool


class _Entry(NamedTuple):
    """One line: the frames it stands under, its key ("" where it has none), its value and where that starts, and its list item.

    ``flow`` says that a brace opens before the key, so that the value ends before the line may.
    """

    frames: tuple[_Frame, ...] = ()
    key: str = ""
    value: str = ""
    start: int = 0
    item: int = -1
    flow: bool = False


def secrets_in_lines(lines: list[str]) -> list[list[Range]]:
    """Return for every line the ranges of columns that may be secret."""
    return [ranges for document in _documents(lines) for ranges in _document(document)]


def _documents(lines: list[str]) -> Iterator[list[str]]:
    start = 0
    for at, line in enumerate(lines):
        if at > start and line.startswith("---") and not line.startswith("----"):
            yield lines[start:at]
            start = at
    yield lines[start:]


def _document(lines: list[str]) -> Iterator[list[Range]]:
    secret = any(_names_secret(line) for line in lines if len(line) <= LONGEST)
    entries = list(_entries(lines))
    named = {entry.item for entry in entries if entry.key.lower() in NAME_KEYS and is_secret(unquoted(entry.value.split(",")[0]))}
    private, before = False, ""
    for line, entry in zip(lines, entries, strict=True):
        ends = "-----END" in line
        if len(line) > LONGEST or (private and not ends):
            yield [(0, len(line))]
        elif is_secret_flag(unquoted(before.strip().removeprefix("- "))) or _is_value(entry, named, secret):
            yield _whole(line, entry)
        else:
            yield _parts(line, entry, named, secret)
        private = (private or ("-----BEGIN" in line and "PRIVATE KEY" in line)) and not ends
        before = "" if entry.key else line


def _names_secret(line: str) -> bool:
    return ("Secret" in line or "kubernetes_secret" in line) and pattern(_OF_SECRETS).search(line) is not None


def _whole(line: str, entry: _Entry) -> list[Range]:
    return [] if says_nothing(entry.value) else [(entry.start, len(line.rstrip()))]


def _parts(line: str, entry: _Entry, named: set[int], secret: bool) -> list[Range]:
    start = entry.start if entry.key.lower() == "key" else 0
    data = [found.span(1) for found in pattern(_FLOW_DATA).finditer(line)] if secret else []
    return sorted([*recognised(line), *paired(line, start, entry.item in named), *data])


def _is_value(entry: _Entry, named: set[int], secret: bool) -> bool:
    """Tell whether what stands on the line is the value, or a piece of the value, of something secret."""
    key, frames = entry.key.lower(), entry.frames
    parent = frames[-1].key if frames else ""
    if any(frame.whole and is_secret(frame.key) for frame in frames):
        return True
    if secret and any(frame.key.lower() in SECRET_DATA for frame in frames):
        return True
    if any(is_secret(frame.key) for frame in frames if not frame.block) and key != "key" and not _speaks_about(entry.key):
        return True
    if entry.flow:
        return False  # each pair of the line is looked at by itself
    if key in VALUE_KEYS:
        return entry.item in named or is_secret(parent)
    return is_secret(f"{parent}.key" if key == "key" else entry.key)


def _speaks_about(key: str) -> bool:
    return bool(key) and is_harmless(key)


def _entries(lines: list[str]) -> Iterator[_Entry]:
    frames: tuple[_Frame, ...] = ()
    depth = items = 0
    heredoc = ""
    for line in lines:
        if heredoc or not line.strip() or len(line) > LONGEST:
            yield _Entry(frames, "", line)
            heredoc = "" if line.strip() == heredoc else heredoc
            continue
        depth = max(0, depth - _closing(line))
        entry, level, block = _entry(line, depth, frames, items)
        items = max(items, entry.item + 1)
        yield entry
        frames = entry.frames
        if entry.key:
            whole = bool(entry.value.strip()) and not entry.value.rstrip().endswith(("{", "["))
            block = block or (bool(frames) and frames[-1].key in TABLES)
            frames = (*frames, _Frame(level, entry.key, entry.item, whole, block))
        heredoc = _heredoc(line)
        depth += line.rstrip().endswith(("{", "["))


def _entry(line: str, depth: int, frames: tuple[_Frame, ...], items: int) -> tuple[_Entry, tuple[int, int], bool]:
    """Read one line; ``items`` is the number of the next new list item or mapping."""
    found = _LEAD.match(line)
    lead = found[0] if found else ""
    level = (depth, len(lead))
    above = tuple(frame for frame in frames if frame.level < level)
    beside = [frame.item for frame in frames if frame.level == level and not lead.strip()]
    key, start, block = _key(line, len(lead))
    return _Entry(above, key, line[start:], start, beside[0] if beside else items, "{" in lead), level, block


def _key(line: str, at: int) -> tuple[str, int, bool]:
    """Return the key at a column, where its value starts, and whether it is the header of a block (then the key is its last label)."""
    if found := _KEY.match(line, at):
        return found[1] or found[2] or found[3] or "", found.end(), False
    if '"' in line and "{" in line and (found := pattern(_BLOCK).match(line, at)):
        labels = found[1].split('"')[1::2]
        return (
            (labels[0] if line.startswith(("resource", "data"), at) else labels[-1]),
            found.end(),
            line.startswith(("resource", "data"), at),
        )
    return "", at, False


def _closing(line: str) -> int:
    """Count the closing brackets that a line begins with."""
    bare = line.replace(" ", "").replace("\t", "").replace(",", "")
    return len(bare) - len(bare.lstrip("}]"))


def _heredoc(line: str) -> str:
    found = pattern(_HEREDOC).search(line) if "<<" in line else None
    return found[1] if found else ""
