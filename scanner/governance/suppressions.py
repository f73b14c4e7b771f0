"""Suppressions: what is known and accepted, written in plumbrule.yaml, beside the line, or on the object itself.

A suppression needs a reason, an inline one cannot silence a critical rule unless configuration allows it, and one that silences
nothing is reported: it is either a typing error or a risk that is gone.
"""

from __future__ import annotations

from scanner.config import Config, Suppression
from scanner.inventory import Inventory, lookup
from scanner.kept import lru_cache
from scanner.model.errors import ConfigError
from scanner.model.finding import Finding
from scanner.model.glob import fits, matches
from scanner.model.place import Span
from scanner.model.record import NamedTuple
from scanner.model.resource import ANNOTATIONS, Resource
from scanner.patterns import pattern
from scanner.ruleset import Ruleset, silenced_by
from scanner.syntax.text import lines_of
from scanner.typed import TYPE_CHECKING, Any, Callable, Iterable, Mapping, Sequence

if TYPE_CHECKING:
    from scanner.governance.inline import Comment

MARKER = "plumbrule:ignore"
_ANNOTATION = ("metadata", "annotations", f"{ANNOTATIONS}ignore")
_ENTRY = r"(?s)\s*([\w.*-]+(?:\s*,\s*[\w.*-]+)*)\s*(.*)"


class Named(NamedTuple):
    """What a suppression's words mean: the rules that it silences, and notes on words that silence nothing or less than hoped."""

    rules: frozenset[str]
    notes: tuple[str, ...]


class Ignore(NamedTuple):
    """One effective suppression. ``lines`` are what an inline one covers; ``paths`` and ``resources`` are globs, empty for all.

    ``sign`` tells whether it was there before: its words, and what they stand on, without line numbers.
    """

    rules: frozenset[str]
    reason: str
    at: Span | None
    inline: bool
    paths: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None
    sign: tuple[Any, ...] = ()


class Written(NamedTuple):
    """Suppressions found in the input, notes on those that are of no use (no reason, no such rule), and what inline ones may silence."""

    ignores: list[Ignore]
    notes: list[str]
    allow_critical: bool = False


def entry(text: str) -> tuple[tuple[str, ...], str]:
    """Split ``ID[,ID] reason…`` into words and reason."""
    match = pattern(_ENTRY).fullmatch(text)
    if match is None:
        return (), ""
    return tuple(word.strip() for word in match[1].split(",")), match[2].strip()


def named(words: Iterable[str], ruleset: Ruleset) -> Named:
    """Resolve ids, slugs, areas, globs and foreign ids; a foreign id silences only rules that ask the same."""
    rules: set[str] = set()
    notes: list[str] = []
    for word in words:
        try:
            silenced, note = silenced_by(word, ruleset)
        except ConfigError as error:
            silenced, note = set(), f"{error.message}; {error.hint or 'see `plumbrule rules list`'}"
        rules |= silenced
        notes += [note] if note else []
    return Named(frozenset(rules), tuple(notes))


def configured(suppressions: Sequence[Suppression], ruleset: Ruleset) -> list[Ignore]:
    """Turn ``suppressions`` of the configuration into ignores. Raises ConfigError for a word that names no rule."""
    ignores = []
    for one in suppressions:
        meaning = named(one.rules, ruleset)
        if unknown := [note for note in meaning.notes if "names no rule" in note]:
            raise ConfigError(f"suppressions: {unknown[0]}")
        ignores.append(Ignore(meaning.rules, one.reason, None, False, one.paths, one.resources, sign=one))
    return ignores


def commented(comments: Sequence[Comment], text_of: Callable[[str], str | None], ruleset: Ruleset) -> Written:
    """Turn comments into ignores."""
    return _joined([_written(comment.body, _beside(comment, text_of(comment.path) or ""), ruleset) for comment in comments])


def _beside(comment: Comment, text: str) -> Ignore:
    from scanner.governance.inline import covered_lines  # few files have such comments

    at = Span(comment.path, comment.line, comment.column, comment.line, comment.column)
    lines = covered_lines(comment, text)
    return Ignore(frozenset(), "", at, True, lines=lines, sign=(comment.path, lines_of(text)[lines[0] - 1].strip()))


def annotated(inventory: Inventory, ruleset: Ruleset) -> Written:
    """Turn ``plumbrule/ignore`` annotations into ignores for exactly the annotated object; an annotation may hold several lines."""
    likely = (one for one in inventory.all if not one.unmarked and one.key.provider == "kubernetes")
    rows = [(resource, lookup(resource.data, _ANNOTATION)) for resource in likely]
    return _joined(
        [
            _written(line, _upon(resource), ruleset)
            for resource, text in rows
            if isinstance(text, str)
            for line in filter(None, map(str.strip, lines_of(text)))
        ]
    )


def _upon(resource: Resource) -> Ignore:
    at = resource.span(_ANNOTATION) or Span(resource.path, 1, 1, 1, 1)
    address = resource.key.address
    return Ignore(frozenset(), "", at, True, (_literal(at.path),), (_literal(address),), sign=(at.path, address))


def _joined(found: Sequence[Written]) -> Written:
    return Written([ignore for one in found for ignore in one.ignores], [note for one in found for note in one.notes])


def _written(body: str, blank: Ignore, ruleset: Ruleset) -> Written:
    """Read what a suppression says into what is known of its place."""
    words, reason = entry(body)
    meaning = named(words, ruleset)
    where = f"{blank.at.path}:{blank.at.line}" if blank.at else ""
    notes = [f"{where}: {note}" for note in meaning.notes]
    if not words:
        return Written([], [f"{where}: the ignore names no rule: write `plumbrule:ignore=ID reason`"])
    if not reason:
        return Written([], [*notes, f"{where}: the ignore of {', '.join(words)} gives no reason and silences nothing"])
    ignore = blank._replace(rules=meaning.rules, reason=reason, sign=(*blank.sign, body))
    return Written([ignore] if meaning.rules else [], notes)


@lru_cache(maxsize=4096)
def _literal(text: str) -> str:
    return pattern(r"([*?\[])").sub(r"[\1]", text)


class Silencer:
    """Applies ignores to findings and remembers which of them were of use."""

    def __init__(self, ignores: Sequence[Ignore], allow_critical: bool) -> None:
        self._by_rule: dict[str, list[Ignore]] = {}
        for ignore in ignores:
            for rule in ignore.rules:
                self._by_rule.setdefault(rule, []).append(ignore)
        self._ignores = ignores
        self._allow_critical = allow_critical
        self._used: set[int] = set()
        self._refused: set[int] = set()

    def reason(self, finding: Finding, severity: str) -> str | None:
        """Return why a finding is silenced, or None."""
        for ignore in self._by_rule.get(finding.rule.id, ()):
            if not covers(ignore, finding):
                continue
            if ignore.inline and severity == "critical" and not self._allow_critical:
                self._refused.add(id(ignore))
                continue
            self._used.add(id(ignore))
            return ignore.reason
        return None

    def notes(self, ran: Mapping[str, object]) -> list[str]:
        """Report ignores that were refused or silenced nothing, as far as their rules ran."""
        found = []
        for ignore in self._ignores:
            where = f"{ignore.at.path}:{ignore.at.line}: " if ignore.at else "plumbrule.yaml: "
            names = ", ".join(sorted(ignore.rules)) if len(ignore.rules) <= 4 else f"{len(ignore.rules)} rules"
            if ignore.at is None and (about := (*ignore.paths, *ignore.resources)):
                names += f" in {', '.join(about)}"  # the entry may stand in the plumbrule.yaml of any folder
            if id(ignore) in self._refused:
                found.append(f"{where}the ignore of {names} is refused: a critical rule (inline.allow_critical permits it)")
            elif id(ignore) not in self._used and any(rule in ran for rule in ignore.rules):
                found.append(f"{where}the ignore of {names} silences nothing: remove it")
        return found


def covers(ignore: Ignore, finding: Finding) -> bool:
    """Tell whether a suppression that names the finding's rule is about this finding."""
    if ignore.resources and not any(fits(finding.resource.address, glob) for glob in ignore.resources):
        return False
    places = [place for place in (finding.location, *(related.span for related in finding.related)) if place is not None]
    if ignore.lines is not None:
        first, last = ignore.lines
        path = ignore.at.path if ignore.at else ""
        return any(place.path == path and first <= place.line <= last for place in places)
    if ignore.paths and not (ignore.inline and ignore.resources):
        return any(matches(place.path, glob) for place in places[:1] for glob in ignore.paths)
    return True


def allow_critical(config: Config) -> bool:
    """Tell whether inline suppressions may silence critical rules."""
    return bool(config.inline.get("allow_critical"))
