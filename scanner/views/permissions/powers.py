"""What roles grant of all that takeovers need, found once per role, so that ten thousand bindings of one role cost one look at it."""

from __future__ import annotations

from scanner.kept import cache
from scanner.model.record import NamedTuple
from scanner.tables import table
from scanner.typed import Iterable, Mapping, Sequence
from scanner.views.permissions.policy import Rule, resource_token
from scanner.views.permissions.roles import Role, RoleKey
from scanner.views.permissions.techniques import Atom, Technique, split


class Power(NamedTuple):
    """An atom that a role grants, by which rule; ``names`` limit it, None for any object. ``verb`` and ``resource`` are token positions."""

    atom: Atom
    names: tuple[str, ...] | None
    rule: Rule
    verb: int
    resource: int


Powers = Mapping[Atom, Sequence[Power]]
"""Atom → the powers of it, those without names first."""


class Vocabulary:
    """The atoms that techniques ask for, and which of them each role grants."""

    def __init__(self, techniques: Sequence[Technique]) -> None:
        self.techniques = techniques
        self._openings: dict[Atom, list[int]] = {}
        for number, technique in enumerate(techniques):
            for atom in {atom for one in technique.needs[0] for atom in one.atoms}:
                self._openings.setdefault(atom, []).append(number)
        atoms = {atom for technique in techniques for need in technique.needs for one in need for atom in one.atoms}
        self._verbs: dict[str, list[str]] = {}
        for verb, resource in sorted(atoms):
            self._verbs.setdefault(resource, []).append(verb)
        self._keys = {resource: split(resource) for resource in self._verbs}
        self._exact = {key: resource for resource, key in self._keys.items()}
        self._known: dict[tuple[RoleKey, int], Powers] = {}

    def opened(self, atoms: Iterable[Atom]) -> list[Technique]:
        """Return the techniques whose first need one of the atoms may fulfil, in their order."""
        numbers = {number for atom in atoms for number in self._openings.get(atom, ())}
        return [self.techniques[number] for number in sorted(numbers)]

    def of(self, role: Role) -> Powers:
        """Return the powers that a role grants."""
        found = self._known.get(role.identity)
        if found is None:
            found = self._known[role.identity] = self._powers(role.rules)
        return found

    def _powers(self, rules: Iterable[Rule]) -> Powers:
        found: dict[Atom, list[Power]] = {}
        for rule in rules:
            for resource in self._resources(rule):
                for power in self._of_resource(rule, resource):
                    found.setdefault(power.atom, []).append(power)
        for powers in found.values():
            powers.sort(key=lambda power: power.names is not None)
        return found

    def _resources(self, rule: Rule) -> Iterable[str]:
        """Return the resources of the vocabulary that a rule reaches."""
        starred = "*" in rule.groups or any(isinstance(token, str) and token.startswith("*") for token in rule.resources)
        if starred:
            return [
                name for name, (group, path) in self._keys.items() if _in(rule, group) and resource_token(rule.resources, path) is not None
            ]
        pairs = ((group, resource) for group in rule.groups for resource in rule.resources)
        return dict.fromkeys(self._exact[pair] for pair in pairs if pair in self._exact)

    def _of_resource(self, rule: Rule, resource: str) -> Iterable[Power]:
        names = tuple(name for name in rule.names if isinstance(name, str)) if rule.names else None
        token = resource_token(rule.resources, self._keys[resource][1]) or 0
        for verb in self._verbs[resource]:
            position = next((place for place, word in enumerate(rule.verbs) if word in ("*", verb)), None)
            if position is not None:
                yield Power((verb, resource), names, rule, position, token)


def _in(rule: Rule, group: str) -> bool:
    return "*" in rule.groups or group in rule.groups


@cache
def cluster_scoped() -> frozenset[tuple[str, str]]:
    """Return group and resource of everything built in that is in no namespace."""
    known = table("rbac_builtin")
    groups = {group: rows["cluster"] for group, rows in known["resources"].items()}
    return frozenset((group, name) for rows in (groups, known["virtual"]) for group, names in rows.items() for name in names)


@cache
def in_namespaces(atom: Atom) -> bool:
    """Tell whether an atom can be granted inside a namespace; binding a ClusterRole there is asked about there."""
    return atom[0] == "bind" or split(atom[1]) not in cluster_scoped()
