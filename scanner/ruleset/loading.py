"""Finds rule files and remembers what they say, so that a warm start reads no YAML."""

from __future__ import annotations

import os
from types import MappingProxyType

from scanner import tables
from scanner.cache import load_rows, store_rows
from scanner.model.errors import RuleError
from scanner.model.place import Span
from scanner.model.record import NamedTuple
from scanner.model.rule import Rule
from scanner.ruleset.packed import ALIASES, Packed, PackedMap, pack, pack_map
from scanner.typed import Any, Mapping, Sequence
from scanner.witness import below, present

Alias = tuple[str, str]
"""A rule's id and how the foreign id relates to it: same or similar."""


class Ruleset(NamedTuple):
    """All rules by id, sorted; ids of other tools (every spelling) with what they mean here; and the digest of all rule data.

    ``profiles`` are the ids that a profile runs where nothing else is configured, as far as they were worked out before; ``dated`` are the
    tables with whose dates rules compare the day, None where one compares it with what it reads.
    """

    rules: Mapping[str, Rule]
    aliases: Mapping[str, tuple[Alias, ...]]
    digest: str
    profiles: Mapping[str, frozenset[str]] = MappingProxyType({})
    dated: tuple[str, ...] | None = None


class RuleFile(NamedTuple):
    """A rule file: where it is, its path inside its folder, and whether it is a user's."""

    path: str
    source: str
    own: bool


_ENDINGS = (".yaml", ".yml", ".py")
_Head = tuple[tuple[str, ...], str, Mapping[str, frozenset[str]], tuple[str, ...] | None]
"""The ids of all rules, sorted, their digest, the profiles, and the tables of dates."""


def load(folders: Sequence[str]) -> Ruleset:
    """Load the rules of the built-in folder and of users' folders. Raises RuleError at the first mistake."""
    sources = (*folders, tables.data_folder("rules"), os.path.dirname(os.path.abspath(__file__)))
    key = "\n".join(stamp for folder in dict.fromkeys(sources) for stamp in _stamps(folder))
    name = "rules" if len(folders) == 1 else f"rules-{_mark(folders)}"
    (ids, digest, profiles, dated), rows = load_rows(name, key) or _built(name, key, folders)
    return Ruleset(Packed(ids, rows), PackedMap(rows, ALIASES), digest, profiles, dated)


def _built(name: str, key: str, folders: Sequence[str]) -> tuple[_Head, Mapping[str, bytes]]:
    head, rows = _build([file for folder in folders for file in rule_files(folder)])
    store_rows(name, key, head, rows)
    return head, rows


def _stamps(folder: str) -> list[str]:
    """Return the path, size and time of change of every rule file, table and source below a folder. Raises RuleError."""
    seen = present()
    try:
        found = below(folder) if seen is None else seen.below(folder)
    except OSError:
        raise RuleError(f"{folder}: there is no such folder of rules") from None
    return [f"{path} {status.st_size} {status.st_mtime_ns}" for path, status in found if path.endswith(_ENDINGS)]


def rule_files(folder: str) -> list[RuleFile]:
    """Return the rule files below a folder in order; folders and files that begin with ``_`` or ``.`` hold none. Raises RuleError."""
    if not os.path.isdir(folder):
        raise RuleError(f"{folder}: there is no such folder of rules")
    own = os.path.abspath(folder) != tables.data_folder("rules")
    found = []
    for top, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if name[0] not in "_.")
        paths = (os.path.join(top, name) for name in sorted(names) if name.endswith((".yaml", ".yml")) and name[0] not in "_.")
        found += [RuleFile(path, os.path.relpath(path, folder).replace(os.sep, "/"), own) for path in paths]
    return found


def _tables() -> list[str]:
    folder = os.path.join(tables.data_folder("rules"), "_tables")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def _mark(folders: Sequence[str]) -> str:
    from zlib import crc32  # users' folders only

    return f"{crc32(chr(0).join(map(os.path.abspath, folders)).encode()):08x}"


def _build(files: Sequence[RuleFile]) -> tuple[_Head, dict[str, bytes]]:
    from hashlib import sha256

    from scanner.ruleset.aliases import aliases_of
    from scanner.ruleset.dated import tables_of_dates
    from scanner.ruleset.needs import asked_by, types_read
    from scanner.ruleset.reading import read_rule
    from scanner.ruleset.screens import packed_screens
    from scanner.ruleset.selection import profiles_of
    from scanner.ruleset.words import words_of

    digest = sha256()
    found: dict[str, tuple[dict[str, Any], RuleFile]] = {}
    for file in files:
        with open(file.path, "rb") as handle:
            content = handle.read()
        digest.update(f"{file.source}\0{len(content)}\0".encode() + content)
        record = read_rule(content, file.path, file.source, own=file.own)
        body = record["body"]
        record |= {"reads": types_read(body), "asks": asked_by(body), "screens": packed_screens(body)}
        _refuse_twins(record, file, found)
        found[record["id"]] = (record, file)
    for path in _tables():
        with open(path, "rb") as handle:
            digest.update(handle.read())
    records = [found[rule][0] for rule in sorted(found)]
    bodies = {record["id"]: record["body"] for record in records}
    for record in records:
        record["sees"] = words_of(record["body"], bodies)
    rows = {name: row for record in records for name, row in pack(record).items()}
    ids = tuple(record["id"] for record in records)
    head = ids, f"sha256:{digest.hexdigest()}", profiles_of(Packed(ids, rows)), tables_of_dates(bodies.values())
    return head, {**rows, ALIASES: pack_map(aliases_of(records))}


def _refuse_twins(record: dict[str, Any], file: RuleFile, found: Mapping[str, tuple[dict[str, Any], RuleFile]]) -> None:
    for known, other in found.values():
        for key in ("id", "slug"):
            if known[key] == record[key]:
                raise RuleError(
                    f"the {key} {record[key]} is taken by {other.source}",
                    Span(file.path, 1, 1, 1, 1),
                    f"choose another {key}: your own ids have a prefix of their own, and a slug names one rule",
                )
