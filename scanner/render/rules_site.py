"""A static site of rules: one page each, an index to search, one page an area, one of frameworks. Nothing in it is loaded from elsewhere.

``helpUri`` of SARIF leads to the pages where ``rule_pages`` in plumbrule.yaml says where they are published.
"""

from __future__ import annotations

from itertools import pairwise

from scanner import mask
from scanner.mask.lines import shown
from scanner.model.record import NamedTuple
from scanner.model.rule import SEVERITIES, Rule
from scanner.render._controls import controls
from scanner.render._templates import environment, part, policy
from scanner.render._words import file_name, framework_name, http, natural, rule_page, sentence
from scanner.ruleset.examples import Example
from scanner.ruleset.targets import targets_of
from scanner.typed import Any, Callable, Iterator, Mapping, Sequence

_STANDING = {
    "on": "On by default",
    "off": "Off by default, because people disagree about it; runs when it is selected",
    "opt-in": "Needs context that you declare; runs when it is selected",
}
_KINDS = {"fail": "Fails", "pass": "Passes", "unknown": "Cannot be decided"}
_REASONS = {"same": "asks the same; its id silences this rule", "similar": "asks something similar; its id selects this rule"}


class Catalogue(NamedTuple):
    """What the site is made of. ``examples`` gives those of a rule; ``profiles`` names the rules that each profile runs."""

    rules: Sequence[Rule]
    examples: Callable[[Rule], Sequence[Example]]
    profiles: Mapping[str, frozenset[str]]
    version: str
    digest: str


class Line(NamedTuple):
    """One line of an example as it may be shown; ``found`` is ``fail`` or ``unknown`` where the rule has something to say."""

    indent: str
    text: str
    found: str


class Card(NamedTuple):
    """One rule in a list: its page, and ``words`` to search in: ids of other tools and controls too."""

    rule: Rule
    href: str
    title: str
    frameworks: str
    words: str


def pages(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield path and text of every page; paths are relative to the site's top, with ``/``."""
    write = _writer(catalogue)
    rules = sorted(catalogue.rules, key=lambda rule: (rule.area, natural(rule.id)))
    cards = [_card(rule) for rule in rules]
    areas: dict[str, list[Card]] = {}
    for card in cards:
        areas.setdefault(card.rule.area, []).append(card)
    frameworks = _frameworks(rules)
    names = {framework: framework_name(framework) for framework, _ in frameworks}
    yield "index.html", write("index", "", cards=cards, areas=areas, severities=SEVERITIES, frameworks=names)
    yield "frameworks.html", write("frameworks", "", frameworks=frameworks)
    for area, inside in areas.items():
        yield area_page(area), write("area", "../", area=area, cards=inside, profiles=catalogue.profiles)
    for rule, (before, after) in zip(rules, _neighbours(cards), strict=True):
        yield rule_page(rule.id), write("rule", "../", before=before, after=after, **_told(rule, catalogue))


def area_page(area: str) -> str:
    """Return the path of an area's page."""
    return f"areas/{file_name(area)}.html"


def _writer(catalogue: Catalogue) -> Callable[..., str]:
    style, script = part("base.css") + part("site/site.css"), part("site/site.js")
    made = environment()
    made.filters |= {"rule_page": rule_page, "area_page": area_page, "area_name": _area_name}
    shared = {"style": style, "script": script, "policy": policy(style, script), "version": catalogue.version, "digest": catalogue.digest}

    def write(template: str, top: str, **words: Any) -> str:
        page: str = made.get_template(f"site/{template}.html.j2").render(**shared, **words, top=top)
        return page

    return write


def _area_name(area: str) -> str:
    """Write an area for people: ``pod-security-standards`` is ``Pod security standards``."""
    words = " ".join({"rbac": "RBAC", "aws": "AWS", "gcp": "Google Cloud", "gdpr": "GDPR"}.get(word, word) for word in area.split("-"))
    return words[:1].upper() + words[1:]


def _card(rule: Rule) -> Card:
    named = [*rule.frameworks, *rule.proposed]
    foreign = [f"{one.tool} {one.id}" for one in rule.equivalents]
    stated = [f"{framework_name(framework)} {control}" for framework, control in [*controls(rule.frameworks), *controls(rule.proposed)]]
    words = " ".join([rule.id, rule.slug, rule.title, rule.area, *foreign, *stated, *_matched(rule)])
    return Card(rule, rule_page(rule.id), sentence(rule.title), " ".join(dict.fromkeys(named)), mask.prose(words.lower()))


def _neighbours(cards: Sequence[Card]) -> Iterator[tuple[Card | None, Card | None]]:
    ends: list[Card | None] = [None, *cards, None]
    yield from ((before, after) for (before, _), (_, after) in zip(pairwise(ends[:-1]), pairwise(ends[1:]), strict=True))


def _frameworks(rules: Sequence[Rule]) -> list[tuple[str, list[tuple[str, list[tuple[Rule, bool]]]]]]:
    """List every framework with its controls and the rules that serve each; the flag says that we propose it."""
    served: dict[str, dict[str, list[tuple[Rule, bool]]]] = {}
    for rule in rules:
        stated = controls(rule.frameworks)
        for framework, control in dict.fromkeys([*stated, *controls(rule.proposed)]):
            served.setdefault(framework, {}).setdefault(control, []).append((rule, (framework, control) not in stated))
    return [(name, [(control, served[name][control]) for control in sorted(served[name], key=natural)]) for name in sorted(served)]


def _told(rule: Rule, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "rule": rule,
        "title": sentence(rule.title),
        "standing": _STANDING[rule.default],
        "profiles": [name for name, ids in catalogue.profiles.items() if rule.id in ids],
        "types": _matched(rule),
        "fixable": any("remedy" in body for body, _ in targets_of(rule.body)),
        "params": [
            (name, param["type"], _value(name, param["default"]), param.get("description", "")) for name, param in rule.params.items()
        ],
        "examples": [_example(example) for example in catalogue.examples(rule)],
        "stated": rule.frameworks,
        "proposed": _new(rule),
        "equivalents": [(one.tool, one.id, _REASONS[one.relation]) for one in rule.equivalents],
        "links": http(rule.references),
    }


def _new(rule: Rule) -> dict[str, list[str]]:
    """Return the controls that we propose and nobody states."""
    found: dict[str, list[str]] = {}
    for framework, control in controls(rule.proposed):
        if control not in rule.frameworks.get(framework, ()):
            found.setdefault(framework, []).append(control)
    return found


def _matched(rule: Rule) -> list[str]:
    """List what a rule looks at, as its file names it: types, kinds of the vocabulary, facts of views."""
    found: dict[str, None] = {}
    for body, _ in targets_of(rule.body):
        match = body["match"]
        for key, word in (("type", "{}"), ("kind", "any {}"), ("fact", "fact {}")):
            named = match.get(key, [])
            found |= dict.fromkeys(word.format(one) for one in ([named] if isinstance(named, str) else named))
    return list(found)


def _value(name: str, value: object) -> str:
    return mask.value(value, name)


def _example(example: Example) -> dict[str, Any]:
    marks = {(mark.path, mark.line): mark.outcome for mark in example.marks}
    files = [
        (mask.escape(path), [_line(line, marks.get((path, number), "")) for number, line in enumerate(shown(text.rstrip()), 1)])
        for path, text in example.files.items()
    ]
    return {"kind": example.kind, "word": _KINDS[example.kind], "title": sentence(example.title), "files": files}


def _line(line: str, found: str) -> Line:
    words = line.lstrip()
    return Line(line[: len(line) - len(words)], words, found)
